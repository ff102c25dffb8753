"""Pages of the use of seats: import, accounts, one account, one person."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from data import database
from data.models import AuditEntry
from services.commands.usage import hide_names
from services.permissions import Actor
from tests.builders import TODAY, make_account, make_grant, make_licensed_user, make_seat, make_subscription
from tests.screens import open_page, texts
from tests.services.usage_files import deliver


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def ids(rep: Actor, licence_manager: Actor, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """An account granted to the licence manager, with one seat used daily and one never."""
    monkeypatch.setenv("PORTAL_TODAY", TODAY.isoformat())
    account = make_account("acme", rep=rep)
    make_grant(licence_manager, account)
    subscription = make_subscription(account, "support-pro", starts_on=date(2024, 1, 1), seats=5)
    found = {"account": account}
    for name in ("quill", "feather"):
        found[name] = make_licensed_user(account, f"{name}@acme.example")
        make_seat(account, subscription, found[name], assigned_on=ago(400))
    return found


def feed(actor: Actor, newest: int) -> None:
    deliver(actor, *(f"quill@acme.example,support,{ago(day)}," for day in range(newest, 200, 5)))


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_account_says_which_seats_are_idle(ids: dict[str, int], licence_manager: Actor, language: str) -> None:
    feed(licence_manager, 1)
    screen = open_page(licence_manager, "seats/use", language=language, account=ids["account"])
    assert not screen.error and not screen.warning
    assert [metric.value for metric in screen.metric] == ["2", "1", "1", "0", "0"]
    seats = screen.dataframe[1].value
    assert seats["active_days"].tolist() == [0, 18]
    idle = open_page(licence_manager, "seats/use", language=language, account=ids["account"], use="idle")
    assert idle.dataframe[1].value["email"].tolist() == ["feather@acme.example"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_old_feed_gets_a_banner_and_no_idle_claim(
    ids: dict[str, int], licence_manager: Actor, language: str
) -> None:
    feed(licence_manager, 8)
    screen = open_page(licence_manager, "seats/use", language=language, account=ids["account"])
    assert "Remote Support" in screen.warning[0].value
    assert [metric.value for metric in screen.metric] == ["2", "1", "0", "0", "1"]


def test_without_users_a_product_has_no_figures_of_seats(ids: dict[str, int], licence_manager: Actor) -> None:
    deliver(licence_manager, f"S-support-pro-active,{ago(1)}", header="subscription id,at\n")
    screen = open_page(licence_manager, "seats/use", account=ids["account"])
    row = screen.dataframe[0].value.iloc[0]
    assert row[["in_use", "used", "idle"]].isna().all() and row["unknown"] == 2
    assert row["evidence"] == "subscription only: 1 day of the last 30"
    assert "no feed names the users" in screen.dataframe[1].value["why"].iloc[0]


def test_hidden_names_are_hidden_until_a_row_is_opened(ids: dict[str, int], licence_manager: Actor) -> None:
    screen = open_page(licence_manager, "seats/use", account=ids["account"])
    screen.button(key="hide_names").click().run()
    assert not screen.error
    assert "quill" not in screen.dataframe[1].value.to_string()
    assert "q" not in {field.key for field in screen.text_input}
    opened = open_page(licence_manager, "seats/person_use", account=ids["account"], user=ids["quill"])
    assert "quill@acme.example" in texts(opened).replace("\\", "")


def test_opening_a_person_is_written_down_once_a_day(ids: dict[str, int], licence_manager: Actor) -> None:
    feed(licence_manager, 1)
    for language in ("en", "es"):
        screen = open_page(
            licence_manager, "seats/person_use", language=language, account=ids["account"], user=ids["quill"]
        )
        assert not screen.error and len(screen.dataframe[1].value) == 40
    with database.read_session() as session:
        rows = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "open_person_use")
        assert session.scalar(rows) == 1


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_file_is_imported_step_by_step(ids: dict[str, int], licence_manager: Actor, language: str) -> None:
    hide_names(licence_manager, ids["account"], hidden=False)
    screen = open_page(licence_manager, "seats/import_use", language=language)
    rows = f"user,product,at\nquill@acme.example,support,{ago(1)}\nnobody@acme.example,support,{ago(1)}\n"
    screen.file_uploader(key="import_use_file").set_value(("use.csv", rows.encode(), "text/csv")).run()
    screen.button(key="import_use_check").click().run()
    assert not screen.error and [metric.value for metric in screen.metric] == ["1", "0", "1", "1", "0"]
    screen.button(key="import_use_apply").click().run()
    assert not screen.error and screen.success
    listed = open_page(licence_manager, "seats/use", language=language)
    assert len(listed.dataframe[0].value) == 1


def test_a_person_who_was_never_seen_is_said_so(ids: dict[str, int], licence_manager: Actor) -> None:
    def last_seen() -> list[object]:
        return (
            open_page(licence_manager, "seats/use", account=ids["account"]).dataframe[1].value["last_seen_on"].tolist()
        )

    assert [value in (None, "") for value in last_seen()] == [True, True]  # no feed: nothing is said
    feed(licence_manager, 1)
    assert last_seen() == [date.min, ago(1)]  # drawn as *never*
