"""What a subscription shall be: plan, seats, billing plan, discount. The choices live in the URL."""

from dataclasses import dataclass, fields, replace
from decimal import Decimal

import streamlit as st

from dashboard import state
from dashboard.components.flow_choice import Choice
from dashboard.components.flow_choice import read as read_choice
from dashboard.components.flow_terms import exact
from dashboard.words import _, words
from data.money import exponent
from data.period import Interval
from services.queries.carts import CartLineCard
from services.queries.changes import ChangeForm
from services.rules.change_items import ChangeWish
from services.rules.changes import Timing
from services.rules.pricing import Discount
from services.words.labels import label
from services.words.orders import discount_words

MOST_SEATS = 10**9  # beyond it a number in the URL is no number of seats, nor one a browser can show
_KEEP, _NOTHING, _PERCENT, _PRICE = "", "none", "percent", "price"


@dataclass(frozen=True, slots=True)
class Asked:
    """The choices, each under its name in the URL; None and "": as it runs. `line`: the cart line being edited."""

    account: int
    subscription: int
    plan: str = ""
    seats: int | None = None
    interval: Interval | None = None
    percent: Decimal | None = None
    price: Decimal | None = None
    reason: str = ""
    timing: Timing | None = None
    line: int | None = None

    @property
    def wish(self) -> ChangeWish:
        """The same as the services take it; a reason that is being typed still shows figures."""
        discount = None
        if self.percent is not None:
            discount = Discount(percent=self.percent)
        elif self.price is not None:
            discount = Discount(unit_amount=self.price)
        return ChangeWish(
            plan=self.plan or None,
            seats=self.seats,
            interval=self.interval,
            discount=discount,
            discount_reason=self.reason or ("…" if self.gives_discount else ""),
            replaces_scheduled=bool(state.recall(replaces_key(self.subscription))),
        )

    @property
    def gives_discount(self) -> bool:
        """Whether a discount is given, which needs a reason: taking one away needs none."""
        return bool(self.percent) or self.price is not None


def replaces_key(subscription: int) -> str:
    """The widget key of the tick that what waits for the renewal is replaced."""
    return f"change:{subscription}:replaces"


def read(account: int, subscription: int) -> Asked:
    """The choices of the URL; what cannot be read there counts as not chosen."""
    given: Choice = read_choice(account)
    return Asked(
        account,
        subscription,
        plan=given.plan,
        seats=given.seats if given.seats is not None and abs(given.seats) <= MOST_SEATS else None,
        interval=given.interval,
        percent=given.percent,
        price=given.price,
        reason=given.reason,
        timing=given.timing,
        line=given.line,
    )


def from_line(account: int, line: CartLineCard) -> Asked:
    """A line of the cart as choices (*Edit Order*)."""
    item = line.item
    state.drop(f"change:{item.subscription_id}")
    state.keep(replaces_key(item.subscription_id or 0), item.replaces_scheduled)
    return Asked(
        account,
        item.subscription_id or 0,
        plan=item.plan,
        seats=item.seats,
        interval=item.interval,
        percent=item.discount.percent if item.discount else None,
        price=item.discount.unit_amount if item.discount else None,
        reason=item.discount_reason,
        timing=item.timing,
        line=line.line_id,
    )


def write(asked: Asked) -> None:
    """Put the choices into the URL."""
    values = {field.name: getattr(asked, field.name) for field in fields(asked)}
    wanted = {name: str(value) for name, value in values.items() if value is not None and value != ""}
    if wanted != st.query_params.to_dict():
        st.query_params.from_dict(wanted)


def draw(asked: Asked, form: ChangeForm) -> Asked:
    """The fields, opened with what runs now; returns what they say."""
    key, now = f"change:{asked.subscription}", form.running
    names = {plan.plan: plan.name for plan in form.plans}
    with st.grid(4, min_column_width=180, gap="small"):
        codes = list(names)
        plan = st.selectbox(
            _("Plan"),
            codes,
            index=codes.index(asked.plan if asked.plan in codes else now.price.plan),
            format_func=names.__getitem__,
            key=f"{key}:plan",
        )
        seats = st.number_input(
            _("Seats in all ({n} now)", n=now.seats),
            value=now.seats if asked.seats is None else asked.seats,
            step=1,
            key=f"{key}:seats",
            help=_("{assigned} of them are assigned.", assigned=form.seats_assigned),
        )
        offered = list(next((one.intervals for one in form.plans if one.plan == plan), ())) or [now.price.interval]
        wanted = asked.interval or now.price.interval
        interval = st.selectbox(
            _("Billing plan"),
            offered,
            index=offered.index(wanted) if wanted in offered else 0,
            format_func=lambda one: label(one, words()),
            key=f"{key}:interval:{plan}",
        )
        asked = replace(asked, plan=plan, seats=int(seats), interval=interval)
        with st.container(gap="small"):
            return _discount(asked, form, key)


def _discount(asked: Asked, form: ChangeForm, key: str) -> Asked:
    present = discount_words(form.running.discount, form.running.price, words())
    ways = {_KEEP: _("Keep ({discount})", discount=present) if present else _("None")}
    if present:
        ways[_NOTHING] = _("Remove")
    ways |= {_PERCENT: "%", _PRICE: _("Price")}
    given = _PRICE if asked.price is not None else _KEEP
    if asked.percent is not None:
        given = _PERCENT if asked.percent or not present else _NOTHING
    way = st.segmented_control(
        _("Discount"),
        list(ways),
        default=given,
        required=True,
        format_func=ways.__getitem__,
        key=f"{key}:discount",
        help=_("Your limit: {percent} below the list price.", percent=words().percent(form.discount_limit)),
        wrap=True,
    )
    asked = replace(asked, percent=Decimal(0) if way == _NOTHING else None, price=None)
    if way in (_KEEP, _NOTHING):
        return replace(asked, reason="")
    return _amount_and_reason(asked, form, key, is_percent=way == _PERCENT)


def _amount_and_reason(asked: Asked, form: ChangeForm, key: str, *, is_percent: bool) -> Asked:
    given = read(asked.account, asked.subscription)
    if is_percent:
        percent = st.number_input(
            _("Discount %"),
            value=float(given.percent) if given.percent is not None else None,
            min_value=0.0,
            max_value=100.0,
            step=1.0,
            format="%.2f",
            key=f"{key}:percent",
        )
        asked = replace(asked, percent=exact(percent, 2))
    else:
        places = exponent(form.currency)
        price = st.number_input(
            _("Price per seat ({currency})", currency=form.currency),
            value=float(given.price) if given.price is not None else None,
            min_value=0.0,
            max_value=1e9,
            step=1.0,
            format=f"%.{places}f",
            key=f"{key}:price",
        )
        asked = replace(asked, price=exact(price, places))
    reason = st.text_input(_("Reason"), value=asked.reason, max_chars=200, key=f"{key}:reason")
    return replace(asked, reason=(reason or "").strip())
