"""The policies in force, as the settings and the catalog have them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from data.models import Plan, Price, Product, Setting
from services.access import reading
from services.permissions import Actor, Permission, Role


@dataclass(frozen=True, slots=True)
class TrialPolicy:
    """A product's trial: `days` and `seats` (None: no trial), what happens at its end (`expire`, `convert`,
    `downgrade_to_free` with the name of the plan it goes `to`)."""

    product: str
    days: int | None
    seats: int | None
    end: str
    to: str | None


@dataclass(frozen=True, slots=True)
class PlanMinimum:
    """A plan that is sold from `seats` seats on."""

    product: str
    plan: str
    seats: int


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies: figures by setting code, discount limits in percent by role, trials, minimum seats above one."""

    figures: tuple[tuple[str, int], ...]
    discount_limits: tuple[tuple[Role, Decimal], ...]
    trials: tuple[TrialPolicy, ...]
    minimums: tuple[PlanMinimum, ...]


def policies(actor: Actor) -> Policies:
    """The policies in force now."""
    with reading(actor, Permission.SEE_HELP) as session:
        settings: dict[str, Any] = {row.code: row.value for row in session.scalars(select(Setting))}
        plans = {plan.code: plan.name for plan in session.scalars(select(Plan))}
        products = session.scalars(select(Product).order_by(Product.position, Product.code)).all()
        minimums = session.execute(
            select(Product.name, Plan.name, func.max(Price.minimum_seats))
            .join(Plan, Plan.product == Product.code)
            .join(Price, Price.plan == Plan.code)
            .where(Price.minimum_seats > 1)
            .group_by(Product.position, Product.name, Plan.rank, Plan.name)
            .order_by(Product.position, Plan.rank)
        ).all()
        limits = settings.get("discount_limits", {})
        return Policies(
            figures=tuple((code, value) for code, value in sorted(settings.items()) if type(value) is int),
            discount_limits=tuple((role, Decimal(limits[role])) for role in Role if role in limits),
            trials=tuple(
                TrialPolicy(
                    product=product.name,
                    days=product.trial_days,
                    seats=product.trial_seats,
                    end=product.trial_end,
                    to=plans.get(product.trial_to_plan or ""),
                )
                for product in products
            ),
            minimums=tuple(PlanMinimum(product, plan, seats) for product, plan, seats in minimums),
        )
