"""One subscription or trial: what runs, until when, its seats, and what happened to it."""

import streamlit as st

from dashboard import navigation, sign_in
from dashboard.components.account_tables import draw_happened, mrr_help
from dashboard.components.cards import facts
from dashboard.components.headers import header
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.scheduled_changes import draw_scheduled
from dashboard.components.subscription_end import subscription_end
from dashboard.components.trial_actions import trial_actions
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor, Permission
from services.queries.lifecycle import paid_life, trial_life
from services.queries.scheduled import scheduled_changes
from services.queries.subscriptions import SubscriptionCard, subscription_card
from services.words.labels import label


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    account_id, subscription_id = navigation.asked_id("account"), navigation.asked_id("subscription")
    card = subscription_card(actor, account_id, subscription_id, today())
    may_change = actor.may(Permission.USE_CART) and card.status == "active" and not card.is_self_service
    clicked = header(
        f"{card.product_name} – {card.plan_name}",
        context=(card.account, card.reference),
        status=("past_due", _("past due")) if card.is_past_due else (card.status.value, label(card.status, words())),
        button=_("Change subscription") if may_change else None,
        key="change",
        icon=":material/tune:",
    )
    if clicked:
        navigation.go("sales/change", account=account_id, subscription=subscription_id)
    key_figures(_figures(card))
    with st.container(border=True):
        facts(_facts(card), columns=4)
    waiting = scheduled_changes(actor, account_id, subscription_id)
    draw_scheduled(actor, waiting, today(), may_change=not card.is_self_service)
    _draw_links(actor, card, may_change=may_change)
    if card.is_trial:
        with st.container(border=True):
            trial_actions(actor, trial_life(actor, account_id, subscription_id, today()))
    else:
        subscription_end(actor, paid_life(actor, account_id, subscription_id, today()))
    st.subheader(_("Activity"), anchor=False)
    for happened in card.events:
        draw_happened(happened)


def _figures(card: SubscriptionCard) -> list[Figure]:
    assigned = _("{assigned} of {seats}", assigned=card.assigned, seats=card.seats)
    listed = [Figure(_("Seats assigned"), assigned, _("Seats given to licensed users, of those bought."))]
    if card.is_trial:
        return [
            *listed,
            Figure(_("Ends on"), words().day(card.ends_on or card.period.end), _("The first day after the trial.")),
        ]
    return [
        *listed,
        Figure(_("MRR"), words().money(card.mrr), mrr_help()),
        Figure(
            _("Next renewal"),
            words().day(card.renews_on) if card.renews_on else "–",
            _("The day on which it renews by itself and the next period is billed."),
        ),
        Figure(
            _("Last day to act"),
            words().day(card.act_until) if card.act_until else "–",
            _("Changes of the renewal are to be made up to this day."),
        ),
    ]


def _facts(card: SubscriptionCard) -> list[tuple[str, str]]:
    pairs = [(_("Billing period"), words().period(card.period)), (_("Start"), words().day(card.starts_on))]
    if not card.is_trial:
        discount = ""
        if card.negotiated_amount is not None:
            price = words().unit_price(card.negotiated_amount, card.mrr.currency)
            discount = _("{price} a seat, negotiated", price=price)
        elif card.discount_percent is not None:
            discount = words().percent(card.discount_percent)
        reason = f" ({card.discount_reason})" if card.discount_reason else ""
        pairs += [
            (_("Billing plan"), label(card.interval, words())),
            (_("Price list"), card.price_version),
            (_("Discount"), f"{discount}{reason}" if discount else ""),
            (_("Purchase order"), card.po_number),
        ]
    return pairs


def _draw_links(actor: Actor, card: SubscriptionCard, *, may_change: bool) -> None:
    ids = {"account": card.account_id}
    with st.container(horizontal=True, gap="medium"):
        navigation.link(card.account, "sales/account", icon=":material/domain:", **ids)
        if card.order_id is not None:
            told = _("Order {number}", number=card.order_number)
            navigation.link(told, "sales/order", icon=":material/receipt:", order=card.order_id, **ids)
        if may_change:
            icon = ":material/group_add:"
            navigation.link(_("Add seats"), "sales/subscribe", icon=icon, kind="change", product=card.product, **ids)
        if actor.may(Permission.CHANGE_SEATS) and card.status.is_live and not card.is_self_service:
            navigation.link(
                _("Assign seats"),
                "seats/assign",
                icon=":material/event_seat:",
                subscription=card.subscription_id,
                **ids,
            )


run()
