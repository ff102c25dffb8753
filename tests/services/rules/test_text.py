"""Text of users: cleaned, and refused where nobody could see what it holds."""

import pytest

from services.rules.text import cleaned, is_email, line_fault, line_problems, typed_problems


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
    assert cleaned(given) == kept
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


def test_a_line_has_its_length() -> None:
    assert line_problems("name", "x" * 50, limit=50) == []
    (problem,) = line_problems("name", "x" * 300, limit=50)
    assert (problem.field, problem.code, problem.values) == ("name", "too_long", {"limit": 50})


def test_a_typed_line_holds_no_card_number() -> None:
    assert [problem.code for problem in typed_problems("name", "4111 1111 1111 1111", limit=50)] == ["card_number"]
    assert line_problems("name", "4111 1111 1111 1111", limit=50) == []


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
