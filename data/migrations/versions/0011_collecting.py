"""What is written off and refunded, bank statements, direct debits; the balance that credit notes left so far."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# What is left of credit notes was only in the ledger: from now on the balance has a row for each.
_BALANCE = """
INSERT INTO account_credits (account_id, id, source, source_id, currency, since_on, amount_minor, left_minor)
SELECT note.account_id, note.id, 'credit_note', note.id, note.currency, note.issued_on,
       -note.total_minor - COALESCE(used.minor, 0), -note.total_minor - COALESCE(used.minor, 0)
FROM documents AS note
LEFT JOIN (
    SELECT account_id, credit_note_id, SUM(set_off_minor) AS minor FROM corrections GROUP BY account_id, credit_note_id
) AS used ON used.account_id = note.account_id AND used.credit_note_id = note.id
WHERE note.kind = 'credit_note' AND -note.total_minor - COALESCE(used.minor, 0) > 0
  AND NOT EXISTS (
    SELECT 1 FROM account_credits AS there WHERE there.account_id = note.account_id AND there.id = note.id
  )
"""


def upgrade() -> None:
    op.create_table(
        "debit_batches",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seller", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("collect_on", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("status IN ('open', 'booked', 'cancelled')", name=op.f("ck_debit_batches_status")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_debit_batches_currency_length")),
        sa.CheckConstraint("length(seller) <= 20", name=op.f("ck_debit_batches_seller_length")),
        sa.CheckConstraint("length(status) <= 10", name=op.f("ck_debit_batches_status_length")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_debit_batches_made_by")),
        sa.ForeignKeyConstraint(["seller"], ["sellers.code"], name=op.f("fk_debit_batches_seller")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debit_batches")),
    )
    op.create_index("ix_debit_batches_collect_on", "debit_batches", ["collect_on"], unique=False)
    op.create_table(
        "statements",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("imported_on", sa.Date(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(file_hash) <= 64", name=op.f("ck_statements_file_hash_length")),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_statements_name_length")),
        sa.ForeignKeyConstraint(["imported_by"], ["users.id"], name=op.f("fk_statements_imported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint("file_hash", name=op.f("uq_statements_file_hash")),
    )
    op.create_index("ix_statements_imported_at", "statements", ["imported_at"], unique=False)
    op.create_table(
        "statement_lines",
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line_key", sa.String(length=64), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payer", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=500), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("status IN ('open', 'booked', 'ignored')", name=op.f("ck_statement_lines_status")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_statement_lines_amount")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_statement_lines_currency_length")),
        sa.CheckConstraint("length(line_key) <= 64", name=op.f("ck_statement_lines_line_key_length")),
        sa.CheckConstraint("length(payer) <= 200", name=op.f("ck_statement_lines_payer_length")),
        sa.CheckConstraint("length(reference) <= 500", name=op.f("ck_statement_lines_reference_length")),
        sa.CheckConstraint("length(status) <= 10", name=op.f("ck_statement_lines_status_length")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_statement_lines_decided_by")),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name=op.f("fk_statement_lines_statement_id")),
        sa.PrimaryKeyConstraint("statement_id", "position", name=op.f("pk_statement_lines")),
        sa.UniqueConstraint("line_key", name=op.f("uq_statement_lines_line_key")),
    )
    op.create_index("ix_statement_lines_status", "statement_lines", ["status", "booked_on"], unique=False)
    op.create_table(
        "refund_parts",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("refund_id", sa.BigInteger(), nullable=False),
        sa.Column("credit_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_parts_amount")),
        sa.ForeignKeyConstraint(
            ["account_id", "credit_id"],
            ["account_credits.account_id", "account_credits.id"],
            name=op.f("fk_refund_parts_account_id_credit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "refund_id"],
            ["payments.account_id", "payments.id"],
            name=op.f("fk_refund_parts_account_id_refund_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_refund_parts_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_refund_parts")),
        sa.UniqueConstraint(
            "account_id", "refund_id", "credit_id", name=op.f("uq_refund_parts_account_id_refund_id_credit_id")
        ),
    )
    op.create_index("ix_refund_parts_credit", "refund_parts", ["account_id", "credit_id"], unique=False)
    op.create_table(
        "debits",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("mandate_reference", sa.String(length=35), nullable=False),
        sa.Column("sequence_type", sa.String(length=4), nullable=False),
        sa.Column("end_to_end_id", sa.String(length=35), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("return_reason", sa.String(length=10), nullable=False),
        sa.CheckConstraint("status IN ('open', 'collected', 'returned', 'cancelled')", name=op.f("ck_debits_status")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_debits_amount")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_debits_currency_length")),
        sa.CheckConstraint("length(end_to_end_id) <= 35", name=op.f("ck_debits_end_to_end_id_length")),
        sa.CheckConstraint("length(mandate_reference) <= 35", name=op.f("ck_debits_mandate_reference_length")),
        sa.CheckConstraint("length(return_reason) <= 10", name=op.f("ck_debits_return_reason_length")),
        sa.CheckConstraint("length(sequence_type) <= 4", name=op.f("ck_debits_sequence_type_length")),
        sa.CheckConstraint("length(status) <= 10", name=op.f("ck_debits_status_length")),
        sa.ForeignKeyConstraint(
            ["account_id", "invoice_id"],
            ["documents.account_id", "documents.id"],
            name=op.f("fk_debits_account_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "payment_id"],
            ["payments.account_id", "payments.id"],
            name=op.f("fk_debits_account_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_debits_account_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["debit_batches.id"], name=op.f("fk_debits_batch_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_debits")),
    )
    op.create_index("ix_debits_batch", "debits", ["batch_id"], unique=False)
    op.create_index("ix_debits_mandate", "debits", ["account_id", "mandate_reference"], unique=False)
    op.create_index(
        "uq_debits_open",
        "debits",
        ["account_id", "invoice_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "write_offs",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("written_off_on", sa.Date(), nullable=False),
        sa.Column("approval_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_write_offs_amount")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_write_offs_currency_length")),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_write_offs_reason_length")),
        sa.ForeignKeyConstraint(
            ["account_id", "invoice_id"],
            ["documents.account_id", "documents.id"],
            name=op.f("fk_write_offs_account_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_write_offs_account_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_write_offs_recorded_by")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_write_offs")),
    )
    op.create_index("ix_write_offs_invoice", "write_offs", ["account_id", "invoice_id"], unique=False)
    op.execute(_BALANCE)


def downgrade() -> None:
    for table in ("debits", "refund_parts", "write_offs", "statement_lines", "debit_batches", "statements"):
        op.drop_table(table)
