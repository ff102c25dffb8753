"""Notes of calls about what is overdue: what was said, and what was promised for which day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from data.identity import derive_id
from data.models import CollectionCall
from data.money import Money
from services.access import acting, record
from services.errors import Invalid, Problem, RequestKeyReused
from services.facts.accounts import open_account
from services.permissions import Actor, Permission
from services.rules import text
from services.rules.payments import amount_problems


@dataclass(frozen=True, slots=True)
class CallNote:
    """A call. `promised`: how much the customer will pay by `promised_on`; both or neither."""

    account_id: int
    note: str
    request_key: str
    promised: Money | None = None
    promised_on: date | None = None

    def faults(self, currency: str, today: date) -> list[Problem]:
        """What is wrong with the note and the promise."""
        problems = text.reason_problems(self.note, field="note", limit=text.LONGEST_LINE)
        if self.promised is not None:
            problems += [replace(one, field="promised") for one in amount_problems(self.promised, currency)]
        if (self.promised is None) != (self.promised_on is None):
            problems.append(Problem("promised_on" if self.promised else "promised", "required"))
        elif self.promised_on is not None and self.promised_on < today:
            problems.append(Problem("promised_on", "promise_of_the_past", {"today": today}))
        return problems


def note_call(actor: Actor, call: CallNote, *, today: date) -> None:
    """Write a call of today down; the same request key is the same call. The latest promise is the one that counts.

    Raises `Invalid`, `NotFound`, `RequestKeyReused`, `SelfServiceAccount`.
    """
    call = replace(call, note=text.one_line(call.note))
    with acting(actor, Permission.DISPUTE_INVOICES) as session:
        account = open_account(session, call.account_id)
        Invalid.when(call.faults(account.currency, today))
        row = CollectionCall(
            account_id=account.id,
            id=derive_id(today, "collection call", account.id, call.request_key),
            request_key=call.request_key,
            called_on=today,
            called_by=actor.user_id,
            note=call.note,
            promised_minor=call.promised.minor if call.promised else None,
            currency=account.currency,
            promised_on=call.promised_on,
        )
        earlier = session.scalar(
            select(CollectionCall).where(
                CollectionCall.account_id == account.id, CollectionCall.request_key == call.request_key
            )
        )
        if earlier is not None:
            said = ("note", "promised_minor", "promised_on")
            if any(getattr(earlier, name) != getattr(row, name) for name in said):
                raise RequestKeyReused
            return
        session.add(row)
        after = {"note": call.note}
        if call.promised is not None:
            after |= {"promised": str(call.promised), "promised_on": str(call.promised_on)}
        record(session, "note_call", account_id=account.id, subject=account.legal_name, subject_id=row.id, after=after)
