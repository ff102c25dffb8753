"""One account: ready or not, key figures, and tabs of what it has."""

from dashboard import navigation, sign_in
from dashboard.components.account_contacts import draw_contacts
from dashboard.components.account_details import draw_details
from dashboard.components.account_head import draw_head
from dashboard.components.account_payments import draw_payments
from dashboard.components.account_tables import (
    draw_activity,
    draw_invoices,
    draw_orders,
    draw_subscriptions,
    draw_users,
)
from dashboard.components.filters import choice
from dashboard.day import today
from dashboard.words import _
from services.queries.accounts import account_card

TABS = {
    "subscriptions": lambda: _("Subscriptions and trials"),
    "orders": lambda: _("Orders"),
    "invoices": lambda: _("Invoices"),
    "payments": lambda: _("Payments"),
    "contacts": lambda: _("Contacts"),
    "users": lambda: _("Licensed users"),
    "details": lambda: _("Details"),
    "activity": lambda: _("Activity"),
}


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    card = account_card(actor, navigation.asked_id("account"), today())
    draw_head(actor, card)
    names = {code: name() for code, name in TABS.items()}
    tab = choice("tab", _("Section"), names, shape="segments", width="stretch", hide_label=True)
    match tab:
        case "orders":
            draw_orders(actor, card.account_id)
        case "invoices":
            draw_invoices(actor, card.account_id, today())
        case "payments":
            draw_payments(actor, card.account_id, card.form.currency)
        case "contacts":
            draw_contacts(actor, card)
        case "users":
            draw_users(actor, card.account_id, today())
        case "details":
            draw_details(actor, card)
        case "activity":
            draw_activity(actor, card.account_id)
        case _other:
            draw_subscriptions(actor, card.account_id, today(), may_change=not card.is_self_service)


run()
