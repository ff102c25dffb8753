"""Changes of any kind in carts and orders: kind "seats" becomes "change"; what a line replaces and what was before."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_COLUMNS = (
    "account_id, id, {kind}, plan, seats, interval, starts_on, discount_percent, negotiated_amount, discount_reason, "
    "subscription_id, timing, added_by, added_at"
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    json = "JSON" if is_sqlite else "JSONB"
    op.execute(f"ALTER TABLE order_lines ADD COLUMN before {json} DEFAULT '{{}}' NOT NULL")
    op.execute("UPDATE order_lines SET kind = 'change' WHERE kind = 'seats'")
    _kinds("seats", "change")
    op.execute("ALTER TABLE cart_lines ADD COLUMN replaces_scheduled BOOLEAN DEFAULT FALSE NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE cart_lines DROP COLUMN replaces_scheduled")
    _kinds("change", "seats")
    op.execute("UPDATE order_lines SET kind = 'seats' WHERE kind = 'change'")
    op.execute("ALTER TABLE order_lines DROP COLUMN before")


def _kinds(old: str, new: str) -> None:
    """The cart's lines of the old kind under the new one, which its check then allows."""
    check = f"kind IN ('purchase', 'trial', '{new}')"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_cart_lines_kind"), "cart_lines", type_="check")
        op.execute(f"UPDATE cart_lines SET kind = '{new}' WHERE kind = '{old}'")
        op.create_check_constraint(op.f("ck_cart_lines_kind"), "cart_lines", check)
        return
    # SQLite cannot change a check: the table is written anew
    op.drop_index("ix_cart_lines_added_at", table_name="cart_lines")
    op.rename_table("cart_lines", "cart_lines_before")
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
        sa.CheckConstraint(check, name=op.f("ck_cart_lines_kind")),
        sa.CheckConstraint("length(discount_reason) <= 200", name=op.f("ck_cart_lines_discount_reason_length")),
        sa.CheckConstraint("length(interval) <= 10", name=op.f("ck_cart_lines_interval_length")),
        sa.CheckConstraint("length(kind) <= 20", name=op.f("ck_cart_lines_kind_length")),
        sa.CheckConstraint("length(plan) <= 40", name=op.f("ck_cart_lines_plan_length")),
        sa.CheckConstraint("length(timing) <= 10", name=op.f("ck_cart_lines_timing_length")),
        sa.CheckConstraint("seats >= 1", name=op.f("ck_cart_lines_seats")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_cart_lines_account_id")),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_cart_lines_added_by")),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name=op.f("fk_cart_lines_plan")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_cart_lines")),    )
    wanted = f"CASE kind WHEN '{old}' THEN '{new}' ELSE kind END"
    taken, given = (_COLUMNS.format(kind=kind) for kind in ("kind", wanted))
    op.execute(f"INSERT INTO cart_lines ({taken}) SELECT {given} FROM cart_lines_before")
    op.drop_table("cart_lines_before")
    op.create_index("ix_cart_lines_added_at", "cart_lines", ["added_at"], unique=False)
