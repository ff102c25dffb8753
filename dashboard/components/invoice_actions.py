"""What can be done with an invoice on its page: pay, credit, dispute, ask for a write-off."""

import streamlit as st

from dashboard import errors, navigation, state
from dashboard.cache import forget
from dashboard.components.amounts import amount_of
from dashboard.components.invoice_credit import draw_credit
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _
from services.commands.disputes import close_dispute, open_dispute
from services.commands.money_requests import WriteOffRequest, ask_write_off
from services.commands.payments import reverse_write_off, spend_balance
from services.permissions import Actor, Permission
from services.queries.account_money import account_money
from services.queries.invoice_card import InvoiceCard
from services.queries.invoice_life import InvoiceLife
from services.rules.text import LONGEST_LINE, LONGEST_REASON


def draw_actions(actor: Actor, card: InvoiceCard, life: InvoiceLife) -> None:
    """The actions that are open to the actor and the invoice, the rarer ones behind one button."""
    if card.kind != "invoice":
        return
    is_open = bool(card.open)
    if is_open and actor.may(Permission.RECORD_PAYMENTS):
        if st.button(_("Record payment"), key="pay", icon=":material/payments:"):
            navigation.go("billing/record_payment", account=card.account_id, invoice=card.document_id)
        _draw_balance(actor, card)
    if card.is_creditable and actor.may(Permission.CREDIT_INVOICES):
        with st.popover(_("Credit this invoice"), icon=":material/undo:"):
            draw_credit(actor, card)
    if actor.may(Permission.DISPUTE_INVOICES) and (is_open or life.dispute):
        label = _("End dispute") if life.dispute else _("Dispute")
        with st.popover(label, icon=":material/gavel:", key=f"dispute_{bool(life.dispute)}"):
            _draw_dispute(actor, card, is_disputed=life.dispute is not None)
    if life.written_off and actor.may(Permission.RECORD_PAYMENTS):
        with st.popover(_("Take back write-off"), icon=":material/undo:", key="take_back_write_off"):
            _draw_reversal(actor, card, life)
    if is_open and actor.may(Permission.ASK_APPROVALS):
        with st.popover(_("Write off"), icon=":material/money_off:"):
            _draw_write_off(actor, card)


def _draw_balance(actor: Actor, card: InvoiceCard) -> None:
    money = account_money(actor, card.account_id, today=today())
    if not money.balance:
        return
    used = min(money.balance, card.open)
    help_text = _("The account has a balance of {balance}.", balance=money.balance)
    if st.button(_("Pay {amount} from balance", amount=used), key="spend", icon=":material/savings:", help=help_text):
        with errors.shown() as outcome:
            spent = spend_balance(actor, card.account_id, card.document_id, today=today())
        if outcome.ok:
            _done(_("{amount} of the balance paid this invoice.", amount=spent))


def _draw_dispute(actor: Actor, card: InvoiceCard, *, is_disputed: bool) -> None:
    if not is_disputed:
        st.caption(plain(_("A disputed invoice gets no reminders, and is marked wherever it is listed.")))
    with st.form("dispute", border=False):
        label = _("Outcome") if is_disputed else _("Reason")
        said = st.text_input(label, max_chars=LONGEST_LINE, key="dispute_reason")
        submitted = st.form_submit_button(_("End dispute") if is_disputed else _("Mark as disputed"), type="primary")
    if not submitted:
        return
    with errors.shown() as outcome:
        if is_disputed:
            close_dispute(actor, card.account_id, card.document_id, outcome=said or "", today=today())
        else:
            open_dispute(actor, card.account_id, card.document_id, reason=said or "", today=today())
    if outcome.ok:
        state.drop("dispute_reason")
        _done(_("The dispute was ended.") if is_disputed else _("The invoice is marked as disputed."))


def _draw_write_off(actor: Actor, card: InvoiceCard) -> None:
    st.caption(plain(_("A second person decides. The tax stays owed; only a credit note puts that right.")))
    form = f"write_off_{card.document_id}"
    with st.form(form, border=False):
        typed = st.text_input(
            _("Amount in {currency}", currency=card.open.currency),
            value=str(card.open.major),
            key="write_off_amount",
            max_chars=30,
        )
        reason = st.text_area(_("Reason"), max_chars=LONGEST_REASON, key="write_off_reason", height=90)
        submitted = st.form_submit_button(_("Ask for write-off"), type="primary")
    if not submitted:
        return
    with errors.shown() as outcome:
        amount = amount_of(typed or "", card.open.currency, "amount")
        key = state.request_key(form)
        request = WriteOffRequest(card.account_id, card.document_id, amount, reason or "", key)
        ask_write_off(actor, request, today=today())
    if outcome.ok:
        state.finish(form)
        state.drop("write_off_")
        _done(_("The write-off was asked for. Somebody else decides."))


def _draw_reversal(actor: Actor, card: InvoiceCard, life: InvoiceLife) -> None:
    st.caption(plain(_("What was given up is owed again from today: record the payment that came, then.")))
    offered = {one.write_off_id: _("{amount} of {day}", amount=one.amount, day=one.on) for one in life.written_off}
    with st.form("write_off_reversal", border=False):
        chosen = st.selectbox(_("Write-off"), list(offered), format_func=offered.__getitem__, key="reversal_of")
        reason = st.text_input(_("Reason"), max_chars=LONGEST_LINE, key="reversal_reason")
        submitted = st.form_submit_button(_("Take back write-off"), type="primary")
    if not submitted:
        return
    with errors.shown() as outcome:
        reverse_write_off(actor, card.account_id, chosen, reason=reason or "", today=today())
    if outcome.ok:
        state.drop("reversal_")
        _done(_("The write-off was taken back: the amount is open again."))


def _done(text: str) -> None:
    forget()
    state.flash(plain(text))
    st.rerun()
