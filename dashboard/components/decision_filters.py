"""The filters of the decision calendar: they stand in the URL, and hold for its list, its month and its timeline."""

from datetime import timedelta

import streamlit as st

from dashboard import cache, navigation, state
from dashboard.components.filters import choice, search_field
from dashboard.components.pagers import first_page
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.decisions import decision_choices
from services.rules.decisions import AHEAD_DAYS, DecisionFilter, Kind
from services.rules.report_filters import NOBODY
from services.words.decision_texts import KINDS

_AHEAD = (AHEAD_DAYS, 7, 30, 180, 366)
_MOST = 1_000_000_000


def decision_filters(actor: Actor) -> DecisionFilter:
    """Draw the bar; `?account=` keeps to one account."""
    offered = cache.read(decision_choices, actor)
    every = {"": _("All")}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="decision_filters"):
        text = search_field(_("Account"), label=_("Account"), width=190)
        kinds = every | {kind: _(text) for kind, text in KINDS.items()}
        kind = choice("kind", _("What is to be decided"), kinds, width=200, on_change=first_page)
        ahead = choice("ahead", _("Last day within"), _spans(), width=125, on_change=first_page)
        owners = every | {str(user_id): name for user_id, name in offered.owners} | {str(NOBODY): _("Nobody")}
        owner = choice("owner", _("Representative"), owners, width=165, on_change=first_page)
        with st.popover(_("More filters"), icon=":material/filter_alt:", width="content"):
            products = every | dict(offered.products)
            product = choice("product", _("Product"), products, on_change=first_page)
            currencies = every | {code: code for code in offered.currencies}
            currency = choice("currency", _("Currency"), currencies, on_change=first_page)
            terms = {"": _("All terms"), "long": _("Without terms of a month")}
            term = choice("terms", _("Billing plan"), terms, on_change=first_page)
            at_least = _amount()
    found = DecisionFilter(
        today=today(),
        until=today() + timedelta(days=int(ahead)),
        kind=kind,
        rep_id=int(owner) if owner else None,
        account_id=navigation.asked_id("account") if navigation.has_id("account") else None,
        text=text,
        product=product,
        currency=currency,
        at_least=at_least,
        is_long=term == "long",
    )
    _draw_summary(found, products[product])
    return found


def is_limited(wanted: DecisionFilter) -> bool:
    """Whether anything but the days limits the calendar."""
    return wanted != DecisionFilter(wanted.today, wanted.until)


def _spans() -> dict[str, str]:
    return {str(days): words().tn("{n} day", "{n} days", days) for days in _AHEAD}


def _amount() -> int:
    """The least amount, in major units of each currency (`?least=5000`)."""
    if state.recall("least") is None:
        given = st.query_params.get("least", "0")
        state.keep("least", min(int(given), _MOST) if given.isascii() and given.isdigit() and len(given) < 11 else 0)
    amount = st.number_input(
        _("Amount at least"),
        min_value=0,
        max_value=_MOST,
        step=100,
        key="least",
        on_change=first_page,
        help=_(
            "In units of each currency. Trials and carts stay whatever they come to: their amounts are worked out one "
            "by one. Of an exemption that ends, what is taxed counts."
        ),
    )
    if amount:
        st.query_params["least"] = str(amount)
    elif "least" in st.query_params:
        del st.query_params["least"]
    return int(amount or 0)


def _draw_summary(wanted: DecisionFilter, product: str) -> None:
    """What is limited in the popover, and by the address, on a line."""
    told = []
    if wanted.product:
        told.append(f"{_('Product')}: {product}")
    if wanted.currency:
        told.append(f"{_('Currency')}: {wanted.currency}")
    if wanted.is_long:
        told.append(_("Without terms of a month"))
    if wanted.at_least:
        told.append(f"{_('Amount at least')}: {words().number(wanted.at_least)}")
    if wanted.kind == Kind.CO_TERM:
        told.append(_("Renewals that fall on their account's common date"))
    if wanted.account_id is not None:
        told.append(_("One account alone"))
    if told:
        st.caption(plain(" · ".join(told)))
    if wanted.account_id is not None:
        navigation.link(_("All accounts"), "sales/decisions", icon=":material/arrow_back:")
