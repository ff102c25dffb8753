"""The roll-ups compared with the facts they are sums of, split as finely as they are kept."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Due, DueDelta, Figure, FigureDelta, TaxFigure, TaxFigureDelta
from data.money import Money
from services.facts import figures as facts
from services.facts.figures import ALL_DAYS
from services.integrity.violations import Found
from services.rules.figures import DUE_DIMENSIONS, FIGURE_DIMENSIONS, grain
from services.rules.tax_figures import TAX_KEY

_FIGURE, _DUE = ("measure", "month", "currency"), ("posted_on", "due_on", "currency")


def differences(session: Session) -> Found:
    """Every sum that is not what the facts give, then every coarser sum that is not what the finest give."""
    of_facts = [fact for statements in facts.FACTS.values() for fact in statements(ALL_DAYS)]
    yield from _compared(session, Figure, FigureDelta, _FIGURE, FIGURE_DIMENSIONS, of_facts)
    yield from _compared(session, Due, DueDelta, _DUE, DUE_DIMENSIONS, list(facts.dues()))
    yield from taxes(session)


def taxes(session: Session) -> Found:
    """Every sum of a month's tax that is not what the entries of the tax book give."""
    yield from _compared(session, TaxFigure, TaxFigureDelta, TAX_KEY, (), list(facts.taxes()))


def _compared(
    session: Session, table: Any, deltas: Any, own: tuple[str, ...], dimensions: tuple[str, ...], of_facts: list[Any]
) -> Found:
    finest, currency = grain(dimensions, dimensions), own.index("currency")
    wanted = _sums(session, [fact.subquery().c for fact in of_facts], (*own, *dimensions))
    found = _sums(session, [deltas], (*own, *dimensions))
    for key, minor in _sums(session, [table], (*own, *dimensions), table.grain == finest).items():
        found[key] += minor
    yield from _told(wanted, found, currency)
    folded = _sums(session, [table], (*own, *dimensions), table.grain == finest)
    for number in range(finest):
        kept = [name for place, name in enumerate(dimensions) if number >> place & 1]
        coarse: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        for key, minor in folded.items():
            of = (value for name, value in zip(dimensions, key[len(own) :], strict=True) if name in kept)
            coarse[*key[: len(own)], *of] += minor
        yield from _told(coarse, _sums(session, [table], (*own, *kept), table.grain == number), currency)


def _told(wanted: dict[Any, int], found: dict[Any, int], currency: int) -> Iterator[Any]:
    for key in sorted(wanted.keys() | found.keys()):
        expected, minor = wanted.get(key, 0), found.get(key, 0)
        if expected != minor:
            name = " ".join(str(part) for part in key if part not in ("", 0))
            yield None, name, Money(expected, key[currency]), Money(minor, key[currency])


def _sums(session: Session, sources: list[Any], names: tuple[str, ...], *criteria: Any) -> defaultdict[Any, int]:
    sums: defaultdict[Any, int] = defaultdict(int)
    for source in sources:
        key = [getattr(source, name) for name in names]
        statement = select(*key, func.sum(source.amount_minor)).where(*criteria).group_by(*key)
        for *row, minor in session.execute(statement):
            sums[tuple(row)] += int(minor or 0)
    return sums
