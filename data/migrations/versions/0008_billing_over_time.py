"""Billing over time: nights, parked accounts, held documents, scheduled changes, cancellations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # columns with their own checks: SQLite adds and drops them without writing the table anew
    op.execute("ALTER TABLE subscriptions ADD COLUMN trial_extension_days BIGINT DEFAULT 0 NOT NULL")
    op.execute("ALTER TABLE subscriptions ADD COLUMN cancelled_on DATE")
    op.execute(
        "ALTER TABLE subscriptions ADD COLUMN cancel_reason VARCHAR(200) DEFAULT '' NOT NULL"
        " CONSTRAINT ck_subscriptions_cancel_reason_length CHECK (length(cancel_reason) <= 200)"
    )
    op.create_table(
        "nights",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_by", sa.BigInteger(), nullable=True),
        sa.Column("report", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["started_by"], ["users.id"], name=op.f("fk_nights_started_by")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_nights")),
    )
    op.create_table(
        "night_steps",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("report", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["day"], ["nights.day"], name=op.f("fk_night_steps_day")),
        sa.PrimaryKeyConstraint("day", "id", name=op.f("pk_night_steps")),
    )
    op.create_table(
        "parked_accounts",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("parked_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("last_tried_on", sa.Date(), nullable=False),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.CheckConstraint("length(reason) <= 60", name=op.f("ck_parked_accounts_reason_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_parked_accounts_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_parked_accounts")),
    )
    op.create_index(
        "uq_parked_accounts_open",
        "parked_accounts",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("resolved_on IS NULL"),
        postgresql_where=sa.text("resolved_on IS NULL"),
    )
    op.create_table(
        "scheduled_changes",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("plan", sa.String(length=40), nullable=True),
        sa.Column("interval", sa.String(length=10), nullable=True),
        sa.Column("seats", sa.BigInteger(), nullable=True),
        sa.Column("takes_new_price", sa.Boolean(), nullable=False),
        sa.Column("changes_discount", sa.Boolean(), nullable=False),
        sa.Column("discount_percent", sa.String(length=40), nullable=True),
        sa.Column("negotiated_amount", sa.String(length=40), nullable=True),
        sa.Column("discount_reason", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("scheduled_on", sa.Date(), nullable=False),
        sa.Column("scheduled_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("waits_for", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "status IN ('scheduled', 'applied', 'withdrawn', 'replaced')", name=op.f("ck_scheduled_changes_status")
        ),
        sa.CheckConstraint("length(discount_reason) <= 200", name=op.f("ck_scheduled_changes_discount_reason_length")),
        sa.CheckConstraint("length(interval) <= 10", name=op.f("ck_scheduled_changes_interval_length")),
        sa.CheckConstraint("length(plan) <= 40", name=op.f("ck_scheduled_changes_plan_length")),
        sa.CheckConstraint("length(status) <= 10", name=op.f("ck_scheduled_changes_status_length")),
        sa.CheckConstraint("length(waits_for) <= 40", name=op.f("ck_scheduled_changes_waits_for_length")),
        sa.CheckConstraint("seats IS NULL OR seats >= 1", name=op.f("ck_scheduled_changes_seats")),
        sa.ForeignKeyConstraint(
            ["account_id", "order_id"],
            ["orders.account_id", "orders.id"],
            name=op.f("fk_scheduled_changes_account_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "subscription_id"],
            ["subscriptions.account_id", "subscriptions.id"],
            name=op.f("fk_scheduled_changes_account_id_subscription_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_scheduled_changes_account_id")),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name=op.f("fk_scheduled_changes_plan")),
        sa.ForeignKeyConstraint(["scheduled_by"], ["users.id"], name=op.f("fk_scheduled_changes_scheduled_by")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_scheduled_changes")),
    )
    op.create_index(
        "ix_scheduled_changes_subscription", "scheduled_changes", ["account_id", "subscription_id"], unique=False
    )
    op.create_index(
        "uq_scheduled_changes_open",
        "scheduled_changes",
        ["account_id", "subscription_id"],
        unique=True,
        sqlite_where=sa.text("status = 'scheduled'"),
        postgresql_where=sa.text("status = 'scheduled'"),
    )
    op.create_table(
        "held_documents",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("guard", sa.String(length=40), nullable=False),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("po_id", sa.BigInteger(), nullable=True),
        sa.Column("subtotal_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("status IN ('held', 'released', 'discarded')", name=op.f("ck_held_documents_status")),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_held_documents_currency_length")),
        sa.CheckConstraint("length(guard) <= 40", name=op.f("ck_held_documents_guard_length")),
        sa.CheckConstraint("length(status) <= 10", name=op.f("ck_held_documents_status_length")),
        sa.ForeignKeyConstraint(
            ["account_id", "document_id"],
            ["documents.account_id", "documents.id"],
            name=op.f("fk_held_documents_account_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "po_id"],
            ["purchase_orders.account_id", "purchase_orders.id"],
            name=op.f("fk_held_documents_account_id_po_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_held_documents_account_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_held_documents_decided_by")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_held_documents")),
    )
    op.create_index("ix_held_documents_status", "held_documents", ["status", "held_on"], unique=False)


def downgrade() -> None:
    for column in ("cancel_reason", "cancelled_on", "trial_extension_days"):
        op.execute(f"ALTER TABLE subscriptions DROP COLUMN {column}")
    for table in ("held_documents", "scheduled_changes", "parked_accounts", "night_steps", "nights"):
        op.drop_table(table)
