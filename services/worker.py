"""The worker: sends mails and folds roll-ups (`python -m services.worker`, `--once`, `--drain`)."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from data.models import OutboxMail
from services import access, rollups, uses
from services.errors import Unavailable
from services.forgetting import forget_old
from services.mails import queue
from services.mails.packing import keep_sheets, parcel_of, sealed, written
from services.mails.smtp import Courier, MailServer, Undelivered

PAUSE = 2.0  # seconds between looks at an empty outbox
log = logging.getLogger("portal.worker")


@dataclass(frozen=True, slots=True)
class Tally:
    """What one round did, in mails."""

    sent: int = 0
    delayed: int = 0
    failed: int = 0
    kept: int = 0

    @property
    def total(self) -> int:
        """Rows the round touched."""
        return self.sent + self.delayed + self.failed + self.kept

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.sent + other.sent,
            self.delayed + other.delayed,
            self.failed + other.failed,
            self.kept + other.kept,
        )


def run_round(courier: Courier | None, *, limit: int = queue.CHUNK, stop: threading.Event | None = None) -> Tally:
    """Send one chunk of due mails; without a server (None) keep them to be read. Raises Unavailable.

    Each mail is marked in a transaction of its own right after the server took it. A worker that is killed between
    the two leaves the mail to be sent once more when its lease ends, with the same Message-ID.
    """
    if courier is None:
        with access.maintaining() as session:
            return Tally(kept=queue.keep(session, access.now()))
    lease = uuid4().hex
    with access.maintaining() as session:
        ids = queue.claim(session, lease, access.now(), limit)
    tally = Tally()
    for position, mail_id in enumerate(ids):
        if stop is not None and stop.is_set():
            with access.maintaining() as session:
                queue.release(session, ids[position:], lease)
            break
        tally += _send(courier, mail_id, lease)
    return tally


def _send(courier: Courier, mail_id: int, lease: str) -> Tally:
    with access.maintaining() as session:
        row = queue.renew(session, mail_id, lease, access.now())
        if row is None:
            return Tally()
        parcel = parcel_of(session, row)
    try:
        parcel = written(parcel)  # out of the transaction: wording takes longer than a lock may be held
        refused = courier.deliver(sealed(parcel, access.now()))
    except Undelivered as fault:
        return _undelivered(row, fault.words, is_final=fault.is_final)
    except Exception as fault:  # one mail that cannot be written must not hold up the others
        log.exception("mail %s cannot be written", mail_id)
        return _undelivered(row, f"{type(fault).__name__}: {fault}", is_final=True)
    with access.maintaining() as session:
        queue.mark_sent(session, mail_id, access.now(), refused)
        keep_sheets(session, row.account_id, parcel)
    log.info("sent %s %s to %s", row.kind, mail_id, ", ".join(row.recipients))
    return Tally(sent=1)


def _undelivered(row: OutboxMail, words: str, *, is_final: bool) -> Tally:
    with access.maintaining() as session:
        gave_up = queue.mark_undelivered(session, row, access.now(), words, is_final=is_final)
    log.warning("%s %s %s: %s", "failed" if gave_up else "delayed", row.kind, row.id, words)
    return Tally(failed=1) if gave_up else Tally(delayed=1)


def drain(courier: Courier | None, stop: threading.Event | None = None) -> Tally:
    """Rounds until nothing is due; what waits for a later try stays. Raises Unavailable."""
    total = Tally()
    while not (stop is not None and stop.is_set()):
        tally = run_round(courier, stop=stop)
        total += tally
        if not tally.total or courier is None:
            break
    return total


def work(courier: Courier | None, stop: threading.Event) -> None:
    """Rounds until told to stop. A database that is away is waited for; what is old is forgotten once a day."""
    forgotten_on: date | None = None
    while not stop.is_set():
        try:
            today = access.now().date()
            tally, folded = run_round(courier, stop=stop), rollups.fold() + uses.refresh(today)
            if forgotten_on != today:
                forget_old(today)
                forgotten_on = today
        except Unavailable:
            log.warning("the database is not available; trying again")
            tally, folded = Tally(), 0
        if not tally.total and not folded:
            if courier is not None:
                courier.hang_up()  # servers close idle connections themselves, and less politely
            stop.wait(PAUSE)


def main(arguments: list[str] | None = None) -> int:
    """The command line. Exit 0: done; 2: SMTP_URL cannot be understood; 3: the database is not available."""
    parser = argparse.ArgumentParser(prog="python -m services.worker", description=__doc__)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help="one chunk of due mails, then stop")
    how.add_argument("--drain", action="store_true", help="until nothing is due, then stop")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    url = os.environ.get("SMTP_URL", "")
    try:
        courier = Courier(MailServer.of(url)) if url else None
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return 2
    if courier is None:
        log.info("no SMTP_URL: mails are kept, to be read on the page Outbox")
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    try:
        if rollups.are_missing():
            rollups.rebuild()
        if uses.are_missing():
            uses.rebuild(access.now().date())
        if options.once or options.drain:
            tally = run_round(courier, stop=stop) if options.once else drain(courier, stop)
            rollups.fold_all()
            uses.refresh_all(access.now().date())
            print(f"sent {tally.sent}, delayed {tally.delayed}, failed {tally.failed}, kept {tally.kept}")
        else:
            work(courier, stop)
    except Unavailable:
        print("the database is not available", file=sys.stderr)
        return 3
    finally:
        if courier is not None:
            courier.hang_up()
    return 0


if __name__ == "__main__":
    sys.exit(main())
