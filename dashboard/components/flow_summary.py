"""The wizard's steps with what was chosen, and the summary that stays in sight: the item, the cart, the total."""

import streamlit as st

from dashboard.components.cards import CardLine, steps, summary_card
from dashboard.components.flow_choice import Choice, Step, steps_of
from dashboard.components.text import plain
from dashboard.words import _, words
from data.money import Money
from services.queries.carts import CartCard
from services.queries.offers import ProductOffer
from services.rules.ordering import ItemKind, QuotedItem
from services.words.labels import label
from services.words.orders import discount_words, unit_price


def draw_steps(choice: Choice, offer: ProductOffer | None, current: Step) -> None:
    """All steps, each with what was chosen on it; the review and the order follow on the checkout."""
    listed = steps_of(choice, offer)
    names = [_step_name(step, choice, offer) for step in listed]
    names += [_("Order")] if choice.kind is ItemKind.TRIAL else [_("Review and payment")]
    steps(names, listed.index(current))


def _step_name(step: Step, choice: Choice, offer: ProductOffer | None) -> str:
    plan = offer.plan(choice.plan) if offer else None
    if step is Step.PRODUCT:
        return _("Product: {name}", name=offer.name) if offer and choice.kind else _("Product")
    if step is Step.PLAN:
        return _("Plan: {name}", name=plan.name) if plan else _("Plan tier")
    if step is Step.SEATS:
        return _("Seats: {n}", n=choice.seats) if choice.seats is not None else _("Seats")
    if choice.kind is ItemKind.CHANGE:
        return _("Timing")
    return _("Billing plan")


def item_card(quoted: QuotedItem) -> None:
    """The item that is being chosen, with what is due today."""
    item = quoted.item
    seats = words().number(item.seats)
    if quoted.seats_before:
        seats = f"{words().number(quoted.seats_before)} → {seats}"
    lines = [
        CardLine(_("Product"), quoted.plan.product_name),
        CardLine(_("Plan"), quoted.plan.name),
        CardLine(_("Seats"), seats),
    ]
    if item.kind is ItemKind.TRIAL:
        note = _("No payment, no invoice.")
        lines.append(CardLine(_("Free trial"), words().period(quoted.period)))
    else:
        note = _("Plus tax, which the review shows. Renews on {day}.", day=words().day_long(quoted.period.end))
        lines.append(CardLine(_("Billing plan"), label(quoted.price.interval, words())))
        lines.append(CardLine(_("Plan price"), unit_price(quoted.price, words())))
        lines.append(CardLine(_("Billing period"), words().period(quoted.period)))
        discount = discount_words(quoted.discount, quoted.price, words())
        if discount:
            lines.append(CardLine(_("Discount"), discount))
    lines.append(CardLine(_("Due today"), words().money(quoted.net), strong=True))
    summary_card(_("Your choice"), lines, note=note)


def cart_summary(cart: CartCard, currency: str) -> bool:
    """What waits in the cart and its running total; True when *Proceed to Checkout* was clicked."""
    quoted = [line.quoted for line in cart.lines if line.quoted is not None]
    lines = [
        CardLine(f"{line.product_name} · {words().tn('{n} seat', '{n} seats', line.item.seats)}", _line_amount(line))
        for line in cart.lines
    ]
    total = Money.total((one.net for one in quoted), currency)
    lines.append(CardLine(_("Total before tax"), words().money(total), strong=True))
    summary_card(_("Cart"), lines, note=cart.note or None)
    clicked = proceed_button("proceed_cart")
    proceed_hint()
    return clicked


def _line_amount(line: object) -> str:
    quoted = getattr(line, "quoted", None)
    if quoted is None:
        return _("cannot be ordered")
    return _("free trial") if quoted.item.kind is ItemKind.TRIAL else words().money(quoted.net)


def proceed_button(key: str, *, disabled: bool = False) -> bool:
    """*Proceed to Checkout*."""
    return st.button(_("Proceed to Checkout"), type="primary", key=key, disabled=disabled)


def proceed_hint() -> None:
    """What *Proceed to Checkout* does, below it."""
    st.caption(plain(_("Moves to the review; nothing is charged yet")))
