"""The checkout: which lines to order, the review, who ordered and how it is paid, and Place Order."""

import streamlit as st

from dashboard import errors, navigation, sign_in, state
from dashboard.cache import forget
from dashboard.components import checkout_lines, checkout_papers
from dashboard.components.cards import steps
from dashboard.components.checkout_cart import draw_other_ways
from dashboard.components.checkout_fields import Entered, Fields
from dashboard.components.checkout_lines import Chosen
from dashboard.components.checkout_review import agreed_total, forget_review, is_tried, mark_tried, show_rest
from dashboard.components.checkout_totals import addresses, read_out, totals_card
from dashboard.components.empty import empty
from dashboard.components.flow_account import complete_account
from dashboard.components.headers import header
from dashboard.components.sides import with_side
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from data.money import Money
from services.commands.carts import remove_from_cart, repeat_order, save_checkout, send_proposal
from services.commands.orders import OrderRequest, place_order
from services.errors import SelfServiceAccount
from services.permissions import Actor
from services.queries.accounts import AccountCard, account_card
from services.queries.carts import CartCard, cart_card, order_with_key, request_key
from services.queries.orders import OrderPreview, preview_order
from services.words.texts import sentence


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    account_id = navigation.asked_id("account")
    card = account_card(actor, account_id, today())
    _follow_placed(actor, account_id)
    contact = card.billing_contact
    named = f"{contact.form.name} <{contact.form.email}>" if contact else ""
    header(_("Checkout"), context=(card.form.legal_name, card.form.code, named and _("for {contact}", contact=named)))
    if card.is_self_service:
        raise SelfServiceAccount
    steps([_("Product"), _("Plan tier"), _("Seats"), _("Billing plan"), _("Review and payment")], 4)
    cart = cart_card(actor, account_id, today=today())
    if not cart.lines:
        _draw_empty(actor, account_id)
        return
    complete_account(actor, card)
    main, side = with_side()
    with main:
        chosen = checkout_lines.draw_lines(cart)
        draw_other_ways(actor, cart)
        accepted = checkout_lines.accept_new_period(account_id, chosen.lines, is_missed=is_tried(account_id))
        fields = Fields(card, cart)
        entered = _draw_fields(fields, card, chosen)
    request = _request(account_id, chosen, entered)
    preview = preview_order(actor, request, today=today())
    with main:
        fields.show_faults(preview, is_tried=is_tried(account_id))
        checkout_lines.other_item_faults(chosen, preview.item_refusals)
    left_out = [str(line.line_id) for line in cart.lines if line not in chosen.lines]
    kept = fields.kept(left_out)
    with side:
        _draw_side(actor, card, cart, fields, request, preview, accepted=accepted, kept=kept)
    if chosen.edit is not None or chosen.remove is not None:
        _leave(actor, account_id, chosen, kept)


def _follow_placed(actor: Actor, account_id: int) -> None:
    """A double click, a reload or a second tab finds the order placed and leads to its result."""
    key = st.query_params.get("key", "")
    order_id = order_with_key(actor, account_id, key) if key else None
    if navigation.has_id("order"):  # the second click of two comes with the address of the result already
        order_id = navigation.asked_id("order")
    if order_id is not None:
        navigation.go("sales/placed", account=account_id, order=order_id)


def _draw_empty(actor: Actor, account_id: int) -> None:
    st.query_params.pop("key", None)
    if empty(_("The cart is empty."), icon="shopping_cart", button=_("Add new subscription")):
        navigation.go("sales/subscribe", account=account_id)
    if st.button(_("Repeat the last order"), icon=":material/replay:", key="repeat"):
        with errors.shown() as outcome:
            left_out = repeat_order(actor, account_id, today=today())
        if outcome.ok:
            for refusal in left_out:
                state.flash(plain(sentence(refusal, words())), "warning")
            st.rerun()


def _draw_fields(fields: Fields, card: AccountCard, chosen: Chosen) -> Entered:
    quoted = [line.quoted for line in chosen.lines if line.quoted is not None]
    return fields.draw(
        asks_evidence=any(line.item.kind != "trial" for line in chosen.lines),
        is_invoiced=any(due.amount for one in quoted for due in one.lines),
        asks_vat=card.form.is_business,
    )


def _request(account_id: int, chosen: Chosen, entered: Entered) -> OrderRequest:
    """The request, its figures as if a new period were accepted: the tick is asked for when it is placed."""
    key = request_key(account_id, [line.line_id for line in chosen.lines])
    if chosen.lines and st.query_params.get("key") != key:
        st.query_params["key"] = key
    return OrderRequest(
        account_id=account_id,
        request_key=key,
        items=tuple(line.item for line in chosen.lines),
        contact_id=entered.contact_id,
        evidence=entered.evidence,
        evidence_reference=entered.evidence_reference,
        evidence_file=entered.evidence_file,
        payment_means=entered.payment_means,
        po_id=entered.po_id,
        vat_number=entered.vat_number,
        order_with_vat=entered.order_with_vat,
        accepts_new_period=True,
    )


def _draw_side(
    actor: Actor,
    card: AccountCard,
    cart: CartCard,
    fields: Fields,
    request: OrderRequest,
    preview: OrderPreview,
    *,
    accepted: bool,
    kept: dict[str, object],
) -> None:
    account_id = card.account_id
    if preview.items:
        read_out(preview, card.form.language)
    totals_card(preview)
    agreed = agreed_total(account_id, request, preview)
    addresses(preview)
    place = st.button(_("Place Order"), type="primary", width="stretch", key="place", disabled=not request.items)
    fault = st.container()
    with st.container(horizontal=True, gap="small"):
        if preview.is_payment_due:
            if st.button(_("Draft invoice"), icon=":material/description:", key="draft"):
                checkout_papers.show_draft(actor, request, today())
            if st.button(_("Send for review"), icon=":material/send:", key="send"):
                _send(actor, request)
        if preview.items and st.button(_("Mails"), icon=":material/mail:", key="mails"):
            checkout_papers.show_mails(actor, request, today())
        if st.button(_("Save and continue later"), icon=":material/bookmark:", key="save"):
            _save(actor, account_id, kept)
    if not place:
        if is_tried(account_id) and not (preview.may_be_placed and accepted):
            show_rest(fields, preview)
        return
    if not preview.may_be_placed or not accepted:
        mark_tried(account_id)
        st.rerun()
    with fault:
        _place(actor, cart, request, agreed)


def _place(actor: Actor, cart: CartCard, request: OrderRequest, agreed: Money) -> None:
    with errors.shown() as outcome:
        placed = place_order(actor, request, agreed=agreed, today=today())
        if cart.checkout:
            save_checkout(actor, request.account_id, {})
    if not outcome.ok:
        return
    forget_review(request.account_id)
    forget()
    navigation.go("sales/placed", account=request.account_id, order=placed.order_id)


def _send(actor: Actor, request: OrderRequest) -> None:
    with errors.shown() as outcome:
        sent = send_proposal(actor, request, today=today())
    if outcome.ok:
        told = _("Proposal sent to {recipient}, valid until {day}.", recipient=sent.recipient, day=sent.valid_until)
        state.flash(plain(told))
        st.rerun()


def _save(actor: Actor, account_id: int, kept: dict[str, object]) -> None:
    with errors.shown() as outcome:
        save_checkout(actor, account_id, kept)
    if outcome.ok:
        state.flash(_("Saved. The cart keeps it; open the checkout again to go on."))
        navigation.go("sales/account", account=account_id)


def _leave(actor: Actor, account_id: int, chosen: Chosen, kept: dict[str, object]) -> None:
    """To the wizard with a line, or without one; what was typed is kept in the cart."""
    with errors.shown() as outcome:
        save_checkout(actor, account_id, kept)
        if chosen.remove is not None:
            remove_from_cart(actor, account_id, chosen.remove)
    if outcome.ok and chosen.edit is not None:
        edited = next(line for line in chosen.all_lines if line.line_id == chosen.edit)
        page = "sales/change" if edited.item.kind == "change" else "sales/subscribe"
        navigation.go(page, account=account_id, line=chosen.edit)
    if outcome.ok:
        forget()
        st.rerun()


run()
