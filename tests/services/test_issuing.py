"""Issuing: many documents of many accounts at once, numbered in order without a gap, and never before the last day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from data import database
from data.models import (
    Account,
    Document,
    DocumentLine,
    IssuedNumber,
    NumberSeries,
    Posting,
    Recognition,
    Seller,
    Subscription,
)
from data.models import Price as PriceRow
from data.period import Interval, period_at
from services import access, facts
from services.bulk import Rows
from services.documents.facts import DocumentKind
from services.documents.frozen import freeze_parties, seller_text
from services.errors import IssuedOutOfOrder
from services.facts.papers import hash_of, sheet_text
from services.journal import BilledItem, Issue, Issued, issue_documents
from services.permissions import Actor
from services.rules.bills import charge_bill
from services.rules.ordering import ItemKind, OrderItem
from services.rules.pricing import Price
from services.rules.proration import charge
from services.rules.tax import TaxDecision, Treatment
from tests.builders import TODAY, make_account, make_invoice, make_seller, make_subscription
from tests.ordering import PRO, order, request

TAX = TaxDecision(Treatment.STANDARD, "ES", Decimal(21), "domestic", "")
NEXT = TODAY + timedelta(days=1)


def issue(account_id: int, subscription_id: int, *, day: date = NEXT, key: str = "night") -> Issue:
    """An invoice of a subscription's running month, from values."""
    with database.read_session() as session:
        account, seller = session.get_one(Account, account_id), session.get_one(Seller, "es")
        row = session.get_one(Subscription, (account_id, subscription_id))
        price: Price = facts.price_of(session.get_one(PriceRow, row.price_id))
        parties = freeze_parties(seller_text(facts.seller_facts(session, seller, "EUR")), facts.buyer_facts(account))
        plan = row.plan
    period = period_at(day, Interval.MONTH, 0)
    return Issue(
        account_id=account_id,
        seller="es",
        series="INVES",
        kind=DocumentKind.INVOICE,
        language="es",
        bill=charge_bill([(0, charge(price, seats=10, period=period))], lambda _: TAX, "EUR"),
        items={0: BilledItem(subscription_id, 1, plan, "Remote Support", "Pro")},
        parties=parties,
        natural_key=key,
        issued_on=day,
        due_on=day + timedelta(days=30),
    )


def issue_all(*issues: Issue) -> list[Issued]:
    with access.maintaining() as session:
        rows = Rows(session)
        done = issue_documents(session, rows, issues)
        rows.write()
        return done


def test_many_documents_are_numbered_in_the_order_given(rep: Actor) -> None:
    order(rep, request(make_account("first", rep=rep), PRO))
    accounts = [make_account(f"account-{n}", rep=rep) for n in range(40)]
    wanted = [issue(account, make_subscription(account)) for account in reversed(accounts)]
    done = issue_all(*wanted)
    assert [one.number for one in done] == [f"INVES-2026-{n:06d}" for n in range(2, 42)]
    with database.read_session() as session:
        documents = session.scalars(select(Document).order_by(Document.number)).all()
        assert [row.account_id for row in documents[1:]] == [one.account_id for one in wanted]
        assert [row.previous_hash for row in documents] == ["", *[row.hash for row in documents[:-1]]]
        assert all(hash_of(session, row) == row.hash for row in documents)
        assert "Remote Support – Pro" in sheet_text(session, documents[-1])
        series = session.get_one(NumberSeries, ("INVES", 2026))
        assert (series.last_number, series.last_hash, series.last_issued_on) == (41, documents[-1].hash, NEXT)
        assert session.scalar(select(func.count()).select_from(IssuedNumber)) == 41
        assert session.scalar(select(func.sum(Posting.amount_minor))) == 0
        net, earned = select(func.sum(DocumentLine.net_minor)), select(func.sum(Recognition.amount_minor))
        assert session.scalar(net) == session.scalar(earned)


def test_a_day_before_the_last_one_of_the_series_is_refused(rep: Actor) -> None:
    account = make_account(rep=rep)
    make_invoice(rep, account, today=NEXT)
    with pytest.raises(IssuedOutOfOrder) as refused:
        make_invoice(rep, account, OrderItem(ItemKind.PURCHASE, "meetings-team", 3, Interval.MONTH), key="early")
    assert refused.value.values == {"series": "INVES", "day": TODAY, "last_day": NEXT}
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 1


def test_series_of_two_years_and_sellers_are_counted_by_themselves(rep: Actor) -> None:
    account = make_account(rep=rep)
    subscription = make_subscription(account)
    days = (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 1))
    done = issue_all(*(issue(account, subscription, day=day, key=f"{n}") for n, day in enumerate(days)))
    assert [one.number for one in done] == ["INVES-2026-000001", "INVES-2027-000001", "INVES-2027-000002"]
    make_seller("DE")
    german = make_account("berlin", rep=rep, seller="de", country="DE", vat_number="DE136695976", postal_code="10115")
    order(rep, request(german, PRO))
    with database.read_session() as session:
        assert session.get_one(NumberSeries, ("INVDE", 2026)).last_number == 1


def test_an_annual_line_is_earned_month_by_month(rep: Actor) -> None:
    """1,440.00 from 2026-04-11 to 2027-04-11: 20 of 365 days in April = 78.90."""
    account = make_account(rep=rep)
    make_invoice(rep, account)
    with database.read_session() as session:
        rows = session.execute(select(Recognition.month, Recognition.amount_minor).order_by(Recognition.month)).all()
    assert rows[0] == (202604, 7890) and rows[-1] == (202704, 3945)
    assert (len(rows), sum(row.amount_minor for row in rows)) == (13, 144000)
