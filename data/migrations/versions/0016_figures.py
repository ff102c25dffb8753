"""Roll-ups of the reports' figures, and the facts of the day that they are told apart by.

The roll-ups are empty afterwards: `python -m services.rollups --rebuild` fills them, as the portal's start does.
"""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_CASH = sa.text("ledger_account = 'cash'")
_OF_THE_DAY = """
UPDATE documents SET
    country = (SELECT accounts.country FROM accounts WHERE accounts.id = documents.account_id),
    rep_id = COALESCE((SELECT accounts.rep_id FROM accounts WHERE accounts.id = documents.account_id), 0),
    segment = (SELECT accounts.segment FROM accounts WHERE accounts.id = documents.account_id)
"""
_SEGMENT = """
UPDATE movements SET segment = (SELECT accounts.segment FROM accounts WHERE accounts.id = movements.account_id)
"""
_ALLOCATED = """
SELECT account_id, id, invoice_id, amount_minor FROM allocations ORDER BY account_id, invoice_id, recorded_at, id
"""
_GROSS = """
SELECT account_id, document_id, plan, SUM(net_minor + tax_minor) FROM document_lines
WHERE EXISTS (
    SELECT 1 FROM allocations
    WHERE allocations.account_id = document_lines.account_id AND allocations.invoice_id = document_lines.document_id
)
GROUP BY account_id, document_id, plan ORDER BY account_id, document_id, plan
"""
_PART = """
INSERT INTO allocation_parts (account_id, id, allocation_id, plan, amount_minor)
VALUES (:account_id, :id, :allocation_id, :plan, :amount_minor)
"""
_TYPES: dict[str, sa.String | sa.Date] = {
    "measure": sa.String(length=20),
    "currency": sa.String(length=3),
    "plan": sa.String(length=40),
    "country": sa.String(length=2),
    "segment": sa.String(length=80),
    "posted_on": sa.Date(),
    "due_on": sa.Date(),
}
_FIGURE, _DUE = ("measure", "month", "currency", "plan"), ("posted_on", "due_on", "currency")
_OF = ("country", "rep_id", "segment")


def upgrade() -> None:
    _add("documents", "country VARCHAR(2) DEFAULT '' NOT NULL", "length(country) <= 2", "country_length")
    op.add_column("documents", sa.Column("rep_id", sa.BigInteger(), nullable=False, server_default="0"))
    _add("documents", "segment VARCHAR(80) DEFAULT '' NOT NULL", "length(segment) <= 80", "segment_length")
    _add("movements", "segment VARCHAR(80) DEFAULT '' NOT NULL", "length(segment) <= 80", "segment_length")
    op.execute(_OF_THE_DAY)
    op.execute(_SEGMENT)
    op.create_index(
        "ix_postings_cash", "postings", ["posted_on"], sqlite_where=_CASH, postgresql_where=_CASH
    )
    op.create_table(
        "allocation_parts",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("allocation_id", sa.BigInteger(), nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(plan) <= 40", name=op.f("ck_allocation_parts_plan_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_allocation_parts_account_id")),
        sa.ForeignKeyConstraint(
            ["account_id", "allocation_id"],
            ["allocations.account_id", "allocations.id"],
            name=op.f("fk_allocation_parts_account_id_allocation_id"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_allocation_parts")),
    )
    op.create_index("ix_allocation_parts_allocation", "allocation_parts", ["account_id", "allocation_id"])
    _split_allocations(op.get_bind())
    for table, own in (("figures", _FIGURE), ("dues", _DUE)):
        _roll_up(table, ("grain",), own, key=("grain", *own, *_OF))
    for table, own in (("figure_deltas", _FIGURE), ("due_deltas", _DUE)):
        _roll_up(table, ("batch", "position"), own, key=("batch", "position"))


def downgrade() -> None:
    for table in ("due_deltas", "figure_deltas", "dues", "figures", "allocation_parts"):
        op.drop_table(table)
    op.drop_index("ix_postings_cash", "postings")
    for table, column in (
        ("movements", "segment"),
        ("documents", "segment"),
        ("documents", "rep_id"),
        ("documents", "country"),
    ):
        op.drop_column(table, column)


def _add(table: str, column: str, rule: str, name: str) -> None:
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} CONSTRAINT ck_{table}_{name} CHECK ({rule})")


def _roll_up(table: str, first: tuple[str, ...], own: tuple[str, ...], *, key: tuple[str, ...]) -> None:
    names = (*first, *own, *_OF, "amount_minor")
    columns: list[sa.Column[Any]] = [
        sa.Column(name, _TYPES.get(name) or sa.BigInteger(), nullable=False, autoincrement=False) for name in names
    ]
    checks = [
        sa.CheckConstraint(f"length({name}) <= {kind.length}", name=op.f(f"ck_{table}_{name}_length"))
        for name, kind in _TYPES.items()
        if name in names and isinstance(kind, sa.String)
    ]
    primary = sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}"))
    op.create_table(table, *columns, *checks, primary, sqlite_with_rowid=False)


def _split_allocations(connection: sa.Connection) -> None:
    """Largest remainder over the totals of an invoice's plans, of what is paid so far: as the portal splits."""
    gross: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
    for account_id, document_id, plan, minor in connection.execute(sa.text(_GROSS)):
        gross[account_id, document_id].append((plan, int(minor)))
    paid: dict[tuple[int, int], int] = defaultdict(int)
    rows = []
    for account_id, allocation_id, invoice_id, minor in connection.execute(sa.text(_ALLOCATED)).all():
        invoice = account_id, invoice_id
        before, after = (_parts(total, gross[invoice]) for total in (paid[invoice], paid[invoice] + minor))
        paid[invoice] += minor
        parts = [(plan, new - old) for (plan, _), old, new in zip(gross[invoice], before, after, strict=True)]
        owned = {"account_id": account_id, "allocation_id": allocation_id}
        rows += [
            owned | {"id": allocation_id & -4096 | place, "plan": plan, "amount_minor": part}
            for place, (plan, part) in enumerate(((plan, part) for plan, part in parts if part), start=1)
        ]
    if rows:
        connection.execute(sa.text(_PART), rows)


def _parts(total: int, gross: list[tuple[str, int]]) -> list[int]:
    whole = sum(weight for _, weight in gross)
    parts = [total * weight // whole for _, weight in gross]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] * whole - total * gross[i][1], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts
