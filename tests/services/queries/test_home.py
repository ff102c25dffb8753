"""Home: what waits for a decision, most urgent first, by role and within the own accounts."""

from datetime import date, timedelta

from data.identity import derive_id
from data.models import CartLine, OutboxMail
from data.money import Money
from services.permissions import Actor
from services.queries.home import home
from tests.builders import NOW, TODAY, add, make_account, make_grant, make_subscription
from tests.services.queries.test_accounts import make_document


def make_cart_line(account: int, actor: Actor, days_ago: int) -> None:
    line = derive_id(TODAY, "cart line", account, days_ago)
    at = NOW - timedelta(days=days_ago)
    add(
        CartLine(
            account_id=account,
            id=line,
            kind="purchase",
            plan="support-pro",
            seats=5,
            added_by=actor.user_id,
            added_at=at,
        )
    )


def make_mail(account: int, status: str) -> None:
    add(
        OutboxMail(
            id=derive_id(TODAY, "mail", account, status),
            account_id=account,
            event_key=f"{account}:{status}",
            kind="welcome",
            language="en",
            recipients=["ana@acme.example"],
            facts={},
            status=status,
            tries=5,
            created_at=NOW,
            next_try_at=NOW,
        )
    )


def test_a_rep_sees_what_waits_on_the_own_accounts(rep: Actor, other_rep: Actor) -> None:
    own, other = make_account("own", rep=rep), make_account("other", rep=other_rep)
    for account, actor in ((own, rep), (other, other_rep)):
        make_subscription(
            account, status="trialing", is_trial=True, starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 15)
        )
        make_cart_line(account, actor, days_ago=3)
        make_mail(account, "failed")
        make_mail(account, "sent")
    seen = home(rep, TODAY)
    assert seen.accounts == 1
    assert [(waiting.kind, waiting.total) for waiting in seen.waiting] == [
        ("trials", 1),
        ("carts", 1),
        ("renewals", 0),
        ("mails", 1),
        ("incomplete", 0),
        ("cancellations", 0),
    ]
    (trial,) = seen.of("trials").rows
    assert (trial.account_id, trial.due_on) == (own, date(2026, 4, 15))
    (cart,) = seen.of("carts").rows
    assert (cart.count, cart.subject, cart.due_on) == (1, rep.name, date(2026, 4, 8))


def test_a_cart_that_was_touched_lately_is_not_left_open(rep: Actor) -> None:
    account = make_account(rep=rep)
    make_cart_line(account, rep, days_ago=4)
    make_cart_line(account, rep, days_ago=1)
    assert home(rep, TODAY).of("carts").total == 0


def test_a_trial_that_ends_after_the_look_ahead_does_not_wait_yet(rep: Actor) -> None:
    account = make_account(rep=rep)
    make_subscription(account, status="trialing", is_trial=True, starts_on=TODAY, ends_on=TODAY + timedelta(days=15))
    seen = home(rep, TODAY)
    assert (seen.of("trials").total, seen.look_ahead["trial"]) == (0, 14)


def test_a_renewal_names_the_last_day_to_act(rep: Actor) -> None:
    account = make_account(rep=rep)
    make_subscription(account, interval="year", starts_on=date(2025, 5, 31), ends_on=date(2026, 5, 31))
    (renewal,) = home(rep, TODAY).of("renewals").rows
    assert (renewal.due_on, renewal.act_until) == (date(2026, 5, 31), date(2026, 5, 1))  # 30 days' notice


def test_what_ends_with_its_period_is_no_renewal(rep: Actor) -> None:
    account = make_account(rep=rep)
    year = {"interval": "year", "starts_on": date(2025, 5, 31), "ends_on": date(2026, 5, 31)}
    make_subscription(account, is_auto_renewed=False, **year)
    assert home(rep, TODAY).of("renewals").total == 0
    make_subscription(account, "meetings-team", **year)
    assert home(rep, TODAY).of("renewals").total == 1


def test_many_are_counted_and_the_most_urgent_shown(manager: Actor) -> None:
    for number in range(10):
        make_account(f"a{number}", street="")
    waiting = home(manager, TODAY).of("incomplete")
    assert (len(waiting.rows), waiting.total, waiting.rows[0].account) == (8, 10, "A0")


def test_finance_sees_what_is_owed_and_numbers_to_confirm(rep: Actor, finance: Actor) -> None:
    domestic = make_account("domestic", rep=rep, vat_state="form_only")
    abroad = make_account("abroad", rep=rep, country="DE", vat_number="DE136695976", vat_state="form_only")
    make_document(domestic, "INV-1", open_minor=12_100, due_on=date(2026, 4, 10))
    make_document(abroad, "INV-2", open_minor=2_100, due_on=TODAY)
    seen = home(finance, TODAY)
    assert (seen.owed, seen.overdue) == ((Money.of("142", "EUR"),), (Money.of("121", "EUR"),))
    assert [(row.account, row.subject) for row in seen.of("overdue").rows] == [("Domestic", "INV-1")]
    assert [(row.account, row.subject) for row in seen.of("vat_numbers").rows] == [("Abroad", "DE136695976")]


def test_a_licence_manager_sees_new_seats_and_no_money(rep: Actor, licence_manager: Actor, admin: Actor) -> None:
    account = make_account(rep=rep)
    make_grant(licence_manager, account)
    make_subscription(account, starts_on=date(2026, 4, 1), seats=10)
    make_document(account, "INV-1", open_minor=12_100, due_on=date(2026, 4, 10))
    seen = home(licence_manager, TODAY)
    (row,) = seen.of("new_seats").rows
    assert (row.count, seen.owed, seen.overdue) == (10, (), ())
    assert home(admin, TODAY).of("overdue").total == 1
