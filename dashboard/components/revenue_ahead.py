"""What of the deferred balance is earned when: the bridge of the next 24 months, and the schedule of one invoice."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboard import navigation
from dashboard.cache import read
from dashboard.components.chart_series import Series, Value
from dashboard.components.columns import Column, Kind
from dashboard.components.conversions import conversion_note
from dashboard.components.empty import empty
from dashboard.components.filters import search_field
from dashboard.components.month_charts import Step, bridge_chart, months_chart
from dashboard.components.revenue_months import one_currency
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.recognition_schedule import Schedule, ScheduledLine, recognition_schedule
from services.queries.revenue import Earning, earnings_ahead
from services.rules.recognition import month_of
from services.rules.report_filters import ReportFilters


def draw_ahead(actor: Actor, wanted: ReportFilters) -> None:
    """The bridge from today's balance to what is left after 24 months, and its months as a table."""
    found = read(earnings_ahead, actor, wanted, today())
    if wanted.as_of != today():
        st.caption(plain(_("This is what is deferred today ({day}), whatever the as-of day.", day=today())))
    if wanted.converted:
        conversion_note(
            next(iter(found.by_currency), ""),
            found.rates,
            found.missing,
            lambda month: words().month(month) if month else _("Deferred"),
            key="ahead_rates",
        )
    if not found.by_currency:
        empty(_("Nothing is deferred: all that was invoiced is earned. Clear a filter to see more."))
        return
    currency = one_currency(tuple(found.by_currency))
    one = found.by_currency[currency]
    start = words().month(month_of(today()))
    bridge_chart(
        _("Deferred at the end of {month}, and when it is earned, {currency}", month=start, currency=currency),
        _steps(one),
        key="revenue_ahead",
        empty=_("Nothing is deferred: all that was invoiced is earned. Clear a filter to see more."),
    )
    _draw_months(one)
    st.caption(
        plain(
            _(
                "Only what is invoiced so far: renewals and changes to come are not in it. Each month earns its days, "
                "straight line; what credit notes take back is taken off."
            )
        )
    )


def draw_schedule(actor: Actor) -> None:
    """The lines of an invoice or credit note with the months they are earned in."""
    asked = search_field("INVES-…", label=_("Number of an invoice or credit note"), width=360, max_chars=40)
    if not asked.strip():
        st.caption(plain(_("Type a number to see when each of its lines is earned, and what credit notes take back.")))
        return
    found = recognition_schedule(actor, asked)
    if found is None:
        empty(_("No invoice or credit note of your accounts has the number “{number}”.", number=asked))
        return
    if not found.lines:
        empty(_("{number} has no lines: another system issued it, and earned it there.", number=found.number))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(f"{found.number} · {found.account}"), anchor=False, width="content")
        navigation.link(_("Open"), "billing/invoice", icon=None, account=found.account_id, document=found.document_id)
    _draw_lines(found)
    months_chart(
        _("Earned by month, {currency}", currency=found.currency),
        found.months,
        [
            Series(f"{line.document_id}:{line.position}", _line_name(line), _by_month(line, found))
            for line in found.lines
        ],
        key="schedule_months",
        empty=_("Nothing of it is earned: its lines come to 0.00."),
        shape="bars",
    )
    _draw_schedule(found)


def _steps(one: Earning) -> list[Step]:
    steps = [Step("opening", _("Deferred"), one.deferred, is_balance=True)]
    steps += [Step(str(month), _short(month), -value) for month, value in zip(one.months, one.earned, strict=True)]
    return [*steps, Step("later", _("Later"), one.later, is_balance=True)]


def _short(month: int) -> str:
    return f"{words().month_short(month)} {month // 100 % 100:02d}"


def _draw_months(one: Earning) -> None:
    left, rest = [], one.deferred
    for value in one.earned:
        rest = rest - value
        left.append(rest)
    frame = pd.DataFrame(
        {
            "month": [words().month(month) for month in one.months],
            "earned": [value.minor for value in one.earned],
            "left": [value.minor for value in left],
            "currency": [one.deferred.currency] * len(one.months),
        },
        dtype=object,
    )
    columns = [
        Column("month", _("Month"), width=160),
        Column("earned", _("Earned"), Kind.MONEY, is_summed=True, width=180),
        Column("left", _("Still deferred at its end"), Kind.MONEY, width=220),
    ]
    name = _("Deferred balance by month it is earned in")
    table(frame, columns, key="ahead", name=name, empty="", download="deferred-schedule", height=400)


def _draw_lines(found: Schedule) -> None:
    month = month_of(today())
    frame = pd.DataFrame(
        [
            (
                *(found.account_id, line.document_id, line.number, line.plan, line.starts_on),
                *(line.ends_on - timedelta(days=1), line.net.minor),
                *(line.earned_until(month).minor, (line.net - line.earned_until(month)).minor, found.currency),
            )
            for line in found.lines
        ],
        columns=[
            *("account_id", "document_id", "number", "plan", "starts_on", "ends_on", "net"),
            *("earned", "left", "currency"),
        ],
        dtype=object,
    )
    columns = [
        Column("number", _("Number"), width=160),
        Column("plan", _("Plan"), width=175),
        Column("starts_on", _("First day"), Kind.DAY, width=100),
        Column("ends_on", _("Last day"), Kind.DAY, width=100),
        Column("net", _("Without tax"), Kind.MONEY, is_summed=True, width=105),
        Column(
            "earned", _("Earned so far"), Kind.MONEY, is_summed=True, width=105, help=_("Up to the end of this month.")
        ),
        Column("left", _("Deferred"), Kind.MONEY, is_summed=True, width=105),
    ]
    detail = Detail("billing/invoice", {"account": "account_id", "document": "document_id"})
    name = _("Lines of {number}", number=found.number)
    table(frame, columns, key="schedule_lines", name=name, empty="", detail=detail, download="schedule-lines")


def _draw_schedule(found: Schedule) -> None:
    rows = [
        (line.number, line.position, line.plan, words().month(month), value.minor, found.currency)
        for line in found.lines
        for month, value in line.earned.items()
    ]
    frame = pd.DataFrame(rows, columns=["number", "position", "plan", "month", "earned", "currency"], dtype=object)
    columns = [
        Column("number", _("Number"), width=170),
        Column("position", _("Line"), Kind.NUMBER, width=60),
        Column("plan", _("Plan")),
        Column("month", _("Month"), width=120),
        Column("earned", _("Earned"), Kind.MONEY, is_summed=True, width=150),
    ]
    name = _("Schedule by line and month")
    height = min(400, 38 + 35 * max(1, len(rows)))
    table(frame, columns, key="schedule", name=name, empty="", download="recognition-schedule", height=height)


def _line_name(line: ScheduledLine) -> str:
    return f"{line.number}, {line.position}: {line.plan}"


def _by_month(line: ScheduledLine, found: Schedule) -> tuple[Value | None, ...]:
    return tuple(line.earned.get(month) for month in found.months)
