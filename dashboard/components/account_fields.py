"""The form of an account: its fields by subject, checked as they are filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from dashboard import state
from dashboard.components.text import plain
from dashboard.words import _, words
from data.money import CURRENCIES
from services.queries.accounts import Choices
from services.rules.account_form import FIELDS, MOST_FIXED_DAYS, MOST_NET_DAYS, AccountForm, check
from services.rules.account_warnings import warnings
from services.rules.countries import COUNTRIES
from services.rules.payment_means import PaymentMeans, needed_for, payment_means_for
from services.words import texts
from services.words.labels import field_name, label

_LANGUAGES = {"en": "English", "es": "Español"}
# Sold to most, so offered first.
_FIRST_COUNTRIES = ("ES", "DE", "FR", "GB", "US", "PT", "IT", "MX")
_FIRST_CURRENCIES = ("EUR", "USD", "GBP")


@dataclass(slots=True)
class AccountFields:
    """The widgets of the form, under one key. `missing`: fields to point at; `is_fixed`: country and currency stay."""

    key: str
    stored: AccountForm
    choices: Choices
    today: date
    is_new: bool = False
    is_fixed: bool = False
    missing: Sequence[str] = ()
    current: AccountForm = field(init=False)
    faults: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Look at what the widgets hold, so that a fault stands beneath its field in the same run."""
        held = {name: state.recall(self._key(name)) for name in FIELDS}
        self.current = replace(self.stored, **{name: value for name, value in held.items() if value is not None})
        if held.get("exempt_until"):
            self.current = replace(self.current, exempt_until=held["exempt_until"] + timedelta(days=1))
        self.current = replace(self.current, fixed_days=tuple(self.current.fixed_days))
        stored = None if self.is_new else self.stored
        _form, problems = check(self.current, current=stored, is_invoiced=self.is_fixed, today=self.today)
        self.faults = {p.field: texts.sentence(p, words()) for p in problems if p.code != "required"}
        self.faults |= {
            p.field: texts.sentence(p, words()) for p in warnings(self.current) if p.field not in self.faults
        }

    def draw(self) -> AccountForm:
        """Draw all fields; what they hold now."""
        values: dict[str, Any] = {}
        parts: list[tuple[str, Callable[[], dict[str, Any]]]] = [
            (_("Company"), self._company),
            (_("Address"), self._address),
            (_("Tax"), self._tax),
            (_("Payment"), self._payment),
            (_("The buyer’s references"), self._references),
        ]
        for title, draw in parts:
            with st.container(border=True, gap="small"):
                st.markdown(f"**{plain(title)}**")
                values |= draw()
        return replace(self.stored, **values)

    def _company(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        with st.grid(3, min_column_width=200, gap="small"):
            values["legal_name"] = self._text("legal_name")
            values["code"] = self._text(
                "code",
                disabled=not self.is_new,
                help=_("Our number for this customer. Empty: made from the name. It stays as it is once created."),
            )
            values["segment"] = self._text("segment")
            values["country"] = self._choice(
                "country", _ordered(COUNTRIES, _FIRST_COUNTRIES), _country, disabled=self.is_fixed, help=_fixed_help()
            )
            values["currency"] = self._choice(
                "currency",
                _ordered(CURRENCIES, _FIRST_CURRENCIES),
                _currency,
                disabled=self.is_fixed,
                help=_fixed_help(),
            )
            values["language"] = self._choice(
                "language", list(_LANGUAGES), _LANGUAGES.__getitem__, help=_("Of its invoices and mails.")
            )
            names = {code: f"{name} ({country})" for code, name, country, _cur in self.choices.sellers}
            values["seller"] = (
                self._choice(
                    "seller",
                    ["", *names],
                    lambda code: names.get(code, _("The one of its country")),
                    help=_("Which of our companies issues its invoices."),
                )
                or None
            )
        values["is_business"] = st.toggle(
            field_name("is_business", words()),
            value=self.stored.is_business,
            key=self._key("is_business"),
            help=_("Off for a private person: then VAT is always charged."),
        )
        return values

    def _address(self) -> dict[str, Any]:
        with st.grid(4, min_column_width=160, gap="small"):
            return {name: self._text(name) for name in ("street", "postal_code", "city", "region")}

    def _tax(self) -> dict[str, Any]:
        with st.grid(4, min_column_width=160, gap="small"):
            vat = self._text(
                "vat_number", help=_("With or without the country's letters, such as ESB12345674. Its form is checked.")
            )
            article = self._text("exemption_article", help=_("Empty for a customer who is taxed like any other."))
            first = last = None
            if article or self.stored.exemption_article:
                first = self._day("exempt_from")
                shown = self.stored.exempt_until - timedelta(days=1) if self.stored.exempt_until else None
                last = self._day("exempt_until", shown, help=_("The last exempt day; empty for no end."))
        return {
            "vat_number": vat,
            "exemption_article": article,
            "exempt_from": first,
            "exempt_until": last + timedelta(days=1) if last else None,
        }

    def _payment(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        offered = [means.value for means in payment_means_for(self.current.country, self.current.currency)]
        with st.grid(4, min_column_width=160, gap="small"):
            values["payment_means"] = self._choice(
                "payment_means",
                offered,
                lambda code: label(PaymentMeans(code), words()),
                help=_("What the account's country and currency allow."),
            )
            values["net_days"] = st.number_input(
                field_name("net_days", words()),
                min_value=0,
                max_value=MOST_NET_DAYS,
                value=self.stored.net_days,
                key=self._key("net_days"),
            )
            self._fault("net_days")
            values["fixed_days"] = tuple(
                st.multiselect(
                    field_name("fixed_days", words()),
                    list(range(1, 32)),
                    default=list(self.stored.fixed_days),
                    max_selections=MOST_FIXED_DAYS,
                    key=self._key("fixed_days"),
                    placeholder=_("None"),
                    help=_("Days of the month on which the customer pays; an invoice falls due on the next one."),
                )
            )
            values["co_term_on"] = (
                self._text(
                    "co_term_on", help=_("MM-DD, such as 06-30: where subscriptions may be made to end together.")
                )
                or None
            )
        with st.container(horizontal=True, gap="large"):
            for name in ("end_of_month", "po_required"):
                values[name] = st.toggle(
                    field_name(name, words()), value=getattr(self.stored, name), key=self._key(name)
                )
        if needed_for(values["payment_means"]) or self.stored.iban:
            with st.grid(4, min_column_width=160, gap="small"):
                values |= {name: self._text(name) for name in ("iban", "bic", "mandate_reference")}
                values["mandate_signed_on"] = self._day("mandate_signed_on")
        return values

    def _references(self) -> dict[str, Any]:
        by_country = {"DE": ("leitweg_id",), "FR": ("siret",), "ES": ("dir3_office", "dir3_body", "dir3_unit")}
        names = ["supplier_number", "cost_centre", *by_country.get(self.current.country, ())]
        extra = [name for of in by_country.values() for name in of if name not in names and getattr(self.stored, name)]
        with st.grid(5, min_column_width=150, gap="small"):
            return {name: self._text(name) for name in [*names, *extra]}

    def _text(self, name: str, *, disabled: bool = False, help: str | None = None) -> str:
        with st.container(gap="xxsmall"):
            text = st.text_input(
                self._label(name),
                value=getattr(self.stored, name) or "",
                key=self._key(name),
                disabled=disabled,
                help=help,
            )
            self._fault(name)
        return text or ""

    def _choice(
        self,
        name: str,
        options: list[str],
        shown: Callable[[str], str],
        *,
        disabled: bool = False,
        help: str | None = None,
    ) -> str:
        stored = getattr(self.stored, name) or None
        with st.container(gap="xxsmall"):
            chosen = st.selectbox(
                self._label(name),
                options if stored in options or not stored else [stored, *options],
                index=options.index(stored) if stored in options else (0 if "" in options else None),
                format_func=shown,
                key=self._key(name),
                disabled=disabled,
                placeholder=_("Choose"),
                help=help,
            )
            self._fault(name)
        return chosen or ""

    def _day(self, name: str, shown: date | None = None, *, help: str | None = None) -> date | None:
        with st.container(gap="xxsmall"):
            day: date | None = st.date_input(
                self._label(name),
                value=shown or getattr(self.stored, name),
                key=self._key(name),
                format="DD/MM/YYYY",
                help=help,
            )
            self._fault(name)
        return day

    def _label(self, name: str) -> str:
        text = plain(field_name(name, words()))
        is_missing = name in self.missing and not getattr(self.current, name)
        return f"{text} :orange-badge[{plain(_('missing'))}]" if is_missing else text

    def _fault(self, name: str) -> None:
        if name in self.faults:
            st.markdown(f":red[:small[{plain(self.faults[name])}]]")

    def _key(self, name: str) -> str:
        return f"{self.key}:{name}"


def _ordered(codes: Any, first: Sequence[str]) -> list[str]:
    return [*first, *sorted(code for code in codes if code not in first)]


def _country(code: str) -> str:
    return f"{words().country(code)} ({code})"


def _currency(code: str) -> str:
    return f"{code} – {words().currency_name(code)}"


def _fixed_help() -> str:
    return _("It stays as it is after the first invoice.")
