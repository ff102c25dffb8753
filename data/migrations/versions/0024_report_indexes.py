"""Movements by month and documents by day of issue are found by indexes that hold what reports filter by."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_MOVEMENTS = (
    *("month", "moved_on", "kind", "currency", "plan", "country", "rep_id", "segment", "amount_minor"),
    *("account_id", "id"),
)
_DOCUMENTS = ("issued_on", "number", "kind", "currency", "account_id")


def upgrade() -> None:
    _replace("ix_movements_month", "movements", *_MOVEMENTS)
    _replace("ix_documents_issued_on", "documents", *_DOCUMENTS, "country", "rep_id", "segment")


def downgrade() -> None:
    _replace("ix_documents_issued_on", "documents", *_DOCUMENTS)
    _replace("ix_movements_month", "movements", "month")


def _replace(name: str, table: str, *columns: str) -> None:
    op.drop_index(name, table)
    op.create_index(name, table, list(columns))
