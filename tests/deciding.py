"""What is to be decided, as tests build it and read it in the calendar."""

from dataclasses import replace
from datetime import date, timedelta

from data.period import Interval
from services.permissions import Actor
from services.queries.decisions import list_decisions
from services.rules.decisions import DecisionFilter, Kind
from services.rules.ordering import ItemKind, OrderItem
from services.words.decision_texts import decision_sentence
from services.words.i18n import Words
from tests.ordering import order, request

DAY = date(2026, 5, 10)
NEXT = date(2026, 6, 10)  # when what was bought for a month on DAY renews
EVE = NEXT - timedelta(days=1)
NOTICE = date(2026, 5, 11)  # thirty days before
WANTED = DecisionFilter(DAY, DAY + timedelta(days=400))
Row = tuple[str, str, date, date, int | None, str]


def buy(plan: str, seats: int = 10, interval: Interval = Interval.MONTH, **more: object) -> OrderItem:
    return replace(OrderItem(ItemKind.PURCHASE, plan, seats, interval), **more)  # type: ignore[arg-type]


def bought(rep: Actor, account: int, item: OrderItem, **more: object) -> int:
    return order(rep, request(account, item, key=f"{item.plan} {item.seats}", **more), DAY).subscription_ids[0]


def rows(actor: Actor, wanted: DecisionFilter = WANTED, **more: object) -> list[Row]:
    """Kind, subject, last day, day, at stake, currency."""
    frame = list_decisions(actor, wanted, limit=1_000, **more).frame  # type: ignore[arg-type]
    columns = ["kind", "subject", "last_on", "day", "stake_minor", "currency"]
    return [tuple(row) for row in frame[columns].itertuples(index=False)]


def told(actor: Actor, wanted: DecisionFilter = WANTED) -> list[str]:
    return [decision_sentence(one, Words("en")) for one in list_decisions(actor, wanted).frame["decision"]]


def of(kind: Kind, **more: object) -> DecisionFilter:
    return replace(WANTED, kind=kind, **more)  # type: ignore[arg-type]
