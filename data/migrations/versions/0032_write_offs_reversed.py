"""A write-off that is taken back: the day, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_REASON = (
    "reversal_reason VARCHAR(500) DEFAULT '' NOT NULL "
    "CONSTRAINT ck_write_offs_reversal_reason_length CHECK (length(reversal_reason) <= 500)"
)


def upgrade() -> None:
    op.add_column("write_offs", sa.Column("reversed_on", sa.Date()))
    op.execute(f"ALTER TABLE write_offs ADD COLUMN {_REASON}")


def downgrade() -> None:
    op.drop_column("write_offs", "reversal_reason")
    op.drop_column("write_offs", "reversed_on")
