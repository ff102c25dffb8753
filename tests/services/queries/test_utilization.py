"""Utilization over accounts: whole company and scope agree, every split adds up, names that are hidden stay hidden."""

from decimal import Decimal

import pytest

from data.identity import account_id
from services import uses
from services.commands.usage import hide_names
from services.errors import NotAllowed
from services.permissions import Actor, Role
from services.queries.utilization import UseFilter, use_choices, utilization
from services.queries.utilization_lists import use_by, use_by_account, use_map
from services.rules.use_figures import BANDS, Sums
from tests.builders import (
    TODAY,
    make_account,
    make_grant,
    make_licensed_user,
    make_seat,
    make_subscription,
    make_user,
)
from tests.services.test_uses import ago
from tests.services.usage_files import deliver

EVERY = UseFilter()
ROWS = ("product", "plan", "country")
LISTS = ("account", "department", "cost_centre", "manager")


@pytest.fixture
def book(rep: Actor, other_rep: Actor, licence_manager: Actor) -> None:
    """Acme in Spain (support told of, backup not) and Birch in Germany are the rep's; Cedar is a colleague's."""
    for code, owner, country, products in (
        ("acme", rep, "ES", ("support-pro", "backup-servers")),
        ("birch", rep, "DE", ("support-pro",)),
        ("cedar", other_rep, "ES", ("support-business",)),
    ):
        account = make_account(code, rep=owner, country=country, legal_name=f"{code.title()} Group")
        make_grant(licence_manager, account)
        for plan in products:
            subscription = make_subscription(account, plan, seats=10)
            for number in range(4):
                person = f"{plan}{number}@{code}.example"
                where = {"department": "Sales", "cost_centre": "", "manager": f"Boss of {code}"}
                user = make_licensed_user(account, person, **where)
                make_seat(account, subscription, user, assigned_on=ago(400), is_pending=number == 3)
    daily = [ago(days) for days in range(0, 120, 5)]
    deliver(licence_manager, *(f"support-pro0@acme.example,support,{day}," for day in daily))
    deliver(licence_manager, *(f"support-pro0@birch.example,support,{day}," for day in daily if day < ago(10)))
    uses.refresh_all(TODAY)


def test_the_whole_company_and_an_actor_with_all_accounts_see_the_same(
    book: None, manager: Actor, licence_manager: Actor
) -> None:
    for wanted in (EVERY, UseFilter(product="support"), UseFilter(country="ES"), UseFilter("support", "DE")):
        whole, scoped = (utilization(actor, wanted, today=TODAY) for actor in (manager, licence_manager))
        assert whole == scoped
        assert sum(whole.bands.values()) == use_by_account(manager, "account", wanted).total
        for by in ROWS:
            assert use_by(manager, by, wanted).equals(use_by(licence_manager, by, wanted)), by
        for by in LISTS:
            assert use_by_account(manager, by, wanted).frame.equals(use_by_account(licence_manager, by, wanted).frame)
    assert use_choices(manager) == use_choices(licence_manager)


def test_key_figures(book: None, manager: Actor) -> None:
    found = utilization(manager, EVERY, today=TODAY)
    assert found.total == Sums(
        bought=40, bought_unseen=20, assigned=16, pending=4, active_7=1, active_30=2, active_90=2, in_use=2, used=2,
        idle=2, excluded=2, no_evidence=10, stale_feeds=1,
    )  # fmt: skip
    assert (found.total.free, found.total.assigned_percent) == (24, Decimal(40))
    assert found.total.in_use_percent == Decimal(10)  # 2 of the 20 that activity tells of
    assert [name for name, _ in found.stale] == ["Remote Support"]
    assert (found.months.bought[-1], found.months.assigned[-1], found.months.in_use[-1]) == (40, 16, 2)
    assert len(found.months.months) == 24 and found.months.months[-1] == 202604
    assert found.age.day == TODAY and found.age.waiting == 0


def test_every_split_adds_up(book: None, manager: Actor) -> None:
    total = utilization(manager, EVERY, today=TODAY).total
    frames = [use_by(manager, by, EVERY) for by in ROWS] + [use_by_account(manager, by, EVERY).frame for by in LISTS]
    for frame in frames:
        for measure in ("assigned", "pending", "idle", "excluded", "no_evidence"):
            assert sum(value or 0 for value in frame[measure]) == getattr(total, measure), measure
    for frame in frames[:4]:
        assert sum(frame["bought"]) == total.bought


def test_what_cannot_be_known_is_left_empty(book: None, manager: Actor) -> None:
    backup = use_by(manager, "product", UseFilter(product="backup")).iloc[0]
    assert (backup["assigned"], backup["no_evidence"], backup["assigned_percent"]) == (4, 4, Decimal(40))
    assert [backup[name] for name in ("in_use_percent", "active_30", "used", "idle")] == [None] * 4
    sums = Sums(assigned=2)
    assert (sums.assigned_percent, sums.in_use_percent, sums.is_unseen) == (None, None, False)  # 0 bought
    found = use_map(manager, EVERY)
    rows = found.frame.set_index("account")
    assert [code for code, _ in found.products] == ["support", "backup"]
    assert (rows.loc["Acme Group", "support"], rows.loc["Acme Group", "backup"]) == (Decimal(10), None)


def test_accounts_are_found_by_how_much_is_in_use_and_by_name(book: None, manager: Actor) -> None:
    bands = utilization(manager, EVERY, today=TODAY).bands
    for band in BANDS:
        assert use_by_account(manager, "account", EVERY, band=band).total == bands[band], band
    assert use_by_account(manager, "account", EVERY).frame["account"].tolist()[0] == "Acme Group"  # the most idle
    found = use_by_account(manager, "manager", EVERY, search="birch")
    assert found.frame["value"].tolist() == ["Boss of birch"]
    assert use_by_account(manager, "account", EVERY, limit=1, offset=1).frame.shape[0] == 1


def test_a_hidden_managers_name_is_a_mark(book: None, manager: Actor, licence_manager: Actor) -> None:
    hide_names(licence_manager, account_id("acme"), hidden=True)
    for actor in (manager, licence_manager):
        values = use_by_account(actor, "manager", EVERY).frame["value"].tolist()
        assert "Boss of acme" not in values and "Boss of birch" in values and len(set(values)) == 3


def test_it_is_scoped_and_refuses(book: None, rep: Actor, other_rep: Actor, finance: Actor) -> None:
    stranger = make_user(Role.LICENCE_MANAGER, email="stranger@portal.example")
    for actor, bought, accounts in ((rep, 30, 2), (other_rep, 10, 1), (stranger, 0, 0)):
        found = utilization(actor, EVERY, today=TODAY)
        assert (found.total.bought, found.months.bought[-1], sum(found.bands.values())) == (bought, bought, accounts)
        assert use_by_account(actor, "account", EVERY).total == use_map(actor, EVERY).total == accounts
        assert sum(use_by(actor, "country", EVERY)["bought"]) == bought
    assert use_choices(other_rep).countries == ("ES",)
    for ask in (
        lambda: utilization(finance, EVERY, today=TODAY),
        lambda: use_by(finance, "plan", EVERY),
        lambda: use_by_account(finance, "account", EVERY),
        lambda: use_map(finance, EVERY),
        lambda: use_choices(finance),
    ):
        with pytest.raises(NotAllowed):
            ask()


def test_what_changed_since_is_said(book: None, manager: Actor, rep: Actor, other_rep: Actor) -> None:
    make_subscription(account_id("cedar"), "meetings-team", seats=5)
    assert utilization(manager, EVERY, today=TODAY).age.waiting == 1
    assert (
        utilization(rep, EVERY, today=TODAY).age.waiting,
        utilization(other_rep, EVERY, today=TODAY).age.waiting,
    ) == (
        0,
        1,
    )
    uses.refresh_all(TODAY)
    assert utilization(manager, EVERY, today=TODAY).total.bought == 45
