"""The first steps of the wizard: product cards with Buy, Try and Add seats, and plan tiers side by side."""

from collections.abc import Mapping

import streamlit as st

from dashboard.components.badges import badge
from dashboard.components.flow_choice import Choice
from dashboard.components.text import plain
from dashboard.words import _, words
from services.errors import Refusal, TrialNotOffered, TrialUsedUp
from services.queries.offers import Offers, OwnedOffer, PlanOffer, ProductOffer
from services.rules.ordering import ItemKind
from services.words.labels import label
from services.words.orders import unit_price

_CARD_WIDTH = 250


def product_cards(offers: Offers, in_cart: Mapping[str, int]) -> tuple[ProductOffer, ItemKind] | None:
    """The products, those the account does not have first; what was clicked. `in_cart`: product → seats that wait."""
    clicked = None
    fresh = [offer for offer in offers.products if offer.owned is None]
    owned = [offer for offer in offers.products if offer.owned is not None]
    for title, listed in ((_("New for this account"), fresh), (_("Already with this account"), owned)):
        if not listed:
            continue
        st.markdown(f"**{plain(title)}**")
        with st.grid(3, min_column_width=_CARD_WIDTH, gap="small"):
            for offer in listed:
                clicked = _product_card(offer, in_cart.get(offer.product)) or clicked
    return clicked


def _product_card(offer: ProductOffer, waiting: int | None) -> tuple[ProductOffer, ItemKind] | None:
    clicked = None
    with st.container(border=True, height="stretch", gap="xsmall", key=f"product_{offer.product}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(offer.name)}**", width="content")
            if offer.owned is not None:
                badge(offer.owned.status.value, label(offer.owned.status, words()))
        st.caption(plain(offer.description))
        told = [_owned_line(offer.owned)] if offer.owned else [_price_line(offer)]
        told.append(_trial_line(offer))
        st.markdown("  \n".join(f":small[{plain(text)}]" for text in told))
        if waiting is not None:
            replaced = words().tn("In the cart: {n} seat. Choosing again replaces it.",
                                  "In the cart: {n} seats. Choosing again replaces them.", waiting)  # fmt: skip
            st.markdown(f":small[:orange[:material/shopping_cart: {plain(replaced)}]]")
        st.space("stretch")
        with st.container(horizontal=True, gap="small"):
            if offer.may_buy and st.button(_("Buy"), key=f"buy_{offer.product}"):
                clicked = (offer, ItemKind.PURCHASE)
            if offer.trial_refusal is None and st.button(_("Try"), key=f"try_{offer.product}"):
                clicked = (offer, ItemKind.TRIAL)
            may_add = offer.owned is not None and offer.owned.may_add_seats
            if may_add and st.button(_("Add seats"), key=f"seats_{offer.product}"):
                clicked = (offer, ItemKind.CHANGE)
    return clicked


def _price_line(offer: ProductOffer) -> str:
    prices = [plan.prices[0] for plan in offer.plans if plan.prices]
    paid = [price for price in prices if any(tier.unit_amount for tier in price.tiers)]
    if not paid:
        return _("No price in this account's currency")
    cheapest = min(paid, key=lambda price: (price.interval.months, min(tier.unit_amount for tier in price.tiers)))
    return unit_price(cheapest, words(), is_lowest=len(prices) > 1)


def _owned_line(owned: OwnedOffer) -> str:
    return f"{owned.plan_name} · {words().tn('{n} seat', '{n} seats', owned.seats)}"


def _trial_line(offer: ProductOffer) -> str:
    refusal = offer.trial_refusal
    if refusal is None:
        return _("Free trial: {days} days, up to {seats} seats", days=offer.trial_days, seats=offer.trial_seats)
    return _why_no_trial(refusal, offer)


def _why_no_trial(refusal: Refusal, offer: ProductOffer) -> str:
    if isinstance(refusal, TrialNotOffered):
        return _("No free trial for this product")
    if isinstance(refusal, TrialUsedUp):
        return _("Trial used up; possible again from {day}", day=refusal.values["again_on"])
    owned = offer.owned
    if owned is not None and owned.is_trial:
        return _("The trial runs until {day}", day=owned.ends_on)
    if owned is not None and not owned.may_add_seats:
        return _("Seats can be added once the subscription is active")
    return _("No trial: the account has this product") if owned is not None else _("No trial in this currency")


def plan_cards(choice: Choice, offer: ProductOffer) -> PlanOffer | None:
    """The plan tiers side by side, lowest rank first; the one that was clicked."""
    clicked = None
    with st.grid(len(offer.plans), min_column_width=220, gap="small"):
        for plan in offer.plans:
            if _plan_card(choice, plan):
                clicked = plan
    return clicked


def _plan_card(choice: Choice, plan: PlanOffer) -> bool:
    is_chosen = plan.plan == choice.plan
    with st.container(border=True, height="stretch", gap="small", key=f"plan_{plan.plan}"):
        mark = ":violet[:material/check_circle:] " if is_chosen else ""
        st.markdown(f"{mark}**{plain(plan.name)}**")
        told = [f"{label(price.interval, words())} · {unit_price(price, words())}" for price in plan.prices]
        st.markdown("  \n".join(plain(text) for text in told))
        if not plan.prices:
            st.caption(plain(_("No price in this account's currency")))
        saving = plan.saving(1)
        if saving:
            st.badge(plain(_("Annual saves {amount} per seat", amount=saving)), color="green")
        st.markdown("\n".join(f"- :small[{plain(text)}]" for text in plan.includes))
        if plan.minimum_seats > 1 and choice.kind is not ItemKind.TRIAL:
            st.caption(plain(_("At least {n} seats", n=plan.minimum_seats)))
        st.space("stretch")
        return st.button(
            _("Choose {plan}", plan=plan.name),
            key=f"choose_{plan.plan}",
            disabled=not plan.prices,
            width="stretch",
        )
