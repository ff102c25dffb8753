"""A licence position on a page: its figures, its lines, who held the seats, and its paper."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import errors
from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import paged
from dashboard.components.filters import choice, day_choice
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.tables import table
from dashboard.day import today
from dashboard.words import _, words
from services.documents.licence_position import evidence, renewal
from services.permissions import Actor
from services.queries.licence_position import (
    Position,
    PositionRequest,
    file_name,
    licence_position,
    position_holders,
    position_pdf,
)
from services.rules.licence_position import PositionLine
from services.words.labels import ENUMS

_LANGUAGES = {"en": "English", "es": "Español"}


def asked_day() -> date:
    """The day of the position, which also stands in the URL."""
    return day_choice("on", _("Day"), today(), on_change=first_page)


def draw_figures(position: Position) -> None:
    """Bought, assigned, in use, free, and what it came to a month."""
    sums, number = position.totals, words().number
    in_use = _("n/a") if sums.in_use is None else number(sums.in_use)
    key_figures(
        [
            Figure(_("Bought"), number(sums.bought), _("Seats of all subscriptions that lived on this day.")),
            Figure(
                _("Assigned"),
                number(sums.assigned),
                _("Seats that somebody had at the end of the day (UTC), {n} of them invitations.", n=sums.pending),
            ),
            Figure(
                _("In use"),
                in_use,
                _("Assigned seats with activity in the days up to it, where a feed names users; n/a where none does."),
            ),
            Figure(_("Free"), number(sums.free), _("Bought less assigned.")),
            Figure(
                _("A month"),
                words().money(sums.monthly),
                _("What the subscriptions came to in a month as agreed on that day, discounts taken off, before tax."),
            ),
        ]
    )


def draw_lines(position: Position) -> None:
    """A row for each subscription, with its evidence."""
    names = (
        "name", "reference", "status", "bought", "assigned", "pending", "in_use", "free", "seat_minor", "month_minor",
        "currency", "period", "renewal", "evidence",
    )  # fmt: skip
    table(
        pd.DataFrame([_row(line, position) for line in position.lines], columns=list(names), dtype=object),
        [
            Column("name", _("Product and plan"), width=165),
            Column("bought", _("Bought"), Kind.NUMBER, is_summed=True, width=80),
            Column("assigned", _("Assigned"), Kind.NUMBER, is_summed=True, width=80),
            Column("pending", _("Pending"), Kind.NUMBER, is_summed=True, width=85, help=_("Invitations not accepted.")),
            Column("in_use", _("In use"), Kind.NUMBER, width=65, help=_("Empty where no feed names users.")),
            Column("free", _("Free"), Kind.NUMBER, is_summed=True, width=60),
            Column("seat_minor", _("A seat a month"), Kind.MONEY, width=105),
            Column("month_minor", _("A month"), Kind.MONEY, width=95),
            Column("renewal", _("Renewal"), width=150),
            Column("status", _("Status"), Kind.STATUS, width=110, names=_statuses()),
            Column("evidence", _("Evidence of use"), width=230),
            Column("reference", _("Subscription"), width=160),
            Column("period", _("Period"), width=180),
        ],
        key="position_lines",
        name=_("Licence position"),
        empty=_("The account had no live subscription on this day."),
        download=file_name(position, "").rstrip("."),
    )


def draw_paper(actor: Actor, position: Position) -> None:
    """The paper's language, whether it lists the holders, and its file."""
    if not position.may_print:
        st.info(_("The account has no selling entity yet, so there is no paper to print."), icon=":material/info:")
        return
    own = position.language if position.language in _LANGUAGES else "en"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        language = choice("paper", _("Language of the PDF"), {own: _LANGUAGES[own]} | _LANGUAGES, shape="segments")
        told = _("Names are hidden for this account: a person is a short mark.") if position.hides_names else None
        listed = st.toggle(_("With the list of holders"), key="with_holders", help=told)
        asked = PositionRequest(position.account_id, position.day, language, listed)
        day = today()
        st.download_button(
            _("Download PDF"),
            data=lambda: position_pdf(actor, asked, today=day).content,
            file_name=file_name(position),
            mime="application/pdf",
            key="position_pdf",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )


def draw_holders(actor: Actor, position: Position) -> None:
    """Who held which seat at the end of the day."""
    st.subheader(_("Seats and who held them"), anchor=False)
    request, day = PositionRequest(position.account_id, position.day), today()
    asked = asked_slice()
    listed = position_holders(actor, request, today=day, limit=asked.limit, offset=asked.offset)
    named = [] if position.hides_names else [Column("email", _("Email"), width=215)]
    states = {"assigned": _("assigned"), "pending": _("invited")}
    table(
        listed.frame,
        [
            Column("person", _("Person"), width=135),
            *named,
            Column("product", _("Product"), width=130),
            Column("held_since", _("Seat since"), Kind.DAY, width=115),
            Column("last_seen_on", _("Last seen"), Kind.DAY, width=115),
            Column("state", _("Seat"), Kind.STATUS, width=95, names=states),
            Column("reference", _("Subscription"), width=160),
        ],
        key="position_holders",
        name=_("Seats and who held them"),
        empty=_("Nobody held a seat on this day."),
        download=f"{file_name(position, '').rstrip('.')}-holders",
        whole=paged(
            lambda limit, offset: position_holders(actor, request, today=day, limit=limit, offset=offset).frame,
            listed.total,
            of=request,
        ),
    )
    pager(listed.total, asked)


def draw(actor: Actor, account_id: int) -> Position | None:
    """The position of the day asked for; None where it was refused."""
    with errors.shown() as outcome:
        position = licence_position(actor, PositionRequest(account_id, asked_day()), today=today())
    return position if outcome.ok else None


def _row(line: PositionLine, position: Position) -> tuple[object, ...]:
    return (
        f"{line.product_name} – {line.plan_name}",
        line.reference,
        line.state.status.value,
        *(line.bought, line.assigned, line.pending, line.in_use, line.free),
        *(line.per_seat.minor, line.monthly.minor, line.yearly.currency),
        words().period(line.state.period),
        renewal(line, words()),
        evidence(line, position.day, words()),
    )


def _statuses() -> dict[str, str]:
    return {code: words().t(name) for code, name in ENUMS["Status"].items()}
