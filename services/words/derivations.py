"""Why a line is what it is: its derivation as one sentence (billing rules §8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from data.money import Money, exponent
from services.rules.derivations import CreditBase, Derivation, Operation
from services.rules.pricing import Price, PriceModel, Tier, exact_amount, tier_of
from services.words.i18n import Words


def derivation_sentence(derivation: Derivation, words: Words, originals: Mapping[int, Derivation] | None = None) -> str:
    """The arithmetic of a line in words: "10 seats × 144.00 × 265/365 days = 1,045.48, price list 2026-01".

    Amounts are bare figures of the document's currency; a credit says so. `originals`: how the corrected lines came
    about, where that is known: a credit of such a line then begins with its seats and price, not with its amount.
    """
    result = words.amount(abs(derivation.evaluate()))
    if derivation.price is None:
        return _credit_sentence(derivation, result, words, originals or {})
    formula = _charge(derivation, derivation.price, words)
    version = derivation.price.version
    if not version:
        return f"{formula} = {result}"
    return words.t("{formula} = {result}, price list {version}", formula=formula, result=result, version=version)


def _credit_sentence(derivation: Derivation, result: str, words: Words, originals: Mapping[int, Derivation]) -> str:
    base = derivation.bases[0] if len(derivation.bases) == 1 else None
    original = originals.get(base.line_id) if base else None
    if base is None or original is None or original.price is None or not _is_untouched(base, original):
        return words.t("{formula} = {result} credit", formula=_credit(derivation, words), result=result)
    seats = base.seats if derivation.operation is Operation.CREDIT_SEATS else original.seats
    formula = _charge(original._replace(seats=seats), original.price, words)
    if base.days != base.total_days:
        formula += " × " + words.t("{days}/{total} unused days", days=base.days, total=base.total_days)
    return words.t(
        "{formula} = {result} credit, price list {version}",
        formula=formula,
        result=result,
        version=original.price.version,
    )


def _is_untouched(base: CreditBase, original: Derivation) -> bool:
    """Whether nothing was credited of the line before, so that its own arithmetic explains the credit.

    Seats given back are explained so where they are a share of its price: not with tiers or flats.
    """
    linear = original.price is not None and original.price.model is PriceModel.PER_SEAT
    whole = base.seats == base.of_seats or (linear and base.of_seats == original.seats)
    if not whole or base.credited or base.earlier or original.price is None:
        return False
    # what was invoiced is the base, rounded: its arithmetic stands for it only where nothing was rounded
    exact = exact_amount(original.price, original.seats, original.discount)
    return exact * Fraction(original.days, original.total_days) == base.invoiced


def _charge(derivation: Derivation, price: Price, words: Words) -> str:
    discount = derivation.discount
    if discount is not None and discount.unit_amount is not None:
        unit = words.t("{price} (negotiated)", price=bare_price(discount.unit_amount, price.currency, words))
        factors = [f"{_seats(derivation, words)} × {unit}"]
    else:
        terms = list(_terms(derivation, price, words))
        full = " + ".join(terms)
        is_part = derivation.days != derivation.total_days
        if discount is not None and discount.percent:
            full = f"({full})" if len(terms) > 1 else full
            full = words.t("{amount} less {percent}", amount=full, percent=words.percent(discount.percent))
            factors = [f"({full})" if is_part else full]
        else:
            factors = [f"({full})" if len(terms) > 1 and is_part else full]
    if derivation.days != derivation.total_days:
        factors.append(words.t("{days}/{total} days", days=derivation.days, total=derivation.total_days))
    return " × ".join(factors)


def _terms(derivation: Derivation, price: Price, words: Words) -> Iterator[str]:
    if price.model is not PriceModel.GRADUATED:
        tier = tier_of(price, derivation.seats)
        yield f"{_seats(derivation, words)} × {bare_price(tier.unit_amount, price.currency, words)}"
        yield from _flat(tier, price, words)
        return
    below = 0
    for tier in price.tiers:
        upper = derivation.seats if tier.up_to is None else min(derivation.seats, tier.up_to)
        seats = words.tn("{n} seat", "{n} seats", upper - below)
        yield f"{seats} × {bare_price(tier.unit_amount, price.currency, words)}"
        yield from _flat(tier, price, words)
        below = upper
        if below == derivation.seats:
            return


def _flat(tier: Tier, price: Price, words: Words) -> Iterator[str]:
    if tier.flat_amount:
        yield words.t("{amount} flat", amount=bare_price(tier.flat_amount, price.currency, words))


def _seats(derivation: Derivation, words: Words) -> str:
    if derivation.operation is Operation.ADDED_SEATS:
        return words.tn("{n} additional seat", "{n} additional seats", derivation.seats)
    return words.tn("{n} seat", "{n} seats", derivation.seats)


def bare_price(amount: Decimal, currency: str, words: Words) -> str:
    """A bare unit price, as fine as it is, at least with the currency's decimals."""
    minor = Fraction(amount) * 10 ** exponent(currency)
    if minor.denominator == 1:
        return words.amount(Money(int(minor), currency))
    return words.number(amount.normalize())


def _credit(derivation: Derivation, words: Words) -> str:
    if derivation.operation is Operation.CREDIT_REST:
        return words.t("What is left of the line")
    if derivation.operation is Operation.CREDIT_PART:
        return words.t("Agreed part of the line")
    return " + ".join(_base(base, derivation.currency, words) for base in derivation.bases)


def _base(base: CreditBase, currency: str, words: Words) -> str:
    invoiced = words.t("{amount} invoiced", amount=words.amount(Money(base.invoiced, currency)))
    if base.credited:
        credited = words.t("{amount} credited before", amount=words.amount(Money(base.credited, currency)))
        invoiced = f"({invoiced} − {credited})"
    text = invoiced
    if base.days != base.total_days:
        text += " × " + words.t("{days}/{total} unused days", days=base.days, total=base.total_days)
    exact = sum((Fraction(e.minor * e.days, e.total_days) for e in base.earlier), Fraction(0))
    if exact:
        earlier = words.amount(Money.rounded(exact, currency))
        text += " − " + words.t("{amount} already credited for these days", amount=earlier)
    if base.seats == base.of_seats:
        return text
    share = words.t("{seats} of {of_seats} seats", seats=base.seats, of_seats=base.of_seats)
    return f"{share} × ({text})" if " − " in text else f"{share} × {text}"
