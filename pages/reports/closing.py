"""The month's close: what stands in the way, the checklist, closing, and the pack of files."""

import streamlit as st

from dashboard import sign_in, state
from dashboard.cache import forget
from dashboard.components.closing import draw_figures, draw_sights, draw_ticks, month_label, month_name, name_of
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.text import plain
from dashboard.components.tie_out import tie_out_strip
from dashboard.day import today
from dashboard.words import _, words
from services.commands.closing import close_month, store_pack, tick_step
from services.permissions import Actor
from services.queries.closing import ClosingCard, MonthLine, closing_card, list_months, pack_of

_SURE, _MONTH, _CLOSED, _CHECKED = "closing_sure", "closing_month", "closing_closed", "closing_pack_checked"


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    months = list_months(actor, today())
    header(_("Month's close"), context=(_("as of {day}", day=today()),))
    if not months:
        empty(_("There is nothing to close yet: no document was issued and no night has run."), icon="event_available")
        return
    card = closing_card(actor, _choose(months), today())
    if card.line.closed_at is not None:
        _draw_pack(actor, card)
    seen, listed = st.columns(2, gap="large")
    with seen:
        st.subheader(_("What the portal sees"), anchor=False)
        draw_sights(card.sights)
    with listed:
        st.subheader(_("Checklist"), anchor=False)
        changed = draw_ticks(card.ticks, month=card.line.month, is_open=card.line.closed_at is None)
        if changed is not None:
            tick_step(actor, card.line.month, changed[0], done=changed[1])
            st.rerun()
    if card.line.closed_at is None:
        _draw_close(actor, card)
    tie_out_strip(card.tie_outs)
    st.subheader(_("Key figures"), anchor=False)
    draw_figures(card)


def _choose(months: tuple[MonthLine, ...]) -> int:
    """The month one looks at: first the earliest that is over and open."""
    lines = {line.month: line for line in months}
    waiting = [line.month for line in months if line.closed_at is None and line is not months[0]]
    if (closed := state.recall(_CLOSED)) in lines:
        # its words in the list are others now, by which the browser remembers what it shows
        state.keep(_MONTH, closed)
        state.drop(_CLOSED)
    looked_at = state.recall(_MONTH)
    first = looked_at if looked_at in lines else waiting[-1] if waiting else months[0].month
    chosen: int = st.selectbox(
        _("Month"),
        list(lines),
        index=list(lines).index(first),
        format_func=lambda month: month_label(lines[month]),
        key=_MONTH,
        width=280,
    )
    return chosen


def _draw_close(actor: Actor, card: ClosingCard) -> None:
    name = month_name(card.line.month)
    st.caption(plain(_("Closing is for good: later corrections are booked on their own day.")))
    sure = st.checkbox(
        plain(_("Nothing will be posted into {month} any more", month=name)), key=_SURE, disabled=not card.is_ready
    )
    label, is_barred = plain(_("Close {month}", month=name)), not (card.is_ready and sure)
    if st.button(label, type="primary", icon=":material/lock:", disabled=is_barred):
        close_month(actor, card.line.month, today=today())
        state.drop(_SURE)
        state.keep(_CLOSED, card.line.month)
        forget()
        st.rerun()


def _draw_pack(actor: Actor, card: ClosingCard) -> None:
    """The closed month's files: made with one click, kept, downloaded."""
    line, month = card.line, card.line.month
    assert line.closed_at is not None
    said = _("Closed on {day} by {who}.", day=words().instant(line.closed_at) + " UTC", who=name_of(line.who))
    st.success(plain(said), icon=":material/lock:")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(
            _("Check the pack again") if line.pack else _("Build the pack"),
            type="secondary" if line.pack else "primary",
            icon=":material/inventory_2:",
            key="build_pack",
        ):
            bar = st.progress(0.0, text=_("Putting the files together …"))
            store_pack(actor, month, progress=lambda done, total: bar.progress(done / total))
            state.keep(_CHECKED, month if line.pack else None)
            st.rerun()
        if line.pack:
            st.download_button(
                _("Download the pack (ZIP)"),
                data=lambda: pack_of(actor, month),
                file_name=f"month-end-{month // 100}-{month % 100:02d}.zip",
                mime="application/zip",
                type="primary",
                icon=":material/download:",
                on_click="ignore",
            )
    if line.pack:
        st.caption(plain(_("SHA-256 of the pack: {hash}", hash=line.pack)))
        if state.recall(_CHECKED) == month:
            st.caption(plain(_("Built again just now: the same bytes.")))


run()
