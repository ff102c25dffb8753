"""A write-off that is taken back: the day, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("write_offs", sa.Column("reversed_on", sa.Date()))
    op.add_column("write_offs", sa.Column("reversal_reason", sa.String(500), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("write_offs", "reversal_reason")
    op.drop_column("write_offs", "reversed_on")
