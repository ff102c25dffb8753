"""The tax book, with the entries of the documents there are, and its sums by month.

The sums are empty afterwards: `python -m services.rollups --rebuild` fills them, as the portal's start does.
"""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from alembic import op

from data.money import Money, exponent

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_CHUNK = 500  # accounts
_WORDS = {
    "seller": 20, "kind": 20, "number": 30, "treatment": 20, "country": 2, "rate": 40, "reason": 40, "mention": 40,
    "article": 200, "vat_number": 30, "currency": 3, "seller_currency": 3, "measure": 20,
}  # fmt: skip
_ENTRY = (
    "account_id", "id", "document_id", "seller", "kind", "number", "issued_on", "quarter", "treatment", "country",
    "rate", "reason", "mention", "article", "vat_number", "is_business", "currency", "base_minor", "tax_minor",
    "seller_currency", "seller_base_minor", "seller_tax_minor",
)  # fmt: skip
_ALIKE = ("seller", "treatment", "country", "rate", "reason", "is_business", "currency", "seller_currency")
_DELTA = ("batch", "position")
_REVERSED = sa.text("treatment = 'reverse_charge'")
_UNCONFIRMED = sa.text("vat_state <> 'confirmed' AND vat_number <> ''")
_DOCUMENTS = sa.text("""
SELECT d.account_id, d.id, d.seller, d.kind, d.number, d.issued_on, d.currency, d.facts, p.content,
       s.currency AS seller_currency, a.vat_number, a.is_business
FROM documents AS d JOIN sellers AS s ON s.code = d.seller JOIN accounts AS a ON a.id = d.account_id
LEFT JOIN party_snapshots AS p ON p.account_id = d.account_id AND p.id = d.party_id
WHERE d.account_id IN :ids ORDER BY d.account_id, d.id
""").bindparams(sa.bindparam("ids", expanding=True)).columns(issued_on=sa.Date(), is_business=sa.Boolean())
_LINES = sa.text("""
SELECT account_id, document_id, tax_treatment, tax_country, tax_rate, tax_reason, max(tax_mention), max(tax_article),
       sum(net_minor), sum(tax_minor)
FROM document_lines WHERE account_id IN :ids
GROUP BY account_id, document_id, tax_treatment, tax_country, tax_rate, tax_reason
""").bindparams(sa.bindparam("ids", expanding=True))
_RATE = sa.text("SELECT rate FROM fx_rates WHERE currency = :currency AND day <= :day ORDER BY day DESC LIMIT 1")


def upgrade() -> None:
    entries = op.create_table(
        "tax_entries",
        *(_column(name) for name in _ENTRY),
        *_lengths("tax_entries", _ENTRY),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_tax_entries_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_tax_entries")),
        sqlite_with_rowid=False,
    )
    for name, key in (("tax_figures", ("grain", "measure", "month", *_ALIKE)), ("tax_figure_deltas", _DELTA)):
        columns = list(dict.fromkeys((*key, "measure", "month", *_ALIKE, "amount_minor")))
        op.create_table(
            name,
            *(_column(column) for column in columns),
            *_lengths(name, columns),
            sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
    connection = op.get_bind()
    owners = connection.execute(sa.text("SELECT DISTINCT account_id FROM documents ORDER BY account_id")).scalars().all()
    for start in range(0, len(owners), _CHUNK):
        rows = list(_entries(connection, owners[start : start + _CHUNK]))
        if rows:
            connection.execute(entries.insert(), rows)
    book = ["seller", "issued_on", "number", "treatment", "country", "rate", "currency"]
    op.create_index("ix_tax_entries_book", "tax_entries", book)
    ec = ["seller", "quarter", "vat_number", "country", "issued_on", "seller_base_minor"]
    for name, table, columns, where in (
        ("ix_tax_entries_reversed", "tax_entries", ec, _REVERSED),
        ("ix_accounts_unconfirmed", "accounts", ["search_text", "id"], _UNCONFIRMED),
    ):
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_accounts_unconfirmed", "accounts")
    for name in ("tax_figure_deltas", "tax_figures", "tax_entries"):
        op.drop_table(name)


def _entries(connection: sa.Connection, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    """One for each rate and treatment of a document, the dearest first, as the journal writes them."""
    groups: dict[tuple[int, int], list[Any]] = {}
    for line in connection.execute(_LINES, {"ids": ids}):
        groups.setdefault((line[0], line[1]), []).append(line)
    for row in connection.execute(_DOCUMENTS, {"ids": ids}).mappings():
        buyer = json.loads(row["content"])["buyer"] if row["content"] else {"tax_number": row["vat_number"]}
        converted = json.loads(row["facts"]).get("seller_taxes") if row["facts"] else None
        mine = groups.get((row["account_id"], row["id"]), [])
        ordered = sorted(mine, key=lambda line: (Decimal(line[4]), line[2], line[3], line[5]), reverse=True)
        for place, line in enumerate(ordered):
            base, tax = int(line[8]), int(line[9])
            in_sellers = converted[place] if converted else [_converted(connection, row, each) for each in (base, tax)]
            yield {
                **{name: row[name] for name in ("account_id", "seller", "kind", "number", "issued_on", "currency")},
                "id": row["id"] & -4096 | place + 1,
                "document_id": row["id"],
                "quarter": row["issued_on"].year * 10 + (row["issued_on"].month + 2) // 3,
                **dict(zip(("treatment", "country", "rate", "reason", "mention", "article"), line[2:8], strict=True)),
                "vat_number": buyer.get("tax_number", "")[:30],
                "is_business": bool(buyer.get("is_business", row["is_business"])),
                "base_minor": base,
                "tax_minor": tax,
                "seller_currency": row["seller_currency"],
                "seller_base_minor": in_sellers[0],
                "seller_tax_minor": in_sellers[1],
            }


def _converted(connection: sa.Connection, row: Any, minor: int) -> int:
    """For documents of before revision 0007, whose facts are words: at the last rate of their day."""
    if row["currency"] == row["seller_currency"]:
        return minor
    rates = []
    for currency in (row["seller_currency"], row["currency"]):
        found = connection.execute(_RATE, {"currency": currency, "day": row["issued_on"].isoformat()}).scalar()
        rates.append(Fraction(1) if currency == "EUR" else Fraction(found or 0))
    scale = Fraction(10) ** (exponent(row["seller_currency"]) - exponent(row["currency"]))
    return Money.rounded(minor * rates[0] / rates[1] * scale if rates[1] else Fraction(0), row["currency"]).minor


def _column(name: str) -> sa.Column[Any]:
    if name in _WORDS:
        return sa.Column(name, sa.String(length=_WORDS[name]), nullable=False)
    if name in ("issued_on", "is_business"):
        return sa.Column(name, sa.Date() if name == "issued_on" else sa.Boolean(), nullable=False)
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _lengths(table: str, columns: Sequence[str]) -> Iterator[sa.CheckConstraint]:
    """Exact decimals, which are texts, too, have none."""
    for name in columns:
        if name in _WORDS and name != "rate":
            yield sa.CheckConstraint(f"length({name}) <= {_WORDS[name]}", name=op.f(f"ck_{table}_{name}_length"))
