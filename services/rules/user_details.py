"""What an account says of a licensed user beside the name: where they work, and until when they are excluded."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.errors import Problem
from services.rules import text

LONGEST_EXCLUSION = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class UserDetails:
    """`excluded_until`: before that day no seat of theirs is called idle, for the reason given (leave, a project)."""

    department: str = ""
    cost_centre: str = ""
    manager: str = ""
    excluded_until: date | None = None
    exclusion_reason: str = ""


def check_details(details: UserDetails, before: UserDetails, today: date) -> tuple[UserDetails, list[Problem]]:
    """The details as they will be stored, and their faults. An exclusion needs an end within a year, and a reason.

    One that stands already is no fault, also when it is over.
    """
    cleaned = UserDetails(
        text.cleaned(details.department),
        text.cleaned(details.cost_centre),
        text.cleaned(details.manager),
        details.excluded_until,
        text.cleaned(details.exclusion_reason) if details.excluded_until else "",
    )
    problems = [
        problem
        for name in ("department", "cost_centre", "manager", "exclusion_reason")
        for problem in text.typed_problems(name, getattr(cleaned, name), limit=200)
    ]
    until = cleaned.excluded_until
    if until is not None and until != before.excluded_until:
        if until <= today:
            problems.append(Problem("excluded_until", "exclusion_over", {"today": today}))
        elif until - today > LONGEST_EXCLUSION:
            problems.append(Problem("excluded_until", "exclusion_too_long", {"limit": LONGEST_EXCLUSION.days}))
    if until is not None and not cleaned.exclusion_reason:
        problems.append(Problem("exclusion_reason", "required"))
    return cleaned, problems
