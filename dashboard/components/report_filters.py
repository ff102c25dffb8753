"""The filters of reports, in one row: they stand in the URL and hold from page to page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard import cache, day, navigation, state
from dashboard.components.text import plain
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.report_choices import report_choices
from services.rules.report_filters import CONVERTED, NAMES, ReportChoices, ReportFilters, read_params
from services.words.texts import sentence

_KEY, _KEPT = "report:", "report_filters"
_IN_POPOVER = ("product", "country", "rep", "segment")


@dataclass(frozen=True, slots=True)
class _Kept:
    """The filters of the last run, on which page, and how its address said them."""

    page: str
    url: dict[str, str]
    params: dict[str, str]


def report_filters(actor: Actor, *, names: Sequence[str] = NAMES) -> ReportFilters:
    """Draw the bar and return what the reader chose. `names`: those of `NAMES` the page can be limited by.

    What was chosen is kept for the other report pages, also where this one does not offer it.
    """
    today = day.today()
    choices = cache.read(report_choices, actor)
    _take_address(choices, names)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="report_filters_bar"):
        params = _draw(choices, names)
        kept: _Kept = state.recall(_KEPT)
        held = {name: value for name, value in kept.params.items() if name not in names} | params
        chosen, _none = read_params(held, choices, today=today)
        _draw_summary(chosen.only(names), choices)
    url = chosen.params(today)
    _write_address(url)
    state.keep(_KEPT, _Kept(navigation.here(), url, url))
    return chosen.only(names)


def _take_address(choices: ReportChoices, names: Sequence[str]) -> None:
    """Preset the widgets where the address is another than the last run left, and say what it asks in vain."""
    given = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    kept: _Kept | None = state.recall(_KEPT)
    here = navigation.here()
    if kept is not None and kept.page == here and kept.url == given:
        return
    # another page without filters in its address takes over those of the last one
    asked = kept.params if kept is not None and kept.page != here and not given else given
    filters, problems = read_params(asked, choices, today=day.today())
    for problem in problems:
        st.warning(plain(sentence(problem, words())), icon=":material/filter_alt_off:")
    state.drop(_KEY)
    params = filters.params(day.today())
    for name in names:
        if name != "as_of":
            state.keep(_KEY + name, params.get(name, ""))
    state.keep(f"{_KEY}as_of", filters.as_of)
    state.keep(_KEPT, _Kept(here, given, params))


def _draw(choices: ReportChoices, names: Sequence[str]) -> dict[str, str]:
    """The widgets; what they say, as parameters of an address."""
    chosen: dict[str, str] = {}
    if "currency" in names:
        chosen["currency"] = _select("currency", _("Currency"), _currencies(choices), width=190)
    if "as_of" in names:
        picked = st.date_input(
            _("As of"),
            key=f"{_KEY}as_of",
            max_value=day.today(),
            format="DD/MM/YYYY",
            width=130,
            help=_("The last day that counts. A past day shows what was true then."),
        )
        chosen["as_of"] = picked.isoformat()
    offered = {
        name: options
        for name in _IN_POPOVER
        if name in names and len(options := _options(name, choices)) > (2 if name == "rep" else 1)
    }
    if offered:
        with st.popover(_("Filters"), icon=":material/filter_alt:", key=f"{_KEY}popover", width="content"):
            for name, options in offered.items():
                every = {"": _("All")} | options
                chosen[name] = _select(name, _names()[name], every, width="stretch")
    return {name: value for name, value in chosen.items() if value}


def _select(name: str, label: str, options: dict[str, str], *, width: int | Literal["stretch"]) -> str:
    key = _KEY + name
    if state.recall(key) not in options:
        state.keep(key, "")
    return st.selectbox(label, list(options), format_func=options.__getitem__, key=key, width=width)


def _draw_summary(chosen: ReportFilters, choices: ReportChoices) -> None:
    """What is filtered, on a line, and the way back to all of it."""
    today = day.today()
    params = chosen.params(today)
    told = [f"{_names()[name]}: {_options(name, choices)[params[name]]}" for name in _IN_POPOVER if name in params]
    if chosen.currency or chosen.converted:
        told.insert(0, _currencies(choices)[params["currency"]])
    if "as_of" in params:
        told.append(f"{_('As of')}: {words().day(chosen.as_of)}")
    if not told:
        st.caption(plain(_("Not filtered")), width="content")
        return
    st.caption(plain(" · ".join(told)), width="content")
    st.button(
        _("Clear filters"), key=f"{_KEY}clear", type="tertiary", icon=":material/filter_alt_off:", on_click=_clear
    )


def _clear() -> None:
    state.drop(_KEY)
    _write_address({})
    state.keep(_KEPT, _Kept(navigation.here(), {}, {}))


def _write_address(params: dict[str, str]) -> None:
    for name in NAMES:
        if name in params:
            if st.query_params.get(name) != params[name]:
                st.query_params[name] = params[name]
        elif name in st.query_params:
            del st.query_params[name]


def _names() -> dict[str, str]:
    return {
        "product": _("Product"),
        "country": _("Country"),
        "rep": _("Representative"),
        "segment": _("Segment"),
    }


def _currencies(choices: ReportChoices) -> dict[str, str]:
    each = {"": _("Each by itself")} | {code: code for code in choices.currencies}
    return each | {CONVERTED: _("Converted to {currency}", currency=choices.reporting_currency)}


def _options(name: str, choices: ReportChoices) -> dict[str, str]:
    match name:
        case "product":
            return dict(choices.products)
        case "country":
            return _by_name({code: words().country(code) for code in choices.countries})
        case "rep":
            return {str(user_id): rep or _("Nobody") for user_id, rep in choices.reps}
        case _:
            return {text: text for text in choices.segments}


def _by_name(names: dict[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda pair: pair[1]))
