"""The last steps of the wizard: number of seats; billing plan, start and discount; the timing of added seats."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components.flow_choice import Choice
from dashboard.components.flow_faults import field_fault
from dashboard.components.text import plain
from dashboard.words import _, words
from data.money import Money, exponent
from data.period import Interval
from services.errors import DiscountNeedsReason, Refusal
from services.queries.offers import Offers, PlanOffer, ProductOffer
from services.rules.changes import Timing
from services.rules.ordering import ItemKind, QuotedItem
from services.words.changes import timing_words
from services.words.labels import label

_NOTHING, _PERCENT, _PRICE = "", "percent", "price"
_TODAY, _LATER = "today", "later"
TIMINGS = (Timing.RESET, Timing.KEEP)


def first_seats(choice: Choice, offer: ProductOffer) -> int:
    """The number the seats field opens with: what was chosen, else the least that makes sense."""
    if choice.seats is not None:
        return choice.seats
    if choice.kind is ItemKind.CHANGE and offer.owned:
        return offer.owned.seats + 1
    plan = offer.plan(choice.plan)
    return 1 if choice.kind is ItemKind.TRIAL or plan is None else plan.minimum_seats


Price = Callable[[Choice], Sequence[QuotedItem | Refusal]]


def seats_field(choice: Choice, offer: ProductOffer) -> int:
    """The number of seats; an owned subscription's is its new total."""
    owned = offer.owned if choice.kind is ItemKind.CHANGE else None
    seats = st.number_input(
        _("Number of seats in all ({n} now)", n=owned.seats) if owned else _("Number of seats"),
        value=first_seats(choice, offer),
        step=1,
        key=f"seats:{choice.account}:{choice.product}:{choice.plan}:{choice.kind}",
        help=_seats_help(choice, offer),
        width=260 if owned else 180,  # the longer label; in the narrow field no English hint fits
    )
    return int(seats)


def _seats_help(choice: Choice, offer: ProductOffer) -> str:
    if choice.kind is ItemKind.TRIAL:
        return _("At most {n} in this trial.", n=offer.trial_seats)
    if choice.kind is ItemKind.CHANGE:
        return _("The new total, not only the added ones.")
    plan = offer.plan(choice.plan)
    return _("At least {n} in this plan.", n=plan.minimum_seats if plan else 1)


def billing_fields(
    choice: Choice, offers: Offers, offer: ProductOffer, plan: PlanOffer, price: Price, today: date
) -> tuple[Choice, Refusal | None]:
    """Seats, billing plan, start and discount of a purchase, and why it cannot be; `price` works out each billing plan.

    The billing plan stands above start and discount, and is drawn after them: it shows their effect.
    """
    seats_slot, interval_slot = st.container(gap="xsmall"), st.container()
    grid = st.grid(2, min_column_width=330, gap="medium")
    start_slot, discount_slot = grid.cell(), grid.cell()
    with seats_slot:
        choice = replace(choice, seats=seats_field(choice, offer))
    with start_slot:
        choice = _start_field(choice, today)
    with discount_slot:
        choice = _discount_fields(choice, offers)
    priced = price(worded(choice))
    with interval_slot:
        interval = st.radio(
            _("Billing plan"),
            list(plan.intervals),
            index=plan.intervals.index(choice.interval_of(plan)),
            captions=[_interval_caption(plan, choice.seats or 1, quoted) for quoted in priced],
            format_func=lambda one: label(one, words()),
            horizontal=True,
            key=f"interval:{choice.account}:{choice.plan}",
        )
    choice = replace(choice, interval=interval)
    quoted = priced[plan.intervals.index(choice.interval_of(plan))]
    refusal = quoted if isinstance(quoted, Refusal) else None
    if refusal is None and choice.discount is not None and not choice.reason:
        refusal = DiscountNeedsReason(field="discount_reason")
    slots = {"seats": seats_slot, "starts_on": start_slot, "discount": discount_slot, "discount_reason": discount_slot}
    _at_its_field(refusal, slots, otherwise=interval_slot)
    return choice, refusal


def worded(choice: Choice) -> Choice:
    """The choice as if a reason were given, so that figures show while it is being typed."""
    return replace(choice, reason=choice.reason or "…")


def _at_its_field(refusal: Refusal | None, slots: Mapping[str, DeltaGenerator], *, otherwise: DeltaGenerator) -> None:
    if refusal is not None:
        with slots.get(refusal.field or "", otherwise):
            field_fault(refusal)


def _interval_caption(plan: PlanOffer, seats: int, quoted: QuotedItem | Refusal) -> str:
    if isinstance(quoted, Refusal):
        return "–"
    text = {
        Interval.MONTH: _("{amount} a month", amount=quoted.full_price),
        Interval.QUARTER: _("{amount} a quarter", amount=quoted.full_price),
        Interval.YEAR: _("{amount} a year", amount=quoted.full_price),
    }[quoted.price.interval]
    saving = plan.saving(seats) if quoted.price.interval is Interval.YEAR and seats > 0 else None
    return plain(text) + (f" · :green[{plain(_('saves {amount}', amount=saving))}]" if saving else "")


def _start_field(choice: Choice, today: date) -> Choice:
    ways = {_TODAY: _("Today"), _LATER: _("On a later day")}
    key = f"{choice.account}:{choice.plan}"
    way = st.segmented_control(
        _("Start"),
        list(ways),
        default=_LATER if choice.starts_on else _TODAY,
        required=True,
        format_func=ways.__getitem__,
        key=f"start:{key}",
        wrap=True,
    )
    if way != _LATER:
        return replace(choice, starts_on=None)
    day = st.date_input(
        _("First day"), value=choice.starts_on or today + timedelta(days=1), key=f"starts_on:{key}", format="DD/MM/YYYY"
    )
    return replace(choice, starts_on=day)


def _discount_fields(choice: Choice, offers: Offers) -> Choice:
    ways = {_NOTHING: _("None"), _PERCENT: _("Discount %"), _PRICE: _("Negotiated price")}
    given = _PERCENT if choice.percent is not None else _PRICE if choice.price is not None else _NOTHING
    key = f"{choice.account}:{choice.plan}"
    way = st.segmented_control(
        _("Discount"),
        list(ways),
        default=given,
        required=True,
        format_func=ways.__getitem__,
        key=f"discount:{key}",
        wrap=True,
        help=_("Your limit: {percent} below the list price.", percent=words().percent(offers.discount_limit)),
    )
    if way == _NOTHING:
        return replace(choice, percent=None, price=None, reason="")
    if way == _PERCENT:
        percent = st.number_input(
            _("Discount %"),
            value=float(choice.percent) if choice.percent is not None else None,
            min_value=0.0,
            max_value=100.0,
            step=1.0,
            format="%.2f",
            key=f"percent:{key}",
        )
        choice = replace(choice, percent=exact(percent, 2), price=None)
    else:
        places = exponent(offers.currency)
        price = st.number_input(
            _("Price per seat ({currency})", currency=offers.currency),
            value=float(choice.price) if choice.price is not None else None,
            min_value=0.0,
            max_value=1e9,
            step=1.0,
            format=f"%.{places}f",
            key=f"price:{key}",
        )
        choice = replace(choice, price=exact(price, places), percent=None)
    reason = st.text_input(_("Reason"), value=choice.reason, max_chars=200, key=f"reason:{key}")
    return replace(choice, reason=(reason or "").strip())


def exact(number: float | None, places: int) -> Decimal | None:
    """What the field shows, as a decimal: the widget's float never reaches the rules. None while it is empty."""
    return None if number is None else Decimal(f"{number:.{places}f}")


def timing_fields(choice: Choice, offer: ProductOffer, price: Price) -> tuple[Choice, Refusal | None]:
    """The new total of seats and both timings with what each costs today; the new period is said in one sentence."""
    seats_slot = st.container(gap="xsmall")
    with seats_slot:
        choice = replace(choice, seats=seats_field(choice, offer))
    priced = price(choice)
    timing = st.radio(
        _("Timing"),
        list(TIMINGS),
        index=TIMINGS.index(choice.timing or Timing.RESET),
        captions=[_timing_caption(quoted) for quoted in priced],
        format_func=lambda one: timing_words(one, words()),
        horizontal=True,
        key=f"timing:{choice.account}:{choice.product}",
    )
    choice = replace(choice, timing=timing)
    quoted = priced[TIMINGS.index(timing)]
    if isinstance(quoted, Refusal):
        _at_its_field(quoted, {"seats": seats_slot}, otherwise=seats_slot)
        return choice, quoted
    if timing is Timing.RESET:
        st.info(plain(new_period_sentence(quoted)), icon=":material/event_repeat:")
    return choice, None


def _timing_caption(quoted: QuotedItem | Refusal) -> str:
    if isinstance(quoted, Refusal):
        return "–"
    due = _("{amount} today", amount=quoted.net)
    return plain(f"{due} · {_('period to {day}', day=quoted.period.last_day)}")


def new_period_sentence(quoted: QuotedItem) -> str:
    """What starting a new period means, to be read out and accepted."""
    charge = Money.total((line.amount for line in quoted.lines if line.amount.minor > 0), quoted.price.currency)
    credit = charge - quoted.net
    return _(
        "A new billing period begins today and ends on {day}: {charge} for {n} seats, less {credit} for the unused "
        "days already invoiced.",
        day=words().day_long(quoted.period.last_day),
        charge=charge,
        n=quoted.item.seats,
        credit=credit,
    )
