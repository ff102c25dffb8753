"""Each invariant can fail: a corruption seeded into a sound book is caught, and by exactly its check."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Session, aliased

from data import database
from data.models import (
    Account,
    Allocation,
    AuditEntry,
    BilledPeriod,
    Correction,
    Document,
    DocumentLine,
    Entitlement,
    IssuedNumber,
    LineCorrection,
    Movement,
    Night,
    NumberSeries,
    OrderLine,
    OutboxMail,
    Payment,
    Posting,
    Recognition,
    Subscription,
    SubscriptionEvent,
    TaxEntry,
    TaxFigureDelta,
)
from services.integrity import CHECKS, violations
from services.permissions import Actor
from services.rules.derivations import Derivation
from tests.builders import NOW, TODAY
from tests.services.integrity import seat_corruptions
from tests.services.integrity.world import build

Corruption = Callable[[Session], object]


class _Undone(Exception):
    """Takes a corruption back."""


def test_every_corruption_is_caught_by_exactly_its_check(db: object, admin: Actor) -> None:
    build(admin)
    with database.read_session() as session:
        assert list(violations(session)) == []
    caught = {code: _caught(corrupt) for code, corrupt in CORRUPTIONS.items()}
    assert caught == {code: {code} | ({"documents_unchanged"} if code in SEALED else set()) for code in CORRUPTIONS}


def test_every_check_has_a_corruption() -> None:
    assert list(CORRUPTIONS) == [check.code for check in CHECKS]


def _caught(corrupt: Corruption) -> set[str]:
    found: set[str] = set()
    try:
        with database.write_session() as session:
            corrupt(session)
            session.flush()
            session.expire_all()
            found = {violation.check for violation in violations(session)}
            raise _Undone
    except _Undone:
        return found


def _first(session: Session, model: type[Any], *where: Any) -> Any:
    return session.scalars(select(model).where(*where).order_by(*inspect(model).primary_key)).first()


def _set(model: type[Any], **values: Any) -> Corruption:
    """Change columns of the model's first row."""

    def corrupt(session: Session) -> None:
        row = _first(session, model)
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value(getattr(row, name)) if callable(value) else value)

    return corrupt


def _charge(session: Session) -> DocumentLine:
    """A charge line that no credit note touched."""
    rows = session.scalars(
        select(DocumentLine)
        .outerjoin(LineCorrection, LineCorrection.line_id == DocumentLine.id)
        .where(DocumentLine.kind == "charge", LineCorrection.id.is_(None), DocumentLine.tax_minor > 0)
        .order_by(DocumentLine.id)
    )
    return rows.first()


def _more_seats(session: Session) -> None:
    _charge(session).seats += 1


def _a_longer_period(session: Session) -> None:
    last = session.scalars(
        select(BilledPeriod).join(
            Subscription,
            (Subscription.id == BilledPeriod.subscription_id) & (Subscription.sequence == BilledPeriod.sequence),
        )
    ).first()
    assert last is not None
    last.ends_on += timedelta(days=1)


def _more_tax(session: Session) -> None:
    _charge(session).tax_minor += 1


def _charge_on_a_credit_note(session: Session) -> None:
    """A line of 0.00 for no seats, so that nothing but its kind is wrong."""
    line = session.scalars(select(DocumentLine).where(DocumentLine.kind == "credit")).first()
    assert line is not None
    columns = {c.key: getattr(line, c.key) for c in DocumentLine.__mapper__.columns}
    nothing = Derivation.from_json(line.derivation)
    free = nothing.bases[0].__class__(line_id=1, invoiced=0, credited=0, days=1, total_days=1, left=0)
    derivation = nothing.__class__(nothing.operation, nothing.currency, 0, 1, 1, bases=(free,)).to_json()
    changed = {"id": 1, "position": 99, "kind": "charge", "net_minor": 0, "tax_minor": 0, "seats": 0}
    session.add(DocumentLine(**(columns | changed | {"derivation": derivation})))


def _number_without_document(session: Session) -> None:
    account = session.scalars(select(Document.account_id)).first()
    session.add(IssuedNumber(series="ZZ", year=2020, number=1, account_id=account, document_id=1))


def _another_amount_derived(session: Session) -> None:
    line = _charge(session)
    line.derivation = line.derivation.replace(f'"seats":{line.seats}', f'"seats":{line.seats + 1}')


def _more_credited_than_charged(session: Session) -> None:
    """Moved from one corrected line to another of the same credit line: the credit line itself still adds up."""
    first, second = session.scalars(
        select(LineCorrection)
        .join(DocumentLine, DocumentLine.id == LineCorrection.credit_line_id)
        .where(DocumentLine.derivation.contains("credit_unused"))
        .limit(2)
    ).all()
    columns = {"account_id": first.account_id, "credit_line_id": first.credit_line_id, "tax_minor": 0, "seats": 0}
    session.add(LineCorrection(id=1, line_id=first.line_id, amount_minor=-(10**9), **columns))
    session.add(LineCorrection(id=2, line_id=second.line_id, amount_minor=10**9, **columns))


def _less_credited_than_the_line_says(session: Session) -> None:
    row = _first(session, LineCorrection)
    row.amount_minor += 1


def _forget_a_corrected_invoice(session: Session) -> None:
    row = _first(session, Correction, Correction.set_off_minor == 0)
    session.delete(row)


def _entry_on_two_days(session: Session) -> None:
    row = _first(session, Posting)
    row.posted_on += timedelta(days=1)


def _posted(ledger_account: str) -> Corruption:
    """A balanced entry that books a cent to an account of the ledger, against one that nobody compares."""

    def corrupt(session: Session) -> None:
        row = _first(session, Posting)
        columns = {c.key: getattr(row, c.key) for c in Posting.__mapper__.columns} | {"entry_id": 1}
        for position, (name, minor) in enumerate(((ledger_account, 1), ("suspense", -1)), start=1):
            changed = {"id": position, "position": position, "ledger_account": name, "amount_minor": minor}
            session.add(Posting(**(columns | changed)))

    return corrupt


def _open_on_another_invoice(session: Session) -> None:
    is_part = (Document.open_minor > 0, Document.open_minor < Document.total_minor)
    part = session.scalars(select(Document).where(*is_part).order_by(Document.id)).first()
    assert part is not None
    whole = session.scalars(
        select(Document).where(Document.open_minor > 0, Document.account_id == part.account_id, Document.id != part.id)
    ).first()
    assert whole is not None
    part.open_minor, whole.open_minor = part.open_minor + 1, whole.open_minor - 1


def _paid_by_another_payment(session: Session) -> None:
    one, other = aliased(Payment), aliased(Payment)
    row = session.execute(
        select(Allocation, other.id)
        .join(one, one.id == Allocation.source_id)
        .join(other, (other.account_id == one.account_id) & (other.id != one.id))
    ).first()
    assert row is not None
    allocation, payment = row
    allocation.source_id = payment


def _an_impossible_move(session: Session) -> None:
    row = session.scalars(select(SubscriptionEvent).where(SubscriptionEvent.kind == "trial_started")).one()
    row.after = row.after | {"status": "expired"}


def _a_trial_charged(session: Session) -> None:
    row = session.scalars(select(Subscription).where(Subscription.is_trial.is_(False))).first()
    assert row is not None
    row.trial_starts_on, row.starts_on = row.starts_on, row.starts_on + timedelta(days=400)


def _another_amount_to_come(session: Session) -> None:
    row = _first(session, Subscription, Subscription.period_minor.is_not(None))
    row.period_minor += 1


def _paid_invoices_counted_twice(session: Session) -> None:
    """The delay stays what it is: only its parts are wrong."""
    account = _first(session, Account, Account.paid_invoices > 0)
    account.paid_invoices, account.late_days = 2 * account.paid_invoices, 2 * account.late_days


def _a_movement_from_nowhere(session: Session) -> None:
    row = _first(session, Movement)
    row.yearly_before_minor += 12
    row.yearly_after_minor += 12


def _a_second_first_movement(session: Session) -> None:
    row = _first(session, Movement, Movement.kind == "expansion")
    row.kind = "new"


def _a_night_that_forgot(session: Session) -> None:
    session.add(Night(day=date(2030, 1, 1), started_at=NOW, finished_at=NOW))


def _no_mail(session: Session) -> None:
    session.execute(delete(OutboxMail).where(OutboxMail.kind == "invoice"))


def _no_audit(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.action == "record_payment"))


CORRUPTIONS: dict[str, Corruption] = {
    "net_coverage": _more_seats,
    "billed_periods": _a_longer_period,
    "document_totals": _more_tax,
    "document_signs": _charge_on_a_credit_note,
    "document_numbers": _number_without_document,
    "numbers_gapless": _set(NumberSeries, last_number=lambda number: number + 1),
    "numbers_in_order": _set(NumberSeries, last_hash="0" * 64),
    "documents_unchanged": _set(Document, due_on=lambda day: day + timedelta(days=1)),
    "derivations": _another_amount_derived,
    "credits_within_lines": _more_credited_than_charged,
    "credit_lines": _less_credited_than_the_line_says,
    "corrected_invoices": _forget_a_corrected_invoice,
    "orders_as_agreed": _set(OrderLine, net_minor=lambda minor: minor + 1),
    "entries_balanced": _entry_on_two_days,
    "receivables": _posted("receivables"),
    "open_amounts": _open_on_another_invoice,
    "sources_used": _paid_by_another_payment,
    "customer_credit": _posted("customer_credit"),
    "tax_payable": _posted("tax_payable"),
    "tax_book": _set(TaxEntry, number="INVES-2026-999999"),
    "tax_figures": _set(TaxFigureDelta, amount_minor=lambda minor: minor + 1),
    "invoiced_is_earned_or_deferred": _posted("revenue"),
    "earned_in_full": _set(Recognition, amount_minor=lambda minor: minor + 1),
    "cash": _posted("cash"),
    "write_offs": _posted("write_offs"),
    "opening_balances": _posted("opening_balances"),
    "payment_delays": _paid_invoices_counted_twice,
    "status_moves": _an_impossible_move,
    "trials_uncharged": _a_trial_charged,
    "access": _set(Entitlement, ends_on=TODAY),
    "seats_counted": _set(Subscription, seats_assigned=lambda number: number + 1),
    "seats_once": seat_corruptions.a_seat_of_another_product,
    "seats_never_oversold": seat_corruptions.a_seat_too_many_in_the_past,
    "seats_held_once": seat_corruptions.held_twice_in_the_past,
    "cycles_to_come": _another_amount_to_come,
    "movements_follow": _a_movement_from_nowhere,
    "movements_add_up": _set(Movement, amount_minor=lambda minor: minor + 1),
    "movement_kinds": _a_second_first_movement,
    "nothing_forgotten": _a_night_that_forgot,
    "one_mail": _no_mail,
    "audited": _no_audit,
}
# What is changed here was sealed with its document: the seal is broken as well.
SEALED = {"net_coverage", "document_totals", "document_signs", "derivations"}
