"""What a check finds: an offender with what it should be and what it is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from data.money import Money

CHUNK = 1000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Violation:
    """An offender: `subject` is what a person calls it (a document's number, a subscription's reference, a key).

    `expected` and `found`: amounts, counts or words; of amounts and counts the `difference` is told, too.
    """

    check: str
    account_id: int | None
    subject: str
    expected: Money | int | str
    found: Money | int | str

    @property
    def difference(self) -> Money | int | None:
        """What is found too much (negative: what is missing); None for words."""
        if isinstance(self.expected, Money) and isinstance(self.found, Money):
            return self.found - self.expected if self.found.currency == self.expected.currency else None
        if isinstance(self.expected, int) and isinstance(self.found, int):
            return self.found - self.expected
        return None


@dataclass(frozen=True, slots=True)
class Check:
    """An invariant of the books: `find` yields its offenders, none when it holds. `group`: where the page lists it."""

    code: str
    group: str
    find: Callable[[Session], Iterator[tuple[int | None, str, Money | int | str, Money | int | str]]]

    def offenders(self, session: Session) -> Iterator[Violation]:
        """Every offender."""
        return (Violation(self.code, *found) for found in self.find(session))


Found = Iterator[tuple[int | None, str, Money | int | str, Money | int | str]]


def in_chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    """Lists of at most `CHUNK`, in order: a book is never held in memory as a whole."""
    chunk: list[T] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
