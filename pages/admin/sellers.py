"""Selling entities: what each still lacks to issue documents, and the form of one."""

import streamlit as st

from dashboard import errors, sign_in, state
from dashboard.cache import forget
from dashboard.components.columns import Column, Kind
from dashboard.components.filters import choice
from dashboard.components.frames import frame_of
from dashboard.components.headers import header
from dashboard.components.seller_fields import NEW, seller_fields
from dashboard.components.tables import table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.commands.sellers import save_seller
from services.permissions import Actor, Permission
from services.queries.sellers import SellerCard, SellerRow, list_sellers, seller_card
from services.words.labels import field_name

ADD = "+"


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    may_change = actor.may(Permission.MANAGE_SELLERS)
    sellers = list_sellers(actor)
    incomplete = sum(bool(seller.missing) for seller in sellers)
    header(
        _("Selling entities"),
        context=(
            words().tn("{n} entity", "{n} entities", len(sellers)),
            words().tn("{n} incomplete", "{n} incomplete", incomplete) if incomplete else "",
            _("without one that is complete for its country nothing is issued"),
        ),
    )
    _draw_list(sellers)
    names = {seller.code: seller.legal_name for seller in sellers} | ({ADD: _("New entity")} if may_change else {})
    if not names:
        return
    chosen = choice("seller", _("Selling entity"), names, width=420)
    if chosen == ADD:
        _draw_form(actor, None)
    else:
        _draw_form(actor, seller_card(actor, chosen))


def _draw_list(sellers: tuple[SellerRow, ...]) -> None:
    told = words()
    states = ["inactive" if not row.is_active else "incomplete" if row.missing else "ready" for row in sellers]
    frame = frame_of(
        sellers,
        state=states,
        country_name=[told.country(row.country) for row in sellers],
        banks=[", ".join(row.currencies) for row in sellers],
        prefixes=[" · ".join(row.series) for row in sellers],
        lacking=[told.several([field_name(field, told) for field in row.missing]) for row in sellers],
    )
    table(
        frame,
        [
            Column("legal_name", _("Legal name"), width=235),
            Column(
                "state",
                _("Status"),
                Kind.STATUS,
                names={"ready": _("complete"), "incomplete": _("incomplete"), "inactive": _("switched off")},
            ),
            Column("lacking", _("Missing"), width=120),
            Column("country_name", _("Country")),
            Column("banks", _("Paid in")),
            Column("prefixes", _("Prefixes")),
            Column("accounts", _("Accounts"), Kind.NUMBER),
            Column("documents", _("Documents"), Kind.NUMBER),
        ],
        key="sellers",
        name=_("Selling entities"),
        empty=_("There is no selling entity yet. Enter one below."),
    )


def _draw_form(actor: Actor, card: SellerCard | None) -> None:
    profile = card.profile if card else NEW
    key = f"seller.{profile.code}"
    if state.recall(f"{key}.legal_name") is None:  # opened just now: this is the version that is being changed
        state.keep(f"{key}.version", card.version if card else None)
    may_change = actor.may(Permission.MANAGE_SELLERS)
    if card and card.missing:
        told = words()
        lacking = told.several([field_name(field, told) for field in card.missing])
        st.warning(plain(_("It issues nothing until this is complete: {missing}.", missing=lacking)))
    with st.form(f"form.{key}"):
        form = seller_fields(
            profile,
            key=key,
            is_new=card is None,
            has_issued=card.has_issued if card else False,
            may_change=may_change,
        )
        if card and card.has_issued:
            st.caption(_("Country, currency and prefixes stay as they are, since documents have been numbered."))
        submitted = st.form_submit_button(_("Save entity"), type="primary", disabled=not may_change)
    if submitted:
        with errors.shown() as outcome:
            code = save_seller(actor, form, state.recall(f"{key}.version"))
        if outcome.ok:
            forget()
            state.drop(key)
            state.flash(plain(_("{name} was saved.", name=form.legal_name)))
            state.drop("seller")
            st.query_params["seller"] = code
            st.rerun()


run()
