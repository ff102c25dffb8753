"""Documents to look at and to test with: sellers of five countries, and every kind of line."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from data.money import Money
from data.period import Interval, Period, months_after
from services.documents.facts import (
    Address,
    Bank,
    BuyerFacts,
    CorrectedInvoice,
    DocumentFacts,
    DocumentKind,
    LineFacts,
    PaymentFacts,
    References,
    SellerFacts,
    TaxFacts,
    TaxNumber,
)
from services.rules.derivations import CreditBase, Derivation, Operation
from services.rules.pricing import Discount, Price, PriceModel, Tier

TODAY = date(2026, 4, 11)

SELLERS = {
    "ES": SellerFacts(
        legal_name="Nimbo Software Ibérica, S.L.",
        address=Address("Calle de Alcalá 123, 4.º B", "28009", "Madrid", "ES"),
        language="es",
        currency="EUR",
        tax_numbers=(TaxNumber("ES", "ESB58378431"), TaxNumber("DE", "DE136695976")),
        register_line="Registro Mercantil de Madrid, tomo 31.245, folio 98, hoja M-562311",
        bank=Bank("EUR", "Banco de Ejemplo", "ES9121000418450200051332", "CAIXESBBXXX"),
        sepa_creditor_id="ES50000B58378431",
        late_payment_texts={
            "es": "El retraso en el pago devenga el interés de demora de la Ley 3/2004, de 29 de diciembre, "
            "y 40 € por costes de cobro.",
            "en": "Late payment bears interest under Spanish Law 3/2004 and 40 € of recovery costs.",
        },
        email="facturacion@nimbo.example",
        phone="+34 910 000 000",
    ),
    "DE": SellerFacts(
        legal_name="Nimbo Software GmbH",
        address=Address("Friedrichstraße 88", "10117", "Berlin", "DE"),
        language="de",
        currency="EUR",
        tax_numbers=(TaxNumber("DE", "DE136695976"),),
        register_line="Amtsgericht Charlottenburg, HRB 123456 B · Geschäftsführung: A. Muster",
        bank=Bank("EUR", "Musterbank", "DE89370400440532013000", "COBADEFFXXX"),
        late_payment_texts={
            "de": "Bei Verzug gelten § 286 und § 288 BGB.",
            "en": "Default: § 288 BGB (Germany) applies.",
        },
    ),
    "FR": SellerFacts(
        legal_name="Nimbo Logiciels SAS",
        address=Address("12 rue de la Paix", "75002", "Paris", "FR"),
        language="fr",
        currency="EUR",
        tax_numbers=(TaxNumber("FR", "FR40303265045"),),
        register_line="SAS au capital de 100 000 € · RCS Paris 303 265 045",
        bank=Bank("EUR", "Banque Exemple", "FR1420041010050500013M02606", "PSSTFRPPPAR"),
        late_payment_texts={
            "fr": "Pénalités de retard : trois fois le taux légal ; indemnité forfaitaire de recouvrement de 40 €. "
            "Pas d’escompte pour paiement anticipé.",
            "en": "Late payment: three times the legal rate and a fixed recovery charge of 40 €. No discount for "
            "early payment.",
        },
    ),
    "GB": SellerFacts(
        legal_name="Nimbo Software UK Ltd",
        address=Address("1 Finsbury Square", "EC2A 1AE", "London", "GB"),
        language="en",
        currency="GBP",
        tax_numbers=(TaxNumber("GB", "GB980780684"),),
        register_line="Registered in England and Wales, company number 01234567",
        bank=Bank("GBP", "Example Bank plc", routing_number="20-00-00", account_number="55779911"),
        late_payment_texts={"en": "Late Payment of Commercial Debts (Interest) Act 1998 applies: 8% above base rate."},
    ),
    "US": SellerFacts(
        legal_name="Nimbo Software, Inc.",
        address=Address("500 Market Street, Suite 1200", "94105", "San Francisco", "US", "CA"),
        language="en",
        currency="USD",
        tax_numbers=(TaxNumber("US", "12-3456789"),),
        bank=Bank("USD", "Example Bank, N.A.", routing_number="121000358", account_number="4452010087"),
        late_payment_texts={"en": "Past-due amounts bear interest of 1.5% per month."},
    ),
}

BUYERS = {
    "ES": BuyerFacts(
        legal_name="Industrias Peñalara, S.A.",
        address=Address("Avenida de la Constitución 7", "41001", "Sevilla", "ES"),
        tax_number="ESA28017895",
        attention="Lucía Ortega",
        code="C-1042",
        references=References(supplier_number="PROV-889", cost_centre="CC-410", dir3_office="L01410917",
                              dir3_body="L01410918", dir3_unit="L01410919"),
    ),
    "DE": BuyerFacts(
        legal_name="Bergmann Anlagenbau GmbH & Co. KG",
        address=Address("Hafenstraße 21", "20457", "Hamburg", "DE"),
        tax_number="DE129273398",
        attention="Jonas Weber",
        code="C-2001",
        references=References(leitweg_id="04011000-1234512345-06"),
    ),
    "FR": BuyerFacts(
        legal_name="Ateliers du Rhône SA",
        address=Address("3 quai Perrache", "69002", "Lyon", "FR"),
        tax_number="FR83404833048",
        references=References(siret="40483304800022"),
    ),
    "GB": BuyerFacts(
        legal_name="Harrow & Finch Ltd",
        address=Address("44 King Street", "M2 6BA", "Manchester", "GB"),
        tax_number="GB123456789",
    ),
    "US": BuyerFacts(
        legal_name="Redwood Logistics, LLC",
        address=Address("88 Commerce Way", "78701", "Austin", "US", "TX"),
        code="C-3100",
    ),
}  # fmt: skip


def price(amount: str = "144.00", currency: str = "EUR", interval: Interval = Interval.YEAR) -> Price:
    """A per-seat price of the price list 2026-01."""
    return Price(7, "pro", currency, interval, PriceModel.PER_SEAT, (Tier(None, Decimal(amount)),), 1,
                 date(2026, 1, 1), "2026-01")  # fmt: skip


def charge(
    *,
    seats: int = 10,
    amount: str = "144.00",
    currency: str = "EUR",
    interval: Interval = Interval.YEAR,
    discount: Discount | None = None,
    treatment: str = "standard",
    rate: str = "21",
    product: str = "Remote Support",
    plan: str = "Pro",
) -> LineFacts:
    """A full period from today."""
    period = Period(TODAY, months_after(TODAY, interval.months))
    derivation = Derivation(Operation.FULL, currency, seats, period.days, period.days,
                            price(amount, currency, interval), discount)  # fmt: skip
    return LineFacts(product, plan, period, derivation, derivation.evaluate(), treatment, Decimal(rate))


def credit(*, currency: str = "EUR", treatment: str = "standard", rate: str = "21") -> LineFacts:
    """265 of 365 unused days of 1,440.00."""
    base = CreditBase(1, 144000, 0, 265, 365, 144000)
    derivation = Derivation(Operation.CREDIT_UNUSED, currency, 10, 265, 365, bases=(base,))
    period = Period(TODAY, date(2027, 1, 1))
    return LineFacts("Remote Support", "Pro", period, derivation, derivation.evaluate(), treatment, Decimal(rate))


def document(
    seller: str = "ES",
    buyer: str | None = None,
    *,
    lines: tuple[LineFacts, ...] | None = None,
    kind: DocumentKind = DocumentKind.INVOICE,
    language: str = "es",
    means: str = "bank_transfer",
    **more: Any,
) -> DocumentFacts:
    """A document of a seller to a buyer of the same country unless another is named; amounts follow from its lines."""
    issuer = SELLERS[seller]
    lines = lines if lines is not None else (charge(currency=issuer.currency),)
    currency = lines[0].net.currency
    groups: dict[tuple[str, Decimal], Money] = {}
    for line in lines:
        key = (line.tax_treatment, line.tax_rate)
        groups[key] = groups.get(key, Money.zero(currency)) + line.net
    taxes = tuple(
        TaxFacts(
            "out_of_scope" if treatment == "not_calculated" else treatment,
            rate,
            base,
            base.share(Fraction(rate) / 100),
            country=issuer.address.country,
            reason=treatment,
            article="Article 151 of Directive 2006/112/EC" if treatment == "exempt" else "",
        )
        for (treatment, rate), base in groups.items()
    )
    subtotal = Money.total((line.net for line in lines), currency)
    tax = Money.total((each.tax for each in taxes), currency)
    is_owed = kind in {DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE}
    prefix = "CN" if kind is DocumentKind.CREDIT_NOTE else "INV"
    facts = DocumentFacts(
        kind=kind,
        language=language,
        issued_on=TODAY,
        currency=currency,
        seller=issuer,
        buyer=BUYERS[buyer or seller],
        lines=lines,
        taxes=taxes,
        subtotal=subtotal,
        tax=tax,
        total=subtotal + tax,
        number=f"{prefix}-2026-000042" if is_owed else "",
        due_on=TODAY + timedelta(days=30),
        valid_until=TODAY + timedelta(days=30) if kind is DocumentKind.PROPOSAL else None,
        payment=PaymentFacts(means),
        order_number="O-2026-000117",
        po_number="4500012345",
        ordered_by="Lucía Ortega",
    )
    return replace(facts, **more)


def credit_note(seller: str = "ES", **more: Any) -> DocumentFacts:
    """A credit note of 1,045.48 net that corrects one invoice."""
    issuer = SELLERS[seller]
    line = credit(currency=issuer.currency)
    old = Money.of("1742.40", issuer.currency)
    corrected = CorrectedInvoice("INV-2026-000007", date(2026, 1, 1), old, old + Money.of("-1265.03", issuer.currency))
    return document(seller, lines=(line,), kind=DocumentKind.CREDIT_NOTE, corrects=(corrected,),
                    reason="Ampliación de licencias: el período anterior termina antes", **more)  # fmt: skip
