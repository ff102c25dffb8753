"""A line's derivation reads as the arithmetic that gives its amount, in both languages."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from data.period import Interval
from services.rules.derivations import CreditBase, Derivation, EarlierCredit, Operation
from services.rules.pricing import Discount, Price, PriceModel, Tier
from services.words.derivations import derivation_sentence
from services.words.i18n import Words

D = Decimal


def price(model: str = "per_seat", *tiers: Tier) -> Price:
    return Price(7, "pro", "EUR", Interval.YEAR, PriceModel(model), tiers or (Tier(None, D("144.00")),), 1,
                 date(2026, 1, 1), "2026-01")  # fmt: skip


STEPS = (Tier(10, D("16"), D("5")), Tier(None, D("12"), D("3")))
LINE = CreditBase(1, 144000, 0, 265, 365, 144000)
WORN_LINE = CreditBase(1, 144000, 1000, 265, 365, 143000, (EarlierCredit(500, 10, 20),))

SAID = [
    (
        Derivation(Operation.FULL, "EUR", 10, 365, 365, price()),
        "10 seats × 144.00 = 1,440.00, price list 2026-01",
        "10 licencias × 144,00 = 1.440,00, tarifa 2026-01",
    ),
    (
        Derivation(Operation.PRORATED, "EUR", 10, 265, 365, price(), Discount(percent=D("12.5"))),
        "(10 seats × 144.00 less 12.5%) × 265/365 days = 914.79, price list 2026-01",
        "(10 licencias × 144,00 menos 12,5 %) × 265/365 días = 914,79, tarifa 2026-01",
    ),
    (
        Derivation(Operation.ADDED_SEATS, "EUR", 1, 265, 365, price(), Discount(unit_amount=D("0.0125"))),
        "1 additional seat × 0.0125 (negotiated) × 265/365 days = 0.01, price list 2026-01",
        "1 licencia adicional × 0,0125 (negociado) × 265/365 días = 0,01, tarifa 2026-01",
    ),
    (
        Derivation(Operation.PRORATED, "EUR", 25, 265, 365, price("graduated", *STEPS)),
        "(10 seats × 16.00 + 5.00 flat + 15 seats × 12.00 + 3.00 flat) × 265/365 days = 252.66, price list 2026-01",
        "(10 licencias × 16,00 + 5,00 fijos + 15 licencias × 12,00 + 3,00 fijos) × 265/365 días = 252,66, "
        "tarifa 2026-01",
    ),
    (
        Derivation(Operation.FULL, "EUR", 11, 365, 365, price("volume", *STEPS)),
        "11 seats × 12.00 + 3.00 flat = 135.00, price list 2026-01",
        "11 licencias × 12,00 + 3,00 fijos = 135,00, tarifa 2026-01",
    ),
    (
        Derivation(Operation.CREDIT_UNUSED, "EUR", 10, 265, 365, bases=(LINE,)),
        "1,440.00 invoiced × 265/365 unused days = 1,045.48 credit",
        "1.440,00 facturados × 265/365 días no utilizados = 1.045,48 de abono",
    ),
    (
        Derivation(Operation.CREDIT_UNUSED, "EUR", 10, 265, 365, bases=(WORN_LINE,)),
        "(1,440.00 invoiced − 10.00 credited before) × 265/365 unused days − 2.50 already credited for these days "
        "= 1,035.72 credit",
        "(1.440,00 facturados − 10,00 abonados antes) × 265/365 días no utilizados − 2,50 ya abonados por estos días "
        "= 1.035,72 de abono",
    ),
    (
        Derivation(
            Operation.CREDIT_SEATS, "EUR", 4, 265, 365, of_seats=10, bases=(replace(LINE, seats=4, of_seats=10),)
        ),
        "4 of 10 seats × 1,440.00 invoiced × 265/365 unused days = 418.19 credit",
        "4 de 10 licencias × 1.440,00 facturados × 265/365 días no utilizados = 418,19 de abono",
    ),
    (
        Derivation(Operation.CREDIT_REST, "EUR", 10, 365, 365, bases=(CreditBase(1, 144000, 0, 365, 365, 144000),)),
        "What is left of the line = 1,440.00 credit",
        "Lo que queda de la línea = 1.440,00 de abono",
    ),
]


@pytest.mark.parametrize(("derivation", "english", "spanish"), SAID)
def test_a_derivation_reads_as_its_arithmetic(derivation, english, spanish):
    assert derivation_sentence(derivation, Words("en")) == english
    assert derivation_sentence(derivation, Words("es")).replace("\u00a0", " ") == spanish
