"""What is said of seats: needed or not, by whom and when."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seat_needs",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("is_needed", sa.Boolean(), nullable=False),
        sa.Column("said_by", sa.String(length=200), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(product) <= 40", name=op.f("ck_seat_needs_product_length")),
        sa.CheckConstraint("length(said_by) <= 200", name=op.f("ck_seat_needs_said_by_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_seat_needs_account_id")),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["licensed_users.account_id", "licensed_users.id"],
            name=op.f("fk_seat_needs_account_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["product"], ["products.code"], name=op.f("fk_seat_needs_product")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_seat_needs_recorded_by")),
        sa.PrimaryKeyConstraint("account_id", "user_id", "product", name=op.f("pk_seat_needs")),
    )


def downgrade() -> None:
    op.drop_table("seat_needs")
