"""Calls noted: a promise moves an account down until its day, is kept or broken, and is written down once."""

from datetime import date, timedelta

import pytest

from data.money import Money
from services.commands.collection import CallNote, note_call
from services.commands.payments import PaymentRequest, record_payment
from services.errors import Invalid, NotFound, RequestKeyReused
from services.permissions import Actor
from services.queries.collection import calls
from services.rules.report_filters import ReportFilters
from tests.builders import TODAY, make_account, make_invoice

SOON, LATER = TODAY + timedelta(days=5), TODAY + timedelta(days=9)
HUNDRED = Money.of("100.00", "EUR")


@pytest.fixture
def two(rep: Actor) -> list[int]:
    """Two accounts that owe the same since the same day, the first in the list first."""
    accounts = [make_account(code, rep=rep) for code in ("one", "two")]
    for account in accounts:
        make_invoice(rep, account, today=date(2026, 1, 10))
    return sorted(accounts)


def listed(actor: Actor, day: date) -> list[tuple[int, str | None]]:
    frame = calls(actor, ReportFilters(as_of=day)).frame
    return list(zip(frame["account_id"].tolist(), frame["promise"].tolist(), strict=True))


def test_a_promise_moves_an_account_down_until_its_day_and_is_marked_when_broken(
    finance: Actor, two: list[int]
) -> None:
    first, second = two
    assert listed(finance, TODAY) == [(first, None), (second, None)]
    promise = CallNote(first, "Pays on Thursday", "c-1", HUNDRED, SOON)
    for _ in range(2):
        note_call(finance, promise, today=TODAY)
    assert listed(finance, TODAY) == [(second, None), (first, "waiting")]
    assert listed(finance, SOON) == [(second, None), (first, "waiting")]
    assert listed(finance, LATER) == [(first, "broken"), (second, None)]
    assert calls(finance, ReportFilters(as_of=TODAY - timedelta(days=1))).frame["note"].tolist() == ["", ""]
    note_call(finance, CallNote(first, "On holiday", "c-2"), today=SOON)
    assert calls(finance, ReportFilters(as_of=LATER)).frame["note"].tolist() == ["On holiday", ""]


def test_a_promise_is_kept_by_what_was_paid_since(finance: Actor, two: list[int]) -> None:
    note_call(finance, CallNote(two[0], "Pays on Thursday", "c-1", HUNDRED, SOON), today=TODAY)
    record_payment(finance, PaymentRequest(two[0], HUNDRED, SOON, "bank_transfer", "T", "p-1"), SOON)
    assert dict(listed(finance, LATER))[two[0]] == "kept"


def test_what_is_no_call_is_refused(finance: Actor, other_rep: Actor, two: list[int]) -> None:
    for wrong in (
        CallNote(two[0], " ", "c"),
        CallNote(two[0], "Pays", "c", HUNDRED),
        CallNote(two[0], "Pays", "c", None, SOON),
        CallNote(two[0], "Pays", "c", HUNDRED, TODAY - timedelta(days=1)),
        CallNote(two[0], "Pays", "c", Money(0, "EUR"), SOON),
        CallNote(two[0], "Pays", "c", Money(1, "USD"), SOON),
    ):
        with pytest.raises(Invalid):
            note_call(finance, wrong, today=TODAY)
    with pytest.raises(NotFound):
        note_call(other_rep, CallNote(two[0], "Pays", "c"), today=TODAY)
    note_call(finance, CallNote(two[0], "Pays", "c"), today=TODAY)
    with pytest.raises(RequestKeyReused):
        note_call(finance, CallNote(two[0], "Does not pay", "c"), today=TODAY)
