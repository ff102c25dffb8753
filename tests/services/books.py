"""The books as tests check them: entries add up to 0, receivables are what is open, nothing is given twice."""

from collections import Counter, defaultdict

from sqlalchemy import select

from data import database
from data.models import AccountCredit, Allocation, Correction, Document, Payment, Posting, RefundPart
from services.integrity.figures import differences
from services.journal.ledger import LedgerAccount


def ledger() -> dict[str, int]:
    """Ledger account → sum in minor units, those at 0 left out; every entry adds up to 0."""
    sums: dict[str, int] = defaultdict(int)
    entries: dict[tuple[int, str], int] = defaultdict(int)
    with database.read_session() as session:
        for posting in session.scalars(select(Posting)):
            sums[posting.ledger_account] += posting.amount_minor
            entries[posting.entry_id, posting.currency] += posting.amount_minor
    assert set(entries.values()) <= {0}
    assert set(sums) <= set(LedgerAccount)
    return {name: amount for name, amount in sums.items() if amount}


def check_money() -> None:
    """Every invariant of payments, allocations and balances, for all accounts."""
    with database.read_session() as session:
        documents = {(row.account_id, row.id): row for row in session.scalars(select(Document))}
        paid, given = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
        for row in session.scalars(select(Allocation)):
            paid[row.account_id, row.invoice_id] += row.amount_minor
            given[row.account_id, row.source_id] += row.amount_minor
        set_off, used = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
        for correction in session.scalars(select(Correction)):
            set_off[correction.account_id, correction.invoice_id] += correction.set_off_minor
            used[correction.account_id, correction.credit_note_id] += correction.set_off_minor
        payments = {(row.account_id, row.id): row for row in session.scalars(select(Payment))}
        refunded = Counter[tuple[int, int]]()
        for part in session.scalars(select(RefundPart)):
            if payments[part.account_id, part.refund_id].reversed_on is None:
                refunded[part.account_id, part.credit_id] += part.amount_minor
        left = Counter[tuple[int, int]]()
        for credit in session.scalars(select(AccountCredit)):
            assert 0 <= credit.left_minor <= credit.amount_minor
            left[credit.account_id, credit.source_id] += credit.left_minor
        postings = session.scalars(select(Posting)).all()
        for key, row in documents.items():
            if row.kind == "invoice":
                assert 0 <= paid[key] <= row.total_minor
                assert row.open_minor == row.total_minor - paid[key] - set_off[key] >= 0
            else:
                assert row.open_minor == 0
                assert -row.total_minor == used[key] + given[key] + left[key] + refunded[key]
        for key, payment in payments.items():
            if payment.kind == "receipt":
                wanted = payment.amount_minor if payment.reversed_on is None else 0
                assert given[key] + left[key] + refunded[key] == wanted
                assert given[key] >= 0
        owed, credit_side = Counter[int](), Counter[int]()
        for posting in postings:
            if posting.ledger_account == "receivables":
                owed[posting.account_id] += posting.amount_minor
            if posting.ledger_account == "customer_credit":
                credit_side[posting.account_id] -= posting.amount_minor
        for account in {key[0] for key in documents} | set(owed):
            assert owed[account] == sum(row.open_minor for key, row in documents.items() if key[0] == account)
            assert credit_side[account] == sum(minor for key, minor in left.items() if key[0] == account)
    with database.read_session() as session:
        assert list(differences(session)) == []
    ledger()
