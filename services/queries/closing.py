"""Months and their closing: which are closed, what stands in the way of the next, and the packs."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from data.models import ClosedMonth, ClosingStep, MonthPack
from data.money import Money
from services.access import reading
from services.errors import NotFound
from services.facts.closing import first_day, sights
from services.facts.tie_out import compare
from services.packs.build import KEY_FIGURES, key_figures
from services.packs.month import Month
from services.permissions import Actor, Permission
from services.rules.closing import Sight, Tick, Ticked
from services.rules.tie_outs import TieOut


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month of the list: when it was closed and by whom, and its pack's hash; empty where it is open."""

    month: int
    closed_at: datetime | None
    who: str
    pack: str


@dataclass(frozen=True, slots=True)
class ClosingCard:
    """A month before or after its closing. `figures`: currency, figure, this month, the one before, the difference."""

    line: MonthLine
    sights: tuple[Sight, ...]
    ticks: tuple[Tick, ...]
    tie_outs: tuple[TieOut, ...]
    figures: tuple[tuple[str, str, Money, Money, Money], ...]

    @property
    def is_ready(self) -> bool:
        """Whether it can be closed."""
        return not any(sight.bars for sight in self.sights) and all(tick.at is not None for tick in self.ticks)


def list_months(actor: Actor, today: date) -> tuple[MonthLine, ...]:
    """The months of the books up to this one, the latest first. Raises `NotAllowed`."""
    with reading(actor, Permission.CLOSE_MONTHS) as session:
        since = first_day(session)
        if since is None:
            return ()
        closed = {row.month: row for row in session.scalars(select(ClosedMonth))}
        packs = {row.month: row.sha256 for row in session.execute(select(MonthPack.month, MonthPack.sha256))}
        found: list[MonthLine] = []
        month = Month(today.replace(day=1))
        while month.end > since:
            row = closed.get(month.number)
            at, who = (row.closed_at, row.who) if row else (None, "")
            found.append(MonthLine(month.number, at, who, packs.get(month.number, "")))
            month = month.before
        return tuple(found)


def closing_card(actor: Actor, month: int, today: date) -> ClosingCard:
    """A month with its checklist, tie-outs and key figures. Raises `NotFound` for no month of the books."""
    line = next((line for line in list_months(actor, today) if line.month == month), None)
    if line is None:
        raise NotFound(kind="month")
    of = Month.of(month)
    with reading(actor, Permission.CLOSE_MONTHS) as session:
        done = {row.code: row for row in session.scalars(select(ClosingStep).where(ClosingStep.month == month))}
        ticks = tuple(Tick(step, done[step].who, done[step].done_at) if step in done else Tick(step) for step in Ticked)
        now, before = key_figures(session, of), key_figures(session, of.before)
        figures = tuple(
            (currency, name, *_compared(now, before, currency, name))
            for currency in sorted(now.keys() | before.keys())
            for name in KEY_FIGURES
        )
        return ClosingCard(line, sights(session, of, today), ticks, compare(session, of.last), figures)


def _compared(
    now: dict[str, dict[str, int]], before: dict[str, dict[str, int]], currency: str, name: str
) -> tuple[Money, Money, Money]:
    this, last = (Money(one.get(currency, {}).get(name, 0), currency) for one in (now, before))
    return this, last, this - last


def pack_of(actor: Actor, month: int) -> bytes:
    """The stored ZIP of a month. Raises `NotFound`."""
    with reading(actor, Permission.CLOSE_MONTHS) as session:
        content: bytes | None = session.scalar(select(MonthPack.content).where(MonthPack.month == month))
        if content is None:
            raise NotFound(kind="month")
        return content


def last_closed(actor: Actor) -> int | None:
    """The last closed month (yyyymm). Raises `NotAllowed`."""
    with reading(actor, Permission.SEE_BILLING) as session:
        found: int | None = session.scalar(select(func.max(ClosedMonth.month)))
        return found
