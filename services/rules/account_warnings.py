"""What is allowed on an account's form and yet worth a second look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.errors import Problem
from services.rules.account_form import AccountForm


@dataclass(frozen=True, slots=True)
class LongestTerms:
    """The longest payment terms between businesses that a country's law lets them agree on, in days.

    `after_month`: the days allowed after (or before) the end of the month instead, where the law knows that.
    """

    days: int
    after_month: int | None
    law: str


# Above these, the clause is void and fines are due. ES: Ley 3/2004, art. 4.3 · FR: Code de commerce, art. L441-10 I.
LONGEST_TERMS: Mapping[str, LongestTerms] = {
    "ES": LongestTerms(60, None, "Ley 3/2004, art. 4"),
    "FR": LongestTerms(60, 45, "Code de commerce, art. L441-10"),
}


def warnings(form: AccountForm) -> list[Problem]:
    """Warnings as problems that do not keep the form from being saved."""
    longest = LONGEST_TERMS.get(form.country)
    if longest is None or not form.is_business:
        return []
    if form.end_of_month and longest.after_month is not None:
        limit, days = longest.after_month, form.net_days + _until_fixed_day(form.fixed_days)
    else:
        limit, days = longest.days, longest_wait(form)
    if days <= limit:
        return []
    return [Problem("net_days", "terms_above_legal", {"limit": limit, "days": days, "law": longest.law})]


def longest_wait(form: AccountForm) -> int:
    """Days from the issue of a document to its due date, in the worst case."""
    return form.net_days + (30 if form.end_of_month else 0) + _until_fixed_day(form.fixed_days)


def _until_fixed_day(fixed_days: tuple[int, ...]) -> int:
    """The most days one waits for the next fixed payment day: with 10 and 25, from the 26th to the 10th."""
    if not fixed_days:
        return 0
    days = sorted(fixed_days)
    return max(later - day - 1 for day, later in zip(days, [*days[1:], days[0] + 31], strict=True))
