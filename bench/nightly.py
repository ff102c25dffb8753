"""Invoices a second of a nightly run, and its memory, by the number of subscriptions that are due.

`python bench/nightly.py --due 10000 100000 --databases sqlite postgresql --workers 1`: one JSON object a line. Each run
is a process of its own on a book built for it; `floor_per_s` is what the database writes of invoices and lines in one
statement each, measured in the same run; `idle_night_ms` is the next night, with nothing due.
"""

import argparse
import json
import multiprocessing
import re
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from sqlalchemy import func, select, text, update

from bench.databases import fresh
from data import database, migrate
from data.models import Document, Subscription
from services import scale
from services.commands.billing import run_night

TODAY = date(2026, 4, 11)
NIGHT = TODAY + timedelta(days=1)


def build(url: str, due: int, lines: int) -> None:
    """A book of accounts with so many subscriptions each, all of which end on the night."""
    database.use(url)
    migrate.upgrade()
    for _ in scale.build(scale.Size(max(1, due // lines), lines, 0), number=1, today=TODAY):
        pass
    with database.write_session() as session:
        session.execute(update(Subscription).values(period_end=NIGHT))
    with database.engine().execution_options(writes=True).begin() as connection:
        connection.execute(text("ANALYZE"))
    database.close()


def work(url: str, told: "multiprocessing.Queue[dict[str, float]]") -> None:
    """Run the night; tells when it began and ended, processor seconds and peak megabytes of this process."""
    database.use(url)
    before, started = time.process_time(), time.monotonic()  # one clock for all processes of a machine
    run_night(None, NIGHT, today=NIGHT)
    ended = time.monotonic()
    cpu = time.process_time() - before
    began = time.perf_counter()
    run_night(None, NIGHT + timedelta(days=1), today=NIGHT + timedelta(days=1))  # nothing is due on the next day
    idle = time.perf_counter() - began
    told.put({"started": started, "ended": ended, "cpu_s": cpu, "idle_ms": idle * 1000, "peak_mb": peak_mb()})


def peak_mb() -> float:
    """Peak memory of this process: what `getrusage` tells of a child on Linux is its parent's where that is more."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(url: str, workers: int) -> dict[str, Any]:
    """A night by so many processes at once: invoices a second over all, peak memory of the largest."""
    context = multiprocessing.get_context("spawn")
    told: multiprocessing.Queue[dict[str, float]] = context.Queue()
    processes = [context.Process(target=work, args=(url, told)) for _ in range(workers)]
    for process in processes:
        process.start()
    runs = [told.get() for _ in processes]
    for process in processes:
        process.join()
    seconds = max(run["ended"] for run in runs) - min(run["started"] for run in runs)
    database.use(url)
    with database.read_session() as session:
        invoices = session.scalar(select(func.count()).where(Document.issued_on == NIGHT)) or 0
    database.close()
    return {
        "invoices": invoices,
        "seconds": round(seconds, 2),
        "invoices_per_s": round(invoices / seconds),
        "invoices_per_cpu_s": round(invoices / sum(run["cpu_s"] for run in runs)),
        "peak_mb": round(max(run["peak_mb"] for run in runs)),
        "idle_night_ms": round(max(run["idle_ms"] for run in runs), 1),
    }


def floor(url: str, invoices: int, lines: int) -> int:
    """Invoices a second when the database does nothing but write them with their lines, indexed, in one transaction."""
    database.use(url)
    engine = database.engine().execution_options(writes=True)
    ids = "account_id BIGINT, id BIGINT"
    day, columns = NIGHT.isoformat(), "number VARCHAR(30), issued_on DATE, due_on DATE, total BIGINT"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE floor_invoices ({ids}, {columns}, PRIMARY KEY (account_id, id))")
        connection.exec_driver_sql("CREATE INDEX floor_number ON floor_invoices (number)")
        connection.exec_driver_sql(
            f"CREATE TABLE floor_lines ({ids}, invoice BIGINT, net BIGINT, plan VARCHAR(40), "
            "PRIMARY KEY (account_id, id))"
        )
        connection.exec_driver_sql("CREATE INDEX floor_invoice ON floor_lines (account_id, invoice)")
    documents = [(n, n << 20, f"INV-2026-{n:06d}", day, day, 16_000) for n in range(invoices)]
    rows = [(n, (n << 20) + line, n << 20, 16_000, "support-pro") for n in range(invoices) for line in range(lines)]
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    began = time.perf_counter()
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"INSERT INTO floor_invoices VALUES ({', '.join([mark] * 6)})", documents)
            connection.exec_driver_sql(f"INSERT INTO floor_lines VALUES ({', '.join([mark] * 5)})", rows)
        else:
            cursor: Any = connection.connection.cursor()
            for table, given in (("floor_invoices", documents), ("floor_lines", rows)):
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in given:
                        copy.write_row(row)
    seconds = time.perf_counter() - began
    with engine.begin() as connection:
        for table in ("floor_invoices", "floor_lines"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    database.close()
    return round(invoices / seconds)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--due", type=int, nargs="+", default=[10_000, 100_000], help="subscriptions that are due")
    parser.add_argument("--lines", type=int, default=1, help="lines of an invoice: subscriptions of an account")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--workers", type=int, nargs="+", default=[1], help="processes that run the night at once")
    given = parser.parse_args()
    for name in given.databases:
        for due in given.due:
            for workers in given.workers:
                with tempfile.TemporaryDirectory() as folder, fresh(name, Path(folder)) as url:
                    build(url, due, given.lines)
                    lowest = floor(url, min(due // given.lines, 100_000), given.lines)
                    found = measure(url, workers)
                about = {"database": name, "due": due, "lines": given.lines, "workers": workers}
                share = round(found["invoices_per_s"] / lowest, 3)
                print(json.dumps(about | found | {"floor_per_s": lowest, "of_floor": share}), flush=True)


if __name__ == "__main__":
    main()
