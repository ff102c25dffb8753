"""Closed months, their checklist and packs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "closed_months",
        sa.Column("month", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("tie_out", json, nullable=False),
        sa.CheckConstraint("length(who) <= 200", name=op.f("ck_closed_months_who_length")),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_closed_months_closed_by")),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_closed_months")),
    )
    op.create_table(
        "closing_steps",
        sa.Column("month", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(code) <= 40", name=op.f("ck_closing_steps_code_length")),
        sa.CheckConstraint("length(who) <= 200", name=op.f("ck_closing_steps_who_length")),
        sa.ForeignKeyConstraint(["done_by"], ["users.id"], name=op.f("fk_closing_steps_done_by")),
        sa.PrimaryKeyConstraint("month", "code", name=op.f("pk_closing_steps")),
    )
    op.create_table(
        "month_packs",
        sa.Column("month", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("built_by", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("figures", json, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(sha256) <= 64", name=op.f("ck_month_packs_sha256_length")),
        sa.ForeignKeyConstraint(["built_by"], ["users.id"], name=op.f("fk_month_packs_built_by")),
        sa.ForeignKeyConstraint(["month"], ["closed_months.month"], name=op.f("fk_month_packs_month")),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_month_packs")),
    )


def downgrade() -> None:
    for table in ("month_packs", "closing_steps", "closed_months"):
        op.drop_table(table)
