"""Requests for approval in files: their columns, their words, all of a list."""

import pandas as pd

from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import Whole, paged
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.approvals import ApprovalRow, list_approvals
from services.rules.approvals import ApprovalKind
from services.words.approval_texts import asked_for
from services.words.labels import label

_NAMES = ("what", "status", "account", "asked_by", "asked_at", "reason", "decided_by", "decided_at", "decision")


def columns() -> list[Column]:
    """The columns of a file."""
    return [
        Column("what", _("What is asked for")),
        Column("status", _("Status")),
        Column("account", _("Account")),
        Column("asked_by", _("Asked by")),
        Column("asked_at", _("Asked on"), Kind.INSTANT),
        Column("reason", _("Reason")),
        Column("decided_by", _("Decided by")),
        Column("decided_at", _("Decided on"), Kind.INSTANT),
        Column("decision", _("Reason of the decision")),
    ]


def all_of(actor: Actor, total: int, *, is_pending: bool, kind: str, of: int | None) -> Whole:
    """The list of which a page is shown; `of`: one account's alone."""
    chosen = ApprovalKind(kind) if kind else None

    def page(limit: int, offset: int) -> pd.DataFrame:
        found = list_approvals(actor, is_pending=is_pending, kind=chosen, account_id=of, limit=limit, offset=offset)
        return pd.DataFrame([_row(row) for row in found.rows], columns=list(_NAMES), dtype=object)

    return paged(page, total, of=(actor, is_pending, kind, of))


def _row(row: ApprovalRow) -> tuple[object, ...]:
    what = asked_for(row.kind, row.told, row.amount, words())
    asked = (row.account, row.asked_by, row.asked_at, row.reason)
    return (what, label(row.status, words()), *asked, row.decided_by, row.decided_at, row.decision_reason)
