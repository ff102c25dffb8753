"""Tax: which treatment and rate a line gets, and the tax of a document (billing rules §9)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from data.money import Money, rounded_ratio, split_ratios
from services.errors import Unlawful
from services.rules.territories import Place, is_eu, place

_ZERO = Decimal(0)


class NoTaxRate(Unlawful):
    """No standard rate is on file for a country that would have to be charged: `country`, `day`."""


class Treatment(StrEnum):
    """How a line is taxed."""

    STANDARD = "standard"
    REVERSE_CHARGE = "reverse_charge"
    OUT_OF_SCOPE = "out_of_scope"
    EXEMPT = "exempt"


class VatState(StrEnum):
    """What is known of a buyer's VAT number."""

    UNCHECKED = "unchecked"
    FORM_ONLY = "form_only"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class TaxFacts(NamedTuple):
    """What the decision needs. `exemption`: the article relied on, when one is valid on the day."""

    seller_country: str
    buyer_country: str
    buyer_postal_code: str
    is_business: bool
    vat_number: str
    vat_state: VatState
    exemption: str | None
    day: date


class TaxDecision(NamedTuple):
    """Treatment, the country whose rate it is, the rate in percent, and codes of the reason, mention and warnings.

    reason: domestic · eu_business · eu_buyer_rate · outside_vat_area · outside_country · exemption · not_calculated
    mention (printed): "" · reverse_charge · out_of_scope · exempt · not_calculated
    warnings: business_charged_abroad · vat_number_form_only · vat_number_refused · regional_rate
    """

    treatment: Treatment
    country: str
    rate: Decimal
    reason: str
    mention: str
    warnings: tuple[str, ...] = ()
    territory: str = ""
    article: str = ""


class RateTable:
    """Dated standard rates in percent, by country."""

    def __init__(self, rows: Iterable[tuple[str, date, Decimal]]) -> None:
        """Rows of (country, valid_from, percent)."""
        ordered = sorted(rows, key=lambda row: (row[0], row[1]), reverse=True)
        self._rates: Mapping[str, list[tuple[date, Decimal]]] = {
            country: [(since, percent) for _, since, percent in group]
            for country, group in groupby(ordered, key=lambda row: row[0])
        }

    def rate(self, country: str, day: date) -> Decimal | None:
        """The rate on the day; None for a country or day without a row."""
        return next((percent for since, percent in self._rates.get(country, ()) if since <= day), None)


def decide(facts: TaxFacts, rates: RateTable) -> TaxDecision:
    """The treatment of a supply of services on the day. Raises NoTaxRate."""
    seller = place(facts.seller_country)
    buyer = place(facts.buyer_country, facts.buyer_postal_code)
    own_rate = rates.rate(seller.country, facts.day)
    if own_rate is None:
        return TaxDecision(Treatment.OUT_OF_SCOPE, seller.country, _ZERO, "not_calculated", "not_calculated")
    if buyer.territory:
        return _outside(buyer, "outside_vat_area")
    is_domestic = buyer.country == seller.country
    if not is_domestic and not is_eu(buyer.country, facts.day):
        return _outside(buyer, "outside_country")
    if facts.exemption:
        return TaxDecision(Treatment.EXEMPT, buyer.country, _ZERO, "exemption", "exempt", article=facts.exemption)
    regional = ("regional_rate",) if buyer.regional and buyer.regional != "northern_ireland" else ()
    if is_domestic:
        return TaxDecision(Treatment.STANDARD, seller.country, own_rate, "domestic", "", regional)
    if facts.is_business:
        # a business buys where it is, and reverse charge is stated between member states only
        if not is_eu(seller.country, facts.day):
            return _outside(buyer, "outside_country")
        if facts.vat_number and facts.vat_state in (VatState.FORM_ONLY, VatState.CONFIRMED):
            warnings = ("vat_number_form_only",) if facts.vat_state is VatState.FORM_ONLY else ()
            return TaxDecision(
                Treatment.REVERSE_CHARGE, buyer.country, _ZERO, "eu_business", "reverse_charge", warnings
            )
    return _buyer_rate(facts, buyer, rates, regional)


def _outside(buyer: Place, reason: str) -> TaxDecision:
    return TaxDecision(Treatment.OUT_OF_SCOPE, buyer.country, _ZERO, reason, "out_of_scope", territory=buyer.territory)


def _buyer_rate(facts: TaxFacts, buyer: Place, rates: RateTable, warnings: tuple[str, ...]) -> TaxDecision:
    rate = rates.rate(buyer.country, facts.day)
    if rate is None:
        raise NoTaxRate(country=buyer.country, day=facts.day)
    if facts.is_business:
        warnings = ("business_charged_abroad", *warnings)
        if facts.vat_state is VatState.REFUSED:
            warnings = ("vat_number_refused", *warnings)
    return TaxDecision(Treatment.STANDARD, buyer.country, rate, "eu_buyer_rate", "", warnings)


def taxed(rate: Decimal, nets: Sequence[int]) -> tuple[int, tuple[int, ...]]:
    """The tax of net lines of one rate, in minor units: rounded on their sum, and split over them by weight.

    Negative mirrors positive.
    """
    percent, hundredths = rate.as_integer_ratio()
    if len(nets) == 1:
        tax = rounded_ratio(nets[0] * percent, 100 * hundredths)
        return tax, (tax,)
    sign = -1 if sum(nets) < 0 else 1
    bases = [sign * net for net in nets]
    base = sum(bases)
    tax = rounded_ratio(base * percent, 100 * hundredths)
    parts = split_ratios(tax, [tax * net for net in bases], base) if base else (0,) * len(nets)
    return sign * tax, tuple(sign * part for part in parts)


def credit_tax(*, line_net: Money, line_tax: Money, credited_net: Money, credited_tax: Money, now_net: Money) -> Money:
    """The tax that goes back with a credit of one line; all amounts as positive figures of that line.

    round(line tax × net credited so far / line net) − tax credited before, "so far" with the present credit: credits
    that add up to the line give back exactly its tax. Raises CurrencyMismatch.
    """
    so_far = credited_net + now_net
    if not line_net:
        return Money.zero(so_far.currency)
    return line_tax.share(Fraction(so_far.minor, line_net.minor)) - credited_tax
