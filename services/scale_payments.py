"""The payments of a large book: each customer pays by habit, most about the due day, some late, a few very late."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from data.identity import derive_id, part_id
from services.bulk import Rows
from services.journal.ledger import LedgerAccount, Side, keep_entry

TERMS = 30  # days from issue to the due day
# Of a hundred customers, so many pay between these days past the due day.
_HABITS = ((72, -10, 0), (18, 1, 20), (7, 21, 60), (3, 61, 150))


@dataclass(frozen=True, slots=True)
class Settled:
    """An invoice that was paid in full, and when; the total of each of its plans."""

    document_id: int
    minor: int
    on: date
    plans: tuple[tuple[str, int], ...]


class Payer:
    """One customer with its habit; it pays on Fridays, all that is due by its habit in one transfer."""

    def __init__(self, account_id: int, currency: str, number: int, today: date) -> None:
        dice = random.Random(f"{number} {account_id}")
        self._account_id, self._currency, self._today = account_id, currency, today
        (habit,) = dice.choices(_HABITS, weights=[habit[0] for habit in _HABITS])
        self._late = dice.randint(habit[1], habit[2])

    def paid_on(self, issued_on: date) -> date | None:
        """When an invoice of that day is paid; None if not yet."""
        day = issued_on + timedelta(days=TERMS + self._late)
        day += timedelta(days=(4 - day.weekday()) % 7)
        return day if day <= self._today else None

    def habit(self, days: Iterable[date]) -> dict[str, int]:
        """What the account keeps of how it paid invoices of these days: how many, and their days past due together."""
        paid = [(on - day).days - TERMS for day in days if (on := self.paid_on(day)) is not None]
        return {"paid_invoices": len(paid), "late_days": sum(paid)}

    def pay(self, bulk: Rows, settled: Sequence[Settled]) -> None:
        """Write the transfers with what they pay."""
        for day in sorted({one.on for one in settled}):
            self._transfer(bulk, day, [one for one in settled if one.on == day])

    def _transfer(self, bulk: Rows, day: date, paid: Sequence[Settled]) -> None:
        payment = derive_id(day, "payment", self._account_id, "scale")
        at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        owned = {"account_id": self._account_id, "recorded_at": at}
        bulk.add(
            "payments",
            owned
            | {"id": payment, "kind": "receipt", "received_on": day, "amount_minor": sum(one.minor for one in paid)}
            | {"currency": self._currency, "means": "bank_transfer", "request_key": f"scale {day}", "payload_hash": ""},
        )
        sides = []
        for place, one in enumerate(paid, start=1):
            allocation = derive_id(day, "allocation", self._account_id, payment, place)
            bulk.add(
                "allocations",
                owned
                | {"id": allocation, "invoice_id": one.document_id, "source": "payment", "source_id": payment}
                | {"amount_minor": one.minor, "allocated_on": day},
            )
            for part, (plan, minor) in enumerate(one.plans, start=1):
                of = {"id": part_id(allocation, part), "allocation_id": allocation, "plan": plan, "amount_minor": minor}
                bulk.add("allocation_parts", {"account_id": self._account_id} | of)
            sides.append(Side(LedgerAccount.CASH, one.minor, one.document_id))
            sides.append(Side(LedgerAccount.RECEIVABLES, -one.minor, one.document_id))
        entry = derive_id(day, "entry", self._account_id, f"payment {payment} receipt")
        keep_entry(bulk, self._account_id, entry, day, self._currency, sides)
