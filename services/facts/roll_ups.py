"""The roll-ups: which sums are kept, split by what, with which deltas, and of which facts."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from data.models import (
    CycleDelta,
    CycleFigure,
    Due,
    DueDelta,
    Figure,
    FigureDelta,
    TaxFigure,
    TaxFigureDelta,
)
from services.facts import cycle_sums, figures
from services.facts.figures import ALL_DAYS
from services.rules.cycle_sums import CYCLE_DIMENSIONS, CYCLE_KEY, CYCLE_SETS
from services.rules.figures import DUE_DIMENSIONS, FIGURE_DIMENSIONS, grain
from services.rules.tax_figures import TAX_KEY

EMPTY = {"plan": "", "product": "", "country": "", "rep_id": 0, "segment": ""}
Sums = Mapping[tuple[Any, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class RollUp:
    """A table of `sums` with its deltas: its own columns, and the dimensions any of which it is split by.

    `facts`: statements with all of these columns, a row a fact. `sets`: the sets of dimensions that are kept, where not
    all are. A sum of which nothing is left is forgotten where it `forgets`.
    """

    table: type[Any]
    deltas: type[Any]
    own: tuple[str, ...]
    dimensions: tuple[str, ...]
    facts: Callable[[], Iterable[Select[Any]]]
    sums: tuple[str, ...] = ("amount_minor",)
    sets: tuple[tuple[str, ...], ...] | None = None
    forgets: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell sums apart, beside the grain."""
        return (*self.own, *self.dimensions)

    @property
    def grains(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each set of dimensions that is kept, with its number; the finest of all last, where all are."""
        if self.sets is not None:
            yield from ((grain(self.dimensions, kept), kept) for kept in self.sets)
            return
        for number in range(1 << len(self.dimensions)):
            yield number, tuple(name for place, name in enumerate(self.dimensions) if number >> place & 1)

    def coarsened(self, kept: tuple[str, ...], sums: Sums) -> dict[tuple[Any, ...], tuple[int, ...]]:
        """Sums by the whole key, split by just these dimensions; the others are empty. What comes to 0 is left out."""
        first = len(self.own)
        places = [(place, EMPTY[name]) for place, name in enumerate(self.dimensions, first) if name not in kept]
        found: defaultdict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(self.sums))
        for key, values in sums.items():
            coarse = list(key)
            for place, none in places:
                coarse[place] = none
            total = found[tuple(coarse)]
            for place, value in enumerate(values):
                total[place] += value
        return {key: tuple(values) for key, values in found.items() if any(values)}


def _of_figures() -> Iterable[Select[Any]]:
    return [fact for statements in figures.FACTS.values() for fact in statements(ALL_DAYS)]


FIGURES = RollUp(Figure, FigureDelta, ("measure", "month", "currency"), FIGURE_DIMENSIONS, _of_figures)
DUES = RollUp(Due, DueDelta, ("posted_on", "due_on", "currency"), DUE_DIMENSIONS, figures.dues)
TAXES = RollUp(TaxFigure, TaxFigureDelta, TAX_KEY, (), figures.taxes)
CYCLES = RollUp(
    CycleFigure,
    CycleDelta,
    CYCLE_KEY,
    CYCLE_DIMENSIONS,
    cycle_sums.facts,
    ("amount_minor", "periods"),
    CYCLE_SETS,
    True,
)
ALL = (FIGURES, DUES, TAXES, CYCLES)
