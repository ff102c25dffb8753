"""Add new subscription: product, plan, seats, billing plan, step by step, with the total in sight."""

from dataclasses import replace

import streamlit as st

from dashboard import errors, navigation, sign_in, state
from dashboard.cache import forget
from dashboard.components import flow_choice, flow_products, flow_terms
from dashboard.components.discount_request import discount_request
from dashboard.components.flow_account import complete_account
from dashboard.components.flow_choice import Choice, ItemKind, OrderItem, Step
from dashboard.components.flow_faults import field_fault
from dashboard.components.flow_summary import cart_summary, draw_steps, item_card, proceed_button, proceed_hint
from dashboard.components.headers import header
from dashboard.components.second_trial import ask_second_trial
from dashboard.components.sides import with_side
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, language
from services.commands.carts import add_to_cart, change_cart_line
from services.commands.orders import OrderRequest, place_order
from services.errors import Refusal, SelfServiceAccount
from services.permissions import Actor
from services.queries.accounts import account_card
from services.queries.carts import CartCard, cart_card, order_with_key
from services.queries.offers import Offers, ProductOffer, QuotedItem, offers, price_items
from services.queries.orders import preview_order


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    account_id = navigation.asked_id("account")
    found = offers(actor, account_id, today=today(), language=language())
    contact = f"{found.contact} <{found.contact_email}>" if found.contact else ""
    header(
        _("Add new subscription"),
        context=(found.account, found.code, found.currency, contact and _("for {contact}", contact=contact)),
    )
    if found.is_self_service:
        raise SelfServiceAccount
    cart = cart_card(actor, account_id, today=today())
    choice = _opened(account_id, cart)
    _follow_placed_trial(actor, choice)
    offer = found.product(choice.product) if choice.product else None
    choice = flow_choice.fitted(choice, offer)
    step = flow_choice.reached(choice, offer)
    draw_steps(choice, offer, step)
    if found.missing:
        complete_account(actor, account_card(actor, account_id, today()))
    if step is Step.PRODUCT or offer is None:
        _draw_products(actor, found, cart, choice)
    elif step is Step.PLAN:
        _draw_plans(choice, offer)
    elif step is Step.SEATS:
        _draw_seats(actor, found, cart, choice, offer)
    else:
        _draw_billing(actor, found, cart, choice, offer)


def _opened(account_id: int, cart: CartCard) -> Choice:
    """The choices of the URL; a cart line that is edited gives its own first."""
    choice = flow_choice.read(account_id)
    if choice.line is not None and not choice.product:
        line = cart.line(choice.line)
        choice = flow_choice.from_line(account_id, line.line_id, line.product, line.item)
        flow_choice.write(choice)
    return choice


def _follow_placed_trial(actor: Actor, choice: Choice) -> None:
    """A double click, a reload or a second tab finds the trial started and leads to its result."""
    order_id = order_with_key(actor, choice.account, choice.key) if choice.key else None
    if navigation.has_id("order"):  # the second click of two comes with the address of the result already
        order_id = navigation.asked_id("order")
    if order_id is not None:
        navigation.go("sales/placed", account=choice.account, order=order_id)


def _go_on(choice: Choice) -> None:
    flow_choice.write(choice)
    st.rerun()


def _back(choice: Choice, to: Step) -> None:
    if st.button(_("Back"), icon=":material/arrow_back:", key="back"):
        _go_on(replace(choice, step=to))


def _draw_products(actor: Actor, found: Offers, cart: CartCard, choice: Choice) -> None:
    main, side = with_side() if cart.lines else (st.container(), None)
    with main:
        clicked = flow_products.product_cards(found, {line.product: line.item.seats for line in cart.lines})
        ask_second_trial(actor, found)
    if side is not None:
        with side:
            if cart_summary(cart, found.currency):
                navigation.go("sales/checkout", account=found.account_id)
    if clicked:
        _go_on(flow_choice.chosen(choice, *clicked))


def _draw_plans(choice: Choice, offer: ProductOffer) -> None:
    plan = flow_products.plan_cards(choice, offer)
    _back(choice, Step.PRODUCT)
    if plan is not None:
        _go_on(replace(choice, plan=plan.plan, step=None))


def _draw_seats(actor: Actor, found: Offers, cart: CartCard, choice: Choice, offer: ProductOffer) -> None:
    is_trial = choice.kind is ItemKind.TRIAL
    main, side = with_side()
    with main, st.form("seats", border=False):
        seats = flow_terms.seats_field(choice, offer)
        fault = st.container()
        with st.container(horizontal=True):
            if is_trial and choice.line is not None:
                go, to_cart = False, st.form_submit_button(_("Proceed to Checkout"), type="primary", key="next")
            else:
                label = _("Start Trial") if is_trial else _("Next")
                go = st.form_submit_button(label, type="primary", key="next", disabled=is_trial and bool(found.missing))
                to_cart = is_trial and bool(cart.lines) and st.form_submit_button(_("Add to Cart"), key="add_trial")
        if is_trial and choice.line is None:
            st.caption(plain(_("Starts at once: instant access and a welcome mail; no payment, no invoice.")))
    with main:
        _back(choice, Step.PLAN if Step.PLAN in flow_choice.steps_of(choice, offer) else Step.PRODUCT)
    chosen = replace(choice, seats=seats)
    item = chosen.item(offer)
    with side:
        _draw_choice(actor, chosen, item)
    if not (go or to_cart) or item is None:
        return
    if (refused := _refusal(actor, chosen, offer)) is not None:
        with fault:
            field_fault(refused)
        return
    if to_cart:
        _add(actor, chosen, item)
    elif is_trial:
        _start_trial(actor, chosen, item)
    else:
        _go_on(replace(chosen, step=None))


def _refusal(actor: Actor, choice: Choice, offer: ProductOffer) -> Refusal | None:
    """Why the item cannot be, as far as it is chosen."""
    item = choice.item(offer)
    priced = price_items(actor, choice.account, [item], today=today()) if item else ()
    return next((one for one in priced if isinstance(one, Refusal)), None)


def _draw_choice(actor: Actor, choice: Choice, item: OrderItem | None) -> None:
    if item is not None:
        for quoted in price_items(actor, choice.account, [item], today=today()):
            if isinstance(quoted, QuotedItem):
                item_card(quoted)


def _start_trial(actor: Actor, choice: Choice, item: OrderItem) -> None:
    """The trial alone, at once."""
    key = choice.key or state.request_key(f"trial:{choice.account}:{choice.product}")
    request = OrderRequest(choice.account, key, (item,))
    with errors.shown() as outcome:
        preview = preview_order(actor, request, today=today())
        placed = place_order(actor, request, agreed=preview.total, today=today())
    if outcome.ok:
        forget()
        navigation.go("sales/placed", account=choice.account, order=placed.order_id)


def _draw_billing(actor: Actor, found: Offers, cart: CartCard, choice: Choice, offer: ProductOffer) -> None:
    main, side = with_side()
    plan = offer.plan(choice.plan) or offer.plans[0]

    def price(wanted: Choice) -> tuple[QuotedItem | Refusal, ...]:
        item = wanted.item(offer)
        if item is None:
            return ()
        if wanted.kind is ItemKind.CHANGE:
            variants = [replace(item, timing=timing) for timing in flow_terms.TIMINGS]
        else:
            variants = [replace(item, interval=interval) for interval in plan.intervals]
        return price_items(actor, wanted.account, variants, today=today())

    with main:
        if choice.kind is ItemKind.CHANGE:
            chosen, refusal = flow_terms.timing_fields(choice, offer, price)
        else:
            chosen, refusal = flow_terms.billing_fields(choice, found, offer, plan, price, today())
    flow_choice.write(chosen)
    item = chosen.item(offer)
    with side:
        _draw_choice(actor, chosen, flow_terms.worded(chosen).item(offer))
    with main:
        discount_request(actor, chosen.account, item, refusal)
        clicked = _draw_buttons(chosen, cart, disabled=refusal is not None)
    if clicked and item is not None:
        _add(actor, chosen, item)


def _draw_buttons(choice: Choice, cart: CartCard, *, disabled: bool) -> bool:
    """*Proceed to Checkout*; while the cart holds other items *Add to Cart* takes its place."""
    others = [line for line in cart.lines if line.line_id != choice.line]
    adds = bool(others) and choice.line is None
    with st.container(horizontal=True):
        if adds:
            clicked = st.button(_("Add to Cart"), type="primary", key="add", disabled=disabled)
        else:
            clicked = proceed_button("proceed", disabled=disabled)
        _back(choice, Step.SEATS)
    if not adds:
        proceed_hint()
    return clicked


def _add(actor: Actor, choice: Choice, item: OrderItem) -> None:
    """Put the item into the cart, or change the line that is edited; then to the checkout, or to the next product."""
    is_first = not cart_card(actor, choice.account, today=today()).lines
    with errors.shown() as outcome:
        if choice.line is not None:
            change_cart_line(actor, choice.account, choice.line, item, today=today())
        else:
            add_to_cart(actor, choice.account, item, today=today())
    if not outcome.ok:
        return
    forget()
    if is_first or choice.line is not None:
        navigation.go("sales/checkout", account=choice.account)
    state.flash(_("Added to the cart. Proceed to the checkout, or add another product."))
    _go_on(Choice(choice.account))


run()
