"""The reports' figures beside the ledger's, from the roll-ups: as fast as the reports themselves."""

from collections import Counter
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import Due, DueDelta, Figure, FigureDelta, NumberSeries
from data.money import Money
from data.period import months_after
from services.rules.figures import MOVEMENTS, Measure
from services.rules.recognition import month_of
from services.rules.tie_outs import TieOut

Sums = Counter[tuple[str, str]]  # by measure and currency


def compare(session: Session, as_of: date) -> tuple[TieOut, ...]:
    """Every tie-out at the end of the day's month, a currency each.

    The ledger's side is summed up where postings are written, the reports' where documents, payments and movements are.
    """
    month = month_of(as_of)
    until, ever = _sums(session, month), _sums(session, None)
    owed = _owed(session, months_after(as_of.replace(day=1), 1))
    found = []
    for currency in sorted({currency for _, currency in ever}):

        def of(sums: Sums, *measures: Measure, currency: str = currency) -> Money:
            return Money(sum(sums[measure.value, currency] for measure in measures), currency)

        net, tax = (Measure.NET, Measure.CREDITED), (Measure.TAX, Measure.CREDITED_TAX)
        deferred = (Measure.LEDGER_DEFERRED, Measure.LEDGER_REVENUE)
        receivable = of(until, Measure.LEDGER_RECEIVABLES)
        found += [
            TieOut("lines_are_totals", -of(until, *deferred), of(until, *net)),
            TieOut("tax_is_payable", -of(until, Measure.LEDGER_TAX), of(until, *tax)),
            TieOut("receivables_roll_forward", receivable, Money(owed[currency], currency)),
            TieOut("collected_is_cash", of(until, Measure.LEDGER_CASH), of(until, Measure.COLLECTED)),
            TieOut("invoiced_is_earned_or_deferred", of(ever, *net), of(ever, Measure.RECOGNISED)),
            TieOut("movements_add_up", of(until, *MOVEMENTS), of(until, Measure.MRR)),
        ]
    issued = session.scalar(select(func.sum(NumberSeries.last_number))) or 0
    counted = sum(minor for (measure, _), minor in ever.items() if measure == Measure.DOCUMENTS)
    return (*found, TieOut("numbers_gapless", int(issued), counted))


def _sums(session: Session, month: int | None) -> Sums:
    sums: Sums = Counter()
    for model, criteria in ((Figure, [Figure.grain == 0]), (FigureDelta, [])):
        statement = select(model.measure, model.currency, func.sum(model.amount_minor)).where(*criteria)
        if month is not None:
            statement = statement.where(model.month <= month)
        for measure, currency, minor in session.execute(statement.group_by(model.measure, model.currency)):
            sums[measure, currency] += int(minor)
    return sums


def _owed(session: Session, before: date) -> Counter[str]:
    owed: Counter[str] = Counter()
    for model, criteria in ((Due, [Due.grain == 0]), (DueDelta, [])):
        statement = select(model.currency, func.sum(model.amount_minor)).where(model.posted_on < before, *criteria)
        for currency, minor in session.execute(statement.group_by(model.currency)):
            owed[currency] += int(minor)
    return owed
