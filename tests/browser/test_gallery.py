"""The building blocks under the portal's security headers: everything is drawn, nothing is blocked or fetched."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal, serve, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The gallery's server."""
    log = tmp_path_factory.mktemp("gallery") / "server.log"
    for url in serve("tests/browser/gallery_server.py", {}, log):
        yield Portal(url)


def test_tables_charts_and_fonts_live_with_the_security_policy(gallery: Portal, page: Page) -> None:
    answer = page.goto(gallery.url)
    assert answer is not None and "script-src 'self'" in answer.headers["content-security-policy"]
    settled(page)
    expect(page.get_by_test_id("stDataFrame").first.locator("canvas").first).to_be_visible()
    expect(page.locator(".js-plotly-plot .barlayer path").first).to_be_visible()
    expect(page.get_by_text("There are no figures yet. Place an order.")).to_be_visible()
    loaded = page.evaluate("() => [...document.fonts].some(f => f.family === 'Inter' && f.status === 'loaded')")
    assert loaded, "the packaged font was not used"


def test_customers_texts_stay_texts(gallery: Portal, page: Page) -> None:
    page.goto(gallery.url)
    page.get_by_role("tab", name="Texts").click()
    texts = page.get_by_role("tabpanel", name="Texts")
    expect(texts.get_by_text("//evil.example/a.png)")).to_be_visible()
    expect(texts.get_by_text("# not a *heading*")).to_be_visible()
    expect(texts.locator("img, a, em, strong, .katex, h1")).to_have_count(0)
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in texts.inner_text()


def test_an_unforeseen_fault_shows_a_number_and_no_detail(gallery: Portal, page: Page) -> None:
    page.goto(gallery.url)
    page.get_by_role("tab", name="Texts").click()
    expect(page.get_by_text("report incident")).to_be_visible()
    expect(page.get_by_text("secret detail")).to_have_count(0)


def test_a_download_holds_no_formula(gallery: Portal, page: Page, tmp_path: Path) -> None:
    page.goto(gallery.url)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    file = tmp_path / "accounts.csv"
    download.value.save_as(file)
    cells = [cell for row in csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))) for cell in row]
    assert "'=cmd()" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]


def test_a_chart_gives_its_picture_in_both_formats_and_its_data(gallery: Portal, page: Page, tmp_path: Path) -> None:
    page.goto(gallery.url)
    page.get_by_role("tab", name="Reports").click()
    camera = page.locator(".st-key-mrr .modebar-btn")
    expect(camera).to_have_attribute("aria-label", "Download as PNG")
    with page.expect_download() as download:
        camera.click()
    download.value.save_as(tmp_path / "mrr.png")
    assert (tmp_path / "mrr.png").read_bytes().startswith(b"\x89PNG")
    page.locator(".st-key-mrr-data button").click()
    with page.expect_download() as download:
        page.locator(".st-key-mrr-rows-csv button").click()
    download.value.save_as(tmp_path / "mrr.csv")
    assert (tmp_path / "mrr.csv").read_text(encoding="utf-8-sig").startswith("Month,Support,Support (ISO 4217)")
    page.get_by_text("SVG", exact=True).click()
    camera = page.locator(".st-key-mrr-svg .modebar-btn")
    expect(camera).to_have_attribute("aria-label", "Download as SVG")
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        camera.click()
    download.value.save_as(tmp_path / "mrr.svg")
    assert "<svg" in (tmp_path / "mrr.svg").read_text(encoding="utf-8")


def test_a_name_in_a_chart_is_no_link(gallery: Portal, page: Page) -> None:
    page.goto(gallery.url)
    page.get_by_role("tab", name="Reports").click()
    expect(page.locator(".st-key-time .js-plotly-plot .ytick").first).to_be_visible()
    expect(page.locator(".js-plotly-plot a[href*=evil], .js-plotly-plot svg a")).to_have_count(0)
