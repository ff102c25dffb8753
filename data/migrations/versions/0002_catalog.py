"""The catalog, policies and dated rates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fx_rates",
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rate", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_fx_rates_currency_length")),
        sa.CheckConstraint("length(source) <= 40", name=op.f("ck_fx_rates_source_length")),
        sa.PrimaryKeyConstraint("currency", "day", name=op.f("pk_fx_rates")),
    )
    op.create_table(
        "products",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("descriptions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("trial_days", sa.BigInteger(), nullable=True),
        sa.Column("trial_seats", sa.BigInteger(), nullable=True),
        sa.Column("trial_end", sa.String(length=20), nullable=False),
        sa.Column("trial_to_plan", sa.String(length=40), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.CheckConstraint("length(code) <= 40", name=op.f("ck_products_code_length")),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_products_name_length")),
        sa.CheckConstraint("length(trial_end) <= 20", name=op.f("ck_products_trial_end_length")),
        sa.CheckConstraint("length(trial_to_plan) <= 40", name=op.f("ck_products_trial_to_plan_length")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_products")),
    )
    op.create_table(
        "settings",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(code) <= 60", name=op.f("ck_settings_code_length")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_settings")),
    )
    op.create_table(
        "tax_rates",
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("percent", sa.String(length=40), nullable=False),
        sa.CheckConstraint("length(country) <= 2", name=op.f("ck_tax_rates_country_length")),
        sa.PrimaryKeyConstraint("country", "valid_from", name=op.f("pk_tax_rates")),
    )
    op.create_table(
        "plans",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("includes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint("length(code) <= 40", name=op.f("ck_plans_code_length")),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_plans_name_length")),
        sa.CheckConstraint("length(product) <= 40", name=op.f("ck_plans_product_length")),
        sa.ForeignKeyConstraint(["product"], ["products.code"], name=op.f("fk_plans_product")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_plans")),
    )
    op.create_index(op.f("ix_plans_product"), "plans", ["product"], unique=False)
    op.create_table(
        "prices",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("interval", sa.String(length=10), nullable=False),
        sa.Column("model", sa.String(length=20), nullable=False),
        sa.Column("minimum_seats", sa.BigInteger(), nullable=False),
        sa.Column("tiers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_prices_currency_length")),
        sa.CheckConstraint("length(interval) <= 10", name=op.f("ck_prices_interval_length")),
        sa.CheckConstraint("length(model) <= 20", name=op.f("ck_prices_model_length")),
        sa.CheckConstraint("length(plan) <= 40", name=op.f("ck_prices_plan_length")),
        sa.CheckConstraint("length(version) <= 20", name=op.f("ck_prices_version_length")),
        sa.CheckConstraint("minimum_seats >= 1", name=op.f("ck_prices_minimum")),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name=op.f("fk_prices_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prices")),
        sa.UniqueConstraint(
            "plan", "currency", "interval", "valid_from", name=op.f("uq_prices_plan_currency_interval_valid_from")
        ),
    )


def downgrade() -> None:
    op.drop_table("prices")
    op.drop_index(op.f("ix_plans_product"), table_name="plans")
    op.drop_table("plans")
    op.drop_table("tax_rates")
    op.drop_table("settings")
    op.drop_table("products")
    op.drop_table("fx_rates")
