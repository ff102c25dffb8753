"""Stories as tests tell them: short ways to write one, play it, and read it as a ledger."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from services.scenario.parsing import read
from services.scenario.run import run

Story = dict[str, Any]
Output = dict[str, Any]


def price(interval: str, amount: str, currency: str = "USD", **more: Any) -> dict[str, Any]:
    """A price per seat; with `tiers` and a `model`, another."""
    plain = {"currency": currency, "interval": interval, "model": "per_seat"} | more
    return plain if "tiers" in more else plain | {"unit_amount": amount}


def plan(code: str, rank: int, *prices: dict[str, Any]) -> dict[str, Any]:
    """A plan."""
    return {"code": code, "rank": rank, "prices": list(prices)}


def plans(currency: str = "USD") -> list[dict[str, Any]]:
    """Three plans: basic (10 a month, 96 a year), pro (16, 144), top (30, 300)."""
    amounts = {"basic": ("10.00", "96.00"), "pro": ("16.00", "144.00"), "top": ("30.00", "300.00")}
    return [
        plan(code, rank, price("month", month, currency), price("year", year, currency))
        for rank, (code, (month, year)) in enumerate(amounts.items(), start=1)
    ]


def story(
    *events: dict[str, Any],
    until: str,
    catalog: Sequence[dict[str, Any]] | None = None,
    trial: dict[str, Any] | None = None,
    seller: str = "US",
    zone: str = "UTC",
    currency: str = "USD",
    accounts: Sequence[dict[str, Any]] = ({},),
) -> Story:
    """A story of one product; each account is an American one unless it says otherwise, called a, b, …"""
    plain = {"country": "US", "currency": currency, "business": True, "terms_days": 30}
    product = {"product": "p", "plans": list(catalog or plans(currency))} | ({"trial": trial} if trial else {})
    return {
        "seller": {"country": seller, "currency": currency, "time_zone": zone},
        "catalog": [product],
        "accounts": [{"code": "abc"[place]} | plain | account for place, account in enumerate(accounts)],
        "events": list(events),
        "until": until,
    }


def order(
    on: str,
    ref: str = "s",
    plan: str = "pro",
    seats: int = 10,
    interval: str = "month",
    account: str = "a",
    **more: Any,
) -> dict[str, Any]:
    """An order of one item; `trial` and `po` as the file has them."""
    po = {"po": more.pop("po")} if "po" in more else {}
    item = {"ref": ref, "plan": plan, "seats": seats, "interval": interval} | more
    return {"on": on, "do": "order", "account": account, "items": [item]} | po


def event(on: str, do: str, ref: str | None = None, **more: Any) -> dict[str, Any]:
    """Any other event; `ref` names the subscription."""
    return {"on": on, "do": do} | ({"subscription": ref} if ref else {}) | more


def play(told: Story, database_url: str | None = None) -> Output:
    """Play a story; its checks must find nothing."""
    output = run(read(json.dumps(told)), database_url)
    assert output["checks"]["violations"] == []
    return output


def documents(output: Output) -> list[dict[str, Any]]:
    """Credit notes and invoices, day by day, credits first as they are issued."""
    papers = [*output["credit_notes"], *output["invoices"]]
    return sorted(papers, key=lambda paper: (paper["issued_on"], paper["number"].startswith("INV"), paper["number"]))


def ledger(output: Output) -> list[str]:
    """A line a document line: day, document, subscription, days, seats, net (and its tax rate where there is one)."""
    return [
        " ".join(
            [
                paper["issued_on"],
                _short(paper["number"]),
                line["subscription"],
                "..".join(line["period"]),
                str(line["seats"]),
                line["amount"],
                *([f"{line['tax']['rate']}%"] if line["tax"]["rate"] != "0" else []),
            ]
        )
        for paper in documents(output)
        for line in paper["lines"]
    ]


def told(docstring: str | None) -> list[str]:
    """The ledger that a docstring tells: its lines that begin with a day, blanks evened out."""
    lines = (line.split("#")[0].split() for line in (docstring or "").splitlines())
    return [" ".join(words) for words in lines if words and words[0][:2] in ("19", "20") and words[0][4:5] == "-"]


def charges(output: Output, ref: str = "s") -> list[tuple[str, str, str]]:
    """The periods charged for a subscription: start, end, net, in their order."""
    lines = (line for paper in output["invoices"] for line in paper["lines"] if line["subscription"] == ref)
    return sorted((*line["period"], line["amount"]) for line in lines)


def net(output: Output) -> Decimal:
    """All that was charged less all that was credited."""
    return sum((Decimal(paper["subtotal"]) for paper in documents(output)), Decimal(0))


def codes(refusals: Iterable[dict[str, Any]]) -> list[str]:
    """The codes of refusals."""
    return [refusal["code"] for refusal in refusals]


def subscription(output: Output, ref: str = "s") -> dict[str, Any]:
    """One subscription as the story leaves it."""
    return next(one for one in output["subscriptions"] if one["ref"] == ref)


def _short(number: str) -> str:
    """INV-2026-000012 as INV-12."""
    kind, _, place = number.split("-")
    return f"{kind}-{int(place)}"
