"""Customers' texts made harmless where Streamlit would read Markdown."""

import re

_JOINER = "\N{WORD JOINER}"
# Markdown, LaTeX ($) and Streamlit's own directives (:red[…]).
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$&=^])")
# Addresses and :shortcodes: are found after backslashes are gone; an invisible joiner breaks them up.
_ADDRESS = re.compile(r"(?<!\d):(?=\S)|(?i:(?<=\bwww)(?=\.))")
# Characters that turn the reading direction, and those that print nothing at all.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"[^\S\N{NO-BREAK SPACE}]+")  # an amount stays on the line of its currency


def one_line(text: object) -> str:
    """The text on one line, without control and direction characters; for places that read no Markdown."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", "" if text is None else str(text))).strip()


def plain(text: object) -> str:
    """The text as Markdown that shows exactly the text: no links, images, colours, formulas, emoji or headings."""
    return _SPECIAL.sub(r"\\\1", _ADDRESS.sub(lambda found: found.group() + _JOINER, one_line(text)))
