"""The development sign-in: what the cookie and the ticket accept, and where one may be led."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from streamlit.runtime.secrets import Secrets

from dashboard import dev_sessions
from dashboard.dev_sessions import SESSION_LENGTH, _seal, _unseal
from tests.screens import in_a_loop

LATER = timedelta(seconds=1)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> httpx.AsyncClient:
    """A browser that keeps cookies and shows redirects instead of following them."""
    monkeypatch.setattr(dev_sessions, "is_offered", lambda: True)
    monkeypatch.setattr(dev_sessions, "_key", lambda: b"a key")
    app = Starlette(routes=dev_sessions.routes())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://portal.example")


def get(client: httpx.AsyncClient, address: str, **params: str) -> httpx.Response:
    """The answer to one request."""
    return in_a_loop(client.get(address, params=params or None))


def test_a_ticket_sets_the_cookie_and_leads_back(client: httpx.AsyncClient) -> None:
    answer = get(client, dev_sessions.entry_address(7, "/account?account=5&tab=orders"))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/account?account=5&tab=orders"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    sealed = client.cookies[dev_sessions.COOKIE]
    found = _unseal("session", sealed, SESSION_LENGTH)
    assert found is not None and found[0] == 7


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_nobody_is_led_to_another_site(client: httpx.AsyncClient, back: str) -> None:
    ticket = parse_qs(urlsplit(dev_sessions.entry_address(7, "/")).query)["ticket"][0]
    answer = get(client, "/dev/sign-in", ticket=ticket, back=back)
    assert answer.headers["location"] == "/"


def test_a_forged_old_or_misused_seal_opens_nothing(client: httpx.AsyncClient) -> None:
    now = datetime.now(UTC)
    genuine = _seal("session", 7, now)
    assert _unseal("session", genuine, SESSION_LENGTH) is not None
    assert (
        _unseal("session", _seal("session", 8, now).split(".")[0] + "." + genuine.split(".")[1], SESSION_LENGTH) is None
    )
    assert _unseal("session", _seal("session", 7, now - SESSION_LENGTH - LATER), SESSION_LENGTH) is None
    assert _unseal("session", _seal("session", 7, now + timedelta(hours=1)), SESSION_LENGTH) is None
    assert _unseal("session", _seal("ticket", 7, now), SESSION_LENGTH) is None
    for rubbish in ("", ".", "x", "ñ.ñ", genuine + "0"):
        assert _unseal("session", rubbish, SESSION_LENGTH) is None


def test_with_an_identity_provider_the_routes_are_not_there(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = dev_sessions.entry_address(7, "/")
    monkeypatch.setattr(dev_sessions, "is_offered", lambda: False)
    assert get(client, address).status_code == 404


def test_a_seal_needs_no_quotes_whatever_the_microsecond() -> None:
    for digits in range(3):
        at = datetime.now(UTC).replace(microsecond=[123456, 123450, 123400][digits]) - LATER
        sealed = _seal("session", 7, at)
        assert "=" not in sealed and _unseal("session", sealed, SESSION_LENGTH) == (7, at)


@pytest.mark.parametrize(
    ("content", "is_offered"),
    [(None, True), ("[database]\nname = 'x'", True), ("[auth]\nclient_id = 'x'", False), ("[auth\nclient_id =", False)],
)
def test_a_slip_in_the_secrets_lets_nobody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, is_offered: bool
) -> None:
    file = tmp_path / "secrets.toml"
    if content is not None:
        file.write_text(content)
    secrets = Secrets()
    monkeypatch.setattr(dev_sessions, "secrets_singleton", secrets)
    monkeypatch.setattr(dev_sessions.st, "secrets", secrets)
    monkeypatch.setattr("streamlit.runtime.secrets.get_secrets_file_paths", lambda: [str(file)], raising=False)
    monkeypatch.setattr(dev_sessions, "get_option", lambda name: [str(file)])
    monkeypatch.setattr("streamlit.config.get_option", lambda name: [str(file)] if name == "secrets.files" else None)
    assert dev_sessions.is_offered.__wrapped__() is is_offered


def test_signing_out_takes_the_cookie_away(client: httpx.AsyncClient) -> None:
    get(client, dev_sessions.entry_address(7, "/"))
    get(client, dev_sessions.exit_address())
    assert dev_sessions.COOKIE not in client.cookies
