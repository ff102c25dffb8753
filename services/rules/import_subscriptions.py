"""Subscriptions of another system's book, judged: how each is taken over on the cut-over day, or why it is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from data.money import Money
from data.period import Interval, Period, period_at, period_containing
from services.errors import NoPrice, Problem
from services.rules import pricing
from services.rules.import_book import (
    FIRST_DAY,
    LAST_DAY,
    LONGEST_REFERENCE,
    LONGEST_TRIAL,
    BookGround,
    Known,
    Owner,
    Taken,
    owner_problems,
)
from services.rules.import_prices import AMOUNTS, Agreed, agreed_price, price_for
from services.rules.import_records import Note, Record
from services.rules.import_verdicts import Verdict
from services.rules.lifecycle import Status
from services.rules.order_facts import PlanFacts
from services.rules.pricing import SEAT_LIMIT, Price
from services.rules.text import line_problems
from services.rules.trials import TrialPolicy


@dataclass(frozen=True, slots=True)
class JudgedSubscription:
    """A row with its verdict: how it is taken over, the problems that refuse it, and what was done about it."""

    record: Record
    verdict: Verdict
    taken: Taken | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()


def judge_subscription(
    record: Record,
    owner: Owner | None,
    known: Known | None,
    ground: BookGround,
    *,
    tried: Collection[tuple[int, str]] = (),
) -> JudgedSubscription:
    """The verdict on a row. `known`: what came in under its reference before; `tried`: accounts and products of trials.

    Imported trials are exempt from the limits of trials: a repeated one comes in, and is told.
    """
    if any(problem.field == "row" for problem in record.problems):
        return JudgedSubscription(record, Verdict.REFUSED, problems=record.problems)
    taken, problems, notes = _take_over(record, owner, ground)
    found = _once((*record.problems, *problems))
    if known is not None and taken is not None and not found:
        if known.account_id != taken.account_id:
            found = (Problem("reference", "imported_for_another", {"value": record.reference}),)
        elif differing := sorted(name for name, value in taken.facts.items() if known.facts.get(name) != value):
            found = (Problem("reference", "imported_otherwise", {"value": record.reference, "missing": differing}),)
        else:
            return JudgedSubscription(record, Verdict.UNCHANGED, taken)
    elif taken is not None and not found:
        found = _after_cut_over(taken, ground)
    if found or taken is None:
        return JudgedSubscription(record, Verdict.REFUSED, None, found)
    is_repeated = taken.is_trial and (taken.account_id, taken.plan.product) in tried
    more = (Note("repeated_trial", {"product": taken.plan.product_name}),) if is_repeated else ()
    # what is done with the subscription comes first, how its cells were read last
    return JudgedSubscription(record, Verdict.NEW, taken, (), (*notes, *more, *record.notes))


def _take_over(
    record: Record, owner: Owner | None, ground: BookGround
) -> tuple[Taken | None, list[Problem], tuple[Note, ...]]:
    values, notes = record.values, []
    problems = _problems(record, owner, ground)
    plan, is_named = _plan(values, ground)
    if plan is None or problems or record.problems or owner is None:
        return None, problems, ()
    if is_named:
        notes.append(Note("read_as", {"field": "plan", "text": values["plan"], "value": plan.plan}))
    is_trial = bool(values.get("is_trial", False))
    interval = values.get("interval", Interval.MONTH)
    try:
        price = price_for(
            ground.prices, plan=plan.plan, currency=owner.currency, interval=interval, day=ground.cut_over_on
        )
    except NoPrice as refusal:
        return None, [Problem("plan", "no_price_to_renew", dict(refusal.values) | {"interval": interval})], ()
    agreed, faults = _agreed(price, values, is_trial=is_trial)
    if agreed is None:
        return None, list(faults), ()
    taken, told = _placed(record, owner, plan, agreed, ground)
    return taken, [], (*told, *_told_of_price(agreed, values, is_trial=is_trial), *notes)


def _placed(
    record: Record, owner: Owner, plan: PlanFacts, agreed: Agreed, ground: BookGround
) -> tuple[Taken, list[Note]]:
    """The subscription in its place on the cut-over day: over, running, a trial, or still to come."""
    values, cut_over = record.values, ground.cut_over_on
    is_trial, seats = bool(values.get("is_trial", False)), int(values["seats"])
    starts_on, given_end = values["starts_on"], values.get("ends_on")
    ends_on, notes = given_end, []
    if is_trial and given_end is None:
        days = int(values.get("trial_days", (plan.trial or TrialPolicy()).days))
        ends_on = starts_on + timedelta(days=days)
        notes.append(Note("trial_without_end", {"days": days, "ends_on": ends_on}))
    is_renewed = bool(values.get("is_auto_renewed", True))
    counts = not is_trial and ends_on != starts_on
    full = pricing.yearly_amount(agreed.price, seats=seats, discount=agreed.discount)
    taken = Taken(
        account_id=owner.account_id,
        reference=record.reference,
        plan=plan,
        price=agreed.price,
        discount=agreed.discount,
        seats=seats,
        starts_on=starts_on,
        ends_on=ends_on,
        period=period_at(starts_on, agreed.price.interval, 0),
        status=Status.ACTIVE,
        sequence=1,
        is_trial=is_trial,
        is_auto_renewed=is_renewed,
        yearly=full if counts else Money.zero(owner.currency),
        facts={
            "plan": plan.plan,
            "seats": seats,
            "interval": agreed.price.interval.value,
            "starts_on": starts_on.isoformat(),
            "ends_on": given_end.isoformat() if given_end else "",
            "is_trial": is_trial,
            "amount": full.minor if counts and any(name in values for name in AMOUNTS) else 0,
            "is_auto_renewed": is_renewed,
        },
    )
    if ends_on == starts_on:
        status = Status.EXPIRED if is_trial else Status.CANCELLED
        return replace(taken, status=status, sequence=0), [*notes, Note("no_days", {"day": starts_on})]
    if is_trial:
        return _trial(taken, cut_over, notes)
    if ends_on is not None and ends_on <= cut_over:
        period = period_containing(starts_on, taken.price.interval, ends_on - timedelta(days=1))
        status = Status.CANCELLED if is_renewed else Status.EXPIRED
        cut = Period(period.start, min(period.end, ends_on))
        return replace(taken, status=status, period=cut), [*notes, Note("ended", {"day": ends_on})]
    if starts_on > cut_over:
        notes.append(Note("starts_later", {"day": starts_on}))
        return replace(taken, status=Status.SCHEDULED, sequence=0), notes
    period = period_containing(starts_on, taken.price.interval, cut_over)
    if ends_on is not None:
        cut = Period(period.start, min(period.end, ends_on))
        return replace(taken, status=Status.PENDING_CANCELLATION, period=cut), [*notes, Note("ends", {"day": ends_on})]
    told = "renews" if is_renewed else "not_renewed"
    return replace(taken, period=period), [*notes, Note(told, {"day": period.end})]


def _trial(taken: Taken, cut_over: date, notes: list[Note]) -> tuple[Taken, list[Note]]:
    assert taken.ends_on is not None
    is_over = taken.ends_on <= cut_over
    period = Period(taken.starts_on, taken.ends_on)
    status = Status.EXPIRED if is_over else Status.TRIALING
    told = Note("trial_over" if is_over else "trial_runs", {"day": taken.ends_on})
    return replace(taken, period=period, status=status, sequence=0), [*notes, told]


def _after_cut_over(taken: Taken, ground: BookGround) -> tuple[Problem, ...]:
    """What cannot be taken over because of what lies after the cut-over day."""
    if taken.is_over or taken.ends_on is None:
        return ()
    if taken.is_trial:
        if taken.starts_on > ground.today:
            return (Problem("starts_on", "trial_starts_later", {"day": taken.starts_on}),)
        return ()
    if taken.status is Status.SCHEDULED or taken.ends_on > taken.period.end:
        return (Problem("ends_on", "ends_after_period", {"day": taken.ends_on, "renews_on": taken.period.end}),)
    return ()


def _problems(record: Record, owner: Owner | None, ground: BookGround) -> list[Problem]:
    values = record.values
    refused = {problem.field for problem in record.problems}
    found = [
        Problem(name, "required")
        for name in ("reference", "code", "plan", "seats", "starts_on")
        if name not in values and name not in refused
    ]
    if not values.get("is_trial") and "interval" not in values and "interval" not in refused:
        found.append(Problem("interval", "required"))
    found += line_problems("reference", record.reference, limit=LONGEST_REFERENCE) if record.reference else []
    found += owner_problems(record, owner)
    if "plan" in values and _plan(values, ground)[0] is None:
        found.append(Problem("plan", "value_unknown", {"value": str(values["plan"])[:60]}))
    for name, most in (("seats", SEAT_LIMIT), ("trial_days", LONGEST_TRIAL)):
        if name in values and not 1 <= values[name] <= most:
            told = {"minimum": 1, "limit": most}
            found.append(Problem(name, "too_small" if values[name] < 1 else "too_large", told))
    days = [name for name in ("starts_on", "ends_on") if name in values]
    found += [Problem(name, "day_out_of_range") for name in days if not FIRST_DAY <= values[name] <= LAST_DAY]
    if len(days) == 2 and values["ends_on"] < values["starts_on"]:
        found.append(Problem("ends_on", "before_the_start", {"day": values["starts_on"]}))
    return found


def _plan(values: Mapping[str, Any], ground: BookGround) -> tuple[PlanFacts | None, bool]:
    """The plan that a row names by its code or, as the second says, by a name that is one plan's alone."""
    text = str(values.get("plan", ""))
    if text in ground.plans:
        return ground.plans[text], False
    code = ground.plan_names.get(text.casefold())
    return (ground.plans[code], True) if code else (None, False)


def _agreed(price: Price, values: Mapping[str, Any], *, is_trial: bool) -> tuple[Agreed | None, tuple[Problem, ...]]:
    if is_trial:
        return Agreed(price, None), ()
    return agreed_price(price, int(values["seats"]), values)


def _told_of_price(agreed: Agreed, values: Mapping[str, Any], *, is_trial: bool) -> list[Note]:
    seats, minimum = int(values["seats"]), agreed.price.minimum_seats
    notes = []
    if is_trial:
        if any(str(values.get(name, "0")).strip("0.,") for name in AMOUNTS):
            notes.append(Note("trial_amount"))
        return notes
    if agreed.discount is not None:
        listed = pricing.amount(agreed.price, seats=seats)
        paid = pricing.amount(agreed.price, seats=seats, discount=agreed.discount)
        notes.append(Note("negotiated", {"amount": paid, "listed": listed, "interval": agreed.price.interval}))
    elif not any(name in values for name in AMOUNTS):
        notes.append(Note("list_price"))
    if seats < minimum:
        notes.append(Note("below_minimum", {"seats": seats, "minimum": minimum}))
    return notes


def _once(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """One problem a field, the first: a day that cannot be read is not also missing."""
    return tuple({problem.field: problem for problem in reversed(problems)}.values())[::-1]
