"""The books checked: every invariant with its offenders, as finance sees it."""

from dataclasses import dataclass

from sqlalchemy import select

from data.models import Account
from services.access import reading
from services.integrity import CHECKS, Violation
from services.permissions import Actor, Permission

MOST = 200  # offenders of one check that are listed; beyond them it is one fault, not so many


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One invariant: its code and group, and its first offenders, each with the name of its account ("" for none)."""

    code: str
    group: str
    offenders: tuple[tuple[str, Violation], ...]
    is_cut: bool = False


def run_checks(actor: Actor) -> tuple[CheckResult, ...]:
    """Run every check on the whole book, in their order: seconds on a large one, so ask when somebody wants to know."""
    with reading(actor, Permission.SEE_BILLING) as session:
        found = []
        for check in CHECKS:
            offenders = []
            for violation in check.offenders(session):
                offenders.append(violation)
                if len(offenders) > MOST:
                    break
            found.append((check, offenders))
        ids = {one.account_id for _, offenders in found for one in offenders if one.account_id is not None}
        rows = session.execute(select(Account.id, Account.legal_name).where(Account.id.in_(sorted(ids))))
        names = {row.id: row.legal_name for row in rows}
        return tuple(
            CheckResult(
                check.code,
                check.group,
                tuple((names.get(one.account_id or 0, ""), one) for one in offenders[:MOST]),
                is_cut=len(offenders) > MOST,
            )
            for check, offenders in found
        )
