"""The accounts whose idle seats cost the most: the picture of the first ones, and the list."""

from datetime import date

import pandas as pd
import streamlit as st

from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import paged
from dashboard.components.empty import empty
from dashboard.components.filters import choice, search_field
from dashboard.components.money_bars import money_bars
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.tables import Detail, table
from dashboard.words import _
from data.money import Money
from services.permissions import Actor
from services.queries.wasteful_accounts import waste_currencies, wasteful_accounts

_DRAWN = 10


def draw_wasteful_accounts(actor: Actor, today: date) -> None:
    """A page of accounts of one currency; a click opens the account's waste."""
    currencies = waste_currencies(actor)
    if not currencies:
        empty(_("No account has seats yet."))
        return
    currency = currencies[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(currencies) > 1:
            codes = {code: code for code in currencies}
            currency = choice("currency", _("Currency"), codes, shape="segments", on_change=first_page)
        search = search_field(_("Name, code, VAT number or contact"), label=_("Search account"))
    asked = asked_slice()
    listed = wasteful_accounts(actor, currency, today=today, search=search, limit=asked.limit, offset=asked.offset)

    def every(limit: int, offset: int) -> pd.DataFrame:
        return wasteful_accounts(actor, currency, today=today, search=search, limit=limit, offset=offset).frame

    first = listed.frame.head(_DRAWN)
    if asked.number == 1 and not first.empty:
        bars = [
            (name, Money(int(minor), currency))
            for name, minor in zip(first["account"], first["idle_minor"], strict=True)
        ]
        money_bars(_("Wasted a month, the most wasteful accounts"), bars, key="waste_top", empty="", unit=currency)
    table(
        listed.frame,
        [
            Column("account", _("Account"), width=270),
            Column("idle_minor", _("Wasted a month"), Kind.MONEY, is_summed=True, width=125, help=_told()),
            Column("idle", _("Idle seats"), Kind.NUMBER, is_summed=True, width=85),
            Column("assigned", _("Assigned"), Kind.NUMBER, is_summed=True, width=80),
            Column(
                "no_evidence",
                _("No evidence"),
                Kind.NUMBER,
                width=95,
                help=_("Nothing can be said: no feed names users, or it is too old or too short."),
            ),
            Column("stale_feeds", _("Old feeds"), Kind.NUMBER, width=80, help=_("Feeds too old to call a seat idle.")),
            Column(
                "decide_by",
                _("Decide by"),
                Kind.DAY,
                width=110,
                help=_("The first of the last days to decide about the account's renewals."),
            ),
        ],
        key="wasteful_accounts",
        name=_("Accounts by their waste"),
        empty=_("No seat is idle in these accounts, as far as is known. Clear the search, or import activity."),
        detail=Detail("seats/waste", {"account": "account_id"}),
        download="waste-by-account",
        whole=paged(every, listed.total, of=(actor, currency, search, today), key=("account_id",)),
    )
    pager(listed.total, asked)


def _told() -> str:
    return _(
        "Idle seats × the price really paid per seat, a month, net: as of the last count of the night or the worker."
    )
