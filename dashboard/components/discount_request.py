"""Asking a second person for a discount over one's limit, where the refusal stands."""

import streamlit as st

from dashboard import errors, state
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _
from services.commands.approvals import ask_approval
from services.deeds.approvals.discount import discount
from services.errors import DiscountOverLimit, Refusal
from services.permissions import Actor, Permission
from services.queries.approvals import ApprovalKind, list_approvals
from services.rules.order_items import OrderItem


def discount_request(actor: Actor, account_id: int, item: OrderItem | None, refusal: Refusal | None) -> None:
    """Offer to ask, where the item's discount is over the limit; once approved, the same discount is accepted."""
    if not isinstance(refusal, DiscountOverLimit) or item is None or item.discount is None:
        return
    if not actor.may(Permission.ASK_APPROVALS):
        return
    key = f"discount:{account_id}:{item.plan}:{item.discount}"
    asked = discount(item.plan, item.discount, item.discount_reason, request_key=state.request_key(key))
    waiting = list_approvals(actor, kind=ApprovalKind.DISCOUNT, account_id=account_id, limit=100).rows
    if any(asked.wanted.items() <= row.wanted.items() for row in waiting):
        told = _("This discount is asked for. Once it is approved, order with the same plan and discount.")
        st.info(plain(told), icon=":material/hourglass_top:")
        return
    if st.button(_("Ask for approval"), key="ask_discount", icon=":material/how_to_reg:"):
        with errors.shown() as outcome:
            ask_approval(actor, account_id, asked, today())
        if outcome.ok:
            state.finish(key)
            state.flash(plain(_("Asked for. A sales manager decides under Approvals.")))
            st.rerun()
