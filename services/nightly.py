"""The nightly run (`python -m services.nightly [DAY]`): ends, scheduled changes, renewals, invoices, mails.

Exit 0: done; 1: it was refused, with a sentence; 3: the database is not available; 4: `--check` found the books broken.
"""

import argparse
import logging
import sys
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from data.models import Seller
from services import access, rollups, uses
from services.commands.billing import run_night
from services.errors import Refusal, Unavailable
from services.forgetting import forget_old
from services.integrity import violations
from services.setup import bar
from services.words.i18n import Words
from services.words.texts import sentence


def today_everywhere(now: datetime) -> date:
    """The day that has begun at every selling entity: nobody is billed before the day begins there."""
    with access.maintaining() as session:
        zones = session.scalars(select(Seller.time_zone).where(Seller.is_active)).all()
    return min((now.astimezone(ZoneInfo(zone)).date() for zone in zones), default=now.date())


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m services.nightly", description=__doc__)
    parser.add_argument("day", nargs="?", type=date.fromisoformat, help="the night's day (default: today)")
    parser.add_argument("--check", action="store_true", help="look for broken invariants afterwards")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        today = today_everywhere(datetime.now(UTC))
        report = run_night(None, given.day or today, today=today, progress=bar)
        rollups.fold_all()
        forget_old(report.day)
        uses.refresh_all(report.day)
    except Unavailable:
        print("the database is not available", file=sys.stderr)
        return 3
    except Refusal as refusal:
        print(sentence(refusal, Words("en")), file=sys.stderr)
        return 1
    done = ", ".join(f"{name} {count}" for name, count in sorted(report.counts.items()))
    print(f"night of {report.day}: {report.accounts} accounts due; {done or 'nothing to do'}")
    return 4 if given.check and _is_broken() else 0


def _is_broken() -> bool:
    """Print what breaks an invariant of the books."""
    with access.maintaining() as session:
        found = list(violations(session))
    for violation in found:
        print(f"broken: {violation}", file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
