"""A bulk change row by row: what would become of each, the work account by account, and what became of it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import errors
from dashboard.components.columns import Column, Kind
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _, words
from data.money import Money
from services.commands.changes import schedule_new_price, send_renewal_notice
from services.commands.orders import place_order
from services.errors import Refusal
from services.permissions import Actor
from services.rules.bulk_changes import BulkKind, BulkPlan, BulkRow, Verdict
from services.rules.order_request import OrderRequest
from services.words.bulk import VERDICTS
from services.words.changes import timing_words
from services.words.texts import sentence

MOST_REASONS = 4


@dataclass(frozen=True, slots=True)
class Result:
    """A row after the work: refused with its reason, or done; `note`: the order's number, or done before."""

    row: BulkRow
    note: str = ""


def draw_plan(plan: BulkPlan) -> None:
    """The counts and the table of verdicts."""
    ready = plan.of(Verdict.READY)
    key_figures(
        [
            Figure(_("Ready"), words().number(len(ready)), _("Rows that would be changed.")),
            Figure(_("Done already"), words().number(len(plan.of(Verdict.DONE))), _("The same was done before.")),
            Figure(_("Not possible"), words().number(len(plan.of(Verdict.REFUSED))), _("Each row says why.")),
            Figure(_("Due today, net"), _sum(ready, lambda row: row.due), _("Charges less credits, before tax.")),
            Figure(_("MRR change"), _sum(ready, lambda row: row.mrr_change), _("From the day each takes effect.")),
        ]
    )
    _draw_reasons(plan)
    _draw(plan.rows, [""] * len(plan.rows), key="bulk_plan", has_seats=plan.wish.kind is BulkKind.SEATS)


def _draw_reasons(plan: BulkPlan) -> None:
    """Why rows are not possible, the most frequent reasons first: most have the same one."""
    reasons = Counter(sentence(row.refusal, words()) for row in plan.of(Verdict.REFUSED) if row.refusal)
    for told, number in reasons.most_common(MOST_REASONS):
        st.caption(f":material/block: **{words().number(number)}** · {plain(told)}")


def draw_results(results: Sequence[Result], *, has_seats: bool) -> None:
    """What became of each row."""
    done = [result.row for result in results if result.row.verdict is Verdict.DONE]
    key_figures(
        [
            Figure(_("Done"), words().number(len(done)), _("Rows that are changed now.")),
            Figure(_("Not possible"), words().number(len(results) - len(done)), _("Each row says why.")),
        ]
    )
    _draw([one.row for one in results], [one.note for one in results], key="bulk_results", has_seats=has_seats)


def all_results(plan: BulkPlan, done: Sequence[Result]) -> list[Result]:
    """What became of every row, in the plan's order; those that were not tried stay as they were judged."""
    known = {result.row.subscription_id: result for result in done}
    return [known.get(row.subscription_id, Result(row)) for row in plan.rows]


def apply(actor: Actor, plan: BulkPlan, today: date) -> Iterator[tuple[Result, ...]]:
    """Do it, account by account, each in a transaction of its own; what fails is told and the others go on."""
    if plan.wish.kind is BulkKind.SEATS:
        for request, agreed in plan.orders:
            ids = {item.subscription_id for item in request.items}
            rows = [row for row in plan.rows if row.subscription_id in ids]
            yield _tried(rows, partial(_order, actor, request, agreed, today))
        return
    work = schedule_new_price if plan.wish.kind is BulkKind.NEW_PRICE else send_renewal_notice
    for row in plan.of(Verdict.READY):
        yield _tried([row], partial(_once, work, actor, row, today))


def _order(actor: Actor, request: OrderRequest, agreed: Money, today: date) -> str:
    return place_order(actor, request, agreed=agreed, today=today).number


def _once(work: Callable[..., bool], actor: Actor, row: BulkRow, today: date) -> str:
    return "" if work(actor, row.account_id, row.subscription_id, today=today) else _("done before")


def _tried(rows: Sequence[BulkRow], work: Callable[[], str]) -> tuple[Result, ...]:
    try:
        note = work()
    except Refusal as refusal:
        return tuple(Result(replace(row, refusal=refusal)) for row in rows)
    except Exception as fault:
        told = _("Something went wrong, incident {number}.", number=errors.incident(fault))
        return tuple(Result(replace(row, refusal=Refusal()), told) for row in rows)
    return tuple(Result(replace(row, is_done=True), note) for row in rows)


def _draw(rows: Sequence[BulkRow], notes: Sequence[str], *, key: str, has_seats: bool) -> None:
    frame = pd.DataFrame(
        [
            {
                "account_id": row.account_id,
                "subscription_id": row.subscription_id,
                "account": row.account,
                "product": f"{row.product} – {row.plan}",
                "seats": _seats(row),
                "timing": timing_words(row.timing, words()) if row.timing else "",
                "renews_on": row.renews_on,
                "verdict": row.verdict.value,
                "due": row.due.minor,
                "mrr": row.mrr_change.minor,
                "currency": row.due.currency,
                "why": note or (sentence(row.refusal, words()) if row.refusal else ""),
            }
            for row, note in zip(rows, notes, strict=True)
        ]
    ).astype(object)
    columns = [
        Column("account", _("Account")),
        Column("product", _("Product")),
        Column("seats", _("Seats")),
        Column("verdict", _("Verdict"), Kind.STATUS, names={v.value: _(VERDICTS[v]) for v in Verdict}),
        Column("due", _("Due today, net"), Kind.MONEY),
        Column("mrr", _("MRR change"), Kind.MONEY),
        Column("why", _("Note")),
        Column("renews_on", _("Renewal"), Kind.DAY),
    ]
    if has_seats:
        columns.append(Column("timing", _("Timing")))
    table(
        frame,
        columns,
        key=key,
        name=_("Rows"),
        empty=_("Nothing is selected."),
        detail=Detail("sales/subscription", {"account": "account_id", "subscription": "subscription_id"}),
        download="bulk",
    )


def _seats(row: BulkRow) -> str:
    now = words().number(row.seats_before)
    return now if row.seats_after == row.seats_before else f"{now} → {words().number(row.seats_after)}"


def _sum(rows: Sequence[BulkRow], of: Callable[[BulkRow], Money]) -> str:
    """One sum a currency: there is none across them."""
    sums: dict[str, Money] = {}
    for row in rows:
        amount = of(row)
        sums[amount.currency] = sums.get(amount.currency, Money.zero(amount.currency)) + amount
    return " + ".join(words().money(amount) for _currency, amount in sorted(sums.items())) or "–"
