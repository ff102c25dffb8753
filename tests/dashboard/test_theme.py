"""Colours that can be read: WCAG AA for every text on its ground, in both modes; one palette for screens and charts."""

import tomllib
from itertools import product
from pathlib import Path

import pytest

from dashboard import theme
from services.words.labels import ENUMS

CONFIG = tomllib.loads((Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
COLOURS = ("red", "orange", "yellow", "green", "blue", "violet", "gray")
AA = 4.5


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of #RRGGBB."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("mode", "colour"), list(product(("light", "dark"), COLOURS)))
def test_a_status_word_can_be_read_on_its_ground(mode: str, colour: str) -> None:
    palette = CONFIG["theme"][mode]
    for ground in (palette[f"{colour}BackgroundColor"], palette["backgroundColor"]):
        assert contrast(palette[f"{colour}TextColor"], ground) >= AA


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_texts_links_and_the_primary_button_can_be_read(mode: str) -> None:
    palette = CONFIG["theme"][mode]
    for ground in (palette["backgroundColor"], palette["secondaryBackgroundColor"]):
        for text in ("textColor", "linkColor", "grayTextColor"):
            assert contrast(palette[text], ground) >= AA
    assert contrast("#FFFFFF", palette["primaryColor"]) >= AA
    assert contrast(palette["dataframeHeaderTextColor"], palette["dataframeHeaderBackgroundColor"]) >= AA


def test_no_words_are_written_in_the_colour_of_buttons() -> None:
    """In the dark it carries white words; on the dark ground itself violet is the accent that can be read."""
    root = Path(__file__).resolve().parents[2]
    for room in ("dashboard", "pages"):
        for path in (root / room).rglob("*.py"):
            assert ":primary[" not in path.read_text(encoding="utf-8"), path
            assert ":primary-badge[" not in path.read_text(encoding="utf-8"), path


def test_charts_take_the_palette_of_the_screens() -> None:
    assert CONFIG["theme"]["light"]["chartCategoricalColors"] == list(theme.LIGHT)
    assert CONFIG["theme"]["dark"]["chartCategoricalColors"] == list(theme.DARK)
    assert tuple(theme.figure(dark=False).layout.template.layout.colorway) == theme.LIGHT
    assert tuple(theme.figure(dark=True).layout.template.layout.colorway) == theme.DARK


def test_every_status_has_its_colour() -> None:
    codes = {code for name, words in ENUMS.items() if name.endswith("Status") for code in words}
    assert codes, "no status has words"
    assert not codes - set(theme.STATUS)
