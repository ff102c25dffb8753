"""One account's night, worked out: what becomes of its subscriptions, what is invoiced or held, what is told."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from data.models import Subscription
from data.money import Money
from services import facts
from services.documents.facts import DocumentKind, Settlement
from services.documents.frozen import Details, freeze_parties
from services.errors import (
    NotReadyToOrder,
    PurchaseOrderCapExceeded,
    PurchaseOrderExpired,
    SellerIncomplete,
)
from services.journal.issues import BilledItem, Issue
from services.night.books import Book
from services.night.due import Span
from services.night.shelf import Issuer, Shelf
from services.rules import payment_terms, tax
from services.rules.allocation import BalancePart, BalanceUse, use_balance
from services.rules.bills import charge_bill
from services.rules.guards import MOST_LINES, Guarded, guard_of
from services.rules.nights import Offers, Step, StepKind, steps
from services.rules.proration import DueLine


class Charge(NamedTuple):
    """A step that is charged, with the subscription it belongs to."""

    subscription: Subscription
    step: Step


@dataclass(slots=True)
class Paper:
    """A document of the night before its number. `guard`: the code of what holds it, if anything does."""

    issue: Issue
    charges: list[Charge]
    guard: str = ""
    uses: tuple[BalanceUse, ...] = ()


@dataclass(slots=True)
class AccountWork:
    """All that a night does for one account, before anything is written."""

    book: Book
    steps: list[tuple[Subscription, list[Step]]] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)

    def report(self) -> dict[str, int]:
        """Count by what is done, as the night reports it; amounts by `invoiced_<currency>` in minor units."""
        done: defaultdict[str, int] = defaultdict(int)
        for _, mine in self.steps:
            for step in mine:
                done[step.kind.value] += 1
                if step.left is not None:
                    done["waiting"] += 1
        for paper in self.papers:
            total = paper.issue.bill.total
            done["held" if paper.guard else "invoices"] += 1
            if not paper.guard:
                done[f"invoiced_{total.currency}"] += total.minor
        return done


def work_out_night(book: Book, shelf: Shelf, span: Span) -> AccountWork:
    """The night of one account. Raises a `Refusal` for what parks it: nothing of the account is then written."""
    work = AccountWork(book)
    if not book.due:
        return work
    offers = _offers(book, shelf)
    charged: dict[tuple[date, int], list[Charge]] = defaultdict(list)
    for row, standing in book.due:
        done = list(steps(standing, offers, span.day))
        if not done:
            continue
        work.steps.append((row, done))
        for step in done:
            if step.line is not None:
                charged[step.day, row.po_id or 0].append(Charge(row, step))
    if charged:
        issuer = issuer_of(book, shelf)
        for (_, po_id), charges in sorted(charged.items()):
            paper = _paper(book, shelf, issuer, span.day, po_id or None, charges)
            if paper is not None:
                work.papers.append(paper)
        _guard(work.papers, span.day)
        _check_purchase_orders(book, work.papers, span.day)
        pay_from_balance(book, work.papers)
    return work


def _offers(book: Book, shelf: Shelf) -> Offers:
    currency = book.account.currency
    return Offers(currency, shelf.prices_in(currency), book.standing)


def issuer_of(book: Book, shelf: Shelf) -> Issuer:
    """The account's selling entity, complete for its currency. Raises NotReadyToOrder, SellerIncomplete."""
    issuer = shelf.issuer(book.account.seller, book.account.currency)
    if issuer is None:
        raise NotReadyToOrder(missing=("seller",))
    if issuer.lacks:
        raise SellerIncomplete(seller=issuer.legal_name, missing=issuer.lacks)
    return issuer


def _paper(
    book: Book, shelf: Shelf, issuer: Issuer, day: date, po_id: int | None, charges: list[Charge]
) -> Paper | None:
    """The invoice of one boundary day and purchase order; None where all of it comes to 0.00."""
    lines = [(_item(shelf, one), one.step.line) for one in charges if one.step.line is not None]
    issue = issue_of(book, shelf, issuer, lines, po_id, day)
    return Paper(issue, charges) if issue.bill.is_issued else None


def issue_of(
    book: Book,
    shelf: Shelf,
    issuer: Issuer,
    lines: Sequence[tuple[BilledItem, DueLine]],
    po_id: int | None,
    day: date,
) -> Issue:
    """The invoice of these lines, dated and due from the day, each line taxed by the first day of its period."""
    account, contact = book.account, book.billing_contact
    bill = charge_bill(
        [(place, line) for place, (_, line) in enumerate(lines)],
        lambda on: tax.decide(facts.tax_facts(account, issuer.country, on), shelf.rates),
        account.currency,
    )
    po = book.purchase_orders.get(po_id) if po_id else None
    first = lines[0][0]
    return Issue(
        account_id=account.id,
        seller=issuer.code,
        series=issuer.series,
        kind=DocumentKind.INVOICE,
        language=account.language,
        bill=bill,
        items={place: item for place, (item, _) in enumerate(lines)},
        parties=freeze_parties(issuer.text, facts.buyer_facts(account, contact.name if contact else "")),
        natural_key=f"period {first.subscription_id} {first.sequence}",  # a period is billed once: so is this
        issued_on=day,
        due_on=payment_terms.due_on(day, facts.terms_of(account)),
        details=Details(
            payment=facts.payment_facts(account, account.payment_means),
            po_number=po.number if po else "",
            exchange=shelf.exchange(account.currency, issuer.currency, day),
        ),
        po_id=po_id,
        dimensions=facts.dimensions_of(account),
    )


def _item(shelf: Shelf, charge: Charge) -> BilledItem:
    after = charge.step.after
    names = shelf.plans[after.price.plan]
    return BilledItem(after.subscription_id, after.sequence, after.price.plan, names.product_name, names.plan_name)


def _guard(papers: list[Paper], day: date) -> None:
    """Hold what a guard stops. A plain renewal comes to what it came to before."""
    plain = all(charge.step.kind is StepKind.RENEWED for paper in papers for charge in paper.charges)
    if plain and len(papers) <= MOST_LINES:
        return
    often = Counter(charge.subscription.id for paper in papers for charge in paper.charges)
    for paper in papers:
        changed = [one.step for one in paper.charges if one.step.kind is not StepKind.RENEWED]
        known = [step for step in changed if step.before.yearly]
        currency = paper.issue.bill.total.currency
        looked_at = Guarded(
            ends_on=max(charge.step.after.period.end for charge in paper.charges),
            most_lines=max(often[charge.subscription.id] for charge in paper.charges),
            yearly_before=Money.total((step.before.yearly for step in known), currency),
            yearly_after=Money.total((step.after.yearly for step in known), currency),
        )
        paper.guard = guard_of(looked_at, day)


def _check_purchase_orders(book: Book, papers: Iterable[Paper], day: date) -> None:
    """A document beyond its purchase order's last day or cap parks the account. Raises the refusal."""
    used = dict(book.po_used)
    for paper in papers:
        po = book.purchase_orders.get(paper.issue.po_id) if paper.issue.po_id else None
        if po is None or paper.guard:
            continue
        if po.expires_on is not None and po.expires_on < day:
            raise PurchaseOrderExpired(field="po_id", number=po.number, expired_on=po.expires_on)
        total = paper.issue.bill.total
        if po.cap_minor is not None:
            left = Money(po.cap_minor - used.get(po.id, 0), total.currency)
            if total > left:
                raise PurchaseOrderCapExceeded(field="po_id", number=po.number, left=left, total=total)
        used[po.id] = used.get(po.id, 0) + total.minor


def pay_from_balance(book: Book, papers: Iterable[Paper]) -> None:
    """Use the account's balance, oldest first, on the night's invoices in their order (billing rules §5)."""
    currency = book.account.currency
    parts = [
        BalancePart(row.source, row.source_id, row.since_on, Money(row.left_minor, row.currency))
        for row in book.credits
        if row.currency == currency
    ]
    for paper in papers:
        if paper.guard or not parts:
            continue
        paper.uses = use_balance(paper.issue.bill.total, parts)
        used = {use.source_id: use.amount for use in paper.uses}
        parts = [replace(part, left=part.left - used.get(part.source_id, Money.zero(currency))) for part in parts]
        if paper.uses:
            settled = (Settlement("", Money.total(used.values(), currency)),)
            paper.issue = paper.issue._replace(details=paper.issue.details._replace(settled=settled))
