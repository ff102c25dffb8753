"""Seconds to play a story of some years of monthly renewals, start of the program included.

`python bench/scenario.py --years 12 --runs 5 [--paid]`: one JSON object. Without `--paid` no invoice is ever paid, so
that each is reminded of three times: about four nights a month have something to do.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

from data.period import months_after

START = date(2026, 1, 31)


def story(years: int, *, is_paid: bool) -> dict[str, Any]:
    """Ten seats by the month, paid on the day of each invoice or never."""
    months = [months_after(START, n).isoformat() for n in range(12 * years)]
    price = {"currency": "EUR", "interval": "month", "model": "per_seat", "unit_amount": "16.00"}
    item = {"ref": "s", "plan": "pro", "seats": 10, "interval": "month"}
    events = [{"on": months[0], "do": "order", "account": "acme", "items": [item]}]
    if is_paid:
        events += [{"on": month, "do": "pay", "account": "acme", "amount": "193.60"} for month in months]
    return {
        "seller": {"country": "ES", "currency": "EUR", "time_zone": "Europe/Madrid"},
        "catalog": [{"product": "support", "plans": [{"code": "pro", "prices": [price]}]}],
        "accounts": [{"code": "acme", "country": "ES", "currency": "EUR", "business": True, "terms_days": 30}],
        "events": events,
        "until": months_after(START, 12 * years).isoformat(),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=12)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--paid", action="store_true", help="pay each invoice on its day")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "story.json"
        file.write_text(json.dumps(story(given.years, is_paid=given.paid)), encoding="utf-8")
        command, seconds, played = [sys.executable, "-m", "services.scenario", str(file)], [], b""
        for _ in range(given.runs):
            start = time.perf_counter()
            played = subprocess.run(command, capture_output=True, cwd=ROOT, check=True).stdout
            seconds.append(time.perf_counter() - start)
    said = {
        "bench": "scenario",
        "database": "sqlite",
        "years": given.years,
        "paid": given.paid,
        "invoices": len(json.loads(played)["invoices"]),
        "seconds": round(statistics.median(seconds), 2),
        "slowest_ms": round(max(seconds) * 1000),
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
