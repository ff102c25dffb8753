"""The nights of a story: run by the real nightly job, what a guard holds released at once."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, literal, null, select, union_all

from data.models import HeldDocument, ParkedAccount
from services.access import reading
from services.commands.billing import release_held, run_night
from services.errors import Refusal
from services.night.due import next_due_day
from services.permissions import Permission
from services.scenario.stage import Stage


def run(stage: Stage, day: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run the night of a day; yields code and details of what it held (and was released) and whom it set aside."""
    report = run_night(None, day, today=day)  # the portal's own night: what it holds, somebody else may release
    if not report.counts["held"] and not report.counts["parked"]:
        return
    names = {account_id: code for code, account_id in stage.accounts.items()}
    with reading(stage.actor, Permission.SEE_BILLING) as session:
        found = session.execute(_HELD, {"day": day}).all()
    for account_id, held_id, guard, details, _ in sorted(found, key=lambda row: (_first_day(row.lines), row.id or 0)):
        if held_id is None:
            yield guard, {"account": names[account_id], **details}
            continue
        yield "held", {"account": names[account_id], "guard": guard, **details}
        try:
            release_held(stage.actor, account_id, held_id, today=day)
        except Refusal as refusal:
            yield refusal.code, {"account": names[account_id], **refusal.values}


# Held documents, then accounts that were set aside on the day: account, held document, guard or reason, details.
_HELD = union_all(
    select(
        HeldDocument.account_id, HeldDocument.id, HeldDocument.guard, HeldDocument.details, HeldDocument.lines
    ).where(HeldDocument.status == "held"),
    select(ParkedAccount.account_id, null(), ParkedAccount.reason, ParkedAccount.details, literal("[]")).where(
        ParkedAccount.parked_on == bindparam("day", type_=Date), ParkedAccount.resolved_on.is_(None)
    ),
)


def _first_day(lines: str) -> str:
    """The first day that a held document bills: several of a caught-up night are released in this order.

    An account that was set aside has no lines and comes last.
    """
    return min((str(line["period"][0]) for line in json.loads(lines)), default="9999")


def next_due(stage: Stage, day: date) -> date | None:
    """The first day after this one whose night has something to do; None for none."""
    with reading(stage.actor, Permission.SEE_BILLING) as session:
        return next_due_day(session, day)
