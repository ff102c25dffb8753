"""What an account is offered: products it lacks first, trial rights with their reasons, prices, savings."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from data import database
from data.models import Product, StandingDiscount, Subscription
from data.money import Money
from data.period import Interval
from services.commands.orders import place_order
from services.errors import NotAllowed, NotFound, ProductOwned, TrialNotOffered, TrialUsedUp
from services.permissions import Actor
from services.queries.offers import Offers, ProductOffer, offers, price_items
from services.queries.orders import preview_order
from services.rules.changes import NothingChanges, Timing
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem, QuotedItem
from tests.builders import TODAY, add, make_account, make_subscription, write

PRO = OrderItem(ItemKind.PURCHASE, "support-pro", 10, Interval.YEAR)


def offered(actor: Actor, account: int, *, language: str = "en", today: date = TODAY) -> Offers:
    return offers(actor, account, today=today, language=language)


def order(actor: Actor, account: int, item: OrderItem, today: date = TODAY) -> int:
    """The subscription of the item, ordered."""
    wanted = OrderRequest(account, item.plan, (item,), evidence="call", evidence_reference="Pilar")
    total = preview_order(actor, wanted, today=today).total
    return place_order(actor, wanted, agreed=total, today=today).subscription_ids[0]


def product(found: Offers, code: str) -> ProductOffer:
    return found.product(code)


def test_products_the_account_lacks_come_first(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    order(rep, account, PRO)
    found = offered(rep, account)
    assert [offer.product for offer in found.products] == ["meetings", "signatures", "backup", "monitoring", "support"]
    owned = product(found, "support")
    assert owned.owned and (owned.owned.seats, owned.owned.may_add_seats, owned.may_buy) == (10, True, False)


def test_why_a_product_cannot_be_tried(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    order(rep, account, OrderItem(ItemKind.TRIAL, "meetings-team", 5))
    found = offered(rep, account)
    assert isinstance(product(found, "backup").trial_refusal, TrialNotOffered)
    assert isinstance(product(found, "meetings").trial_refusal, ProductOwned)
    assert product(found, "meetings").may_buy  # a purchase converts the trial
    assert product(found, "support").trial_refusal is None
    write(lambda session: setattr(session.scalars(select(Subscription)).one(), "status", "expired"))
    used_up = product(offered(rep, account), "meetings").trial_refusal
    assert isinstance(used_up, TrialUsedUp) and used_up.values["again_on"] == date(2027, 4, 11)
    assert product(offered(rep, account, today=date(2027, 4, 11)), "meetings").trial_refusal is None


def test_plans_have_rank_prices_minimum_and_what_they_include_in_the_readers_language(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    plans = product(offered(rep, account, language="es"), "support").plans
    assert [plan.name for plan in plans] == ["Business", "Professional", "Enterprise"]
    assert [plan.minimum_seats for plan in plans] == [1, 1, 5]
    assert plans[1].includes[0] == "Todo lo de Business"
    assert plans[1].intervals == (Interval.MONTH, Interval.YEAR)
    # 10 seats: 16.00 × 12 × 10 = 1,920.00 less 1,440.00
    assert plans[1].saving(10) == Money.of("480.00", "EUR")
    assert product(offered(rep, account), "monitoring").plans[0].saving(10) is None  # no annual price


def test_prices_are_in_the_accounts_currency_or_missing(db: object, rep: Actor) -> None:
    account = make_account(rep=rep, currency="GBP")
    team, company = product(offered(rep, account), "meetings").plans
    assert (team.prices[0].currency, company.prices) == ("GBP", ())


def test_a_withdrawn_product_is_offered_only_to_who_has_it(db: object, rep: Actor) -> None:
    account, other = make_account(rep=rep), make_account("other", rep=rep)
    make_subscription(account, "support-pro")
    write(lambda session: setattr(session.get_one(Product, "support"), "withdrawn_on", TODAY))
    assert "support" in [offer.product for offer in offered(rep, account).products]
    assert "support" not in [offer.product for offer in offered(rep, other).products]


def test_items_are_priced_side_by_side_or_say_why_not(db: object, rep: Actor) -> None:
    """Billing rules §5: annual, 10 seats from 2026-01-01, +5 on 2026-04-11: reset 1114.52, keep 522.74."""
    account = make_account(rep=rep)
    subscription = order(rep, account, PRO, today=date(2026, 1, 1))
    more = OrderItem(ItemKind.CHANGE, "support-pro", 15, Interval.YEAR, subscription_id=subscription)
    items = [replace(more, timing=Timing.RESET), replace(more, timing=Timing.KEEP), replace(more, seats=10)]
    reset, keep, refused = price_items(rep, account, items, today=TODAY)
    assert isinstance(reset, QuotedItem) and reset.net == Money.of("1114.52", "EUR")
    assert isinstance(keep, QuotedItem) and keep.net == Money.of("522.74", "EUR")
    assert isinstance(refused, NothingChanges)


def test_a_standing_discount_is_in_price_and_saving(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    add(StandingDiscount(account_id=account, id=1, plan="support-pro", percent=Decimal(10), reason="Framework"))
    plan = product(offered(rep, account), "support").plan("support-pro")
    assert plan and plan.saving(10) == Money.of("432.00", "EUR")
    (quoted,) = price_items(rep, account, [PRO], today=TODAY)
    assert isinstance(quoted, QuotedItem) and quoted.net == Money.of("1296.00", "EUR")


def test_the_offers_take_a_fixed_number_of_statements(db: object, rep: Actor) -> None:
    bare, busy = make_account(rep=rep), make_account("busy", rep=rep)
    for plan in ("support-pro", "meetings-team", "signatures-standard", "backup-devices"):
        make_subscription(busy, plan)
    assert statements(lambda: offered(rep, bare)) == statements(lambda: offered(rep, busy))


def statements(work: object) -> int:
    """How many statements the work sends."""
    sent = []
    with database.read_session() as session:
        engine = session.get_bind().engine

    def note(*_args: object) -> None:
        sent.append(1)

    event.listen(engine, "before_cursor_execute", note)
    try:
        work()  # type: ignore[operator]
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(sent)


def test_offers_are_for_the_accounts_own_rep(db: object, rep: Actor, other_rep: Actor, finance: Actor) -> None:
    account = make_account(rep=rep)
    with pytest.raises(NotFound):
        offered(other_rep, account)
    with pytest.raises(NotFound):
        price_items(other_rep, account, [PRO], today=TODAY)
    with pytest.raises(NotAllowed):
        offered(finance, account)
