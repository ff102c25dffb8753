"""A licence position on any day: what was true then, from a history made by hand; its paper; whom it is shown."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from pypdf import PdfReader

from data import database
from data.models import LicensedUser, Seat
from services import access
from services.commands.leavers import undo_release
from services.commands.seats import assign_seats, release_seats
from services.commands.usage import hide_names
from services.errors import Invalid, NotAllowed, NotFound
from services.permissions import Actor
from services.queries.leavers import recent_releases
from services.queries.licence_position import (
    PositionRequest,
    licence_position,
    position_holders,
    position_pdf,
)
from services.rules.licence_position import Totals
from tests.builders import TODAY, make_account, make_grant
from tests.changing import change
from tests.ordering import PRO, TRIAL, order, request
from tests.services.usage_files import deliver

JAN = date(2026, 1, 1)


def at(day: date) -> None:
    """What is done from now on is stamped at noon of the day."""
    access.use_clock(lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


@pytest.fixture
def account(rep: Actor, licence_manager: Actor) -> int:
    """1 January: 10 seats bought, Ana and Bo get one. 1 February: Bo's is released, Cy gets one. 1 March: 14 seats.
    10 March: a trial of 5 seats. 1 April: Cy's is released, and on the 3rd given back."""
    account = make_account("acme", rep=rep)
    make_grant(licence_manager, account)
    at(JAN)
    support = order(rep, request(account, PRO), today=JAN).subscription_ids[0]
    give(rep, account, support, "ana@acme.example", JAN)
    give(rep, account, support, "bo@acme.example", JAN)
    at(date(2026, 2, 1))
    take(rep, account, support, "bo@acme.example", date(2026, 2, 1))
    give(rep, account, support, "cy@acme.example", date(2026, 2, 1))
    at(date(2026, 3, 1))
    change(rep, account, support, date(2026, 3, 1), seats=14)
    at(date(2026, 3, 10))
    order(rep, request(account, TRIAL, key="trial"), today=date(2026, 3, 10))
    at(date(2026, 4, 1))
    take(rep, account, support, "cy@acme.example", date(2026, 4, 1))
    at(date(2026, 4, 3))
    (release,) = [one for one in recent_releases(rep, account) if one.seats == 1]
    undo_release(rep, account, release.release_id, notify=False, today=date(2026, 4, 3))
    at(TODAY)
    return account


def give(rep: Actor, account: int, subscription: int, email: str, day: date) -> None:
    assign_seats(rep, account, subscription, pasted=email, notify=False, today=day)


def take(rep: Actor, account: int, subscription: int, email: str, day: date) -> None:
    with database.read_session() as session:
        user = session.query(LicensedUser.id).filter_by(account_id=account, email=email).scalar()
    release_seats(rep, account, subscription, [user], notify=False, today=day)


def on(actor: Actor, account: int, day: date) -> dict[str, tuple[int, int, int, str]]:
    """Plan → bought, assigned, free, price of a month."""
    found = licence_position(actor, PositionRequest(account, day), today=TODAY)
    return {line.plan_name: (line.bought, line.assigned, line.free, str(line.monthly.major)) for line in found.lines}


def who(actor: Actor, account: int, day: date) -> list[str]:
    return position_holders(actor, PositionRequest(account, day), today=TODAY).frame["person"].tolist()


def test_each_day_shows_what_was_true_then(account: int, licence_manager: Actor) -> None:
    """support-pro costs 144.00 a seat and year: 10 are 120.00 a month, 14 are 168.00."""
    told = {
        date(2025, 12, 31): {},
        JAN: {"Professional": (10, 2, 8, "120.00")},
        date(2026, 1, 31): {"Professional": (10, 2, 8, "120.00")},
        date(2026, 2, 1): {"Professional": (10, 2, 8, "120.00")},
        date(2026, 2, 28): {"Professional": (10, 2, 8, "120.00")},
        date(2026, 3, 1): {"Professional": (14, 2, 12, "168.00")},
        date(2026, 3, 10): {"Professional": (14, 2, 12, "168.00"), "Team": (5, 0, 5, "0.00")},
        date(2026, 4, 1): {"Professional": (14, 1, 13, "168.00"), "Team": (5, 0, 5, "0.00")},
        date(2026, 4, 2): {"Professional": (14, 1, 13, "168.00"), "Team": (5, 0, 5, "0.00")},
        date(2026, 4, 3): {"Professional": (14, 2, 12, "168.00"), "Team": (5, 0, 5, "0.00")},
        TODAY: {"Professional": (14, 2, 12, "168.00"), "Team": (5, 0, 5, "0.00")},
    }
    assert {day: on(licence_manager, account, day) for day in told} == told
    held = {day: who(licence_manager, account, day) for day in (JAN, date(2026, 2, 1), date(2026, 4, 2), TODAY)}
    assert list(held.values()) == [["Ana", "Bo"], ["Ana", "Cy"], ["Ana"], ["Ana", "Cy"]]
    found = licence_position(licence_manager, PositionRequest(account, TODAY), today=TODAY)
    assert (found.totals.bought, found.totals.free, found.holders) == (19, 17, 2)
    assert str(found.lines[0].per_seat.major) == "12.00"


def test_seats_never_exceed_what_was_bought_on_any_day(account: int, licence_manager: Actor) -> None:
    days = [JAN + timedelta(days=number) for number in range((TODAY - JAN).days + 1)]
    for day in days:
        sums = licence_position(licence_manager, PositionRequest(account, day), today=TODAY).totals
        assert isinstance(sums, Totals) and 0 <= sums.pending <= sums.assigned <= sums.bought
        assert sums.assigned == len(who(licence_manager, account, day))


def test_use_counts_up_to_the_day_and_says_how_old_it_is(account: int, licence_manager: Actor) -> None:
    """Ana was active on 1 and 20 March; Bo, who has no seat any more, now and then; of other days nothing tells."""
    bo = [f"bo@acme.example,support,2026-03-{day:02}," for day in range(1, 21, 3)]
    ana = [f"ana@acme.example,support,2026-03-{day:02}," for day in (1, 20)]
    deliver(licence_manager, *ana, *bo)

    def line(day: date) -> tuple[int | None, date | None, int | None]:
        one = licence_position(licence_manager, PositionRequest(account, day), today=TODAY).lines[0]
        return one.in_use, one.evidence_until, one.evidence_age(day)

    assert line(date(2026, 2, 28)) == (None, None, None)
    assert line(date(2026, 3, 1)) == (1, date(2026, 3, 1), 0)
    assert line(TODAY) == (1, date(2026, 3, 20), 22)
    assert line(date(2026, 3, 19))[0] == 1
    row = position_holders(licence_manager, PositionRequest(account, date(2026, 3, 19)), today=TODAY).frame.iloc[0]
    assert row["last_seen_on"] == date(2026, 3, 1)


def test_use_is_unknown_where_the_feed_ends_before_the_days_that_count(account: int, licence_manager: Actor) -> None:
    deliver(licence_manager, "ana@acme.example,support,2026-03-01,")
    with_lag = {30: 1, 31: None}
    for days, expected in with_lag.items():
        day = date(2026, 3, 1) + timedelta(days=days - 1)
        found = licence_position(licence_manager, PositionRequest(account, day), today=TODAY)
        assert found.lines[0].in_use == expected, day


def text_of(pdf: bytes) -> str:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return " ".join(" ".join(pages).replace("\u200b", "").replace("\u00a0", " ").replace("\u202f", " ").split())


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            ("Licence position", "on 1 March 2026", "2 of 14 seats assigned, 12 free", "renews 1 Mar 2027"),
        ),
        (
            "es",
            ("Situación de licencias", "2 de 14 licencias asignadas, 12 libres", "Impreso el 11 abr 2026"),
        ),
    ],
)
def test_the_paper_tells_the_day_in_both_languages(
    account: int, rep: Actor, language: str, expected: tuple[str, ...]
) -> None:
    asked = PositionRequest(account, date(2026, 3, 1), language)
    pdf = position_pdf(rep, asked, today=TODAY)
    assert pdf.name == "licence-position-acme-2026-03-01.pdf"
    assert pdf.content == position_pdf(rep, asked, today=TODAY).content  # the same bytes
    told = text_of(pdf.content)
    assert not [part for part in expected if part not in told]
    assert "Cy" not in told
    with_people = PositionRequest(account, date(2026, 3, 1), language, with_holders=True)
    assert "cy@acme.example" in text_of(position_pdf(rep, with_people, today=TODAY).content)


def test_hidden_names_stay_hidden(account: int, rep: Actor, licence_manager: Actor) -> None:
    hide_names(licence_manager, account, hidden=True)
    asked = PositionRequest(account, TODAY, "en", with_holders=True)
    told = text_of(position_pdf(rep, asked, today=TODAY).content)
    frame = position_holders(rep, asked, today=TODAY).frame.drop(columns=["user_id"])
    for found in (told, frame.to_string()):
        assert "Ana" not in found and "ana@" not in found
    assert frame["person"].str.fullmatch("[0-9A-F]{6}").all()


def test_an_invitation_is_pending_until_the_day_it_is_accepted(account: int, rep: Actor) -> None:
    with database.write_session() as session:
        seat = session.query(Seat).filter(Seat.released_at.is_(None)).order_by(Seat.assigned_at).first()
        assert seat
        seat.invited_at, seat.accepted_at = seat.assigned_at, datetime(2026, 3, 5, 12, tzinfo=UTC)

    def told(day: date) -> tuple[int, int, list[str]]:
        sums = licence_position(rep, PositionRequest(account, day), today=TODAY).totals
        states = position_holders(rep, PositionRequest(account, day), today=TODAY).frame["state"]
        return sums.assigned, sums.pending, sorted(states)

    assert told(date(2026, 3, 4)) == (2, 1, ["assigned", "pending"])
    assert told(date(2026, 3, 5)) == (2, 0, ["assigned", "assigned"])
    with database.write_session() as session:
        session.query(Seat).update({Seat.is_pending: True})
    assert told(TODAY) == (2, 2, ["pending", "pending"])


def test_days_are_refused_and_accounts_are_scoped(
    account: int, rep: Actor, other_rep: Actor, finance: Actor, licence_manager: Actor
) -> None:
    for day in (TODAY + timedelta(days=1), date(1899, 1, 1)):
        for look in (licence_position, position_holders, position_pdf):
            with pytest.raises(Invalid):
                look(rep, PositionRequest(account, day), today=TODAY)
    asked = PositionRequest(account, TODAY)
    for look in (licence_position, position_holders, position_pdf):
        with pytest.raises(NotFound):
            look(other_rep, asked, today=TODAY)
        with pytest.raises(NotAllowed):
            look(finance, asked, today=TODAY)
        look(licence_manager, asked, today=TODAY)
