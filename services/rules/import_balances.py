"""Opening items of another system's book, judged: invoices left to pay, and credit left to use, on the cut-over day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from data.money import Money
from services.errors import Problem
from services.rules.amounts import parse_amount
from services.rules.import_book import FIRST_DAY, LAST_DAY, BookGround, Owner, owner_problems
from services.rules.import_records import Note, Record
from services.rules.import_verdicts import Verdict
from services.rules.text import line_problems

LONGEST_NUMBER = 30
LARGEST = 10**15  # minor units: beyond that it is a slip


@dataclass(frozen=True, slots=True)
class OpeningItem:
    """What was open under a number: owed (positive) by a due day, or the customer's credit (negative).

    `issued_on`: the other system's day, where the file has one.
    """

    account_id: int
    number: str
    amount: Money
    due_on: date
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class JudgedBalance:
    """A row with its verdict: the item that is opened, the problems that refuse it, and what was done about it."""

    record: Record
    verdict: Verdict
    taken: OpeningItem | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()


def judge_balance(
    record: Record, owner: Owner | None, opened: Mapping[str, Money], ground: BookGround
) -> JudgedBalance:
    """The verdict on a row. `opened`: the account's items that were opened before, by number."""
    if any(problem.field == "row" for problem in record.problems):
        return JudgedBalance(record, Verdict.REFUSED, problems=record.problems)
    amount, problems = _amount(record, owner)
    problems = [*record.problems, *_problems(record, owner, ground), *problems]
    found = tuple({problem.field: problem for problem in reversed(problems)}.values())[::-1]
    if found or owner is None or amount is None:
        return JudgedBalance(record, Verdict.REFUSED, None, found)
    cut_over, values = ground.cut_over_on, record.values
    item = OpeningItem(
        owner.account_id, record.reference, amount, values.get("due_on", cut_over), values.get("issued_on")
    )
    known = opened.get(record.reference)
    if known == amount:
        return JudgedBalance(record, Verdict.UNCHANGED, item)
    if known is not None:
        told = {"value": record.reference, "missing": ["amount"]}
        return JudgedBalance(record, Verdict.REFUSED, None, (Problem("reference", "opened_otherwise", told),))
    notes = []
    if amount.minor < 0:
        notes.append(Note("credit_opened", {"amount": -amount}))
    else:
        notes.append(Note("debt_opened", {"amount": amount, "day": item.due_on}))
        if "due_on" not in values:
            notes.append(Note("due_at_cut_over"))
    return JudgedBalance(record, Verdict.NEW, item, (), (*notes, *record.notes))


def _amount(record: Record, owner: Owner | None) -> tuple[Money | None, list[Problem]]:
    if "amount" not in record.values or owner is None or not owner.currency:
        return None, []
    text = str(record.values["amount"])
    try:
        amount = parse_amount(text, owner.currency)
    except ValueError:
        return None, [Problem("amount", "no_such_amount", {"value": text[:40]})]
    if not amount:
        return None, [Problem("amount", "nothing_open")]
    if abs(amount.minor) > LARGEST:
        return None, [Problem("amount", "no_such_amount", {"value": text[:40]})]
    return amount, []


def _problems(record: Record, owner: Owner | None, ground: BookGround) -> list[Problem]:
    values, refused = record.values, {problem.field for problem in record.problems}
    wanted = ("code", "reference", "amount")
    found = [Problem(name, "required") for name in wanted if name not in values and name not in refused]
    found += line_problems("reference", record.reference, limit=LONGEST_NUMBER) if record.reference else []
    found += owner_problems(record, owner)
    if owner is not None and owner.currency and not owner.has_seller:
        found.append(Problem("code", "account_without_seller", {"value": record.code[:60]}))
    days = [name for name in ("issued_on", "due_on") if name in values]
    found += [Problem(name, "day_out_of_range") for name in days if not FIRST_DAY <= values[name] <= LAST_DAY]
    if "issued_on" in values and values["issued_on"] > ground.cut_over_on:
        found.append(Problem("issued_on", "after_cut_over", {"day": ground.cut_over_on}))
    return found
