"""The roll-up of billing cycles, with what there is as deltas; the index that months of cash were summed in goes."""

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
_KIND = """CASE s.status
    WHEN 'active' THEN CASE WHEN s.is_auto_renewed THEN 'renewing' ELSE 'ending' END
    WHEN 'pending_cancellation' THEN 'ending'
    WHEN 'scheduled' THEN CASE WHEN s.is_auto_renewed THEN 'scheduled' ELSE 'scheduled_ending' END
    ELSE 'trial' END"""
_ANCHOR = "CASE WHEN {0} = {1} THEN 0 ELSE {0} END"
_DAY = {"sqlite": "CAST(strftime('%d', s.{0}) AS INTEGER)", "postgresql": "CAST(extract(day FROM s.{0}) AS BIGINT)"}
_MONTH = {
    "sqlite": "date(s.cash_on, 'start of month')", "postgresql": "CAST(date_trunc('month', s.cash_on) AS DATE)",
}  # fmt: skip


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
    dialect = op.get_bind().dialect.name
    end, anchor = (_DAY[dialect].format(name) for name in ("period_end", "anchor_on"))
    _fill(1, _KIND, "s.period_end", _ANCHOR.format(anchor, end), "s.period_end IS NOT NULL")
    _fill(2, "'cash'", _MONTH[dialect], "0", "s.cash_on IS NOT NULL")


def _fill(batch: int, kind: str, day: str, anchor_day: str, where: str) -> None:
    columns = ", ".join(f'"{name}"' for name in (*_OWN, *_DIMENSIONS))
    op.execute(f"""
        INSERT INTO cycle_deltas (batch, position, {columns}, amount_minor, periods)
        SELECT {batch}, row_number() OVER (), f.* FROM (
            SELECT {kind}, {day}, {anchor_day}, s.interval, s.currency, s.product, a.country, coalesce(a.rep_id, 0),
                   a.segment, sum(coalesce(s.period_minor, 0)), count(*)
            FROM subscriptions AS s JOIN accounts AS a ON a.id = s.account_id
            WHERE {where} AND s.status IN ('active', 'pending_cancellation', 'scheduled', 'trialing')
            GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
        ) AS f
    """)  # noqa: S608  the parts are written above


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
