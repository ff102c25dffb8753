"""The vectors' operations on running subscriptions, with our rules."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from data.money import Money
from data.period import Period, full_interval_ending
from services.rules.changes import Running, Timing, Wanted, change
from services.rules.derivations import CreditBase
from services.rules.new_lines import first_line
from services.rules.pricing import amount
from services.rules.proration import charge, credit_unused
from services.rules.tax import credit_tax
from tests.services.rules.makers import day, opened
from tests.services.rules.vector_money import tax_of
from tests.services.rules.vector_values import (
    Case,
    currency_of,
    interval_of,
    invoiced_line,
    money,
    period_of,
    price_of,
    running_of,
    side_price,
    text,
)


def _share(given: Case, part: Fraction, unit: str) -> str:
    month = interval_of({"unit": "month"})
    return text(amount(price_of(unit, month, currency_of(given)), seats=given.get("seats", 1), share=part))


def op_fraction(given: Case, expect: Case) -> Case:
    part = Fraction(given["unused_fraction"])
    back, due = _share(given, part, given["old_price"]), _share(given, part, given["new_price"])
    return {"credit": back, "charge": due, "net": text(money(due, given) - money(back, given))}


def op_term_change(given: Case, expect: Case) -> Case:
    return {"amount": _share(given, Fraction(given["days_changed"], given["days_in_basis"]), given["unit_price"])}


def op_segment(given: Case, expect: Case) -> Case:
    served = Period(day(given["service"]["from"]), day(given["service"]["to"]))
    price = side_price(given, given)
    line = charge(price, seats=given["seats"], period=served, full=period_of(given["period"]))
    return {"amount": text(line.amount)}


def op_change(given: Case, expect: Case) -> Case:
    on, zero = day(given["change_date"]), Money.zero(currency_of(given))
    back = due = zero
    found: Case = {}
    if "old" in given:
        line = invoiced_line(given["old"], given)
        back = -credit_unused(line, on).amount
        if "tax_rate" in given:
            line_tax = tax_of([line.amount], Decimal(given["tax_rate"]))
            tax = credit_tax(
                line_net=line.amount, line_tax=line_tax, credited_net=zero, credited_tax=zero, now_net=back
            )
            found = {"credit_tax": text(tax), "credit_total_incl_tax": text(back + tax)}
    if "new" in given:
        new = given["new"]
        full = period_of(new["period"])
        period = Period(on, full.end)
        due = charge(side_price(new, given), seats=new.get("seats", 1), period=period, full=full).amount
    if "old" in given and "new" in given:
        _check_keep(given, on, back, due)
    net = due - back
    found |= {"credit": text(back), "charge": text(due), "net": text(net)}
    return found | {"account_credit": text(max(-net, zero)), "amount_due": text(max(net, zero))}


def _check_keep(given: Case, on: date, back: Money, due: Money) -> None:
    """The change as the portal makes it comes to the same, where the case's periods are ones the portal has."""
    running = running_of(given["old"], given)
    new, wanted_period = given["new"], period_of(given["new"]["period"])
    full = full_interval_ending(running.price.interval, running.period.end, running.anchor_on.day)
    if full != running.period or not running.period.contains(on):
        return
    wanted = Wanted(side_price(new, given, "q"), new.get("seats", 1), None)
    done = change(running, wanted, timing=Timing.KEEP, day=on)
    if done.period.end == wanted_period.end:
        assert [line.amount for line in done.lines] == [-back, due]


def op_change_reset(given: Case, expect: Case) -> Case:
    new = given["new"]
    wanted = Wanted(side_price(new, given, "q"), new.get("seats", 1), None)
    done = change(running_of(given["old"], given), wanted, timing=Timing.RESET, day=day(given["change_date"]))
    currency = currency_of(given)
    return {
        "credit": text(-Money.total((line.amount for line in done.credits), currency)),
        "charge": text(Money.total((line.amount for line in done.charges), currency)),
        "net": text(done.net(currency)),
        "anchor_day": done.anchor_on.day,
        "new_period": {"start": done.period.start.isoformat(), "end": done.period.end.isoformat()},
    }


def op_consecutive(given: Case, expect: Case) -> Case:
    running, currency = running_of(given["start"], given), currency_of(given)
    nets = [running.lines[0].amount]
    changes = []
    for n, step in enumerate(given["changes"]):
        interval = interval_of(step["interval"]) if "interval" in step else running.price.interval
        wanted = Wanted(price_of(step["new_unit_price"], interval, currency, f"p{n}"), running.seats, None)
        timing = Timing.RESET if "interval" in step else Timing.KEEP
        done = change(running, wanted, timing=timing, day=day(step["date"]))
        lines = tuple(opened(line, n + 2, n + 2) for line in done.charges)
        running = Running(done.period, done.anchor_on, wanted.price, wanted.seats, None, lines)
        nets.append(done.net(currency))
        changes.append({**step, "net": text(done.net(currency))})
    found: Case = {"invoices": [text(net) for net in nets], "net_total": text(Money.total(nets, currency))}
    if "changes" in expect:
        found["changes"] = [
            {key: made.get(key, value) for key, value in step.items()}
            for made, step in zip(changes, expect["changes"], strict=True)
        ]
    return found


def op_change_multi_line(given: Case, expect: Case) -> Case:
    on, period = day(given["change_date"]), period_of(given["period"])
    month, currency = interval_of({"unit": "month"}), currency_of(given)
    back, due = {}, {}
    for component in given["old_lines"]:
        line = charge(price_of(component["unit_price"], month, currency), seats=component["quantity"], period=period)
        back[component["name"]] = -credit_unused(opened(line), on).amount
    for component in given["new_lines"]:
        price = price_of(component["unit_price"], month, currency)
        left = Period(on, period.end)
        due[component["name"]] = charge(price, seats=component["quantity"], period=left, full=period).amount
    return {
        "credit_lines": {name: text(value) for name, value in back.items()},
        "charge_lines": {name: text(value) for name, value in due.items()},
        "net": text(Money.total(due.values(), currency) - Money.total(back.values(), currency)),
    }


def op_credit_cap(given: Case, expect: Case) -> Case:
    computed, left = money(given["computed_credit"], given), money(given["amount_paid"], given)
    left -= money(given["previous_credits"], given)
    base = CreditBase(1, computed.minor, 0, days=1, total_days=1, left=left.minor)
    return {"credit": text(Money.rounded(base.exact, currency_of(given)))}


def op_seat_change(given: Case, expect: Case) -> Case:
    period, on, currency = period_of(given["period"]), day(given["change_date"]), currency_of(given)
    month = interval_of({"unit": "month"})
    price = price_of(given["unit_price"], month, currency)
    line = first_line(price, seats=given["seats_before"], starts_on=period.start)
    running = Running(line.period, period.start, price, given["seats_before"], None, (opened(line),))
    net = Money.zero(currency)
    if running.period.contains(on):  # on the day the period ends it is a renewal with the new seats
        wanted = Wanted(price, given["seats_after"], None)
        net = change(running, wanted, timing=Timing.KEEP, day=on).net(currency)
    scheduled = given.get("pending_product_change")
    next_price = price_of(scheduled["new_unit_price"], month, currency) if scheduled else price
    renewal = first_line(next_price, seats=given["seats_after"], starts_on=period.end)
    return {"net": text(net), "renewal_amount": text(renewal.amount), "seats": given["seats_after"]}
