"""The sums of billing cycles by two dimensions at once, filled by what there is; indexes of purchase orders and cohorts."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_DIMENSIONS = ("product", "country", "rep_id", "segment")
_OWN = ("kind", "day", "anchor_day", "interval", "currency")
_ORDERED = sa.text("po_id IS NOT NULL")
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
    op.create_index(
        "ix_subscriptions_po",
        "subscriptions",
        ["status", "period_end", "interval"],
        sqlite_where=_ORDERED,
        postgresql_where=_ORDERED,
    )
    op.create_index("ix_movements_cohort", "movements", ["account_id", "currency", "moved_on", "amount_minor"])
    for table in ("cycle_figures", "cycle_deltas"):
        op.execute(f"DELETE FROM {table}")
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
    op.drop_index("ix_movements_cohort", "movements")
    op.drop_index("ix_subscriptions_po", "subscriptions")
