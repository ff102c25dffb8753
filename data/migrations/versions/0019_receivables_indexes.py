"""Receivables as of a day: what is open and what was settled since, each told by an index alone."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_OWED = sa.text("open_minor > 0")


def upgrade() -> None:
    _change(
        ["account_id", "currency", "due_on", "issued_on", "open_minor"],
        ["allocated_on", "account_id", "invoice_id", "amount_minor"],
    )


def downgrade() -> None:
    _change(["account_id", "due_on", "open_minor"], ["allocated_on"])


def _change(owed: list[str], settled: list[str]) -> None:
    op.drop_index("ix_documents_owed_account", "documents")
    op.create_index("ix_documents_owed_account", "documents", owed, sqlite_where=_OWED, postgresql_where=_OWED)
    op.drop_index("ix_allocations_day", "allocations")
    op.create_index("ix_allocations_day", "allocations", settled)
