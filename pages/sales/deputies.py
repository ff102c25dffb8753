"""Deputies: who stands in for me and for whom I stand in, on which days; naming and ending."""

from datetime import timedelta

import streamlit as st

from dashboard import errors, sign_in, state
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.deputies import end_deputy, name_deputy
from services.permissions import Actor
from services.queries.deputies import Cover, covered_by, deputies_of, deputy_choices

DAY = timedelta(days=1)
MANY = 7 * DAY


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    header(
        _("Deputies"),
        context=(_("A deputy sees and changes your accounts on the days you name, and only then; each act says so"),),
    )
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(_("Who stands in for me"), anchor=False)
        mine = deputies_of(actor, today())
        for cover in mine:
            _draw_cover(actor, cover, may_end=True)
        if not mine:
            empty(_("Nobody stands in for you, now or later."), icon="supervisor_account")
        _draw_naming(actor)
    with right:
        st.subheader(_("For whom I stand in"), anchor=False)
        covered = covered_by(actor, today())
        for cover in covered:
            _draw_cover(actor, cover, may_end=False)
        if not covered:
            empty(_("You stand in for nobody, now or later."), icon="supervisor_account")


def _draw_cover(actor: Actor, cover: Cover, *, may_end: bool) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        now = f":green-badge[{plain(_('today'))}]" if cover.is_running else ""
        st.markdown(f"**{plain(cover.name)}** {now}  \n:gray[{plain(words().period(cover.days))}]", width="content")
        label = _("End now") if cover.is_running else _("Take back")
        if may_end and st.button(label, key=f"end_{cover.row_id}"):
            with errors.shown() as outcome:
                end_deputy(actor, cover.row_id, today())
            if outcome.ok:
                state.flash(plain(_("{name} does not stand in for you any more.", name=cover.name)))
                st.rerun()


def _draw_naming(actor: Actor) -> None:
    names = {choice.user_id: choice.name for choice in deputy_choices(actor)}
    if not names:
        st.caption(_("There is no other active representative who could stand in."))
        return
    with st.form("name_deputy"):
        deputy = st.selectbox(
            _("Deputy"),
            list(names),
            format_func=names.__getitem__,
            index=None,
            placeholder=_("Choose"),
            key="deputy",
        )
        with st.container(horizontal=True):
            first = st.date_input(_("First day"), today(), min_value=today(), format="DD/MM/YYYY", key="first_day")
            last = st.date_input(
                _("Last day"), today() + MANY - DAY, min_value=today(), format="DD/MM/YYYY", key="last_day"
            )
        submitted = st.form_submit_button(_("Name deputy"), type="primary")
    if submitted:
        with errors.shown() as outcome:
            name_deputy(actor, deputy or 0, starts_on=first, ends_on=last + DAY, today=today())
        if outcome.ok and deputy:
            state.drop("deputy")
            state.flash(
                plain(
                    _(
                        "{name} stands in for you from {first} through {last}.",
                        name=names[deputy],
                        first=first,
                        last=last,
                    )
                )
            )
            st.rerun()


run()
