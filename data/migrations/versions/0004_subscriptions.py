"""Orders, proposals and subscriptions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("items", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_proposals_currency_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_proposals_account_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["users.id"], name=op.f("fk_proposals_sent_by")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_proposals")),
    )
    op.create_index("ix_proposals_account", "proposals", ["account_id", "sent_at"], unique=False)
    op.create_table(
        "orders",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.String(length=20), nullable=False),
        sa.Column("evidence_reference", sa.String(length=200), nullable=False),
        sa.Column("payment_means", sa.String(length=20), nullable=False),
        sa.Column("po_id", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("subtotal_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_orders_currency_length")),
        sa.CheckConstraint("length(evidence) <= 20", name=op.f("ck_orders_evidence_length")),
        sa.CheckConstraint("length(evidence_reference) <= 200", name=op.f("ck_orders_evidence_reference_length")),
        sa.CheckConstraint("length(number) <= 30", name=op.f("ck_orders_number_length")),
        sa.CheckConstraint("length(payload_hash) <= 64", name=op.f("ck_orders_payload_hash_length")),
        sa.CheckConstraint("length(payment_means) <= 20", name=op.f("ck_orders_payment_means_length")),
        sa.CheckConstraint("length(request_key) <= 64", name=op.f("ck_orders_request_key_length")),
        sa.ForeignKeyConstraint(
            ["account_id", "contact_id"],
            ["contacts.account_id", "contacts.id"],
            name=op.f("fk_orders_account_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "po_id"],
            ["purchase_orders.account_id", "purchase_orders.id"],
            name=op.f("fk_orders_account_id_po_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_orders_account_id")),
        sa.ForeignKeyConstraint(["placed_by"], ["users.id"], name=op.f("fk_orders_placed_by")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_orders")),
        sa.UniqueConstraint("account_id", "request_key", name=op.f("uq_orders_account_id_request_key")),
    )
    op.create_index("ix_orders_number", "orders", ["number"], unique=False)
    op.create_index("ix_orders_placed_on", "orders", ["account_id", "placed_on"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("price_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("seats_assigned", sa.BigInteger(), nullable=False),
        sa.Column("interval", sa.String(length=10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("anchor_on", sa.Date(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("trial_starts_on", sa.Date(), nullable=True),
        sa.Column("trial_ends_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("discount_percent", sa.String(length=40), nullable=True),
        sa.Column("negotiated_amount", sa.String(length=40), nullable=True),
        sa.Column("discount_reason", sa.String(length=200), nullable=False),
        sa.Column("po_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("is_auto_renewed", sa.Boolean(), nullable=False),
        sa.Column("notice_days", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('scheduled', 'trialing', 'active', 'pending_cancellation', 'cancelled', 'expired')",
            name=op.f("ck_subscriptions_status"),
        ),
        sa.CheckConstraint("length(discount_reason) <= 200", name=op.f("ck_subscriptions_discount_reason_length")),
        sa.CheckConstraint("length(interval) <= 10", name=op.f("ck_subscriptions_interval_length")),
        sa.CheckConstraint("length(plan) <= 40", name=op.f("ck_subscriptions_plan_length")),
        sa.CheckConstraint("length(product) <= 40", name=op.f("ck_subscriptions_product_length")),
        sa.CheckConstraint("length(reference) <= 40", name=op.f("ck_subscriptions_reference_length")),
        sa.CheckConstraint("length(status) <= 30", name=op.f("ck_subscriptions_status_length")),
        sa.CheckConstraint("period_start < period_end", name=op.f("ck_subscriptions_period")),
        sa.CheckConstraint("seats >= 1", name=op.f("ck_subscriptions_seats")),
        sa.CheckConstraint(
            "seats_assigned >= 0 AND seats_assigned <= seats", name=op.f("ck_subscriptions_seats_assigned")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_subscriptions_account_id")),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name=op.f("fk_subscriptions_plan")),
        sa.ForeignKeyConstraint(["price_id"], ["prices.id"], name=op.f("fk_subscriptions_price_id")),
        sa.ForeignKeyConstraint(["product"], ["products.code"], name=op.f("fk_subscriptions_product")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_subscriptions")),
    )
    op.create_index("ix_subscriptions_account", "subscriptions", ["account_id", "status", "period_end"], unique=False)
    op.create_index("ix_subscriptions_due", "subscriptions", ["status", "period_end"], unique=False)
    op.create_index("ix_subscriptions_reference", "subscriptions", ["reference"], unique=False)
    op.create_index("ix_subscriptions_starts_on", "subscriptions", ["starts_on"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(media_type) <= 100", name=op.f("ck_attachments_media_type_length")),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_attachments_name_length")),
        sa.ForeignKeyConstraint(
            ["account_id", "order_id"],
            ["orders.account_id", "orders.id"],
            name=op.f("fk_attachments_account_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_attachments_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_order_id", "attachments", ["account_id", "order_id"], unique=False)
    op.create_table(
        "billed_periods",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_billed_periods_days")),
        sa.ForeignKeyConstraint(
            ["account_id", "subscription_id"],
            ["subscriptions.account_id", "subscriptions.id"],
            name=op.f("fk_billed_periods_account_id_subscription_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_billed_periods_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_billed_periods")),
        sa.UniqueConstraint(
            "account_id",
            "subscription_id",
            "sequence",
            name=op.f("uq_billed_periods_account_id_subscription_id_sequence"),
        ),
    )
    op.create_table(
        "entitlements",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("length(product) <= 40", name=op.f("ck_entitlements_product_length")),
        sa.ForeignKeyConstraint(
            ["account_id", "subscription_id"],
            ["subscriptions.account_id", "subscriptions.id"],
            name=op.f("fk_entitlements_account_id_subscription_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_entitlements_account_id")),
        sa.ForeignKeyConstraint(["product"], ["products.code"], name=op.f("fk_entitlements_product")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_entitlements")),
        sa.UniqueConstraint("account_id", "subscription_id", name=op.f("uq_entitlements_account_id_subscription_id")),
    )
    op.create_table(
        "order_lines",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("seats", sa.BigInteger(), nullable=False),
        sa.Column("interval", sa.String(length=10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("discount_percent", sa.String(length=40), nullable=True),
        sa.Column("negotiated_amount", sa.String(length=40), nullable=True),
        sa.Column("discount_reason", sa.String(length=200), nullable=False),
        sa.Column("timing", sa.String(length=10), nullable=True),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(discount_reason) <= 200", name=op.f("ck_order_lines_discount_reason_length")),
        sa.CheckConstraint("length(interval) <= 10", name=op.f("ck_order_lines_interval_length")),
        sa.CheckConstraint("length(kind) <= 20", name=op.f("ck_order_lines_kind_length")),
        sa.CheckConstraint("length(plan) <= 40", name=op.f("ck_order_lines_plan_length")),
        sa.CheckConstraint("length(timing) <= 10", name=op.f("ck_order_lines_timing_length")),
        sa.ForeignKeyConstraint(
            ["account_id", "order_id"],
            ["orders.account_id", "orders.id"],
            name=op.f("fk_order_lines_account_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_order_lines_account_id")),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name=op.f("fk_order_lines_plan")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_order_lines")),
    )
    op.create_index("ix_order_lines_order_id", "order_lines", ["account_id", "order_id"], unique=False)
    op.create_table(
        "subscription_events",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint("length(kind) <= 30", name=op.f("ck_subscription_events_kind_length")),
        sa.ForeignKeyConstraint(
            ["account_id", "subscription_id"],
            ["subscriptions.account_id", "subscriptions.id"],
            name=op.f("fk_subscription_events_account_id_subscription_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_subscription_events_account_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_subscription_events_actor_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_subscription_events")),
    )
    op.create_index(
        "ix_subscription_events_subscription",
        "subscription_events",
        ["account_id", "subscription_id", "happened_on"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_subscription_events_subscription", table_name="subscription_events")
    op.drop_table("subscription_events")
    op.drop_index("ix_order_lines_order_id", table_name="order_lines")
    op.drop_table("order_lines")
    op.drop_table("entitlements")
    op.drop_table("billed_periods")
    op.drop_index("ix_attachments_order_id", table_name="attachments")
    op.drop_table("attachments")
    op.drop_index("ix_subscriptions_starts_on", table_name="subscriptions")
    op.drop_index("ix_subscriptions_reference", table_name="subscriptions")
    op.drop_index("ix_subscriptions_due", table_name="subscriptions")
    op.drop_index("ix_subscriptions_account", table_name="subscriptions")
    op.drop_table("subscriptions")
    op.drop_index("ix_orders_placed_on", table_name="orders")
    op.drop_index("ix_orders_number", table_name="orders")
    op.drop_table("orders")
    op.drop_index("ix_proposals_account", table_name="proposals")
    op.drop_table("proposals")
