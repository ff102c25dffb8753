"""All four timings of a change side by side: the figures an order of it books, and what follows from them."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update

from data import database
from data.models import AccountCredit, Document, Movement, Subscription
from data.money import Money
from data.period import Interval
from services.commands.orders import place_order
from services.commands.seats import assign_seats
from services.errors import NotAllowed, NotFound
from services.permissions import Actor
from services.queries.changes import ChangePreview, change_form, preview_change
from services.rules.change_items import CancellationPending, ChangeWish
from services.rules.change_outlook import DefaultReason, Outlook, Warn
from services.rules.changes import CommonDateMissing, Timing
from tests.builders import TODAY, make_purchase_order, write
from tests.changing import NEW_YEAR, change, owned
from tests.ordering import PRO, order, request

WISHES = (
    ChangeWish(seats=15),
    ChangeWish(seats=6),
    ChangeWish(plan="support-enterprise"),
    ChangeWish(plan="support-business", seats=3, interval=Interval.MONTH),
)


def option(preview: ChangePreview, timing: Timing) -> Outlook:
    found = preview.options[timing]
    assert isinstance(found, Outlook), found
    return found


def euro(text: str) -> Money:
    return Money.of(text, "EUR")


def test_the_figures_of_five_more_seats(db: object, rep: Actor) -> None:
    """Annual, 10 seats from 2026-01-01, +5 on 2026-04-11, 21 % VAT (billing rules §5)."""
    account, subscription = owned(rep, co_term_on="06-30")
    preview = preview_change(rep, account, subscription, ChangeWish(seats=15), today=TODAY)
    found = {timing: option(preview, timing) for timing in Timing}
    assert {timing: str(one.net.major) for timing, one in found.items()} == {
        Timing.RESET: "1114.52",
        Timing.KEEP: "522.74",
        Timing.RENEWAL: "0.00",
        Timing.CO_TERM: "-572.06",  # 473.42 − 1045.48
    }
    assert {timing: one.quoted.period.end for timing, one in found.items()} == {
        Timing.RESET: date(2027, 4, 11),
        Timing.KEEP: date(2027, 1, 1),
        Timing.RENEWAL: date(2027, 1, 1),
        Timing.CO_TERM: date(2026, 6, 30),
    }
    # the full year of 15 seats, 2160.00 and VAT, at the renewal; none of it within 12 months of a reset
    keep, reset = found[Timing.KEEP], found[Timing.RESET]
    assert [(one.on, one.total) for one in keep.renewals] == [(date(2027, 1, 1), euro("2613.60"))]
    assert (reset.renewals, reset.cash) == ((), reset.total)
    assert reset.next_invoice and (reset.next_invoice.on, reset.next_invoice.total) == (
        date(2027, 4, 11),
        euro("2613.60"),
    )
    assert keep.cash == keep.total + euro("2613.60")
    assert [one.mrr_change for one in found.values()] == [euro("60.00")] * 4
    assert (preview.default, preview.default_reason) == (Timing.RESET, DefaultReason.SOMETHING_RISES)


def test_fewer_seats_that_cost_money_today_are_warned_of(db: object, rep: Actor) -> None:
    """10 → 6 on 2026-07-01: 138.08 is due though seats fall; on 2026-03-01 a balance of 343.23 is left."""
    account, subscription = owned(rep)
    july = preview_change(rep, account, subscription, ChangeWish(seats=6), today=date(2026, 7, 1))
    assert option(july, Timing.RESET).net == euro("138.08")
    assert option(july, Timing.RESET).warnings == (Warn.COSTS_THOUGH_LESS,)
    assert option(july, Timing.KEEP).warnings == ()
    assert (july.default, july.default_reason) == (Timing.RENEWAL, DefaultReason.ONLY_FALLS)
    write(lambda session: session.execute(update(Document).values(open_minor=0)))  # the first invoice is paid
    march = option(
        preview_change(rep, account, subscription, ChangeWish(seats=6), today=date(2026, 3, 1)), Timing.RESET
    )
    assert (march.net, march.paid.credit) == (euro("-343.23"), euro("1460.75"))  # 1207.23 and VAT
    assert (march.paid.to_pay, march.paid.balance) == (euro("0.00"), euro("415.31"))  # 1460.75 − 1045.44


@pytest.mark.parametrize("timing", list(Timing))
@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("is_paid", [False, True])
def test_what_is_shown_is_what_is_booked(
    db: object, rep: Actor, wish: ChangeWish, timing: Timing, is_paid: bool
) -> None:
    """Total, what is to pay, the balance after it and the movement are those that placing the order leaves."""
    account, subscription = owned(rep, co_term_on="06-30")
    if is_paid:
        write(lambda session: session.execute(update(Document).values(open_minor=0)))
    shown = option(preview_change(rep, account, subscription, wish, today=TODAY), timing)
    wanted = request(account, shown.quoted.item, key="key-2", accepts_new_period=True)
    placed = place_order(rep, wanted, agreed=shown.total, today=TODAY)
    with database.read_session() as session:
        invoices = select(Document).where(Document.id.in_(placed.document_ids), Document.kind == "invoice")
        invoice = session.scalars(invoices).one_or_none()
        assert shown.paid.to_pay.minor == (invoice.open_minor if invoice else 0)
        assert shown.paid.balance.minor == sum(session.scalars(select(AccountCredit.left_minor)))
        moved = session.scalars(select(Movement.amount_minor).where(Movement.moved_on == TODAY)).all()
        assert sum(moved) == (0 if timing is Timing.RENEWAL else shown.mrr_change.minor)


def test_the_balance_pays_the_new_invoice(db: object, rep: Actor) -> None:
    """A fall on 2026-03-01 leaves 415.31, which pays a part of what five more seats cost on 2026-04-11."""
    account, subscription = owned(rep)
    write(lambda session: session.execute(update(Document).values(open_minor=0)))
    change(rep, account, subscription, date(2026, 3, 1), key="fall", seats=6, timing=Timing.RESET)
    shown = option(preview_change(rep, account, subscription, ChangeWish(seats=11), today=TODAY), Timing.KEEP)
    assert (shown.paid.balance, shown.paid.to_pay) == (euro("0.00"), shown.total - euro("415.31"))
    assert shown.cash == shown.total + shown.renewals[0].total - euro("415.31")
    wanted = request(account, shown.quoted.item, key="rise", accepts_new_period=True)
    placed = place_order(rep, wanted, agreed=shown.total, today=TODAY)
    with database.read_session() as session:
        assert session.get_one(Document, (account, placed.document_ids[0])).open_minor == shown.paid.to_pay.minor
        assert sum(session.scalars(select(AccountCredit.left_minor))) == 0


def test_a_timing_that_is_not_possible_says_why_beside_the_others(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    preview = preview_change(rep, account, subscription, ChangeWish(seats=15), today=TODAY)
    assert isinstance(preview.options[Timing.CO_TERM], CommonDateMissing)
    assert option(preview, Timing.KEEP).quoted.is_default_timing is False


def test_what_waits_for_the_renewal_stands_in_the_next_invoice_and_is_said(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    change(rep, account, subscription, seats=6)
    preview = preview_change(rep, account, subscription, ChangeWish(seats=15), today=TODAY)
    keep = option(preview, Timing.KEEP)
    assert keep.renewals[0].total == euro("1045.44")  # 6 × 144.00 and VAT
    assert keep.warnings == (Warn.STILL_SCHEDULED,)
    people = "\n".join(f"{name}@acme.example" for name in "abcdefgh")
    assign_seats(rep, account, subscription, pasted=people, notify=False, today=TODAY)
    again = ChangeWish(seats=7, replaces_scheduled=True)
    renewal = option(preview_change(rep, account, subscription, again, today=TODAY), Timing.RENEWAL)
    assert renewal.warnings == (Warn.RELEASE_SEATS, Warn.REPLACES_SCHEDULED)


def test_what_does_not_renew_has_no_next_invoice(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    write(lambda session: session.execute(update(Subscription).values(is_auto_renewed=False)))
    keep = option(preview_change(rep, account, subscription, ChangeWish(seats=15), today=TODAY), Timing.KEEP)
    assert (keep.renewals, keep.next_invoice, keep.cash) == ((), None, keep.total)


def test_credits_under_two_purchase_orders_are_settled_each_on_its_own(db: object, rep: Actor) -> None:
    account, subscription = owned(rep)
    po = make_purchase_order(account, "A")
    item = replace(PRO, seats=12)
    more = ChangeWish(seats=item.seats).item(subscription, change_form(rep, account, subscription, today=TODAY).running)
    order(rep, request(account, replace(more, timing=Timing.KEEP), key="k-2", po_id=po), today=NEW_YEAR)
    shown = option(preview_change(rep, account, subscription, ChangeWish(seats=15), today=TODAY), Timing.RESET)
    wanted = request(account, shown.quoted.item, key="key-3", accepts_new_period=True)
    placed = place_order(rep, wanted, agreed=shown.total, today=TODAY)
    with database.read_session() as session:
        papers = session.scalars(select(Document).where(Document.id.in_(placed.document_ids))).all()
        assert sorted(paper.kind for paper in papers) == ["credit_note", "credit_note", "invoice"]
        assert shown.paid.to_pay.minor == next(paper.open_minor for paper in papers if paper.kind == "invoice")


def test_the_form_knows_what_runs_and_what_it_may_become(db: object, rep: Actor, other_rep: Actor) -> None:
    account, subscription = owned(rep)
    form = change_form(rep, account, subscription, today=TODAY)
    assert [plan.plan for plan in form.plans] == ["support-business", "support-pro", "support-enterprise"]
    assert form.plans[0].intervals == (Interval.MONTH, Interval.YEAR)
    assert (form.running.seats, form.plan_name, form.refusal) == (10, "Professional", None)
    with pytest.raises(NotFound):
        change_form(other_rep, account, subscription, today=TODAY)
    with pytest.raises(NotFound):
        preview_change(other_rep, account, subscription, ChangeWish(seats=11), today=TODAY)
    write(lambda session: session.execute(update(Subscription).values(status="pending_cancellation")))
    assert isinstance(change_form(rep, account, subscription, today=TODAY).refusal, CancellationPending)


def test_who_may_not_use_the_cart_sees_no_preview(db: object, rep: Actor, licence_manager: Actor) -> None:
    account, subscription = owned(rep)
    with pytest.raises(NotAllowed):
        preview_change(licence_manager, account, subscription, ChangeWish(seats=11), today=TODAY)
