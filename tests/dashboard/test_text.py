"""Customers' texts stay texts; the browser test of the gallery shows that they do on the screen."""

import pytest

from dashboard.components.text import one_line, plain

JOINER = "\N{WORD JOINER}"


@pytest.mark.parametrize(
    ("written", "escaped"),
    [
        ("Nordlicht GmbH", "Nordlicht GmbH"),
        ("**bold** _it_", r"\*\*bold\*\* \_it\_"),
        ("![x](y)", r"\!\[x\]\(y\)"),
        (":red[x]", f":{JOINER}red\\[x\\]"),
        ("http://a.b", f"http:{JOINER}//a\\.b"),
        ("www.a.b", f"www{JOINER}\\.a\\.b"),
        ("at 12:30", "at 12:30"),
        ("5 $ and 6 $", r"5 \$ and 6 \$"),
        ("# head\n- item", r"\# head \- item"),
        (None, ""),
        (12, "12"),
    ],
)
def test_markdown_is_escaped(written: object, escaped: str) -> None:
    assert plain(written) == escaped


def test_characters_that_turn_or_hide_text_are_taken_out() -> None:
    assert one_line("a\u202eb\u2066c\x00d\u200f\ufeff") == "abcd"
    assert one_line(" two\r\n lines\t ") == "two lines"
    assert one_line("𝒳😀 Ñandú") == "𝒳😀 Ñandú"
