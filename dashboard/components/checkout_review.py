"""What the checkout remembers of a review: the total that was on the screen, and whether placing was tried."""

import streamlit as st

from dashboard import state
from dashboard.components.checkout_fields import Fields
from dashboard.components.flow_faults import field_fault
from dashboard.components.text import plain
from dashboard.words import _
from data.money import Money
from services.queries.orders import OrderPreview
from services.rules.order_request import OrderRequest

_SEEN, _TRIED = "seen:", "tried:"


def is_tried(account_id: int) -> bool:
    """Whether *Place Order* was clicked while something was missing: from then on it is said at the fields."""
    return bool(state.recall(f"{_TRIED}{account_id}", False))


def mark_tried(account_id: int) -> None:
    """*Place Order* was clicked."""
    state.keep(f"{_TRIED}{account_id}", True)


def forget_review(account_id: int) -> None:
    """Forget the review and what was typed: the order is placed."""
    for prefix in (f"{_SEEN}{account_id}", f"{_TRIED}{account_id}", f"checkout:{account_id}:"):
        state.drop(prefix)


def show_rest(fields: Fields, preview: OrderPreview) -> None:
    """What stands in the way and has no field on the page, at the button."""
    st.markdown(f":red[{plain(_('Not ordered yet: look at the marks beside the fields.'))}]")
    at_lines = {id(refusal) for _position, refusal in preview.item_refusals}
    for refusal in fields.elsewhere(preview.refusals):
        if id(refusal) not in at_lines:
            field_fault(refusal)


def agreed_total(account_id: int, request: OrderRequest, preview: OrderPreview) -> Money:
    """The total the rep agrees to: the one that was on the screen when the button was clicked."""
    seen: tuple[str, Money] | None = state.recall(f"{_SEEN}{account_id}")
    state.keep(f"{_SEEN}{account_id}", (request.payload_hash, preview.total))
    if seen is None or seen[1].currency != preview.total.currency:
        return preview.total
    payload, total = seen
    if payload == request.payload_hash and total != preview.total:
        told = _("The total was {before} and is {now} now. Look at the lines before you place the order.",
                 before=total, now=preview.total)  # fmt: skip
        st.warning(plain(told), icon=":material/price_change:")
    return total
