"""Bank statements: a file, its columns, the verdict on every line before anything is booked; the lines that wait."""

from dataclasses import replace

import streamlit as st

from dashboard import cache, errors, navigation, sign_in, state
from dashboard.components.columns import Column, Kind
from dashboard.components.empty import empty
from dashboard.components.filters import search_field
from dashboard.components.headers import header
from dashboard.components.statement_lines import draw_counts, draw_plan, waiting_columns
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.commands.statements import StatementToTake, assign_line, ignore_line, take_in_statement
from services.permissions import Actor
from services.queries.account_money import account_money, payers
from services.queries.statements import (
    MAX_MEGABYTES,
    OpenLine,
    StatementColumns,
    StatementFile,
    StatementPlan,
    judge_statement,
    open_line,
    open_lines,
    open_statement,
    statements,
)

KEPT = "statement:"


def run() -> None:
    """Draw the step the reader is on."""
    actor = sign_in.actor()
    if navigation.has_id("statement") and navigation.has_id("line"):
        _draw_line(actor, open_line(actor, navigation.asked_id("statement"), navigation.asked_id("line")))
        return
    file: StatementFile | None = state.recall(f"{KEPT}file")
    header(_("Bank statements"), context=(file.name if file else _("Money received, from the bank's CSV file"),))
    if file is None:
        _draw_upload(actor)
        _draw_waiting(actor)
        _draw_past(actor)
        return
    _draw_file(actor, file)


def _draw_upload(actor: Actor) -> None:
    content = st.file_uploader(
        _("Statement as CSV or XLSX"),
        type=["csv", "tsv", "txt", "xlsx"],
        max_upload_size=MAX_MEGABYTES,
        key="statement_file",
        help=_("Nothing is booked before you have seen the verdict on every line."),
    )
    encodings = {"": _("Found by itself (UTF-8)"), "cp1252": _("Windows (Western European)")}
    encoding = st.selectbox(
        _("Encoding of a CSV file"),
        list(encodings),
        format_func=encodings.__getitem__,
        key="statement_encoding",
        width=320,
    )
    if content is None:
        return
    with errors.shown() as outcome:
        file = open_statement(actor, content.name, content.getvalue(), encoding=encoding)
    if outcome.ok:
        state.keep(f"{KEPT}file", file)
        st.rerun()


def _draw_file(actor: Actor, file: StatementFile) -> None:
    if file.is_known:
        st.info(_("This file was taken in before. Lines that were booked then are known and stay as they are."))
    columns = _draw_columns(file)
    with errors.shown() as outcome:
        plan = judge_statement(actor, file.table, columns)
    if outcome.ok:
        draw_counts(plan)
        draw_plan(plan)
    with st.container(horizontal=True, vertical_alignment="center"):
        if outcome.ok:
            _draw_booking(actor, file, plan)
        if st.button(_("Another file"), type="tertiary", key="another"):
            _forget_file()
            st.rerun()


def _draw_columns(file: StatementFile) -> StatementColumns:
    """The columns as they were guessed, to be put right."""
    none = _("none")
    columns, chosen = file.columns, {}
    labels = {
        "day": _("Day"),
        "amount": _("Amount"),
        "payer": _("Payer"),
        "reference": _("Reference"),
        "currency": _("Currency"),
    }
    offered = ["", *file.table.header]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for name, label in labels.items():
            chosen[name] = st.selectbox(
                label,
                offered,
                index=offered.index(getattr(columns, name)),
                format_func=lambda column: column or none,
                key=f"{KEPT}{name}",
                width=152,
            )
        if not chosen["currency"]:
            chosen["fixed_currency"] = st.selectbox(
                _("All in"), list(file.currencies) or ["EUR"], key=f"{KEPT}fixed", width=100
            )
    return replace(columns, **chosen)


def _draw_booking(actor: Actor, file: StatementFile, plan: StatementPlan) -> None:
    count = len(plan.to_book)
    told = words().tn("Take in and book {n} line", "Take in and book {n} lines", count)
    if not st.button(told, type="primary", key="take_in", disabled=not plan.is_new, icon=":material/download_done:"):
        return
    bar, booked = st.progress(0.0, text=_("Booking …")), 0
    with errors.shown() as outcome:
        shown = StatementToTake(file.name, file.file_hash, plan.lines)
        for step in take_in_statement(actor, shown, today=today()):
            booked = step.booked
            text = _("{done} of {total} lines …", done=step.done, total=step.total)
            bar.progress(step.done / max(step.total, 1), text=text)
    cache.forget()
    if outcome.ok:
        _forget_file()
        told = words().tn("{n} line was booked.", "{n} lines were booked.", booked)
        state.flash(plain(told + " " + _("The others wait below.")))
        st.rerun()


def _draw_waiting(actor: Actor) -> None:
    st.subheader(_("Lines that wait"), anchor=False)
    table(
        open_lines(actor),
        waiting_columns(),
        key="waiting",
        name=_("Lines that wait"),
        empty=_("No line waits: every one is booked or set aside."),
        detail=Detail("billing/statements", {"statement": "statement_id", "line": "position"}),
        download="statement_lines",
    )


def _draw_past(actor: Actor) -> None:
    frame = statements(actor)
    if frame.empty:
        return
    st.subheader(_("Taken in"), anchor=False)
    table(
        frame,
        [
            Column("name", _("Statement"), width=280),
            Column("imported_at", _("Taken in"), Kind.INSTANT, width=150),
            Column("imported_by", _("By"), width=150),
            Column("lines", _("Lines"), Kind.NUMBER),
            Column("booked", _("Booked"), Kind.NUMBER),
            Column("ignored", _("Set aside"), Kind.NUMBER),
            Column("waiting", _("Waiting"), Kind.NUMBER),
        ],
        key="past",
        name=_("Statements"),
        empty=_("No statement was taken in yet."),
    )


def _draw_line(actor: Actor, line: OpenLine) -> None:
    header(
        _("{amount} from {payer}", amount=line.amount, payer=line.payer or _("an unnamed payer")),
        context=(_("booked {day}", day=line.booked_on), line.reference, line.statement),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        navigation.link(_("All lines that wait"), "billing/statements", icon=":material/arrow_back:")
        if st.button(_("Set aside"), key="ignore", icon=":material/block:", help=_("It is no customer's payment.")):
            with errors.shown() as outcome:
                ignore_line(actor, line.statement_id, line.position)
            if outcome.ok:
                _done(_("The line was set aside."))
    if navigation.has_id("account"):
        _draw_assigning(actor, line)
        return
    typed = search_field(_("Account or invoice number"), label=_("Whose payment is it?"))
    found = payers(actor, typed)
    found["statement"], found["line"] = line.statement_id, line.position
    if found.empty and not typed.strip():
        empty(_("Search for the account, or for the number of the invoice."), icon="search")
        return
    table(
        found,
        [
            Column("name", _("Account"), width=380),
            Column("code", _("Code")),
            Column("open_minor", _("To pay"), Kind.MONEY),
        ],
        key="payers",
        name=_("Accounts"),
        empty=_("No account and no invoice matches. Compare the number, or search by name."),
        detail=Detail(
            "billing/statements", {"statement": "statement", "line": "line", "account": "id", "invoice": "invoice_id"}
        ),
    )


def _draw_assigning(actor: Actor, line: OpenLine) -> None:
    money = account_money(actor, navigation.asked_id("account"), today=today())
    numbers = {0: _("The oldest first")}
    numbers |= {one.invoice_id: f"{one.number} · {words().money(one.open)}" for one in money.invoices}
    asked = navigation.asked_id("invoice") if navigation.has_id("invoice") else 0
    with st.form("assign"):
        st.markdown(f"**{plain(money.account)}** · {plain(_('{amount} to pay', amount=money.open))}")
        invoice = st.selectbox(
            _("What it pays first"),
            list(numbers),
            index=list(numbers).index(asked) if asked in numbers else 0,
            format_func=numbers.__getitem__,
            key="assign_invoice",
        )
        submitted = st.form_submit_button(_("Book it there"), type="primary")
    if submitted:
        with errors.shown() as outcome:
            assign_line(
                actor,
                line.statement_id,
                line.position,
                account_id=money.account_id,
                invoice_id=invoice or None,
                today=today(),
            )
        if outcome.ok:
            _done(_("{amount} was recorded.", amount=line.amount))


def _done(text: str) -> None:
    cache.forget()
    state.flash(plain(text))
    navigation.go("billing/statements")


def _forget_file() -> None:
    state.drop(KEPT)
    state.drop("statement_file")


run()
