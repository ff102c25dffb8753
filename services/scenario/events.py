"""The events of a story, each with what it must and may say."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from data.money import InexactAmount, Money
from data.period import Interval
from services.rules.changes import Timing
from services.scenario.nodes import RICHEST, Node
from services.scenario.story import (
    AccountPart,
    Changes,
    ConvertsTrial,
    Credits,
    Event,
    ExtendsTrial,
    ItemPart,
    MovesSeats,
    OfSubscription,
    Pays,
    PlacesOrder,
    SkipsNights,
    WrongFile,
)

MOST_SEATS = 10**9
LONGEST_REASON = 200
LONGEST_SKIP = 36_600  # nights: a century


def read_events(node: Node, accounts: Sequence[AccountPart], plans: Collection[str]) -> list[Event]:
    """The events in the order of the file. Raises WrongFile."""
    currencies = {account.code: account.currency for account in accounts}
    elements = list(node.items(may_be_empty=True))
    reader = _Reader(currencies, plans, _refs(elements, currencies))
    return [reader.event(element) for element in elements]


def _refs(elements: Sequence[Node], currencies: Mapping[str, str]) -> dict[str, str]:
    """Every subscription that an order of the file names: its ref → the currency it is sold in."""
    found: dict[str, str] = {}
    for element in elements:
        if not isinstance(element.value, dict) or element.value.get("do") != "order":
            continue
        items = element.value.get("items")
        for item in items if isinstance(items, list) else ():
            ref = item.get("ref") if isinstance(item, dict) else None
            if isinstance(ref, str):
                if ref in found:
                    raise WrongFile(f"{element.place}.items", f"the ref '{ref}' stands twice")
                found[ref] = currencies.get(str(element.value.get("account")), "")
    return found


class _Reader:
    """Reads one event at a time, with the names that the rest of the file defines."""

    def __init__(self, currencies: Mapping[str, str], plans: Collection[str], refs: Mapping[str, str]) -> None:
        self._currencies, self._plans, self._refs = currencies, plans, refs
        self._read: dict[str, Callable[[Node, date], Event]] = {
            "order": self._order,
            "change": self._change,
            "extend_trial": self._extend_trial,
            "convert_trial": self._convert_trial,
            "cancel": self._of_subscription,
            "reactivate": self._of_subscription,
            "price_change": self._of_subscription,
            "pay": self._pay,
            "credit_note": self._credit_note,
            "assign_seats": self._seats,
            "release_seats": self._seats,
            "skip_nights": self._skip_nights,
        }

    def event(self, node: Node) -> Event:
        """One event. Raises WrongFile."""
        if not isinstance(node.value, dict):
            raise node.fault("an object is expected")
        for key in ("on", "do"):
            if key not in node.value:
                raise WrongFile(f"{node.place}.{key}", "missing")
        do = node["do"].text()
        if do not in self._read:
            raise node["do"].fault(f"unknown; one of {', '.join(self._read)} is expected")
        return self._read[do](node, node["on"].day())

    def _order(self, node: Node, on: date) -> Event:
        node.keys("on do account items", "po")
        po = node.get("po")
        return PlacesOrder(
            node.place,
            on,
            "order",
            account=self._account(node),
            po=po.text(longest=60) if po else None,
            items=tuple(self._item(item) for item in node["items"].items()),
        )

    def _item(self, node: Node) -> ItemPart:
        trial = isinstance(node.value, dict) and node.value.get("trial")
        node.keys("ref plan seats" if trial else "ref plan seats interval", "interval trial")
        flag, interval = node.get("trial"), node.get("interval")
        return ItemPart(
            ref=node["ref"].text(),
            plan=self._plan(node),
            seats=node["seats"].count(0, MOST_SEATS),
            interval=interval.one_of(Interval) if interval else Interval.MONTH,
            is_trial=flag.flag() if flag else False,
        )

    def _change(self, node: Node, on: date) -> Event:
        node.keys("on do subscription", "plan seats interval timing")
        seats, interval, timing = node.get("seats"), node.get("interval"), node.get("timing")
        return Changes(
            node.place,
            on,
            "change",
            ref=self._ref(node),
            plan=self._plan(node) if node.get("plan") else None,
            seats=seats.count(0, MOST_SEATS) if seats else None,
            interval=interval.one_of(Interval) if interval else None,
            timing=timing.one_of(Timing) if timing else None,
        )

    def _extend_trial(self, node: Node, on: date) -> Event:
        node.keys("on do subscription days reason")
        days, reason = node["days"].count(), node["reason"].text(longest=LONGEST_REASON)
        return ExtendsTrial(node.place, on, "extend_trial", self._ref(node), days, reason)

    def _convert_trial(self, node: Node, on: date) -> Event:
        node.keys("on do subscription", "interval seats")
        interval, seats = node.get("interval"), node.get("seats")
        return ConvertsTrial(
            node.place,
            on,
            "convert_trial",
            ref=self._ref(node),
            interval=interval.one_of(Interval) if interval else None,
            seats=seats.count(0, MOST_SEATS) if seats else None,
        )

    def _of_subscription(self, node: Node, on: date) -> Event:
        node.keys("on do subscription")
        return OfSubscription(node.place, on, node["do"].text(), self._ref(node))

    def _pay(self, node: Node, on: date) -> Event:
        node.keys("on do account amount", "invoice")
        account, invoice = self._account(node), node.get("invoice")
        amount = self._amount(node["amount"], self._currencies[account])
        return Pays(node.place, on, "pay", account, amount.major, invoice.text() if invoice else None)

    def _credit_note(self, node: Node, on: date) -> Event:
        node.keys("on do invoice_of amount reason")
        ref = node["invoice_of"].known(self._refs, "subscription")
        amount = self._amount(node["amount"], self._refs[ref])
        reason = node["reason"].text(longest=LONGEST_REASON)
        return Credits(node.place, on, "credit_note", ref, amount.major, reason)

    def _seats(self, node: Node, on: date) -> Event:
        node.keys("on do subscription users")
        users = tuple(user.text() for user in node["users"].items())
        return MovesSeats(node.place, on, node["do"].text(), self._ref(node), users)

    def _skip_nights(self, node: Node, on: date) -> Event:
        node.keys("on do nights")
        return SkipsNights(node.place, on, "skip_nights", node["nights"].count(0, LONGEST_SKIP))

    def _account(self, node: Node) -> str:
        return node["account"].known(self._currencies, "account")

    def _plan(self, node: Node) -> str:
        return node["plan"].known(self._plans, "plan")

    def _ref(self, node: Node) -> str:
        return node["subscription"].known(self._refs, "subscription")

    def _amount(self, node: Node, currency: str) -> Money:
        if abs(node.decimal()) > RICHEST:
            raise node.fault(f"at most {RICHEST}")
        try:
            return Money.of(node.decimal(), currency)
        except InexactAmount:
            raise node.fault(f"finer than a minor unit of {currency}") from None
