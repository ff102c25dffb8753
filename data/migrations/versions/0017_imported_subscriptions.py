"""Subscriptions taken over from another system, and until when they were billed there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_subscriptions",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cut_over_on", sa.Date(), nullable=False),
        sa.Column("billed_from", sa.Date(), nullable=True),
        sa.Column("billed_until", sa.Date(), nullable=True),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("imported_by", sa.BigInteger(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(billed_from IS NULL) = (billed_until IS NULL)", name=op.f("ck_imported_subscriptions_billed")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_imported_subscriptions_account_id")),
        sa.ForeignKeyConstraint(
            ["account_id", "id"],
            ["subscriptions.account_id", "subscriptions.id"],
            name=op.f("fk_imported_subscriptions_account_id_id"),
        ),
        sa.ForeignKeyConstraint(["imported_by"], ["users.id"], name=op.f("fk_imported_subscriptions_imported_by")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_imported_subscriptions")),
    )


def downgrade() -> None:
    op.drop_table("imported_subscriptions")
