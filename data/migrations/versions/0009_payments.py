"""Payments, what they pay, the balance of accounts, disputes and approvals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_credits",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=15), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("left_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("source IN ('credit_note', 'payment')", name=op.f("ck_account_credits_source")),
        sa.CheckConstraint("left_minor >= 0 AND left_minor <= amount_minor", name=op.f("ck_account_credits_left")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_account_credits_currency_length")),
        sa.CheckConstraint("length(source) <= 15", name=op.f("ck_account_credits_source_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_credits_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_account_credits")),
    )
    op.create_index(
        "ix_account_credits_left",
        "account_credits",
        ["account_id", "since_on"],
        unique=False,
        sqlite_where=sa.text("left_minor > 0"),
        postgresql_where=sa.text("left_minor > 0"),
    )
    op.create_table(
        "approvals",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("wanted", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "kind IN ('refund', 'write_off', 'trial_extension', 'discount')", name=op.f("ck_approvals_kind")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'approved', 'refused', 'withdrawn')", name=op.f("ck_approvals_status")
        ),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name=op.f("ck_approvals_second_person")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_approvals_currency_length")),
        sa.CheckConstraint("length(decision_reason) <= 500", name=op.f("ck_approvals_decision_reason_length")),
        sa.CheckConstraint("length(kind) <= 20", name=op.f("ck_approvals_kind_length")),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_approvals_reason_length")),
        sa.CheckConstraint("length(request_key) <= 64", name=op.f("ck_approvals_request_key_length")),
        sa.CheckConstraint("length(status) <= 10", name=op.f("ck_approvals_status_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_approvals_account_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_approvals_decided_by")),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name=op.f("fk_approvals_requested_by")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("account_id", "request_key", name=op.f("uq_approvals_account_id_request_key")),
    )
    op.create_index("ix_approvals_status", "approvals", ["status", "requested_at"], unique=False)
    op.create_table(
        "payments",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("means", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reversed_on", sa.Date(), nullable=True),
        sa.Column("reversal_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('receipt', 'refund')", name=op.f("ck_payments_kind")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payments_amount")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_payments_currency_length")),
        sa.CheckConstraint("length(kind) <= 10", name=op.f("ck_payments_kind_length")),
        sa.CheckConstraint("length(means) <= 20", name=op.f("ck_payments_means_length")),
        sa.CheckConstraint("length(payload_hash) <= 64", name=op.f("ck_payments_payload_hash_length")),
        sa.CheckConstraint("length(reference) <= 200", name=op.f("ck_payments_reference_length")),
        sa.CheckConstraint("length(request_key) <= 64", name=op.f("ck_payments_request_key_length")),
        sa.CheckConstraint("length(reversal_reason) <= 200", name=op.f("ck_payments_reversal_reason_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_payments_account_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_payments_recorded_by")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_payments")),
        sa.UniqueConstraint("account_id", "request_key", name=op.f("uq_payments_account_id_request_key")),
    )
    op.create_index("ix_payments_account", "payments", ["account_id", "received_on"], unique=False)
    op.create_index("ix_payments_received_on", "payments", ["received_on"], unique=False)
    op.create_table(
        "allocations",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=15), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("allocated_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("source IN ('payment', 'credit_note', 'write_off')", name=op.f("ck_allocations_source")),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_allocations_amount")),
        sa.CheckConstraint("length(source) <= 15", name=op.f("ck_allocations_source_length")),
        sa.ForeignKeyConstraint(
            ["account_id", "invoice_id"],
            ["documents.account_id", "documents.id"],
            name=op.f("fk_allocations_account_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_allocations_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_allocations")),
    )
    op.create_index("ix_allocations_day", "allocations", ["allocated_on"], unique=False)
    op.create_index("ix_allocations_invoice", "allocations", ["account_id", "invoice_id"], unique=False)
    op.create_index("ix_allocations_source", "allocations", ["account_id", "source_id"], unique=False)
    op.create_table(
        "disputes",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_disputes_reason_length")),
        sa.ForeignKeyConstraint(
            ["account_id", "document_id"],
            ["documents.account_id", "documents.id"],
            name=op.f("fk_disputes_account_id_document_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_disputes_account_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["users.id"], name=op.f("fk_disputes_opened_by")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_disputes")),
    )
    op.create_index(
        "uq_disputes_open",
        "disputes",
        ["account_id", "document_id"],
        unique=True,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )


def downgrade() -> None:
    for table in ("disputes", "allocations", "payments", "approvals", "account_credits"):
        op.drop_table(table)
