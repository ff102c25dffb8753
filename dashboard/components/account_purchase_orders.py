"""The purchase orders of an account: what is left of each, and the form to add or change one."""

from __future__ import annotations

import streamlit as st

from dashboard import errors, state
from dashboard.components.amounts import amount_of
from dashboard.components.badges import badge_text
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _
from data.money import Money
from services.commands.purchase_orders import close_purchase_order, save_purchase_order
from services.permissions import Actor, Permission
from services.queries.accounts import AccountCard, PurchaseOrderCard
from services.rules.purchase_order_form import LIMIT, PurchaseOrderForm


def draw_purchase_orders(actor: Actor, card: AccountCard) -> None:
    """The account's purchase orders, open ones first."""
    may_edit = actor.may(Permission.EDIT_ACCOUNTS) and not card.is_self_service
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{plain(_('Purchase orders'))}**", width="content")
            if may_edit:
                with st.popover(
                    _("Add purchase order"),
                    icon=":material/add:",
                    key=f"add_po_{len(card.purchase_orders)}",
                    type="tertiary",
                ):
                    _draw_form(actor, card, None)
        if not card.purchase_orders:
            required = card.form.po_required
            st.caption(
                _("None yet, and this account orders only with one.")
                if required
                else _("None. One can be added any time.")
            )
        for po in card.purchase_orders:
            _draw_one(actor, card, po, may_edit)


def _draw_one(actor: Actor, card: AccountCard, po: PurchaseOrderCard, may_edit: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(f"**{plain(po.form.number)}** {_badge(po)}  \n:gray[{plain(_told(po))}]", width="stretch")
        if may_edit:
            with st.popover(_("Edit"), key=f"po_{po.po_id}_{po.version}_edit", type="tertiary", icon=":material/edit:"):
                _draw_form(actor, card, po)
                if not po.is_closed and st.button(_("Close this purchase order"), key=f"po_{po.po_id}_close"):
                    with errors.shown() as outcome:
                        close_purchase_order(actor, card.account_id, po.po_id, version=po.version)
                    _done(outcome, _("Purchase order {number} was closed.", number=po.form.number))


def _badge(po: PurchaseOrderCard) -> str:
    if po.is_closed:
        return badge_text("ended", _("closed"))
    if po.is_over(today()):
        return badge_text("overdue", _("expired"))
    return badge_text("active", _("open"))


def _told(po: PurchaseOrderCard) -> str:
    parts = [_("valid through {day}", day=po.form.expires_on) if po.form.expires_on else _("without end")]
    if po.form.cap is not None and po.left is not None:
        parts.append(_("{left} left of {cap}", left=po.left, cap=po.form.cap))
    elif po.used is not None:
        parts.append(_("{used} invoiced, no cap", used=po.used))
    return " · ".join(parts)


def _draw_form(actor: Actor, card: AccountCard, po: PurchaseOrderCard | None) -> None:
    form = po.form if po else PurchaseOrderForm()
    currency = card.form.currency
    with st.form(f"po_form_{po.po_id if po else 'new'}_{len(card.purchase_orders)}", border=False):
        number = st.text_input(_("PO number"), value=form.number, max_chars=LIMIT)
        expires_on = st.date_input(
            _("Valid through"), value=form.expires_on, format="DD/MM/YYYY", help=_("Its last day; empty for no end.")
        )
        cap = st.text_input(
            _("Cap in {currency}", currency=currency or "–"),
            value=str(form.cap.major) if form.cap else "",
            placeholder="5000.00",
            help=_("The most its invoices may come to, with tax; empty for no cap."),
        )
        saved = st.form_submit_button(_("Save purchase order"))
    if saved:
        with errors.shown() as outcome:
            entered = PurchaseOrderForm(number or "", expires_on, _amount(cap or "", currency))
            save_purchase_order(
                actor,
                card.account_id,
                entered,
                po_id=po.po_id if po else None,
                version=po.version if po else None,
                today=today(),
            )
        _done(outcome, _("Purchase order {number} was saved.", number=number or ""))


def _amount(text: str, currency: str) -> Money | None:
    """What was typed, with a comma or a point for the decimals; raises `Invalid`."""
    return amount_of(text, currency, "po_cap") if text.strip() else None


def _done(outcome: errors.Outcome, text: str) -> None:
    if outcome.ok:
        state.flash(plain(text))
        st.rerun()
