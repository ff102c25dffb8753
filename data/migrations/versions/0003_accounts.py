"""Accounts with contacts, purchase orders, discounts and carts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("seller", sa.String(length=20), nullable=True),
        sa.Column("rep_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("segment", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postal_code", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=200), nullable=False),
        sa.Column("is_business", sa.Boolean(), nullable=False),
        sa.Column("vat_number", sa.String(length=30), nullable=False),
        sa.Column("vat_state", sa.String(length=20), nullable=False),
        sa.Column("vat_checked_on", sa.Date(), nullable=True),
        sa.Column("vat_consultation", sa.String(length=60), nullable=False),
        sa.Column("exemption_article", sa.String(length=200), nullable=False),
        sa.Column("exempt_from", sa.Date(), nullable=True),
        sa.Column("exempt_until", sa.Date(), nullable=True),
        sa.Column("net_days", sa.BigInteger(), nullable=False),
        sa.Column("end_of_month", sa.Boolean(), nullable=False),
        sa.Column("fixed_days", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("co_term_on", sa.String(length=5), nullable=True),
        sa.Column("po_required", sa.Boolean(), nullable=False),
        sa.Column("supplier_number", sa.String(length=40), nullable=False),
        sa.Column("cost_centre", sa.String(length=60), nullable=False),
        sa.Column("leitweg_id", sa.String(length=60), nullable=False),
        sa.Column("dir3_office", sa.String(length=20), nullable=False),
        sa.Column("dir3_body", sa.String(length=20), nullable=False),
        sa.Column("dir3_unit", sa.String(length=20), nullable=False),
        sa.Column("siret", sa.String(length=20), nullable=False),
        sa.Column("payment_means", sa.String(length=20), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("bic", sa.String(length=11), nullable=False),
        sa.Column("mandate_reference", sa.String(length=35), nullable=False),
        sa.Column("mandate_signed_on", sa.Date(), nullable=True),
        sa.Column("search_text", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(bic) <= 11", name=op.f("ck_accounts_bic_length")),
        sa.CheckConstraint("length(city) <= 200", name=op.f("ck_accounts_city_length")),
        sa.CheckConstraint("length(co_term_on) <= 5", name=op.f("ck_accounts_co_term_on_length")),
        sa.CheckConstraint("length(code) <= 40", name=op.f("ck_accounts_code_length")),
        sa.CheckConstraint("length(cost_centre) <= 60", name=op.f("ck_accounts_cost_centre_length")),
        sa.CheckConstraint("length(country) <= 2", name=op.f("ck_accounts_country_length")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_accounts_currency_length")),
        sa.CheckConstraint("length(dir3_body) <= 20", name=op.f("ck_accounts_dir3_body_length")),
        sa.CheckConstraint("length(dir3_office) <= 20", name=op.f("ck_accounts_dir3_office_length")),
        sa.CheckConstraint("length(dir3_unit) <= 20", name=op.f("ck_accounts_dir3_unit_length")),
        sa.CheckConstraint("length(exemption_article) <= 200", name=op.f("ck_accounts_exemption_article_length")),
        sa.CheckConstraint("length(iban) <= 34", name=op.f("ck_accounts_iban_length")),
        sa.CheckConstraint("length(kind) <= 20", name=op.f("ck_accounts_kind_length")),
        sa.CheckConstraint("length(language) <= 5", name=op.f("ck_accounts_language_length")),
        sa.CheckConstraint("length(legal_name) <= 200", name=op.f("ck_accounts_legal_name_length")),
        sa.CheckConstraint("length(leitweg_id) <= 60", name=op.f("ck_accounts_leitweg_id_length")),
        sa.CheckConstraint("length(mandate_reference) <= 35", name=op.f("ck_accounts_mandate_reference_length")),
        sa.CheckConstraint("length(payment_means) <= 20", name=op.f("ck_accounts_payment_means_length")),
        sa.CheckConstraint("length(postal_code) <= 20", name=op.f("ck_accounts_postal_code_length")),
        sa.CheckConstraint("length(region) <= 200", name=op.f("ck_accounts_region_length")),
        sa.CheckConstraint("length(search_text) <= 2000", name=op.f("ck_accounts_search_text_length")),
        sa.CheckConstraint("length(segment) <= 80", name=op.f("ck_accounts_segment_length")),
        sa.CheckConstraint("length(seller) <= 20", name=op.f("ck_accounts_seller_length")),
        sa.CheckConstraint("length(siret) <= 20", name=op.f("ck_accounts_siret_length")),
        sa.CheckConstraint("length(street) <= 200", name=op.f("ck_accounts_street_length")),
        sa.CheckConstraint("length(supplier_number) <= 40", name=op.f("ck_accounts_supplier_number_length")),
        sa.CheckConstraint("length(vat_consultation) <= 60", name=op.f("ck_accounts_vat_consultation_length")),
        sa.CheckConstraint("length(vat_number) <= 30", name=op.f("ck_accounts_vat_number_length")),
        sa.CheckConstraint("length(vat_state) <= 20", name=op.f("ck_accounts_vat_state_length")),
        sa.CheckConstraint("net_days >= 0 AND net_days <= 365", name=op.f("ck_accounts_net_days")),
        sa.ForeignKeyConstraint(["rep_id"], ["users.id"], name=op.f("fk_accounts_rep_id")),
        sa.ForeignKeyConstraint(["seller"], ["sellers.code"], name=op.f("fk_accounts_seller")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_accounts_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_index(op.f("ix_accounts_code"), "accounts", ["code"], unique=False)
    op.create_index(
        "ix_accounts_list",
        "accounts",
        ["search_text", "id", "country", "kind", "segment", "rep_id", "team_id", "seller", "currency"],
        unique=False,
    )
    op.create_index("ix_accounts_rep_id", "accounts", ["rep_id", "search_text", "id"], unique=False)
    op.create_index("ix_accounts_team_id", "accounts", ["team_id", "search_text", "id"], unique=False)
    op.create_table(
        "cart_lines",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("interval", sa.String(length=10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("discount_percent", sa.String(length=40), nullable=True),
        sa.Column("negotiated_amount", sa.String(length=40), nullable=True),
        sa.Column("discount_reason", sa.String(length=200), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=True),
        sa.Column("timing", sa.String(length=10), nullable=True),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('purchase', 'trial', 'seats')", name=op.f("ck_cart_lines_kind")),
        sa.CheckConstraint("length(discount_reason) <= 200", name=op.f("ck_cart_lines_discount_reason_length")),
        sa.CheckConstraint("length(interval) <= 10", name=op.f("ck_cart_lines_interval_length")),
        sa.CheckConstraint("length(kind) <= 20", name=op.f("ck_cart_lines_kind_length")),
        sa.CheckConstraint("length(plan) <= 40", name=op.f("ck_cart_lines_plan_length")),
        sa.CheckConstraint("length(timing) <= 10", name=op.f("ck_cart_lines_timing_length")),
        sa.CheckConstraint("seats >= 1", name=op.f("ck_cart_lines_seats")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_cart_lines_account_id")),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_cart_lines_added_by")),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name=op.f("fk_cart_lines_plan")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_cart_lines")),
    )
    op.create_index("ix_cart_lines_added_at", "cart_lines", ["added_at"], unique=False)
    op.create_table(
        "carts",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("checkout", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("updated_by", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(note) <= 1000", name=op.f("ck_carts_note_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_carts_account_id")),
        sa.ForeignKeyConstraint(["updated_by"], ["users.id"], name=op.f("fk_carts_updated_by")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_carts")),
    )
    op.create_table(
        "contacts",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("is_billing_contact", sa.Boolean(), nullable=False),
        sa.Column("is_invoice_recipient", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_contacts_email_length")),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_contacts_name_length")),
        sa.CheckConstraint("length(phone) <= 40", name=op.f("ck_contacts_phone_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_contacts_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("account_id", "email", name=op.f("uq_contacts_account_id_email")),
    )
    op.create_index(
        "uq_contacts_billing",
        "contacts",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("is_billing_contact"),
        postgresql_where=sa.text("is_billing_contact"),
    )
    op.create_table(
        "purchase_orders",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("cap_minor", sa.BigInteger(), nullable=True),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(number) <= 60", name=op.f("ck_purchase_orders_number_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_purchase_orders_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_purchase_orders")),
        sa.UniqueConstraint("account_id", "number", name=op.f("uq_purchase_orders_account_id_number")),
    )
    op.create_index("ix_purchase_orders_number", "purchase_orders", ["number"], unique=False)
    op.create_table(
        "standing_discounts",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("percent", sa.String(length=40), nullable=True),
        sa.Column("unit_amount", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(plan) <= 40", name=op.f("ck_standing_discounts_plan_length")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_standing_discounts_reason_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_standing_discounts_account_id")),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name=op.f("fk_standing_discounts_plan")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_standing_discounts")),
        sa.UniqueConstraint("account_id", "plan", name=op.f("uq_standing_discounts_account_id_plan")),
    )


def downgrade() -> None:
    op.drop_table("standing_discounts")
    op.drop_index("ix_purchase_orders_number", table_name="purchase_orders")
    op.drop_table("purchase_orders")
    op.drop_index(
        "uq_contacts_billing",
        table_name="contacts",
        sqlite_where=sa.text("is_billing_contact"),
        postgresql_where=sa.text("is_billing_contact"),
    )
    op.drop_table("contacts")
    op.drop_table("carts")
    op.drop_index("ix_cart_lines_added_at", table_name="cart_lines")
    op.drop_table("cart_lines")
    op.drop_index("ix_accounts_team_id", table_name="accounts")
    op.drop_index("ix_accounts_rep_id", table_name="accounts")
    op.drop_index("ix_accounts_list", table_name="accounts")
    op.drop_index(op.f("ix_accounts_code"), table_name="accounts")
    op.drop_table("accounts")
