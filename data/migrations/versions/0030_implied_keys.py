"""The hottest tables lose their keys to accounts: a longer key implies them, and each check costs as much as a row."""

from collections.abc import Callable

from alembic import op
from sqlalchemy import text

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLES = ("document_lines", "billed_periods", "subscription_events", "postings")


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table in TABLES:
            op.drop_constraint(f"fk_{table}_account_id", table, type_="foreignkey")
        return
    _rewrite(lambda table, sql: sql.replace(_clause(table), "", 1))


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table in TABLES:
            op.create_foreign_key(f"fk_{table}_account_id", table, "accounts", ["account_id"], ["id"])
        return
    _rewrite(lambda table, sql: sql.removesuffix("\n)") + _clause(table) + "\n)")


def _clause(table: str) -> str:
    return f", \n\tCONSTRAINT fk_{table}_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)"


def _rewrite(change: Callable[[str, str], str]) -> None:
    """SQLite's way for what changes no row: its largest tables need not be built anew (sqlite.org/lang_altertable)."""
    bind = op.get_bind()
    version = bind.execute(text("PRAGMA schema_version")).scalar_one()
    bind.execute(text("PRAGMA writable_schema=ON"))
    for table in TABLES:
        of_table = {"table": table}
        sql = bind.execute(text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"), of_table)
        before = sql.scalar_one()
        after = change(table, before)
        assert after != before, table
        bind.execute(
            text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table"), of_table | {"sql": after}
        )
    bind.execute(text(f"PRAGMA schema_version={version + 1}"))
    bind.execute(text("PRAGMA writable_schema=OFF"))
