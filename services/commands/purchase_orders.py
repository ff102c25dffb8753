"""What is done to purchase orders: saved and closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, PurchaseOrder
from data.money import Money
from services.access import acting, record
from services.errors import Invalid, NotFound, Problem, StaleForm
from services.facts import po_used
from services.facts.accounts import open_account
from services.permissions import Actor, Permission
from services.rules.account_form import differences
from services.rules.purchase_order_form import PurchaseOrderForm, check


def save_purchase_order(
    actor: Actor,
    account_id: int,
    form: PurchaseOrderForm,
    *,
    po_id: int | None = None,
    version: int | None = None,
    today: date,
) -> int:
    """Add a purchase order, or write what was changed on one opened at `version`; returns its id.

    An edit opens a closed one again. Raises `NotFound`, `SelfServiceAccount`, `StaleForm`, `Invalid`.
    """
    with acting(actor, Permission.EDIT_ACCOUNTS) as session:
        account = open_account(session, account_id)
        po = _find(session, account_id, po_id, version) if po_id is not None else None
        used = po_used(session, account_id, po.id, account.currency) if po and account.currency else None
        form, problems = check(form, currency=account.currency, used=used, today=today)
        Invalid.when([*problems, *_taken(session, account_id, form.number, po)])
        if po is None:
            key = derive_id(today, "purchase order", account_id, form.number)
            po = PurchaseOrder(account_id=account_id, id=key, version=0)
            before: dict[str, Any] = {}
        else:
            before = _values(po, account.currency)
        po.number, po.expires_on, po.is_closed = form.number, form.expires_on, False
        po.cap_minor = form.cap.minor if form.cap else None
        before, after = differences(before, _values(po, account.currency))
        if after:
            po.version += 1
            session.add(po)
            _record(session, "save_purchase_order", account, po, before, after)
        return po.id


def close_purchase_order(actor: Actor, account_id: int, po_id: int, *, version: int | None = None) -> None:
    """Have no further order refer to it. Raises `NotFound`, `SelfServiceAccount`, `StaleForm`."""
    with acting(actor, Permission.EDIT_ACCOUNTS) as session:
        account = open_account(session, account_id)
        po = _find(session, account_id, po_id, version)
        if not po.is_closed:
            po.is_closed = True
            po.version += 1
            _record(session, "close_purchase_order", account, po, {"is_closed": False}, {"is_closed": True})


def _find(session: Session, account_id: int, po_id: int, version: int | None) -> PurchaseOrder:
    po = session.scalar(select(PurchaseOrder).where(PurchaseOrder.account_id == account_id, PurchaseOrder.id == po_id))
    if po is None:
        raise NotFound(kind="purchase_order")
    if version is not None and po.version != version:
        raise StaleForm
    return po


def _taken(session: Session, account_id: int, number: str, po: PurchaseOrder | None) -> list[Problem]:
    others = select(PurchaseOrder.id).where(PurchaseOrder.account_id == account_id, PurchaseOrder.number == number)
    if po is not None:
        others = others.where(PurchaseOrder.id != po.id)
    is_taken = session.scalar(others) is not None
    return [Problem("po_number", "duplicate", {"value": number})] if is_taken else []


def _values(po: PurchaseOrder, currency: str) -> dict[str, Any]:
    cap = Money(po.cap_minor, currency) if po.cap_minor is not None else None
    return {
        "po_number": po.number,
        "po_expires_on": po.expires_on,
        "po_cap": f"{cap.major} {currency}" if cap else None,
        "is_closed": bool(po.is_closed),
    }


def _record(
    session: Session,
    action: str,
    account: Account,
    po: PurchaseOrder,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    record(session, action, account_id=account.id, subject=po.number, subject_id=po.id, before=before, after=after)
