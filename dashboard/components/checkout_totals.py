"""The right side of the checkout: the sentence to read out, what is due with its tax, who gets which mail."""

import streamlit as st

from dashboard.components.cards import CardLine, summary_card
from dashboard.components.text import plain
from dashboard.words import _, language, words
from services.queries.orders import OrderPreview
from services.words.i18n import Words
from services.words.orders import order_sentence, tax_reason, tax_warning
from services.words.taxes import tax_name, treatment_name


def read_out(preview: OrderPreview, customers_language: str) -> None:
    """The sentence to read out and to copy; also in the customer's language where it is another."""
    for spoken in dict.fromkeys((language(), customers_language)):
        sentence = order_sentence(
            preview.items,
            subtotal=preview.subtotal,
            tax=preview.tax,
            country=preview.tax_country,
            words=Words(spoken),
        )
        st.code(sentence, language=None, wrap_lines=True)


def totals_card(preview: OrderPreview) -> None:
    """Charges, credits, tax with its reason, and the total due."""
    name = tax_name(preview.tax_country, words())
    lines = []
    if preview.charges is not None and preview.credits is not None:
        lines.append(CardLine(_("Charges"), words().money(preview.charges.subtotal)))
        lines.append(CardLine(_("Credits"), words().money(preview.credits.subtotal)))
    lines.append(CardLine(_("Subtotal"), words().money(preview.subtotal)))
    reason = tax_reason(preview.tax_reason, preview.tax_country, words())
    rates = {(total.treatment.value, total.rate) for total in preview.taxes}
    for treatment, rate in sorted(rates, key=str):
        told = treatment_name(treatment, words()) or f"{name} {words().percent(rate)}"
        tax = [one.tax for one in preview.taxes if (one.treatment.value, one.rate) == (treatment, rate)]
        lines.append(CardLine(told, words().money(sum(tax[1:], tax[0])), why=reason or None))
    lines.append(CardLine(_("Total due"), words().money(preview.total), strong=True))
    if preview.from_balance:
        why = _("What the account has to its credit pays the invoice as soon as it is issued.")
        lines.append(CardLine(_("From the account's balance"), words().money(-preview.from_balance), why=why))
        lines.append(CardLine(_("To pay"), words().money(preview.to_pay), strong=True))
    note = _("Payable by {day}.", day=words().day_long(preview.due_on)) if preview.total.minor > 0 else None
    summary_card(_("Review"), lines, note=" ".join(part for part in (reason, note) if part) or None)
    for code in preview.warnings:
        warning = tax_warning(code, words())
        if warning:
            st.warning(plain(warning), icon=":material/info:")


def addresses(preview: OrderPreview) -> None:
    """Who gets what, before the order is placed."""
    to = preview.addresses
    rows = [(_("Confirmation"), to.confirmation), (_("Copy"), to.copies)]
    if preview.is_payment_due:
        rows.append((_("Invoice (PDF)"), to.documents))
    told = (f":gray[:small[{plain(name)}: {plain(', '.join(emails)) or '–'}]]" for name, emails in rows)
    st.markdown("  \n".join(told))  # a caption would pale the addresses
