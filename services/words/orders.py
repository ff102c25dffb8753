"""Orders in words: the sentence to read out, why the tax is what it is, what periods and prices are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from data.money import Money
from data.period import Interval
from services.rules.order_items import ItemKind, QuotedItem
from services.rules.pricing import Discount, Price, PriceModel
from services.words.i18n import N_, Words
from services.words.taxes import tax_name

TAX_REASONS: Mapping[str, str] = {
    "domestic": N_("{tax} of {country}: seller and customer are in the same country."),
    "eu_business": N_("Reverse charge: a business in another EU country accounts for the VAT under its own number."),
    "eu_buyer_rate": N_("{tax} of {country}: the customer is in another EU country and has no valid VAT number."),
    "outside_vat_area": N_("No VAT: the customer is in a territory outside the EU's VAT area."),
    "outside_country": N_("No VAT: the service is supplied where the customer is, in {country}."),
    "exemption": N_("No VAT: the customer is exempt."),
    "not_calculated": N_("Tax not calculated: no rate is on file for the seller's country."),
}
TAX_WARNINGS: Mapping[str, str] = {
    "business_charged_abroad": N_(
        "This business is charged VAT because it has no valid VAT number. Ask for the number: with it no VAT is due."
    ),
    "vat_number_form_only": N_(
        "Only the form of the VAT number was checked. The order goes ahead; finance confirms the number afterwards."
    ),
    "vat_number_refused": N_(
        "The tax office refused the VAT number of this account. Ask the customer for the right one."
    ),
    "regional_rate": N_("The customer is in a region with tax rules of its own. Ask finance when in doubt."),
}
_PER: Mapping[Interval, str] = {
    Interval.MONTH: N_("{price} per seat and month"),
    Interval.QUARTER: N_("{price} per seat and quarter"),
    Interval.YEAR: N_("{price} per seat and year"),
}
_FROM: Mapping[Interval, str] = {
    Interval.MONTH: N_("from {price} per seat and month"),
    Interval.QUARTER: N_("from {price} per seat and quarter"),
    Interval.YEAR: N_("from {price} per seat and year"),
}


def order_sentence(items: Sequence[QuotedItem], *, subtotal: Money, tax: Money, country: str, words: Words) -> str:
    """One sentence to read out: "Today: 1,114.52 € plus VAT; renews on 11 April 2027"."""
    name = tax_name(country, words)
    if subtotal.minor > 0:
        text = N_("Today: {amount} plus {tax}") if tax else N_("Today: {amount}, without {tax}")
        said = [words.t(text, amount=subtotal, tax=name)]
    elif subtotal:
        said = [words.t("Today: nothing to pay, {amount} in the customer's favour", amount=-subtotal)]
    else:
        said = [words.t("Today: nothing to pay")]
    alone = len(items) == 1
    return "; ".join([*said, *(_follows(item, words, alone=alone) for item in items)])


def _follows(item: QuotedItem, words: Words, *, alone: bool) -> str:
    if item.item.kind is ItemKind.TRIAL:
        last = words.day_long(item.period.last_day)
        return words.t("free trial of {product} until {day}", product=item.plan.product_name, day=last)
    day = words.day_long(item.period.end)
    if item.schedules is not None:
        return words.t("{product} changes at the renewal on {day}", product=item.plan.product_name, day=day)
    return words.t("renews on {day}", day=day) if alone else words.t(
        "{product} renews on {day}", product=item.plan.product_name, day=day
    )  # fmt: skip


def tax_reason(reason: str, country: str, words: Words) -> str:
    """Why the tax is what it is; empty for a reason without words."""
    known = TAX_REASONS.get(reason)
    return words.t(known, tax=tax_name(country, words), country=words.country(country)) if known else ""


def tax_warning(code: str, words: Words) -> str:
    """What to look at before ordering."""
    known = TAX_WARNINGS.get(code)
    return words.t(known) if known else ""


def unit_price(price: Price, words: Words, *, is_lowest: bool = False) -> str:
    """What a seat costs: "16.00 € per seat and month"; "from" where tiers, or other plans, cost more."""
    cheapest = min(tier.unit_amount for tier in price.tiers)
    text = _FROM if is_lowest or price.model is not PriceModel.PER_SEAT else _PER
    if not cheapest:
        return words.t("free of charge")
    return words.t(text[price.interval], price=words.unit_price(cheapest, price.currency))


def discount_words(discount: Discount | None, price: Price, words: Words) -> str:
    """A line's discount: "10%" or "14.00 € negotiated"; empty without one."""
    if discount is None:
        return ""
    if discount.percent is not None:
        return words.percent(discount.percent)
    return words.t("{price} negotiated", price=words.unit_price(discount.unit_amount or Decimal(0), price.currency))
