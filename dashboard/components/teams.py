"""Teams on a page: members, the accounts they own together, giving and taking accounts."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import errors, state
from dashboard.cache import forget
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.teams import TeamForm, give_accounts, save_team, take_accounts
from services.permissions import Actor
from services.queries.users import PAGE, TeamRow, team_accounts

NEW = 0


def draw_teams(actor: Actor, teams: Sequence[TeamRow], users: Mapping[int, str]) -> None:
    """Choose a team, change its name and members, see and move its accounts; `users`: id → name of the active ones."""
    by_id = {team.team_id: team for team in teams}
    told = words()
    names = {
        team.team_id: f"{team.name} · {told.tn('{n} account', '{n} accounts', team.accounts)}" for team in teams
    } | {NEW: _("New team")}
    saved = state.recall("saved_team")
    chosen = st.selectbox(
        _("Team"),
        list(names),
        list(names).index(saved) if saved in names else 0,
        format_func=names.__getitem__,
        key="team",
        width=420,
        label_visibility="collapsed",
    )
    team = by_id.get(chosen)
    left, right = st.columns([2, 3], gap="large")
    with left:
        _draw_form(actor, team, users)
    with right:
        if team:
            _draw_accounts(actor, team)


def _draw_form(actor: Actor, team: TeamRow | None, users: Mapping[int, str]) -> None:
    key = f"team.{team.team_id if team else NEW}"
    known = dict(users) | (dict(zip(team.member_ids, team.members, strict=True)) if team else {})
    with st.form(f"form.{key}"):
        name = st.text_input(_("Name"), team.name if team else "", key=f"{key}.name")
        members = st.multiselect(
            _("Members"),
            list(known),
            list(team.member_ids) if team else [],
            format_func=known.__getitem__,
            placeholder=_("Choose"),
            key=f"{key}.members",
            help=_("Members see and change the team's accounts, whoever their representative is."),
        )
        submitted = st.form_submit_button(_("Save team"), type="primary")
    if submitted:
        with errors.shown() as outcome:
            saved = save_team(actor, TeamForm(name or "", tuple(members)), today(), team.team_id if team else None)
        if outcome.ok:
            forget()
            state.drop("team")
            state.keep("saved_team", saved)
            state.flash(plain(_("{name} was saved.", name=name or "")))
            st.rerun()


def _draw_accounts(actor: Actor, team: TeamRow) -> None:
    asked = asked_slice("team_page", PAGE)
    accounts = team_accounts(actor, team.team_id, asked.number - 1)
    st.markdown(f"**{plain(_('Accounts of the team'))}**")
    taken = []
    for account in accounts:
        rep = account.rep or _("without a representative")
        text = f"{plain(account.legal_name)} :gray[{plain(account.code)} · {plain(rep)}]"
        if st.checkbox(text, key=f"take_{team.team_id}_{account.account_id}"):
            taken.append(account.account_id)
    if not accounts:
        st.caption(_("The team owns no account yet."))
    pager(team.accounts, asked, "team_page")
    if taken and st.button(words().tn("Take {n} account away", "Take {n} accounts away", len(taken)), key="take"):
        with errors.shown() as outcome:
            take_accounts(actor, team.team_id, taken)
        _finish(outcome.ok, _("The accounts were taken from the team."), f"take_{team.team_id}")
    with st.form("give_accounts", border=False):
        codes = st.text_area(
            _("Give accounts to the team"), placeholder="acme-001, acme-002", key="give_codes", height=80
        )
        submitted = st.form_submit_button(_("Give accounts"))
    if submitted:
        with errors.shown() as outcome:
            give_accounts(actor, team.team_id, (codes or "").replace(",", "\n").splitlines())
        _finish(outcome.ok, _("The accounts were given to the team."), "give_codes")


def _finish(is_done: bool, said: str, drop: str) -> None:
    if is_done:
        forget()
        state.drop(drop)
        state.flash(plain(said))
        st.rerun()
