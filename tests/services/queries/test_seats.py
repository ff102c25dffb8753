"""Seats bought, assigned and free, and who holds them: works, refuses, is scoped."""

from datetime import date, timedelta

import pytest

from services.commands.seats import assign_seats
from services.errors import NotAllowed, NotFound
from services.queries.seats import preview_assignment, seat_holders, seat_overview, seat_sheet
from tests.builders import TODAY, make_account, make_grant, make_licensed_user, make_subscription


@pytest.fixture
def account(rep):
    return make_account(rep=rep)


@pytest.fixture
def support(account):
    return make_subscription(account, seats=3)


def test_a_sheet_names_every_live_subscription_with_its_free_seats(rep, account, support):
    make_subscription(account, "meetings-team", status="trialing", seats=5, ends_on=TODAY + timedelta(days=1))
    make_subscription(account, "signatures-standard", status="scheduled", starts_on=date(2026, 5, 1), seats=2)
    make_subscription(account, "backup-devices", status="expired", ends_on=TODAY)
    make_licensed_user(account, "bo@acme.example")
    assign_seats(rep, account, support, pasted="ana@acme.example", notify=False, today=TODAY)
    sheet = seat_sheet(rep, account, today=TODAY)
    assert [(p.product_name, p.status, p.seats, p.assigned, p.free) for p in sheet.pools] == [
        ("Remote Support", "active", 3, 1, 2),
        ("Meetings", "trialing", 5, 0, 5),
        ("Signatures", "scheduled", 2, 0, 2),
    ]
    assert (sheet.account_name, sheet.users, sheet.suspended) == ("Acme", 2, 1)
    assert sheet.pool(support).plan_name == "Professional"
    with pytest.raises(NotFound):
        sheet.pool(1)


def test_a_trial_gives_seats_until_its_last_day(rep, account):
    trial = make_subscription(account, status="trialing", ends_on=TODAY)
    assert seat_sheet(rep, account, today=TODAY).pools == ()
    assert [p.subscription_id for p in seat_sheet(rep, account, today=TODAY - timedelta(days=1)).pools] == [trial]


def test_holders_are_paged_and_searched_by_name_and_address(rep, account, support):
    pasted = "Ána Soler <ana@acme.example>\nBo <bo@acme.example>\nCi <ci@other.example>"
    assign_seats(rep, account, support, pasted=pasted, notify=False, today=TODAY)
    listed = seat_holders(rep, account, support, limit=2)
    assert (listed.total, len(listed.frame)) == (3, 2)
    assert list(listed.frame.columns) == ["id", "name", "email", "assigned_at", "assigned_by", "is_pending"]
    assert set(listed.frame["assigned_by"]) == {"Sales Rep"}
    for search, found in (("ÁNA", ["Ána Soler"]), ("acme", ["Bo", "Ána Soler"]), ("100%", []), ("ci@", ["Ci"])):
        assert sorted(seat_holders(rep, account, support, search=search).frame["name"]) == found


def test_a_preview_says_what_assigning_will_do(rep, account, support):
    assign_seats(rep, account, support, pasted="Ana <ana@acme.example>", notify=False, today=TODAY)
    make_licensed_user(account, "bo@acme.example", name="Bo Known")
    pasted = "ANA@acme.example\nBo <bo@acme.example>\nCi <ci@acme.example>\n\nnobody"
    preview = preview_assignment(rep, account, support, pasted, today=TODAY)
    assert preview.people.values.tolist() == [
        ["Ana", "ana@acme.example", "has_seat"],
        ["Bo Known", "bo@acme.example", "known"],
        ["Ci", "ci@acme.example", "new"],
    ]
    assert (preview.needed, preview.free, preview.fits) == (2, 2, False)
    assert [(p.field, p.code) for p in preview.problems] == [("line.5", "no_email_in_line")]
    assert preview_assignment(rep, account, support, "x@y.example\nz@y.example", today=TODAY).fits
    assert not preview_assignment(rep, account, support, "a@y.example\nb@y.example\nc@y.example", today=TODAY).fits


def test_the_overview_counts_live_seats_by_account(rep, other_rep, licence_manager, account, support):
    make_account("initech", rep=rep)  # without a subscription: not listed
    globex = make_account("globex", rep=other_rep)
    make_subscription(globex, seats=5)
    make_grant(licence_manager, account, globex)
    make_subscription(account, "backup-devices", status="cancelled", seats=50, ends_on=TODAY)
    assign_seats(rep, account, support, pasted="ana@acme.example", notify=False, today=TODAY)
    own = seat_overview(rep)
    assert own.frame[["name", "seats", "assigned", "free"]].values.tolist() == [["Acme", 3, 1, 2]]
    everybody = seat_overview(licence_manager)
    assert everybody.frame["name"].tolist() == ["Acme", "Globex"]
    assert seat_overview(licence_manager, search="GLOB").frame["name"].tolist() == ["Globex"]
    assert seat_overview(licence_manager, limit=1, offset=1).frame["name"].tolist() == ["Globex"]


def test_another_reps_seats_are_not_found(other_rep, finance, account, support):
    with pytest.raises(NotFound):
        seat_sheet(other_rep, account, today=TODAY)
    with pytest.raises(NotFound):
        preview_assignment(other_rep, account, support, "ana@acme.example", today=TODAY)
    assert seat_holders(other_rep, account, support).total == 0
    assert seat_overview(other_rep).total == 0
    for query in (
        lambda: seat_sheet(finance, account, today=TODAY),
        lambda: seat_holders(finance, account, support),
        lambda: seat_overview(finance),
    ):
        with pytest.raises(NotAllowed):
            query()
