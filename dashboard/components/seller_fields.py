"""The fields of a selling entity: its identity, address, numbers, banks and late-payment texts, as one form."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

import pandas as pd
import streamlit as st

from dashboard.components.columns import is_missing
from dashboard.components.text import plain
from dashboard.words import _, words
from services.rules.countries import COUNTRIES
from services.rules.seller_completeness import LATE_PAYMENT
from services.rules.seller_form import LANGUAGES, MOST_LATE_PAYMENT
from services.rules.seller_profile import BankDetails, SellerProfile
from services.words.i18n import N_

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY")
NEW = SellerProfile("", "", "ES", "EUR", "Europe/Madrid", "es", "", "")
NAMES_OF = {"de": "Deutsch", "en": "English", "es": "Español", "fr": "Français"}
REGISTER_HINTS = {
    "DE": N_("Seat, court and HRB or HRA number."),
    "ES": N_("Registro Mercantil with volume, sheet and page."),
    "FR": N_("Legal form, capital, RCS and SIREN."),
    "GB": N_("Place of registration and company number."),
}
LAW_HINTS = {
    "DE": N_("Must name § 288 BGB."),
    "ES": N_("Must name Ley 3/2004."),
    "FR": N_("Must name the penalties and the 40 €."),
    "GB": N_("Must name the Late Payment of Commercial Debts Act."),
}


def seller_fields(
    profile: SellerProfile, *, key: str, is_new: bool, has_issued: bool, may_change: bool
) -> SellerProfile:
    """Draw the fields inside a form and return what they hold; `key` sets this form's widgets apart from others'.

    `has_issued`: country, currency and prefixes can only be looked at.
    """
    fields = _Fields(profile, key, may_change)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{plain(_('Identity'))}**")
        values: dict[str, Any] = {"legal_name": fields.line("legal_name", _("Legal name"))}
        with fields.row():
            values["code"] = fields.line("code", _("Code"), locked=not is_new)
            values["country"] = fields.choice("country", _("Country"), _countries(), locked=has_issued)
            values["currency"] = fields.choice("currency", _("Currency"), _named(CURRENCIES), locked=has_issued)
        with fields.row():
            values["language"] = fields.choice("language", _("Language"), NAMES_OF)
            values["time_zone"] = fields.choice("time_zone", _("Time zone"), _named(sorted(available_timezones())))
        with fields.row():
            values["invoice_prefix"] = fields.line("invoice_prefix", _("Prefix of invoices"), locked=has_issued)
            values["credit_prefix"] = fields.line("credit_prefix", _("Prefix of credit notes"), locked=has_issued)
        hint = REGISTER_HINTS.get(profile.country)
        values["register_line"] = fields.line("register_line", _("Register line"), help=_(hint) if hint else None)
    with right:
        st.markdown(f"**{plain(_('Address'))}**")
        values["street"] = fields.line("street", _("Street"))
        with fields.row():
            values["postal_code"] = fields.line("postal_code", _("Postal code"))
            values["city"] = fields.line("city", _("City"))
            values["region"] = fields.line("region", _("State or province"))
        with fields.row():
            values["email"] = fields.line("email", _("Email"))
            values["phone"] = fields.line("phone", _("Phone"))
        values["sepa_creditor_id"] = fields.line("sepa_creditor_id", _("SEPA creditor id"))
        is_active = _("Active: accounts can be given to it")
        values["is_active"] = st.checkbox(is_active, profile.is_active, key=f"{key}.is_active", disabled=not may_change)
    values["tax_numbers"], values["banks"] = _draw_numbers(fields)
    values["late_payment_texts"] = _draw_texts(fields)
    return SellerProfile(**values)


class _Fields:
    """The widgets of one form."""

    def __init__(self, profile: SellerProfile, key: str, may_change: bool) -> None:
        self.profile, self.key, self.may_change = profile, key, may_change

    def line(self, name: str, label: str, *, locked: bool = False, help: str | None = None) -> str:
        """A line of text."""
        disabled = locked or not self.may_change
        value = getattr(self.profile, name)
        return st.text_input(label, value, key=f"{self.key}.{name}", disabled=disabled, help=help) or ""

    def choice(self, name: str, label: str, options: Mapping[str, str], *, locked: bool = False) -> str:
        """One of several codes, shown by their names."""
        codes, now = list(options), getattr(self.profile, name)
        if now and now not in options:
            codes.append(now)
        return st.selectbox(
            label,
            codes,
            codes.index(now) if now in codes else 0,
            format_func=lambda code: options.get(code, code),
            key=f"{self.key}.{name}",
            disabled=locked or not self.may_change,
        )

    def row(self) -> Any:
        """Fields side by side."""
        return st.container(horizontal=True, gap="small")

    def table(self, name: str, columns: Mapping[str, Any], rows: Sequence[Sequence[str]]) -> list[dict[str, str]]:
        """A short table that grows; rows without a first cell are left out."""
        data = pd.DataFrame([list(row) for row in rows], columns=list(columns), dtype="string")
        edited = st.data_editor(
            data,
            column_config=dict(columns),
            num_rows="dynamic" if self.may_change else "fixed",
            disabled=not self.may_change,
            hide_index=True,
            key=f"{self.key}.{name}",
        )
        cells = [{column: _text(row[column]) for column in columns} for __, row in edited.iterrows()]
        return [row for row in cells if next(iter(row.values()))]


def _draw_numbers(fields: _Fields) -> tuple[dict[str, str], dict[str, BankDetails]]:
    profile = fields.profile
    left, right = st.columns([2, 5], gap="large")
    with left:
        st.markdown(f"**{plain(_('Tax numbers'))}**")
        country = st.column_config.SelectboxColumn(
            _("Country"), options=sorted(COUNTRIES), required=True, width="small"
        )
        columns = {"country": country, "number": st.column_config.TextColumn(_("Number"))}
        numbers = fields.table("tax_numbers", columns, list(profile.tax_numbers.items()))
    with right:
        st.markdown(f"**{plain(_('Bank details'))}**")
        currency = st.column_config.SelectboxColumn(_("Currency"), options=CURRENCIES, required=True, width="small")
        columns = {
            "currency": currency,
            "bank_name": st.column_config.TextColumn(_("Bank"), width=125),
            "iban": st.column_config.TextColumn(_("IBAN"), width=225),
            "bic": st.column_config.TextColumn(_("BIC")),
            "routing_number": st.column_config.TextColumn(_("ABA or sort code")),
            "account_number": st.column_config.TextColumn(_("Account number")),
        }
        kept = [
            (code, bank.bank_name, bank.iban, bank.bic, bank.routing_number, bank.account_number)
            for code, bank in profile.banks.items()
        ]
        rows = fields.table("banks", columns, kept)
    banks = {row.pop("currency"): BankDetails(**row) for row in rows}
    return {row["country"]: row["number"] for row in numbers}, banks


def _draw_texts(fields: _Fields) -> dict[str, str]:
    profile = fields.profile
    law = LAW_HINTS.get(profile.country) if profile.country in LATE_PAYMENT else None
    st.markdown(f"**{plain(_('Late-payment text'))}**  :gray[{plain(_(law) if law else _('None is required.'))}]")
    first = [profile.language] if profile.language in LANGUAGES else []
    languages = [*first, *(language for language in LANGUAGES if language not in first)]
    texts: dict[str, str] = {}
    for tab, language in zip(st.tabs([NAMES_OF[language] for language in languages]), languages, strict=True):
        with tab:
            texts[language] = (
                st.text_area(
                    NAMES_OF[language],
                    profile.late_payment_texts.get(language, ""),
                    max_chars=MOST_LATE_PAYMENT,
                    key=f"{fields.key}.text.{language}",
                    disabled=not fields.may_change,
                    label_visibility="collapsed",
                    height=90,
                )
                or ""
            )
    return texts


def _text(cell: object) -> str:
    return "" if is_missing(cell) or cell is pd.NA else str(cell).strip()


def _countries() -> dict[str, str]:
    told = words()
    return dict(sorted(((code, told.country(code)) for code in COUNTRIES), key=lambda pair: pair[1]))


def _named(codes: Sequence[str]) -> dict[str, str]:
    return {code: code for code in codes}
