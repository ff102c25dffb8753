"""Invoices, credit notes, number series and the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issued_numbers",
        sa.Column("series", sa.String(length=10), nullable=False),
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(series) <= 10", name=op.f("ck_issued_numbers_series_length")),
        sa.PrimaryKeyConstraint("series", "year", "number", name=op.f("pk_issued_numbers")),
    )
    op.create_table(
        "number_series",
        sa.Column("series", sa.String(length=10), nullable=False),
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(last_hash) <= 64", name=op.f("ck_number_series_last_hash_length")),
        sa.CheckConstraint("length(series) <= 10", name=op.f("ck_number_series_series_length")),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_number_series")),
    )
    op.create_table(
        "postings",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("ledger_account", sa.String(length=30), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_postings_currency_length")),
        sa.CheckConstraint("length(ledger_account) <= 30", name=op.f("ck_postings_ledger_account_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_postings_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_postings")),
        sa.UniqueConstraint(
            "account_id", "entry_id", "position", name=op.f("uq_postings_account_id_entry_id_position")
        ),
    )
    op.create_index("ix_postings_ledger", "postings", ["account_id", "ledger_account", "posted_on"], unique=False)
    op.create_table(
        "documents",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("seller", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("po_id", sa.BigInteger(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("subtotal_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("open_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("sheet_hash", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('invoice', 'credit_note')", name=op.f("ck_documents_kind")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_documents_currency_length")),
        sa.CheckConstraint("length(kind) <= 20", name=op.f("ck_documents_kind_length")),
        sa.CheckConstraint("length(language) <= 5", name=op.f("ck_documents_language_length")),
        sa.CheckConstraint("length(number) <= 30", name=op.f("ck_documents_number_length")),
        sa.CheckConstraint("length(previous_hash) <= 64", name=op.f("ck_documents_previous_hash_length")),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_documents_reason_length")),
        sa.CheckConstraint("length(seller) <= 20", name=op.f("ck_documents_seller_length")),
        sa.CheckConstraint("length(sheet_hash) <= 64", name=op.f("ck_documents_sheet_hash_length")),
        sa.CheckConstraint("subtotal_minor + tax_minor = total_minor", name=op.f("ck_documents_total")),
        sa.ForeignKeyConstraint(
            ["account_id", "order_id"],
            ["orders.account_id", "orders.id"],
            name=op.f("fk_documents_account_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "po_id"],
            ["purchase_orders.account_id", "purchase_orders.id"],
            name=op.f("fk_documents_account_id_po_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_documents_account_id")),
        sa.ForeignKeyConstraint(["seller"], ["sellers.code"], name=op.f("fk_documents_seller")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_account", "documents", ["account_id", "issued_on"], unique=False)
    op.create_index(
        "ix_documents_issued_on", "documents", ["issued_on", "number", "kind", "currency", "account_id"], unique=False
    )
    op.create_index("ix_documents_number", "documents", ["number"], unique=False)
    op.create_index(
        "ix_documents_owed",
        "documents",
        ["due_on", "currency", "open_minor"],
        unique=False,
        sqlite_where=sa.text("open_minor > 0"),
        postgresql_where=sa.text("open_minor > 0"),
    )
    op.create_table(
        "movements",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("month", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("yearly_before_minor", sa.BigInteger(), nullable=False),
        sa.Column("yearly_after_minor", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("rep_id", sa.BigInteger(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("length(country) <= 2", name=op.f("ck_movements_country_length")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_movements_currency_length")),
        sa.CheckConstraint("length(kind) <= 20", name=op.f("ck_movements_kind_length")),
        sa.CheckConstraint("length(plan) <= 40", name=op.f("ck_movements_plan_length")),
        sa.ForeignKeyConstraint(
            ["account_id", "subscription_id"],
            ["subscriptions.account_id", "subscriptions.id"],
            name=op.f("fk_movements_account_id_subscription_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_movements_account_id")),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name=op.f("fk_movements_plan")),
        sa.ForeignKeyConstraint(["rep_id"], ["users.id"], name=op.f("fk_movements_rep_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_movements")),
        sa.UniqueConstraint(
            "account_id", "subscription_id", "moved_on", name=op.f("uq_movements_account_id_subscription_id_moved_on")
        ),
    )
    op.create_index("ix_movements_month", "movements", ["month"], unique=False)
    op.create_table(
        "corrections",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("credit_note_id", sa.BigInteger(), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("set_off_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "credit_note_id"],
            ["documents.account_id", "documents.id"],
            name=op.f("fk_corrections_account_id_credit_note_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "invoice_id"],
            ["documents.account_id", "documents.id"],
            name=op.f("fk_corrections_account_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_corrections_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_corrections")),
        sa.UniqueConstraint(
            "account_id",
            "credit_note_id",
            "invoice_id",
            name=op.f("uq_corrections_account_id_credit_note_id_invoice_id"),
        ),
    )
    op.create_index("ix_corrections_invoice", "corrections", ["account_id", "invoice_id"], unique=False)
    op.create_table(
        "document_lines",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_treatment", sa.String(length=20), nullable=False),
        sa.Column("tax_country", sa.String(length=2), nullable=False),
        sa.Column("tax_rate", sa.String(length=40), nullable=False),
        sa.Column("tax_reason", sa.String(length=40), nullable=False),
        sa.Column("tax_mention", sa.String(length=40), nullable=False),
        sa.Column("tax_article", sa.String(length=200), nullable=False),
        sa.Column("derivation", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('charge', 'credit')", name=op.f("ck_document_lines_kind")),
        sa.CheckConstraint("length(kind) <= 10", name=op.f("ck_document_lines_kind_length")),
        sa.CheckConstraint("length(plan) <= 40", name=op.f("ck_document_lines_plan_length")),
        sa.CheckConstraint("length(tax_article) <= 200", name=op.f("ck_document_lines_tax_article_length")),
        sa.CheckConstraint("length(tax_country) <= 2", name=op.f("ck_document_lines_tax_country_length")),
        sa.CheckConstraint("length(tax_mention) <= 40", name=op.f("ck_document_lines_tax_mention_length")),
        sa.CheckConstraint("length(tax_reason) <= 40", name=op.f("ck_document_lines_tax_reason_length")),
        sa.CheckConstraint("length(tax_treatment) <= 20", name=op.f("ck_document_lines_tax_treatment_length")),
        sa.ForeignKeyConstraint(
            ["account_id", "document_id"],
            ["documents.account_id", "documents.id"],
            name=op.f("fk_document_lines_account_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "subscription_id"],
            ["subscriptions.account_id", "subscriptions.id"],
            name=op.f("fk_document_lines_account_id_subscription_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_document_lines_account_id")),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name=op.f("fk_document_lines_plan")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_document_lines")),
        sa.UniqueConstraint(
            "account_id", "document_id", "position", name=op.f("uq_document_lines_account_id_document_id_position")
        ),
    )
    op.create_index("ix_document_lines_subscription", "document_lines", ["account_id", "subscription_id"], unique=False)
    op.create_table(
        "line_corrections",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("credit_line_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "credit_line_id"],
            ["document_lines.account_id", "document_lines.id"],
            name=op.f("fk_line_corrections_account_id_credit_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "line_id"],
            ["document_lines.account_id", "document_lines.id"],
            name=op.f("fk_line_corrections_account_id_line_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_line_corrections_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_line_corrections")),
    )
    op.create_index("ix_line_corrections_credit", "line_corrections", ["account_id", "credit_line_id"], unique=False)
    op.create_index("ix_line_corrections_line", "line_corrections", ["account_id", "line_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_line_corrections_line", table_name="line_corrections")
    op.drop_index("ix_line_corrections_credit", table_name="line_corrections")
    op.drop_table("line_corrections")
    op.drop_index("ix_document_lines_subscription", table_name="document_lines")
    op.drop_table("document_lines")
    op.drop_index("ix_corrections_invoice", table_name="corrections")
    op.drop_table("corrections")
    op.drop_index("ix_movements_month", table_name="movements")
    op.drop_table("movements")
    op.drop_index(
        "ix_documents_owed",
        table_name="documents",
        sqlite_where=sa.text("open_minor > 0"),
        postgresql_where=sa.text("open_minor > 0"),
    )
    op.drop_index("ix_documents_number", table_name="documents")
    op.drop_index("ix_documents_issued_on", table_name="documents")
    op.drop_index("ix_documents_account", table_name="documents")
    op.drop_table("documents")
    op.drop_index("ix_postings_ledger", table_name="postings")
    op.drop_table("postings")
    op.drop_table("number_series")
    op.drop_table("issued_numbers")
