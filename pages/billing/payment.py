"""One payment: what it pays, what of it is balance, how that changed; moving it, taking it back."""

import streamlit as st

from dashboard import errors, navigation, sign_in, state
from dashboard.cache import forget
from dashboard.components import payments
from dashboard.components.amounts import amount_of
from dashboard.components.cards import CardLine, facts, summary_card
from dashboard.components.headers import header
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.payments import reallocate, reverse_payment
from services.permissions import Actor, Permission
from services.queries.payments import PaymentCard, payment_card

MOST_OTHERS = 12  # open invoices offered to move it to


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    card = payment_card(actor, navigation.asked_id("account"), navigation.asked_id("payment"))
    is_refund = card.kind == "refund"
    taken = card.reversed_on and _("taken back {day}", day=card.reversed_on)
    header(
        _("Refund of {amount}", amount=card.amount) if is_refund else _("Payment of {amount}", amount=card.amount),
        context=(_("received {day}", day=card.received_on) if not is_refund else "", taken or "", card.reversal_reason),
        status=(card.status, payments.statuses()[card.status]),
    )
    navigation.link(card.account, "sales/account", icon=":material/domain:", account=card.account_id)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _draw_paid(card)
        _draw_moves(card)
    with right:
        if actor.may(Permission.RECORD_PAYMENTS) and card.reversed_on is None:
            _draw_actions(actor, card)
        facts(
            [
                (_("Reference"), card.reference),
                (_("Payment means"), payments.means_word(card.means)),
                (_("Recorded by"), card.recorded_by),
                (_("Recorded at"), words().instant(card.recorded_at) + " UTC"),
            ]
        )


def _draw_paid(card: PaymentCard) -> None:
    told = words()
    lines = payments.paid_lines(card.paid)
    if card.balance:
        lines.append(CardLine(_("Balance in the account's favour"), told.money(card.balance)))
    if card.refunded:
        lines.append(CardLine(_("Refunded"), told.money(card.refunded)))
    if not lines:
        lines.append(CardLine(_("Nothing any more") if card.reversed_on else _("Nothing"), ""))
    summary_card(_("What it pays") if card.kind == "receipt" else _("What it paid back"), lines)


def _draw_moves(card: PaymentCard) -> None:
    if not card.moves:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(_('How it was allocated'))}**")
        for move in card.moves:
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                navigation.link(move.number, "billing/invoice", account=card.account_id, document=move.invoice_id)
                st.markdown(f":gray[{plain(words().day(move.on))}]", width="content")
                st.markdown(plain(words().money(move.amount)), width="content")


def _draw_actions(actor: Actor, card: PaymentCard) -> None:
    with st.container(horizontal=True, gap="small"):
        if card.kind == "receipt":
            with st.popover(_("Move to other invoices"), icon=":material/swap_horiz:", key=f"move_{len(card.moves)}"):
                _draw_moving(actor, card)
        with st.popover(_("Take it back"), icon=":material/undo:"):
            _draw_reversing(actor, card)


def _draw_moving(actor: Actor, card: PaymentCard) -> None:
    currency = card.amount.currency
    st.caption(plain(_("What each invoice gets of it; what none gets is balance.")))
    offered = [*card.paid, *card.others[:MOST_OTHERS]]
    with st.form("move", border=False):
        typed = {
            one.invoice_id: st.text_input(
                _("{number}, {amount} open without it", number=one.number, amount=one.open_before),
                value=str(one.amount.major) if one.amount else "",
                key=f"part_{one.invoice_id}",
                max_chars=30,
            )
            for one in offered
        }
        submitted = st.form_submit_button(_("Move payment"), type="primary")
    if submitted:
        with errors.shown() as outcome:
            wanted = {key: amount_of(text, currency, "amount") for key, text in typed.items() if (text or "").strip()}
            wanted = {key: amount for key, amount in wanted.items() if amount}
            reallocate(actor, card.account_id, card.payment_id, wanted, today=today())
        _done(outcome, _("The payment was moved."), "part_")


def _draw_reversing(actor: Actor, card: PaymentCard) -> None:
    if card.kind == "refund":
        consequence = _("{amount} is balance of the account again.", amount=card.amount)
    else:
        consequence = _(
            "{paid} will be open on {n} invoices again, and {balance} of balance is taken back.",
            paid=card.paid_now,
            n=len(card.paid),
            balance=card.balance,
        )
    st.markdown(plain(consequence))
    with st.form("reverse", border=False):
        reason = st.text_input(
            _("Reason"), placeholder=_("What the bank says: account closed, no funds …"), max_chars=200, key="reason"
        )
        submitted = st.form_submit_button(_("Take payment back"), type="primary")
    if submitted:
        with errors.shown() as outcome:
            reverse_payment(actor, card.account_id, card.payment_id, reason=reason or "", today=today())
        _done(outcome, _("The payment was taken back."), "reason")


def _done(outcome: errors.Outcome, text: str, widgets: str) -> None:
    if outcome.ok:
        forget()
        state.drop(widgets)
        state.flash(plain(text))
        st.rerun()


run()
