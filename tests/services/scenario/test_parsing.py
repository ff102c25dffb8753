"""A story's file is read strictly: what is wrong is named by its place, and nothing is guessed."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from data.period import Interval
from services.rules.changes import Timing
from services.scenario.parsing import read
from services.scenario.story import Changes, PlacesOrder, WrongFile
from tests.stories import Story, event, order, plan, price, story


def plain() -> Story:
    """A story with one of everything that is looked at below."""
    return story(
        order("2026-03-01", "s"),
        order("2026-02-01", "t", plan="basic", trial=True),
        event("2026-03-02", "change", "s", seats=3, timing="keep"),
        event("2026-03-02", "pay", account="a", amount="10.00"),
        until="2026-12-31",
        trial={"days": 14, "seats": 10, "end": "expire"},
    )


def fault(change: Callable[[Any], object]) -> str:
    """What is said of the story after a change of it."""
    changed = copy.deepcopy(plain())
    change(changed)
    with pytest.raises(WrongFile) as found:
        read(json.dumps(changed))
    return str(found.value)


FAULTS: dict[str, Callable[[Any], object]] = {
    "colour: unknown key": lambda s: s.update(colour="red"),
    "until: missing": lambda s: s.pop("until"),
    "until: a day is expected, as YYYY-MM-DD": lambda s: s.update(until="2026-02-30"),
    "seller.country: there is no country 'XX'": lambda s: s["seller"].update(country="XX"),
    "seller.currency: there is no currency 'EURO'": lambda s: s["seller"].update(currency="EURO"),
    "seller.time_zone: there is no time zone 'Mars/Base'": lambda s: s["seller"].update(time_zone="Mars/Base"),
    "seller.time_zone: there is no time zone '../etc'": lambda s: s["seller"].update(time_zone="../etc"),
    "catalog: the list is empty": lambda s: s.update(catalog=[]),
    "catalog[0].plans[0].prices[0].unit_amount: a price is not negative": lambda s: s["catalog"][0]["plans"][0][
        "prices"
    ][0].update(unit_amount="-1"),
    'catalog[0].plans[0].prices[0].unit_amount: an amount is expected, as a text such as "16.00"': lambda s: s[
        "catalog"
    ][0]["plans"][0]["prices"][0].update(unit_amount=16.0),
    "catalog[0].plans[0].prices[1]: a second price of the same currency, interval and day": lambda s: s["catalog"][0][
        "plans"
    ][0]["prices"][1].update(interval="month"),
    "catalog[0].plans[1].code: 'basic' stands twice": lambda s: s["catalog"][0]["plans"][1].update(code="basic"),
    "catalog[0].trial.end: one of expire, convert, downgrade_to_free is expected": lambda s: s["catalog"][0][
        "trial"
    ].update(end="vanish"),
    "catalog[0].trial.to: downgrade_to_free, and only it, needs a plan": lambda s: s["catalog"][0]["trial"].update(
        end="downgrade_to_free"
    ),
    "catalog[0].trial.to: the product has no plan 'gold'": lambda s: s["catalog"][0]["trial"].update(
        end="downgrade_to_free", to="gold"
    ),
    "accounts[0].business: true or false is expected": lambda s: s["accounts"][0].update(business="yes"),
    "accounts[0].terms_days: a number from 0 to 365 is expected": lambda s: s["accounts"][0].update(terms_days=-1),
    "accounts[0].co_term_on: a day of the year is expected, as MM-DD": lambda s: s["accounts"][0].update(
        co_term_on="13-01"
    ),
    "accounts[0].discounts[0].percent: at most 100 percent": lambda s: s["accounts"][0].update(
        discounts=[{"plan": "pro", "percent": "101"}]
    ),
    "accounts[0].discounts[0].plan: there is no plan 'gold'": lambda s: s["accounts"][0].update(
        discounts=[{"plan": "gold", "percent": "10"}]
    ),
    "events[0].items[0].plan: there is no plan 'gold'": lambda s: s["events"][0]["items"][0].update(plan="gold"),
    "events[0].items[0].interval: one of month, quarter, year is expected": lambda s: s["events"][0]["items"][0].update(
        interval="week"
    ),
    "events[0].items[0].interval: missing": lambda s: s["events"][0]["items"][0].pop("interval"),
    "events[0].items[0].seats: a whole number is expected": lambda s: s["events"][0]["items"][0].update(seats=True),
    "events[0].account: there is no account 'b'": lambda s: s["events"][0].update(account="b"),
    "events[1].items: the ref 's' stands twice": lambda s: s["events"][1]["items"][0].update(ref="s"),
    "events[2].timing: one of reset, keep, renewal, co_term is expected": lambda s: s["events"][2].update(
        timing="later"
    ),
    "events[2].seat: unknown key": lambda s: s["events"][2].update(seat=3),
    "events[2].subscription: there is no subscription 'x'": lambda s: s["events"][2].update(subscription="x"),
    "events[2].do: unknown; one of order,": lambda s: s["events"][2].update(do="explode"),
    "events[2].on: missing": lambda s: s["events"][2].pop("on"),
    "events[2].on: 2027-01-01 is after until, 2026-12-31": lambda s: s["events"][2].update(on="2027-01-01"),
    "events[2].on: a day from 2000-01-01 to 2089-09-01 is expected": lambda s: s["events"][2].update(on="1999-12-31"),
    "events[3].amount: finer than a minor unit of USD": lambda s: s["events"][3].update(amount="0.001"),
    "events[3].amount: at most 100000000000000": lambda s: s["events"][3].update(amount="1" + "0" * 20),
    "catalog[0].plans[0].prices[0].unit_amount: at most 100000000": lambda s: s["catalog"][0]["plans"][0]["prices"][
        0
    ].update(unit_amount="1" + "0" * 9),
    "events[3]: an object is expected": lambda s: s["events"].__setitem__(3, "pay"),
}


@pytest.mark.parametrize("said", FAULTS)
def test_a_fault_is_named_by_its_place(said: str) -> None:
    assert fault(FAULTS[said]).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1: not JSON"),
        ('{"until": "2026-01-01", "until": "2026-01-02"}', "until: stands twice in one object"),
        ("[]", "file: an object is expected"),
        ("[" * 100_000, "file: not JSON that can be read"),
    ],
)
def test_what_is_no_story_is_refused(text: str, said: str) -> None:
    with pytest.raises(WrongFile) as found:
        read(text)
    assert str(found.value).startswith(said)


def test_a_per_seat_price_has_no_tiers_and_the_others_nothing_else() -> None:
    tiers = [{"up_to": 10, "unit_amount": "1"}, {"up_to": None, "unit_amount": "2"}]
    for wrong, said in (
        (price("month", "1") | {"tiers": tiers}, "tiers: does not go with the model per_seat"),
        (price("month", "", model="volume", tiers=tiers) | {"unit_amount": "1"}, "unit_amount: does not go with"),
        (price("month", "", model="graduated", tiers=tiers[:1]), "tiers: the last tier, and only it"),
        (price("month", "", model="volume", tiers=[tiers[0], tiers[0], tiers[1]]), "tiers: upper bounds rise"),
    ):
        with pytest.raises(WrongFile) as found:
            read(json.dumps(story(until="2026-01-01", catalog=[plan("x", 1, wrong)])))
        assert str(found.value).startswith(f"catalog[0].plans[0].prices[0].{said}")


def test_days_are_in_order_and_a_days_events_as_in_the_file() -> None:
    read_story = read(json.dumps(plain()))
    assert [event.place for event in read_story.events] == ["events[1]", "events[0]", "events[2]", "events[3]"]
    tried, bought, changed, _ = read_story.events
    assert isinstance(tried, PlacesOrder) and tried.items[0].is_trial
    assert isinstance(bought, PlacesOrder) and bought.items[0].interval is Interval.MONTH
    assert isinstance(changed, Changes) and (changed.timing, changed.plan, changed.seats) == (Timing.KEEP, None, 3)


def test_what_may_be_left_out_is_filled() -> None:
    given = plain()
    given["events"][1]["items"][0].pop("interval")
    read_story = read(json.dumps(given))
    assert (read_story.accounts[0].name, read_story.accounts[0].vat_number) == ("a", "")
    assert (read_story.catalog[0].name, read_story.catalog[0].plans[0].prices[0].valid_from) == ("p", None)
