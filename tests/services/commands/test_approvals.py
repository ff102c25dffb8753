"""Approvals: asked for, decided by a second person, done in the same transaction, once."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from data import database
from data.models import Approval, AuditEntry, Order, OutboxMail, Subscription
from data.money import Money
from services.commands.approvals import ask_approval, decide_money, decide_sales, withdraw_approval
from services.commands.money_requests import RefundRequest, ask_refund
from services.commands.payments import record_payment
from services.commands.trials import end_trial
from services.deeds.approvals.discount import discount
from services.deeds.approvals.trial_extension import second_trial, trial_extension
from services.errors import DiscountOverLimit, Invalid, NotAllowed, NotFound, Refusal, RequestKeyReused, TrialUsedUp
from services.mails.packing import subject_of
from services.permissions import Actor, Role
from services.queries.approvals import list_approvals
from services.rules.approvals import AlreadyDecided, ApprovalKind, ApprovalStatus, Asked, NotYourRequest, OwnRequest
from services.rules.order_request import OrderRequest
from services.rules.payments import PaymentRequest
from services.rules.pricing import Discount
from services.rules.trials import TrialOver
from tests.builders import TODAY, make_account, make_user
from tests.ordering import PRO, TRIAL, order, request
from tests.services.commands.test_order_race import at_once, placing

HALF = Discount(percent=Decimal("50"))
DEAL = replace(PRO, discount=HALF, discount_reason="Big deal")


@pytest.fixture
def account(rep: Actor) -> int:
    return make_account(rep=rep)


@pytest.fixture
def trial(rep: Actor, account: int) -> int:
    return order(rep, OrderRequest(account, "trial", (TRIAL,))).subscription_ids[0]


def half_off(key: str = "k") -> Asked:
    return discount("support-pro", HALF, "Big deal", request_key=key)


def approve(actor: Actor, account: int, approval: int) -> None:
    decide_sales(actor, account, approval, is_approved=True, reason="", today=TODAY)


def row_of(account: int, approval: int) -> Approval:
    with database.read_session() as session:
        row = session.get_one(Approval, (account, approval))
        session.expunge(row)
        return row


def test_who_asked_is_told_by_mail_once_in_their_language(db: object, manager: Actor) -> None:
    asker = make_user(Role.SALES_REP, email="inés@portal.example", name="Inés", language="es")
    account = make_account("told", rep=asker)
    for key, is_approved in (("k-1", True), ("k-2", False)):
        asked = ask_approval(asker, account, half_off(key), TODAY)
        with pytest.raises(Invalid):
            decide_sales(manager, account, asked, is_approved=False, reason="", today=TODAY)
        decide_sales(manager, account, asked, is_approved=is_approved, reason="Too much", today=TODAY)
        with pytest.raises(AlreadyDecided):
            decide_sales(manager, account, asked, is_approved=True, reason="", today=TODAY)
    with database.read_session() as session:
        rows = session.scalars(select(OutboxMail).where(OutboxMail.kind == "approval_decided")).all()
        assert [(row.recipients, row.language) for row in rows] == [(["inés@portal.example"], "es")] * 2
        subjects = sorted(subject_of(session, row) for row in rows)
    assert [subject.partition(":")[0] for subject in subjects] == ["Aprobada", "No aprobada"]


def test_a_trial_is_extended_beyond_its_limit_by_a_second_person(
    db: object, rep: Actor, manager: Actor, account: int, trial: int
) -> None:
    asked = ask_approval(rep, account, trial_extension(trial, 45, "Pilot of a ministry", request_key="k"), TODAY)
    with database.read_session() as session:
        assert session.scalars(select(Subscription)).one().trial_extension_days == 0
    approve(manager, account, asked)
    with database.read_session() as session:
        row = session.scalars(select(Subscription)).one()
        assert (row.trial_extension_days, row.trial_ends_on) == (45, TODAY + timedelta(days=75))
        actions = set(session.scalars(select(AuditEntry.action)))
        assert {"ask_approval", "approve", "extend_trial"} <= actions
    done = row_of(account, asked)
    assert (done.status, done.decided_by, done.requested_by) == ("approved", manager.user_id, rep.user_id)


def test_what_cannot_be_done_any_more_stays_pending(
    db: object, rep: Actor, manager: Actor, account: int, trial: int
) -> None:
    asked = ask_approval(rep, account, trial_extension(trial, 45, "Pilot", request_key="k"), TODAY)
    end_trial(rep, account, trial, "Over", TODAY)
    with pytest.raises(TrialOver):
        approve(manager, account, asked)
    assert (row_of(account, asked).status, row_of(account, asked).decided_by) == ("pending", None)
    decide_sales(manager, account, asked, is_approved=False, reason="It ended", today=TODAY)
    assert row_of(account, asked).decision_reason == "It ended"


def test_nobody_decides_the_own_request(db: object, manager: Actor, admin: Actor, account: int, trial: int) -> None:
    asked = ask_approval(manager, account, half_off(), TODAY)
    with pytest.raises(OwnRequest):
        approve(manager, account, asked)
    with pytest.raises(IntegrityError), database.write_session() as session:  # nor behind the service's back
        session.get_one(Approval, (account, asked)).decided_by = manager.user_id
    approve(admin, account, asked)


def test_it_is_decided_once_and_with_a_reason_where_it_is_refused(
    db: object, rep: Actor, manager: Actor, account: int
) -> None:
    asked = ask_approval(rep, account, half_off(), TODAY)
    with pytest.raises(Invalid):
        decide_sales(manager, account, asked, is_approved=False, reason=" ", today=TODAY)
    decide_sales(manager, account, asked, is_approved=False, reason="Too much", today=TODAY)
    with pytest.raises(AlreadyDecided) as refused:
        approve(manager, account, asked)
    assert refused.value.values == {"status": ApprovalStatus.REFUSED}
    with pytest.raises(DiscountOverLimit):
        order(rep, request(account, DEAL))
    with pytest.raises(NotFound):
        approve(manager, account, 5)


def test_the_one_who_asked_takes_it_back(db: object, rep: Actor, manager: Actor, account: int) -> None:
    asked = ask_approval(rep, account, half_off(), TODAY)
    with pytest.raises(NotYourRequest):
        withdraw_approval(manager, account, asked)
    withdraw_approval(rep, account, asked)
    with pytest.raises(AlreadyDecided):
        approve(manager, account, asked)


def test_the_same_key_is_the_same_request(db: object, rep: Actor, account: int) -> None:
    asked = ask_approval(rep, account, half_off(), TODAY)
    assert ask_approval(rep, account, half_off(), TODAY + timedelta(days=1)) == asked
    with pytest.raises(RequestKeyReused):
        ask_approval(
            rep, account, discount("support-pro", Discount(percent=Decimal(51)), "More", request_key="k"), TODAY
        )
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Approval)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        trial_extension(7, 0, "No days", request_key="k"),
        trial_extension(7, 181, "Half a year", request_key="k"),
        Asked(ApprovalKind.DISCOUNT, "k", "Odd", {"plan": "support-pro", "percent": "101"}),
        Asked(ApprovalKind.DISCOUNT, "k", "Odd", {"plan": "support-pro", "percent": "much"}),
        Asked(ApprovalKind.DISCOUNT, "k", "Odd", {"plan": "unknown", "percent": "10"}),
        second_trial("unknown", "Odd", request_key="k"),
        Asked(ApprovalKind.REFUND, "k", "It has a form of its own", amount=Money(100, "EUR")),
        Asked(ApprovalKind.DISCOUNT, "k", "  ", half_off().wanted),
    ],
)
def test_what_makes_no_sense_is_not_asked(db: object, rep: Actor, account: int, wrong: Asked) -> None:
    with pytest.raises(Refusal):
        ask_approval(rep, account, wrong, TODAY)
    with database.read_session() as session:
        assert session.scalars(select(Approval)).all() == []


def test_an_approved_discount_is_used_by_one_order(db: object, rep: Actor, manager: Actor, account: int) -> None:
    with pytest.raises(DiscountOverLimit):
        order(rep, request(account, DEAL))
    asked = ask_approval(rep, account, half_off(), TODAY)
    with pytest.raises(DiscountOverLimit):  # asked for is not approved
        order(rep, request(account, DEAL))
    approve(manager, account, asked)
    for other in (replace(DEAL, discount=Discount(percent=Decimal("50.1"))), replace(DEAL, plan="support-business")):
        with pytest.raises(DiscountOverLimit):
            order(rep, request(account, other))
    placed = order(rep, request(account, DEAL))
    assert row_of(account, asked).subject_id == placed.order_id
    other_account = make_account("other", rep=rep)
    with pytest.raises(DiscountOverLimit):
        order(rep, request(other_account, DEAL))
    third = replace(DEAL, plan="support-pro", seats=12)
    with database.write_session() as session:  # the product is free again
        session.get_one(Subscription, (account, placed.subscription_ids[0])).status = "cancelled"
    with pytest.raises(DiscountOverLimit):
        order(rep, request(account, third, key="third"))


def test_finance_decides_on_money_and_sales_on_sales(
    db: object, rep: Actor, manager: Actor, finance: Actor, account: int
) -> None:
    record_payment(finance, PaymentRequest(account, Money(500, "EUR"), TODAY, "bank_transfer", "T", "p"), TODAY)
    wanted = RefundRequest(account, Money(200, "EUR"), "bank_transfer", "Paid twice", "r")
    refund, sale = ask_refund(rep, wanted, today=TODAY), ask_approval(rep, account, half_off(), TODAY)
    with pytest.raises(NotAllowed):
        approve(manager, account, refund)
    with pytest.raises(NotAllowed):
        decide_money(finance, account, sale, is_approved=True, reason="", today=TODAY)
    decide_money(finance, account, refund, is_approved=True, reason="", today=TODAY)
    assert row_of(account, refund).status == "approved"


def test_the_list_shows_the_own_accounts_and_who_may_decide(
    db: object, rep: Actor, other_rep: Actor, manager: Actor, finance: Actor, account: int
) -> None:
    asked = ask_approval(rep, account, half_off(), TODAY)
    assert list_approvals(other_rep).total == 0
    (mine,), (managers,), (finances,) = (list_approvals(who).rows for who in (rep, manager, finance))
    assert [(row.may_decide, row.is_own) for row in (mine, managers, finances)] == [
        (False, True),
        (True, False),
        (False, False),
    ]
    assert (managers.told["percent"], managers.told["product"], managers.asked_by) == ("50", "Remote Support", rep.name)
    approve(manager, account, asked)
    assert list_approvals(rep).total == 0
    (done,) = list_approvals(rep, is_pending=False).rows
    assert (done.status, done.decided_by) == (ApprovalStatus.APPROVED, manager.name)


def test_another_trial_within_the_year_is_approved_and_used_once(
    db: object, rep: Actor, manager: Actor, account: int, trial: int
) -> None:
    end_trial(rep, account, trial, "Nobody had time", TODAY)
    again = OrderRequest(account, "again", (TRIAL,))
    with pytest.raises(TrialUsedUp):
        order(rep, again)
    asked = ask_approval(rep, account, second_trial("meetings", "New team takes over", request_key="k"), TODAY)
    with pytest.raises(TrialUsedUp):
        order(rep, again)
    approve(manager, account, asked)
    placed = order(rep, again)
    assert placed.subscription_ids != (trial,) and row_of(account, asked).subject_id == placed.order_id
    end_trial(rep, account, placed.subscription_ids[0], "Once more", TODAY)
    with pytest.raises(TrialUsedUp):
        order(rep, OrderRequest(account, "third", (TRIAL,)))


@pytest.mark.postgresql
def test_two_who_decide_at_once_do_it_once(db: object, rep: Actor, manager: Actor, account: int, trial: int) -> None:
    second = make_user(Role.SALES_MANAGER, email="second@portal.example")
    asked = ask_approval(rep, account, trial_extension(trial, 45, "Pilot", request_key="k"), TODAY)
    done = at_once(lambda: approve(manager, account, asked), lambda: approve(second, account, asked))
    assert sum(isinstance(one, AlreadyDecided) for one in done) == 1
    with database.read_session() as session:
        assert session.scalars(select(Subscription)).one().trial_extension_days == 45


@pytest.mark.postgresql
def test_one_approval_serves_one_of_two_orders(db: object, rep: Actor, manager: Actor, account: int) -> None:
    approve(manager, account, ask_approval(rep, account, half_off(), TODAY))
    done = at_once(*placing(rep, request(account, DEAL, key="one"), request(account, DEAL, key="two")))
    assert sum(isinstance(one, Refusal) for one in done) == 1
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 1
