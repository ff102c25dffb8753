"""The payments tab of an account: its balance and what that is left of, what is disputed, its payments."""

import streamlit as st

from dashboard import errors, navigation, state
from dashboard.cache import forget
from dashboard.components import payments
from dashboard.components.amounts import amount_of
from dashboard.components.cards import CardLine, summary_card
from dashboard.components.empty import empty
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.money_requests import RefundRequest, ask_refund
from services.permissions import Actor, Permission
from services.queries.account_money import AccountMoney, account_money
from services.queries.payment_list import PaymentFilter, list_payments
from services.rules.text import LONGEST_REASON


def draw_payments(actor: Actor, account_id: int, currency: str) -> None:
    """Everything about the account's money."""
    if not actor.may(Permission.SEE_PAYMENTS):
        empty(_("Your role does not see payments. Ask finance."), icon="lock")
        return
    if not currency:
        empty(_("The account has no currency yet. Complete it first."), icon="payments")
        return
    money = account_money(actor, account_id, today=today())
    _draw_figures(money)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"):
        if actor.may(Permission.SEE_REPORTS):
            navigation.link(
                _("Statement of account"), "reports/account_statement", icon=":material/contract:", account=account_id
            )
        if money.balance and actor.may(Permission.ASK_APPROVALS):
            with st.popover(_("Refund balance"), icon=":material/keyboard_return:"):
                _draw_refund(actor, money)
        if actor.may(Permission.RECORD_PAYMENTS) and st.button(
            _("Record payment"), key="record_payment", icon=":material/payments:"
        ):
            navigation.go("billing/record_payment", account=account_id)
    if money.parts:
        _draw_balance(money)
    asked = asked_slice("payments_page", 25)
    wanted = PaymentFilter(account_id=account_id)
    listed = list_payments(actor, wanted, limit=asked.limit, offset=asked.offset)
    table(
        payments.worded(listed.frame),
        payments.columns(with_account=False),
        key="payments",
        name=_("Payments"),
        empty=_("Nothing was paid yet."),
        detail=Detail("billing/payment", {"account": "account_id", "payment": "payment_id"}),
        download="payments",
        whole=payments.all_of(actor, wanted, listed),
    )
    pager(listed.total, asked, "payments_page")


def _draw_figures(money: AccountMoney) -> None:
    told = words()
    key_figures(
        [
            Figure(
                _("Balance"),
                told.money(money.balance),
                _("What is left of credit notes and payments. It pays the next invoice, the oldest part first."),
            ),
            Figure(_("Disputed"), told.money(money.disputed), _("Left to pay on invoices the customer disputes.")),
        ]
    )


def _draw_balance(money: AccountMoney) -> None:
    sources = {"credit_note": _("Credit note"), "payment": _("Payment")}
    lines = [
        CardLine(f"{sources[part.source]} {part.name} · {words().day(part.since_on)}".strip(), words().money(part.left))
        for part in money.parts
    ]
    summary_card(_("What the balance is left of, the oldest first"), lines)


def _draw_refund(actor: Actor, money: AccountMoney) -> None:
    st.caption(plain(_("A second person decides; the money goes back only then.")))
    means = payments.means_names()
    form = f"refund_{money.account_id}"
    with st.form(form, border=False):
        typed = st.text_input(
            _("Amount in {currency}", currency=money.currency),
            value=str(money.balance.major),
            key="refund_amount",
            max_chars=30,
        )
        chosen = st.selectbox(_("Payment means"), list(means), format_func=means.__getitem__, key="refund_means")
        reason = st.text_area(_("Reason"), max_chars=LONGEST_REASON, key="refund_reason", height=90)
        submitted = st.form_submit_button(_("Ask for refund"), type="primary")
    if not submitted:
        return
    with errors.shown() as outcome:
        amount = amount_of(typed or "", money.currency, "amount")
        request = RefundRequest(money.account_id, amount, chosen, reason or "", state.request_key(form))
        ask_refund(actor, request, today=today())
    if outcome.ok:
        state.finish(form)
        state.drop("refund_")
        forget()
        state.flash(plain(_("The refund was asked for. Somebody else decides.")))
        st.rerun()
