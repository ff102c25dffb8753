"""Ready to order, or what is missing, each a link to its field."""

from __future__ import annotations

import streamlit as st

from dashboard import navigation, state
from dashboard.components.text import plain
from dashboard.words import _, words
from services.permissions import Actor, Permission
from services.queries.accounts import AccountCard
from services.words import texts
from services.words.labels import field_name


def status_of(card: AccountCard) -> tuple[str, str]:
    """The account's status as (code, word)."""
    if card.is_self_service:
        return "self_service", _("self-service")
    return ("incomplete", _("incomplete")) if card.missing else ("ready", _("ready to order"))


def state_names() -> dict[str, str]:
    """The words of all statuses of accounts, by code."""
    return {"ready": _("ready to order"), "incomplete": _("incomplete"), "self_service": _("self-service")}


def draw_missing(actor: Actor, card: AccountCard) -> None:
    """What keeps the account from ordering, and warnings; nothing for a complete one."""
    if card.is_self_service:
        st.info(_("The customer manages this account; here it can only be looked at."), icon=":material/visibility:")
        return
    for warning in card.warnings:
        st.warning(plain(texts.sentence(warning, words())), icon=":material/gavel:")
    if not card.missing:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(f":orange[:material/error:] **{plain(_('Not ready to order. Missing:'))}**", width="content")
        for code in card.missing:
            _draw_link(actor, card, code)


def _draw_link(actor: Actor, card: AccountCard, code: str) -> None:
    name = field_name(code, words())
    may_mend = Permission.SEE_SELLERS if code == "seller_complete" else Permission.EDIT_ACCOUNTS
    if not actor.may(may_mend):
        st.markdown(plain(name), width="content")
    elif st.button(plain(name), key=f"mend_{code}", type="tertiary", icon=":material/edit:"):
        if code == "billing_contact":
            state.keep("tab", "contacts")
        elif code == "seller_complete":
            navigation.go("admin/sellers", seller=card.form.seller)
        else:
            navigation.go("sales/account_edit", account=card.account_id)
