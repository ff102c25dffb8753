"""Indexes of lists of renewals: what ends with its period, and those at an older price by the end of theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_subscriptions_not_renewed",
        "subscriptions",
        ["status", "period_end", "interval"],
        sqlite_where=sa.text("is_auto_renewed = 0"),
        postgresql_where=sa.text("NOT is_auto_renewed"),
    )
    op.drop_index("ix_subscriptions_price", "subscriptions")
    op.create_index("ix_subscriptions_price", "subscriptions", ["price_id", "period_end"])


def downgrade() -> None:
    op.drop_index("ix_subscriptions_price", "subscriptions")
    op.create_index("ix_subscriptions_price", "subscriptions", ["price_id"])
    op.drop_index("ix_subscriptions_not_renewed", "subscriptions")
