"""Random stories of everything that can happen to subscriptions, told by dice."""

import random
from datetime import date, timedelta
from typing import Any

from tests.stories import Story, event, plan, price

START = date(2026, 1, 15)
INTERVALS = ("month", "quarter", "year")
PLANS = ("free", "basic", "pro", "volume", "graduated")


def random_story(dice: random.Random, *, events: int = 40) -> Story:
    """Two accounts, five plans of every price model, some months of orders, changes, payments, credits, late nights."""
    catalog = [{"product": "p", "trial": _trial(dice), "plans": [_plan(dice, code, n) for n, code in enumerate(PLANS)]}]
    accounts = [
        {"code": "a", "country": "ES", "currency": "EUR", "business": True, "terms_days": 30, "co_term_on": "06-30"},
        {
            "code": "b",
            "country": dice.choice(("FR", "US", "DE")),
            "currency": "EUR",
            "business": dice.random() < 0.5,
            "terms_days": dice.choice((0, 14, 60)),
            "discounts": [{"plan": "pro", "percent": dice.choice(("33.3", "100", "10"))}],
        },
    ]
    day, happened, refs = START, [], list[str]()
    for _ in range(events):
        day += timedelta(days=dice.choice((0, 0, 0, 1, 1, 3, 7, 16, 31)))
        happened.append(_event(dice, day, refs))
    seller = {"country": "ES", "currency": "EUR", "time_zone": "Europe/Madrid"}
    until = (day + timedelta(days=dice.randint(0, 70))).isoformat()
    return {"seller": seller, "catalog": catalog, "accounts": accounts, "events": happened, "until": until}


def _trial(dice: random.Random) -> dict[str, Any]:
    end = dice.choice(("expire", "convert", "downgrade_to_free"))
    return {"days": 14, "seats": 20, "end": end} | ({"to": "free"} if end == "downgrade_to_free" else {})


def _plan(dice: random.Random, code: str, rank: int) -> dict[str, Any]:
    prices = []
    for interval in INTERVALS:
        months = {"month": 1, "quarter": 3, "year": 12}[interval]
        unit = "0.00" if code == "free" else f"{months * (rank + dice.randint(1, 9999) / 1000):.3f}"
        if code in ("volume", "graduated"):
            tiers = [
                {"up_to": 10, "unit_amount": unit, "flat_amount": "3.33"},
                {"up_to": None, "unit_amount": "0.995"},
            ]
            prices.append(price(interval, "", "EUR", model=code, tiers=tiers))
        else:
            prices.append(price(interval, unit, "EUR"))
            if code == "pro":
                prices.append(price(interval, "77.7", "EUR", valid_from="2026-05-01"))
    return plan(code, rank, *prices)


def _event(dice: random.Random, day: date, refs: list[str]) -> dict[str, Any]:
    on, account = day.isoformat(), dice.choice("ab")
    if not refs or dice.random() < 0.15:
        refs.append(f"s{len(refs)}")
        item = {"ref": refs[-1], "plan": dice.choice(PLANS), "seats": dice.randint(1, 20)}
        item |= {"interval": dice.choice(INTERVALS)} | ({"trial": True} if dice.random() < 0.12 else {})
        po = {"po": dice.choice(("PO-1", "PO-2"))} if dice.random() < 0.4 else {}
        return event(on, "order", account=account, items=[item], **po)
    ref = dice.choice(refs)
    users = [f"user{n}@a.example" for n in dice.sample(range(12), dice.randint(1, 6))]
    amount = f"{dice.choice((0.01, 1, 10, 33.33, 500)) * dice.randint(1, 5):.2f}"
    change: dict[str, Any] = {"seats": dice.randint(1, 25)}
    if dice.random() < 0.4:
        change["plan"] = dice.choice(PLANS)
    if dice.random() < 0.3:
        change["interval"] = dice.choice(INTERVALS)
    if dice.random() < 0.8:
        change["timing"] = dice.choice(("reset", "keep", "renewal", "co_term"))
    return dice.choice(
        (
            event(on, "change", ref, **change),
            event(on, "change", ref, **change),
            event(on, "change", ref, **change),
            event(on, "extend_trial", ref, days=dice.randint(1, 20), reason="slow"),
            event(on, "convert_trial", ref, interval=dice.choice(INTERVALS), seats=dice.randint(1, 20)),
            event(on, "cancel", ref),
            event(on, "reactivate", ref),
            event(on, "price_change", ref),
            event(on, "pay", account=account, amount=amount),
            event(on, "pay", account=account, amount=amount),
            event(on, "credit_note", invoice_of=ref, amount=amount, reason="goodwill"),
            event(on, "assign_seats", ref, users=users),
            event(on, "release_seats", ref, users=users[:1]),
            event(on, "skip_nights", nights=dice.randint(1, 45)),
        )
    )
