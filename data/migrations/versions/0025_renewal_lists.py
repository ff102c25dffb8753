"""Indexes of the list of renewals: the largest first, and those whose price a newer one follows."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_subscriptions_amount", "subscriptions", ["period_minor"])
    op.create_index("ix_subscriptions_price", "subscriptions", ["price_id"])


def downgrade() -> None:
    op.drop_index("ix_subscriptions_price", "subscriptions")
    op.drop_index("ix_subscriptions_amount", "subscriptions")
