"""The form of a purchase order, and what is wrong with one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from data.money import Money
from services.errors import Problem
from services.rules.text import cleaned, typed_problems

LIMIT = 60


@dataclass(frozen=True, slots=True)
class PurchaseOrderForm:
    """The customer's own order number: `expires_on` its last day, `cap` on totals with tax, or None for none."""

    number: str = ""
    expires_on: date | None = None
    cap: Money | None = None


def check(
    form: PurchaseOrderForm, *, currency: str, used: Money | None = None, today: date
) -> tuple[PurchaseOrderForm, list[Problem]]:
    """The purchase order as it will be stored, and its faults.

    `currency`: the account's, which the cap must be in; `used`: what its documents come to already, for an edit.
    """
    form = replace(form, number=cleaned(form.number))
    problems = typed_problems("po_number", form.number, limit=LIMIT, required=True)
    if form.expires_on and form.expires_on < today and used is None:
        problems.append(Problem("po_expires_on", "day_over", {"today": today}))
    if form.cap is not None:
        problems += _cap(form.cap, currency, used)
    return form, problems


def _cap(cap: Money, currency: str, used: Money | None) -> list[Problem]:
    if cap.currency != currency:
        return [Problem("po_cap", "currency_of_account", {"currency": currency})]
    if cap.minor <= 0:
        return [Problem("po_cap", "above_zero")]
    if used is not None and cap < used:
        return [Problem("po_cap", "below_used", {"used": used})]
    return []
