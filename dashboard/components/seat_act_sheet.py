"""An act on seats before it is done and after: what it comes to, until when, and how it is taken back."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import errors, state
from dashboard.cache import forget
from dashboard.components.columns import Column, Kind
from dashboard.components.empty import empty
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.seat_pools import do_not_notify, finish, told
from dashboard.components.tables import table
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from data.money import Money
from services.commands.leavers import undo_release
from services.commands.seat_acts import ActDone, act_on_seats, withdraw_fewer_seats
from services.permissions import Actor
from services.queries.seat_acts import ActDesk, ActRequest, ActSheet, Fewer, SeatMove, preview_act
from services.rules.seat_acts import ActReduction, ActSeat, Deed
from services.rules.usage_events import pseudonym
from services.words.texts import sentence

_FORM, _SHOWN, _DONE = "seat_act", "seat_act_shown", "seat_act_done"


def draw_act(
    actor: Actor, desk: ActDesk, release: tuple[int, ...], moves: tuple[SeatMove, ...], fewer: tuple[Fewer, ...]
) -> None:
    """What is chosen as one cart, and the button that does it."""
    st.subheader(_("3. What it comes to"), anchor=False)
    if not release and not moves and not fewer:
        state.drop(_SHOWN)
        empty(_("Choose seats above, or fewer seats at a renewal: what it comes to then stands here."))
        return
    notify = do_not_notify("silent_act") if release or moves else True
    request = ActRequest(desk.account_id, state.request_key(_FORM), release, moves, fewer, notify)
    with errors.shown() as outcome:
        sheet = preview_act(actor, request, today=today())
    if not outcome.ok:
        return
    agreed = state.recall(_SHOWN, sheet.fingerprint)  # what the reader saw when the button was clicked
    state.keep(_SHOWN, sheet.fingerprint)
    _draw_figures(sheet)
    _draw_lines(desk, sheet)
    for refusal in sheet.refusals:
        st.error(plain(sentence(refusal, words())))
    late = [one for one in sheet.scheduled if one.reduction.is_late(today())]
    if late:
        names = [one.product_name for one in late]
        said = _("The agreed notice is over for {names}; the portal takes it until the period ends.", names=names)
        st.warning(plain(said))
    if st.button(_label(sheet), type="primary", key="act", icon=":material/done_all:", disabled=bool(sheet.refusals)):
        _do(actor, request, agreed)


def draw_done(actor: Actor, desk: ActDesk) -> None:
    """What was done last, with the way back; and what waits for renewals."""
    done: tuple[int, ActDone] | None = state.recall(_DONE)
    if done is not None and done[0] == desk.account_id:
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(plain(done_sentence(done[1])), width="content")
            has_release = done[1].release_id is not None
            if has_release and st.button(_("Undo the release"), key="undo_act", icon=":material/undo:"):
                with errors.shown() as outcome:
                    back = undo_release(actor, desk.account_id, done[1].release_id or 0, notify=False, today=today())
                if outcome.ok:
                    state.drop(_DONE)
                    forget()
                    finish(told(back))


def draw_waiting(actor: Actor, desk: ActDesk) -> None:
    """Fewer seats that wait for a renewal; each can be taken back."""
    waiting = [one for one in desk.subscriptions if one.waiting is not None and one.waiting < one.seats]
    if not waiting:
        return
    st.subheader(_("Scheduled already"), anchor=False)
    for one in waiting:
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            more = _("{before} seats become {after} on {day}", before=one.seats, after=one.waiting, day=one.renews_on)
            name = f"{one.product_name} – {one.plan_name}"
            st.markdown(f"**{plain(name)}**  \n:gray[{plain(more)}]", width="content")
            if st.button(_("Take back"), key=f"withdraw_{one.subscription_id}", icon=":material/undo:"):
                with errors.shown() as outcome:
                    withdraw_fewer_seats(actor, desk.account_id, one.subscription_id, today=today())
                if outcome.ok:
                    forget()
                    finish(_("Taken back: it renews with {n} seats.", n=one.seats))


def done_sentence(done: ActDone) -> str:
    """Done: 3 seats released, 1 moved, fewer seats at 2 renewals, 1,296.00 EUR saved."""
    parts = []
    if done.released:
        parts.append(words().tn("{n} seat released", "{n} seats released", done.released))
    if done.moved:
        parts.append(words().tn("{n} seat moved", "{n} seats moved", done.moved))
    if done.scheduled:
        parts.append(words().tn("fewer seats at {n} renewal", "fewer seats at {n} renewals", done.scheduled))
    said = _("Done: {parts}.", parts=parts)
    if any(done.saves):
        said += " " + _("The next terms cost {amounts} less.", amounts=_amounts(done.saves))
    return said


def _do(actor: Actor, request: ActRequest, agreed: str) -> None:
    with errors.shown() as outcome:
        done = act_on_seats(actor, request, agreed=agreed, today=today())
    if outcome.ok:
        state.finish(_FORM)
        state.drop(_SHOWN)
        state.keep(_DONE, (request.account_id, done))
        forget()
        finish(done_sentence(done))


def _label(sheet: ActSheet) -> str:
    parts = []
    if sheet.count(Deed.RELEASED):
        parts.append(words().tn("Release {n} seat", "Release {n} seats", sheet.count(Deed.RELEASED)))
    if sheet.count(Deed.MOVED):
        parts.append(words().tn("Move {n} seat", "Move {n} seats", sheet.count(Deed.MOVED)))
    if sheet.scheduled:
        parts.append(_("Schedule fewer seats"))
    return " · ".join(parts) or _("Nothing to do")


def _draw_figures(sheet: ActSheet) -> None:
    number = words().number
    fall = sum(one.seats - one.reduction.seats for one in sheet.reductions)
    key_figures(
        [
            Figure(_("Released"), number(sheet.count(Deed.RELEASED)), _("Free at once; it can be undone for 7 days.")),
            Figure(_("Moved"), number(sheet.count(Deed.MOVED)), _("To another subscription of the same product.")),
            Figure(_("Fewer seats"), number(fall), _("At the renewals; until then nothing changes.")),
            Figure(
                _("Saved next term"),
                _amounts(sheet.saves) or "–",
                _("What the terms that begin with the renewals cost less, before tax. A release alone saves nothing."),
            ),
            Figure(
                _("Last day"),
                words().day(sheet.last_day) if sheet.last_day else "–",
                _("The first of the last days with the agreed notice; where that is over, the period's last."),
            ),
        ]
    )


def _draw_lines(desk: ActDesk, sheet: ActSheet) -> None:
    references = {one.subscription_id: one.reference for one in desk.subscriptions}
    rows = [_fewer(one) for one in sheet.reductions] + [_seat(one, desk, references) for one in sheet.seats]
    table(
        pd.DataFrame(rows, columns=["what", "of", "effect", "on", "saves_minor", "currency"], dtype=object),
        [
            Column("what", _("What"), width=175),
            Column("of", _("Of"), width=310),
            Column("effect", _("Effect"), width=195),
            Column("on", _("On"), Kind.DAY, width=110),
            Column("saves_minor", _("Saved in the term"), Kind.MONEY, width=130, is_summed=bool(sheet.scheduled)),
        ],
        key="act_lines",
        name=_("What it comes to"),
        empty=_("Nothing is chosen."),
        download="seat-decisions",
        height=405 if len(rows) > 11 else None,
    )


def _fewer(one: ActReduction) -> tuple[object, ...]:
    saves = one.reduction.saves or Money.zero("EUR")
    is_new = one.fields is not None
    effect = _("{before} become {after} seats", before=one.seats, after=one.reduction.seats)
    return (
        _("Fewer seats"),
        f"{one.product_name} – {one.plan_name} {one.reference}",
        effect if is_new else _("waits like that already"),
        one.reduction.renews_on,
        saves.minor if is_new else None,
        saves.currency,
    )


def _seat(one: ActSeat, desk: ActDesk, references: dict[int, str]) -> tuple[object, ...]:
    deeds = {Deed.RELEASED: _("Release"), Deed.MOVED: _("Move"), Deed.ALREADY: _("Nothing")}
    person = pseudonym(one.user_id) if desk.hides_names else f"{one.name} {one.email}"
    if one.deed is Deed.RELEASED:
        effect = _("{product} is free", product=one.product_name)
    elif one.deed is Deed.MOVED:
        reference = references[one.target or 0]
        effect = _("{product}, from now on {reference}", product=one.product_name, reference=reference)
    else:
        effect = _("is so already")
    return deeds[one.deed], person, effect, today(), None, None


def _amounts(saves: Sequence[Money]) -> str:
    return " + ".join(words().money(amount) for amount in saves)
