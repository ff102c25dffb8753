"""The trial desk and what may become of a subscription: days left, seats, value, consequence."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from data.identity import derive_id
from data.models import StandingDiscount
from data.money import Money
from services.commands.approvals import ask_approval
from services.commands.cancellations import cancel_subscription, set_auto_renewal
from services.commands.seats import assign_seats
from services.commands.trials import end_trial, extend_trial
from services.deeds.approvals.trial_extension import trial_extension
from services.errors import NotFound
from services.permissions import Actor
from services.queries.home import home
from services.queries.lifecycle import paid_life, trial_life
from services.queries.trials import TrialFilter, desk_figures, list_trials
from services.rules.cancelling import RenewalDue
from services.rules.lifecycle import Status
from services.rules.order_request import OrderRequest
from services.rules.ordering import ItemKind, OrderItem
from tests.builders import TODAY, add, make_account
from tests.ordering import PRO, TRIAL, order, request

WATCH = OrderItem(ItemKind.TRIAL, "monitoring-plus", 20)


def trial(rep: Actor, account: int, item: OrderItem = TRIAL, *, today: date = TODAY) -> int:
    return order(rep, OrderRequest(account, f"{item.plan} {today}", (item,)), today=today).subscription_ids[0]


def test_the_desk_lists_what_ends_first_with_its_value(db: object, rep: Actor) -> None:
    """Meetings Team: 8.00 a seat; 2 seats in use less 10 % = 14.40. Monitoring: nobody uses it, so all 20 seats."""
    account = make_account(rep=rep)
    add(StandingDiscount(account_id=account, id=derive_id(TODAY, "d"), plan="meetings-team", percent=Decimal(10)))
    first, second = trial(rep, account), trial(rep, account, WATCH)
    assign_seats(rep, account, first, pasted="a@x.example\nb@x.example", notify=False, today=TODAY)
    listed = list_trials(rep, today=TODAY + timedelta(days=2))
    assert listed.total == 2
    watch, meet = listed.frame.to_dict("records")
    assert (watch["subscription_id"], watch["days_left"], watch["suggested"]) == (second, 19, 20)
    assert (watch["end_action"], watch["to_plan"]) == ("downgrade_to_free", "Free")
    assert (meet["days_left"], meet["assigned"], meet["seats"], meet["suggested"]) == (28, 2, 5, 2)
    assert (meet["value_minor"], meet["currency"], meet["end_action"]) == (1440, "EUR", "convert")
    page = list_trials(rep, limit=1, offset=1, today=TODAY)
    assert (page.total, list(page.frame["subscription_id"])) == (2, [first])


def test_filters_and_figures(db: object, rep: Actor) -> None:
    acme, zeta = make_account(rep=rep), make_account("zeta", rep=rep)
    meet, watch = trial(rep, acme), trial(rep, zeta, WATCH)
    gone = trial(rep, zeta)
    end_trial(rep, zeta, gone, "Over", TODAY)
    near = TODAY + timedelta(days=15)

    def found(today: date = TODAY, **wanted: str) -> list[int]:
        return list(list_trials(rep, TrialFilter(**wanted), today=today).frame["subscription_id"])

    assert found() == [watch, meet]
    assert found(text="zeta") == [watch] and found(text="nobody") == []
    assert found(product="meetings") == [meet] and found(end_action="convert") == [meet]
    assert found(state="ending") == [] and found(near, state="ending") == [watch]
    assert found(state="expired") == [gone] and found(TODAY + timedelta(days=91), state="expired") == []
    figures = desk_figures(rep, near)
    assert (figures.running, figures.ending, figures.expired) == (2, 1, 1)
    assert figures.products["meetings"] == "Meetings"


def test_a_trial_that_is_over_remembers_its_seats(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    subscription = trial(rep, account)
    assign_seats(rep, account, subscription, pasted="a@x.example\nb@x.example", notify=False, today=TODAY)
    end_trial(rep, account, subscription, "Over", TODAY)
    row = list_trials(rep, TrialFilter(state="expired"), today=TODAY + timedelta(days=4)).frame.to_dict("records")[0]
    assert (row["assigned"], row["suggested"], row["days_left"]) == (2, 2, -4)
    life = trial_life(rep, account, subscription, TODAY + timedelta(days=4))
    assert (life.is_over, life.in_use, life.suggested, life.value) == (True, 2, 2, Money.of("16.00", "EUR"))


def test_a_trial_whose_product_was_bought_otherwise_leaves_the_desk(db: object, rep: Actor) -> None:
    account = make_account(rep=rep)
    gone = trial(rep, account)
    end_trial(rep, account, gone, "Over", TODAY)
    assert trial_life(rep, account, gone, TODAY).may_convert
    later = OrderItem(ItemKind.PURCHASE, "meetings-team", 5, starts_on=TODAY + timedelta(days=9))
    order(rep, request(account, later, key="later"))
    assert not trial_life(rep, account, gone, TODAY).may_convert
    assert list_trials(rep, TrialFilter(state="expired"), today=TODAY).total == 0


def test_what_may_be_done_with_a_trial(db: object, rep: Actor, other_rep: Actor) -> None:
    account = make_account(rep=rep)
    subscription = trial(rep, account)
    extend_trial(rep, account, subscription, 12, "Holidays", TODAY)
    life = trial_life(rep, account, subscription, TODAY)
    assert (life.extended, life.days_left, life.limit, life.is_asked) == (12, 18, 25, False)
    assert list(life.plans) == ["meetings-team", "meetings-company"]
    ask_approval(rep, account, trial_extension(subscription, 40, "Pilot", request_key="k"), TODAY)
    assert trial_life(rep, account, subscription, TODAY).is_asked
    with pytest.raises(NotFound):
        trial_life(other_rep, account, subscription, TODAY)
    assert list_trials(other_rep, today=TODAY).total == 0


def test_the_consequence_of_cancelling_in_figures(db: object, rep: Actor, other_rep: Actor) -> None:
    account = make_account(rep=rep)
    subscription = order(rep, request(account, PRO)).subscription_ids[0]
    life = paid_life(rep, account, subscription, TODAY)
    assert (life.next_charge, life.mrr) == (Money.of("1440.00", "EUR"), Money.of("120.00", "EUR"))
    assert (life.period_end, life.act_until, life.ends_on) == (date(2027, 4, 11), date(2027, 3, 12), None)
    assert life.refusal is None and not life.may_reactivate
    assert isinstance(paid_life(rep, account, subscription, date(2027, 4, 11)).refusal, RenewalDue)
    set_auto_renewal(rep, account, subscription, False, TODAY)
    assert paid_life(rep, account, subscription, TODAY).ends_on == date(2027, 4, 11)
    cancel_subscription(rep, account, subscription, "Too dear", TODAY)
    life = paid_life(rep, account, subscription, TODAY)
    assert (life.status, life.may_reactivate, life.cancel_reason) == (Status.PENDING_CANCELLATION, True, "Too dear")
    (waiting,) = home(rep, TODAY).of("cancellations").rows
    assert (waiting.account_id, waiting.due_on, waiting.ids) == (
        account,
        date(2027, 4, 11),
        {"subscription": subscription},
    )
    with pytest.raises(NotFound):
        paid_life(other_rep, account, subscription, TODAY)
    assert home(other_rep, TODAY).of("cancellations").rows == ()
