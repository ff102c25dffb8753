"""The building blocks of reports on invented figures: charts, heat, timeline, calendar, tie-out strip."""

from datetime import date, timedelta

import pandas as pd

from dashboard.components.chart_series import Series
from dashboard.components.columns import Column, Kind
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.month_charts import Step, bridge_chart, months_chart
from dashboard.components.month_grid import DayTotal, asked_month, month_grid
from dashboard.components.tables import table
from dashboard.components.tie_out import tie_out_strip
from dashboard.components.timelines import Span, timeline
from data.money import Money
from services.rules.tie_outs import Offender, TieOut

TODAY = date(2026, 11, 24)
MONTHS = [202412, *range(202501, 202513), *range(202601, 202612)]
PRODUCTS = ("support", "meetings", "signatures", "backup", "monitoring")
EVIL = "<a href='//evil.example'>![x](y)</a>"


def eur(minor: int) -> Money:
    """Euro."""
    return Money(minor, "EUR")


def draw() -> None:
    """All of them."""
    _figures()
    _charts()
    _heat()
    _calendar()
    holds = [TieOut("numbers_gapless", 812, 812), TieOut("movements_add_up", eur(12_300_45), eur(12_300_45))]
    tie_out_strip(holds, key="green")
    offender = Offender("INVES-2026-000118", eur(120_00), eur(121_00))
    tie_out_strip([*holds, TieOut("lines_are_totals", eur(9_120_00), eur(9_121_00), (offender,))], key="red")


def _figures() -> None:
    trend = tuple(eur(900_000 + 31_000 * place) for place in range(13))
    key_figures(
        [
            Figure("MRR", "12.720,00 €", "Monthly.", change="+2,5 %", against="Oct", is_good=True, trend=trend),
            Figure("Overdue", "1.200,00 €", "Late.", change="-4 %", against="Oct", is_good=True, trend=trend[::-1]),
            Figure("Accounts", "60", "All.", trend=(50, 52, 55, 60)),
        ]
    )


def _charts() -> None:
    lines = [
        Series(code, code.title(), tuple(eur(90_000 * (1 + place) + number * 120_037) for place in range(24)))
        for number, code in enumerate(PRODUCTS)
    ]
    months_chart("MRR by product", MONTHS, lines, key="mrr", empty="None.", order=PRODUCTS)
    countries = [
        Series(code, code, tuple(eur(100_000 * (place + 9 * number)) for place in range(24)))
        for number, code in enumerate((EVIL, *"ES DE US FR IT PT NL BE GB".split()))
    ]
    months_chart("MRR by country", MONTHS, countries, key="area", empty="None.", shape="area")
    kinds = (("new", 1), ("expansion", 1), ("reactivation", 1), ("contraction", -1), ("churn", -1))
    moved = [
        Series(code, code.title(), tuple(eur(sign * ((7 * place + 13 * number) % 11) * 10_000) for place in range(24)))
        for number, (code, sign) in enumerate(kinds)
    ]
    months_chart("Movements of MRR", MONTHS, moved, key="moved", empty="None.", shape="bars")
    steps = [Step("opening", "Opening", eur(1_200_000_00), is_balance=True)]
    steps += [Step(code, code.title(), eur(sign * 45_000_00)) for code, sign in kinds]
    steps.append(Step("closing", "Closing", eur(1_245_000_00), is_balance=True))
    bridge_chart("MRR bridge, November 2026", steps, key="bridge", empty="None.")
    spans = [
        Span(f"{name}, S.A.", code, code, date(2026, 3 + place, 1), date(2027, 3 + place, 1), "Writer Pro, 12 seats")
        for place, (name, code) in enumerate((("Alba", "active"), (EVIL, "trialing"), ("A" * 60, "active")))
    ]
    timeline("Subscriptions of the year", spans, key="time", empty="None.", today=TODAY, heading="Account")


def _heat() -> None:
    ages = ("not_due", "to_30", "to_60", "to_90", "to_120", "over_120")
    frame = pd.DataFrame(
        [("Alba", "EUR", 0, 120_00, 5_000_00, 0, 1_00, 99_00), ("Birch", "USD", 90_00, 0, 0, -5_00, 700_00, 10_00)],
        columns=["name", "currency", *ages],
    )
    columns = [Column("name", "Account")]
    columns += [Column(age, age, Kind.MONEY, heat="age", is_summed=True) for age in ages]
    table(frame, columns, key="aging", name="Aging", empty="None.", download="aging")


def _calendar() -> None:
    month = asked_month(TODAY)
    first = date(month // 100, month % 100, 1)
    days = {
        first + timedelta(days=place * 3): DayTotal(place + 1, (eur(place * 12_345_67), Money(place * 99_00, "USD")))
        for place in range(9)
    }
    month_grid(month, days, key="days", singular="{n} invoice", plural="{n} invoices", today=TODAY)
