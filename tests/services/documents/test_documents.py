"""Documents: what each country demands is in the PDF's text, the bytes never change, and hostile names stay text."""

import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from data.money import Money
from services.documents.facts import (
    Address,
    Bank,
    DocumentKind,
    Exchange,
    PaymentFacts,
    Settlement,
)
from services.documents.printable import printable
from services.documents.render import render
from services.documents.sheet import canonical, sheet_of
from services.rules.pricing import Discount
from tests.services.documents.samples import BUYERS, SELLERS, TODAY, charge, credit_note, document


def text_of(pdf: bytes) -> str:
    """The PDF's text on one line, with ordinary spaces."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    joined = "\n".join(pages).replace("\u200b", "").replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(joined.split())


def printed(facts) -> str:
    return text_of(render(sheet_of(facts)))


COMMON = ["INV-2026-000042", "Remote Support – Pro", "4500012345", "O-2026-000117"]

REQUIRED = {
    # RD 1619/2012 art. 6: number, date, names, NIF, addresses, description, base, rate, quota, total
    ("ES", "es", "21", "standard"): [
        "Factura", "Fecha de expedición 11 de abril de 2026", "Vencimiento 11 de mayo de 2026",
        "Nimbo Software Ibérica, S.L.", "NIF: ESB58378431", "Calle de Alcalá 123, 4.º B", "28009 Madrid",
        "Industrias Peñalara, S.A.", "NIF: ESA28017895", "Avenida de la Constitución 7", "41001 Sevilla",
        "Período de la prestación 11 abr 2026 – 10 abr 2027", "Precio unitario", "144,00", "Base imponible (EUR)",
        "21 % 1.440,00 302,40", "Cuota de IVA", "Importe total 1.742,40 €", "ES91 2100 0418 4502 0005 1332",
        "CAIXESBBXXX", "Ley 3/2004", "Registro Mercantil de Madrid, tomo 31.245", "PROV-889", "CC-410", "L01410917",
        "L01410918", "L01410919", "10 licencias × 144,00 = 1.440,00, tarifa 2026-01", "Anual",
    ],
    # § 14 Abs. 4 UStG, § 35a GmbHG
    ("DE", "en", "19", "standard"): [
        "Invoice", "Issue date 11 April 2026", "Nimbo Software GmbH", "VAT number: DE136695976", "Friedrichstraße 88",
        "10117 Berlin", "Bergmann Anlagenbau GmbH & Co. KG", "VAT number: DE129273398", "Hafenstraße 21",
        "20457 Hamburg", "Supply period 11 Apr 2026 – 10 Apr 2027", "19% 1,440.00 273.60", "Total amount €1,713.60",
        "HRB 123456 B", "DE89 3704 0044 0532 0130 00", "COBADEFFXXX", "§ 288 BGB", "04011000-1234512345-06",
    ],
    # art. 242 nonies A annexe II CGI, L441-9 and L441-10 CCom
    ("FR", "en", "20", "standard"): [
        "Nimbo Logiciels SAS", "12 rue de la Paix", "75002 Paris", "VAT number: FR40303265045", "Ateliers du Rhône SA",
        "VAT number: FR83404833048", "SAS au capital de 100 000 €", "RCS Paris 303 265 045", "SIRET 40483304800022",
        "Nature of the operation: supply of services", "20% 1,440.00 288.00", "Total amount €1,728.00",
        "recovery charge of 40 €", "FR14 2004 1010 0505 0001 3M02 606", "No discount for early payment",
    ],
    # VAT Regulations 1995, reg. 14
    ("GB", "en", "20", "standard"): [
        "Invoice", "Tax point 11 April 2026", "Nimbo Software UK Ltd", "VAT number: GB980780684",
        "1 Finsbury Square", "London, EC2A 1AE", "Harrow & Finch Ltd", "Manchester, M2 6BA", "20% 1,440.00 288.00",
        "Total amount £1,728.00", "Sort code 20-00-00", "Account number 55779911", "Late Payment of Commercial Debts",
        "company number 01234567",
    ],
    ("US", "en", "0", "not_calculated"): [
        "Invoice", "April 11, 2026", "Nimbo Software, Inc.", "San Francisco, CA 94105", "Tax ID (EIN): 12-3456789",
        "Redwood Logistics, LLC", "Austin, TX 78701", "Tax not calculated", "Total amount $1,440.00",
        "ABA routing number 121000358", "Account number 4452010087", "Apr 11, 2026 – Apr 10, 2027",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("case", "fields"), REQUIRED.items(), ids=[case[0] for case in REQUIRED])
def test_an_invoice_prints_what_its_sellers_country_demands(case, fields):
    country, language, rate, treatment = case
    line = charge(currency=SELLERS[country].currency, rate=rate, treatment=treatment)
    text = printed(document(country, language=language, lines=(line,)))
    assert [field for field in COMMON + fields if field not in text] == []


def test_the_same_sheet_is_the_same_bytes():
    sheet = sheet_of(document())
    again = json.loads(canonical(sheet))
    first = render(sheet)
    render(sheet_of(credit_note()))
    assert render(again) == first


def test_the_bytes_are_an_archive_pdf_of_the_day_of_issue():
    reader = PdfReader(io.BytesIO(render(sheet_of(replace(document(), previous_hash="ab" * 32)))))
    assert reader.metadata is not None
    assert reader.metadata.creation_date.date() == TODAY
    assert reader.metadata.title == "Factura INV-2026-000042"
    assert reader.xmp_metadata is not None
    xmp = reader.xmp_metadata.stream.get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in xmp and "<pdfaid:conformance>B</pdfaid:conformance>" in xmp
    assert "ab" * 32 in xmp


def test_a_verification_code_has_its_place():
    code = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><rect width="1" height="1"/></svg>'
    with_code = render(sheet_of(replace(document(), qr_svg=code)))
    assert with_code != render(sheet_of(document())) and "Factura" in text_of(with_code)


def test_a_sheet_holds_only_text_and_flags():
    def leaves(value):
        if isinstance(value, dict):
            return [leaf for item in value.values() for leaf in leaves(item)]
        return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else [value]

    assert {type(leaf) for leaf in leaves(sheet_of(credit_note()))} <= {str, bool, type(None)}


def test_a_credit_note_names_what_it_corrects():
    text = printed(credit_note())
    for field in (
        "Factura rectificativa", "CN-2026-000042", "INV-2026-000007 1 ene 2026 1.742,40 477,37 -1.265,03",
        "Motivo: Ampliación de licencias", "-1.045,48", "21 % -1.045,48 -219,55", "Total abonado -1.265,03 €",
        "1.440,00 facturados × 265/365 días no utilizados = 1.045,48 de abono", "No hay nada que pagar",
    ):  # fmt: skip
        assert field in text


def test_a_proposal_says_that_it_is_no_invoice():
    text = printed(document(kind=DocumentKind.PROPOSAL, language="en", number=""))
    assert "Not an invoice. Prices hold until 11 May 2026." in text
    assert "INV-" not in text and "IBAN" not in text and "Due date" not in text


def test_a_draft_has_no_number_and_says_when_it_gets_one():
    text = printed(document(kind=DocumentKind.DRAFT))
    assert "Borrador de factura" in text and "Recibirá su número cuando se realice el pedido" in text


@pytest.mark.parametrize(
    ("seller", "treatment", "language", "mentions"),
    [
        ("ES", "reverse_charge", "es", ["Inversión del sujeto pasivo (artículo 196"]),
        ("ES", "reverse_charge", "en", ["Reverse charge: VAT to be accounted for", "Inversión del sujeto pasivo"]),
        ("DE", "reverse_charge", "en", ["Reverse charge", "Steuerschuldnerschaft des Leistungsempfängers"]),
        ("FR", "reverse_charge", "es", ["Inversión del sujeto pasivo", "Autoliquidation"]),
        ("ES", "out_of_scope", "es", ["Operación no sujeta por reglas de localización (arts. 69 y 70 LIVA)"]),
        ("ES", "exempt", "en", ["Exempt from VAT: Article 151", "Operación exenta de IVA: Article 151"]),
        ("US", "not_calculated", "es", ["Impuesto no calculado", "Tax not calculated"]),
    ],
)
def test_a_mention_is_printed_in_the_documents_and_the_sellers_language(seller, treatment, language, mentions):
    line = charge(currency=SELLERS[seller].currency, treatment=treatment, rate="0")
    text = printed(document(seller, language=language, lines=(line,)))
    assert [mention for mention in mentions if mention not in text] == []


def test_tax_is_also_printed_in_the_sellers_currency():
    facts = document("GB", language="en", lines=(charge(currency="EUR", rate="20"),))
    tax = replace(facts.taxes[0], seller_base=Money.of("1240.10", "GBP"), seller_tax=Money.of("248.02", "GBP"))
    seller = replace(facts.seller, bank=Bank("EUR", "", "GB29NWBK60161331926819", "NWBKGB2L"))
    exchange = Exchange("EUR", "GBP", Decimal("0.86118"), TODAY)
    text = printed(replace(facts, taxes=(tax,), exchange=exchange, seller=seller))
    assert "Tax amount (GBP)" in text and "20% 1,440.00 288.00 1,240.10 248.02" in text
    assert "reference rate of 11 April 2026 (ECB): 1 EUR = 0.86118 GBP" in text


def test_the_rate_of_another_country_says_whose_it_is():
    facts = document("ES", language="en", lines=(charge(rate="23"),))
    assert "Ireland 23% 1,440.00 331.20" in printed(replace(facts, taxes=(replace(facts.taxes[0], country="IE"),)))


def test_what_a_credit_note_pays_is_taken_off_what_is_due():
    facts = replace(document(language="en"), settled=(Settlement("CN-2026-000003", Money.of("1265.03", "EUR")),))
    text = printed(facts)
    assert "Credit note CN-2026-000003 -€1,265.03" in text and "To pay €477.37" in text
    assert "Please pay €477.37" in text and "€477.37 due on 11 May 2026" in text


def test_a_direct_debit_says_when_and_from_where():
    means = PaymentFacts("sepa_debit", "ES7921000813610123456789", "M-2026-77")
    text = printed(replace(document(language="en"), payment=means))
    assert "We will collect €1,742.40 on 11 May 2026 by SEPA direct debit" in text
    assert "ES50000B58378431" in text and "M-2026-77" in text and "6789" in text and "ES79" not in text


def test_fifteen_lines_take_a_second_page_with_the_head_repeated():
    lines = tuple(charge(seats=n + 1, discount=Discount(percent=Decimal("12.5"))) for n in range(15))
    reader = PdfReader(io.BytesIO(render(sheet_of(document(lines=lines)))))
    assert len(reader.pages) == 2
    second = reader.pages[1].extract_text()
    assert "Descripción" in second and "Factura INV-2026-000042" in second and "Página 2 de 2" in second
    assert "Total" not in reader.pages[0].extract_text()


HOSTILE = {
    "#emph[x] #sys.version": "#emph[x] #sys.version",
    "$ x^2 $ @ref <label> *b* _i_ `c` // \\": "$ x^2 $ @ref <label> *b* _i_ `c` // \\",
    "=cmd|' /C calc'!A0": "=cmd|' /C calc'!A0",
    "![x](http://example.com/x.png)": "![x](http://example.com/x.png)",
    "abc\u202egnp.exe": "abcgnp.exe",
    "Rocket \U0001f680 Café": "Rocket □ Café",
    "日本": "□□",
}


@pytest.mark.parametrize(("name", "expected"), HOSTILE.items())
def test_hostile_names_are_printed_as_text(name, expected):
    text = printed(document(language="en", lines=(charge(product=name),)))
    assert expected in text


def test_three_hundred_characters_break_neither_page_nor_table():
    name = "A" * 300
    buyer = BUYERS["ES"]._replace(legal_name=name, address=Address("S" * 200, "28001", "L" * 200, "ES"))
    pdf = render(sheet_of(replace(document(), buyer=buyer, ordered_by=name, po_number="P" * 60)))
    assert name in text_of(pdf).replace(" ", "")


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_any_text_can_be_printed(name):
    pdf = render(sheet_of(document(lines=(charge(product=name or "x", plan=""),))))
    assert pdf.startswith(b"%PDF-")


@given(st.text(max_size=80))
def test_printable_text_stays_as_it_is(text):
    assert printable(printable(text)) == printable(text)


@pytest.mark.parametrize("template", ["../facts", "invoice-9", "invoice-1.typ", ""])
def test_a_sheet_of_another_template_is_refused(template):
    with pytest.raises(ValueError, match="no template"):
        render(sheet_of(document()) | {"template": template})


def test_a_day_before_the_epoch_is_no_trouble():
    assert render(sheet_of(replace(document(), issued_on=date(1969, 7, 20))))
