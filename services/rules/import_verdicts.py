"""Verdicts on imported rows: new, changed, unchanged or refused, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from services.errors import Problem
from services.rules import account_form, contact_form, readiness
from services.rules.account_form import AccountForm
from services.rules.contact_form import ContactForm
from services.rules.import_records import Note, Record

_CONTACT = {"contact_name": "name", "contact_email": "email", "contact_phone": "phone"}
_AS_CONTACT = {theirs: ours for ours, theirs in _CONTACT.items()}


class Verdict(StrEnum):
    """What applying a row would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Known:
    """An account as it is. `contact`: its billing contact. `is_corporate`: sold through a rep, so not read-only."""

    form: AccountForm
    rep_id: int | None
    has_team: bool
    contact: ContactForm | None
    is_invoiced: bool
    is_corporate: bool = True


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are judged against. `reps`: mail address → user id of those who sell.

    `default_rep`: who new accounts go to. `sellers`: code → country of each active selling entity, by code. `lacks`:
    (seller, currency) → what the entity lacks to issue in it.
    """

    today: date
    reps: Mapping[str, int]
    default_rep: int | None
    may_assign: bool
    actor_email: str
    sellers: Mapping[str, str]
    lacks: Mapping[tuple[str, str], tuple[str, ...]]

    def seller_for(self, country: str) -> str | None:
        """Who sells to a country when nobody was named: the first entity there, or the only one."""
        there = [code for code, place in self.sellers.items() if place == country]
        return there[0] if there else next(iter(self.sellers)) if len(self.sellers) == 1 else None


@dataclass(frozen=True, slots=True)
class Change:
    """A field that would change: values as stored, `rep_email` as an address."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Judged:
    """A record with its verdict, and what would be stored. `missing`: what the account would lack to order."""

    record: Record
    verdict: Verdict
    form: AccountForm
    contact: ContactForm | None = None
    rep_id: int | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    missing: tuple[str, ...] = field(default=())

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was done about the row; nothing where nothing is written."""
        return self.record.notes if self.verdict in (Verdict.NEW, Verdict.CHANGED) else ()

    def agrees_with(self, shown: Judged) -> bool:
        """Whether applying does what was shown, or has nothing left to do."""
        if self.verdict is Verdict.UNCHANGED:
            return True
        return (self.verdict, self.form, self.contact, self.rep_id, self.changes) == (
            (shown.verdict, shown.form, shown.contact, shown.rep_id, shown.changes)
        )


def judge(record: Record, known: Known | None, *, is_taken: bool, ground: Ground) -> Judged:
    """The verdict on a record, given its account as the actor sees it; `is_taken`: it exists, whoever's it is."""
    current = known.form if known else None
    given = {name: value for name, value in record.values.items() if name in account_form.FIELDS}
    form, problems = account_form.check(
        replace(current or AccountForm(), **given),
        current=current,
        is_invoiced=bool(known and known.is_invoiced),
        today=ground.today,
    )
    contact, contact_problems = _contact(record, known)
    rep_id, rep_problems = _rep(record, known, ground)
    found = [*record.problems, *problems, *contact_problems, *rep_problems]
    if form.seller and form.seller not in ground.sellers and (known is None or form.seller != known.form.seller):
        found.append(Problem("seller", "value_unknown", {"value": form.seller[:60]}))
    if any(problem.field == "row" for problem in record.problems):
        found = list(record.problems)  # its cells were not read
    elif is_taken and known is None:
        found = [Problem("code", "belongs_to_another")]
    elif known and not known.is_corporate:
        found = [Problem("code", "read_only_account")]
    if found:
        return Judged(record, Verdict.REFUSED, form, problems=_once(found))
    if known is None and not form.seller:
        form = replace(form, seller=ground.seller_for(form.country))
    changes = _changes(known, form, contact, rep_id, ground) if known else ()
    verdict = Verdict.NEW if known is None else Verdict.CHANGED if changes else Verdict.UNCHANGED
    missing = _missing(form, contact, rep_id, known, ground)
    return Judged(record, verdict, form, contact, rep_id, changes, (), missing)


def _contact(record: Record, known: Known | None) -> tuple[ContactForm | None, list[Problem]]:
    """The billing contact after the import: the present one with what the row says of it."""
    given = {theirs: record.values[ours] for ours, theirs in _CONTACT.items() if ours in record.values}
    present = known.contact if known else None
    if not given:
        return present, []
    if present and given.get("email", present.email) == present.email:
        form = replace(present, **given)
    elif "email" not in given:
        return None, [Problem("contact_email", "email_without_name")]
    else:
        # Another mail address is another person: nothing of the former contact is taken over.
        form = ContactForm(**{"name": given["email"], **given}, is_billing_contact=True, is_invoice_recipient=True)
    form, problems = contact_form.check(form)
    return form, [replace(problem, field=_AS_CONTACT[problem.field]) for problem in problems]


def _rep(record: Record, known: Known | None, ground: Ground) -> tuple[int | None, list[Problem]]:
    """Whose account it is after the import."""
    present = known.rep_id if known else ground.default_rep
    email = record.values.get("rep_email")
    if email is None:
        return present, []
    if not ground.may_assign:
        # A list that names its owner is no fault where that is the rep who imports it.
        is_own = email == ground.actor_email or ground.reps.get(email) == present
        return present, [] if is_own else [Problem("rep_email", "rep_not_yours_to_choose", {"value": email[:60]})]
    if email not in ground.reps:
        return present, [Problem("rep_email", "unknown_rep", {"value": email[:60]})]
    return ground.reps[email], []


def _changes(
    known: Known, form: AccountForm, contact: ContactForm | None, rep_id: int | None, ground: Ground
) -> tuple[Change, ...]:
    pairs = ((name, getattr(known.form, name), getattr(form, name)) for name in account_form.FIELDS)
    changes = [Change(name, old, new) for name, old, new in pairs if old != new]
    for ours, theirs in _CONTACT.items():
        before, after = (getattr(person, theirs) if person else "" for person in (known.contact, contact))
        if before != after:
            changes.append(Change(ours, before, after))
    if rep_id != known.rep_id:
        emails = {user: email for email, user in ground.reps.items()}
        changes.append(Change("rep_email", emails.get(known.rep_id or 0, ""), emails.get(rep_id or 0, "")))
    return tuple(changes)


def _missing(
    form: AccountForm, contact: ContactForm | None, rep_id: int | None, known: Known | None, ground: Ground
) -> tuple[str, ...]:
    return readiness.missing(
        readiness.ReadinessFacts(
            form,
            has_rep_or_team=rep_id is not None or bool(known and known.has_team),
            has_billing_contact=contact is not None,
            seller_missing=ground.lacks.get((form.seller or "", form.currency), ()),
        )
    )


def _once(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """One problem a field, the first: a country that is not known is not also missing."""
    return tuple({problem.field: problem for problem in reversed(problems)}.values())[::-1]
