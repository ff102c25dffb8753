"""The roll-up of billing cycles, filled in a later revision; the index that months of cash were summed in goes."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_WORDS = {"product": 40, "country": 2, "segment": 80, "kind": 20, "interval": 10, "currency": 3}
_DIMENSIONS = ("product", "country", "rep_id", "segment")
_OWN = ("kind", "day", "anchor_day", "interval", "currency")
_SUMS = ("amount_minor", "periods")
_EXPECTED = sa.text("cash_on IS NOT NULL")

def upgrade() -> None:
    for name, key in (
        ("cycle_figures", ("grain", *_DIMENSIONS, *_OWN)),
        ("cycle_deltas", ("batch", "position")),
    ):
        columns = (*key, *_SUMS) if "grain" in key else (*key, *_OWN, *_DIMENSIONS, *_SUMS)
        op.create_table(
            name,
            *(_column(column) for column in columns),
            *_lengths(name, columns),
            sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
    nothing = sa.text("periods = 0")
    op.create_index(
        "ix_cycle_figures_nothing", "cycle_figures", ["periods"], sqlite_where=nothing, postgresql_where=nothing
    )
    op.drop_index("ix_subscriptions_cash", "subscriptions")


def downgrade() -> None:
    columns = ["cash_on", "interval", "currency", "period_minor"]
    op.create_index(
        "ix_subscriptions_cash", "subscriptions", columns, sqlite_where=_EXPECTED, postgresql_where=_EXPECTED
    )
    op.drop_table("cycle_deltas")
    op.drop_table("cycle_figures")


def _column(name: str) -> sa.Column[object]:
    if name in _WORDS:
        return sa.Column(name, sa.String(length=_WORDS[name]), nullable=False)
    if name == "day":
        return sa.Column(name, sa.Date(), nullable=False)
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _lengths(table: str, columns: Sequence[str]) -> Iterator[sa.CheckConstraint]:
    for name in columns:
        if name in _WORDS:
            yield sa.CheckConstraint(f"length({name}) <= {_WORDS[name]}", name=op.f(f"ck_{table}_{name}_length"))
