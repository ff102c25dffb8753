"""Recurring revenue: monthly figures of yearly amounts, and the movements between them (billing rules §10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from data.money import Money, largest_remainder


class MovementKind(StrEnum):
    """What a change of recurring revenue is, seen from the account."""

    NEW = "new"
    REACTIVATION = "reactivation"
    EXPANSION = "expansion"
    CONTRACTION = "contraction"
    CHURN = "churn"


@dataclass(frozen=True, slots=True)
class YearlyChange:
    """One subscription's yearly amount before and after its day; both of one currency."""

    subscription_id: int
    before: Money
    after: Money


@dataclass(frozen=True, slots=True)
class Movement:
    """A subscription's movement of a day. `monthly`: its part of the rounded figures; falls are negative."""

    subscription_id: int
    kind: MovementKind
    monthly: Money
    yearly: Money


def monthly(yearly: Money) -> Money:
    """The monthly figure that is shown: a twelfth, rounded."""
    return yearly.share(Fraction(1, 12))


def kind_of(*, before: Money, after: Money, had_before: bool) -> MovementKind | None:
    """The kind of one step of an account's yearly amount; None when nothing moves. `had_before`: ever paid MRR."""
    if before == after:
        return None
    if not before:
        return MovementKind.REACTIVATION if had_before else MovementKind.NEW
    if not after:
        return MovementKind.CHURN
    return MovementKind.EXPANSION if after > before else MovementKind.CONTRACTION


def movements(changes: Sequence[YearlyChange], *, account_before: Money, had_before: bool) -> tuple[Movement, ...]:
    """The movements of an account's day, one a subscription that moved, in the order given.

    `account_before`: the account's yearly amount before the day, these subscriptions included. The monthly figures add
    up to the difference of the account's rounded figures. Rises are classed before falls: an account that swaps one
    subscription for another neither churns nor comes back. Raises CurrencyMismatch.
    """
    moved = [change for change in changes if change.before != change.after]
    currency = account_before.currency
    deltas = [change.after - change.before for change in moved]
    account_after = account_before + Money.total(deltas, currency)
    whole = monthly(account_after) - monthly(account_before)
    parts = largest_remainder(whole.minor, [Fraction(delta.minor, 12) for delta in deltas])
    kinds: dict[int, MovementKind] = {}
    running = account_before
    for i in sorted(range(len(moved)), key=lambda i: (deltas[i].minor < 0, i)):
        kind = kind_of(before=running, after=running + deltas[i], had_before=had_before)
        if kind is not None:
            kinds[i] = kind
        running, had_before = running + deltas[i], True
    return tuple(
        Movement(change.subscription_id, kinds[i], Money(parts[i], currency), deltas[i])
        for i, change in enumerate(moved)
    )
