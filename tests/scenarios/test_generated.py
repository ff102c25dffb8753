"""Stories that dice make, worked out again here in plain arithmetic that shares nothing with the portal's rules."""

import calendar
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.stories import event, play, price

MONTHS = {"month": 1, "quarter": 3, "year": 12}
DECIMALS = {"USD": 2, "JPY": 0, "KWD": 3}
ACCOUNTS = 12
TAXED = {  # buyer → rate in percent of a seller in Germany on its days; None: no tax
    "DE": {date(2019, 1, 1): 19, date(2020, 7, 1): 16, date(2021, 1, 1): 19},
    "FI": {date(2019, 1, 1): 24, date(2024, 9, 1): Decimal("25.5")},
    "IE": {date(2019, 1, 1): 23, date(2020, 9, 1): 21, date(2021, 3, 1): 23},
    "US": {date(2019, 1, 1): 0},
    "CH": {date(2019, 1, 1): 0},
}


def add_months(day: date, months: int) -> date:
    """So many months later, the day clamped to the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def rounded(amount: Fraction, currency: str) -> Decimal:
    """Half away from zero, to the currency's decimals; through a decimal with plenty of digits."""
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(Decimal(1).scaleb(-DECIMALS[currency]), rounding=ROUND_HALF_UP)


def worth(row: dict[str, Any], seats: int) -> Fraction:
    """What so many seats cost for a full interval, exactly."""
    if row["model"] == "per_seat":
        return Fraction(row["unit_amount"]) * seats
    total, below = Fraction(0), 0
    for tier in row["tiers"]:
        last = tier["up_to"] is None or seats <= tier["up_to"]
        if row["model"] == "volume":
            if last:
                return Fraction(tier["unit_amount"]) * seats + Fraction(tier["flat_amount"])
            continue
        upper = seats if last else tier["up_to"]
        total += Fraction(tier["unit_amount"]) * (upper - below) + Fraction(tier["flat_amount"])
        below = upper
        if last:
            return total
    raise AssertionError("the last tier has an end")


def any_price(dice: random.Random, currency: str, interval: str) -> dict[str, Any]:
    """A price of any model, sometimes finer than a minor unit."""

    def amount() -> str:
        return f"{Decimal(dice.randint(0, 300_000)) / dice.choice((1, 100, 1000, 10_000)):f}"

    model = dice.choice(("per_seat", "per_seat", "volume", "graduated"))
    if model == "per_seat":
        return price(interval, amount(), currency)
    bounds = sorted(dice.sample(range(1, 40), dice.randint(1, 3)))
    tiers = [{"up_to": up_to, "unit_amount": amount(), "flat_amount": amount()} for up_to in [*bounds, None]]
    return price(interval, "", currency, model=model, tiers=tiers)


@pytest.mark.parametrize("seed", range(2))
def test_orders_and_changes_of_any_price_interval_and_day(seed: int) -> None:
    """An order, its renewals up to a day, and a change on that day, of twelve accounts with prices of their own."""
    dice = random.Random(seed)
    plans, accounts, events, wanted = [], [], [], {}
    for place in range(ACCOUNTS):
        code, currency = f"a{place}", dice.choice(list(DECIMALS))
        before, after = dice.choice(list(MONTHS)), dice.choice(list(MONTHS))
        timing = dice.choice(("reset", "keep"))
        if timing == "keep":
            after = before  # the same period, so that the arithmetic here stays plain
        old, new = any_price(dice, currency, before), any_price(dice, currency, after)
        plans += [
            {"code": f"{code}-old", "rank": 1, "prices": [old]},
            {"code": f"{code}-new", "rank": 2, "prices": [new]},
        ]
        accounts.append({"code": code, "country": "US", "currency": currency, "business": True, "terms_days": 365})
        start = date(2023, 1, 1) + timedelta(days=dice.randint(0, 500))
        n = dice.randint(0, 3 if before != "year" else 1)
        begin, end = add_months(start, n * MONTHS[before]), add_months(start, (n + 1) * MONTHS[before])
        day = begin + timedelta(days=dice.randint(0, (end - begin).days - 1))
        seats, then = dice.randint(1, 45), dice.randint(1, 45)
        item = {"ref": code, "plan": f"{code}-old", "seats": seats, "interval": before}
        events.append({"on": start.isoformat(), "do": "order", "account": code, "items": [item]})
        change = {"plan": f"{code}-new", "seats": then, "interval": after, "timing": timing}
        events.append(event(day.isoformat(), "change", code, **change))
        full, days, left = rounded(worth(old, seats), currency), (end - begin).days, (end - day).days
        share = Fraction(1) if timing == "reset" else Fraction(left, days)
        charge = rounded(worth(new, then) * share, currency)
        until = add_months(day, MONTHS[after]) if timing == "reset" else end
        wanted[code] = {
            "renewals": [full] * (n + 1),
            "credit": -rounded(Fraction(full) * Fraction(left, days), currency),
            "charge": charge,
            "period": [day.isoformat() if timing == "reset" else begin.isoformat(), until.isoformat()],
            "day": day.isoformat(),
        }
    last = max(event["on"] for event in events)
    catalog = [{"product": "p", "plans": plans}]
    seller = {"country": "US", "currency": "USD", "time_zone": "UTC"}
    found = play({"seller": seller, "catalog": catalog, "accounts": accounts, "events": events, "until": last})
    for code, one in wanted.items():
        lines = defaultdict(list)
        for paper in (*found["invoices"], *found["credit_notes"]):
            for line in paper["lines"] if paper["account"] == code else ():
                lines[paper["issued_on"], line["kind"], line["period"][0]].append(Decimal(line["amount"]))
        credits = [sum(found) for (on, kind, _), found in lines.items() if kind == "credit" and on == one["day"]]
        assert sum(credits) == one["credit"], (code, one)
        charged = sorted(
            (start, amount) for (_, kind, start), found in lines.items() if kind == "charge" for amount in found
        )
        first = [amount for _, amount in charged][: len(one["renewals"])]
        paid = [amount for amount in one["renewals"] if amount]
        assert first[: len(paid)] == paid or not paid, (code, one)
        on_the_day = [
            amount
            for (on, kind, start), found in lines.items()
            for amount in found
            if kind == "charge" and start == one["day"] and on == one["day"]
        ]
        assert one["charge"] in on_the_day or not one["charge"], (code, one, on_the_day)


def test_tax_of_any_country_and_day() -> None:
    """Consumers of a German seller: the rate of the buyer's country on the first day of each period."""
    dice = random.Random(1)
    accounts, events = [], []
    for place in range(8):
        country = dice.choice(list(TAXED))
        accounts.append(
            {"code": f"a{place}", "country": country, "currency": "EUR", "business": False, "terms_days": 365}
        )
        start = date(2019, 10, 1) + timedelta(days=dice.randint(0, 1900))
        item = {"ref": f"s{place}", "plan": "x", "seats": dice.randint(1, 50), "interval": "month"}
        events.append({"on": start.isoformat(), "do": "order", "account": f"a{place}", "items": [item]})
        events.append(event(add_months(start, 5).isoformat(), "cancel", f"s{place}"))
    seller = {"country": "DE", "currency": "EUR", "time_zone": "Europe/Berlin"}
    catalog = [{"product": "p", "plans": [{"code": "x", "prices": [price("month", "13.37", "EUR")]}]}]
    last = max(event["on"] for event in events)
    found = play({"seller": seller, "catalog": catalog, "accounts": accounts, "events": events, "until": last})
    assert found["refusals"] == [] and len(found["invoices"]) >= 8 * 5
    country_of = {account["code"]: account["country"] for account in accounts}
    for paper in found["invoices"]:
        (line,) = paper["lines"]
        rates = TAXED[country_of[paper["account"]]]
        rate = next(rates[since] for since in sorted(rates, reverse=True) if since.isoformat() <= line["period"][0])
        assert Decimal(line["tax"]["rate"]) == rate, paper
        exact = Decimal(line["amount"]) * Decimal(rate) / 100
        assert Decimal(paper["tax"]) == exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
