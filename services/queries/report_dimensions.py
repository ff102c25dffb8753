"""What figures are told apart by in reports: the columns that tell it, the codes, and the names behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import User
from services.queries.figures import FigureRow
from services.rules.order_facts import PlanFacts

# Month and currency are in all figures.
DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "month": (),
    "product": ("plan",),
    "plan": ("plan",),
    "country": ("country",),
    "rep": ("rep_id",),
    "segment": ("segment",),
    "currency": (),
}


def code_of(row: FigureRow, dimension: str, plans: Mapping[str, PlanFacts]) -> str:
    """What the figure is of in a dimension; empty (0 for the representative) where it has none."""
    match dimension:
        case "month":
            return str(row.month)
        case "product":
            return plans[row.plan].product if row.plan else ""
        case "rep":
            return str(row.rep_id)
        case _:
            return str(getattr(row, dimension))


def names_of(session: Session, dimension: str, plans: Mapping[str, PlanFacts]) -> dict[str, str]:
    """The names of people, products and plans by code, in the catalog's order; what words name has none here."""
    match dimension:
        case "product":
            return {plan.product: plan.product_name for plan in plans.values()}
        case "plan":
            return {code: f"{plan.product_name} {plan.name}" for code, plan in plans.items()}
        case "rep":
            return {str(user_id): name for user_id, name in session.execute(select(User.id, User.name))}
        case _:
            return {}


def in_order(codes: Iterable[str], dimension: str, names: Mapping[str, str]) -> list[str]:
    """Products and plans as in the catalog, people by name, the rest by code; what has no code comes last."""
    if dimension == "rep":
        return sorted(set(codes), key=lambda code: (code == "0", names.get(code, ""), code))
    places = {code: place for place, code in enumerate(names)}
    return sorted(set(codes), key=lambda code: (code == "", places.get(code, len(places)), code))
