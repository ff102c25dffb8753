"""Indexes of the list of payments: what it is ordered, filtered and searched by."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_payments_received_on", "payments")
    op.create_index(
        "ix_payments_list", "payments", ["received_on", "id", "account_id", "kind", "reversed_on", "reference"]
    )
    for name, rare in (("ix_payments_refunds", "kind = 'refund'"), ("ix_payments_reversed", "reversed_on IS NOT NULL")):
        op.create_index(
            name, "payments", ["received_on"], sqlite_where=sa.text(rare), postgresql_where=sa.text(rare)
        )


def downgrade() -> None:
    for name in ("ix_payments_reversed", "ix_payments_refunds", "ix_payments_list"):
        op.drop_index(name, "payments")
    op.create_index("ix_payments_received_on", "payments", ["received_on"])
