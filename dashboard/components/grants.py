"""The accounts granted to a licence manager on a page: seen, granted and taken away."""

import streamlit as st

from dashboard import errors, state
from dashboard.cache import forget
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.text import plain
from dashboard.words import _, words
from services.commands.grants import grant_accounts, revoke_accounts
from services.permissions import Actor
from services.queries.users import PAGE, UserCard, granted_accounts

_PAGER = "grants_page"


def draw_grants(actor: Actor, card: UserCard) -> None:
    """The accounts a licence manager sees, by name, with a field to grant more by their codes."""
    st.markdown(f"**{plain(_('Accounts granted'))}**")
    asked = asked_slice(_PAGER, PAGE)
    if card.granted:
        chosen = []
        for account in granted_accounts(actor, card.user_id, asked.number - 1):
            text = f"{plain(account.legal_name)} :gray[{plain(account.code)}]"
            if st.checkbox(text, key=f"revoke_{card.user_id}_{account.account_id}"):
                chosen.append(account.account_id)
        pager(card.granted, asked, _PAGER)
        if chosen and st.button(words().tn("Take {n} account away", "Take {n} accounts away", len(chosen)), key="take"):
            with errors.shown() as outcome:
                revoke_accounts(actor, card.user_id, chosen)
            _finish(outcome.ok, _("The accounts are no longer granted."), f"revoke_{card.user_id}")
    else:
        st.caption(_("No account is granted yet, so this user sees none."))
    with st.form("grant_accounts", border=False):
        codes = st.text_area(
            _("Grant accounts by code"), placeholder="acme-001, acme-002", key="grant_codes", height=80
        )
        submitted = st.form_submit_button(_("Grant accounts"))
    if submitted:
        with errors.shown() as outcome:
            grant_accounts(actor, card.user_id, (codes or "").replace(",", "\n").splitlines())
        _finish(outcome.ok, _("The accounts are granted."), "grant_codes")


def _finish(is_done: bool, said: str, drop: str) -> None:
    if is_done:
        forget()
        state.drop(drop)
        state.flash(plain(said))
        st.rerun()
