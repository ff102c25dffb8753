"""Where cycles stand today: running, held and parked, and what opens each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import select

from data.models import Account, HeldDocument, ParkedAccount
from data.money import Money
from services.access import reading
from services.night.ahead import of_accounts
from services.permissions import Actor, Permission
from services.queries.cycle_sums import CycleRow, cycle_sums
from services.rules.cycle_sums import Kind
from services.rules.cycles import Sum
from services.rules.report_filters import ReportFilters

KINDS = ("renewing", "ending", "scheduled", "trials")
HELD_COLUMNS = ("account_id", "account", "held_on", "guard", "total_minor", "currency")
PARKED_COLUMNS = ("account_id", "account", "parked_on", "reason", "details")
_KINDS = {
    Kind.RENEWING: "renewing",
    Kind.ENDING: "ending",
    Kind.SCHEDULED: "scheduled",
    Kind.SCHEDULED_ENDING: "scheduled",
}


@dataclass(frozen=True, slots=True)
class Running:
    """Cycles of a kind, in one currency: `count` of them and what their periods come to in full, before tax."""

    kind: str
    amount: Money
    count: int


@dataclass(frozen=True, slots=True)
class CycleState:
    """Where cycles stand. `running`: by kind (renewing · ending · scheduled), each currency by itself; trials are free.

    `held`: account_id (int), account, held_on (date), guard (code), total_minor (tax included), currency. `parked`:
    account_id, account, parked_on (date), reason (code), details (dict); the longest first.
    """

    running: tuple[Running, ...]
    trials: int
    held: pd.DataFrame
    parked: pd.DataFrame


def cycle_state(actor: Actor, wanted: ReportFilters) -> CycleState:
    """Cycles running, held and parked today. Raises `NotAllowed`."""
    with reading(actor, Permission.SEE_REPORTS) as session:
        held = (
            select(
                HeldDocument.account_id, Account.legal_name, HeldDocument.held_on, HeldDocument.guard,
                HeldDocument.total_minor, HeldDocument.currency,
            )
            .join(Account, Account.id == HeldDocument.account_id)
            .where(HeldDocument.status == "held", *of_accounts(wanted, HeldDocument.account_id))
            .order_by(HeldDocument.held_on, Account.legal_name, HeldDocument.id)
        )  # fmt: skip
        if wanted.currency:
            held = held.where(HeldDocument.currency == wanted.currency)
        parked = (
            select(
                ParkedAccount.account_id, Account.legal_name, ParkedAccount.parked_on, ParkedAccount.reason,
                ParkedAccount.details,
            )
            .join(Account, Account.id == ParkedAccount.account_id)
            .where(ParkedAccount.resolved_on.is_(None), *of_accounts(wanted, ParkedAccount.account_id))
            .order_by(ParkedAccount.parked_on, Account.legal_name)
        )  # fmt: skip
        sums = cycle_sums(session, wanted, (*_KINDS, Kind.TRIAL))
        return CycleState(
            running=_running(sums),
            trials=sum(row.sum.count for row in sums if row.kind is Kind.TRIAL),
            held=pd.DataFrame([tuple(row) for row in session.execute(held)], columns=list(HELD_COLUMNS)),
            parked=pd.DataFrame([tuple(row) for row in session.execute(parked)], columns=list(PARKED_COLUMNS)),
        )


def _running(sums: Iterable[CycleRow]) -> tuple[Running, ...]:
    found: dict[tuple[str, str], Sum] = {}
    for row in sums:
        if row.kind in _KINDS:
            key = _KINDS[row.kind], row.currency
            found[key] = found.get(key, Sum()) + row.sum
    order = sorted(found.items(), key=lambda one: (KINDS.index(one[0][0]), one[0][1]))
    return tuple(Running(kind, Money(one.minor, code), one.count) for (kind, code), one in order)
