"""What a tax report is about: the view, the selling entity and the period, all in the URL."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import navigation, state
from dashboard.components.filters import choice
from dashboard.components.pagers import first_page
from dashboard.day import today
from dashboard.words import _, words
from services.queries.tax_book import TaxSeller
from services.rules.tax_periods import MONTHS, TaxPeriod, period_of, periods

BOOK, EC_SALES, OSS, TO_CONFIRM = "book", "ec_sales", "oss", "to_confirm"
_UNITS = {BOOK: tuple(MONTHS), EC_SALES: ("month", "quarter"), OSS: ("quarter",), TO_CONFIRM: ()}


@dataclass(frozen=True, slots=True)
class TaxAsked:
    """What is looked at. `period`: None for the numbers to confirm, which wait whatever the period."""

    view: str
    seller: TaxSeller
    period: TaxPeriod | None


def tax_filters(sellers: Sequence[TaxSeller]) -> TaxAsked:
    """Draw the filters and return what the reader chose."""
    if navigation.has_id("account") and "tax_view" not in st.query_params:
        state.keep("tax_view", TO_CONFIRM)
    names = {
        BOOK: _("Tax book"),
        EC_SALES: _("EC sales list"),
        OSS: _("OSS by country"),
        TO_CONFIRM: _("Numbers to confirm"),
    }
    view = choice("tax_view", _("Report"), names, shape="segments", on_change=first_page, hide_label=True)
    known = {seller.code: seller for seller in sellers}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        titles = {code: seller.legal_name for code, seller in known.items()}
        seller = known[choice("seller", _("Selling entity"), titles, width=300, on_change=first_page)]
        return TaxAsked(view, seller, _period(view, seller) if _UNITS[view] else None)


def _period(view: str, seller: TaxSeller) -> TaxPeriod | None:
    units = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}
    offered = {unit: units[unit] for unit in _UNITS[view]}
    unit = next(iter(offered))
    if len(offered) > 1:
        unit = choice("unit", _("Period"), offered, shape="segments", on_change=first_page)
    found = {each.code: each for each in periods(seller.first, max(seller.last, today()), unit)}
    titles = {code: period_name(each) for code, each in found.items()}
    return period_of(choice("period", units[unit], titles, width=150, on_change=first_page))


def period_name(period: TaxPeriod) -> str:
    """Apr 2026, Q2 2026 or 2026."""
    if period.unit == "month":
        return words().month(period.months[0])
    if period.unit == "quarter":
        return _("Q{number} {year}", number=period.quarters[0] % 10, year=str(period.first.year))
    return period.code
