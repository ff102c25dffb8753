"""The reports held against the ledger and each other; where they differ, with the rows that break it."""

from dataclasses import replace
from datetime import date
from itertools import islice

from sqlalchemy.orm import Session

from services.access import reading
from services.facts.tie_out import compare
from services.integrity import CHECKS, Violation
from services.permissions import Actor, Permission
from services.rules.tie_outs import CHECKED_BY, Offender, TieOut

MOST = 50  # offenders of a tie-out that are listed


def tie_out(actor: Actor, as_of: date) -> tuple[TieOut, ...]:
    """Every tie-out at the end of the day's month, a currency each, then what is counted. Raises `NotAllowed`.

    Where one differs, the checks of the whole book look for the rows that break it: seconds on a large one.
    """
    with reading(actor, Permission.SEE_BILLING) as session:
        found = compare(session, as_of)
        broken = {one.code for one in found if not one.holds}
        rows = {code: _offenders(session, code) for code in broken}
        return tuple(replace(one, offenders=rows[one.code]) if one.code in broken else one for one in found)


def _offenders(session: Session, code: str) -> tuple[Offender, ...]:
    checks = (check for check in CHECKS if check.code in CHECKED_BY[code])
    violations = (violation for check in checks for violation in check.offenders(session))
    return tuple(_offender(violation) for violation in islice(violations, MOST))


def _offender(one: Violation) -> Offender:
    if one.account_id is None:
        return Offender(one.subject, one.expected, one.found)
    return Offender(one.subject, one.expected, one.found, "sales/account", (("account", one.account_id),))
