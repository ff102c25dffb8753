"""What finance does at a month's end in the browser: look at each page, filter, drill to an invoice, export, close."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import Locator, Page, Position, expect

from dashboard.navigation import FINANCE, MENU
from services.words.i18n import Words

Timer = Callable[[str], AbstractContextManager[None]]
# Where the cells of a table lie below its upper left corner, in pixels: it is a canvas, whose text nobody can click.
_BOX, _HEAD, _ROW = 34, 32, 31
_HEARD = 150  # milliseconds


def play(page: Page, language: str, country: str, timed: Timer) -> bytes:
    """Play the story on the first page after signing in; returns the month's pack. `timed`: told of each step."""
    said = Words(language).t
    for line in MENU:
        if line.section == FINANCE and line.in_menu:
            with timed(f"open {line.path}"):
                _menu(page, said(line.title)).click()
                expect(page.get_by_role("heading", name=said(line.title), exact=True, level=1)).to_be_visible()
                settled(page)
    _menu(page, said("Totals")).click()
    settled(page)
    with timed("filter"):
        page.get_by_test_id("stPopoverButton").first.click()
        page.get_by_label(said("Country"), exact=True).click()
        page.get_by_role("option", name=Words(language).country(country), exact=True).click()
        expect(page).to_have_url(re.compile(f"country={country}"))
        settled(page)
    page.keyboard.press("Escape")
    with timed("export"), page.expect_download() as export:
        page.get_by_role("button", name="CSV", exact=True).first.click()
    assert Path(export.value.path()).read_text("utf-8-sig").startswith(said("Month"))
    with timed("open a figure"):
        table = page.get_by_test_id("stDataFrame").first
        _click(table, x=_width(table) - 40)  # the total of the first month
        expect(page).to_have_url(re.compile("at_row="))
        settled(page)
    with timed("open an invoice of it"):
        _click(page.get_by_test_id("stDataFrame").nth(1), x=_BOX + 40)
        expect(page).to_have_url(re.compile(r"/invoice\?"))
        settled(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    _menu(page, said("Month's close")).click()
    settled(page)
    steps = page.locator("[class*=st-key-closing_2]")
    for place in range(steps.count()):
        with timed("tick off a step"):
            steps.nth(place).locator("label").first.click()
            expect(page.get_by_text(re.compile(r"UTC$"))).to_have_count(place + 1)  # who did it, when
            settled(page)
    page.locator(".st-key-closing_sure label").first.click()
    settled(page)
    with timed("close the month"):
        close = re.compile("^" + said("Close {month}", month=""))
        page.get_by_test_id("stMain").get_by_role("button", name=close).click()
        expect(page.locator(".st-key-build_pack")).to_be_visible()
        settled(page)
    with timed("build the pack"):
        page.locator(".st-key-build_pack button").click()
        expect(page.get_by_role("button", name=said("Download the pack (ZIP)"))).to_be_visible()
        settled(page)
    with timed("download the pack"), page.expect_download() as pack:
        page.get_by_role("button", name=said("Download the pack (ZIP)")).click()
    path = Path(pack.value.path())
    assert ZipFile(path).testzip() is None
    return path.read_bytes()


def patient(page: Page, milliseconds: float) -> None:
    """How long a step may take."""
    page.set_default_timeout(milliseconds)
    expect.set_options(timeout=milliseconds)


def settled(page: Page) -> None:
    """Wait until the page has drawn everything; a click first takes a moment to be heard of."""
    page.wait_for_timeout(_HEARD)
    expect(page.locator("[data-testid=stApp][data-test-script-state=running]")).to_have_count(0)
    expect(page.locator("[data-testid=stSkeleton], [data-testid=stAppSkeleton]")).to_have_count(0)


def _menu(page: Page, title: str) -> Locator:
    return page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True)


def _width(table: Locator) -> float:
    box = table.bounding_box()
    assert box is not None
    return box["width"]


def _click(table: Locator, *, x: float) -> None:
    """Click a cell of the first row."""
    table.scroll_into_view_if_needed()
    place: Position = {"x": x, "y": _HEAD + _ROW / 2}
    table.hover(position=place)  # the canvas finds the cell beneath the pointer first
    table.click(position=place, delay=50)
