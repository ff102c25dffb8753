"""The head of an account's page: name, whether it can order, whom one acts for, what one can do, key figures."""

from __future__ import annotations

import streamlit as st

from dashboard import cache, errors, navigation, state
from dashboard.components.account_readiness import draw_missing, status_of
from dashboard.components.account_tables import mrr_help
from dashboard.components.headers import header
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from data.money import Money
from services.commands.carts import repeat_order
from services.permissions import Actor, Permission
from services.queries.accounts import AccountCard, account_card
from services.words import texts


def draw_head(actor: Actor, card: AccountCard) -> None:
    """Everything above the tabs."""
    form = card.form
    may_sell = actor.may(Permission.USE_CART) and not card.is_self_service
    clicked = header(
        form.legal_name,
        context=(
            form.code,
            words().country(form.country) if form.country else "",
            form.currency,
            card.seller_name,
            card.rep_name or (card.team_name and _("Team {name}", name=card.team_name)) or _("no representative"),
        ),
        status=status_of(card),
        button=_("Add new subscription") if may_sell else None,
        key="add_subscription",
        icon=":material/add_shopping_cart:",
    )
    if clicked:
        navigation.go("sales/subscribe", account=card.account_id)
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small", wrap=True
    ):
        _draw_billing_contact(card)
        _draw_actions(actor, card, may_sell)
    draw_missing(actor, card)
    key_figures(_figures(actor, card))


def _draw_billing_contact(card: AccountCard) -> None:
    contact = card.billing_contact
    if contact is None:
        st.markdown(f":gray[:material/person_off: {plain(_('No billing contact yet'))}]", width="content")
        return
    told = f"**{plain(contact.form.name)}** · {plain(contact.form.email)}"
    if contact.form.phone:
        told += f" · {plain(contact.form.phone)}"
    st.markdown(f":material/person: :gray[{plain(_('Billing contact'))}] {told}", width="content")


def _draw_actions(actor: Actor, card: AccountCard, may_sell: bool) -> None:
    with st.container(horizontal=True, width="content", gap="small"):
        if may_sell and card.cart_lines:
            text = words().tn("Cart ({n} item)", "Cart ({n} items)", card.cart_lines)
            if st.button(text, key="open_cart", icon=":material/shopping_cart:"):
                navigation.go("sales/checkout", account=card.account_id)
        if may_sell and card.has_orders:
            help_text = _("Puts the items of the last order into the cart, at today's prices.")
            if st.button(_("Repeat order"), key="repeat_order", icon=":material/replay:", help=help_text):
                _repeat(actor, card)
        may_edit = actor.may(Permission.EDIT_ACCOUNTS) and not card.is_self_service
        if may_edit and st.button(_("Edit account"), key="edit_account", icon=":material/edit:"):
            navigation.go("sales/account_edit", account=card.account_id)


def _repeat(actor: Actor, card: AccountCard) -> None:
    with errors.shown() as outcome:
        refusals = repeat_order(actor, card.account_id, today=today())
    if outcome.ok:
        cache.forget()
        for refusal in refusals:
            state.flash(plain(texts.sentence(refusal, words())), "warning")
        if not account_card(actor, card.account_id, today()).cart_lines:
            st.rerun()  # nothing of it can be ordered again: the account says why
        if not refusals:
            state.flash(_("The items of the last order are in the cart, at today's prices."))
        navigation.go("sales/checkout", account=card.account_id)


def _figures(actor: Actor, card: AccountCard) -> list[Figure]:
    figures = card.figures
    running = words().tn("{n} subscription", "{n} subscriptions", figures.subscriptions)
    if figures.trials:
        running += " + " + words().tn("{n} trial", "{n} trials", figures.trials)
    listed = [Figure(_("MRR"), _money(figures.mrr), mrr_help())]
    if actor.may(Permission.SEE_INVOICES):
        listed += [
            Figure(_("To pay"), _money(figures.open), _("Left to pay on all invoices.")),
            Figure(
                _("Overdue"),
                _money(figures.overdue),
                _("Left to pay on invoices whose due date is over: {n}.", n=figures.overdue_invoices),
            ),
        ]
    listed += [
        Figure(
            _("Seats assigned"),
            _("{assigned} of {seats}", assigned=figures.assigned, seats=figures.seats),
            _("Seats given to licensed users, of those of running subscriptions and trials."),
        ),
        Figure(
            _("Next renewal"),
            words().day(figures.renews_on) if figures.renews_on else "–",
            _("The next day on which a paid subscription renews by itself. Running: {running}.", running=running),
        ),
    ]
    return listed


def _money(amount: Money | None) -> str:
    return words().money(amount) if amount is not None else "–"
