"""Users, teams, deputies, selling entities."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sellers",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postal_code", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("register_line", sa.String(length=400), nullable=False),
        sa.Column("sepa_creditor_id", sa.String(length=35), nullable=False),
        sa.Column("invoice_prefix", sa.String(length=10), nullable=False),
        sa.Column("credit_prefix", sa.String(length=10), nullable=False),
        sa.Column("late_payment_texts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(city) <= 200", name=op.f("ck_sellers_city_length")),
        sa.CheckConstraint("length(code) <= 20", name=op.f("ck_sellers_code_length")),
        sa.CheckConstraint("length(country) <= 2", name=op.f("ck_sellers_country_length")),
        sa.CheckConstraint("length(credit_prefix) <= 10", name=op.f("ck_sellers_credit_prefix_length")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_sellers_currency_length")),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_sellers_email_length")),
        sa.CheckConstraint("length(invoice_prefix) <= 10", name=op.f("ck_sellers_invoice_prefix_length")),
        sa.CheckConstraint("length(language) <= 5", name=op.f("ck_sellers_language_length")),
        sa.CheckConstraint("length(legal_name) <= 200", name=op.f("ck_sellers_legal_name_length")),
        sa.CheckConstraint("length(phone) <= 40", name=op.f("ck_sellers_phone_length")),
        sa.CheckConstraint("length(postal_code) <= 20", name=op.f("ck_sellers_postal_code_length")),
        sa.CheckConstraint("length(region) <= 200", name=op.f("ck_sellers_region_length")),
        sa.CheckConstraint("length(register_line) <= 400", name=op.f("ck_sellers_register_line_length")),
        sa.CheckConstraint("length(sepa_creditor_id) <= 35", name=op.f("ck_sellers_sepa_creditor_id_length")),
        sa.CheckConstraint("length(street) <= 200", name=op.f("ck_sellers_street_length")),
        sa.CheckConstraint("length(time_zone) <= 60", name=op.f("ck_sellers_time_zone_length")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sellers")),
        sa.UniqueConstraint("credit_prefix", name=op.f("uq_sellers_credit_prefix")),
        sa.UniqueConstraint("invoice_prefix", name=op.f("uq_sellers_invoice_prefix")),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_teams_name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_users_email_length")),
        sa.CheckConstraint("length(language) <= 5", name=op.f("ck_users_language_length")),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_users_name_length")),
        sa.CheckConstraint("length(role) <= 30", name=op.f("ck_users_role_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "deputies",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("deputy_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_deputies_days")),
        sa.CheckConstraint("user_id <> deputy_id", name=op.f("ck_deputies_other")),
        sa.ForeignKeyConstraint(["deputy_id"], ["users.id"], name=op.f("fk_deputies_deputy_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_deputies_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputies")),
        sa.UniqueConstraint("user_id", "deputy_id", "starts_on", name=op.f("uq_deputies_user_id_deputy_id_starts_on")),
    )
    op.create_index(op.f("ix_deputies_deputy_id"), "deputies", ["deputy_id"], unique=False)
    op.create_table(
        "seller_banks",
        sa.Column("seller", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("bank_name", sa.String(length=200), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("bic", sa.String(length=11), nullable=False),
        sa.Column("routing_number", sa.String(length=20), nullable=False),
        sa.Column("account_number", sa.String(length=34), nullable=False),
        sa.CheckConstraint("length(account_number) <= 34", name=op.f("ck_seller_banks_account_number_length")),
        sa.CheckConstraint("length(bank_name) <= 200", name=op.f("ck_seller_banks_bank_name_length")),
        sa.CheckConstraint("length(bic) <= 11", name=op.f("ck_seller_banks_bic_length")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_seller_banks_currency_length")),
        sa.CheckConstraint("length(iban) <= 34", name=op.f("ck_seller_banks_iban_length")),
        sa.CheckConstraint("length(routing_number) <= 20", name=op.f("ck_seller_banks_routing_number_length")),
        sa.CheckConstraint("length(seller) <= 20", name=op.f("ck_seller_banks_seller_length")),
        sa.ForeignKeyConstraint(["seller"], ["sellers.code"], name=op.f("fk_seller_banks_seller")),
        sa.PrimaryKeyConstraint("seller", "currency", name=op.f("pk_seller_banks")),
    )
    op.create_table(
        "seller_tax_numbers",
        sa.Column("seller", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.CheckConstraint("length(country) <= 2", name=op.f("ck_seller_tax_numbers_country_length")),
        sa.CheckConstraint("length(number) <= 30", name=op.f("ck_seller_tax_numbers_number_length")),
        sa.CheckConstraint("length(seller) <= 20", name=op.f("ck_seller_tax_numbers_seller_length")),
        sa.ForeignKeyConstraint(["seller"], ["sellers.code"], name=op.f("fk_seller_tax_numbers_seller")),
        sa.PrimaryKeyConstraint("seller", "country", name=op.f("pk_seller_tax_numbers")),
    )
    op.create_table(
        "team_members",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_team_members_user_id")),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_team_members")),
    )
    op.create_index(op.f("ix_team_members_user_id"), "team_members", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_team_members_user_id"), table_name="team_members")
    op.drop_table("team_members")
    op.drop_table("seller_tax_numbers")
    op.drop_table("seller_banks")
    op.drop_index(op.f("ix_deputies_deputy_id"), table_name="deputies")
    op.drop_table("deputies")
    op.drop_table("users")
    op.drop_table("teams")
    op.drop_table("sellers")
