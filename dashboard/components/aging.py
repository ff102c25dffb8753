"""Aging on a page: in total, by account, and the invoices behind the cell that was clicked."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard import cache, navigation, state
from dashboard.components import documents
from dashboard.components.cell_tables import Cell, cell_table
from dashboard.components.columns import Column, Kind, is_missing
from dashboard.components.downloads import paged
from dashboard.components.filters import choice
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.statement_mails import draw_statement_mails
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _, words
from data.money import Money
from services.facts.rates import Rates
from services.permissions import Actor, Permission
from services.queries.receivables import (
    ACCOUNT_COLUMNS,
    CELLS,
    Aging,
    aging,
    aging_by_account,
    open_invoices,
)
from services.rules.aging import Bucket
from services.rules.report_filters import ReportFilters
from services.words.receivable_texts import bucket_name

_OF, _BUCKET, _CURRENCY = "of", "bucket", "cell"
_PAGE_WIDTH = 918  # what a table has on a screen of 1280 pixels


def draw_aging(actor: Actor, wanted: ReportFilters) -> None:
    """Key figures, both tables, and what is behind a cell."""
    found = cache.read(aging, actor, wanted)
    _draw_figures(found)
    draw_rates(found.rates)
    frame = _total_frame(found)
    cell = cell_table(
        frame,
        _columns(Column("currency", _("Currency")), frame),
        CELLS,
        key=_round("aging"),
        name=_("Aging in total"),
        empty=_("Nothing was open on this day."),
        download="aging",
    )
    if cell:
        _open_cell(cell, None, str(frame.iloc[cell.row]["currency"]))
    if frame.empty:
        return
    behind = st.container()  # near the eye, though a click below it fills it
    _draw_accounts(actor, wanted)
    with behind:
        _draw_invoices(actor, wanted)


def draw_rates(rates: Rates | None) -> None:
    """The rates that amounts were converted at, with their days, and what has none."""
    if rates is None:
        return
    told = [
        _("1 {base} = {rate} {quote} on {day}", base=one.base, rate=one.rate, quote=one.quote, day=one.day)
        for one in rates.known
    ]
    if told:
        st.caption(plain(_("Converted at the reference rates: {rates}.", rates="; ".join(told))))
    if rates.missing:
        text = _("There is no reference rate of {currencies} up to this day: its amounts are left out.",
                 currencies=list(rates.missing))  # fmt: skip
        st.warning(plain(text), icon=":material/currency_exchange:")


def _draw_figures(found: Aging) -> None:
    told = words()
    late = _("Past the due day. An invoice due on the day itself is not overdue yet.")
    if len(found.lines) == 1:
        (line,) = found.lines
        owed = _(
            "What was left to pay on invoices at the end of the day: issued by then, less what was paid, set off and "
            "written off by then."
        )
        disputed = _("Left to pay on invoices whose dispute was open on the day. Part of the open amount.")
        figures = [
            Figure(_("Open amount"), told.money(line.total), owed),
            Figure(_("Overdue"), told.money(line.overdue), late),
            Figure(_("Disputed"), told.money(line.disputed), disputed),
        ]
    else:
        figures = [
            Figure(_("Overdue in {currency}", currency=line.currency), told.money(line.overdue), late)
            for line in found.lines[:5]
        ]
    if figures:
        key_figures(figures)


def _draw_accounts(actor: Actor, wanted: ReportFilters) -> None:
    names = {"all": _("All with something open"), "overdue": _("Overdue only")}
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.markdown(f"**{plain(_('By account, the most overdue first'))}**", width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="bottom"):
            which = choice("which", _("Accounts"), names, shape="segments", hide_label=True)
            if actor.may(Permission.RESEND_MAILS):
                draw_statement_mails(actor, wanted, overdue_only=which == "overdue")
    asked = asked_slice("accounts_page", 25)
    listed = cache.read(
        aging_by_account, actor, wanted, overdue_only=which == "overdue", limit=asked.limit, offset=asked.offset
    )

    def everybody(limit: int, offset: int) -> pd.DataFrame:
        return aging_by_account(actor, wanted, overdue_only=which == "overdue", limit=limit, offset=offset).frame

    cell = cell_table(
        listed.frame,
        _columns(Column("account", _("Account")), listed.frame),
        CELLS,
        key=_round("aging_accounts"),
        name=_("Aging by account"),
        empty=_("No account matches. Clear a filter, or take another day."),
        detail=Detail("sales/account", {"account": "account_id"}),
        download="aging-by-account",
        whole=paged(everybody, listed.total, of=(actor, wanted, which), key=("account_id", "currency")),
    )
    pager(listed.total, asked, "accounts_page")
    st.caption(plain(_("Click an amount to see its invoices, a name to open the account.")))
    if cell:
        row = listed.frame.iloc[cell.row]
        _open_cell(cell, int(row["account_id"]), "" if wanted.converted else str(row["currency"]))


def _draw_invoices(actor: Actor, wanted: ReportFilters) -> None:
    """The invoices of the cell in the URL."""
    code, of = st.query_params.get(_BUCKET, ""), st.query_params.get(_OF, "")
    if code not in set(Bucket) or not (of == "" or (of.isdecimal() and int(of[:20]) < 2**63)):
        return
    bucket, account_id, currency = Bucket(code), int(of) if of else None, st.query_params.get(_CURRENCY, "")
    asked = asked_slice("cell_page", 25)
    limited = wanted if wanted.converted or not currency else wanted.in_currency(currency)
    listed = open_invoices(actor, limited, bucket=bucket, account_id=account_id, limit=asked.limit, offset=asked.offset)
    is_one = account_id is not None and not listed.frame.empty
    of_whom = str(listed.frame.iloc[0]["account"]) if is_one else _("All accounts")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        title = _("{whom}: {bucket}, as of {day}", whom=of_whom, bucket=bucket_name(bucket, words()), day=wanted.as_of)
        st.markdown(f"**{plain(title)}**", width="content")
        if is_one:
            navigation.link(
                _("Statement of account"), "reports/account_statement", icon=":material/contract:", account=account_id
            )
        if st.button(_("Close"), key="close_cell", icon=":material/close:", type="tertiary"):
            for name in (_OF, _BUCKET, _CURRENCY):
                st.query_params.pop(name, None)
            state.keep("aging_round", state.recall("aging_round", 0) + 1)
            st.rerun()

    def every(limit: int, offset: int) -> pd.DataFrame:
        return open_invoices(actor, limited, bucket=bucket, account_id=account_id, limit=limit, offset=offset).frame

    table(
        listed.frame,
        [
            Column("number", _("Number"), width=146),
            Column("account", _("Account"), width=150),
            Column("status", _("Status"), Kind.STATUS, names=documents.statuses(), width=92),
            Column("issued_on", _("Issued on"), Kind.DAY, width=96),
            Column("due_on", _("Due date"), Kind.DAY, width=96),
            Column("days_late", _("Days late"), Kind.NUMBER, width=90),
            Column("total_minor", _("Total"), Kind.MONEY, width=104),
            Column("open_minor", _("Open that day"), Kind.MONEY, is_summed=True, width=112),
        ],
        key="cell_invoices",
        name=_("Open invoices"),
        empty=_("No invoice of this cell is open on this day."),
        detail=Detail("billing/invoice", {"account": "account_id", "document": "document_id"}),
        download="open-invoices",
        whole=paged(every, listed.total, of=(actor, limited, bucket, account_id), key=("document_id",)),
    )
    pager(listed.total, asked, "cell_page")


def _open_cell(cell: Cell, account_id: int | None, currency: str) -> None:
    st.query_params[_BUCKET] = cell.column.removesuffix("_minor")
    for name, value in ((_OF, str(account_id or "")), (_CURRENCY, currency)):
        if value:
            st.query_params[name] = value
        elif name in st.query_params:
            del st.query_params[name]
    state.keep("cell_page", 1)


def _round(key: str) -> str:
    """The key of a table whose selection is forgotten when the cell is closed."""
    return f"{key}:{state.recall('aging_round', 0)}"


def _columns(first: Column, frame: pd.DataFrame) -> list[Column]:
    """Total, buckets and what is disputed, if any, as wide as their figures; the first column takes what is left."""
    buckets = [(name, bucket_name(bucket, words())) for name, bucket in zip(CELLS, Bucket, strict=True)]
    disputed = [("disputed_minor", _("Disputed"))] if frame["disputed_minor"].notna().any() else []
    amounts = [
        Column(name, told, Kind.MONEY, is_summed=name == "total_minor", width=_wide(frame, name, told),
               heat="late" if name in CELLS[1:] else "")
        for name, told in [("total_minor", _("Total")), *buckets, *disputed]
    ]  # fmt: skip
    left = _PAGE_WIDTH - sum(column.width or 0 for column in amounts)
    return [replace(first, width=max(left, 136)), *amounts]


def _wide(frame: pd.DataFrame, name: str, heading: str) -> int:
    """How wide a column of money must be, in pixels, for its longest figure and its heading."""
    said = [
        words().money(Money(int(minor), str(currency)))
        for minor, currency in zip(frame[name], frame["currency"], strict=True)
        if not is_missing(minor)
    ]
    return 16 + 7 * max(len(text) for text in [heading, *said])


def _total_frame(found: Aging) -> pd.DataFrame:
    rows = [
        (0, "", *(cell.minor or None for cell in line.cells), line.overdue.minor, line.disputed.minor or None,
         line.total.minor, line.currency)
        for line in found.lines
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(ACCOUNT_COLUMNS), dtype=object)
