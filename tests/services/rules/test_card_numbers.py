"""Card numbers are found in any text, and nothing that only looks like one."""

import pytest

from services.rules.card_numbers import contains_card_number

CARDS = [
    "4111111111111111",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111.1111.1111.1111",
    "4111 - 1111 - 1111 - 1111",
    "4111\u00a01111\u00a01111\u00a01111",
    "4111\u200b1111\u200b1111\u200b1111",
    "４１１１１１１１１１１１１１１１",
    "411111 11 11111111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "VISA4111111111111111 12/28",
    "please charge 4111 1111 1111 1111 12/27 123",
    "PO 4500012345, card 5555555555554444",
    "4222222222222",  # Visa, 13 digits
    "5555 5555 5555 4444",  # Mastercard
    "2223003122003222",
    "378282246310005",  # American Express, 15 digits
    "3782 822463 10005",
    "6011111111111117",  # Discover
    "30569309025904",  # Diners Club, 14 digits
    "3056 930902 5904",
    "3530111333300000",  # JCB
    "6240 0086 3140 1148",  # UnionPay
    "4000000000000000006",  # 19 digits
    "6759649826438453",  # Maestro
]

OTHERS = [
    "",
    "4111 1111 1111 1112",  # a wrong check digit
    "4500012345",  # an SAP purchase order
    "4500012345-000010",  # and its item
    "4500012345 4500012346 4500012347",
    "ES91 2100 0418 4502 0005 1332",  # IBANs
    "ES9121000418450200051332",
    "FR76 3000 6000 0112 3456 7890 189",
    "FR7630006000011234567890189",
    "DE89 3704 0044 0532 0130 00",
    "GB29 NWBK 6016 1331 9268 19",
    "BE71 0961 2345 6769",
    "NO93 8601 1117 947",
    "DE95 4111 1111 1111 1111 00",  # a card number inside
    "DE95411111111111111100",
    "pay to MT84 MALT 0110 0001 2345 MTLC AST0 01S please",
    "+49 1512 3456789",  # phone numbers
    "+4915123456789",
    "+1 (415) 555-2671",
    "0034 912 345 678",
    "36252188200005",  # a SIRET: 14 digits, Luhn, beginning like Diners Club
    "362 521 882 00005",
    "SIRET 303 265 045 00001",
    "FR40303265045",  # VAT numbers
    "DE136695976",
    "SE556070171501",
    "4006381330060",  # an EAN of 13 digits, as German suppliers' GLN are
    "04011000-1234512345-35",  # a Leitweg-ID
    "2026-11-22 2026-12-22",
    "021000021",  # an ABA routing number
    "1234567890123456",  # no issuer
    "550e8400-e29b-41d4-a716-446655440000",
    "8902 1234 5678 9012 3456 7",
]


@pytest.mark.parametrize("text", CARDS)
def test_a_card_number_is_found(text: str) -> None:
    assert contains_card_number(text)
    assert contains_card_number(f"Ref. {text} (thanks)")


@pytest.mark.parametrize("text", OTHERS)
def test_other_numbers_pass(text: str) -> None:
    assert not contains_card_number(text)


def test_a_long_text_is_read_quickly() -> None:
    assert not contains_card_number("1 2 " * 1_000)
    assert not contains_card_number("AB12" * 5_000)
