"""Text of users: cleaned, and refused where nobody could see what it holds."""

import pytest

from services.rules.text import TextRefused, clean_line, cleaned, is_email, line_fault, line_problems


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Ana   López ", "Ana López"),
        ("Jose\u0301", "José"),  # composed
        ("a\u00a0\u2003b", "a b"),
        ("Zażółć 株式会社 👩‍👩‍👧", "Zażółć 株式会社 👩‍👩‍👧"),
        ("=cmd()", "=cmd()"),  # kept; exports escape it
        ("![x](http://x)", "![x](http://x)"),
        ("שלום", "שלום"),
        ("", ""),
    ],
)
def test_a_line_is_cleaned_and_keeps_what_it_says(given: str, kept: str) -> None:
    assert clean_line(given, 50) == kept
    assert cleaned(kept) == kept


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a\x00b", "control_character"),
        ("a\tb", "control_character"),
        ("a\nb", "control_character"),
        ("a\u2028b", "control_character"),
        ("a\x1bb", "control_character"),
        ("\ud800", "control_character"),
        ("a\u202eb", "direction_override"),
        ("a\u2066b", "direction_override"),
        ("fair", None),
    ],
)
def test_what_cannot_be_seen_is_refused(text: str, fault: str | None) -> None:
    assert line_fault(text) == fault
    if fault:
        with pytest.raises(TextRefused) as refused:
            clean_line(text, 50, field="name")
        assert (refused.value.field, refused.value.values) == ("name", {"reason": fault})


def test_a_line_has_its_length() -> None:
    assert clean_line("x" * 50, 50) == "x" * 50
    with pytest.raises(TextRefused) as refused:
        clean_line("x" * 300, 50)
    assert refused.value.values == {"reason": "too_long", "limit": 50, "length": 300}


def test_problems_name_their_field() -> None:
    assert line_problems("name", "Ana", limit=10, required=True) == []
    assert line_problems("name", "", limit=10) == []
    codes = [line_problems("name", text, limit=3, required=True)[0].code for text in ("", "long", "a\x00", "a\u202e")]
    assert codes == ["required", "too_long", "control_character", "direction_override"]


@pytest.mark.parametrize("text", ["a@b.es", "ana.lopez+x@mail.example.co.uk", "o'neil@x-y.org", "a@b.xn--p1ai"])
def test_mail_addresses_are_taken(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "@b.es",
        "a@@b.es",
        "a b@c.es",
        "a@b..es",
        ".a@b.es",
        "a.@b.es",
        "a@-b.es",
        "a@b.es\n",
        "a@b.e1",
        f"{'x' * 65}@b.es",
        f"a@{'x' * 250}.es",
        "Ana <a@b.es>",
        "a@b.es,c@d.es",
        "ä@b.es",
    ],
)
def test_what_no_server_would_take_is_no_address(text: str) -> None:
    assert not is_email(text)
