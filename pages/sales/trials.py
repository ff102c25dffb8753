"""Trial desk: all trials by days left, what each would bring, and those just over that may still be converted."""

import pandas as pd
import streamlit as st

from dashboard import errors, navigation, sign_in
from dashboard.cache import read
from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import Whole, paged
from dashboard.components.filters import choice, search_field
from dashboard.components.headers import header
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.components.trial_actions import end_actions, trial_actions
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.lifecycle import trial_life
from services.queries.trials import (
    ENDING_DAYS,
    RECENT_DAYS,
    DeskFigures,
    TrialFilter,
    TrialPage,
    desk_figures,
    list_trials,
)


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    header(_("Trial desk"), context=(_("as of {day}", day=today()), _("values a month, before tax")))
    # a rep's own list is short and leads to commands; the whole book's figures may be some seconds old
    figures = desk_figures(actor, today()) if actor.is_scoped else read(desk_figures, actor, today())
    _draw_figures(figures)
    if navigation.has_id("subscription"):
        with errors.shown():  # a link to a trial that was converted meanwhile leaves the desk as it is
            _draw_chosen(actor)
    wanted = _asked(figures)
    asked = asked_slice()
    listed = list_trials(actor, wanted, limit=asked.limit, offset=asked.offset, today=today())
    table(
        _worded(listed.frame),
        _columns(is_over=wanted.state == "expired"),
        key="trials",
        name=_("Trials"),
        empty=_empty(wanted),
        detail=Detail("sales/trials", {"account": "account_id", "subscription": "subscription_id"}),
        download="trials",
        whole=_whole(actor, wanted, listed),
    )
    pager(listed.total, asked)


def _draw_figures(figures: DeskFigures) -> None:
    key_figures(
        [
            Figure(_("Running"), words().number(figures.running), _("Trials that have not ended.")),
            Figure(
                _("Ending soon"),
                words().number(figures.ending),
                _("Trials that end within {days} days.", days=ENDING_DAYS),
            ),
            Figure(
                _("Just over"),
                words().number(figures.expired),
                _("Trials that ended in the last {days} days; each may still be converted.", days=RECENT_DAYS),
            ),
        ]
    )


def _draw_chosen(actor: Actor) -> None:
    """The trial of the row that was clicked, with its acts."""
    life = trial_life(actor, navigation.asked_id("account"), navigation.asked_id("subscription"), today())
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            name = f"{life.product_name} – {life.plans.get(life.plan, life.plan)}"
            st.subheader(plain(f"{life.account} · {name}"), anchor=False, width="content")
            ids = {"account": life.account_id, "subscription": life.subscription_id}
            navigation.link(_("Open trial"), "sales/subscription", icon=":material/arrow_forward:", **ids)
        trial_actions(actor, life)


def _asked(figures: DeskFigures) -> TrialFilter:
    """The filter, which also stands in the URL."""
    states = {"running": _("Running"), "ending": _("Ending soon"), "expired": _("Just over")}
    products = {"": _("All"), **figures.products}
    ends = {"": _("All"), **end_actions()}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = search_field(_("Name, code, VAT number or contact"), width=210)
        shown = choice("state", _("Show"), states, shape="segments", on_change=first_page)
        product = choice("of", _("Product"), products, width=150, on_change=first_page)
        end = choice("end", _("At its end"), ends, width=150, on_change=first_page)
    return TrialFilter(text, shown, product, end)


def _whole(actor: Actor, wanted: TrialFilter, listed: TrialPage) -> Whole:
    """All rows that match, for the files, and their totals."""
    day = today()
    return paged(
        lambda limit, offset: _worded(list_trials(actor, wanted, limit=limit, offset=offset, today=day).frame),
        listed.total,
        of=(actor, wanted),
        key=("subscription_id",),
        sums=listed.sums,
    )


def _worded(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its sentences: seats in use of those there are, and what happens at the end."""
    frame["what"] = [f"{product} – {plan}" for product, plan in zip(frame["product"], frame["plan"], strict=True)]
    # a trial that a night set aside still stands as running after its end: its days are negative
    frame["days"] = [
        -int(days) if status == "expired" else int(days)
        for days, status in zip(frame["days_left"], frame["status"], strict=True)
    ]
    frame["use"] = [
        _("{assigned} of {seats}", assigned=int(used), seats=int(seats))
        for used, seats in zip(frame["assigned"], frame["seats"], strict=True)
    ]
    frame["at_end"] = [end_actions()[code] for code in frame["end_action"]]
    return frame


def _columns(*, is_over: bool) -> list[Column]:
    ended = _("Ended on") if is_over else _("Ends on")
    used = _("Assigned seats of those in the trial; after its end, those it had.")
    return [
        Column("account", _("Account"), width=180),
        Column("what", _("Trial"), width=184),
        Column("ends_on", ended, Kind.DAY, help=_("The first day after the trial."), width=94),
        Column("days", _("Days"), Kind.NUMBER, help=_("Days past") if is_over else _("Days left"), width=56),
        Column("use", _("In use"), help=used, width=64),
        Column(
            "suggested", _("To buy"), Kind.NUMBER, help=_("What a conversion begins with: the seats in use."), width=76
        ),
        Column(
            "value_minor",
            _("If converted"),
            Kind.MONEY,
            help=_("A month, net, after the account's discount, for the seats to buy."),
            is_summed=True,
            width=100,
        ),
        Column("at_end", _("At its end"), width=150),
    ]


def _empty(wanted: TrialFilter) -> str:
    if wanted.text or wanted.product or wanted.end_action:
        return _("No trial matches. Search for another name, or clear the filters.")
    if wanted.state == "expired":
        return _("No trial ended lately.")
    if wanted.state == "ending":
        return _("No trial ends in the next days.")
    return _("No trial is running. Start one on an account with “Add new subscription”.")


run()
