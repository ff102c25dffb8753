"""Selling entities are created and changed."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from data.models import IssuedNumber, Seller, SellerBank, SellerTaxNumber
from services.access import acting, record
from services.errors import Invalid, Problem, StaleForm
from services.facts.sellers import seller_profile
from services.permissions import Actor, Permission
from services.rules import seller_form
from services.rules.seller_profile import BankDetails, SellerProfile

__all__ = ["BankDetails", "SellerForm", "save_seller"]

SellerForm = SellerProfile  # the form is the whole profile: what was left out is deleted

_COLUMNS = (
    "legal_name", "country", "currency", "time_zone", "language", "invoice_prefix", "credit_prefix", "street",
    "postal_code", "city", "region", "email", "phone", "register_line", "sepa_creditor_id", "is_active",
)  # fmt: skip


def save_seller(actor: Actor, form: SellerForm, version: int | None = None) -> str:
    """Create a selling entity (`version` None) or change it, and return its code.

    `version`: that of the card the form was filled from; raises `StaleForm` when the row has another by now. Raises
    `Invalid` with every fault: check digits, unknown time zone, a prefix that is taken or already numbers documents.
    A seller may be incomplete; until it is complete it issues nothing (`seller_completeness.missing`).
    """
    with acting(actor, Permission.MANAGE_SELLERS) as session:
        code = form.code.strip().lower()
        seller = session.scalar(select(Seller).where(Seller.code == code).with_for_update())
        if (seller.version if seller else None) != version:
            if seller and version is None:
                raise Invalid(Problem("code", "duplicate", {"value": code}))
            raise StaleForm
        current = seller_profile(session, seller) if seller else None
        form, problems = seller_form.check(form, current=current, has_issued=_has_issued(session, current))
        Invalid.when(problems + _taken(session, form))
        if seller is None:
            seller = Seller(code=form.code, version=0)
            session.add(seller)
        _write(session, seller, form)
        before, after = _differences(current, form)
        record(session, "save_seller", subject=form.code, before=before, after=after)
        return form.code


def _write(session: Session, seller: Seller, form: SellerForm) -> None:
    for name in _COLUMNS:
        setattr(seller, name, getattr(form, name))
    seller.late_payment_texts = dict(form.late_payment_texts)
    seller.version += 1
    session.flush()
    for table in (SellerTaxNumber, SellerBank):
        session.execute(delete(table).where(table.seller == seller.code))
    session.add_all(SellerTaxNumber(seller=seller.code, country=c, number=n) for c, n in form.tax_numbers.items())
    session.add_all(SellerBank(seller=seller.code, currency=c, **asdict(bank)) for c, bank in form.banks.items())


def _has_issued(session: Session, current: SellerProfile | None) -> bool:
    if current is None:
        return False
    series = (current.invoice_prefix, current.credit_prefix)
    return session.scalar(select(IssuedNumber.number).where(IssuedNumber.series.in_(series)).limit(1)) is not None


def _taken(session: Session, form: SellerForm) -> list[Problem]:
    """A prefix names one series in the whole portal: no other seller may number anything with it."""
    prefixes = [prefix for prefix in (form.invoice_prefix, form.credit_prefix) if prefix]
    others = session.execute(
        select(Seller.invoice_prefix, Seller.credit_prefix).where(
            Seller.code != form.code, or_(Seller.invoice_prefix.in_(prefixes), Seller.credit_prefix.in_(prefixes))
        )
    ).all()
    taken = {prefix for pair in others for prefix in pair}
    return [
        Problem(name, "duplicate", {"value": getattr(form, name)})
        for name in ("invoice_prefix", "credit_prefix")
        if getattr(form, name) in taken
    ]


def _differences(current: SellerProfile | None, form: SellerForm) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    after = asdict(form)
    if current is None:
        return None, after
    before = asdict(current)
    changed = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}
