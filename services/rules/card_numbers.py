"""Card numbers in free text: they never enter the portal (billing rules §8)."""

import re
import unicodedata

from stdnum import ean, iban, luhn

# ISO/IEC 7812 issuer ranges: (first digits from, to, lengths). Maestro's and Mir's are those still issued.
_ISSUERS: tuple[tuple[str, str, frozenset[int]], ...] = (
    ("4", "4", frozenset({13, 16, 19})),  # Visa
    ("51", "55", frozenset({16})),  # Mastercard
    ("2221", "2720", frozenset({16})),
    ("34", "34", frozenset({15})),  # American Express
    ("37", "37", frozenset({15})),
    ("300", "305", frozenset({14, 16})),  # Diners Club
    ("3095", "3095", frozenset({14, 16})),
    ("36", "36", frozenset({14, 16})),
    ("38", "39", frozenset({14, 16})),
    ("3528", "3589", frozenset({16, 17, 18, 19})),  # JCB
    ("6011", "6011", frozenset({16, 19})),  # Discover
    ("644", "659", frozenset({16, 19})),
    ("62", "62", frozenset({16, 17, 18, 19})),  # UnionPay
    ("2200", "2204", frozenset({16, 17, 18, 19})),  # Mir
    ("5018", "5018", frozenset(range(13, 20))),  # Maestro
    ("5020", "5020", frozenset(range(13, 20))),
    ("5038", "5038", frozenset(range(13, 20))),
    ("5893", "5893", frozenset(range(13, 20))),
    ("6304", "6304", frozenset(range(13, 20))),
    ("6759", "6763", frozenset(range(13, 20))),
)
_FIRST_DIGITS = frozenset(low[0] for low, _, _ in _ISSUERS)
_RUN = re.compile(r"(?<!\d)\d+(?:[ .\-]\d+)*")
_IBAN_START = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?=[ \-]?[A-Z0-9])")
_LONGEST_GROUP = 8  # cards are written in groups of 4 to 6; "4500012345-000010" is an order and its item


def contains_card_number(text: str) -> bool:
    """Whether a part of the text is a card number: issuer range, length and check digit, blanks and dashes ignored.

    IBANs, phone numbers with +, article numbers (EAN) and French SIRET numbers that look like one are let through.
    """
    if sum(character.isdigit() for character in text) < 13:
        return False
    flat = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf").upper()
    flat = re.sub(r"[\u2010-\u2015\u2212_]", "-", re.sub(r"\s", " ", flat))
    flat = _without_ibans(re.sub(r" *- *| +", lambda match: "-" if "-" in match[0] else " ", flat))
    return any(_is_card_run(match[0], flat[: match.start()]) for match in _RUN.finditer(flat))


def _without_ibans(text: str) -> str:
    for match in reversed(list(_IBAN_START.finditer(text))):
        compact = ""
        for end in range(match.start(), min(len(text), match.start() + 50)):
            if not (text[end].isalnum() or text[end] in " -"):
                break
            compact += text[end].strip(" -")
            if text[end + 1 : end + 2].isalnum():  # an IBAN ends where its last group does
                continue
            if len(compact) >= 15 and iban.is_valid(compact, check_country=False):
                text = f"{text[: match.start()]}#{text[end + 1 :]}"
                break
    return text


def _is_card_run(run: str, before: str) -> bool:
    groups = re.split(r"[ .\-]", run)
    if before.rstrip(" (").endswith("+") and sum(map(len, groups)) <= 15:  # E.164: a phone number
        return False
    for first in range(len(groups)):
        for last in range(first + 1, len(groups) + 1):
            digits = "".join(groups[first:last])
            if len(digits) > 19:
                break
            if len(digits) >= 13 and _is_card(digits, groups[first:last]):
                return True
    return False


def _is_card(digits: str, groups: list[str]) -> bool:
    if len(groups) > 1 and max(map(len, groups)) > _LONGEST_GROUP:
        return False
    if not _is_issued(digits) or not luhn.is_valid(digits):
        return False
    if len(digits) == 13:
        return len(groups) == 1 and not ean.is_valid(digits)
    shape = [len(group) for group in groups]
    if len(digits) == 14 and shape != [4, 6, 4]:
        # A SIRET is a SIREN of 9 digits, which carries a check digit of its own, and 5 more.
        return not luhn.is_valid(digits[:9])
    return True


def _is_issued(digits: str) -> bool:
    return digits[0] in _FIRST_DIGITS and any(
        low <= digits[: len(low)] <= high and len(digits) in lengths for low, high, lengths in _ISSUERS
    )
