"""What holds for every change: nothing gained by going up and down, no credit beyond its line, seats covered."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.rules.changes import (
    Change,
    CommonDate,
    Running,
    Timing,
    Wanted,
    change,
)
from services.rules.pricing import Price
from services.rules.proration import DueLine, OpenLine, PeriodCredit
from tests.services.rules.makers import (
    MONTHLY,
    YEARLY,
    day,
    make_price,
    make_running,
    opened,
)


def seats_to(running: Running, seats: int, timing: Timing, on: str, common: str | None = None) -> Change:
    wanted = Wanted(running.price, seats, running.discount)
    common_date = CommonDate.parse(common) if common else None
    return change(running, wanted, timing=timing, day=day(on), common_date=common_date)


@given(
    st.sampled_from([MONTHLY, YEARLY, make_price("9.99"), make_price("0.0333"), make_price("7", currency="JPY")]),
    st.integers(1, 200),
    st.integers(1, 50),
    st.integers(0, 27),
    st.integers(1, 5),
)
def test_up_and_down_on_one_day_nets_nothing(price: Price, seats: int, added: int, days: int, cycles: int) -> None:
    running = make_running(price, seats=seats, starts_on="2026-03-01")
    on = (running.period.start + timedelta(days=days)).isoformat()
    lines, net, line_id = list(running.lines), 0, 1
    for _ in range(cycles):
        now = Running(running.period, running.anchor_on, price, seats, None, tuple(lines))
        (up,) = seats_to(now, seats + added, Timing.KEEP, on).lines
        line_id += 1
        lines.append(opened(up, line_id, line_id))
        (down,) = seats_to(
            Running(running.period, running.anchor_on, price, seats + added, None, tuple(lines)), seats, Timing.KEEP, on
        ).lines
        lines = [_credited(line, down) for line in lines]
        assert up.amount == -down.amount
        net += up.amount.minor + down.amount.minor
        assert all(line.left.minor >= 0 for line in lines)
    assert net == 0


def _credited(line: OpenLine, credit: DueLine) -> OpenLine:
    given = (c for c in credit.corrections if c.line_id == line.line_id)
    return replace(line, credits=(*line.credits, *(PeriodCredit(-c.amount, credit.period, c.seats) for c in given)))


@given(
    st.sampled_from([MONTHLY, YEARLY]),
    st.integers(1, 100),
    st.integers(1, 100),
    st.integers(0, 30),
    st.sampled_from([Timing.RESET, Timing.KEEP, Timing.CO_TERM]),
)
def test_no_credit_exceeds_its_line_and_the_seats_cover_every_day(
    price: Price, seats: int, after: int, days: int, timing: Timing
) -> None:
    if seats == after:
        return
    running = make_running(price, seats=seats, starts_on="2026-03-01")
    on = running.period.start + timedelta(days=days)
    done = seats_to(running, after, timing, on.isoformat(), common="06-30")
    for line in done.credits:
        assert -line.amount.minor <= running.lines[0].amount.minor
        assert sum(c.amount.minor for c in line.corrections) == line.amount.minor
    for probe in (on, done.period.end - timedelta(days=1)):
        old = seats if running.period.contains(probe) else 0
        covered = old + sum(
            (-line.seats if line.corrections else line.seats) for line in done.lines if line.period.contains(probe)
        )
        assert covered == after
