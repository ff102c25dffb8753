"""An account's form: a new one, or one that is changed; and whose it is."""

import streamlit as st

from dashboard import cache, errors, navigation, sign_in, state
from dashboard.components.account_fields import AccountFields
from dashboard.components.headers import header
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.accounts import AccountForm, ContactForm, SavedAccount, assign_rep, create_account, edit_account
from services.errors import SelfServiceAccount
from services.permissions import Actor, Permission
from services.queries.accounts import AccountCard, Choices, account_card, account_choices
from services.words import texts

KEY = "account_form"


def run() -> None:
    """Draw the form of a new account, or of the one in the URL."""
    actor = sign_in.actor()
    choices = account_choices(actor)
    if navigation.has_id("account"):
        card = account_card(actor, navigation.asked_id("account"), today())
        if card.is_self_service:
            raise SelfServiceAccount
        _draw_edit(actor, card, choices)
    else:
        _draw_new(actor, choices)


def _draw_new(actor: Actor, choices: Choices) -> None:
    header(_("New account"), context=(_("Only the name is required; the account says what else an order needs."),))
    fields = AccountFields(f"{KEY}:new", AccountForm(code="", language=actor.language), choices, today(), is_new=True)
    form = fields.draw()
    with st.container(border=True, gap="small"):
        st.markdown(f"**{plain(_('Billing contact'))}**")
        with st.grid(3, min_column_width=180, gap="small"):
            name = st.text_input(_("Name"), key=f"{KEY}:new:contact_name")
            email = st.text_input(_("Email"), key=f"{KEY}:new:contact_email", type="email")
            phone = st.text_input(_("Phone"), key=f"{KEY}:new:contact_phone", type="phone")
    rep_id, team_id = _draw_owner(actor, choices, actor.user_id, None, f"{KEY}:new")
    faults = st.container()
    if st.button(_("Create account"), type="primary", key="save_account"):
        contact = ContactForm(name or "", email or "", phone or "") if name or email else None
        with faults, errors.shown() as outcome:
            saved = create_account(actor, form, billing_contact=contact, rep_id=rep_id, team_id=team_id, today=today())
        if outcome.ok:
            _finish(saved, _("The account was created."), f"{KEY}:new")


def _draw_edit(actor: Actor, card: AccountCard, choices: Choices) -> None:
    key = f"{KEY}:{card.account_id}:{card.version}"
    header(
        _("Edit account"),
        context=(card.form.legal_name, card.form.code),
    )
    fields = AccountFields(key, card.form, choices, today(), is_fixed=card.is_fixed, missing=card.missing)
    form = fields.draw()
    faults = st.container()  # above the button, where one looks after the click
    with st.container(horizontal=True, gap="small"):
        saves = st.button(_("Save account"), type="primary", key="save_account")
        if st.button(_("Back"), type="tertiary", key="leave_form"):
            state.drop(key)
            navigation.go("sales/account", account=card.account_id)
    if saves:
        with faults, errors.shown() as outcome:
            saved = edit_account(actor, card.account_id, form, version=card.version, today=today())
        if outcome.ok:
            _finish(saved, _("The account was saved."), key)
    if actor.may(Permission.ASSIGN_REPS):
        _draw_assignment(actor, card, choices, key)


def _draw_assignment(actor: Actor, card: AccountCard, choices: Choices, key: str) -> None:
    rep_id, team_id = _draw_owner(actor, choices, card.rep_id, card.team_id, key)
    if st.button(_("Assign"), key="assign_rep"):
        with errors.shown() as outcome:
            saved = assign_rep(actor, card.account_id, rep_id=rep_id, team_id=team_id, version=card.version)
        if outcome.ok:
            _finish(saved, _("The account was assigned."), key)


def _draw_owner(
    actor: Actor, choices: Choices, rep_id: int | None, team_id: int | None, key: str
) -> tuple[int | None, int | None]:
    """Who may assign chooses rep and team; a rep's new account is the rep's own."""
    if not actor.may(Permission.ASSIGN_REPS):
        return None, None
    reps, teams = dict(choices.reps), dict(choices.teams)
    with st.container(border=True, gap="small"):
        st.markdown(f"**{plain(_('Whose account it is'))}**")
        with st.grid(3, min_column_width=200, gap="small"):
            rep = st.selectbox(
                _("Sales representative"),
                [None, *reps],
                index=[None, *reps].index(rep_id) if rep_id in reps else 0,
                format_func=lambda user: reps.get(user, _("Nobody")),
                key=f"{key}:rep",
            )
            team = st.selectbox(
                _("Team"),
                [None, *teams],
                index=[None, *teams].index(team_id) if team_id in teams else 0,
                format_func=lambda found: teams.get(found, _("No team")),
                key=f"{key}:team",
                help=_("All members of a team see its accounts and work on them."),
            )
    return rep, team


def _finish(saved: SavedAccount, told: str, key: str) -> None:
    cache.forget()
    state.drop(key)
    state.flash(told)
    for warning in saved.warnings:
        state.flash(plain(texts.sentence(warning, words())), "warning")
    navigation.go("sales/account", account=saved.account_id)


run()
