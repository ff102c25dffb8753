"""Use of seats: of an account, seat by seat with the evidence; without one, which accounts tell of it."""

import streamlit as st

from dashboard import errors, navigation, sign_in
from dashboard.components.account_seats import draw_next_renewals, draw_over_time
from dashboard.components.columns import Column, Kind
from dashboard.components.filters import choice, search_field
from dashboard.components.headers import header
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.seat_pools import finish
from dashboard.components.tables import Detail, table
from dashboard.components.use_tables import draw_banner, draw_figures, draw_products, draw_seats, products_of, use_names
from dashboard.day import today
from dashboard.words import _
from services.commands.usage import hide_names
from services.permissions import Actor, Permission
from services.queries.usage import AccountUse, SeatUse, account_use, seat_uses, usage_overview


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    if not navigation.has_id("account"):
        _draw_accounts(actor)
        return
    use = account_use(actor, navigation.asked_id("account"), today=today())
    header(_("Use of seats"), context=(use.account_name, use.code, _("as of {day}", day=use.today)))
    with st.container(horizontal=True, gap="medium"):
        navigation.link(use.account_name, "sales/account", icon=":material/domain:", account=use.account_id)
        navigation.link(_("Licensed users"), "seats/licensed_users", icon=":material/badge:", account=use.account_id)
        navigation.link(_("Waste"), "seats/waste", icon=":material/savings:", account=use.account_id)
        if actor.may(Permission.CHANGE_SEATS) and not use.is_self_service:
            navigation.link(_("Decide about seats"), "seats/act", icon=":material/gavel:", account=use.account_id)
        navigation.link(_("Licence position"), "seats/position", icon=":material/fact_check:", account=use.account_id)
    draw_banner(use)
    draw_figures(use)
    views = {"seats": _("Seats"), "time": _("Over time"), "next": _("Next renewals")}
    view = choice("view", _("View"), views, shape="segments", hide_label=True)
    if view == "time":
        draw_over_time(actor, use)
    elif view == "next":
        draw_next_renewals(actor, use)
    else:
        draw_products(use)
        _draw_seats(actor, use)


def _draw_accounts(actor: Actor) -> None:
    header(_("Use of seats"), context=(_("Choose an account: what is known of the use of its seats"),))
    if actor.may(Permission.IMPORT_USAGE):
        navigation.link(_("Import activity"), "seats/import_use", icon=":material/upload_file:")
    search = search_field(_("Name, code, VAT number or contact"), label=_("Search account"))
    asked = asked_slice()
    listed = usage_overview(actor, today=today(), search=search, limit=asked.limit, offset=asked.offset)
    states = {
        "users": _("names users"),
        "stale": _("too old"),
        "subscriptions": _("subscriptions only"),
        "none": _("no evidence"),
    }
    table(
        listed.frame,
        [
            Column("name", _("Account"), width=225),
            Column("code", _("Code"), width=140),
            Column("seats", _("Seats bought"), Kind.NUMBER),
            Column("assigned", _("Assigned"), Kind.NUMBER),
            Column("evidence", _("Evidence of use"), Kind.STATUS, names=states),
            Column("until", _("Activity up to"), Kind.DAY),
        ],
        key="accounts_with_use",
        name=_("Accounts and what is known of their use"),
        empty=_("No account matches. Search for another name, or clear the search."),
        detail=Detail("seats/use", {"account": "id"}),
    )
    pager(listed.total, asked)


def _draw_seats(actor: Actor, use: AccountUse) -> None:
    st.subheader(_("Seats and their use"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice("use", _("Use"), {"": _("All seats")} | use_names(), width=220, on_change=first_page)
        product = choice("product", _("Product"), products_of(use.products), width=220, on_change=first_page)
        search = "" if use.hides_names else search_field(_("Name or email"))
        if actor.may(Permission.IMPORT_USAGE) and not use.is_self_service:
            _draw_hiding(actor, use)
    asked = asked_slice()
    listed = seat_uses(
        actor,
        use.account_id,
        today=use.today,
        product=product,
        use=SeatUse(kind) if kind else None,
        search=search,
        limit=asked.limit,
        offset=asked.offset,
    )
    draw_seats(listed.frame, account_id=use.account_id, hides_names=use.hides_names)
    pager(listed.total, asked)
    if listed.total:
        st.caption(_("Opening a person's row is written down: who looked, at whom, and when."))


def _draw_hiding(actor: Actor, use: AccountUse) -> None:
    label = _("Show names") if use.hides_names else _("Hide names")
    told = _("Where names are hidden, a person is a short mark here, and cannot be searched for.")
    if st.button(label, key="hide_names", help=told, icon=":material/visibility_off:"):
        with errors.shown() as outcome:
            hide_names(actor, use.account_id, hidden=not use.hides_names)
        if outcome.ok:
            finish(_("Names are shown here.") if use.hides_names else _("Names are hidden here."))


run()
