"""Documents that a guard holds: kept as drafts without a number, and issued when finance releases them."""

import json
from datetime import date
from typing import Any

from data.identity import derive_id
from data.models import HeldDocument
from data.money import Money
from data.period import Period
from services.bulk import Rows
from services.journal.issues import BilledItem
from services.night.books import Book
from services.night.work import Paper
from services.rules.derivations import Derivation
from services.rules.proration import DueLine, LineKind


def hold(rows: Rows, book: Book, paper: Paper, day: date) -> None:
    """Keep a document of the night as held; its periods count as billed."""
    bill, first = paper.issue.bill, paper.issue.items[0]
    rows.keep(
        HeldDocument(
            account_id=book.account.id,
            id=derive_id(day, "held", first.subscription_id, first.sequence),
            held_on=day,
            guard=paper.guard,
            details={},
            currency=bill.total.currency,
            po_id=paper.issue.po_id,
            subtotal_minor=bill.subtotal.minor,
            tax_minor=bill.tax.minor,
            total_minor=bill.total.minor,
            lines=json.dumps([_line(paper, line.key, line.due) for line in bill.lines]),
        )
    )


def _line(paper: Paper, key: int, due: DueLine) -> dict[str, Any]:
    item = paper.issue.items[key]
    return {
        "subscription_id": str(item.subscription_id),
        "sequence": item.sequence,
        "plan": item.plan,
        "product_name": item.product_name,
        "plan_name": item.plan_name,
        "period": [due.period.start.isoformat(), due.period.end.isoformat()],
        "seats": due.seats,
        "derivation": due.derivation.to_json(),
    }


def lines_of(held: HeldDocument) -> list[tuple[BilledItem, DueLine]]:
    """The lines of a held document, as they were worked out; their amounts are what the derivations come to."""
    return [_thawed(line) for line in json.loads(held.lines)]


def _thawed(line: dict[str, Any]) -> tuple[BilledItem, DueLine]:
    derivation = Derivation.from_json(line["derivation"])
    amount: Money = derivation.evaluate()
    period = Period(*map(date.fromisoformat, line["period"]))
    item = BilledItem(
        int(line["subscription_id"]), line["sequence"], line["plan"], line["product_name"], line["plan_name"]
    )
    return item, DueLine(LineKind.CHARGE, period, line["seats"], amount, derivation)
