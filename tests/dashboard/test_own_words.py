"""Streamlit's own words are said in the reader's language."""

import tomllib
from pathlib import Path

from dashboard import own_words
from services.permissions import Actor
from tests.screens import open_page


def styles(actor: Actor, language: str) -> str:
    screen = open_page(actor, "sales/imports", language=language)
    assert not screen.exception
    return "".join(str(element.proto.body) for element in screen.get("html"))


def test_spanish_pages_replace_them_and_english_ones_need_not(rep: Actor) -> None:
    said = styles(rep, "es")
    assert 'content: "Elegir archivo"' in said and 'content: "20 MB como máximo"' in said
    assert styles(rep, "en") == ""


def test_the_limit_said_is_the_servers() -> None:
    config = Path(own_words.__file__).resolve().parents[1] / ".streamlit" / "config.toml"
    assert tomllib.loads(config.read_text(encoding="utf-8"))["server"]["maxUploadSize"] == own_words._MOST_MB
