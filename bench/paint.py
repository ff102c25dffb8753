"""First paint and complete drawing of pages in a headless Chromium."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, sync_playwright

from tests.browser import setup_browser

# When the script has run and no placeholder is left, for the first time: milliseconds from the start of the navigation.
_WATCH = """
(() => {
  window.drawnAt = null;
  const look = () => {
    if (window.drawnAt === null
        && document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")
        && !document.querySelector("[data-testid=stSkeleton], [data-testid=stAppSkeleton]"))
      requestAnimationFrame(() => { window.drawnAt ??= performance.now(); });
  };
  new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true});
})();
"""
_FIGURES = "() => [performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null, window.drawnAt]"


@dataclass(frozen=True, slots=True)
class Paint:
    """Milliseconds from the start of the navigation: the first content on the screen, and the page complete."""

    first: float
    drawn: float


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium; raises RuntimeError with a clear sentence where there is none."""
    path = setup_browser.found()
    if path is None:
        raise RuntimeError(setup_browser.NO_BROWSER)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=setup_browser.ARGUMENTS)
        yield chromium
        chromium.close()


def paint(chromium: Browser, server: str, address: str, cookie: str = "") -> Paint:
    """Open an address of a server in a browser that has nothing of it in its cache."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    try:
        if cookie:
            name, _, value = cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": server}])
        tab = context.new_page()
        tab.add_init_script(_WATCH)
        tab.goto(server + address, timeout=120_000)
        for _ in range(1200):  # asked from outside: the portal's policy forbids Playwright's own waiting, which evals
            first, drawn = tab.evaluate(_FIGURES)
            if first and drawn:
                return Paint(float(first), float(drawn))
            time.sleep(0.1)
        raise TimeoutError(f"{address} was not drawn")
    finally:
        context.close()
