"""Accounts granted to licence managers."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_grants",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_grants_account_id")),
        sa.ForeignKeyConstraint(["granted_by"], ["users.id"], name=op.f("fk_account_grants_granted_by")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_account_grants_user_id")),
        sa.PrimaryKeyConstraint("account_id", "user_id", name=op.f("pk_account_grants")),
    )
    op.create_index("ix_account_grants_user", "account_grants", ["user_id", "account_id"])


def downgrade() -> None:
    op.drop_table("account_grants")
