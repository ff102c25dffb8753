"""Record a payment: whose it is, how much, since when; what it will pay stands beside it before it is booked."""

from decimal import Decimal

import streamlit as st

from dashboard import errors, navigation, sign_in, state
from dashboard.cache import forget
from dashboard.components import payments
from dashboard.components.amounts import amount_of
from dashboard.components.cards import CardLine, summary_card
from dashboard.components.columns import Column, Kind
from dashboard.components.filters import search_field
from dashboard.components.headers import header
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.payments import PaymentRequest, record_payment
from services.permissions import Actor
from services.queries.account_money import AccountMoney, account_money, payers
from services.queries.payments import PaymentPreview, preview_payment


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    if not navigation.has_id("account"):
        _draw_payers(actor)
        return
    money = account_money(actor, navigation.asked_id("account"), today=today())
    header(_("Record payment"), context=(money.account, money.code))
    told = words()
    key_figures(
        [
            Figure(_("To pay"), told.money(money.open), _("Left to pay on all invoices.")),
            Figure(_("Overdue"), told.money(money.overdue), _("Left to pay on invoices whose due date is over.")),
            Figure(_("Balance"), told.money(money.balance), _("What the account has to its credit.")),
        ]
    )
    left, right = st.columns([2, 3], gap="large")
    with left:
        request = _draw_form(money)
    with right:
        _draw_preview(actor, money, request)


def _draw_payers(actor: Actor) -> None:
    header(_("Record payment"), context=(_("Whose payment is it?"),))
    typed = search_field(_("Account or invoice number"), label=_("Search account"))
    found = payers(actor, typed)
    if found.empty and not typed.strip():
        st.caption(plain(_("Type the name or code of the account, or the number of the invoice it names.")))
        return
    table(
        found,
        [
            Column("name", _("Account"), width=380),
            Column("code", _("Code")),
            Column("open_minor", _("To pay"), Kind.MONEY),
        ],
        key="payers",
        name=_("Accounts"),
        empty=_("No account and no invoice matches. Compare the number, or search by name."),
        detail=Detail("billing/record_payment", {"account": "id", "invoice": "invoice_id"}),
    )


def _draw_form(money: AccountMoney) -> PaymentRequest | None:
    """What was entered; None until there is an amount."""
    means = payments.means_names()
    preset = money.payment_means if money.payment_means in means else next(iter(means))
    numbers = {0: _("The oldest first")}
    numbers |= {one.invoice_id: f"{one.number} · {words().money(one.open)}" for one in money.invoices}
    asked = navigation.asked_id("invoice") if navigation.has_id("invoice") else 0
    with st.container(border=True):
        typed = st.text_input(
            _("Amount in {currency}", currency=money.currency),
            placeholder=words().number(Decimal("1250.75")),
            key="amount",
            max_chars=30,
        )
        day = payments.received_on(today())
        chosen = st.selectbox(
            _("Payment means"), list(means), index=list(means).index(preset), format_func=means.__getitem__, key="means"
        )
        reference = st.text_input(
            _("Reference"), placeholder=_("What the bank statement says"), key="reference", max_chars=200
        )
        invoice = st.selectbox(
            _("What it pays first"),
            list(numbers),
            index=list(numbers).index(asked) if asked in numbers else 0,
            format_func=numbers.__getitem__,
            key="invoice_choice",
        )
    if not (typed or "").strip():
        return None
    with errors.shown() as outcome:
        amount = amount_of(typed or "", money.currency, "amount")
    if not outcome.ok:
        return None
    key = state.request_key(_form(money))
    return PaymentRequest(money.account_id, amount, day, chosen, reference or "", key, invoice or None)


def _form(money: AccountMoney) -> str:
    return f"payment_{money.account_id}"


def _draw_preview(actor: Actor, money: AccountMoney, request: PaymentRequest | None) -> None:
    if request is None:
        st.caption(plain(_("Enter the amount: here you see which invoices it pays before anything is booked.")))
        return
    with errors.shown() as outcome:
        preview = preview_payment(actor, request, today=today())
    if not outcome.ok:
        return
    _draw_card(preview)
    if st.button(_("Record payment"), type="primary", key="book", icon=":material/check:"):
        with errors.shown() as done:
            recorded = record_payment(actor, request, today())
        if done.ok:
            state.finish(_form(money))
            state.drop("amount")
            forget()
            state.flash(plain(_("{amount} was recorded.", amount=request.amount)))
            navigation.go("billing/payment", account=money.account_id, payment=recorded.payment_id)


def _draw_card(preview: PaymentPreview) -> None:
    lines = payments.paid_lines(preview.paid)
    if preview.balance:
        why = _("It pays the next invoice as soon as one is issued.")
        lines.append(CardLine(_("Balance in the account's favour"), words().money(preview.balance), why=why))
    lines.append(CardLine(_("Payment"), words().money(preview.total), strong=True))
    summary_card(_("What it will pay"), lines)


run()
