"""What each operation of the vectors is with our rules: given values, the figures to compare."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from data.money import Money, exponent, round_half_away
from services.rules import aging, recurring, vat_numbers
from services.rules.pricing import yearly_amount
from tests.services.rules import vector_changes, vector_dates, vector_money
from tests.services.rules.makers import day
from tests.services.rules.vector_values import (
    Case,
    NotOffered,
    currency_of,
    interval_of,
    money,
    price_of,
    side_price,
    text,
)


def _normalise(given: Case, expect: Case) -> Case:
    price = price_of(given["amount"], interval_of(given["interval"]), currency_of(given))
    yearly = yearly_amount(price, seats=given.get("quantity", 1))
    fine = round_half_away(Fraction(yearly.minor * 10**4, 12 * 10 ** exponent(yearly.currency)))
    return {"mrr": text(recurring.monthly(yearly)), "mrr_4dp": f"{Decimal(fine).scaleb(-4):f}"}


def _yearly(subscription: Case, given: Case) -> Money:
    price = side_price(subscription, given)
    return yearly_amount(price, seats=subscription.get("quantity", 1))


def _normalise_sum(given: Case, expect: Case) -> Case:
    yearly = Money.total((_yearly(one, given) for one in given["subscriptions"]), currency_of(given))
    return {"mrr": text(recurring.monthly(yearly))}


def _series(given: Case, expect: Case) -> Case:
    mrr, active = {}, {}
    for on in given["as_of"]:
        live = [one for one in given["subscriptions"] if one["start"] <= on]
        active[on] = len(live)
        mrr[on] = text(recurring.monthly(Money.total((_yearly(one, given) for one in live), currency_of(given))))
    return {"mrr": mrr, "active": {on: active[on] for on in expect.get("active", {})}}


def _movements(given: Case, expect: Case) -> Case:
    if "periods" not in given:
        raise NotOffered("movements told otherwise than by periods")
    currency = currency_of(given)
    zero = Money.zero(currency)
    levels: dict[str, Money] = {}
    for period in given["periods"]:
        levels[period["start"]] = money(period["mrr"], given) * 12
        if period.get("end"):
            levels.setdefault(period["end"], zero)
    before, had_before, rows = zero, False, []
    for on, level in sorted(levels.items()):
        steps = recurring.movements(
            [recurring.YearlyChange(1, before, level)], account_before=before, had_before=had_before
        )
        before, had_before = level, True
        rows += [
            {
                "month": on[:7],
                "movement": m.kind.value,
                "amount": text(m.monthly),
                "mrr": text(recurring.monthly(level)),
            }
            for m in steps
        ]
    return {"movements": rows}


_BUCKETS = dict(zip(aging.Bucket, ("current", "0-30", "31-60", "61-90", "91-120", "121+"), strict=True))


def _aging(given: Case, expect: Case) -> Case:
    if given["limits"] != [30, 60, 90, 120]:
        raise NotOffered("other limits than 30, 60, 90 and 120 days")
    as_of = day(given["as_of"])
    items = [(day(invoice["due_date"]), Money.of(invoice["open"], "EUR")) for invoice in given["invoices"]]
    sums = aging.buckets(items, as_of=as_of, currency="EUR")
    return {
        "bucket": _BUCKETS[aging.bucket_of(items[0][0], as_of)],
        "days_overdue": aging.days_overdue(items[0][0], as_of),
        "buckets": {_BUCKETS[bucket]: text(value) for bucket, value in sums.items()},
        "total": text(Money.total(sums.values(), "EUR")),
    }


def _validate(given: Case, expect: Case) -> Case:
    found = vat_numbers.check(given["number"], given["country"])
    return {"valid": found.is_valid, "normalised": found.normalised}


OFFERED: Mapping[str, Callable[[Case, Case], dict[str, Any]]] = {
    "allocate": vector_money.op_allocate,
    "boundaries": vector_dates.op_boundaries,
    "buckets": _aging,
    "change": vector_changes.op_change,
    "change_length": vector_dates.op_change_length,
    "change_multi_line": vector_changes.op_change_multi_line,
    "change_reset": vector_changes.op_change_reset,
    "consecutive_changes": vector_changes.op_consecutive,
    "consecutive_resets": vector_changes.op_consecutive,
    "convert": vector_dates.op_convert,
    "credit_cap": vector_changes.op_credit_cap,
    "days_between": vector_dates.op_days_between,
    "days_in_period": vector_dates.op_days_in_period,
    "discount": vector_money.op_discount,
    "end": vector_dates.op_trial_end,
    "error": vector_money.op_error,
    "exponent": vector_money.op_exponent,
    "first_billing_date": vector_dates.op_first_billing_date,
    "fraction": vector_changes.op_fraction,
    "minor_units": vector_money.op_minor_units,
    "movements": _movements,
    "next_boundary": vector_dates.op_next_boundary,
    "normalise": _normalise,
    "normalise_sum": _normalise_sum,
    "periods": vector_dates.op_periods,
    "round": vector_money.op_round,
    "round_minor": vector_money.op_round_minor,
    "seat_change": vector_changes.op_seat_change,
    "segment": vector_changes.op_segment,
    "series": _series,
    "standard_rate": vector_money.op_treat,
    "subtotal": vector_money.op_subtotal,
    "tax": vector_money.op_tax,
    "term_change": vector_changes.op_term_change,
    "total": vector_money.op_total,
    "treat": vector_money.op_treat,
    "validate": _validate,
    "validate_national": _validate,
    "vat_scope": vector_money.op_vat_scope,
    "whole_periods": vector_dates.op_whole_periods,
}

NOT_OFFERED: Mapping[str, str] = {
    "anchor_day_from_instant": "rules are told the day; the selling entity's zone decides it before",
    "boundaries_with_stub": "no stub at the start: the first day is the anchor",
    "calendar_trial": "no calendar billing after a trial: the paid period starts where the trial ends",
    "next_boundary_calendar": "no calendar alignment: periods count from the anchor",
    "package": "no packages of units: seats are sold one by one",
    "round_step": "no rounding of cash to coins",
    "run_to_end": "no periods cut at an end date: a subscription ends with a full period",
}
