"""A running portal and a browser that notices what the console and the network complain about."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from services.permissions import Actor
from tests import builders, databases
from tests.browser import setup_browser
from tests.databases import TestDatabase

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
expect.set_options(timeout=20_000)  # two cores, several tests at once
# Below a page's own path Streamlit first asks for these, is told 404, and finds them at the root.
_PROBES = ("/_stcore/health", "/_stcore/host-config")


@dataclass(slots=True)
class Portal:
    """A running server: its address, and the database it shares with the test."""

    url: str
    db: TestDatabase | None = None


@dataclass(slots=True)
class Complaints:
    """What the browser complained about: console errors, refused or outside requests."""

    found: list[str] = field(default_factory=list)

    def watch(self, page: Page, home: str) -> None:
        """Note every complaint of the page from now on."""

        def on_console(message: ConsoleMessage) -> None:
            address = message.location.get("url", "")
            if message.type == "error" and not address.endswith(_PROBES):
                self.found.append(f"console: {message.text} ({address})")

        def on_request(request: Request) -> None:
            if not request.url.startswith((home, home.replace("http", "ws"), "data:", "blob:")):
                self.found.append(f"outside: {request.url}")

        page.on("console", on_console)
        page.on("request", on_request)
        page.on("pageerror", lambda fault: self.found.append(f"page: {fault}"))


def serve(script: str, environment: dict[str, str], log: Path) -> Iterator[str]:
    """Run a server script on a free port and give its address; it is asked to stop at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(40)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(START_SECONDS * 10):
        assert server.poll() is None, f"the server ended at its start:\n{log.read_text()[-3000:]}"
        try:
            urlopen(f"{url}/_stcore/health", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(log.read_text()[-3000:])


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal on a fresh SQLite database with the catalog; the module's tests fill it with builders."""
    opened = databases.open_sqlite()
    environment = {"DATABASE_URL": opened.url, "PORTAL_TODAY": builders.TODAY.isoformat(), "PORTAL_DEV_KEY": "tests"}
    log = tmp_path_factory.mktemp("portal") / "server.log"
    for url in serve("dashboard/serve.py", environment, log):
        yield Portal(url, opened)
    databases.close(opened)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests."""
    path = setup_browser.found()
    if path is None:
        pytest.fail(setup_browser.NO_BROWSER)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=setup_browser.ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh tab of a rep's laptop; the test fails if its console or network complained."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(20_000)
    tab = context.new_page()
    complaints = Complaints()
    home = request.getfixturevalue("portal" if "portal" in request.fixturenames else "gallery").url
    complaints.watch(tab, home)
    yield tab
    context.close()
    assert not complaints.found


def sign_in(page: Page, portal: Portal, actor: Actor, path: str = "/") -> None:
    """Open a page's address and sign in as the actor on the way."""
    page.goto(portal.url + path)
    page.locator(f".st-key-sign_in_{actor.user_id} button").click()
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    settled(page)


def settled(page: Page) -> None:
    """Wait until the page has drawn everything: no run in progress, no placeholder left."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=running]")).to_have_count(0)
    expect(page.locator("[data-testid=stSkeleton], [data-testid=stAppSkeleton]")).to_have_count(0)
