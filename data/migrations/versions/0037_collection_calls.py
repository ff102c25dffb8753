"""Calls about what is overdue, with what was promised."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collection_calls",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("called_by", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("promised_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.CheckConstraint("length(request_key) <= 64", name=op.f("ck_collection_calls_request_key_length")),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_collection_calls_note_length")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_collection_calls_currency_length")),
        sa.CheckConstraint("promised_minor > 0", name=op.f("ck_collection_calls_amount")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_collection_calls_account_id")),
        sa.ForeignKeyConstraint(["called_by"], ["users.id"], name=op.f("fk_collection_calls_called_by")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_collection_calls")),
        sa.UniqueConstraint("account_id", "request_key", name=op.f("uq_collection_calls_account_id_request_key")),
    )
    op.create_index("ix_collection_calls_promised", "collection_calls", ["promised_on"])


def downgrade() -> None:
    op.drop_table("collection_calls")
