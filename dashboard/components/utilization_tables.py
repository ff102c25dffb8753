"""Utilization in tables: by what the seats are split, and accounts by products as a heat map."""

from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import cache
from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import paged
from dashboard.components.filters import choice, search_field
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.components.utilization import band_names
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.utilization import UseFilter
from services.queries.utilization_lists import BY, use_by, use_by_account, use_map
from services.rules.use_figures import BANDS

_ROWS = 25


def draw_by(actor: Actor, by: str, heading: str, wanted: UseFilter, day: date) -> None:
    """The seats by product, plan, country, account, department, cost centre or manager."""
    if by in BY:
        _draw_few(actor, by, heading, wanted)
    else:
        _draw_accounts(actor, by, heading, wanted)
    st.caption(
        plain(
            _(
                "An empty cell is not known: nothing is bought, or no activity names users. Assigned seats that are "
                "neither idle, never idle nor unknown are used."
            )
        )
    )


def _draw_few(actor: Actor, by: str, heading: str, wanted: UseFilter) -> None:
    frame = cache.read(use_by, actor, by, wanted)
    if by == "country":
        frame = frame.assign(name=[words().country(code) if code else _("Not given") for code in frame["code"]])
    table(
        frame,
        [Column("name", heading, width=130), *_columns()],
        key=f"utilization_{by}",
        name=_("Use of seats: {by}", by=heading),
        empty=_("No seats match. Clear a filter."),
        download=f"utilization-by-{by}",
    )


def _draw_accounts(actor: Actor, by: str, heading: str, wanted: UseFilter) -> None:
    band = ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = search_field(_("Name, code, VAT number or contact"), label=_("Search account"))
        if by == "account":
            names = band_names()
            options = {"": _("All")} | {code: names[code] for code in BANDS}
            band = choice("band", _("In use"), options, width=180, on_change=first_page)
    asked = asked_slice(limit=_ROWS)
    ask = partial(use_by_account, actor, by, wanted, search=search, band=band)
    listed = cache.read(
        use_by_account, actor, by, wanted, search=search, band=band, limit=asked.limit, offset=asked.offset
    )
    own = [] if by == "account" else [Column("value", heading, width=120)]
    table(
        _named(listed.frame),
        [Column("account", _("Account"), width=200), *own, *_account_columns(by)],
        key=f"utilization_{by}",
        name=_("Use of seats: {by}", by=heading),
        empty=_("No seats match. Clear a filter, or search for another name."),
        detail=Detail("seats/use", {"account": "account_id"}),
        download=f"utilization-by-{by.replace('_', '-')}",
        whole=paged(
            lambda limit, offset: _named(ask(limit=limit, offset=offset).frame),
            listed.total,
            of=(actor, by, wanted, search, band),
            key=("account_id", "value"),
        ),
    )
    pager(listed.total, asked)


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(value=[value or _("Not given") for value in frame["value"]])


def _account_columns(by: str) -> list[Column]:
    """Those that have room beside the name; an account's own page tells the others."""
    if by != "account":
        return _columns(bought=False)
    return [column for column in _columns() if column.name not in ("pending", "excluded")]


def _columns(*, bought: bool = True) -> list[Column]:
    """What is counted; nobody buys for a department, so there is no share of what is bought."""
    number = Kind.NUMBER
    assigned = Column("assigned", _("Assigned"), number, width=72)
    of_bought = [
        Column("bought", _("Bought"), number, width=76),
        Column("free", _("Free"), number, width=52),
        assigned,
        Column("assigned_percent", _("Assigned %"), Kind.PERCENT, width=82, help=_("Assigned / bought")),
        Column("in_use_percent", _("In use %"), Kind.PERCENT, width=66, help=_("Active lately / bought")),
    ]
    return [
        *(of_bought if bought else [assigned]),
        Column("active_7", _("7 days"), number, width=50, help=_("Active in the last 7 days")),
        Column("active_30", _("30 days"), number, width=56, help=_("Active in the last 30 days")),
        Column("active_90", _("90 days"), number, width=56, help=_("Active in the last 90 days")),
        Column("pending", _("Pending"), number, width=76),
        Column("idle", _("Idle"), number, width=60),
        Column("excluded", _("Never idle"), number, width=70, help=_("Young, invited or excluded: never called idle")),
        Column("no_evidence", _("Unknown"), number, width=66, help=_("No evidence of use, or none fresh enough")),
    ]


def draw_map(actor: Actor, wanted: UseFilter) -> None:
    """Accounts by products: the more is in use, the deeper."""
    search = search_field(_("Name, code, VAT number or contact"), label=_("Search account"))
    asked = asked_slice(limit=_ROWS)
    found = cache.read(use_map, actor, wanted, search=search, limit=asked.limit, offset=asked.offset)
    table(
        found.frame,
        [
            Column("account", _("Account"), width=230),
            *(Column(code, name, Kind.PERCENT, heat="in_use", width=120) for code, name in found.products),
        ],
        key="utilization_map",
        name=_("In use % of accounts by products"),
        empty=_("No seats match. Clear a filter, or search for another name."),
        detail=Detail("seats/use", {"account": "account_id"}),
        download="utilization-map",
        whole=paged(
            lambda limit, offset: use_map(actor, wanted, search=search, limit=limit, offset=offset).frame,
            found.total,
            of=(actor, wanted, search),
            key=("account_id",),
        ),
    )
    pager(found.total, asked)
    st.caption(
        plain(
            _(
                "In use % of each account's product, the deeper the more; the accounts with the most idle seats come "
                "first. An empty cell: nothing is bought, or no activity names users."
            )
        )
    )
