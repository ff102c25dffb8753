"""The cycle to come beside each subscription: what a full period comes to, and when its money is expected."""

import calendar
import json
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_DUE = ["status", "period_end", "interval", "currency", "is_auto_renewed", "anchor_on", "period_minor"]
_CASH = ["cash_on", "interval", "currency", "period_minor"]
_IS_EXPECTED = sa.text("cash_on IS NOT NULL")
_ZERO_PLACES = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())
_THREE_PLACES = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
_PAID = """
SELECT documents.account_id, documents.due_on,
    max(CASE WHEN allocations.amount_minor > 0 THEN allocations.allocated_on END)
FROM documents JOIN allocations
    ON allocations.account_id = documents.account_id AND allocations.invoice_id = documents.id
WHERE documents.open_minor = 0 AND allocations.source = 'payment'
GROUP BY documents.account_id, documents.id, documents.due_on
HAVING sum(allocations.amount_minor) > 0
"""
_SUBSCRIPTIONS = """
SELECT s.account_id, s.id, s.status, s.is_trial, s.seats, s.discount_percent, s.negotiated_amount, s.is_auto_renewed,
    s.period_end, p.currency, p.model, p.tiers, a.net_days, a.end_of_month, a.fixed_days, a.paid_invoices, a.late_days
FROM subscriptions s JOIN prices p ON p.id = s.price_id JOIN accounts a ON a.id = s.account_id
"""
_SET = """
UPDATE subscriptions SET currency = :currency, period_minor = :minor, cash_on = :cash_on
WHERE account_id = :account_id AND id = :id
"""


def upgrade() -> None:
    # columns with their own checks: SQLite adds and drops them without writing the table anew
    op.execute("ALTER TABLE accounts ADD COLUMN paid_invoices BIGINT DEFAULT 0 NOT NULL")
    op.execute("ALTER TABLE accounts ADD COLUMN late_days BIGINT DEFAULT 0 NOT NULL")
    op.execute(
        "ALTER TABLE subscriptions ADD COLUMN currency VARCHAR(3) DEFAULT '' NOT NULL"
        " CONSTRAINT ck_subscriptions_currency_length CHECK (length(currency) <= 3)"
    )
    op.execute("ALTER TABLE subscriptions ADD COLUMN period_minor BIGINT")
    op.execute("ALTER TABLE subscriptions ADD COLUMN cash_on DATE")
    _fill(op.get_bind())
    op.drop_index("ix_subscriptions_due", "subscriptions")
    op.create_index("ix_subscriptions_due", "subscriptions", _DUE)
    op.create_index(
        "ix_subscriptions_cash", "subscriptions", _CASH, sqlite_where=_IS_EXPECTED, postgresql_where=_IS_EXPECTED
    )


def downgrade() -> None:
    op.drop_index("ix_subscriptions_cash", "subscriptions")
    op.drop_index("ix_subscriptions_due", "subscriptions")
    op.create_index("ix_subscriptions_due", "subscriptions", ["status", "period_end"])
    for column in ("cash_on", "period_minor", "currency"):
        op.execute(f"ALTER TABLE subscriptions DROP COLUMN {column}")
    for column in ("late_days", "paid_invoices"):
        op.execute(f"ALTER TABLE accounts DROP COLUMN {column}")


def _fill(connection: sa.Connection) -> None:
    """The rules as they were on the day of this revision; later ones do not change it."""
    days: dict[int, list[int]] = {}
    for account_id, due_on, paid_on in connection.execute(sa.text(_PAID)):
        days.setdefault(account_id, []).append((_day(paid_on) - _day(due_on)).days)
    paid = [{"id": key, "n": len(late), "days": sum(late)} for key, late in days.items()]
    if paid:
        connection.execute(sa.text("UPDATE accounts SET paid_invoices = :n, late_days = :days WHERE id = :id"), paid)
    rows = [_columns(row) for row in connection.execute(sa.text(_SUBSCRIPTIONS))]
    if rows:
        connection.execute(sa.text(_SET), rows)


def _columns(row: Any) -> dict[str, Any]:
    is_paid = not row.is_trial and row.status in ("scheduled", "active", "pending_cancellation")
    is_renewing = is_paid and row.status != "pending_cancellation" and row.is_auto_renewed
    minor = _amount(row) if is_paid else None
    cash_on = _cash_on(row).isoformat() if is_renewing else None
    return {
        "account_id": row.account_id, "id": row.id, "currency": row.currency, "minor": minor, "cash_on": cash_on,
    }  # fmt: skip


def _amount(row: Any) -> int:
    """A full period, rounded once, a half away from zero."""
    places = 0 if row.currency in _ZERO_PLACES else 3 if row.currency in _THREE_PLACES else 2
    if row.negotiated_amount is not None:
        exact = Fraction(row.negotiated_amount) * row.seats
    else:
        exact = _listed(row.model, _json(row.tiers), row.seats)
        if row.discount_percent is not None:
            exact *= 1 - Fraction(row.discount_percent) / 100
    return int(exact * 10**places + Fraction(1, 2))


def _listed(model: str, tiers: list[dict[str, Any]], seats: int) -> Fraction:
    total, below = Fraction(0), 0
    for tier in tiers:
        upper = seats if tier["up_to"] is None else min(seats, tier["up_to"])
        flat = Fraction(tier.get("flat_amount", "0"))
        if model == "graduated":
            total += Fraction(tier["unit_amount"]) * (upper - below) + flat
        else:
            total = Fraction(tier["unit_amount"]) * seats + flat
        below = upper
        if below == seats:
            break
    return total


def _cash_on(row: Any) -> date:
    """Due by the account's terms and, on average of what it paid, so many days late."""
    issued_on = _day(row.period_end)
    day = issued_on + timedelta(days=row.net_days)
    if row.end_of_month:
        day = day.replace(day=_length(day))
    fixed = _json(row.fixed_days)
    if fixed:
        later = [one for one in sorted({min(each, _length(day)) for each in fixed}) if one >= day.day]
        following = day.replace(day=_length(day)) + timedelta(days=1)
        day = day.replace(day=later[0]) if later else following.replace(day=min(min(fixed), _length(following)))
    delay = Fraction(row.late_days, row.paid_invoices) if row.paid_invoices else Fraction(0)
    rounded = int(abs(delay) + Fraction(1, 2)) * (-1 if delay < 0 else 1)
    return max(issued_on, day + timedelta(days=rounded))


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
