"""Evidence of use: events, the days they roll up to, what feeds cover; licensed users in full, their groups."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("licensed_users", "excluded_until DATE"),
    (
        "licensed_users",
        "exclusion_reason VARCHAR(200) DEFAULT '' NOT NULL"
        " CONSTRAINT ck_licensed_users_exclusion_reason_length CHECK (length(exclusion_reason) <= 200)",
    ),
    *(
        (
            "licensed_users",
            f"{name} VARCHAR(200) DEFAULT '' NOT NULL"
            f" CONSTRAINT ck_licensed_users_{name}_length CHECK (length({name}) <= 200)",
        )
        for name in ("department", "cost_centre", "manager")
    ),
    ("licensed_users", "left_on DATE"),
    ("seats", "released_by BIGINT"),
    ("seats", "release_id BIGINT"),
    ("seats", "held_since {instant}"),
    ("seats", "is_pending BOOLEAN DEFAULT FALSE NOT NULL"),
    ("products", "in_use_days BIGINT"),
    ("products", "idle_days BIGINT"),
    ("accounts", "hides_names BOOLEAN DEFAULT FALSE NOT NULL"),
)


def upgrade() -> None:
    instant = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    for table, column in _COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column.format(instant=instant)}")
    op.execute("ALTER TABLE licensed_users DROP COLUMN is_excluded")
    op.create_index("ix_licensed_users_email", "licensed_users", ["email"])
    op.create_index("ix_seats_released", "seats", ["account_id", "released_at"])
    _groups()
    op.create_table(
        "usage_events",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("event_key", sa.String(length=100), nullable=False),
        sa.CheckConstraint("length(event_key) <= 100", name=op.f("ck_usage_events_event_key_length")),
        sa.CheckConstraint("length(product) <= 40", name=op.f("ck_usage_events_product_length")),
        *_owned("usage_events"),
        _of_subscription("usage_events"),
        _of_user("usage_events"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_usage_events")),
    )
    op.create_index("ix_usage_events_day", "usage_events", ["day"])
    op.create_index("ix_usage_events_key", "usage_events", ["event_key"])
    op.create_index("ix_usage_events_user", "usage_events", ["account_id", "user_id", "at"])
    op.create_table(
        "user_days",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(product) <= 40", name=op.f("ck_user_days_product_length")),
        *_owned("user_days"),
        _of_user("user_days"),
        sa.PrimaryKeyConstraint("account_id", "user_id", "product", "day", name=op.f("pk_user_days")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_user_days_day", "user_days", ["day"])
    op.create_table(
        "subscription_days",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_subscription_days_account_id")),
        _of_subscription("subscription_days"),
        sa.PrimaryKeyConstraint("account_id", "subscription_id", "day", name=op.f("pk_subscription_days")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_subscription_days_day", "subscription_days", ["day"])
    op.create_table(
        "usage_feeds",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("names_users", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(product) <= 40", name=op.f("ck_usage_feeds_product_length")),
        sa.CheckConstraint("since <= until", name=op.f("ck_usage_feeds_days")),
        sa.ForeignKeyConstraint(["delivered_by"], ["users.id"], name=op.f("fk_usage_feeds_delivered_by")),
        *_owned("usage_feeds"),
        sa.PrimaryKeyConstraint("account_id", "product", "names_users", name=op.f("pk_usage_feeds")),
    )


def _groups() -> None:
    op.create_table(
        "user_groups",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_user_groups_name_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_user_groups_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_user_groups")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_user_groups_account_id_name")),
    )
    op.create_table(
        "group_members",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_group_members_account_id")),
        sa.ForeignKeyConstraint(
            ["account_id", "group_id"],
            ["user_groups.account_id", "user_groups.id"],
            name=op.f("fk_group_members_account_id_group_id"),
        ),
        _of_user("group_members"),
        sa.PrimaryKeyConstraint("account_id", "group_id", "user_id", name=op.f("pk_group_members")),
    )
    op.create_index("ix_group_members_user", "group_members", ["account_id", "user_id"])


def downgrade() -> None:
    op.drop_index("ix_seats_released", "seats")
    op.drop_index("ix_licensed_users_email", "licensed_users")
    for table in ("group_members", "user_groups", "usage_feeds", "subscription_days", "user_days", "usage_events"):
        op.drop_table(table)
    op.execute("ALTER TABLE licensed_users ADD COLUMN is_excluded BOOLEAN DEFAULT FALSE NOT NULL")
    for table, column in reversed(_COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")


def _owned(table: str) -> tuple[sa.ForeignKeyConstraint, sa.ForeignKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f(f"fk_{table}_account_id")),
        sa.ForeignKeyConstraint(["product"], ["products.code"], name=op.f(f"fk_{table}_product")),
    )


def _of_subscription(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id", "subscription_id"],
        ["subscriptions.account_id", "subscriptions.id"],
        name=op.f(f"fk_{table}_account_id_subscription_id"),
    )


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id", "user_id"],
        ["licensed_users.account_id", "licensed_users.id"],
        name=op.f(f"fk_{table}_account_id_user_id"),
    )
