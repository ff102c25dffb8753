"""Who waits for a seat of a product."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seat_requests",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(product) <= 40", name=op.f("ck_seat_requests_product_length")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_seat_requests_account_id")),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["licensed_users.account_id", "licensed_users.id"],
            name=op.f("fk_seat_requests_account_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["product"], ["products.code"], name=op.f("fk_seat_requests_product")),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_seat_requests_asked_by")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_seat_requests")),
        sa.UniqueConstraint("account_id", "product", "user_id", name=op.f("uq_seat_requests_account_id_product_user_id")),
    )


def downgrade() -> None:
    op.drop_table("seat_requests")
