"""Users, teams with their accounts, and who stands in for whom."""

import streamlit as st

from dashboard import errors, navigation, sign_in, state
from dashboard.cache import forget
from dashboard.components.columns import Column, Kind
from dashboard.components.empty import empty
from dashboard.components.frames import frame_of
from dashboard.components.grants import draw_grants
from dashboard.components.headers import header
from dashboard.components.tables import Detail, table
from dashboard.components.teams import draw_teams
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.deputies import end_deputy
from services.commands.persons import erase_user
from services.commands.users import UserForm, change_user, create_user
from services.permissions import Actor, Role
from services.queries.deputies import all_covers
from services.queries.users import UserCard, UserRow, list_teams, list_users, user_card
from services.words.labels import label

LANGUAGES = {"en": "English", "es": "Español"}


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    users = list_users(actor)
    header(
        _("Users and teams"),
        context=(
            words().tn("{n} user", "{n} users", len(users)),
            words().tn("{n} active", "{n} active", sum(user.is_active for user in users)),
        ),
    )
    first, second, third = st.tabs([_("Users"), _("Teams"), _("Deputies")])
    with first:
        _draw_users(actor, users)
    with second:
        draw_teams(actor, list_teams(actor), {user.user_id: user.name for user in users if user.is_active})
    with third:
        _draw_covers(actor)


def _draw_users(actor: Actor, users: tuple[UserRow, ...]) -> None:
    told = words()
    access = {"active": _("may sign in"), "inactive": _("no access")}
    left, right = st.columns([2, 1], gap="medium")
    with left:
        frame = frame_of(
            users,
            state=["active" if user.is_active else "inactive" for user in users],
            role_name=[label(user.role, told) for user in users],
            team_names=[", ".join(user.teams) for user in users],
        )
        table(
            frame,
            [
                Column("name", _("Name"), width=130),
                Column("email", _("Email"), width=185),
                Column("role_name", _("Role"), width=140),
                Column("state", _("Status"), Kind.STATUS, names=access),
                Column(
                    "accounts",
                    _("Accounts"),
                    Kind.NUMBER,
                    help=_("Accounts assigned to the user, or granted to a licence manager."),
                ),
                Column("team_names", _("Teams"), width=190),
            ],
            key="users",
            name=_("Users"),
            empty=_("There are no users yet."),
            detail=Detail("admin/users", {"user": "user_id"}),
        )
    with right:
        card = user_card(actor, navigation.asked_id("user")) if navigation.has_id("user") else None
        _draw_form(actor, card)
        if card and card.is_granted:
            draw_grants(actor, card)
        if card and not card.form.is_active and not card.is_erased:
            _draw_erasing(actor, card)


def _draw_form(actor: Actor, card: UserCard | None) -> None:
    form = card.form if card else UserForm("", "", Role.SALES_REP)
    # the browser keeps what a key has shown: the form of the next new user takes another one
    key = f"user.{card.user_id}" if card else f"user.new{state.recall('users_let_in', '')}"
    if state.recall(f"{key}.name") is None:  # opened just now: this is the version that is being changed
        state.keep(f"{key}.version", card.version if card else None)
    if card:
        navigation.link(_("New user"), "admin/users", icon=":material/person_add:")
    roles = {role.value: label(role, words()) for role in Role}
    with st.form(f"form.{key}"):
        st.markdown(f"**{plain(form.name) if card else plain(_('New user'))}**")
        name = st.text_input(_("Name"), form.name, key=f"{key}.name")
        email = st.text_input(_("Email"), form.email, key=f"{key}.email")
        role = st.selectbox(
            _("Role"),
            list(roles),
            list(roles).index(form.role),
            format_func=roles.__getitem__,
            key=f"{key}.role",
        )
        codes = list(LANGUAGES)
        language = st.selectbox(
            _("Language"),
            codes,
            codes.index(form.language),
            format_func=LANGUAGES.__getitem__,
            key=f"{key}.language",
        )
        is_active = st.checkbox(_("May sign in"), form.is_active, key=f"{key}.is_active")
        if card and card.accounts:
            told = words().tn(
                "{n} account is assigned to this user and stays so when the user is switched off.",
                "{n} accounts are assigned to this user and stay so when the user is switched off.",
                card.accounts,
            )
            st.caption(plain(told))
        submitted = st.form_submit_button(_("Save user") if card else _("Let in"), type="primary")
    if submitted:
        entered = UserForm(name or "", email or "", role, language, is_active)
        with errors.shown() as outcome:
            _save(actor, card, entered, state.recall(f"{key}.version"))
        if outcome.ok:
            forget()
            state.drop(key)
            if card is None:
                state.keep("users_let_in", int(state.recall("users_let_in", 0)) + 1)
            state.flash(plain(_("{name} was saved.", name=entered.name)))
            st.rerun()


def _draw_erasing(actor: Actor, card: UserCard) -> None:
    """Only of who was switched off: name and address replaced for ever."""
    with st.popover(_("Erase person"), icon=":material/person_off:"):
        told = _(
            "{name} and {email} are replaced by a neutral text, here and in the activity. What this user did stays, "
            "and issued documents, too. This cannot be undone.",
            name=card.form.name,
            email=card.form.email,
        )
        st.markdown(plain(told))
        if st.button(_("Erase for ever"), key="erase", type="primary"):
            with errors.shown() as outcome:
                erase_user(actor, card.user_id, version=card.version)
            if outcome.ok:
                forget()
                state.drop(f"user.{card.user_id}")
                state.flash(plain(_("Name and email were erased.")))
                navigation.go("admin/users")


def _save(actor: Actor, card: UserCard | None, form: UserForm, version: int) -> None:
    if card is None:
        create_user(actor, form, today())
    else:
        change_user(actor, card.user_id, form, version)


def _draw_covers(actor: Actor) -> None:
    covers = all_covers(actor, today())
    if not covers:
        empty(_("Nobody stands in for anybody, now or later."), icon="supervisor_account")
    for cover in covers:
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            pair = _("{deputy} for {rep}", deputy=cover.deputy, rep=cover.rep)
            now = f":green-badge[{plain(_('today'))}]" if cover.is_running else ""
            st.markdown(f"**{plain(pair)}** {now}  \n:gray[{plain(words().period(cover.days))}]", width="content")
            if st.button(_("End now") if cover.is_running else _("Take back"), key=f"end_{cover.row_id}"):
                with errors.shown() as outcome:
                    end_deputy(actor, cover.row_id, today())
                if outcome.ok:
                    st.rerun()


run()
