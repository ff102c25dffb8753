"""What the filters of reports offer."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from data.models import Account, Product, User
from services.access import reading
from services.facts import setting
from services.permissions import OWNING_ROLES, Actor, Permission
from services.rules.report_filters import NOBODY, ReportChoices


def report_choices(actor: Actor) -> ReportChoices:
    """The currencies, countries, segments and representatives of the actor's accounts, and all products.

    Who sees all accounts is offered every sales representative, too, and "nobody" (id 0, without a name).
    """
    with reading(actor, Permission.SEE_REPORTS) as session:
        # one walk through the list's index
        found = session.execute(
            select(Account.currency, Account.country, Account.segment, Account.rep_id).distinct()
        ).all()
        reps = {rep_id for *_, rep_id in found if rep_id is not None}
        named = _representatives(session, reps, every=not actor.is_scoped)
        products = session.execute(select(Product.code, Product.name).order_by(Product.position, Product.code))
        return ReportChoices(
            currencies=_listed(currency for currency, *_ in found),
            products=tuple((code, name) for code, name in products),
            countries=_listed(country for _, country, *_ in found),
            reps=named if actor.is_scoped else (*named, (NOBODY, "")),
            segments=_listed(segment for *_, segment, _ in found),
            reporting_currency=str(setting(session, "reporting_currency")),
        )


def _listed(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values) - {""}))


def _representatives(session: Session, ids: set[int], *, every: bool) -> tuple[tuple[int, str], ...]:
    criterion: ColumnElement[bool] = User.id.in_(ids)
    if every:
        criterion = or_(criterion, User.role.in_([str(role) for role in OWNING_ROLES]))
    rows = session.execute(select(User.id, User.name).where(criterion).order_by(User.name, User.id))
    return tuple((user_id, name) for user_id, name in rows)
