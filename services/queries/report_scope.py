"""What the filters of a report keep of the figures, and the amounts of a report in one currency."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.models import Movement, Plan
from services.facts.rates import reporting_rates
from services.queries.figures import Only
from services.rules.exchange import Converted, K, Part, in_one
from services.rules.report_filters import ReportFilters


def kept(session: Session, wanted: ReportFilters) -> Only:
    """The filters as what is kept of the figures: a product is its plans."""
    plans = None
    if wanted.product is not None:
        plans = tuple(session.scalars(select(Plan.code).where(Plan.product == wanted.product).order_by(Plan.code)))
    return Only(wanted.currency, plans, wanted.country, wanted.rep_id, wanted.segment)


def of_movements(only: Only) -> list[ColumnElement[bool]]:
    """The same as criteria on movements, by the facts of their day."""
    columns = {"plan": Movement.plan, "country": Movement.country, "segment": Movement.segment}
    found: list[ColumnElement[bool]] = [
        columns[name].in_(values) for name, values in only.dimensions().items() if name in columns
    ]
    if only.currency is not None:
        found.append(Movement.currency == only.currency)
    if only.rep_id is not None:
        found.append(Movement.rep_id == only.rep_id if only.rep_id else Movement.rep_id.is_(None))
    return found


def converted(session: Session, parts: Sequence[Part[K]]) -> Converted[K]:
    """The parts summed up in the reporting currency, each at the rate of its day."""
    rates = reporting_rates(session, {part.currency for part in parts}, {part.day for part in parts})
    return in_one(parts, rates)
