"""Change subscription: what it shall be, and all four timings with what each comes to."""

from dataclasses import replace

import streamlit as st

from dashboard import errors, navigation, sign_in, state
from dashboard.cache import forget
from dashboard.components import change_form, change_options
from dashboard.components.change_form import Asked
from dashboard.components.discount_request import discount_request
from dashboard.components.flow_faults import field_fault
from dashboard.components.headers import header
from dashboard.components.scheduled_changes import draw_scheduled
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.carts import add_to_cart, change_cart_line
from services.errors import DiscountNeedsReason, DiscountOverLimit, SelfServiceAccount
from services.permissions import Actor
from services.queries.carts import cart_card
from services.queries.changes import ChangeForm, Timing, preview_change
from services.queries.changes import change_form as form_of
from services.queries.scheduled import scheduled_changes
from services.words.labels import label


def run() -> None:
    """Draw the page."""
    actor = sign_in.actor()
    account_id = navigation.asked_id("account")
    asked = _opened(actor, account_id)
    form = form_of(actor, account_id, asked.subscription, today=today())
    day = words().day_long(today())
    header(
        _("Change subscription"),
        context=(
            form.account,
            f"{form.product_name} – {form.plan_name}",
            form.reference,
            _("effective {day}", day=day),
        ),
        status=(form.status.value, label(form.status, words())),
    )
    if form.is_self_service:
        raise SelfServiceAccount
    waiting = scheduled_changes(actor, account_id, asked.subscription)
    draw_scheduled(actor, waiting, today(), may_change=True)
    if form.refusal is not None:
        raise form.refusal
    asked = change_form.draw(asked, form)
    change_form.write(asked)
    _draw_preview(actor, asked, form)
    _draw_links(form)


def _opened(actor: Actor, account_id: int) -> Asked:
    """The choices of the URL; a cart line that is edited gives its own first."""
    if navigation.has_id("line") and not navigation.has_id("subscription"):
        line = cart_card(actor, account_id, today=today()).line(navigation.asked_id("line"))
        asked = change_form.from_line(account_id, line)
        change_form.write(asked)
        return asked
    return change_form.read(account_id, navigation.asked_id("subscription"))


def _draw_preview(actor: Actor, asked: Asked, form: ChangeForm) -> None:
    preview = preview_change(actor, asked.account, asked.subscription, asked.wish, today=today())
    if change_options.nothing_changes(preview):
        told = _("Enter another plan, number of seats, billing plan or discount: all four timings then stand here.")
        st.info(plain(told), icon=":material/tune:")
        return
    lacks_reason = asked.gives_discount and not asked.reason
    if lacks_reason:
        field_fault(DiscountNeedsReason(field="discount_reason"))
    over = next((one for one in preview.options.values() if isinstance(one, DiscountOverLimit)), None)
    if over is not None and not lacks_reason:
        wished = replace(asked.wish, discount_reason=asked.reason)
        discount_request(actor, asked.account, wished.item(asked.subscription, form.running, Timing.RESET), over)
    button = _("Add to Cart") if asked.line is None else _("Change the order")
    timing = change_options.draw_options(preview, form, disabled=lacks_reason, button=button)
    if timing is not None:
        _take(actor, asked, form, timing)


def _take(actor: Actor, asked: Asked, form: ChangeForm, timing: Timing) -> None:
    """Put the change into the cart, or change the line that is edited; then to the checkout, or on with the account."""
    item = replace(asked.wish, discount_reason=asked.reason).item(asked.subscription, form.running, timing)
    others = cart_card(actor, asked.account, today=today()).lines
    with errors.shown() as outcome:
        if asked.line is not None:
            change_cart_line(actor, asked.account, asked.line, item, today=today())
        else:
            add_to_cart(actor, asked.account, item, today=today())
    if not outcome.ok:
        return
    forget()
    state.drop(f"change:{asked.subscription}")
    if others and asked.line is None:
        state.flash(_("Added to the cart. Proceed to the checkout, or change another subscription."))
        navigation.go("sales/account", account=asked.account)
    navigation.go("sales/checkout", account=asked.account)


def _draw_links(form: ChangeForm) -> None:
    with st.container(horizontal=True, gap="medium"):
        ids = {"account": form.account_id}
        navigation.link(
            _("Subscription"),
            "sales/subscription",
            icon=":material/autorenew:",
            subscription=form.subscription_id,
            **ids,
        )
        navigation.link(form.account, "sales/account", icon=":material/domain:", **ids)
        navigation.link(_("Cart"), "sales/checkout", icon=":material/shopping_cart:", **ids)


run()
