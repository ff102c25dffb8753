"""Pages opened without a browser, as a signed-in user sees them."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard import navigation, state
from services.permissions import Actor

T = TypeVar("T")
# Each new test of a page looks through every installed package for components: once is enough.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
FRONT_DOOR = Path(__file__).resolve().parents[1] / "dashboard" / "streamlit_app.py"


def open_page(actor: Actor | None, path: str | None = None, *, language: str = "en", **ids: object) -> AppTest:
    """The page of a path such as "sales/account", with ids in its URL; the start page without a path.

    Nobody is signed in where `actor` is None. Assert on `.error` for refusals: a fault never becomes `.exception`.
    """
    screen = AppTest.from_file(str(FRONT_DOOR), default_timeout=60)
    if actor is not None:
        screen.session_state["signed_in"] = state.SignedIn(actor.user_id, datetime.now(UTC))
        screen.session_state["language"] = language
    if path is not None:
        # As a browser opens an address: `switch_page` would have the start page run first.
        screen._page_hash = calc_hash(_url_path(path))
        for name, value in ids.items():
            screen.query_params[name] = str(value)
    screen.run()
    return screen


def _url_path(path: str) -> str:
    line = next(line for line in navigation.MENU if line.path == path)
    return "" if line is navigation.MENU[0] else line.address


def texts(screen: AppTest) -> str:
    """Everything a page says outside its tables, one text a line."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "text", "error", "warning", "info", "success")
    return "\n".join(str(element.value) for kind in kinds for element in screen.get(kind))


def in_a_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own: the browser tests keep an event loop in the main one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
