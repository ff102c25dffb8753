"""Assigning and releasing seats: works, refuses, is scoped, and the same again changes nothing (billing rules §11)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data import database
from data.models import AuditEntry, LicensedUser, OutboxMail, Seat, Subscription
from services import access
from services.commands.seats import Ticks, assign_seats, release_seats, tick_products
from services.errors import (
    Invalid,
    NotAllowed,
    NotFound,
    ProductNotOwned,
    SeatsExhausted,
    SelfServiceAccount,
    StaleForm,
)
from tests.builders import (
    TODAY,
    make_account,
    make_deputy,
    make_grant,
    make_licensed_user,
    make_subscription,
    make_user,
)


def rows(model, *criteria):
    with database.read_session() as session:
        found = session.scalars(select(model).where(*criteria).order_by(model.id)).all()
        session.expunge_all()
        return found


def assigned(subscription):
    return rows(Subscription, Subscription.id == subscription)[0].seats_assigned


def held(user):
    return {seat.product for seat in rows(Seat, Seat.user_id == user, Seat.released_at.is_(None))}


def version(user):
    return rows(LicensedUser, LicensedUser.id == user)[0].version


def tick(actor, account, user, products, *, notify=True, today=TODAY, seen=None):
    ticks = Ticks(user, version(user) if seen is None else seen, frozenset(products))
    return tick_products(actor, account, [ticks], notify=notify, today=today)


@pytest.fixture
def account(rep):
    return make_account(rep=rep)


@pytest.fixture
def support(account):
    return make_subscription(account, "support-pro", seats=2)


@pytest.fixture
def meetings(account):
    return make_subscription(account, "meetings-team", seats=2)


@pytest.fixture
def ana(account):
    return make_licensed_user(account)


def test_the_ticks_replace_the_users_products(rep, account, support, meetings, ana):
    tick(rep, account, ana, {"support"})
    done = tick(rep, account, ana, {"meetings"})
    assert (done.assigned, done.released, done.suspended, done.notified) == (1, 1, 0, 1)
    assert held(ana) == {"meetings"}
    assert (assigned(support), assigned(meetings)) == (0, 1)
    history = [(seat.product, seat.released_at is not None) for seat in rows(Seat, Seat.user_id == ana)]
    assert sorted(history) == [("meetings", False), ("support", True)]


def test_none_ticked_suspends_and_a_tick_restores(rep, account, support, ana):
    tick(rep, account, ana, {"support"})
    assert not rows(LicensedUser)[0].is_suspended
    assert tick(rep, account, ana, set()).suspended == 1
    assert rows(LicensedUser)[0].is_suspended
    tick(rep, account, ana, {"support"})
    assert not rows(LicensedUser)[0].is_suspended
    assert len(rows(Seat)) == 2  # released seats stay as history


def test_the_same_ticks_again_change_nothing(rep, account, support, ana):
    tick(rep, account, ana, {"support"}, seen=1)
    again = tick(rep, account, ana, {"support"}, seen=1)
    assert (again.assigned, again.changed, again.notified) == (0, 0, 0)
    assert len(rows(Seat)) == len(rows(OutboxMail)) == len(rows(AuditEntry, AuditEntry.action == "change_seats")) == 1
    assert version(ana) == 2


def test_each_change_has_its_mail_in_the_accounts_language(rep, account, support, meetings, ana):
    tick(rep, account, ana, {"support", "meetings"})
    tick(rep, account, ana, {"support"})
    tick(rep, account, ana, set())
    mails = {mail.kind: mail for mail in rows(OutboxMail)}
    assert set(mails) == {"seat_assigned", "seat_released", "access_suspended"}
    assert all(mail.recipients == ["ana@acme.example"] and mail.language == "en" for mail in mails.values())
    assert mails["seat_assigned"].facts["assigned"] == ["Meetings", "Remote Support"]
    assert mails["seat_released"].facts["released"] == ["Meetings"]
    assert mails["seat_released"].facts["kept"] == ["Remote Support"]
    assert mails["access_suspended"].facts["released"] == ["Remote Support"]


def test_the_mail_names_the_day_on_which_access_begins(rep, account, support, ana):
    make_subscription(account, "meetings-team", status="scheduled", starts_on=date(2026, 5, 1))
    tick(rep, account, ana, {"support", "meetings"})
    assert rows(OutboxMail)[0].facts["begins"] == {"Meetings": "2026-05-01"}


def test_do_not_notify_queues_no_mail(rep, account, support, ana):
    assert tick(rep, account, ana, {"support"}, notify=False).notified == 0
    assert not rows(OutboxMail)
    assert rows(AuditEntry)[0].after == {"products": ["support"], "notified": False}


def test_a_change_is_audited_with_before_and_after(rep, account, support, meetings, ana):
    tick(rep, account, ana, {"support"})
    tick(rep, account, ana, {"meetings"})
    entry = sorted(rows(AuditEntry, AuditEntry.action == "change_seats"), key=lambda entry: entry.at)[-1]
    assert (entry.actor_id, entry.account_id, entry.subject_id) == (rep.user_id, account, ana)
    assert (entry.before["products"], entry.after["products"]) == (["support"], ["meetings"])


def test_a_seat_moves_from_one_user_to_another_in_one_save(rep, account, ana):
    support = make_subscription(account, "support-pro", seats=1)
    bo = make_licensed_user(account, "bo@acme.example")
    tick(rep, account, ana, {"support"})
    ticks = [Ticks(bo, version(bo), frozenset({"support"})), Ticks(ana, version(ana), frozenset())]
    tick_products(rep, account, ticks, notify=True, today=TODAY)
    assert (held(ana), held(bo), assigned(support)) == (set(), {"support"}, 1)


def test_more_than_free_is_refused_whole(rep, account, support):
    users = [make_licensed_user(account, f"u{n}@acme.example") for n in range(3)]
    ticks = [Ticks(user, 1, frozenset({"support"})) for user in users]
    with pytest.raises(SeatsExhausted) as refused:
        tick_products(rep, account, ticks, notify=True, today=TODAY)
    assert refused.value.values == {"product": "Remote Support", "free": 2, "asked": 3}
    assert assigned(support) == 0
    assert not rows(Seat) and not rows(OutboxMail) and not rows(AuditEntry)


def test_a_product_without_a_live_subscription_is_refused(rep, account, ana):
    make_subscription(account, "backup-devices", status="cancelled", ends_on=TODAY)
    for product in ("backup", "meetings", "no such product"):
        with pytest.raises(ProductNotOwned):
            tick(rep, account, ana, {product})
    assert not rows(Seat)


@pytest.mark.parametrize("status", ["scheduled", "trialing", "active", "pending_cancellation"])
def test_every_live_subscription_gives_seats(rep, account, ana, status):
    ends = TODAY + timedelta(days=9) if status in ("trialing", "pending_cancellation") else None
    starts = TODAY + timedelta(days=9) if status == "scheduled" else date(2026, 1, 1)
    make_subscription(account, status=status, starts_on=starts, ends_on=ends)
    tick(rep, account, ana, {"support"})
    assert held(ana) == {"support"}


def test_a_seat_of_an_ended_subscription_makes_way(rep, account, ana):
    ended = make_subscription(account, seats=2, status="trialing", ends_on=TODAY)
    tick(rep, account, ana, {"support"}, today=TODAY - timedelta(days=1))
    bought = make_subscription(account, seats=2, starts_on=TODAY)
    tick(rep, account, ana, {"support"})
    assert (assigned(ended), assigned(bought)) == (0, 1)
    assert held(ana) == {"support"}


def test_a_form_opened_before_another_change_is_stale(rep, account, support, meetings, ana):
    tick(rep, account, ana, {"support"}, seen=1)
    with pytest.raises(StaleForm):
        tick(rep, account, ana, {"meetings"}, seen=1)
    assert held(ana) == {"support"}


def test_a_pasted_list_enrols_and_assigns(rep, account, support, meetings, ana):
    tick(rep, account, ana, {"meetings"})
    pasted = "Ana Soler <ANA@acme.example>\nBo <bo@acme.example>"
    done = assign_seats(rep, account, support, pasted=pasted, notify=True, today=TODAY)
    assert (done.assigned, done.notified, assigned(support)) == (2, 2, 2)
    assert held(ana) == {"meetings", "support"}  # assigning one product leaves the others
    assert [user.name for user in rows(LicensedUser, LicensedUser.email == "ana@acme.example")] == ["Ana"]
    again = assign_seats(rep, account, support, pasted=pasted, notify=True, today=TODAY)
    assert (again.assigned, again.changed, assigned(support)) == (0, 0, 2)


def test_a_list_with_faults_writes_nothing(rep, account, support):
    with pytest.raises(Invalid) as refused:
        pasted = "Ana <ana@acme.example>\nBo (no address)\n4111111111111111 <x@acme.example>"
        assign_seats(rep, account, support, pasted=pasted, notify=True, today=TODAY)
    faults = [(problem.field, problem.code) for problem in refused.value.problems]
    assert faults == [("line.2", "no_email_in_line"), ("line.3", "card_number")]
    with pytest.raises(Invalid):
        assign_seats(rep, account, support, notify=True, today=TODAY)
    assert not rows(LicensedUser)


def test_a_list_longer_than_the_free_seats_enrols_nobody(rep, account, support):
    with pytest.raises(SeatsExhausted):
        pasted = "a@acme.example\nb@acme.example\nc@acme.example"
        assign_seats(rep, account, support, pasted=pasted, notify=True, today=TODAY)
    assert not rows(LicensedUser) and not rows(AuditEntry)


def test_released_seats_are_free_at_once(rep, account, support, meetings, ana):
    bo = make_licensed_user(account, "bo@acme.example")
    assign_seats(rep, account, support, user_ids=[ana, bo], notify=False, today=TODAY)
    tick(rep, account, ana, {"support", "meetings"})
    done = release_seats(rep, account, support, [ana, bo], notify=True, today=TODAY)
    assert (done.released, done.suspended, assigned(support)) == (2, 1, 0)
    assert (held(ana), held(bo)) == ({"meetings"}, set())
    again = release_seats(rep, account, support, [ana, bo], notify=True, today=TODAY)
    assert again.changed == 0 and assigned(support) == 0


def test_releasing_leaves_the_seats_of_another_subscription(rep, account, support, ana):
    second = make_subscription(account, "support-business", seats=2, starts_on=date(2026, 2, 1))
    assign_seats(rep, account, second, user_ids=[ana], notify=False, today=TODAY)
    assert release_seats(rep, account, support, [ana], notify=False, today=TODAY).released == 0
    assert assigned(second) == 1


def test_only_the_roles_of_seats_change_them(licence_manager, manager, finance, account, support, ana):
    with pytest.raises(NotFound):
        tick(licence_manager, account, ana, {"support"})
    make_grant(licence_manager, account)
    tick(licence_manager, account, ana, {"support"})
    tick(manager, account, ana, set())
    with pytest.raises(NotAllowed):
        tick(finance, account, ana, {"support"})
    assert held(ana) == set()


def test_a_rep_changes_only_own_accounts(other_rep, account, support, ana):
    for attempt in (
        lambda: tick(other_rep, account, ana, {"support"}),
        lambda: assign_seats(other_rep, account, support, user_ids=[ana], notify=True, today=TODAY),
        lambda: release_seats(other_rep, account, support, [ana], notify=True, today=TODAY),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert held(ana) == set() and not rows(AuditEntry)


def test_users_and_subscriptions_of_another_account_are_not_found(rep, account, support, ana):
    elsewhere = make_account("globex", rep=rep)
    foreign = make_subscription(elsewhere, seats=5)
    with pytest.raises(NotFound):
        tick(rep, elsewhere, ana, {"support"})
    with pytest.raises(NotFound):
        assign_seats(rep, account, foreign, user_ids=[ana], notify=True, today=TODAY)
    assert assigned(foreign) == 0


def test_a_deputys_change_names_whom_it_was_for(rep, account, support, ana):
    deputy = make_user(email="deputy@portal.example")
    make_deputy(rep, deputy, TODAY, TODAY + timedelta(days=1))
    tick(access.identify(deputy.user_id, TODAY), account, ana, {"support"})
    entry = rows(AuditEntry)[0]
    assert (entry.actor_id, entry.on_behalf_of) == (deputy.user_id, rep.user_id)


def test_a_self_service_account_is_read_only(rep):
    account = make_account("solo", rep=rep, kind="self_service")
    make_subscription(account)
    with pytest.raises(SelfServiceAccount):
        tick(rep, account, make_licensed_user(account), {"support"})
