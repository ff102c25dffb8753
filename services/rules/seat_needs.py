"""What managers say of their people's seats, needed or not: read from a file, each row with its verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from services.errors import Problem
from services.rules import text as text_rules
from services.rules.import_fields import normalised
from services.rules.import_records import Record
from services.rules.import_verdicts import Verdict
from services.rules.text import LONGEST_LINE

SAID_DAYS = 180  # what was said longer ago is not shown any more
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter that is read as another or as a digit
_MARK = "S-"


class Answer(StrEnum):
    """What is said of a seat."""

    NEEDED = "needed"
    NOT_NEEDED = "not_needed"


# As the exported list offers them, and what people write instead; normalised.
_ANSWERS = {
    Answer.NEEDED: ("needed", "yes", "y", "necesaria", "necesario", "si", "s"),
    Answer.NOT_NEEDED: ("not needed", "no", "n", "no necesaria", "no necesario", "unneeded"),
}
_BY_TEXT = {text: answer for answer, texts in _ANSWERS.items() for text in texts}


@dataclass(frozen=True, slots=True)
class SeatSaid:
    """A seat as rows are judged against it: whose, and what was last said of it (None: nothing since it was given)."""

    seat_id: int
    user_id: int
    product: str
    product_name: str
    email: str
    manager: str
    is_held: bool
    answer: Answer | None = None
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class JudgedNeed:
    """A row with its verdict. `said`: the file's own texts. `before`: what was said until now."""

    row: int
    verdict: Verdict
    said: Mapping[str, str]
    seat: SeatSaid | None = None
    answer: Answer | None = None
    said_by: str = ""
    problems: tuple[Problem, ...] = field(default=())

    @property
    def before(self) -> Answer | None:
        """What was said until now."""
        return self.seat.answer if self.seat else None


def read_answer(text: str) -> Answer | None:
    """The answer a cell gives; None where it gives none that is known."""
    return _BY_TEXT.get(normalised(text))


def seat_code(seat_id: int) -> str:
    """A seat's number as files name it: letters and digits, which no spreadsheet rounds."""
    rest, code = seat_id, ""
    while rest or not code:
        rest, digit = divmod(rest, len(_DIGITS))
        code = _DIGITS[digit] + code
    return _MARK + code


def seat_id_of(code: str) -> int | None:
    """The seat of a number; None for what is none."""
    digits = code.strip().upper().removeprefix(_MARK)
    if not digits or len(digits) > 13 or set(digits) - set(_DIGITS):
        return None
    number = 0
    for digit in digits:
        number = number * len(_DIGITS) + _DIGITS.index(digit)
    return number if number < 2**63 else None


def judged(records: Sequence[Record], seats: Mapping[int, SeatSaid], *, checks_emails: bool) -> Iterator[JudgedNeed]:
    """The rows in their order. An empty answer changes nothing, as does one that stands already.

    `checks_emails`: whether a row may say whose seat it is; where names are hidden nothing is confirmed.
    """
    first: dict[int, tuple[int, Answer]] = {}
    for record in records:
        said = {name: str(value) for name, value in record.values.items()}
        if record.problems:
            yield JudgedNeed(record.row, Verdict.REFUSED, said, problems=record.problems)
            continue
        code, text = said.get("seat", ""), said.get("answer", "")
        seat_id, answer = seat_id_of(code), read_answer(text)
        seat = seats.get(seat_id) if seat_id is not None else None
        fault = _fault(said, seat_id, seat, answer, checks_emails=checks_emails)
        if fault is None and seat is not None and answer is not None:
            earlier = first.setdefault(seat.seat_id, (record.row, answer))
            if earlier[1] is not answer:
                fault = Problem("answer", "answers_differ", {"row": earlier[0]})
        if fault is not None:
            yield JudgedNeed(record.row, Verdict.REFUSED, said, seat, answer, problems=(fault,))
            continue
        assert seat is not None
        by = text_rules.cleaned(said.get("manager", ""))[:LONGEST_LINE] or seat.manager
        yield JudgedNeed(record.row, _verdict(seat, answer, by), said, seat, answer, by)


def is_recent(said_on: date, today: date) -> bool:
    """Whether what was said that day is still shown."""
    return (today - said_on).days < SAID_DAYS


def _verdict(seat: SeatSaid, answer: Answer | None, by: str) -> Verdict:
    if answer is None or (answer is seat.answer and by == seat.said_by):
        return Verdict.UNCHANGED
    return Verdict.NEW if seat.answer is None else Verdict.CHANGED


def _fault(
    said: Mapping[str, str], seat_id: int | None, seat: SeatSaid | None, answer: Answer | None, *, checks_emails: bool
) -> Problem | None:
    code, text = said.get("seat", "")[:40], said.get("answer", "")[:40]
    email, product = said.get("email", ""), said.get("product", "")
    if seat_id is None:
        return Problem("seat", "no_seat_number", {"value": code or "–"})
    if seat is None:
        return Problem("seat", "seat_unknown", {"value": code})
    if checks_emails and email and email.casefold() != seat.email:
        return Problem("email", "seat_of_another", {"value": email[:80]})
    if product and normalised(product) not in (normalised(seat.product_name), normalised(seat.product)):
        return Problem("product", "seat_of_another", {"value": product[:80]})
    if text and answer is None:
        return Problem("answer", "no_answer", {"value": text})
    if answer is not None and not seat.is_held:
        return Problem("seat", "seat_given_back", {"value": code})
    manager = text_rules.cleaned(said.get("manager", ""))[:LONGEST_LINE]
    return next(iter(text_rules.typed_problems("manager", manager, limit=LONGEST_LINE)), None)
