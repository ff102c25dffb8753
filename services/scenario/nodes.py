"""Parts of a JSON text that know their place, so that a fault can be named to the one who wrote it."""

import json
import re
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from services.scenario.story import WrongFile

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2089, 9, 1)  # the days ids are derived of
MOST = 10**9
DEAREST = 10**8  # of a unit or a flat: the dearest price of the most seats still fits a ledger
RICHEST = 10**14  # a payment or a credit
LONGEST = 200
_DECIMAL = re.compile(r"-?\d{1,30}(\.\d{1,12})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
E = TypeVar("E", bound=StrEnum)


def root(text: str) -> "Node":
    """The whole of a JSON text. Raises WrongFile, also for a key that stands twice in one object."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise WrongFile(twice, "stands twice in one object")
        return dict(pairs)

    try:
        return Node(json.loads(text, object_pairs_hook=once), "")
    except json.JSONDecodeError as fault:
        raise WrongFile(f"line {fault.lineno}", f"not JSON: {fault.msg}") from None
    except (RecursionError, ValueError):
        raise WrongFile("file", "not JSON that can be read") from None


class Node:
    """A value of the file and the place where it stands. Every method raises WrongFile for a value of another kind."""

    def __init__(self, value: Any, place: str) -> None:
        self.value, self.place = value, place

    def fault(self, text: str) -> WrongFile:
        """The fault at this place."""
        return WrongFile(self.place or "file", text)

    def keys(self, needed: str, optional: str = "") -> None:
        """Hold it to be an object with these keys, separated by blanks, and no others."""
        if not isinstance(self.value, dict):
            raise self.fault("an object is expected")
        known = {*needed.split(), *optional.split()}
        for key in self.value:
            if key not in known:
                raise WrongFile(self._below(key), "unknown key")
        for key in needed.split():
            if key not in self.value:
                raise WrongFile(self._below(key), "missing")

    def __getitem__(self, key: str) -> "Node":
        return Node(self.value[key], self._below(key))

    def get(self, key: str) -> "Node | None":
        """The part under the key; None where it was left out or is null."""
        return self[key] if self.value.get(key) is not None else None

    def items(self, *, may_be_empty: bool = False) -> Iterator["Node"]:
        """The elements of a list."""
        if not isinstance(self.value, list):
            raise self.fault("a list is expected")
        if not self.value and not may_be_empty:
            raise self.fault("the list is empty")
        return (Node(value, f"{self.place}[{position}]") for position, value in enumerate(self.value))

    def text(self, *, longest: int = LONGEST) -> str:
        """A line of text."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fault("a text is expected")
        if len(self.value) > longest:
            raise self.fault(f"longer than {longest} characters")
        if any(not character.isprintable() for character in self.value):
            raise self.fault("a character that cannot be printed")
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.fault("true or false is expected")
        return self.value

    def count(self, least: int = 0, most: int = MOST) -> int:
        """A whole number."""
        if type(self.value) is not int:
            raise self.fault("a whole number is expected")
        if not least <= self.value <= most:
            raise self.fault(f"a number from {least} to {most} is expected")
        return self.value

    def decimal(self) -> Decimal:
        """An exact decimal, written as a text."""
        if not isinstance(self.value, str) or not _DECIMAL.fullmatch(self.value):
            raise self.fault('an amount is expected, as a text such as "16.00"')
        try:
            return Decimal(self.value)
        except InvalidOperation:
            raise self.fault("an amount is expected") from None

    def price(self) -> Decimal:
        """An amount that is not negative."""
        amount = self.decimal()
        if amount < 0:
            raise self.fault("a price is not negative")
        if amount > DEAREST:
            raise self.fault(f"at most {DEAREST}")
        return amount

    def day(self) -> date:
        """A day, as YYYY-MM-DD."""
        try:
            if not isinstance(self.value, str) or not _DAY.fullmatch(self.value):
                raise ValueError
            day = date.fromisoformat(self.value)
        except ValueError:
            raise self.fault("a day is expected, as YYYY-MM-DD") from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise self.fault(f"a day from {FIRST_DAY} to {LAST_DAY} is expected")
        return day

    def one_of(self, choices: type[E]) -> E:
        """One of the words of a list."""
        found = next((choice for choice in choices if choice.value == self.value), None)
        if found is None:
            raise self.fault("one of " + ", ".join(choice.value for choice in choices) + " is expected")
        return found

    def known(self, names: Collection[str], what: str) -> str:
        """A name that stands elsewhere in the file."""
        name = self.text()
        if name not in names:
            raise self.fault(f"there is no {what} '{name}'")
        return name

    def _below(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key
