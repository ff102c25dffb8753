"""The invoices of a large book: as the journal issues them, but numbered account by account, and not taxed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import select

from data.models import Seller
from data.period import Period
from services import access
from services.bulk import Rows
from services.documents.facts import BuyerFacts, DocumentKind
from services.documents.frozen import Parties, freeze_parties, seller_text
from services.facts import catalog, seller_facts
from services.journal import BilledItem, Issue, add_billed_period
from services.journal.documents import keep_documents
from services.journal.series import Series
from services.rules import pricing
from services.rules.bills import charge_bill
from services.rules.proration import charge
from services.rules.tax import TaxDecision, Treatment
from services.scale_payments import TERMS, Settled

_UNTAXED = TaxDecision(Treatment.OUT_OF_SCOPE, "", Decimal(0), "not_calculated", "not_calculated")


@dataclass(frozen=True, slots=True)
class Billed:
    """A billed period of a subscription."""

    subscription_id: int
    sequence: int
    price: pricing.Price
    seats: int
    period: Period


class Papers:
    """Invoices one after the other, with their series."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._series: dict[tuple[str, int], Series] = {}
        with access.maintaining() as session:
            sellers = session.scalars(select(Seller)).all()
            self._names = {plan.code: (product.name, plan.name) for product, plan in catalog(session)}
            self._prefixes = {row.code: row.invoice_prefix for row in sellers}
            self._sellers = {row.code: seller_text(seller_facts(session, row, row.currency)) for row in sellers}

    def parties(self, bulk: Rows, facts: Mapping[str, Any]) -> Parties:
        """The snapshot that all invoices of an account name."""
        buyer = BuyerFacts(facts["legal_name"], facts["address"], code=facts["code"])
        parties = freeze_parties(self._sellers[facts["seller"]], buyer)
        bulk.add("party_snapshots", {"account_id": facts["account_id"], "id": parties.id, "content": parties.content})
        return parties

    def invoice(
        self,
        bulk: Rows,
        facts: Mapping[str, Any],
        parties: Parties,
        day: date,
        billed: Sequence[Billed],
        paid_on: date | None,
    ) -> Settled | None:
        """One invoice of a day with all that follows from it, and its billed periods; returns it where it was paid."""
        due = [(place, charge(one.price, seats=one.seats, period=one.period)) for place, one in enumerate(billed)]
        bill = charge_bill(due, lambda _day: _UNTAXED, facts["currency"])
        key = (self._prefixes[facts["seller"]], day.year)
        series = self._series.setdefault(key, Series(*key, last_number=0, last_hash="", last_issued_on=None))
        last_day = series.last_issued_on
        series.last_issued_on = None  # the next account begins again
        issue = Issue(
            account_id=facts["account_id"],
            seller=facts["seller"],
            series=key[0],
            kind=DocumentKind.INVOICE,
            language="en",
            bill=bill,
            items={
                place: BilledItem(one.subscription_id, one.sequence, one.price.plan, *self._names[one.price.plan])
                for place, one in enumerate(billed)
            },
            parties=parties,
            natural_key=f"scale {day}",
            issued_on=day,
            due_on=day + timedelta(days=TERMS),
            paid_minor=bill.total.minor if paid_on else 0,
            dimensions=facts["dimensions"],
        )
        (issued,) = keep_documents(bulk, [issue], self._series)
        series.last_issued_on = max(day, last_day or day)
        for one in billed:
            add_billed_period(bulk, issue.account_id, one.subscription_id, one.sequence, one.period, issued.document_id)
        if paid_on is None:
            return None
        plans: Counter[str] = Counter()
        for line in bill.lines:
            plans[issue.items[line.key].plan] += line.due.amount.minor + line.tax.minor
        return Settled(issued.document_id, issued.total.minor, paid_on, tuple(sorted(plans.items())))

    def series(self) -> Iterator[dict[str, Any]]:
        """The rows of the number series after all that was issued."""
        for (name, year), one in sorted(self._series.items()):
            last = {"last_number": one.last_number, "last_hash": one.last_hash, "last_issued_on": one.last_issued_on}
            yield {"series": name, "year": year} | last


@cache
def amount_of(price: pricing.Price, seats: int) -> int:
    """Minor units of a full interval."""
    return pricing.amount(price, seats=seats).minor
