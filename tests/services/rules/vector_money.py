"""The vectors' operations on amounts, prices and taxes, with our rules."""

from decimal import Decimal
from fractions import Fraction

from data.money import Money, exponent, round_half_away
from services.errors import Refusal
from services.rules.pricing import Discount, amount
from services.rules.tax import TaxFacts, Treatment, VatState, decide, taxed
from tests.services.rules.makers import day
from tests.services.rules.test_tax import RATES
from tests.services.rules.vector_values import (
    Case,
    NotOffered,
    currency_of,
    interval_of,
    money,
    price_of,
    text,
    tiered_price,
)


def op_round(given: Case, expect: Case) -> Case:
    scale = Fraction(10) ** exponent(given["currency"])
    rounded = Money.rounded(Fraction(given["amount"]) * scale, given["currency"])
    return {"rounded": text(rounded), "minor_units": str(rounded.minor)}


def op_exponent(given: Case, expect: Case) -> Case:
    return {"decimals": exponent(given["currency"])}


def op_round_minor(given: Case, expect: Case) -> Case:
    return {"minor_units": str(round_half_away(Fraction(given["minor_units_exact"])))}


def op_minor_units(given: Case, expect: Case) -> Case:
    return {"minor_units": str(money(given["amount"], given).minor)}


def op_allocate(given: Case, expect: Case) -> Case:
    parts = [part.minor for part in Money(given["minor_units"], "EUR").allocate(given["ratio"])]
    return {"parts": parts, "sum": sum(parts)}


def op_discount(given: Case, expect: Case) -> Case:
    whole = money(given["amount"], given)
    price = price_of(given["amount"], interval_of({"unit": "month"}), currency_of(given))
    final = amount(price, seats=1, discount=Discount(percent=Decimal(given["percent"])))
    return {"final": text(final), "discount": text(whole - final)}


def op_subtotal(given: Case, expect: Case) -> Case:
    month = interval_of({"unit": "month"})
    lines = (amount(price_of(line, month, currency_of(given)), seats=1) for line in given["lines"])
    return {"subtotal": text(Money.total(lines, currency_of(given)))}


def tax_of(nets: list[Money], percent: Decimal) -> Money:
    tax, _ = taxed(percent, [net.minor for net in nets])
    return Money(tax, nets[0].currency)


def op_tax(given: Case, expect: Case) -> Case:
    return {"tax": text(tax_of([money(given["net"], given)], Decimal(given["rate_percent"])))}


def op_vat_scope(given: Case, expect: Case) -> Case:
    # one convention: rounded per rate on the document's sum; the other figure of the case is not ours
    nets = [money(line, given) for line in given["lines"]]
    return {"vat_rounded_on_total": text(tax_of(nets, Decimal(given["rate_percent"])))}


def op_total(given: Case, expect: Case) -> Case:
    if not isinstance(given["quantity"], int):
        raise NotOffered("fractions of a seat")
    return {"total": text(amount(tiered_price(given), seats=given["quantity"]))}


def op_error(given: Case, expect: Case) -> Case:
    try:
        op_total(given, expect)
    except Refusal:
        return {"error": True}
    return {"error": False}


def op_treat(given: Case, expect: Case) -> Case:
    is_valid = bool(given.get("vat_number_valid"))
    on = given.get("date") or given.get("supply_date") or "2026-01-15"
    state = VatState.CONFIRMED if is_valid else VatState.UNCHECKED
    facts = TaxFacts(
        seller_country=given.get("seller_country", given["buyer_country"]),
        buyer_country=given["buyer_country"],
        buyer_postal_code=given.get("postal_code", ""),
        is_business=bool(given["business"]),
        vat_number=given.get("number", "valid") if is_valid else "",
        vat_state=state,
        exemption=None,
        day=day(on),
    )
    decision = decide(facts, RATES)
    treatment = "charge" if decision.treatment is Treatment.STANDARD else decision.treatment.value
    found: Case = {"treatment": treatment, "rate_percent": f"{decision.rate:f}"}
    if "net" in given:
        net = Money.of(given["net"], given.get("currency", "EUR"))
        tax = tax_of([net], decision.rate)
        found |= {"tax": text(tax), "gross": text(net + tax)}
    return found
