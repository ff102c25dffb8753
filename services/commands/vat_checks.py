"""What tax offices said about VAT numbers, as finance enters it."""

from __future__ import annotations

from datetime import date

from data.models import Account
from services.access import acting, record
from services.errors import Invalid, Problem
from services.facts.accounts import open_account
from services.permissions import Actor, Permission
from services.rules.account_form import differences
from services.rules.tax import VatState
from services.rules.text import cleaned, typed_problems

LONGEST_CONSULTATION = 60


def record_vat_check(
    actor: Actor,
    account_id: int,
    *,
    is_confirmed: bool,
    checked_on: date,
    consultation: str = "",
    version: int,
    today: date,
) -> int:
    """What the tax office said about the VAT number on a day: confirmed with its consultation number, or refused.

    Returns the account's new version (billing rules §9). Raises `NotFound`, `SelfServiceAccount`, `StaleForm`,
    `Invalid`.
    """
    with acting(actor, Permission.CONFIRM_VAT) as session:
        account = open_account(session, account_id, version)
        consultation = cleaned(consultation)
        Invalid.when(_vat_problems(account, is_confirmed, checked_on, consultation, today))
        given = {
            "vat_state": VatState.CONFIRMED.value if is_confirmed else VatState.REFUSED.value,
            "vat_checked_on": checked_on,
            "vat_consultation": consultation,
        }
        before, after = differences({name: getattr(account, name) for name in given}, given)
        for name, value in given.items():
            setattr(account, name, value)
        account.version += 1
        after = {"vat_number": account.vat_number, **after}
        name = account.legal_name
        record(session, "record_vat_check", account_id=account_id, subject=name, before=before, after=after)
        return account.version


def _vat_problems(
    account: Account, is_confirmed: bool, checked_on: date, consultation: str, today: date
) -> list[Problem]:
    problems = []
    if not account.vat_number:
        problems.append(Problem("vat_number", "required"))
    problems += typed_problems("vat_consultation", consultation, limit=LONGEST_CONSULTATION, required=is_confirmed)
    if checked_on > today:
        problems.append(Problem("vat_checked_on", "day_in_future", {"today": today}))
    return problems
