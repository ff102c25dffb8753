"""`python -m services.setup`: the database made ready, filled with a demo book if new; then portal and worker.

This is what `make run` starts. `--prepare` stops before portal and worker. Ctrl-C or SIGTERM stops both.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import make_url

from data import database, migrate
from data.models import Setting
from data.seed import seed
from services import access, rollups, uses
from services.queries.sign_in import choices
from services.words.i18n import Words
from services.words.labels import label

ROOT = Path(__file__).resolve().parents[1]
PORTAL = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "serve.py")]
WORKER = [sys.executable, "-m", "services.worker"]
STOP_SECONDS = 35  # longer than the portal's own drain
BUILDING = "demo_book_in_building"  # a setting that is there while it lasts
_BAR = 30


def prepare(today: date, say: Callable[[str], None] = print) -> None:
    """Migrate under a lock, load the catalog, and build the demo book if there are no users yet.

    Raises `HalfABook` where one was left.
    """
    migrate.upgrade()
    with access.maintaining() as session:
        seed(session)
    _check_whole()
    if not choices():
        from services import demo  # all commands: needed once, and a second start should not wait for them

        say("The database is new: building a demo book (invented names).")
        with _whole_or_nothing():
            demo.build(today, progress=bar)
            rollups.fold_all()
            uses.rebuild(today)
    database.close()


@contextmanager
def _whole_or_nothing() -> Iterator[None]:
    """Build in a copy of an SQLite file that takes the file's place at the end: an interrupted start begins anew.

    Elsewhere a mark says that the book is being built, until it is: half a book is refused at the next start.
    """
    address = make_url(database.url())
    if address.get_backend_name() != "sqlite" or not address.database:
        _mark(is_building=True)
        yield
        _mark(is_building=False)
        return
    database.close()
    file, copy = Path(address.database), Path(f"{address.database}-building")
    for left_over in ("-wal", "-shm"):
        Path(f"{copy}{left_over}").unlink(missing_ok=True)
    shutil.copyfile(file, copy)
    database.use(f"sqlite:///{copy}", keeps=False)  # nobody waits for each commit of a file that may be thrown away
    yield
    database.close()
    with copy.open("rb") as whole:
        os.fsync(whole.fileno())
    os.replace(copy, file)


class HalfABook(Exception):
    """A demo book is being built in the database, or a start was interrupted while it was."""


def _mark(*, is_building: bool) -> None:
    with access.maintaining() as session:
        row = session.get(Setting, BUILDING)
        if is_building:
            session.add(Setting(code=BUILDING, value=True))
        elif row is not None:
            session.delete(row)


def _check_whole() -> None:
    with access.maintaining() as session:
        if session.get(Setting, BUILDING) is not None:
            raise HalfABook


def bar(done: int, total: int) -> None:
    """A progress bar on the terminal; in a file only its end."""
    if sys.stdout.isatty():
        full = _BAR * done // max(total, 1)
        print(f"\r  [{'#' * full}{'.' * (_BAR - full)}] {100 * done // max(total, 1):3d} %", end="", flush=True)
    if done >= total:
        print(f"\n  {total} steps done" if sys.stdout.isatty() else f"  {total} steps done", flush=True)


def run(port: int) -> int:
    """Start portal and worker and wait; returns the portal's exit code, 0 if it was asked to stop."""
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    portal = _start([*PORTAL, "--server.port", str(port)])
    worker: subprocess.Popen[bytes] | None = None
    try:
        while not stopping and portal.poll() is None:
            if worker is None:
                if _answers(port):  # mails can wait for the portal: both importing at once makes its user wait
                    worker = _start(WORKER)
                    _tell(port)
            elif worker.poll() is not None:
                print(f"The worker stopped (code {worker.returncode}) and is started again; mails wait meanwhile.")
                time.sleep(2)
                worker = _start(WORKER)
            time.sleep(0.1)
    finally:  # whatever ends us, neither stays behind
        _stop(*(process for process in (portal, worker) if process is not None))
    return 0 if stopping else portal.returncode


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches only us, and we let both end what they are doing.
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)


def _stop(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/livez", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _tell(port: int) -> None:
    words = Words("en")
    print(f"\nThe portal is running at  http://127.0.0.1:{port}\n\nDemo sign-ins (choose one on the first page):")
    for choice in choices():
        print(f"  {choice.name:<24} {label(choice.role, words):<22} {choice.email}")
    print("\nCtrl-C stops it.", flush=True)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--prepare", action="store_true", help="make the database ready and stop")
    asked = parser.parse_args()
    if not asked.prepare and not _is_free(asked.port):
        print(f"Port {asked.port} is in use. Choose another: make run PORT={asked.port + 1}", file=sys.stderr)
        return 1
    try:
        prepare(date.today())  # noqa: DTZ011 - the command line, where the day is asked
    except HalfABook:
        print(
            "The database holds half a demo book: another start is building it, or was interrupted. Wait for it, or"
            " empty the database (dropdb, createdb) and start again.",
            file=sys.stderr,
        )
        return 1
    return 0 if asked.prepare else run(asked.port)


if __name__ == "__main__":
    sys.exit(main())
