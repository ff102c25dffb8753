"""Imports applied: accounts written in chunks, column maps remembered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import Account, Contact, ImportMap
from services.access import acting, now, record
from services.deeds.row_by_row import all_or_each
from services.errors import Problem
from services.facts.imports import known_accounts, taken
from services.journal.coming import follow_terms
from services.permissions import Actor, Permission
from services.queries.imports import CHUNK, ImportPlan
from services.rules import payment_terms
from services.rules.account_form import AccountForm, columns, differences, search_text, vat_state
from services.rules.contact_form import ContactForm
from services.rules.import_kinds import right_to
from services.rules.import_mapping import ColumnMap, to_plain
from services.rules.import_verdicts import Judged, Verdict, judge


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is, in rows to write; `rows`: those just done, refused where something came between."""

    done: int
    total: int
    rows: tuple[Judged, ...]


def apply_import(actor: Actor, plan: ImportPlan) -> Iterator[Progress]:
    """Write the plan's new and changed accounts, a chunk a transaction, and tell of each chunk when it is committed.

    What changed since the plan was made is refused, not overwritten. Stopped half way, the same file goes on from
    there: what was written is unchanged then. Raises `NotAllowed`, `Unavailable`; chunks before stay.
    """
    rows = plan.to_write
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        with acting(actor, Permission.IMPORT_ACCOUNTS) as session:
            outcome = _apply_chunk(session, chunk, plan)
            written = sum(1 for row in outcome if row.verdict is not Verdict.REFUSED)
            record(session, "import_accounts", after={"rows": len(outcome), "written": written})
        yield Progress(start + len(chunk), len(rows), outcome)


def remember_map(actor: Actor, shape: str, columns: ColumnMap) -> None:
    """Keep the column map for the next file of this shape. Raises `NotAllowed`."""
    with acting(actor, right_to(columns.kind)) as session:
        plain = to_plain(columns)
        kept = session.get(ImportMap, (shape, columns.kind.value))
        if kept is None:
            kind = columns.kind.value
            session.add(ImportMap(shape=shape, kind=kind, mapping=plain, saved_by=actor.user_id, saved_at=now()))
        elif kept.mapping != plain:
            kept.mapping, kept.saved_by, kept.saved_at = plain, actor.user_id, now()
        record(session, "remember_column_map", subject=shape[:12], after=plain)


def _apply_chunk(session: Session, chunk: Sequence[Judged], plan: ImportPlan) -> tuple[Judged, ...]:
    ids = [row.record.account_id for row in chunk]
    # Lock first, by id: what is judged here is what is written.
    locked = session.scalars(select(Account).where(Account.id.in_(ids)).order_by(Account.id).with_for_update()).all()
    accounts = {account.id: account for account in locked}
    known = known_accounts(session, locked)
    existing = taken(session, ids)
    outcome: list[Judged] = []
    for shown in chunk:
        found = shown.record.account_id
        fresh = judge(shown.record, known.get(found), is_taken=found in existing, ground=plan.ground)
        outcome.append(fresh if fresh.agrees_with(shown) else _refused(shown, "changed_meanwhile"))
    new = [row for row in outcome if row.verdict is Verdict.NEW]
    changed = [row for row in outcome if row.verdict is Verdict.CHANGED]
    failed = all_or_each(session, new, lambda rows: _insert(session, rows, plan.ground.today))
    failed += all_or_each(session, changed, lambda rows: _update(session, rows, accounts, plan.ground.today))
    refused = {row.record.row for row in failed}
    return tuple(_refused(row, "not_stored") if row.record.row in refused else row for row in outcome)


def _insert(session: Session, rows: Sequence[Judged], today: date) -> None:
    at = now()
    blank = columns(AccountForm())
    given = [columns(row.form) for row in rows]
    session.add_all(
        Account(
            id=row.record.account_id,
            **values,
            rep_id=row.rep_id,
            vat_state=vat_state(row.form),
            search_text=search_text(row.form, _words(row.contact)),
            created_at=at,
        )
        for row, values in zip(rows, given, strict=True)
    )
    session.flush()
    session.add_all(_contact(row.record.account_id, row.contact, today) for row in rows if row.contact)
    for row, values in zip(rows, given, strict=True):
        __, after = differences(blank, values | {"rep_id": row.rep_id})
        record(session, "import_account", account_id=row.record.account_id, subject=row.form.legal_name, after=after)


def _update(session: Session, rows: Sequence[Judged], accounts: dict[int, Account], today: date) -> None:
    for row in rows:
        account = accounts[row.record.account_id]
        given = columns(row.form) | {"rep_id": row.rep_id}
        before, after = differences({name: getattr(account, name) for name in given}, given)
        for name in after:
            setattr(account, name, given[name])
        if {"vat_number", "country"} & after.keys():
            account.vat_state = vat_state(row.form)
            account.vat_checked_on, account.vat_consultation = None, ""
        if payment_terms.FIELDS & after.keys():
            follow_terms(session, account)
        if any(change.field.startswith("contact_") for change in row.changes) and row.contact:
            _set_billing_contact(session, account.id, row.contact, today)
            before |= {change.field: change.old for change in row.changes if change.field.startswith("contact_")}
            after |= {change.field: change.new for change in row.changes if change.field.startswith("contact_")}
        account.version += 1
        record(session, "edit_account", account_id=account.id, subject=row.form.legal_name, before=before, after=after)
    session.flush()
    _refresh_search(session, rows, accounts)


def _refresh_search(session: Session, rows: Sequence[Judged], accounts: dict[int, Account]) -> None:
    ids = [row.record.account_id for row in rows]
    said: dict[int, list[str]] = {}
    people = session.execute(
        select(Contact.account_id, Contact.name, Contact.email)
        .where(Contact.account_id.in_(ids), Contact.is_active)
        .order_by(Contact.is_billing_contact.desc(), Contact.name)
    )
    for account_id, name, email in people:
        said.setdefault(account_id, []).extend((name, email))
    for row in rows:
        account = accounts[row.record.account_id]
        account.search_text = search_text(row.form, tuple(said.get(account.id, ())))


def _set_billing_contact(session: Session, account_id: int, form: ContactForm, today: date) -> None:
    """Make the person the account's one billing contact; the former one stays as a contact."""
    contacts = session.scalars(select(Contact).where(Contact.account_id == account_id)).all()
    for contact in contacts:
        contact.is_billing_contact = False
    session.flush()  # there is one billing contact at every instant
    same = next((contact for contact in contacts if contact.email == form.email), None)
    if same is None:
        session.add(_contact(account_id, form, today))
        return
    same.name, same.phone = form.name, form.phone
    same.is_billing_contact = same.is_active = True


def _contact(account_id: int, form: ContactForm, today: date) -> Contact:
    return Contact(
        account_id=account_id,
        id=derive_id(today, "contact", account_id, form.email),
        name=form.name,
        email=form.email,
        phone=form.phone,
        is_billing_contact=True,
        is_invoice_recipient=form.is_invoice_recipient,
    )


def _words(contact: ContactForm | None) -> tuple[str, ...]:
    return (contact.name, contact.email) if contact else ()


def _refused(row: Judged, code: str) -> Judged:
    return replace(row, verdict=Verdict.REFUSED, problems=(Problem("code", code),), changes=(), missing=())
