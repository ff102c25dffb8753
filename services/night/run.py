"""The run of a night: chunk by chunk, each in its own transaction, with what fails set aside."""

from __future__ import annotations

import gc
import logging
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from services.errors import Refusal, Unavailable
from services.night import calendar, parking
from services.night.books import Book, lock, open_books
from services.night.due import Span, due_accounts
from services.night.shelf import Shelf
from services.night.work import AccountWork, work_out_night
from services.night.write import write_chunk

CHUNK = 2_000  # accounts of one transaction
FEW = 5  # accounts that are done in the transaction that opens the night

log = logging.getLogger("portal.night")
Door = Callable[[], AbstractContextManager[Session]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class NightReport:
    """What a run did. `counts`: by what was done; amounts as `invoiced_<currency>` in minor units."""

    day: date
    accounts: int
    counts: Counter[str]


def run(
    door: Door,
    day: date,
    *,
    progress: Progress = lambda done, total: None,
    chunk: int = CHUNK,
    started_by: int | None = None,
) -> NightReport:
    """Do all that is due by the day. Any number of runs may do so at once: an account is locked by one of them.

    A run that was killed is taken up where its last chunk was committed; a night that is done does nothing.
    Raises `NightGoesBack`, `BillingStopped`, `Unavailable`.
    """
    try:
        span, ids, done_at_once = _open(door, day, started_by, at_once=True)
    except _NotTogether:
        span, ids, done_at_once = _open(door, day, started_by, at_once=False)
    if done_at_once is not None:
        progress(len(ids), len(ids))
        return NightReport(day, len(ids), done_at_once)
    counts: Counter[str] = Counter()
    left_over = array("q")
    done = 0
    for part in _chunks(ids, chunk):
        counts += _chunk(door, part, span, left_over)
        done += len(part)
        progress(done, len(ids))
    for part in _chunks(_still_due(door, span, left_over), chunk):  # wait for whoever is at them
        counts += _chunk(door, part, span, None)
    with door() as session:
        calendar.finish(session, day)
    return NightReport(day, len(ids), counts)


class _NotTogether(Exception):
    """The few accounts of a night cannot be done in one transaction: nothing was written."""


def _open(
    door: Door, day: date, started_by: int | None, *, at_once: bool
) -> tuple[Span, array[int], Counter[str] | None]:
    """Open the night: its span, the accounts that are due and, where few are done `at_once`, what was done.

    Raises _NotTogether where one of the few fails: the night is then opened again, and they are done in chunks.
    """
    with door() as session:
        span, begins_here = calendar.open_night(session, day, started_by)
        ids = due_accounts(session, span)
        if not at_once or len(ids) > FEW:
            return span, ids, None
        try:
            done = _work(session, lock(session, ids, skips_locked=False), span) if ids else Counter()
        except Unavailable:
            raise
        except Exception as fault:
            log.exception("a night of %s accounts failed, the first is %s", len(ids), ids[0])
            raise _NotTogether from fault
        calendar.finish(session, day, done if begins_here else None)
    return span, ids, done


def run_account(door: Door, account_id: int, day: date) -> Counter[str]:
    """Do what is due for one account by a day whose night has run."""
    counts = _chunk(door, [account_id], Span(day, day), None)
    with door() as session:
        calendar.finish(session, day)
    return counts


def _still_due(door: Door, span: Span, left_over: array[int]) -> array[int]:
    """Those of the accounts left to another run, in order, that it has not done by now: reading them all over costs."""
    if not left_over:
        return left_over
    with door() as session:
        due, left = due_accounts(session, span), set(left_over)
    return array("q", (one for one in due if one in left))


def _chunks(ids: array[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size].tolist()


def _chunk(door: Door, ids: Sequence[int], span: Span, left_over: array[int] | None) -> Counter[str]:
    """A chunk in one transaction; where it fails, in halves, until what fails stands alone and is parked."""
    try:
        return _transaction(door, ids, span, left_over)
    except Unavailable:
        raise
    except Exception as fault:
        log.exception("a chunk of %s accounts failed, the first is %s", len(ids), ids[0])
        if len(ids) == 1:
            with door() as session:
                parking.park(session, ids[0], fault, span.day)
            return Counter(parked=1)
    middle = len(ids) // 2
    return _chunk(door, ids[:middle], span, left_over) + _chunk(door, ids[middle:], span, left_over)


def _transaction(door: Door, ids: Sequence[int], span: Span, left_over: array[int] | None) -> Counter[str]:
    with _without_collector(), door() as session:
        locked = lock(session, ids, skips_locked=left_over is not None)
        if left_over is not None and len(locked) < len(ids):
            left_over.extend(sorted(set(ids) - set(locked)))
        return _work(session, locked, span)


def _work(session: Session, locked: Sequence[int], span: Span) -> Counter[str]:
    """Read, work out and write accounts that are locked."""
    if not locked:
        return Counter()
    shelf = Shelf(session)
    works = list(_work_out(session, shelf, open_books(session, shelf, locked, span), span))
    counts = write_chunk(session, shelf, works, span)
    calendar.add_step(session, span.day, locked[0], counts)
    return counts + Counter({calendar.PARKED: len(locked) - len(works)})


@contextmanager
def _without_collector() -> Iterator[None]:
    """A chunk makes a hundred thousand values, none in a circle: the collector would walk through them in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _work_out(session: Session, shelf: Shelf, books: Sequence[Book], span: Span) -> Iterator[AccountWork]:
    """The works of the accounts that can be worked out; the others are parked with their reason."""
    for book in books:
        try:
            work = work_out_night(book, shelf, span)
        except Exception as fault:  # one account must not hold up the others, whatever is wrong with it
            if not isinstance(fault, Refusal):
                log.exception("account %s cannot be worked out", book.account.code)
            parking.park(session, book.account.id, fault, span.day)
            continue
        if book.is_parked:
            parking.resolve(session, book.account.id, span.day)
        yield work
