"""Indexes that find a page of a list in the list's order: owed, settled and credited documents, accounts that lack something."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_LATEST_FIRST = ["issued_on", "number", "account_id", "currency"]
_BLANK = (
    "legal_name = '' OR country = '' OR currency = '' OR language = '' OR street = '' OR city = '' OR postal_code = '' "
    "OR region = '' AND country IN ('AU', 'CA', 'US') OR seller IS NULL OR rep_id IS NULL AND team_id IS NULL"
)
_NEW = (
    ("ix_documents_owed_account", "documents", ["account_id", "due_on", "open_minor"], "open_minor > 0"),
    ("ix_documents_settled", "documents", [*_LATEST_FIRST, "total_minor", "id"], "open_minor = 0 AND kind = 'invoice'"),
    ("ix_documents_credit_notes", "documents", _LATEST_FIRST, "kind = 'credit_note'"),
    ("ix_accounts_blank", "accounts", ["id"], _BLANK),
    ("ix_contacts_billing", "contacts", ["account_id"], "is_billing_contact AND is_active"),
)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    op.drop_index("ix_documents_owed", "documents")
    _partial(
        "ix_documents_owed", "documents", ["due_on", "number", "account_id", "currency", "open_minor"], "open_minor > 0"
    )
    for new in _NEW:
        _partial(*new)
    op.drop_index("ix_subscriptions_account", "subscriptions")
    op.create_index("ix_subscriptions_account", "subscriptions", ["account_id", "status", "period_end", "interval"])
    op.create_index("ix_accounts_seller", "accounts", ["seller", "currency"])


def downgrade() -> None:
    op.drop_index("ix_accounts_seller", "accounts")
    op.drop_index("ix_subscriptions_account", "subscriptions")
    op.create_index("ix_subscriptions_account", "subscriptions", ["account_id", "status", "period_end"])
    for name, table, _, _ in _NEW:
        op.drop_index(name, table)
    op.drop_index("ix_documents_owed", "documents")
    _partial("ix_documents_owed", "documents", ["due_on", "currency", "open_minor"], "open_minor > 0")
