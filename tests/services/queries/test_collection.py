"""Whom to call first and why, reminders sent, and days sales outstanding: on the book of the receivables."""

from datetime import date
from decimal import Decimal

import pytest

from data.models import OutboxMail
from data.money import Money
from services import access
from services.commands.disputes import open_dispute
from services.commands.payments import PaymentRequest, record_payment
from services.errors import NotAllowed
from services.permissions import Actor
from services.queries.collection import calls, reminders
from services.queries.days_sales import days_sales_outstanding
from tests.builders import TODAY, write
from tests.services.queries.test_receivables import book, euro, on

__all__ = ["book"]


def test_late_amounts_weigh_by_their_thirties_of_days(finance: Actor, book: dict[str, int]) -> None:
    """Acme: 1642.40 late by 61 days counts three times; beta: 1500.40 late by 20 days once; gamma is not due."""
    page = calls(finance, on(4, 11))
    found = page.frame[["place", "account", "overdue_minor", "days_late", "weighted_minor"]].to_numpy().tolist()
    assert found == [
        [1, "Acme", euro("1642.40"), 61, 3 * euro("1642.40")],
        [2, "Beta", euro("1500.40"), 20, euro("1500.40")],
    ]
    assert page.total == 2
    assert page.frame["email"].tolist() == ["billing@acme.example", "billing@beta.example"]
    later = calls(finance, on(4, 11), limit=1, offset=1).frame
    assert (later["place"].tolist(), later["account"].tolist()) == ([2], ["Beta"])


def test_what_is_disputed_is_not_called_for(finance: Actor, book: dict[str, int]) -> None:
    open_dispute(finance, book["acme"], book["first"], reason="Again", today=TODAY)
    assert calls(finance, on(4, 11)).frame["account"].tolist() == ["Beta"]
    assert calls(finance, on(4, 10)).frame["account"].tolist() == ["Acme", "Beta"]  # the day before it was not


def test_the_last_payment_and_reminder_are_told(rep: Actor, finance: Actor, book: dict[str, int]) -> None:
    assert calls(finance, on(4, 11)).frame["paid_on"].isna().all()  # acme's came back
    paid = PaymentRequest(book["beta"], Money.of("0.40", "EUR"), date(2026, 4, 11), "bank_transfer", "T", "p-9")
    record_payment(finance, paid, TODAY)
    assert calls(finance, on(4, 11)).frame["paid_on"].tolist()[1] == TODAY
    remind(book["beta"], "one")
    assert calls(finance, on(4, 11)).frame["reminded_on"].notna().tolist() == [False, True]


def test_reminders_say_when_which_and_to_whom(
    rep: Actor, other_rep: Actor, finance: Actor, licence_manager: Actor, book: dict[str, int]
) -> None:
    remind(book["beta"], "one")
    page = reminders(finance)
    assert page.total == 1
    row = page.frame.iloc[0]
    assert (row["account"], row["number"], row["days_late"], row["open_minor"]) == ("Beta", "INV-7", 7, 900)
    assert row["recipients"] == "pay@beta.example"
    assert reminders(other_rep).total == 1 and reminders(rep).total == 0
    assert reminders(finance, account_id=book["acme"]).total == 0
    for refused in (lambda: reminders(licence_manager), lambda: calls(licence_manager, on(4, 11)),
                    lambda: days_sales_outstanding(licence_manager, on(4, 11))):  # fmt: skip
        with pytest.raises(NotAllowed):
            refused()


def test_calls_are_scoped(rep: Actor, other_rep: Actor, book: dict[str, int]) -> None:
    assert calls(rep, on(4, 11)).frame["account"].tolist() == ["Acme"]
    assert calls(other_rep, on(4, 11)).frame["account"].tolist() == ["Beta"]


def test_days_sales_by_hand(finance: Actor, other_rep: Actor, book: dict[str, int]) -> None:
    """On 2026-04-11: 3142.80 open; billed since February 1: 1742.40 less 242.00; 28 + 31 + 11 days.

    At the end of March: 2500.40 open; billed since January 1: 3484.80 less 242.00; 90 days.
    """
    lines, rates = days_sales_outstanding(finance, on(4, 11))
    assert rates is None
    found = {line.currency: line for line in lines}["EUR"]
    assert found.outstanding[-1] == (Decimal("3142.80") * 70 / Decimal("1500.40")).quantize(Decimal("0.1"))
    assert found.days[-2] == date(2026, 3, 31)
    assert found.outstanding[-2] == (Decimal("2500.40") * 90 / Decimal("3242.80")).quantize(Decimal("0.1"))
    (own,), _ = days_sales_outstanding(other_rep, on(4, 11))
    assert own.owed[-1] == Money.of("1500.40", "EUR")
    (converted,), rates = days_sales_outstanding(finance, on(4, 11, converted=True))
    assert rates and converted.currency == "EUR" and converted.owed[-1] > found.owed[-1]


def remind(account: int, key: str) -> None:
    """A reminder of the outbox, as a night writes it."""
    facts = {"number": "INV-7", "due_on": "2026-04-01", "days": 7, "open": {"minor": 900, "currency": "EUR"}}
    at = access.now()
    mail = OutboxMail(
        id=account % 10**9, account_id=account, event_key=key, kind="payment_reminder", language="en", seller="es",
        recipients=["pay@beta.example"], facts=facts, created_at=at, next_try_at=at,
    )  # fmt: skip
    write(lambda session: session.add(mail))
