"""Filters of an account's licensed users, in the URL; how many are in which state."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import state
from dashboard.components.filters import choice, search_field
from dashboard.components.pagers import first_page
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.licensed_users import NOT_GIVEN, FilterChoices, UserFilter, UserState, user_choices
from services.queries.seats import SeatSheet
from services.words.labels import enum_words

ALL, NO_SEAT = "all", "none"


def draw_user_filters(actor: Actor, sheet: SeatSheet) -> UserFilter:
    """The filters as the reader set them; what none of the users has is not offered."""
    choices = user_choices(actor, sheet.account_id, today=today())
    products = {"": _("All products"), NO_SEAT: _("Without any seat"), **sheet.products}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        search = search_field(_("Name or email"))
        product = choice("product", _("Product"), products, width=220, on_change=first_page)
        department, cost_centre, manager, group = _draw_more(choices)
    chosen = _draw_states(choices)
    return UserFilter(
        search=search,
        state=UserState(chosen) if chosen != ALL else None,
        department=department,
        cost_centre=cost_centre,
        manager=manager,
        group_id=int(group) if group else 0,
        product=product if product != NO_SEAT else "",
        has_no_seat=product == NO_SEAT,
    )


def _draw_more(choices: FilterChoices) -> tuple[str, str, str, str]:
    """The filters by place of work and group, folded away; the button says how many are set."""
    fields = {
        "department": choices.departments,
        "cost_centre": choices.cost_centres,
        "manager": choices.managers,
        "group": tuple(map(str, choices.groups)),
    }
    if not any(fields.values()):
        return "", "", "", ""
    is_set = sum(bool(state.recall(name) or st.query_params.get(name)) for name in fields)
    label = f"{_('More filters')} · {words().number(is_set)}" if is_set else _("More filters")
    with st.popover(label, icon=":material/filter_list:"):
        return (
            _by_text("department", _("Department"), choices.departments),
            _by_text("cost_centre", _("Cost centre"), choices.cost_centres),
            _by_text("manager", _("Manager"), choices.managers),
            _draw_groups(choices.groups),
        )


def _draw_states(choices: FilterChoices) -> str:
    """Each state with how many are in it; one that nobody is in is left out."""
    number, named = words().number, enum_words("UserState", words())
    states = {ALL: f"{_('All')} · {number(sum(choices.states.values()))}"}
    for code in UserState:
        if choices.states.get(code):
            states[code.value] = f"{named[code.value]} · {number(choices.states[code])}"
    return choice("which", _("Status"), states, shape="segments", on_change=first_page, hide_label=True)


def _by_text(name: str, label: str, values: Sequence[str]) -> str:
    if not values:
        return ""
    options = {"": _("All"), **{value: value for value in values}, NOT_GIVEN: _("not given")}
    return choice(name, label, options, width=260, on_change=first_page)


def _draw_groups(groups: Mapping[int, str]) -> str:
    if not groups:
        return ""
    options = {"": _("All"), **{str(group_id): name for group_id, name in groups.items()}}
    return choice("group", _("Group"), options, width=260, on_change=first_page)
