"""What figures are told apart by, in words."""

from collections.abc import Sequence

from dashboard.words import _, words
from services.queries.report_dimensions import DIMENSIONS


def dimension_names() -> dict[str, str]:
    """The dimensions by code."""
    names = {
        "month": _("Month"),
        "product": _("Product"),
        "plan": _("Plan"),
        "country": _("Country"),
        "rep": _("Representative"),
        "segment": _("Segment"),
        "currency": _("Currency"),
    }
    return {code: names[code] for code in DIMENSIONS}


def value_name(dimension: str, code: str, name: str = "") -> str:
    """A value of a dimension; `name` is the one it has in the catalog or as a person."""
    if name:
        return name
    match dimension:
        case "month":
            return words().month(int(code))
        case "country" if code:
            return words().country(code)
        case "rep":
            return _("Nobody")
        case _:
            return code or _("Not assigned")


def span_names(*codes: str) -> dict[str, str]:
    """The spans of months that end with the as-of day, in this order."""
    names = {
        "month": _("Month"),
        "quarter": _("3 months"),
        "half": _("6 months"),
        "year": _("This year"),
        "12": _("12 months"),
        "24": _("24 months"),
    }
    return {code: names[code] for code in codes}


def between(months: Sequence[int]) -> str:
    """Apr 2026, or Nov 2025 – Apr 2026."""
    ends = dict.fromkeys((months[0], months[-1]))
    return " – ".join(words().month(month) for month in ends)
