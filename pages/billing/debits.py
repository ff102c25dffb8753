"""SEPA direct debits: what can be collected, a batch as a file for the bank, its booking, and what banks return."""

import pandas as pd
import streamlit as st

from dashboard import cache, errors, navigation, sign_in, state
from dashboard.components.badges import badge_text
from dashboard.components.cards import CardLine, summary_card
from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import paged
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from data.money import Money
from services.commands.debits import DebitBatchRequest, ReturnReason, book_batch, cancel_batch, make_batch, return_debit
from services.permissions import Actor
from services.queries.debits import (
    FARTHEST,
    BatchCard,
    Collectable,
    DebitLine,
    batch_card,
    batch_file,
    batches,
    creditors,
    earliest_collection,
    to_collect,
)
from services.words.i18n import N_
from services.words.labels import enum_words, label

BATCH_STATUSES = {"open": N_("at the bank"), "booked": N_("booked"), "cancelled": N_("cancelled")}
STATUSES = {
    "open": N_("at the bank"),
    "collected": N_("collected"),
    "returned": N_("returned"),
    "cancelled": N_("cancelled"),
}


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    if navigation.has_id("batch"):
        _draw_batch(actor, batch_card(actor, navigation.asked_id("batch")))
        return
    header(_("Direct debits"), context=(_("Due invoices of accounts with a SEPA mandate"),))
    _draw_making(actor)
    _draw_batches(actor)


def _draw_making(actor: Actor) -> None:
    offered = {one.code: f"{one.name} ({one.account})" for one in creditors(actor)}
    if not offered:
        empty(_("No selling entity has a SEPA creditor id and an account in EUR. An administrator enters them."))
        return
    first = earliest_collection(today())
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        seller = st.selectbox(
            _("Selling entity"), list(offered), format_func=offered.__getitem__, key="debit_seller", width=380
        )
        day = st.date_input(
            _("Collection day"),
            value=first,
            min_value=first,
            format="DD/MM/YYYY",
            key="debit_day",
            width=180,
            help=_("A banking day, at least one ahead and at most {n} days.", n=FARTHEST),
        )
    found = to_collect(actor, seller, day)
    if not found:
        empty(_("Nothing is due by then on an account with a mandate. Choose a later day."), icon="account_balance")
        return
    chosen = _draw_choice(found)
    total = Money.total((one.open for one in chosen), "EUR")
    told = words().tn("Make a file for {n} invoice", "Make a file for {n} invoices", len(chosen))
    with st.container(horizontal=True, vertical_alignment="center"):
        clicked = st.button(told, type="primary", key="make", disabled=not chosen, icon=":material/account_balance:")
        st.markdown(f"**{plain(words().money(total))}**", width="content")
    if clicked:
        keys = tuple((one.account_id, one.invoice_id) for one in chosen)
        request = DebitBatchRequest(seller, day, keys, state.request_key("debits"))
        with st.spinner(_("Making the file …"), show_time=False), errors.shown() as outcome:
            batch_id = make_batch(actor, request, agreed=total, today=today())
        if outcome.ok:
            state.finish("debits")
            state.flash(plain(_("The file is made. Download it and give it to the bank.")))
            navigation.go("billing/debits", batch=batch_id)


def _draw_choice(found: tuple[Collectable, ...]) -> list[Collectable]:
    """All of them, but those whose tick is taken away."""
    told = words()
    frame = pd.DataFrame(
        {
            "take": [True] * len(found),
            "account": [one.account for one in found],
            "number": [one.number for one in found],
            "due_on": [told.day(one.due_on) for one in found],
            "amount": [told.money(one.open) for one in found],
            "mandate": [one.mandate for one in found],
            "sequence": [label(one.sequence, told) for one in found],
        }
    )
    edited = st.data_editor(
        frame,
        key=f"debit_choice_{len(found)}",
        hide_index=True,
        disabled=["account", "number", "due_on", "amount", "mandate", "sequence"],
        height="content",
        alt=_("Invoices to collect"),
        column_config={
            "take": st.column_config.CheckboxColumn(_("Collect"), width=80),
            "account": st.column_config.TextColumn(_("Account"), width=260),
            "number": st.column_config.TextColumn(_("Invoice"), width=160),
            "due_on": st.column_config.TextColumn(_("Due date"), width=110),
            "amount": st.column_config.TextColumn(_("Amount"), width=120, alignment="right"),
            "mandate": st.column_config.TextColumn(_("Mandate reference"), width=150),
            "sequence": st.column_config.TextColumn(_("Sequence"), width=100),
        },
    )
    return [one for one, is_taken in zip(found, edited["take"].tolist(), strict=True) if is_taken]


def _draw_batches(actor: Actor) -> None:
    st.subheader(_("Batches"), anchor=False)
    asked = asked_slice()
    frame, total, sums = batches(actor, limit=asked.limit, offset=asked.offset)
    names = {code: _(word) for code, word in BATCH_STATUSES.items()}
    table(
        frame,
        [
            Column("seller", _("Selling entity"), width=300),
            Column("status", _("Status"), Kind.STATUS, names=names, width=120),
            Column("collect_on", _("Collection day"), Kind.DAY, width=130),
            Column("count", _("Debits"), Kind.NUMBER),
            Column("returned", _("Returned"), Kind.NUMBER),
            Column("total_minor", _("Total"), Kind.MONEY, is_summed=True),
        ],
        key="batches",
        name=_("Batches"),
        empty=_("No batch was made yet."),
        detail=Detail("billing/debits", {"batch": "id"}),
        download="direct-debits",
        whole=paged(
            lambda limit, offset: batches(actor, limit=limit, offset=offset)[0], total, of=actor, key=("id",), sums=sums
        ),
    )
    pager(total, asked)


def _draw_batch(actor: Actor, card: BatchCard) -> None:
    file = batch_file(actor, card.batch_id)
    header(
        _("Direct debits of {day}", day=card.collect_on),
        context=(card.seller, _("made by {name}", name=card.made_by), words().instant(card.made_at) + " UTC"),
        status=(card.status, _(BATCH_STATUSES[card.status])),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        navigation.link(_("All batches"), "billing/debits", icon=":material/arrow_back:")
        st.download_button(
            _("Download file for the bank"),
            data=file.content,
            file_name=file.name,
            mime="application/xml",
            key="download_xml",
            type="primary" if card.collect_on > today() else "secondary",
            icon=":material/download:",
            on_click="ignore",
        )
        if card.status == "open":
            _draw_deeds(actor, card)
    lines = [CardLine(_("Total"), words().money(card.total), strong=True)]
    if card.returned:
        lines.append(CardLine(_("Returned"), words().money(card.returned)))
    summary_card(words().tn("{n} debit", "{n} debits", len(card.lines)), lines)
    for line in card.lines:
        _draw_debit(actor, line)


def _draw_deeds(actor: Actor, card: BatchCard) -> None:
    if card.collect_on <= today() and st.button(
        _("Book the collection"), type="primary", key="book", icon=":material/check:"
    ):
        bar = st.progress(0.0, text=_("Booking …"))
        with errors.shown() as outcome:
            for step in book_batch(actor, card.batch_id, today=today()):
                bar.progress(step.done / max(step.total, 1))
        _done(outcome, _("The collection is booked; what was not returned is paid."))
    if card.can_be_cancelled:
        with st.popover(_("Cancel batch"), icon=":material/cancel:"):
            st.markdown(plain(_("Only if the bank does not have the file. Its invoices can be collected again.")))
            if st.button(_("Cancel this batch"), key="cancel"):
                with errors.shown() as outcome:
                    cancel_batch(actor, card.batch_id, today=today())
                _done(outcome, _("The batch was cancelled."))


def _draw_debit(actor: Actor, line: DebitLine) -> None:
    told = words()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", border=True):
        navigation.link(line.number, "billing/invoice", account=line.account_id, document=line.invoice_id)
        st.markdown(f"{plain(line.account)} :gray[{plain(line.mandate)}]", width="stretch")
        reasons = enum_words("ReturnReason", told)
        why = f" {plain(reasons.get(line.return_reason, ''))}" if line.return_reason else ""
        st.markdown(badge_text(line.status, _(STATUSES[line.status])) + why, width="content")
        st.markdown(plain(told.money(line.amount)), width="content")
        if line.payment_id is not None:
            navigation.link(_("Payment"), "billing/payment", account=line.account_id, payment=line.payment_id)
        if line.status in ("open", "collected"):
            with st.popover(_("Book return"), icon=":material/keyboard_return:", key=f"return_{line.debit_id}"):
                _draw_returning(actor, line, reasons)


def _draw_returning(actor: Actor, line: DebitLine, reasons: dict[str, str]) -> None:
    st.caption(plain(_("{amount} of invoice {number} will be open again.", amount=line.amount, number=line.number)))
    with st.form(f"return_form_{line.debit_id}", border=False):
        code = st.selectbox(
            _("Reason"),
            [reason.value for reason in ReturnReason],
            format_func=lambda one: f"{one} · {reasons[one]}",
            key=f"reason_{line.debit_id}",
        )
        submitted = st.form_submit_button(_("Book the return"), type="primary")
    if submitted:
        with errors.shown() as outcome:
            return_debit(actor, line.account_id, line.debit_id, ReturnReason(code), today=today())
        _done(outcome, _("The return was booked."))


def _done(outcome: errors.Outcome, text: str) -> None:
    if outcome.ok:
        cache.forget()
        state.flash(plain(text))
        st.rerun()


run()
