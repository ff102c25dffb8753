"""Who gets which seat: what ticks change, which subscription gives the seat, and pasted lists of people."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.errors import Problem
from services.rules import text
from services.rules.lifecycle import Status

LIVE = tuple(status.value for status in Status if status.is_live)
MOST_PEOPLE = 5_000
LONGEST_NAME = 200

_NAMED = re.compile(r'^\s*"?(?P<name>[^<>"]*?)"?\s*<\s*(?P<email>[^<>]*?)\s*>\s*$')
_COLUMNS = re.compile(r"\s*[\t;,]\s*")


class SeatMail(StrEnum):
    """The notices a licensed user gets about a change."""

    ASSIGNED = "seat_assigned"
    RELEASED = "seat_released"
    SUSPENDED = "access_suspended"
    INVITED = "seat_invited"
    WITHDRAWN = "invitation_withdrawn"
    MOVED = "seat_moved"


class Origin(StrEnum):
    """How a seat came to its holder."""

    ASSIGNED = "assigned"
    INVITED = "invited"
    MOVED = "moved"
    UNDONE = "undone"
    RESTORED = "restored"


class Ending(StrEnum):
    """How a holder lost a seat; a row without one is held, or was lost with the subscription."""

    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Pool:
    """A subscription's seats: `seats` bought, `assigned` given out, with access on the days `[starts_on, ends_on)`."""

    subscription_id: int
    product: str
    seats: int
    assigned: int
    starts_on: date
    ends_on: date | None = None

    @property
    def free(self) -> int:
        """Seats bought and not assigned."""
        return self.seats - self.assigned

    def gives_access(self, today: date) -> bool:
        """Whether its entitlement is in force on the day."""
        return self.starts_on <= today and (self.ends_on is None or today < self.ends_on)

    def is_over(self, today: date) -> bool:
        """Whether its entitlement has ended."""
        return self.ends_on is not None and self.ends_on <= today


@dataclass(frozen=True, slots=True)
class Person:
    """A person at the customer: a name and a mail address in lower case, by which the account knows them once."""

    name: str
    email: str

    @property
    def search_text(self) -> str:
        """What a list's search looks through."""
        return f"{self.name} {self.email}".casefold()


@dataclass(frozen=True, slots=True)
class Ticked:
    """What new ticks make of a user's products: `assign`, `release` and `keep`, each sorted."""

    assign: tuple[str, ...]
    release: tuple[str, ...]
    keep: tuple[str, ...]

    @property
    def suspends(self) -> bool:
        """None ticked: the user is suspended (billing rules §11)."""
        return not self.assign and not self.keep

    @property
    def notice(self) -> SeatMail | None:
        """The one notice that tells the user of it; None when nothing changed."""
        if self.assign:
            return SeatMail.ASSIGNED
        if not self.release:
            return None
        return SeatMail.SUSPENDED if self.suspends else SeatMail.RELEASED


def ticked(held: Collection[str], wanted: Collection[str]) -> Ticked:
    """The ticks replace the user's set of products (billing rules §11)."""
    before, after = set(held), set(wanted)
    return Ticked(
        assign=tuple(sorted(after - before)),
        release=tuple(sorted(before - after)),
        keep=tuple(sorted(before & after)),
    )


def giving(pools: Collection[Pool], product: str, today: date) -> Pool | None:
    """The subscription whose seat a new user of the product gets; None when the account has no right to it.

    The entitlement decides: one in force today goes before one that starts later (whose seats may be given out ahead;
    access begins with it). Among several, one with free seats, then the earliest.
    """
    live = [pool for pool in pools if pool.product == product and not pool.is_over(today)]
    return min(
        live,
        key=lambda pool: (not pool.gives_access(today), pool.free < 1, pool.starts_on, pool.subscription_id),
        default=None,
    )


def people(pasted: str) -> tuple[tuple[Person, ...], tuple[Problem, ...]]:
    """The people of a pasted list, each address once, and what is wrong with it, line by line.

    A line is `Name <mail>`, `Name; mail` (also with tab or comma, in either order) or a bare `mail`, whose name is then
    made of the address; several on a line are separated by `;` or `,`, as mail programs copy them. Problems have the
    field `line.<number>`, counted from 1 in the text as it was pasted.
    """
    found: dict[str, Person] = {}
    problems: list[Problem] = []
    for number, line in enumerate(pasted.splitlines(), start=1):
        for entry in _entries(line):
            one, faults = person(*_split(entry))
            problems += [_of_line(number, entry, fault) for fault in faults]
            if one:
                found.setdefault(one.email, one)
    if not found and not problems:
        problems.append(Problem("people", "required"))
    if len(found) > MOST_PEOPLE:
        problems.append(Problem("people", "too_many_people", {"limit": MOST_PEOPLE, "count": len(found)}))
    return tuple(found.values()), tuple(problems)


def _entries(line: str) -> Iterator[str]:
    """The entries of a line: cut at `;` or `,` where every part holds an address, else the line as a whole."""
    for separator in (";", ","):
        parts = [part for part in line.split(separator) if part.strip()]
        if len(parts) > 1 and all("@" in part for part in parts):
            for part in parts:
                yield part.strip()
            return
    if line.strip():
        yield line.strip()


def person(name: str, email: str) -> tuple[Person | None, tuple[Problem, ...]]:
    """A person, or what is wrong with the fields `name` and `email`. Without a name, the address gives one."""
    name, email = text.cleaned(name), text.cleaned(email).lower()
    problems = text.typed_problems("email", email, limit=254, required=True)
    if not problems and not text.is_email(email):
        problems.append(Problem("email", "not_an_email"))
    problems += text.typed_problems("name", name, limit=LONGEST_NAME)
    return (None if problems else Person(name or _name_of(email), email)), tuple(problems)


def _name_of(email: str) -> str:
    """Ana Soler of ana.soler@acme.example."""
    return re.sub(r"[._+-]+", " ", email.partition("@")[0]).strip().title() or email


def _of_line(number: int, entry: str, fault: Problem) -> Problem:
    """The fault under its line's number; a line without an address is shown as it was pasted."""
    field, code = f"line.{number}", fault.code
    if fault.field == "email" and code in ("required", "not_an_email"):
        return Problem(field, "no_email_in_line", {"value": entry[:80]})
    return Problem(field, code, fault.values)


def _split(entry: str) -> tuple[str, str]:
    named = _NAMED.match(entry)
    if named:
        return named["name"], named["email"]
    columns = [column.strip('" ') for column in _COLUMNS.split(entry) if column.strip('" ')]
    addresses = [column for column in columns if "@" in column]
    if len(addresses) == 1 and len(columns) > 1:
        return ", ".join(column for column in columns if column not in addresses), addresses[0]
    return "", entry
