"""Rows of licensed users: what each changes of a person, given the rows before it; the same again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from services.errors import Problem
from services.rules import text
from services.rules.import_fields import normalised
from services.rules.import_records import Record
from services.rules.import_verdicts import Verdict
from services.rules.seats import Person, Pool, giving, person

DETAILS = ("department", "cost_centre", "manager")
LONGEST = 200


class Access(StrEnum):
    """What a row says of the seat of its product."""

    ASSIGN = "assign"
    INVITE = "invite"
    ACCEPT = "accept"
    RELEASE = "release"


_SAID: Mapping[str, Access] = {
    normalised(word): access
    for access, words in {
        Access.ASSIGN: "assign|assigned|add|active|yes|asignar|asignada|añadir|activo|sí",
        Access.INVITE: "invite|invited|invitation|invitar|invitado|invitación",
        Access.ACCEPT: "accept|accepted|aceptar|aceptado|aceptada",
        Access.RELEASE: "release|released|remove|removed|no|liberar|liberada|quitar",
    }.items()
    for word in words.split("|")
}


class StepKind(StrEnum):
    """One thing that a row changes."""

    ENROL = "enrol"
    DETAIL = "detail"
    JOIN = "join"
    ASSIGN = "assign"
    INVITE = "invite"
    ACCEPT = "accept"
    RELEASE = "release"


_OF_SEATS = (StepKind.ASSIGN, StepKind.INVITE, StepKind.ACCEPT, StepKind.RELEASE)


@dataclass(frozen=True, slots=True)
class Step:
    """`what` changes: a detail's name, a group's, a product's code; `before`, `after`: of a detail.

    `subscription_id`: which gives the seat, or lost it.
    """

    kind: StepKind
    what: str = ""
    before: str = ""
    after: str = ""
    subscription_id: int = 0


@dataclass(slots=True)
class Standing:
    """A person as they stand after the rows before. `held`: product → (subscription, whether pending)."""

    is_known: bool = False
    has_left: bool = False
    details: dict[str, str] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    held: dict[str, tuple[int, bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JudgedPerson:
    """A row with its verdict, whom it is about, and what it changes."""

    record: Record
    verdict: Verdict
    person: Person | None = None
    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def row(self) -> int:
        """As a spreadsheet counts."""
        return self.record.row

    def agrees_with(self, shown: JudgedPerson) -> bool:
        """Whether applying does what was shown, whichever subscription gives the seat, or has nothing left to do."""
        if self.verdict is Verdict.UNCHANGED:
            return True
        mine, theirs = ([replace(step, subscription_id=0) for step in row.steps] for row in (self, shown))
        return (self.verdict, mine) == (shown.verdict, theirs)


class Register:
    """The people of an account and its free seats, as row after row changes them. `people` by address."""

    def __init__(
        self, people: Mapping[str, Standing], pools: Iterable[Pool], products: Mapping[str, str], today: date
    ) -> None:
        self._people = dict(people)
        self._pools = {pool.subscription_id: pool for pool in pools}
        self._products = {normalised(word): code for code, name in products.items() for word in (code, name)}
        self._names, self._today = products, today
        self._moved: dict[tuple[str, str], int] = {}  # whose seat of what a row has changed already

    def judge(self, record: Record) -> JudgedPerson:
        """The verdict on a row; the register stays as it is."""
        one, faults = person(str(record.values.get("name", "")), str(record.values.get("email", "")))
        problems = [*record.problems, *faults]
        standing = self._people.get(one.email, Standing()) if one else Standing()
        steps = list(self._steps(record, standing, problems)) if one else []
        for step in steps:
            if one and step.kind in _OF_SEATS and (one.email, step.what) in self._moved:
                twice = {"value": self._names[step.what], "row": self._moved[one.email, step.what]}
                problems.append(Problem("product", "row_twice", twice))
        if problems:
            once = {problem.field: problem for problem in reversed(problems)}
            return JudgedPerson(record, Verdict.REFUSED, one, problems=tuple(once.values()))
        if not standing.is_known:
            return JudgedPerson(record, Verdict.NEW, one, (Step(StepKind.ENROL), *steps))
        return JudgedPerson(record, Verdict.CHANGED if steps else Verdict.UNCHANGED, one, tuple(steps))

    def take(self, judged: JudgedPerson) -> None:
        """Have the row be done: the rows after it are judged by what it changed."""
        if judged.person is None or judged.verdict not in (Verdict.NEW, Verdict.CHANGED):
            return
        standing = self._people.setdefault(judged.person.email, Standing())
        standing.is_known = True
        for step in judged.steps:
            self._do(standing, step)
            if step.kind in _OF_SEATS:
                self._moved[judged.person.email, step.what] = judged.row

    def _do(self, standing: Standing, step: Step) -> None:
        match step.kind:
            case StepKind.DETAIL:
                standing.details[step.what] = step.after
            case StepKind.JOIN:
                standing.groups.add(step.what)
            case StepKind.ACCEPT:
                standing.held[step.what] = (step.subscription_id, False)
            case StepKind.RELEASE:
                del standing.held[step.what]
                self._count(step.subscription_id, -1)
            case StepKind.ASSIGN | StepKind.INVITE:
                standing.held[step.what] = (step.subscription_id, step.kind is StepKind.INVITE)
                self._count(step.subscription_id, 1)

    def _count(self, subscription_id: int, seats: int) -> None:
        pool = self._pools[subscription_id]
        self._pools[subscription_id] = replace(pool, assigned=pool.assigned + seats)

    def _steps(self, record: Record, standing: Standing, problems: list[Problem]) -> Iterator[Step]:
        """What the row changes; what is wrong with it goes to the problems."""
        for name in DETAILS:
            value = text.cleaned(str(record.values.get(name, "")))
            problems += text.typed_problems(name, value, limit=LONGEST)
            before = standing.details.get(name, "")
            if value and value != before:
                yield Step(StepKind.DETAIL, name, before, value)
        for group in dict.fromkeys(text.cleaned(part) for part in str(record.values.get("group", "")).split(";")):
            problems += text.typed_problems("group", group, limit=LONGEST)
            if group and group not in standing.groups:
                yield Step(StepKind.JOIN, group)
        yield from self._seat(record, standing, problems)

    def _seat(self, record: Record, standing: Standing, problems: list[Problem]) -> Iterator[Step]:
        named, said = str(record.values.get("product", "")), str(record.values.get("access", ""))
        access = _SAID.get(normalised(said), None) if said else Access.ASSIGN
        if access is None:
            problems.append(Problem("access", "value_unknown", {"value": said[:60]}))
        elif not named and said:
            problems.append(Problem("product", "required"))
        if not named or access is None:
            return
        product = self._products.get(normalised(named))
        if product is None:
            problems.append(Problem("product", "value_unknown", {"value": named[:60]}))
            return
        held = standing.held.get(product)
        if access is Access.RELEASE:
            if held:
                yield Step(StepKind.RELEASE, product, subscription_id=held[0])
        elif access is Access.ACCEPT and held:
            if held[1]:
                yield Step(StepKind.ACCEPT, product, subscription_id=held[0])
        elif not held:
            yield from self._give(product, standing, access, problems)

    def _give(self, product: str, standing: Standing, access: Access, problems: list[Problem]) -> Iterator[Step]:
        pool = giving(self._pools.values(), product, self._today)
        if standing.has_left:
            problems.append(Problem("email", "has_left_already"))
        elif access is Access.ACCEPT:
            problems.append(Problem("access", "never_invited", {"product": self._names[product]}))
        elif pool is None:
            problems.append(Problem("product", "no_subscription_of", {"value": self._names[product]}))
        elif pool.free < 1:
            problems.append(Problem("product", "no_seat_left", {"value": self._names[product]}))
        else:
            yield Step(StepKind(access.value), product, subscription_id=pool.subscription_id)
