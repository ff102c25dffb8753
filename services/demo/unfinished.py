"""What waits for somebody on the day the demo book ends: trials, carts, approvals, starts to come, a failed mail."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import chain, cycle, zip_longest

from data.money import Money
from data.period import Interval
from services import access
from services.commands.approvals import ask_approval
from services.commands.money_requests import RefundRequest, WriteOffRequest, ask_refund, ask_write_off
from services.deeds.approvals.discount import discount
from services.deeds.approvals.trial_extension import trial_extension
from services.demo import dealings
from services.demo.dealings import PLANS, TRIALS
from services.demo.diary import Diary
from services.demo.money import owing
from services.demo.people import Actors, Customer
from services.facts.payments import balance_of
from services.mails import queue
from services.permissions import Permission
from services.rules.pricing import Discount

_TRIALS_LEFT = (1, 2, 3, 5, 6, 8, 9, 11, 13, 12, 4, 7)  # days until they end
_TRIALS_OVER = (2, 5, 9)  # days since they ended, unbought
_CARTS = (1, 4, 6, 9, 12, 5)  # days since they were left; every other with a proposal out
_STARTS = (4, 11, 26)  # days until a purchase of yesterday starts


def leave_open(customers: Sequence[Customer], diary: Diary, actors: Actors) -> None:
    """Note all of it in the diary."""
    turns = _by_turns(customers, diary)
    for days in (*_TRIALS_LEFT, *(-days for days in _TRIALS_OVER)):
        _note_trial(next(turns), diary, days)
    for number, days in enumerate(_CARTS):
        customer = next(turns)
        product = _free(customer, PLANS)
        item = replace(dealings.wish(customer, product, customer.dice), discount=None, discount_reason="")
        left = partial(dealings.leave_cart, customer, item, is_proposed=number % 2 == 1)
        diary.note(diary.last - timedelta(days=days), customer.place, left)
    for days in _STARTS:
        customer = next(turns)
        starts_on = diary.last + timedelta(days=days)
        item = dealings.order(PLANS[_free(customer, PLANS)][0][0], 12 + days, Interval.YEAR, starts_on)
        buys = partial(dealings.buy, customer, item.plan.split("-")[0], item)
        diary.note(diary.last - timedelta(days=1), customer.place, buys)
    asks = {"more_trial": _ask_more_trial, "falls": _ask_discount, "wants_refund": _ask_refund}
    for customer in customers:
        ask: Callable[[Customer, date], object] | None = asks.get(customer.story)
        if customer.row.get("is_lost"):
            ask = partial(_ask_write_off, actors)
        if ask is not None:
            diary.note(diary.last - timedelta(days=1), customer.place, partial(ask, customer))


def _by_turns(customers: Sequence[Customer], diary: Diary) -> Iterator[Customer]:
    """Customers of an ordinary life that have been here for a while, each representative's in turn."""
    by_rep: dict[str, list[Customer]] = {}
    for one in customers:
        if one.orders and not one.story and one.opens <= diary.last - timedelta(days=60):
            by_rep.setdefault(one.rep.email, []).append(one)
    return cycle(one for one in chain(*zip_longest(*by_rep.values())) if one is not None)


def _free(customer: Customer, products: Iterable[str]) -> str:
    """A product that the customer's story is not about yet."""
    product = customer.dice.choice(sorted(set(products) - customer.wants))
    customer.wants.add(product)
    return product


def _note_trial(customer: Customer, diary: Diary, left: int) -> None:
    """A trial that ends in so many days, or (negative) expired so long ago."""
    expiring = {product: how for product, how in TRIALS.items() if left > 0 or product in ("support", "signatures")}
    if not set(expiring) - customer.wants:
        return
    product = _free(customer, expiring)
    length = TRIALS[product][1]
    began = diary.last - timedelta(days=max(length - left, 0))
    diary.note(began, customer.place, lambda on: dealings.begin_trial(customer, product, 3 + left % 3, on))


def _ask_more_trial(customer: Customer, day: date) -> None:
    trial = customer.owned["signatures"]
    asked = trial_extension(trial, 15, "Their legal department needs two more weeks", request_key="more")
    ask_approval(customer.rep, customer.account_id, asked, day)


def _ask_discount(customer: Customer, day: date) -> None:
    percent = Discount(percent=Decimal(20))
    asked = discount("backup-devices", percent, "Competing offer at 4.10 a device", request_key="devices")
    ask_approval(customer.rep, customer.account_id, asked, day)


def _ask_refund(customer: Customer, day: date) -> None:
    with access.reading(customer.rep, Permission.SEE_PAYMENTS) as session:
        parts = balance_of(session, customer.account_id, customer.currency)
    amount = Money.total((part.left for part in parts), customer.currency)
    request = RefundRequest(customer.account_id, amount, customer.means, "Paid twice by mistake", "back")
    ask_refund(customer.rep, request, today=day)


def _ask_write_off(actors: Actors, customer: Customer, day: date) -> None:
    for owed in owing(actors["finance"], customer.account_id):
        request = WriteOffRequest(
            customer.account_id, owed.invoice_id, owed.open, "Insolvency: no assets left", f"lost {owed.number}"
        )
        ask_write_off(actors["finance"], request, today=day)


def keep_mails() -> None:
    """The mails of all days before are no longer queued: nobody is written to about an invented past."""
    with access.maintaining() as session:
        queue.keep(session, access.now())


def fail_one_mail() -> None:
    """The first mail of the last day could not be delivered; the others of that day are kept, too."""
    lease = "demo book"
    with access.maintaining() as session:
        for mail_id in queue.claim(session, lease, access.now(), limit=1):
            row = queue.renew(session, mail_id, lease, access.now())
            if row is not None:
                words = "550 5.1.1 The address is not known here"
                queue.mark_undelivered(session, row, access.now(), words, is_final=True)
    keep_mails()
