"""The list of accounts: searched, filtered, paged; a row opens the account."""

import pandas as pd
import streamlit as st

from dashboard import cache, navigation, sign_in
from dashboard.components.account_readiness import state_names
from dashboard.components.account_tables import mrr_help
from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import Whole, paged
from dashboard.components.filters import choice, search_field
from dashboard.components.headers import header
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.tables import Detail, table
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import GRANTED_ROLES, Actor, Permission
from services.queries.account_list import AccountFilter, AccountPage, filter_choices, list_accounts


def run() -> None:
    """Draw filters and list."""
    actor = sign_in.actor()
    context = (
        _("Accounts granted to you")
        if actor.role in GRANTED_ROLES
        else _("Accounts assigned to you, your teams and whom you stand in for")
        if actor.is_scoped
        else _("All accounts")
    )
    clicked = header(
        _("Accounts"),
        context=(context,),
        button=_("New account") if actor.may(Permission.EDIT_ACCOUNTS) else None,
        key="new_account",
        icon=":material/add_business:",
    )
    if clicked:
        navigation.go("sales/account_edit")
    wanted = _draw_filters(actor)
    asked = asked_slice()
    page = list_accounts(actor, wanted, limit=asked.limit, offset=asked.offset, today=today())
    overdue = Column("overdue_minor", _("Overdue"), Kind.MONEY, width=115)
    table(
        _worded(page.frame),
        [
            Column("name", _("Account"), width=220),
            Column("status", _("Status"), Kind.STATUS, names=state_names()),
            Column("billing_contact", _("Billing contact")),
            Column("owner", _("Representative")),
            Column("mrr_minor", _("MRR"), Kind.MONEY, help=mrr_help()),
            *([overdue] if actor.may(Permission.SEE_INVOICES) else []),
            Column("renews_on", _("Renews on"), Kind.DAY),
            Column("country_name", _("Country")),
            Column("code", _("Code")),
        ],
        key="accounts",
        name=_("Accounts"),
        empty=_("No account matches. Search for another name, or clear the filters."),
        detail=Detail("sales/account", {"account": "account_id"}),
        download="accounts",
        whole=_whole(actor, wanted, page),
    )
    pager(page.total, asked)


def _whole(actor: Actor, wanted: AccountFilter, listed: AccountPage) -> Whole:
    """All rows that match, for the files, and their totals."""
    day = today()
    return paged(
        lambda limit, offset: _worded(list_accounts(actor, wanted, limit=limit, offset=offset, today=day).frame),
        listed.total,
        of=(actor, wanted),
        key=("account_id",),
    )


def _worded(frame: pd.DataFrame) -> pd.DataFrame:
    frame["country_name"] = [words().country(code) if code else "" for code in frame["country"]]
    frame["overdue_minor"] = [minor or None for minor in frame["overdue_minor"]]
    frame["owner"] = [rep or team for rep, team in zip(frame["rep"], frame["team"], strict=True)]
    return frame


def _draw_filters(actor: Actor) -> AccountFilter:
    choices = cache.read(filter_choices, actor)
    every = {"": _("All")}
    countries = {code: words().country(code) for code in choices.countries}
    reps = {str(user_id): name for user_id, name in choices.reps} | ({} if actor.is_scoped else {"0": _("Nobody")})
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = search_field(_("Name, code, VAT number, city or contact"), max_chars=100)
        country = choice("country", _("Country"), every | _sorted(countries), width=150, on_change=first_page)
        segment = ""
        if choices.segments:
            segments = {code: code for code in choices.segments}
            segment = choice("segment", _("Segment"), every | segments, width=150, on_change=first_page)
        rep = ""
        if len(reps) > 1:
            rep = choice("rep", _("Representative"), every | _sorted(reps), width=170, on_change=first_page)
        state = choice("state", _("Status"), every | state_names(), width=160, on_change=first_page)
    return AccountFilter(text, country, segment, state, int(rep) if rep else None)


def _sorted(names: dict[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


run()
