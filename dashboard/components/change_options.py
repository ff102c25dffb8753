"""The four timings of a change side by side: what each comes to, every figure opening to what it is made of."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from dashboard.components.change_form import replaces_key
from dashboard.components.flow_faults import field_fault
from dashboard.components.text import plain
from dashboard.words import _, words
from data.money import Money
from services.errors import Refusal
from services.queries.changes import ChangeForm, ChangePreview
from services.rules.change_outlook import NextInvoice, Outlook
from services.rules.changes import NothingChanges, Timing
from services.rules.proration import DueLine
from services.words.change_outlooks import (
    DEFAULTS,
    line_sentence,
    line_title,
    outlook_text,
    takes_effect,
    warning_words,
)
from services.words.changes import timing_words
from services.words.i18n import LANGUAGES, Words
from services.words.orders import tax_reason
from services.words.taxes import tax_name


def nothing_changes(preview: ChangePreview) -> bool:
    """Whether all there is to say is that nothing was chosen yet."""
    return all(isinstance(option, NothingChanges) for option in preview.options.values())


def draw_options(preview: ChangePreview, form: ChangeForm, *, disabled: bool, button: str) -> Timing | None:
    """A card for each timing, the default's button in colour; returns the one whose button was clicked."""
    if preview.default is not None and preview.default_reason is not None:
        st.caption(
            f"**{plain(timing_words(preview.default, words()))}** · {plain(_(DEFAULTS[preview.default_reason]))}"
        )
    if form.scheduled is not None and form.scheduled.names_terms:
        st.checkbox(_("At the renewal it replaces the change that waits"), key=replaces_key(form.subscription_id))
    clicked = None
    with st.grid(4, min_column_width=205, gap="small"):
        for timing, option in preview.options.items():
            with st.container(border=True, gap="xsmall", height="stretch", key=f"option_{timing.value}"):
                if _draw_option(timing, option, preview, form, disabled=disabled, button=button):
                    clicked = timing
    return clicked


def _draw_option(
    timing: Timing, option: Outlook | Refusal, preview: ChangePreview, form: ChangeForm, *, disabled: bool, button: str
) -> bool:
    is_default = timing is preview.default
    mark = f":violet-badge[{plain(_('default'))}]" if is_default else "&nbsp;"  # figures stand in line with each other
    st.markdown(f"**{plain(timing_words(timing, words()))}**  \n{mark}")
    if isinstance(option, Refusal):
        field_fault(option)
        return False
    _draw_figures(option, preview)
    st.caption(plain(takes_effect(option.quoted, words())))
    for warning in option.warnings:
        waiting = form.plan_names.get(form.scheduled.plan or "", "") if form.scheduled else ""
        told = warning_words(warning, option, words(), assigned=form.seats_assigned, plan=waiting)
        st.markdown(f":orange[:material/warning: {plain(told)}]")
    kind: Literal["primary", "secondary"] = "primary" if is_default else "secondary"
    clicked = st.button(button, type=kind, key=f"take_{timing.value}", disabled=disabled)
    with st.popover(_("For the customer"), icon=":material/content_copy:", type="tertiary"):
        _both(lambda one: outlook_text(option, one, tax=tax_name(preview.tax_country, one)))
    return clicked


def _draw_figures(option: Outlook, preview: ChangePreview) -> None:
    tax, coming = tax_name(preview.tax_country, words()), option.next_invoice
    key = option.quoted.timing or ""
    _figure(_("Due today, net"), option.net, f"{key}_due", lambda: _draw_due(option, preview, tax), strong=True)
    _figure(_("with {tax}", tax=tax), option.total, f"{key}_total", lambda: _draw_due(option, preview, tax))
    _figure(_("Credit with {tax}", tax=tax), option.paid.credit, f"{key}_credit", lambda: _draw_credit(option))
    _figure(_("Balance left"), option.paid.balance, f"{key}_balance", lambda: _draw_credit(option))
    told = f"{words().day(coming.on)} · {words().money(coming.total)}" if coming else _("it does not renew")
    _figure(_("Next invoice"), told, f"{key}_next", lambda: _draw_next(option, tax))
    _figure(_("Renewal"), words().day(option.quoted.period.end), f"{key}_renews", lambda: _draw_period(option))
    _figure(_("Cash in 12 months"), option.cash, f"{key}_cash", lambda: _draw_cash(option, tax))
    _figure(_("MRR change"), _signed(option.mrr_change), f"{key}_mrr", lambda: _draw_mrr(option))


def _figure(label: str, value: Money | str, key: str, body: Callable[[], None], *, strong: bool = False) -> None:
    """A label and its figure, which opens to what it is made of."""
    told = words().money(value) if isinstance(value, Money) else value
    with st.container(gap=None):
        st.markdown(f":small[**{plain(label)}**]" if strong else f":gray[:small[{plain(label)}]]")
        with st.popover(f"**{plain(told)}**" if strong else plain(told), type="tertiary", key=f"figure_{key}"):
            body()


def _draw_due(option: Outlook, preview: ChangePreview, tax: str) -> None:
    if not option.quoted.lines:
        st.markdown(plain(_("Nothing is billed today.")))
        return
    for line in option.quoted.lines:
        _draw_line(line, option)
    st.markdown(
        plain(_("{net} plus {tax} {amount} = {total}", net=option.net, tax=tax, amount=option.tax, total=option.total))
    )
    reason = tax_reason(preview.tax_reason, preview.tax_country, words())
    if reason:
        st.caption(plain(reason))


def _draw_line(line: DueLine, option: Outlook) -> None:
    head = plain(line_title(line, option.quoted, words()))
    st.markdown(f"{head}  \n**{plain(words().money(line.amount))}**")
    _both(lambda one: line_sentence(line, option, one))


def _both(text: Callable[[Words], str]) -> None:
    """A text in the reader's language and then the other one, each ready to be copied."""
    mine = words()
    for one in (mine, *(Words(code) for code in LANGUAGES if code != mine.language)):
        st.caption(plain(_LANGUAGE_NAMES[one.language]))
        st.code(text(one), language=None, wrap_lines=True)


_LANGUAGE_NAMES = {"en": "English", "es": "Español"}


def _draw_credit(option: Outlook) -> None:
    paid = option.paid
    if paid.credit:
        today = paid.credit - paid.set_off
        st.markdown(plain(_("Credited with tax: {amount}", amount=paid.credit)))
        st.markdown(plain(_("of it against what is open on the invoices it corrects: {amount}", amount=paid.set_off)))
        st.markdown(plain(_("the rest pays today's invoice, then is balance: {amount}", amount=today)))
    st.markdown(plain(_("To pay on today's invoice: {amount}", amount=paid.to_pay)))
    st.markdown(plain(_("Balance of the account afterwards: {amount}", amount=paid.balance)))
    st.caption(plain(_("Balance pays the next invoices; money goes back only by an approved refund.")))


def _draw_next(option: Outlook, tax: str) -> None:
    coming = option.next_invoice
    if coming is None:
        st.markdown(plain(_("It ends on {day}: renewing by itself is switched off.", day=option.quoted.period.end)))
        return
    _draw_coming(coming, tax)
    _both(lambda one: line_sentence(coming.line, option, one))


def _draw_coming(coming: NextInvoice, tax: str) -> None:
    told = _("{day}: {amount} with {tax}", day=coming.on, amount=coming.total, tax=tax)
    st.markdown(f"{plain(told)}  \n:gray[:small[{plain(words().period(coming.period))}]]")


def _draw_cash(option: Outlook, tax: str) -> None:
    st.markdown(plain(_("Due today with {tax}: {amount}", tax=tax, amount=option.total)))
    for coming in option.renewals:
        _draw_coming(coming, tax)
    if not option.renewals:
        st.markdown(plain(_("No renewal in these 12 months.")))
    st.caption(plain(_("As things stand, less the account's balance; further changes are not known yet.")))


def _draw_period(option: Outlook) -> None:
    st.markdown(plain(_("Billing period: {period}", period=option.quoted.period)))
    st.markdown(plain(takes_effect(option.quoted, words())))


def _draw_mrr(option: Outlook) -> None:
    before, after = option.mrr
    st.markdown(plain(_("The account's MRR: {before} → {after}", before=before, after=after)))
    st.caption(plain(_("From {day} on.", day=option.quoted.effective_on)))


def _signed(amount: Money) -> str:
    told = words().money(amount)
    return f"+{told}" if amount.minor > 0 else told
