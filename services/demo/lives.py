"""The ordinary life of a customer of the demo book: what it buys and tries, and what becomes of that."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from data.period import Interval
from services.commands.cancellations import cancel_subscription, reactivate_subscription, set_auto_renewal
from services.commands.changes import schedule_new_price
from services.commands.trials import end_trial
from services.demo import dealings
from services.demo.dealings import PLANS, TRIALS, Holding
from services.demo.diary import Diary
from services.demo.people import Customer
from services.rules.changes import Timing
from services.rules.ordering import OrderItem

# When the newer price of a product is announced to those who have it: it holds from their next renewal on.
ANNOUNCED = {"signatures": date(2026, 5, 2)}
_CANCEL_REASONS = ("Budget cut", "Moves to another supplier", "Project ended", "Branch closed")
_CHANGES_OF_MIND = ("grow", "grow", "grow", "upgrade", "shrink", "yearly", "cancel", "stop_renewal", "", "", "")


def live(customer: Customer, diary: Diary, opens: date) -> None:
    """Note a life in the diary, from the day its account is opened on."""
    dice = customer.dice
    products = dice.sample(sorted(PLANS), k=dice.choice((1, 2, 2, 2, 3)))
    days_here = (diary.last - opens).days
    for number, product in enumerate(products):
        ahead = dice.randint(0, 4) if number == 0 else dice.randint(10, max(11, days_here - 3))
        day = min(opens + timedelta(days=ahead), diary.last)
        item = dealings.wish(customer, product, dice)
        share = 0.25 + 0.7 * dice.random()
        if product in TRIALS and dice.random() < 0.4:
            day = _try_first(customer, diary, product, item, day, share)
        else:
            _note(customer, diary, day, partial(dealings.buy, customer, product, item, share=share))
        _go_on(customer, diary, product, day)
    customer.wants.update(products)
    free = [product for product in TRIALS if product not in products]
    if free and days_here > 60 and dice.random() < 0.5:
        lost = opens + timedelta(days=dice.randint(5, days_here - 45))
        product = dice.choice(free)
        customer.wants.add(product)
        _note(customer, diary, lost, partial(_try, customer, product, dice.randint(2, 5)))
        if product == "meetings":
            _note(customer, diary, lost + timedelta(days=22), partial(_lose, customer, product))


def _note(customer: Customer, diary: Diary, day: date, do: Callable[[date], None]) -> None:
    diary.note(day, customer.place, do)


def _try(customer: Customer, product: str, seats: int, day: date) -> None:
    if product not in customer.owned:
        dealings.begin_trial(customer, product, seats, day)


def _lose(customer: Customer, product: str, day: date) -> None:
    """A trial that the customer ends: it would become a paid plan by itself."""
    now = dealings.holding(customer, product)
    if now is not None and now.status == "trialing":
        end_trial(customer.rep, customer.account_id, now.subscription_id, "Too few people came to use it", day)


def _try_first(customer: Customer, diary: Diary, product: str, item: OrderItem, day: date, share: float) -> date:
    """A trial that is won: bought before its end, now and then some days after it. Returns the day of the purchase."""
    length = TRIALS[product][1]
    seats = customer.dice.randint(2, 5)
    converted = day + timedelta(days=customer.dice.randint(4, length + (4 if product == "support" else -2)))
    _note(customer, diary, day, partial(_try, customer, product, seats))
    _note(customer, diary, converted, lambda on: dealings.buy(customer, product, item, on, share=share))
    return converted


def _go_on(customer: Customer, diary: Diary, product: str, bought: date) -> None:
    """What the customer does with a subscription over time: at most a few things, months apart."""
    dice = customer.dice
    day = bought
    announced = ANNOUNCED.get(product)
    if announced is not None and bought < announced:
        _note(customer, diary, announced, partial(_announce, customer, product))
    while True:
        day += timedelta(days=dice.randint(45, 260))
        if day > diary.last:
            return
        what = dice.choice(_CHANGES_OF_MIND)
        if what == "cancel":
            _note(customer, diary, day, partial(cancel, customer, product, dice.choice(_CANCEL_REASONS)))
            if dice.random() < 0.5:
                again = day + timedelta(days=dice.randint(2, 9))
                _note(customer, diary, again, partial(reactivate, customer, product))
        elif what:
            rise = 1.08 + 0.3 * dice.random()
            timing = dice.choice((Timing.KEEP, Timing.KEEP, Timing.RESET, Timing.RENEWAL))
            _note(customer, diary, day, partial(_change_mind, customer, product, what, rise, timing))


def _change_mind(customer: Customer, product: str, what: str, rise: float, timing: Timing, day: date) -> None:
    now = dealings.holding(customer, product)
    if now is None or not now.is_paid or now.period_end <= day:
        return
    if what == "grow":
        has_common_date = customer.row.get("co_term_on") and now.interval is Interval.YEAR
        dealings.grow(customer, product, day, by=rise, timing=Timing.CO_TERM if has_common_date else timing)
    elif what == "upgrade":
        _upgrade(customer, product, now, timing, day)
    elif what == "shrink":
        dealings.shrink(customer, product, day, by=2 - rise)
    elif what == "yearly" and now.interval is not Interval.YEAR:
        dealings.change(customer, product, day, interval=Interval.YEAR, timing=Timing.RESET)
    elif what == "stop_renewal" and now.interval is Interval.YEAR:
        set_auto_renewal(customer.rep, customer.account_id, now.subscription_id, False, day)


def _upgrade(customer: Customer, product: str, now: Holding, timing: Timing, day: date) -> None:
    codes = [plan for plan, _ in dealings.plans_of(customer, product)]
    higher = codes[codes.index(now.plan) + 1 :] if now.plan in codes and product != "backup" else []
    if higher:
        dealings.change(customer, product, day, plan=higher[0], timing=timing)


def cancel(customer: Customer, product: str, reason: str, day: date) -> None:
    """Have what runs and is paid for end with its term."""
    now = dealings.holding(customer, product)
    if now is not None and now.is_paid and now.period_end > day:
        cancel_subscription(customer.rep, customer.account_id, now.subscription_id, reason, day)


def reactivate(customer: Customer, product: str, day: date) -> None:
    """Take a cancellation back that has not taken effect."""
    now = dealings.holding(customer, product)
    if now is not None and now.status == "pending_cancellation" and now.period_end > day:
        reactivate_subscription(customer.rep, customer.account_id, now.subscription_id, day)


def _announce(customer: Customer, product: str, day: date) -> None:
    now = dealings.holding(customer, product)
    if now is not None and now.is_paid:
        schedule_new_price(customer.rep, customer.account_id, now.subscription_id, today=day)
