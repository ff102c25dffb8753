"""The particular stories of the demo book: each leaves something that somebody looks for on the day it is built."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from data.money import Money
from data.period import Interval, months_after
from services.commands.approvals import ask_approval, decide_sales
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.disputes import open_dispute
from services.commands.trials import extend_trial
from services.deeds.approvals.discount import discount
from services.deeds.approvals.trial_extension import trial_extension
from services.demo import dealings, lives, money, people
from services.demo.diary import Act, Diary
from services.demo.money import owing
from services.demo.people import Actors, Customer
from services.queries.credit_notes import preview_credit
from services.rules.changes import Timing
from services.rules.credits import WHOLE, CreditScope
from services.rules.pricing import Discount

_MONTH, _QUARTER, _YEAR = Interval.MONTH, Interval.QUARTER, Interval.YEAR


class Turn:
    """A story being noted: days are told as days before the last one."""

    def __init__(self, customer: Customer, diary: Diary, actors: Actors, opens: date) -> None:
        self.customer, self.actors, self.opens = customer, actors, opens
        self.finance = actors["finance"]
        self._diary = diary

    def ago(self, days: int) -> date:
        """So many days before the last."""
        return self._diary.last - timedelta(days=days)

    def note(self, day: date, do: Act) -> None:
        """Have it done on that day."""
        self._diary.note(day, self.customer.place, do)

    def open(self, *, before: date | None = None, po_until: date | None = None) -> None:
        """Open the account: some days before its first purchase, else on the day its place in the book gives."""
        po = people.purchase_order(self.customer, po_until) if po_until else None
        self.opens = before - timedelta(days=5) if before else self.opens
        self.customer.opens = self.opens
        self.note(self.opens, lambda on: people.open_account(self.customer, self.finance, on, po=po))

    def buy(self, plan: str, seats: int, interval: Interval, day: date) -> None:
        """Buy a plan at list price."""
        item = dealings.order(plan, seats, interval)
        self.note(day, partial(dealings.buy, self.customer, plan.split("-")[0], item))

    def start(self, plan: str, seats: int, interval: Interval, *, bills_on: date, periods: int) -> None:
        """Open the account and buy, so many periods before the day on which it is billed again."""
        bought = months_after(bills_on, -periods * interval.months)
        self.open(before=bought)
        self.buy(plan, seats, interval, bought)


def tell(customer: Customer, diary: Diary, actors: Actors, opens: date) -> None:
    """Note the customer's story in the diary; an ordinary life for most."""
    turn = Turn(customer, diary, actors, opens)
    if customer.story:
        _STORIES[customer.story](turn)
    else:
        turn.open(po_until=turn.ago(-200) if customer.place % 10 == 3 else None)
        if customer.orders:
            lives.live(customer, diary, opens)


def _owes(turn: Turn) -> None:
    """Pays nothing that fell due since so many days; terms are 30 days."""
    days = int(turn.customer.row["owes"])
    turn.customer.stops_paying_on = turn.ago(days + 3)
    billed = turn.ago(days + turn.customer.net_days)
    if days < 60:
        turn.start("support-pro", 18, _MONTH, bills_on=billed, periods=15)
    else:
        turn.start("support-business", 25, _YEAR, bills_on=billed, periods=1)
    if days == 75:
        turn.buy("backup-devices", 30, _MONTH, months_after(billed, -9))
    if turn.customer.row.get("is_lost"):
        left = partial(lives.cancel, turn.customer, "support", "Insolvency proceedings")
        turn.note(turn.ago(days - 40), left)


def _disputes(turn: Turn) -> None:
    turn.start("support-pro", 40, _YEAR, bills_on=turn.ago(50), periods=1)
    turn.customer.stops_paying_on = turn.ago(50 - turn.customer.net_days + 3)
    turn.note(turn.ago(36), lambda on: _dispute(turn, on))


def _dispute(turn: Turn, day: date) -> None:
    for owed in owing(turn.finance, turn.customer.account_id):
        reason = "Says that 12 of the 40 seats were given back in time"
        open_dispute(turn.customer.rep, owed.account_id, owed.invoice_id, reason=reason, today=day)


def _held(turn: Turn) -> None:
    """Three times the seats from a renewal two days ago on: a guard holds the document."""
    turn.start("support-business", 14, _YEAR, bills_on=turn.ago(2), periods=1)
    turn.buy("meetings-team", 30, _QUARTER, months_after(turn.ago(12), -9))
    grown = partial(dealings.grow, turn.customer, "support", by=3.0, timing=Timing.RENEWAL)
    turn.note(turn.ago(40), grown)


def _parked(turn: Turn) -> None:
    """The purchase order ended a week before the last renewal."""
    bought = months_after(turn.ago(5), -14)
    turn.open(before=bought, po_until=turn.ago(12))
    turn.buy("monitoring-plus", 60, _MONTH, bought)


def _returned(turn: Turn) -> None:
    turn.start("support-pro", 22, _MONTH, bills_on=turn.ago(34), periods=11)
    turn.note(turn.ago(11), lambda on: money.send_back(turn.finance, turn.customer, on))


def _pays_twice(turn: Turn) -> None:
    """The balance pays the next invoice."""
    turn.customer.lag = (-28, -25)
    turn.start("support-business", 20, _MONTH, bills_on=turn.ago(14), periods=13)
    turn.note(turn.ago(28), lambda on: money.pay_twice(turn.finance, turn.customer, on))


def _wants_refund(turn: Turn) -> None:
    """Paid twice, and wants the money back."""
    turn.customer.lag = (-12, -6)
    turn.start("signatures-standard", 15, _YEAR, bills_on=turn.ago(45), periods=1)
    turn.note(turn.ago(6), lambda on: money.pay_twice(turn.finance, turn.customer, on))


def _pays_part(turn: Turn) -> None:
    turn.start("backup-servers", 8, _YEAR, bills_on=turn.ago(42), periods=1)
    turn.customer.stops_paying_on = turn.ago(45 - turn.customer.net_days)
    turn.note(turn.ago(9), lambda on: money.pay_in_part(turn.finance, turn.customer, on))


def _credited(turn: Turn) -> None:
    """Ordered by mistake: credited whole before it is due, and cancelled."""
    turn.start("support-pro", 30, _YEAR, bills_on=turn.ago(-70), periods=2)
    turn.buy("signatures-standard", 10, _MONTH, turn.ago(100))
    turn.note(turn.ago(97), lambda on: _credit(turn, WHOLE, "Ordered by mistake", on))
    turn.note(turn.ago(97), partial(lives.cancel, turn.customer, "signatures", "Ordered by mistake"))


def _goodwill(turn: Turn) -> None:
    """A part credited after an outage: balance, used by the next invoice."""
    turn.start("support-pro", 60, _YEAR, bills_on=turn.ago(25), periods=1)
    turn.buy("backup-devices", 80, _QUARTER, months_after(turn.ago(10), -9))
    amount = Money.of("150", turn.customer.currency)
    turn.note(turn.ago(20), lambda on: _credit(turn, CreditScope(net=amount), "Goodwill after the outage", on))


def _credit(turn: Turn, scope: CreditScope, reason: str, day: date) -> None:
    """Of the newest invoice."""
    account, finance = turn.customer.account_id, turn.finance
    invoice = list(owing(finance, account))[-1].invoice_id
    agreed = preview_credit(finance, account, invoice, scope).total
    request = CreditRequest(account, invoice, reason, f"{turn.customer.code} {day}", scope)
    credit_invoice(finance, request, agreed=agreed, today=day)


def _co_term(turn: Turn) -> None:
    """Three annual subscriptions brought to one common date, one invoice a year since."""
    turn.open()
    for number, plan in enumerate(("support-business", "backup-devices", "signatures-standard")):
        bought = turn.opens + timedelta(days=2 + 45 * number)
        turn.buy(plan, 12 + 9 * number, _YEAR, bought)
        to_common = partial(dealings.grow, turn.customer, plan.split("-")[0], by=1.2, timing=Timing.CO_TERM)
        turn.note(bought + timedelta(days=30), to_common)


def _more_trial(turn: Turn) -> None:
    """A trial extended to its limit, that shall go on."""
    turn.start("support-business", 16, _YEAR, bills_on=turn.ago(-33), periods=2)
    turn.note(turn.ago(40), partial(dealings.begin_trial, turn.customer, "signatures", 5))
    turn.note(turn.ago(29), lambda on: _extend(turn, on))


def _extend(turn: Turn, day: date) -> None:
    trial = turn.customer.owned["signatures"]
    account, rep = turn.customer.account_id, turn.customer.rep
    extend_trial(rep, account, trial, 30, "Waits for their legal department", day)
    asked = trial_extension(trial, 60, "They would like to see a whole quarter", request_key="quarter")
    refused = ask_approval(rep, account, asked, day)
    reason = "Thirty days are enough to decide"
    decide_sales(turn.actors["manager"], account, refused, is_approved=False, reason=reason, today=day)


def _falls(turn: Turn) -> None:
    """Fewer seats and a monthly plan that ends: both wait for their day."""
    turn.start("support-pro", 45, _YEAR, bills_on=turn.ago(-25), periods=1)
    turn.note(months_after(turn.ago(-40), -12), lambda on: _buy_for_less(turn, on))
    turn.note(turn.ago(10), partial(dealings.shrink, turn.customer, "support", by=0.8))
    turn.note(turn.ago(15), partial(lives.cancel, turn.customer, "meetings", "Budget cut"))


def _buy_for_less(turn: Turn, day: date) -> None:
    """With a discount over the representative's limit, which the manager approves."""
    percent, why = Discount(percent=Decimal(18)), "Competing offer matched"
    asked = discount("meetings-team", percent, why, request_key="less")
    customer = turn.customer
    approval = ask_approval(customer.rep, customer.account_id, asked, day)
    decide_sales(turn.actors["manager"], customer.account_id, approval, is_approved=True, reason="", today=day)
    item = dealings.order("meetings-team", 40, _YEAR)
    dealings.buy(customer, "meetings", replace(item, discount=percent, discount_reason=why), day)


def _climbs(turn: Turn) -> None:
    """Tried, bought, grown and upgraded, cancelled and taken back."""
    bought = months_after(turn.ago(-20), -23)
    turn.open(before=bought - timedelta(days=9))
    turn.note(bought - timedelta(days=9), partial(dealings.begin_trial, turn.customer, "support", 5))
    turn.buy("support-business", 14, _YEAR, bought)
    for months, plan in ((5, "support-pro"), (14, "support-enterprise")):
        upgrade = partial(dealings.change, turn.customer, "support", plan=plan)
        turn.note(months_after(bought, months), upgrade)
    turn.note(months_after(bought, 8), partial(dealings.grow, turn.customer, "support", by=1.5, timing=Timing.KEEP))
    turn.note(turn.ago(90), partial(lives.cancel, turn.customer, "support", "Moves to another supplier"))
    turn.note(turn.ago(84), partial(lives.reactivate, turn.customer, "support"))


def _leaves(turn: Turn) -> None:
    """All it has is cancelled within its first year, and ends with the term."""
    bought = turn.ago(turn.customer.dice.randint(560, 700))
    turn.open(before=bought)
    for number, (plan, interval) in enumerate((("support-business", _YEAR), ("backup-devices", _MONTH))):
        turn.buy(plan, 12 + 9 * number, interval, bought + timedelta(days=number))
        left = months_after(bought, 11 - 2 * number) + timedelta(days=3)
        turn.note(left, partial(lives.cancel, turn.customer, plan.split("-")[0], "Moves to another supplier"))


_STORIES: dict[str, Callable[[Turn], None]] = {
    "owes": _owes,
    "disputes": _disputes,
    "held": _held,
    "parked": _parked,
    "returned": _returned,
    "pays_twice": _pays_twice,
    "wants_refund": _wants_refund,
    "pays_part": _pays_part,
    "credited": _credited,
    "goodwill": _goodwill,
    "co_term": _co_term,
    "more_trial": _more_trial,
    "falls": _falls,
    "climbs": _climbs,
    "leaves": _leaves,
}
