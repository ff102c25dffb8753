"""The lines of the cart on the checkout: which to order, what each costs and why, who put it in."""

from dataclasses import dataclass

import streamlit as st

from dashboard.components.flow_faults import field_fault
from dashboard.components.flow_terms import new_period_sentence
from dashboard.components.text import plain
from dashboard.words import _, words
from services.errors import Refusal, TermsNotAccepted
from services.queries.carts import CartCard, CartLineCard
from services.rules.ordering import ItemKind, QuotedItem
from services.words.change_outlooks import takes_effect, wanted_words
from services.words.changes import scheduled_words, timing_words
from services.words.derivations import derivation_sentence
from services.words.labels import label
from services.words.orders import discount_words


@dataclass(frozen=True, slots=True)
class Chosen:
    """The lines to order, and what was clicked: a line to edit, or one to take out."""

    lines: tuple[CartLineCard, ...]
    all_lines: tuple[CartLineCard, ...]
    edit: int | None
    remove: int | None


def key_of(account_id: int, name: str) -> str:
    """The widget key of a field of the account's checkout."""
    return f"checkout:{account_id}:{name}"


def draw_lines(cart: CartCard) -> Chosen:
    """Each line with its tick; a line that cannot be ordered says why and is left out unless ticked."""
    left_out = {str(line_id) for line_id in cart.checkout.get("left_out", [])}
    lines: list[CartLineCard] = []
    edit = remove = None
    for line in cart.lines:
        with st.container(border=True, gap="xsmall", key=f"line_{line.line_id}"):
            if _draw_head(cart, line, is_on=str(line.line_id) not in left_out):
                lines.append(line)
            _draw_reasons(line)
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                at = words().instant(line.added_at, cart.zone)
                st.caption(plain(_("Added by {name}, {at}", name=line.added_by, at=at)), width="content")
                with st.container(horizontal=True, width="content", gap="small"):
                    if st.button(_("Edit Order"), type="tertiary", icon=":material/edit:", key=f"edit_{line.line_id}"):
                        edit = line.line_id
                    if st.button(_("Remove"), type="tertiary", icon=":material/delete:", key=f"del_{line.line_id}"):
                        remove = line.line_id
    return Chosen(tuple(lines), cart.lines, edit, remove)


def _draw_head(cart: CartCard, line: CartLineCard, *, is_on: bool) -> bool:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        ticked = st.checkbox(
            f"**{plain(line.product_name)} – {plain(line.plan_name)}**",
            value=is_on,
            key=key_of(cart.account_id, f"line:{line.line_id}"),
            persist_state="session",
        )
        if line.quoted is not None:
            trial = line.item.kind is ItemKind.TRIAL
            amount = _("Free trial") if trial else words().money(line.quoted.net)
            st.markdown(f"**{plain(amount)}**", width="content")
    return ticked


def _draw_reasons(line: CartLineCard) -> None:
    if line.refusal is not None:
        field_fault(line.refusal)
    quoted = line.quoted
    if quoted is None:
        return
    st.markdown(plain(_terms(line, quoted)))
    if quoted.undone_at_renewal is not None:
        told = _(
            "What waits for the renewal takes this back: {fields}.",
            fields=scheduled_words(quoted.undone_at_renewal, words()),
        )
        st.markdown(f":orange[:material/warning: {plain(told)}]")
    for due in quoted.lines:
        st.caption(f":material/calculate: {plain(derivation_sentence(due.derivation, words()))}")


def _terms(line: CartLineCard, quoted: QuotedItem) -> str:
    item = line.item
    if quoted.timing is not None:
        effect = takes_effect(quoted, words())
        return " · ".join([wanted_words(quoted, words()), timing_words(quoted.timing, words()), effect])
    parts = [words().tn("{n} seat", "{n} seats", item.seats)]
    if item.kind is not ItemKind.TRIAL:
        parts.append(label(quoted.price.interval, words()))
    parts.append(words().period(quoted.period))
    discount = discount_words(quoted.discount, quoted.price, words())
    if discount:
        reason = f" ({item.discount_reason})" if item.discount_reason else ""
        parts.append(_("discount: {discount}", discount=discount) + reason)
    return " · ".join(parts)


def accept_new_period(account_id: int, lines: tuple[CartLineCard, ...], *, is_missed: bool) -> bool:
    """The tick that a new billing period begins today, for each line whose seats are added so; True without any."""
    changes = [line.quoted for line in lines if line.quoted and line.item.kind is ItemKind.CHANGE]
    resets = [quoted for quoted in changes if quoted.opens_period]
    accepted = True
    for quoted in resets:
        ticked = st.checkbox(
            plain(_("{product}: the customer accepts this.", product=quoted.plan.product_name))
            + " "
            + plain(new_period_sentence(quoted)),
            key=key_of(account_id, f"accept:{quoted.item.cart_line_id}:{quoted.item.seats}"),
            wrap=True,
            persist_state="session",
        )
        accepted = accepted and ticked
    if is_missed and not accepted:
        field_fault(TermsNotAccepted(field="accepts_new_period"))
    return accepted


def other_item_faults(chosen: Chosen, refusals: tuple[tuple[int, Refusal], ...]) -> None:
    """What only the order as a whole refuses: the lines' own faults stand at the lines."""
    for position, refusal in refusals:
        if position < len(chosen.lines) and chosen.lines[position].refusal is None:
            field_fault(refusal)
