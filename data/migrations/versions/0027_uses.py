"""The roll-up of use: figures by account, their months and totals, and what is to be counted anew."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_ACCOUNTS = sa.text("split = ''")
_COUNTS = (
    "bought", "bought_unseen", "assigned", "pending", "active_7", "active_30", "active_90", "in_use", "used", "idle",
    "excluded", "no_evidence", "stale_feeds", "idle_minor",
)


def upgrade() -> None:
    op.create_table(
        "use_marks",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        *_owned("use_marks"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_use_marks")),
    )
    op.create_table(
        "use_states",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        *_texts("use_states", country=2),
        sa.Column("figures_on", sa.Date(), nullable=False),
        sa.Column("next_change_on", sa.Date(), nullable=True),
        *_owned("use_states"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_use_states")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_use_states_due", "use_states", ["next_change_on"])
    op.create_table(
        "use_figures",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        *_texts("use_figures", split=20, value=200, product=40, country=2, currency=3),
        *_numbers(*_COUNTS),
        *_owned("use_figures"),
        sa.PrimaryKeyConstraint("account_id", "split", "value", "product", name=op.f("pk_use_figures")),
        sqlite_with_rowid=False,
    )
    listed = ["split", "product", "idle", "assigned", "account_id", "value", "country"]
    op.create_index("ix_use_figures_idle", "use_figures", listed)
    ranked = ["product", "currency", "idle_minor", "account_id"]
    op.create_index(
        "ix_use_figures_money", "use_figures", ranked, sqlite_where=_ACCOUNTS, postgresql_where=_ACCOUNTS
    )
    op.create_table(
        "use_months",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        *_texts("use_months", product=40),
        sa.Column("month", sa.BigInteger(), autoincrement=False, nullable=False),
        *_numbers("bought", "assigned", "in_use"),
        *_owned("use_months"),
        sa.PrimaryKeyConstraint("account_id", "product", "month", name=op.f("pk_use_months")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "use_totals",
        *_texts("use_totals", split=20, value=40, product=40, country=2, currency=3),
        *_numbers("accounts", *_COUNTS),
        sa.PrimaryKeyConstraint("split", "value", "product", "country", "currency", name=op.f("pk_use_totals")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_usage_feeds_until", "usage_feeds", ["product", "names_users", "until"])


def _owned(table: str) -> Iterator[sa.ForeignKeyConstraint]:
    yield sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f(f"fk_{table}_account_id"))


def _texts(table: str, **lengths: int) -> Iterator[sa.Column[str] | sa.CheckConstraint]:
    for name, length in lengths.items():
        yield sa.Column(name, sa.String(length=length), nullable=False)
        yield sa.CheckConstraint(f"length({name}) <= {length}", name=op.f(f"ck_{table}_{name}_length"))


def _numbers(*names: str) -> Iterator[sa.Column[int]]:
    for name in names:
        yield sa.Column(name, sa.BigInteger(), nullable=False)


def downgrade() -> None:
    op.drop_index("ix_usage_feeds_until", "usage_feeds")
    for table in ("use_totals", "use_months", "use_figures", "use_states", "use_marks"):
        op.drop_table(table)
