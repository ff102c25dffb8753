"""Milliseconds of every finance report, beside the raw sum over the invoice lines and DuckDB over the same rows.

`python bench/reports.py --subscriptions 10000 100000 --databases sqlite postgresql`: one JSON object a line; `query_ms`
is the time in the database, `ms` the whole call. DuckDB is measured where it is installed (`pip install duckdb`).
`--url URL` measures a book that is there already (`python -m services.scale`).
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[1])

from sqlalchemy import Engine, event, func, select

from bench.databases import fresh
from data import database, migrate
from data.models import Document, DocumentLine, Subscription
from services import access, scale
from services.facts.figures import month_of_day
from services.permissions import Actor, Role
from services.queries.collection import calls
from services.queries.cycle_state import cycle_state
from services.queries.cycles import calendar, outlook
from services.queries.days_sales import days_sales_outstanding
from services.queries.mrr_bridge import movements, mrr_bridges
from services.queries.overview import overview, recurring_months
from services.queries.receivables import aging, aging_by_account
from services.queries.renewals import CHANGES, PO_STATES, RENEWS, RenewalFilter, of_day, renewals
from services.queries.retention import retention
from services.queries.revenue import revenue
from services.queries.sign_in import choices
from services.queries.tax_book import tax_book, tax_sellers, tax_totals
from services.queries.tax_reports import ec_sales, oss
from services.queries.tie_out import tie_out
from services.queries.totals import Total, TotalsRequest, totals
from services.rules.report_filters import ReportFilters
from services.rules.tax_periods import period_on

TODAY = date(2026, 4, 11)
MONTHS = tuple(year * 100 + month for year in (2024, 2025, 2026) for month in range(1, 13) if year < 2026 or month < 5)
Cases = Iterator[tuple[str, Callable[[], Any]]]


class Clock:
    """Adds up what the statements of this process take, their rows fetched by the driver included."""

    def __init__(self) -> None:
        self.seconds = 0.0

        @event.listens_for(Engine, "before_cursor_execute")
        def _began(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:
            context.bench_began = time.perf_counter()

        @event.listens_for(Engine, "after_cursor_execute")
        def _ended(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:
            if context is not None:
                self.seconds += time.perf_counter() - context.bench_began


def cases(actor: Actor) -> Cases:
    """Name and call of each report that the actor may see."""
    every = ReportFilters(TODAY)
    filters = {
        "": every,
        ", converted": ReportFilters(TODAY, converted=True),
        ", a product": ReportFilters(TODAY, product="support"),
        ", a country and a segment": ReportFilters(TODAY, country="DE", segment="Retail"),
    }
    for said, wanted in filters.items():
        yield f"overview{said}", lambda wanted=wanted: overview(actor, wanted)
        yield f"bridge{said}", lambda wanted=wanted: mrr_bridges(actor, wanted, MONTHS[-1:])
    for split in ("product", "plan", "country", "rep", "currency"):
        yield f"MRR by {split}", lambda split=split: recurring_months(actor, every, split)
    yield "top movements", lambda: movements(actor, every, MONTHS[-2:-1])
    for rows, columns in (("month", "product"), ("country", "rep"), ("plan", "rep"), ("segment", "month")):
        asked = TotalsRequest(Total.BILLED, False, rows, columns, MONTHS[-24:])
        yield f"totals: {rows} × {columns}", lambda asked=asked: totals(actor, every, asked)
    yield "aging", lambda: aging(actor, every)
    yield "aging, half a year ago", lambda: aging(actor, ReportFilters(date(2025, 10, 11)))
    yield "aging by account", lambda: aging_by_account(actor, every)
    yield "days sales outstanding", lambda: days_sales_outstanding(actor, every)
    yield "who to call", lambda: calls(actor, every)
    yield "aging by account, half a year ago", lambda: aging_by_account(actor, ReportFilters(date(2025, 10, 11)))
    yield "retention", lambda: retention(actor, every)
    yield "revenue", lambda: revenue(actor, every, MONTHS[-24:])
    for said, wanted in filters.items():
        yield f"cycles: calendar{said}", lambda wanted=wanted: calendar(actor, wanted, TODAY.replace(day=1))
        yield f"cycles: outlook{said}", lambda wanted=wanted: outlook(actor, wanted)
        yield f"cycles: running{said}", lambda wanted=wanted: cycle_state(actor, wanted)
        yield f"cycles: a day's list{said}", lambda wanted=wanted: of_day(actor, wanted, date(2026, 5, 14))
    for limited in (
        RenewalFilter(),
        RenewalFilter(order="amount"),
        *(RenewalFilter(renews=one) for one in RENEWS),
        *(RenewalFilter(change=one) for one in CHANGES),
        *(RenewalFilter(po=one) for one in PO_STATES),
    ):
        said = " ".join((limited.renews, limited.change, limited.po, limited.order)).strip()
        yield f"cycles: renewals, {said}", lambda limited=limited: renewals(actor, every, limited)
    if not actor.is_scoped:
        seller, month = tax_sellers(actor)[0].code, period_on(date(2026, 3, 1), "month")
        quarter = period_on(date(2026, 3, 1), "quarter")
        yield "tax: book", lambda: tax_book(actor, seller, month)
        yield "tax: totals", lambda: tax_totals(actor, seller, quarter)
        yield "tax: EC list", lambda: ec_sales(actor, seller, quarter)
        yield "tax: OSS", lambda: oss(actor, seller, quarter)
        yield "tie-out", lambda: tie_out(actor, TODAY)


def raw_sum(repeats: int) -> float:
    """Seconds of net by month, plan and currency, over all invoice lines."""
    line = (Document.account_id == DocumentLine.account_id) & (Document.id == DocumentLine.document_id)
    month = month_of_day(Document.issued_on)
    key = (month, DocumentLine.plan, Document.currency)
    statement = select(*key, func.sum(DocumentLine.net_minor)).join_from(Document, DocumentLine, line).group_by(*key)
    took = []
    for _ in range(repeats):
        with access.maintaining() as session:
            began = time.perf_counter()
            session.execute(statement).all()
            took.append(time.perf_counter() - began)
    return min(took)


def duck_sum(repeats: int) -> float | None:
    """Seconds of the same sum in DuckDB over a copy of the same rows; None where it is not installed."""
    try:
        import duckdb
    except ImportError:
        return None
    line = (Document.account_id == DocumentLine.account_id) & (Document.id == DocumentLine.document_id)
    columns = (month_of_day(Document.issued_on), DocumentLine.plan, Document.currency, DocumentLine.net_minor)
    with tempfile.TemporaryDirectory() as folder, access.maintaining() as session:
        file = Path(folder) / "lines.csv"
        with file.open("w") as out:
            rows = session.execute(select(*columns).join_from(Document, DocumentLine, line), execution_options=_STREAM)
            out.writelines(f"{month},{plan},{currency},{net}\n" for month, plan, currency, net in rows)
        names = "names=['month', 'plan', 'currency', 'net'], header=false"
        with duckdb.connect() as duck:
            duck.execute(f"CREATE TABLE lines AS SELECT * FROM read_csv('{file}', {names})")
            took = []
            for _ in range(repeats):
                began = time.perf_counter()
                duck.execute("SELECT month, plan, currency, SUM(net) FROM lines GROUP BY ALL").fetchall()
                took.append(time.perf_counter() - began)
    return min(took)


_STREAM = {"yield_per": 10_000}


def measure(name: str, repeats: int, clock: Clock) -> Iterator[dict[str, object]]:
    """Each report for finance, who sees all, and for a rep, whose rows are limited; the first call is not counted."""
    with access.maintaining() as session:
        subscriptions = session.scalar(select(func.count()).select_from(Subscription)) or 0
        lines = session.scalar(select(func.count()).select_from(DocumentLine)) or 0
    duck = duck_sum(repeats)
    yield {
        "database": name, "subscriptions": subscriptions, "lines": lines,
        "raw_sum_ms": round(raw_sum(min(repeats, 3)) * 1000, 1), "duckdb_ms": duck and round(duck * 1000, 1),
    }  # fmt: skip
    for role in (Role.FINANCE, Role.SALES_REP):
        actor = access.identify(next(one for one in choices() if one.role == role).user_id, TODAY)
        slowest = 0.0
        for report, ask in cases(actor):
            ask()
            took, queried = [], []
            for _ in range(repeats):
                clock.seconds, began = 0.0, time.perf_counter()
                ask()
                took.append(time.perf_counter() - began)
                queried.append(clock.seconds)
            query, whole = statistics.median(queried) * 1000, statistics.median(took) * 1000
            slowest = max(slowest, query)
            yield {"database": name, "subscriptions": subscriptions, "role": role.value, "report": report,
                   "query_ms": round(query, 1), "ms": round(whole, 1)}  # fmt: skip
        yield {"database": name, "subscriptions": subscriptions, "role": role.value, "slowest_ms": round(slowest, 1)}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscriptions", type=int, nargs="+", default=[10_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--url", help="a book that is there already")
    given = parser.parse_args()
    clock = Clock()
    if given.url:
        database.use(given.url)
        for row in measure(database.engine().dialect.name, given.repeats, clock):
            print(json.dumps(row), flush=True)
        return
    for name in given.databases:
        for count in given.subscriptions:
            with ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                database.use(stack.enter_context(fresh(name, folder)))
                stack.callback(database.close)
                migrate.upgrade()
                began = time.monotonic()
                for _ in scale.build(scale.Size(max(1, count // 10)), number=1, today=TODAY):
                    pass
                built = round(time.monotonic() - began, 1)
                print(json.dumps({"database": name, "subscriptions": count, "built_in_s": built}), flush=True)
                for row in measure(name, given.repeats, clock):
                    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
