"""Indexes of the decision calendar: what can cost money, by the day up to which it can be decided."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_RENEWING = sa.text("cash_on IS NOT NULL")
_EXEMPT = sa.text("exempt_until IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_subscriptions_decisions",
        "subscriptions",
        [
            "notice_days", "period_end", "period_minor", "currency", "interval", "product", "cash_on",
        ],
        sqlite_where=_RENEWING,
        postgresql_where=_RENEWING,
    )  # fmt: skip
    op.create_index(
        "ix_accounts_exempt_until", "accounts", ["exempt_until"], sqlite_where=_EXEMPT, postgresql_where=_EXEMPT
    )
    op.create_index("ix_purchase_orders_expires_on", "purchase_orders", ["expires_on"])
    op.create_index("ix_proposals_valid_until", "proposals", ["valid_until"])


def downgrade() -> None:
    op.drop_index("ix_proposals_valid_until", "proposals")
    op.drop_index("ix_purchase_orders_expires_on", "purchase_orders")
    op.drop_index("ix_accounts_exempt_until", "accounts")
    op.drop_index("ix_subscriptions_decisions", "subscriptions")
