"""One order: who ordered what, on which evidence, and the documents it led to."""

import pandas as pd
import streamlit as st

from dashboard import navigation, sign_in
from dashboard.components.cards import facts
from dashboard.components.columns import Column, Kind
from dashboard.components.headers import header
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.ordered_lines import interval_words, plan_words, seats_words, when_words
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.permissions import Actor, Permission
from services.queries.orders import OrderCard, order_card
from services.words.labels import enum_words


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    account_id = navigation.asked_id("account")
    order = order_card(actor, account_id, navigation.asked_id("order"))
    header(_("Order {number}", number=order.number), context=(order.account, words().day_long(order.placed_on)))
    key_figures(
        [
            Figure(_("Subtotal"), words().money(order.subtotal), _("Charges less credits, before tax.")),
            Figure(_("Tax"), words().money(order.tax), _("Tax of the invoice less tax of the credit note.")),
            Figure(_("Total"), words().money(order.total), _("What the customer paid or pays for this order.")),
        ]
    )
    _draw_lines(order)
    with st.container(border=True):
        facts(_facts(order), columns=4)
    _draw_links(actor, order)


def _draw_lines(order: OrderCard) -> None:
    kinds = {"purchase": _("Purchase"), "trial": _("Trial"), "change": _("Change")}
    rows = [
        {
            "account_id": order.account_id,
            "subscription_id": line.subscription_id,
            "product": f"{line.product} – {plan_words(line)}",
            "kind": " · ".join([kinds.get(line.kind, line.kind), *when_words(line)]),
            "seats": seats_words(line),
            "interval": "" if line.kind == "trial" else interval_words(line),
            "discount": words().percent(line.discount_percent) if line.discount_percent is not None else "",
            "reason": line.discount_reason,
            "net": line.net.minor,
            "currency": line.net.currency,
        }
        for line in order.lines
    ]
    table(
        pd.DataFrame(rows).astype(object),
        [
            Column("product", _("Product")),
            Column("kind", _("Kind")),
            Column("seats", _("Seats")),
            Column("interval", _("Billing plan")),
            Column("discount", _("Discount")),
            Column("reason", _("Reason")),
            Column("net", _("Net"), Kind.MONEY, is_summed=True),
        ],
        key="order_lines",
        name=_("Items"),
        empty=_("Nothing was ordered yet."),
        detail=Detail("sales/subscription", {"account": "account_id", "subscription": "subscription_id"}),
    )


def _facts(order: OrderCard) -> list[tuple[str, str]]:
    evidence = {"purchase_order": _("Purchase order"), "mail": _("Mail"), "call": _("Call")}
    told = ": ".join(part for part in (evidence.get(order.evidence, ""), order.evidence_reference) if part)
    means = enum_words("PaymentMeans", words()).get(order.payment_means, "")
    return [
        (_("Ordered by"), order.ordered_by),
        (_("Placed by"), order.placed_by),
        (_("Evidence"), told),
        (_("File"), order.evidence_file),
        (_("Payment means"), means),
        (_("Purchase order"), order.po_number),
    ]


def _draw_links(actor: Actor, order: OrderCard) -> None:
    with st.container(horizontal=True, gap="medium"):
        navigation.link(order.account, "sales/account", icon=":material/domain:", account=order.account_id)
        for document_id, _kind, number, total in order.documents:
            told = f"{number} · {words().money(total)}"
            if actor.may(Permission.SEE_INVOICES):
                ids = {"account": order.account_id, "document": document_id}
                navigation.link(told, "billing/invoice", icon=":material/receipt_long:", **ids)
            else:
                st.markdown(plain(told), width="content")


run()
