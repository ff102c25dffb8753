"""Seats, outgoing mails, audit trail and import maps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("on_behalf_of", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.CheckConstraint("length(action) <= 60", name=op.f("ck_audit_entries_action_length")),
        sa.CheckConstraint("length(subject) <= 300", name=op.f("ck_audit_entries_subject_length")),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_audit_entries_actor_id")),
        sa.ForeignKeyConstraint(["on_behalf_of"], ["users.id"], name=op.f("fk_audit_entries_on_behalf_of")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_account", "audit_entries", ["account_id", "at"], unique=False)
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"], unique=False)
    op.create_table(
        "import_maps",
        sa.Column("shape", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("mapping", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("saved_by", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(kind) <= 20", name=op.f("ck_import_maps_kind_length")),
        sa.CheckConstraint("length(shape) <= 64", name=op.f("ck_import_maps_shape_length")),
        sa.ForeignKeyConstraint(["saved_by"], ["users.id"], name=op.f("fk_import_maps_saved_by")),
        sa.PrimaryKeyConstraint("shape", "kind", name=op.f("pk_import_maps")),
    )
    op.create_table(
        "outbox_mails",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("event_key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("seller", sa.String(length=20), nullable=True),
        sa.Column("recipients", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("copies", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("attachments", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.String(length=60), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "status IN ('queued', 'sending', 'sent', 'failed', 'kept')", name=op.f("ck_outbox_mails_status")
        ),
        sa.CheckConstraint("length(error) <= 500", name=op.f("ck_outbox_mails_error_length")),
        sa.CheckConstraint("length(event_key) <= 120", name=op.f("ck_outbox_mails_event_key_length")),
        sa.CheckConstraint("length(kind) <= 40", name=op.f("ck_outbox_mails_kind_length")),
        sa.CheckConstraint("length(language) <= 5", name=op.f("ck_outbox_mails_language_length")),
        sa.CheckConstraint("length(lease) <= 60", name=op.f("ck_outbox_mails_lease_length")),
        sa.CheckConstraint("length(seller) <= 20", name=op.f("ck_outbox_mails_seller_length")),
        sa.CheckConstraint("length(status) <= 10", name=op.f("ck_outbox_mails_status_length")),
        sa.ForeignKeyConstraint(["seller"], ["sellers.code"], name=op.f("fk_outbox_mails_seller")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mails")),
        sa.UniqueConstraint("event_key", name=op.f("uq_outbox_mails_event_key")),
    )
    op.create_index("ix_outbox_mails_account", "outbox_mails", ["account_id", "created_at"], unique=False)
    op.create_index("ix_outbox_mails_created", "outbox_mails", ["created_at"], unique=False)
    op.create_index("ix_outbox_mails_due", "outbox_mails", ["status", "next_try_at"], unique=False)
    op.create_table(
        "licensed_users",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("search_text", sa.String(length=500), nullable=False),
        sa.Column("is_suspended", sa.Boolean(), nullable=False),
        sa.Column("is_excluded", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_licensed_users_email_length")),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_licensed_users_name_length")),
        sa.CheckConstraint("length(search_text) <= 500", name=op.f("ck_licensed_users_search_text_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_licensed_users_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_licensed_users")),
        sa.UniqueConstraint("account_id", "email", name=op.f("uq_licensed_users_account_id_email")),
    )
    op.create_index(
        "ix_licensed_users_name", "licensed_users", ["account_id", "search_text", "id", "is_suspended"], unique=False
    )
    op.create_table(
        "seats",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_by", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(product) <= 40", name=op.f("ck_seats_product_length")),
        sa.ForeignKeyConstraint(
            ["account_id", "subscription_id"],
            ["subscriptions.account_id", "subscriptions.id"],
            name=op.f("fk_seats_account_id_subscription_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["licensed_users.account_id", "licensed_users.id"],
            name=op.f("fk_seats_account_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_seats_account_id")),
        sa.ForeignKeyConstraint(["assigned_by"], ["users.id"], name=op.f("fk_seats_assigned_by")),
        sa.ForeignKeyConstraint(["product"], ["products.code"], name=op.f("fk_seats_product")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_seats")),
    )
    op.create_index("ix_seats_subscription", "seats", ["account_id", "subscription_id"], unique=False)
    op.create_index("ix_seats_user", "seats", ["account_id", "user_id"], unique=False)
    op.create_index(
        "uq_seats_active",
        "seats",
        ["account_id", "user_id", "product"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_seats_active",
        table_name="seats",
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.drop_index("ix_seats_user", table_name="seats")
    op.drop_index("ix_seats_subscription", table_name="seats")
    op.drop_table("seats")
    op.drop_index("ix_licensed_users_name", table_name="licensed_users")
    op.drop_table("licensed_users")
    op.drop_index("ix_outbox_mails_due", table_name="outbox_mails")
    op.drop_index("ix_outbox_mails_created", table_name="outbox_mails")
    op.drop_index("ix_outbox_mails_account", table_name="outbox_mails")
    op.drop_table("outbox_mails")
    op.drop_table("import_maps")
    op.drop_index("ix_audit_entries_at", table_name="audit_entries")
    op.drop_index("ix_audit_entries_account", table_name="audit_entries")
    op.drop_table("audit_entries")
