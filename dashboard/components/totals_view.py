"""Totals on a page: what is asked for, the table, and the documents and payments behind a figure."""

from collections.abc import Mapping

import streamlit as st

from dashboard import navigation
from dashboard.cache import read
from dashboard.components.columns import Column, Kind
from dashboard.components.conversions import conversion_note
from dashboard.components.cross_table import Place, cross_table
from dashboard.components.dimensions import between, dimension_names, span_names, value_name
from dashboard.components.downloads import paged
from dashboard.components.empty import empty
from dashboard.components.filters import choice
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.totals import HAS_TAX, Total, Totals, TotalsRequest, totals
from services.queries.totals_rows import MOST_COUNTED, totals_rows
from services.rules.report_filters import ReportFilters
from services.rules.report_months import span

_PAGE = 20


def asked_totals(wanted: ReportFilters) -> TotalsRequest:
    """What the table shows; all of it stands in the URL."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        total = Total(choice("total", _("Figure"), {one.value: word for one, word in _totals().items()}, width=220))
        tax = "net"
        if total in HAS_TAX:
            tax = choice("tax", _("Tax"), {"net": _("without tax"), "gross": _("with tax")}, width=130)
        names = dimension_names()
        rows = choice("rows", _("Rows"), names, width=150)
        others = {code: name for code, name in names.items() if code != rows}
        if rows == "month":
            others.pop("month", None)
        columns = choice("columns", _("Columns"), others, width=150)
        code = choice("months", _("Period"), span_names("12", "24", "year", "half", "quarter", "month"), width=130)
    return TotalsRequest(total, tax == "gross", rows, columns, span(code, wanted.as_of))


def draw_totals(actor: Actor, wanted: ReportFilters, request: TotalsRequest) -> None:
    """The table, and beneath it what the chosen figure is made of."""
    found = read(totals, actor, wanted, request)
    names = dimension_names()
    said = _(
        "{total} by {rows} and {columns}, {months}",
        total=name_of(request),
        rows=names[request.rows].lower(),
        columns=names[request.columns].lower(),
        months=between(request.months),
    )
    if wanted.converted and found.lines:
        to = next(line.currency for line in found.lines) or ""
        _draw_rates(found, request, to)
    if not found.lines:
        empty(
            _(
                "There is nothing to add up in {months}. Choose a longer period, or clear a filter.",
                months=between(request.months),
            )
        )
        return
    st.markdown(f"**{plain(said)}**")
    rows = {
        line.row: value_name(request.rows, line.row, found.row_names.get(line.row, ""))
        for line in found.lines
        if line.row is not None
    }
    columns = {code: value_name(request.columns, code, found.column_names.get(code, "")) for code in found.columns}
    place = cross_table(
        found.lines,
        rows,
        columns,
        heading=names[request.rows],
        key=f"totals:{request.rows}:{request.columns}",
        name=said,
        download="totals",
    )
    if place is None:
        st.caption(_("Choose a figure to see the documents and payments it is made of."))
        return
    _draw_rows(actor, wanted, request, place, rows, columns)


def name_of(request: TotalsRequest) -> str:
    """What is added up, in words."""
    word = _totals()[request.total]
    if request.total not in HAS_TAX:
        return word
    return f"{word}, {_('with tax') if request.is_gross else _('without tax')}"


def _draw_rows(
    actor: Actor,
    wanted: ReportFilters,
    request: TotalsRequest,
    place: Place,
    rows: Mapping[str, str],
    columns: Mapping[str, str],
) -> None:
    at = {} if wanted.converted or place.currency is None else {"currency": place.currency}
    told = [] if not at else [place.currency or ""]
    for dimension, code, names in ((request.rows, place.row, rows), (request.columns, place.column, columns)):
        if code is not None:
            at[dimension] = code
            told.append(names[code])
    asked = asked_slice(limit=_PAGE)
    listed = totals_rows(actor, wanted, request, at, limit=asked.limit, offset=asked.offset)
    name = f"{name_of(request)}: {' · '.join(dict.fromkeys(told)) or _('All')}"
    st.subheader(plain(name), anchor=False)
    is_cash = request.total is Total.COLLECTED
    if listed.unassigned:
        with st.container(horizontal=True, vertical_alignment="center"):
            amounts = words().several([words().money(amount) for amount in listed.unassigned])
            st.caption(plain(_("Of this, {amounts} pays no invoice so far.", amounts=amounts)), width="content")
            navigation.link(_("Payments"), "billing/payments", icon=":material/payments:")
    table(
        listed.frame,
        [
            Column("number", _("Number"), width=160),
            Column("kind", _("Kind"), Kind.STATUS, names=_kinds(), width=120),
            Column("account", _("Account")),
            Column("day", _("Paid on") if is_cash else _("Issued on"), Kind.DAY, width=110),
            Column("amount_minor", _("Amount"), Kind.MONEY, help=_("The part that counts here."), width=150),
        ],
        key="totals_rows",
        name=name,
        empty=_("No invoice is behind this figure."),
        detail=Detail("billing/invoice", {"account": "account_id", "document": "document_id"}),
        download="totals-rows",
        whole=paged(
            lambda limit, offset: totals_rows(actor, wanted, request, at, limit=limit, offset=offset).frame,
            listed.total,
            of=(actor, wanted, request, tuple(at.items())),
        ),
    )
    pager(listed.total, asked)
    if listed.total >= MOST_COUNTED:
        st.caption(_("Only the first {n} are listed; a file has them all.", n=MOST_COUNTED))


def _draw_rates(found: Totals, request: TotalsRequest, to: str) -> None:
    def said(what: tuple[str, str]) -> str:
        row = value_name(request.rows, what[0], found.row_names.get(what[0], ""))
        return f"{row} · {value_name(request.columns, what[1], found.column_names.get(what[1], ''))}"

    conversion_note(to, found.rates, found.missing, said, key="totals_rates")


def _totals() -> dict[Total, str]:
    return {
        Total.INVOICED: _("Invoiced"),
        Total.CREDITED: _("Credited"),
        Total.BILLED: _("Invoiced less credited"),
        Total.TAX: _("Tax"),
        Total.COLLECTED: _("Collected"),
    }


def _kinds() -> dict[str, str]:
    return {"invoice": _("invoice"), "credit_note": _("credit note")}
