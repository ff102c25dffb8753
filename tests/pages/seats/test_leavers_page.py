"""The page of leavers: pasted or uploaded, looked at, released, undone."""

from datetime import date

import pytest

from services.permissions import Actor
from services.queries.leavers import recent_releases
from tests.builders import TODAY, make_account, make_licensed_user, make_seat, make_subscription
from tests.screens import open_page, texts


@pytest.mark.parametrize("language", ["en", "es"])
def test_leavers_are_released_and_the_release_undone(
    rep: Actor, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("PORTAL_TODAY", TODAY.isoformat())
    account = make_account("acme", rep=rep)
    subscription = make_subscription(account, "support-pro", starts_on=date(2024, 1, 1), seats=5)
    user = make_licensed_user(account, "ana@acme.example")
    make_seat(account, subscription, user, assigned_on=date(2025, 1, 1))
    screen = open_page(rep, "seats/leavers", language=language, account=account)
    screen.text_area[0].set_value("ana@acme.example\nzoe@acme.example").run()
    assert [metric.value for metric in screen.metric][::2] == ["1", "1"]
    assert screen.dataframe[0].value["email"].tolist() == ["ana@acme.example", "zoe@acme.example"]
    screen.button(key="release_leavers").click().run()
    assert not screen.error and screen.success
    (release,) = recent_releases(rep, account)
    screen.button(key=f"undo_{release.release_id}").click().run()
    assert not screen.error and recent_releases(rep, account) == ()


def test_a_file_is_read_and_its_faults_are_said(rep: Actor) -> None:
    account = make_account("acme", rep=rep)
    screen = open_page(rep, "seats/leavers", account=account)
    screen.file_uploader[0].set_value(("gone.csv", b"Mail\nbo@acme.example\n", "text/csv")).run()
    assert screen.dataframe[0].value["email"].tolist() == ["bo@acme.example"]
    assert screen.button(key="release_leavers").disabled
    screen.file_uploader[0].set_value(("gone.csv", b"Name,Day\nBo,Monday\n", "text/csv")).run()
    assert screen.error and "header" in texts(screen)
