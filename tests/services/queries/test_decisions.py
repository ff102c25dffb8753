"""The decision calendar: subscriptions by hand, what leaves it once it is decided, filters, and whose it is."""

from dataclasses import replace
from datetime import date, timedelta

from data.models import (
    Subscription,
)
from data.period import Interval
from services.commands.cancellations import cancel_subscription, set_auto_renewal
from services.commands.carts import add_to_cart, send_proposal
from services.commands.changes import schedule_new_price, withdraw_scheduled_change
from services.permissions import Actor
from services.queries.decisions import at_stake, list_decisions
from services.rules.changes import Timing
from services.rules.decisions import DecisionFilter, Kind
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import make_account, make_grant, make_licensed_user, make_purchase_order, make_seat, write
from tests.deciding import DAY, EVE, NEXT, NOTICE, WANTED, bought, buy, of, rows, told
from tests.ordering import TRIAL, order, request


def test_a_renewal_stands_at_its_notice_and_then_at_its_eve(rep: Actor) -> None:
    """Ten seats of 16.00 a month, from 10 June on: notice by 11 May, and the portal takes a change up to 9 June."""
    acme = make_account(rep=rep)
    bought(rep, acme, buy("support-pro"))
    stake = (160_00, "EUR")
    assert rows(rep) == [("notice", "Remote Support · Professional", NOTICE, NEXT, *stake)]
    for today in (NOTICE, NOTICE + timedelta(days=1), EVE, NEXT):
        on = replace(WANTED, today=today)
        kind, last = ("notice", NOTICE) if today <= NOTICE else ("renewal", EVE)
        expected = [(kind, "Remote Support · Professional", last, NEXT, *stake)] if today < NEXT else []
        assert rows(rep, on) == expected, today
    assert told(rep) == ["Doing nothing costs €160.00 for the term from 10 Jun 2026; last day 11 May 2026."]


def test_agreed_notices_differ_and_none_means_the_eve(rep: Actor) -> None:
    acme = make_account(rep=rep)
    keys = {days: bought(rep, acme, buy(plan)) for days, plan in ((7, "support-pro"), (0, "signatures-standard"))}

    def agree(session: object) -> None:
        for days, key in keys.items():
            session.get_one(Subscription, (acme, key)).notice_days = days  # type: ignore[attr-defined]

    write(agree)
    assert [(row[0], row[2]) for row in rows(rep)] == [("notice", NEXT - timedelta(days=7)), ("notice", EVE)]


def test_what_ends_starts_or_is_tried_says_what_is_lost_or_billed(rep: Actor) -> None:
    """Ten annual seats at 144.00 that end: 1,440.00 lost. Ten that start on 20 May: 1,440.00, called off up to 19 May.

    A trial of five seats at 8.00 becomes paid: 40.00. One of three seats at 19.00 expires: 57.00 are not sold.
    """
    acme, beta = make_account("acme", rep=rep), make_account("beta", rep=rep)
    ending = bought(rep, acme, buy("support-pro", interval=Interval.YEAR))
    set_auto_renewal(rep, acme, ending, False, DAY)
    bought(rep, beta, buy("support-pro", interval=Interval.YEAR, starts_on=date(2026, 5, 20)))
    bought(rep, acme, TRIAL)
    bought(rep, beta, replace(TRIAL, plan="signatures-standard", seats=3))
    found = {row[0]: row[2:5] for row in rows(rep, replace(WANTED, text="acme"))}
    assert found == {
        "end": (date(2027, 5, 9), date(2027, 5, 10), -1_440_00),
        "trial": (DAY + timedelta(days=29), DAY + timedelta(days=30), 40_00),
    }
    found = {row[0]: row[2:5] for row in rows(rep, replace(WANTED, text="beta"))}
    assert found == {
        "start": (date(2026, 5, 19), date(2026, 5, 20), 1_440_00),
        "notice": (date(2027, 4, 20), date(2027, 5, 20), 1_440_00),
        "trial": (DAY + timedelta(days=13), DAY + timedelta(days=14), -57_00),
    }


def test_a_new_price_shows_both_and_a_fall_that_cannot_be_is_not_decided(rep: Actor) -> None:
    """Signatures: 190.00 a month, 200.00 from June on. Ten seats to five: 160.00, not 80.00, with eight assigned."""
    acme = make_account(rep=rep)
    sign, help_desk = bought(rep, acme, buy("signatures-standard")), bought(rep, acme, buy("support-pro"))
    schedule_new_price(rep, acme, sign, today=DAY)
    fewer = OrderItem(
        ItemKind.CHANGE, "support-pro", 5, Interval.MONTH, subscription_id=help_desk, timing=Timing.RENEWAL
    )
    order(rep, request(acme, fewer, key="fewer"), DAY)
    (new_price,) = rows(rep)  # fewer seats are decided
    assert new_price == ("new_price", "Signatures · Standard", NOTICE, NEXT, 200_00, "EUR")
    assert "at the new price; €190.00 so far" in told(rep)[0]
    for place in range(8):
        user = make_licensed_user(acme, f"user{place}@acme.example")
        make_seat(acme, help_desk, user, assigned_on=DAY)
    (waiting,) = rows(rep, of(Kind.WAITING))
    assert waiting == ("waiting", "Remote Support · Professional", EVE, NEXT, 160_00, "EUR")
    assert (
        "costs €160.00 for the term from 10 Jun 2026 instead of €80.00: the fall to 5 seats"
        in told(rep, of(Kind.WAITING))[0]
    )


def test_what_is_decided_leaves_the_calendar_and_comes_back_when_it_is_undone(rep: Actor) -> None:
    acme = make_account(rep=rep)
    fewer_of, cancelled, _trial = (
        bought(rep, acme, item) for item in (buy("support-pro"), buy("backup-devices", 20), TRIAL)
    )
    assert [row[0] for row in rows(rep)] == ["notice", "notice", "trial"]
    fewer = OrderItem(
        ItemKind.CHANGE, "support-pro", 5, Interval.MONTH, subscription_id=fewer_of, timing=Timing.RENEWAL
    )
    order(rep, request(acme, fewer, key="fewer"), DAY)
    cancel_subscription(rep, acme, cancelled, "Left", DAY)
    assert [row[0] for row in rows(rep)] == ["trial"]
    order(rep, request(acme, buy("meetings-team", 5), key="convert"), DAY)
    assert [row[:2] for row in rows(rep)] == [("notice", "Meetings · Team")]
    withdraw_scheduled_change(rep, acme, fewer_of, today=DAY)
    assert {row[1] for row in rows(rep)} == {"Meetings · Team", "Remote Support · Professional"}


def test_the_common_date_is_said_and_found(rep: Actor) -> None:
    acme, beta = make_account("acme", rep=rep, co_term_on="06-10"), make_account("beta", rep=rep)
    for account in (acme, beta):
        bought(rep, account, buy("support-pro"))
    frame = list_decisions(rep, of(Kind.CO_TERM)).frame
    assert list(frame["account_id"]) == [acme]
    assert told(rep, of(Kind.CO_TERM))[0].endswith("It is the account's common date.")


def test_filters_and_pages_are_of_the_database(rep: Actor, other_rep: Actor, manager: Actor) -> None:
    british = {"country": "GB", "currency": "GBP", "vat_number": "", "postal_code": "SW1A 1AA"}
    acme, gb = make_account("acme", rep=rep), make_account("gb", rep=other_rep, **british)
    bought(rep, acme, buy("support-pro"))
    bought(rep, acme, buy("signatures-standard", 20))
    bought(rep, acme, buy("backup-devices", 20, Interval.YEAR))
    order(manager, request(gb, buy("support-pro"), key="gb"), DAY)
    listed = rows(manager)
    assert len(listed) == 4
    assert [row[4] for row in listed[:3]] == sorted((row[4] or 0 for row in listed[:3]), reverse=True)  # of one day
    for wanted, total in (
        (DecisionFilter(DAY, NOTICE), 0),
        (DecisionFilter(DAY, NOTICE + timedelta(days=1)), 3),
        (replace(WANTED, product="support"), 2),
        (replace(WANTED, currency="GBP"), 1),
        (replace(WANTED, rep_id=rep.user_id), 3),
        (replace(WANTED, rep_id=other_rep.user_id), 1),
        (replace(WANTED, rep_id=0), 0),
        (replace(WANTED, account_id=acme), 3),
        (replace(WANTED, is_long=True), 1),
        (replace(WANTED, at_least=380), 2),
        (replace(WANTED, at_least=381), 1),
        (replace(WANTED, text="acm"), 3),
        (replace(WANTED, text="_"), 0),
        (of(Kind.TRIAL), 0),
    ):
        page = list_decisions(manager, wanted, limit=1)
        assert (len(rows(manager, wanted)), page.total) == (total, total), wanted
    paged = [tuple(list_decisions(manager, WANTED, limit=1, offset=n).frame["subject_id"]) for n in range(5)]
    assert [key for page in paged for key in page] == list(list_decisions(manager, WANTED).frame["subject_id"])
    assert len(rows(manager, on=NOTICE)) == 3


def test_everybody_sees_the_own_accounts_only(
    rep: Actor, other_rep: Actor, licence_manager: Actor, finance: Actor
) -> None:
    acme, beta = make_account("acme", rep=rep), make_account("beta", rep=other_rep)
    bought(rep, acme, buy("support-pro"))
    bought(other_rep, beta, buy("support-pro"))
    make_purchase_order(beta, expires_on=NOTICE)
    send_proposal(other_rep, request(beta, buy("backup-devices", 20), key="p"), today=DAY)
    add_to_cart(other_rep, beta, buy("signatures-standard"), today=DAY)

    def seen(actor: Actor) -> set[str]:
        assert bool(at_stake(actor, WANTED, DAY, NEXT)) == bool(rows(actor))
        return set(list_decisions(actor, WANTED).frame["account"])

    assert (seen(rep), seen(other_rep), seen(finance)) == ({"Acme"}, {"Beta"}, {"Acme", "Beta"})
    assert seen(licence_manager) == set()
    make_grant(licence_manager, acme)
    assert seen(licence_manager) == {"Acme"}
    assert rows(rep, replace(WANTED, account_id=beta)) == []
