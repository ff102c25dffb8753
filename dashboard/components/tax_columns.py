"""The columns of tax reports, and their codes in words."""

from collections.abc import Sequence

import pandas as pd

from dashboard.components.columns import Column, Kind
from dashboard.words import _, words
from services.queries.tax_book import TaxKind, TaxSeller
from services.words import taxes
from services.words.i18n import N_

TAXED = N_("Taxed")
STATES = {
    "missing": N_("missing"),
    "refused": N_("refused"),
    "unchecked": N_("not checked"),
    "form_only": N_("form only"),
    "changed": N_("another number now"),
    "confirmed": N_("confirmed"),
}


def treatment(code: str) -> str:
    """Taxed, reverse charge, exempt …"""
    return taxes.treatment_name(code, words()) or _(TAXED)


def kind_name(kind: TaxKind) -> str:
    """Reverse charge; or taxed, with the country and its rate."""
    if kind.rate is None:
        return treatment(kind.treatment)
    return f"{words().country(kind.country)} {words().percent(kind.rate)}"


def worded(frame: pd.DataFrame, seller: TaxSeller) -> pd.DataFrame:
    """The frame with treatment, country and printed mention in the reader's language."""
    said = frame.copy()
    said["treatment"] = [treatment(code) for code in frame["treatment"]]
    if "mention" in frame:
        pairs = zip(frame["mention"], frame["article"], strict=True)
        speech = words()
        said["mention"] = [
            taxes.mention(code, speech.language, seller_country=seller.country, article=article)
            for code, article in pairs
        ]
    said["country"] = [words().country(code) if code else None for code in frame["country"]]
    return said


def total_columns(seller: TaxSeller, *, is_foreign: bool) -> list[Column]:
    """The columns of what a period adds up to."""
    own = [
        Column("base_minor", _("Base"), Kind.MONEY, width=140),
        Column("tax_minor", _("Tax"), Kind.MONEY, width=130),
    ]
    return [
        Column("treatment", _("Treatment"), width=200),
        Column("country", _("Country"), width=140),
        Column("rate", _("Rate"), Kind.PERCENT, width=70),
        Column("entries", _("Rows"), Kind.NUMBER, help=_("Rows of the book: one a document and rate."), width=70),
        *(own if is_foreign else []),
        *_sellers(seller, is_summed=True),
    ]


def book_columns(seller: TaxSeller, *, is_foreign: bool) -> list[Column]:
    """The columns of the book; other currencies only where the period has one."""
    exchanged = [
        Column("base_minor", _("Base of document"), Kind.MONEY, width=130),
        Column("tax_minor", _("Tax of document"), Kind.MONEY, width=130),
        Column("exchange_rate", _("Exchange rate"), Kind.NUMBER, width=100, help=_rate_help(seller)),
        Column("exchange_on", _("Rate of"), Kind.DAY, width=98),
    ]
    return [
        Column("number", _("Number"), width=150, is_pinned=True),
        Column("issued_on", _("Issued on"), Kind.DAY, width=92),
        Column("buyer", _("Buyer"), width=176, help=_("As printed on the document.")),
        Column("vat_number", _("Tax number"), width=118, help=_("As printed on the document.")),
        Column("treatment", _("Treatment"), width=92),
        Column("rate", _("Rate"), Kind.PERCENT, width=60),
        *_sellers(seller, is_summed=True, width=100),
        Column("country", _("Country"), width=110, help=_("Whose rate it is, or where the buyer is.")),
        *(exchanged if is_foreign else []),
        Column("corrects", _("Corrects"), width=150, help=_("The invoices that a credit note corrects.")),
        Column("mention", _("Mention"), width=260, help=_("What the document says of its tax.")),
    ]


def _sellers(seller: TaxSeller, *, is_summed: bool = False, width: int = 140) -> list[Column]:
    """Base and tax in the seller's currency."""
    titles = _("Base in {currency}", currency=seller.currency), _("Tax in {currency}", currency=seller.currency)
    names = ("seller_base_minor", "seller_tax_minor")
    return [
        Column(name, title, Kind.MONEY, currency="seller_currency", is_summed=is_summed, width=width)
        for name, title in zip(names, titles, strict=True)
    ]


def _rate_help(seller: TaxSeller) -> str:
    return _("What one unit of the document's currency was in {currency}.", currency=seller.currency)


def ec_columns() -> list[Column]:
    """The columns of the EC sales list."""
    return [
        Column("vat_number", _("VAT number"), width=138),
        Column("country", _("Country"), width=120),
        Column("buyer", _("Buyer"), width=210),
        _state(),
        Column("entries", _("Documents"), Kind.NUMBER, width=96),
        Column(
            "net_minor", _("Net"), Kind.MONEY, is_summed=True, width=130,
            help=_("Less credit notes, in the seller's currency."),
        ),
    ]  # fmt: skip


def oss_columns() -> list[Column]:
    """The columns of OSS."""
    return [
        Column("country", _("Country"), width=220),
        Column("rate", _("Rate"), Kind.PERCENT, width=90),
        Column("entries", _("Documents"), Kind.NUMBER, width=110),
        Column("base_minor", _("Base"), Kind.MONEY, is_summed=True, width=160),
        Column("tax_minor", _("Tax"), Kind.MONEY, is_summed=True, width=160),
    ]


def unconfirmed_columns() -> list[Column]:
    """The columns of reverse charges on numbers that are not confirmed."""
    return [
        Column("account", _("Account"), width=180),
        Column("vat_number", _("VAT number"), width=130, help=_("As printed on the document.")),
        _state(),
        Column("checked_on", _("Checked on"), Kind.DAY, width=104),
        Column("number", _("Document"), width=148),
        Column("issued_on", _("Issued on"), Kind.DAY, width=96),
        Column("base_minor", _("Base"), Kind.MONEY, is_summed=True, width=104),
    ]


def _state() -> Column:
    names = {code: _(word) for code, word in STATES.items()}
    help = _("What is known of the number today: only a tax office's answer confirms it.")
    return Column("state", _("State"), Kind.STATUS, names=names, width=150, help=help)


def codes_named(frame: pd.DataFrame, names: Sequence[str] = ("country",)) -> pd.DataFrame:
    """The frame with countries by their names."""
    said = frame.copy()
    for name in names:
        said[name] = [words().country(code) for code in frame[name]]
    return said
