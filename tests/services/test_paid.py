"""The price really paid, read from issued lines: changes, credits, discounts, trials; the lines of every period."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from data import database
from data.money import Money
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.facts.paid import bought_seats, paid_lines, seat_rates
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.rules.changes import Timing
from services.rules.credits import CreditScope
from services.rules.pricing import Discount
from services.rules.waste import SeatRate
from tests.builders import TODAY, make_account, make_invoice, make_subscription
from tests.changing import NEW_YEAR, change, owned
from tests.ordering import PRO, TRIAL, order, request


def rates(account: int, day: date = TODAY) -> dict[int, SeatRate]:
    with database.read_session() as session:
        return {key[1]: rate for key, rate in seat_rates(session, [account], day).items()}


def test_changes_are_priced_by_their_own_lines(rep: Actor) -> None:
    """Annual 10 × 144.00, +5 on 04-11: 522.74 more for 265 days. On 2 July 15 → 9 with `keep`."""
    account, subscription = owned(rep)
    assert rates(account)[subscription].a_day == Fraction(144_000, 3_650)
    change(rep, account, subscription, seats=15, timing=Timing.KEEP)
    assert rates(account)[subscription].a_day == (Fraction(144_000, 365) + Fraction(52_274, 265)) / 15
    july = date(2026, 7, 2)
    change(rep, account, subscription, july, key="key-3", seats=9, timing=Timing.KEEP)
    less = rates(account, july)[subscription]
    assert less.monthly(1).minor == 1200 and abs(less.a_day - Fraction(14_400, 365)) < Fraction(1, 1000)
    with database.read_session() as session:
        paid, bought = paid_lines(session, account)[subscription], bought_seats(session, account)[subscription]
    # 183 unused days of six of the 15 seats: 5 of the newest line (522.74 × 183/265 = 360.99…), 1 of 10 of the first
    assert sorted(one.minor for one in paid if one.minor > 0) == [52_274, 144_000]
    assert sum(one.minor for one in paid if one.minor < 0) == -43_318  # 360.9866 + 72.1973 = 433.1839
    assert bought == [(NEW_YEAR, 10), (TODAY, 15), (july, 9)]


def test_a_reset_leaves_only_the_new_line_to_pay(rep: Actor) -> None:
    account, subscription = owned(rep)
    change(rep, account, subscription, seats=15, timing=Timing.RESET)
    found = rates(account)[subscription]
    # 2160.00 / 365 / 15; what the credit of 1045.48 leaves of the old line's days is less than a cent for all seats
    assert abs(found.a_day * 15 * 265 - Fraction(216_000 * 265, 365)) < 1
    assert found.monthly(15).minor == 18_000


def test_a_free_discount_and_a_trial_cost_nothing(rep: Actor, admin: Actor) -> None:
    pilot = Discount(percent=Decimal(100))
    account = make_account(rep=rep)
    placed = order(admin, request(account, replace(PRO, discount=pilot, discount_reason="pilot"), TRIAL))
    found = rates(account)
    assert {key: rate.a_day for key, rate in found.items()} == dict.fromkeys(placed.subscription_ids, 0)
    assert len(found) == 2 and not any(rate.is_contract for rate in found.values())


def test_an_agreed_credit_makes_the_days_that_are_left_cheaper(rep: Actor, finance: Actor) -> None:
    """1440.00 over 365 days; 50.00 back on day 20, over the 345 days that are left: 1440/365 − 50/345 for 10 seats."""
    account = make_account(rep=rep)
    invoice = make_invoice(rep, account, PRO)
    later, scope = TODAY + timedelta(days=20), CreditScope(net=Money(5_000, "EUR"))
    agreed = preview_credit(finance, account, invoice, scope).total
    credit_invoice(finance, CreditRequest(account, invoice, "Goodwill", "c-1", scope), agreed=agreed, today=later)
    (before,), (after,) = rates(account).values(), rates(account, later).values()
    assert before.a_day == Fraction(14_400, 365)
    assert after.a_day == (Fraction(144_000, 365) - Fraction(5_000, 345)) / 10


def test_without_a_line_the_contract_says_the_price(rep: Actor) -> None:
    """Billed by another system: 10 × 16.00 of a month of 30 days, and said so."""
    account = make_account(rep=rep)
    make_subscription(
        account, starts_on=date(2026, 4, 1), ends_on=date(2026, 5, 1), period_minor=16_000, currency="EUR"
    )
    (found,) = rates(account).values()
    assert (found.a_day, found.is_contract) == (Fraction(1600, 30), True)
