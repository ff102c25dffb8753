"""Invoices that another system issued, taken over with what was open on them."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("taken_over_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("documents", "taken_over_on")
