"""Documents frozen as facts, the months in which their lines are earned, and the last day of a series.

Sheets of documents that exist stay as they are. Going back keeps every row; documents that were never worded lose their
facts, and with them their paper.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEPT = (
    "account_id", "id", "kind", "seller", "number", "order_id", "po_id", "issued_on", "issued_at", "due_on", "currency",
    "language", "subtotal_minor", "tax_minor", "total_minor", "open_minor", "reason",
)  # fmt: skip
_LAST_DAY = """
UPDATE number_series SET last_issued_on = (
    SELECT max(documents.issued_on) FROM documents JOIN issued_numbers
    ON issued_numbers.account_id = documents.account_id AND issued_numbers.document_id = documents.id
    WHERE issued_numbers.series = number_series.series AND issued_numbers.year = number_series.year)
"""


def upgrade() -> None:
    op.create_table(
        "party_snapshots",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_party_snapshots_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_party_snapshots")),
    )
    op.add_column("number_series", sa.Column("last_issued_on", sa.Date(), nullable=True))
    op.execute(_LAST_DAY)
    if op.get_context().dialect.name == "sqlite":
        _rebuild(before="sheet_hash", after="hash")
    else:
        op.drop_constraint("ck_documents_sheet_hash_length", "documents")
        op.alter_column("documents", "sheet_hash", new_column_name="hash")
        op.alter_column("documents", "sheet", nullable=True)
        op.add_column("documents", sa.Column("party_id", sa.BigInteger(), nullable=True))
        op.add_column("documents", sa.Column("facts", sa.Text(), nullable=True))
        op.create_foreign_key(
            op.f("fk_documents_account_id_party_id"),
            "documents",
            "party_snapshots",
            ["account_id", "party_id"],
            ["account_id", "id"],
        )
        for name, rule in _CHECKS.items():
            op.create_check_constraint(op.f(name), "documents", rule)
    op.create_table(
        "recognitions",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("month", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(currency) <= 3", name=op.f("ck_recognitions_currency_length")),
        sa.PrimaryKeyConstraint("account_id", "line_id", "month", name=op.f("pk_recognitions")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("recognitions")
    op.execute("UPDATE documents SET sheet = '' WHERE sheet IS NULL")
    if op.get_context().dialect.name == "sqlite":
        _rebuild(before="hash", after="sheet_hash")
    else:
        for name in _CHECKS:
            op.drop_constraint(name, "documents")
        op.drop_constraint("fk_documents_account_id_party_id", "documents")
        op.drop_column("documents", "facts")
        op.drop_column("documents", "party_id")
        op.alter_column("documents", "sheet", nullable=False)
        op.alter_column("documents", "hash", new_column_name="sheet_hash")
        op.create_check_constraint(
            op.f("ck_documents_sheet_hash_length"), "documents", "length(sheet_hash) <= 64"
        )
    op.drop_column("number_series", "last_issued_on")
    op.drop_table("party_snapshots")


_CHECKS = {
    "ck_documents_frozen": "facts IS NOT NULL OR sheet IS NOT NULL",
    "ck_documents_parties": "(facts IS NULL) = (party_id IS NULL)",
    "ck_documents_hash_length": "length(hash) <= 64",
}


def _rebuild(*, before: str, after: str) -> None:
    """SQLite: the table anew, since it can neither drop NOT NULL nor add a key of two columns."""
    is_new = after == "hash"
    op.create_table("documents_anew", *_columns(after, is_new=is_new), *_constraints(after, is_new=is_new))
    kept = ", ".join((*_KEPT, "sheet", "previous_hash"))
    op.execute(f"INSERT INTO documents_anew ({kept}, {after}) SELECT {kept}, {before} FROM documents")
    op.drop_table("documents")
    op.rename_table("documents_anew", "documents")
    op.create_index("ix_documents_account", "documents", ["account_id", "issued_on"])
    op.create_index("ix_documents_issued_on", "documents", ["issued_on", "number", "kind", "currency", "account_id"])
    op.create_index("ix_documents_number", "documents", ["number"])
    op.create_index(
        "ix_documents_owed", "documents", ["due_on", "currency", "open_minor"], sqlite_where=sa.text("open_minor > 0")
    )


def _columns(hash_name: str, *, is_new: bool) -> list[sa.Column[Any]]:
    def number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
        return sa.Column(name, sa.BigInteger(), nullable=nullable, autoincrement=False)

    def words(name: str, length: int) -> sa.Column[Any]:
        return sa.Column(name, sa.String(length=length), nullable=False)

    return [
        number("account_id"),
        number("id"),
        words("kind", 20),
        words("seller", 20),
        words("number", 30),
        number("order_id", nullable=True),
        number("po_id", nullable=True),
        *([number("party_id", nullable=True)] if is_new else []),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        words("currency", 3),
        words("language", 5),
        *(number(f"{name}_minor") for name in ("subtotal", "tax", "total", "open")),
        words("reason", 500),
        *([sa.Column("facts", sa.Text(), nullable=True)] if is_new else []),
        sa.Column("sheet", sa.Text(), nullable=is_new),
        words(hash_name, 64),
        words("previous_hash", 64),
    ]


def _constraints(hash_name: str, *, is_new: bool) -> list[sa.Constraint]:
    lengths = {"currency": 3, "kind": 20, "language": 5, "number": 30, "previous_hash": 64, "reason": 500, "seller": 20}
    lengths[hash_name] = 64
    references = {"order_id": "orders", "po_id": "purchase_orders"} | ({"party_id": "party_snapshots"} if is_new else {})
    rules = {f"ck_documents_{name}_length": f"length({name}) <= {length}" for name, length in lengths.items()}
    rules |= {
        "ck_documents_kind": "kind IN ('invoice', 'credit_note')",
        "ck_documents_total": "subtotal_minor + tax_minor = total_minor",
    }
    return [
        *(sa.CheckConstraint(rule, name=op.f(name)) for name, rule in (rules | (_CHECKS if is_new else {})).items()),
        *(
            sa.ForeignKeyConstraint(
                ["account_id", column],
                [f"{table}.account_id", f"{table}.id"],
                name=op.f(f"fk_documents_account_id_{column}"),
            )
            for column, table in references.items()
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_documents_account_id")),
        sa.ForeignKeyConstraint(["seller"], ["sellers.code"], name=op.f("fk_documents_seller")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_documents")),
    ]
