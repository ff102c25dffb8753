"""The development sign-in's memory: a signed cookie that survives a reload, and the routes that set and clear it.

It exists only while no identity provider is configured; with one, the routes answer 404 and the cookie means nothing.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

import streamlit as st
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from streamlit.config import get_option
from streamlit.runtime.secrets import secrets_singleton

COOKIE = "portal_dev_session"
SESSION_LENGTH = timedelta(hours=12)
_TICKET_LENGTH = timedelta(minutes=1)
_KEY_FILE = Path(__file__).resolve().parents[1] / ".portal" / "dev-session.key"


@cache
def is_offered() -> bool:
    """Whether users are chosen from a list: no `[auth]` section in the secrets names an identity provider.

    Secrets that exist and cannot be read may name one: a slip in them must not let everybody in.
    """
    if secrets_singleton.load_if_toml_exists():
        return "auth" not in st.secrets
    return not any(Path(path).exists() for path in get_option("secrets.files"))


def entry_address(user_id: int, back: str) -> str:
    """The address that sets the user's cookie and leads on to `back`; good for a minute."""
    ticket = _seal("ticket", user_id, datetime.now(UTC))
    return f"/dev/sign-in?ticket={quote(ticket)}&back={quote(_local(back))}"


def exit_address() -> str:
    """The address that clears the cookie and leads to the sign-in page."""
    return "/dev/sign-out"


def read_cookie() -> tuple[int, datetime] | None:
    """The user of the browser's cookie and when the session began, if genuine and not too old."""
    return _unseal("session", st.context.cookies.get(COOKIE, ""), SESSION_LENGTH) if is_offered() else None


def routes() -> list[BaseRoute]:
    """The routes of the development sign-in."""
    return [Route("/dev/sign-in", _enter), Route("/dev/sign-out", _leave)]


def _enter(request: Request) -> Response:
    opened = _unseal("ticket", request.query_params.get("ticket", ""), _TICKET_LENGTH) if is_offered() else None
    if opened is None:
        return Response(status_code=404)
    answer = RedirectResponse(_local(request.query_params.get("back", "/")), status_code=303)
    answer.set_cookie(
        COOKIE,
        _seal("session", opened[0], datetime.now(UTC)),
        max_age=int(SESSION_LENGTH.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


def _leave(request: Request) -> Response:
    answer = RedirectResponse("/", status_code=303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return answer


def _local(address: str) -> str:
    """The path and query of an address of ours; the start page for any other."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith(("//", "/\\")):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _seal(purpose: str, user_id: int, at: datetime) -> str:
    plain = json.dumps([purpose, user_id, at.timestamp()])
    content = base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")  # a cookie with = comes back in quotes
    return f"{content}.{_signature(content)}"


def _unseal(purpose: str, sealed: str, lifetime: timedelta) -> tuple[int, datetime] | None:
    content, _, signature = sealed.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(content).encode()):
        return None
    written_for, user_id, stamp = json.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
    at = datetime.fromtimestamp(stamp, UTC)
    if written_for != purpose or not timedelta(0) <= datetime.now(UTC) - at <= lifetime:
        return None
    return user_id, at


def _signature(content: str) -> str:
    return hmac.new(_key(), content.encode(), hashlib.sha256).hexdigest()


@cache
def _key() -> bytes:
    """The signing key: `PORTAL_DEV_KEY`, else a file of this machine, made at first use and readable by its owner."""
    given = os.environ.get("PORTAL_DEV_KEY")
    if given:
        return given.encode()
    _KEY_FILE.parent.mkdir(exist_ok=True)
    try:
        descriptor = os.open(_KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _KEY_FILE.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    return _KEY_FILE.read_bytes()
