"""Seconds from `make run` to a portal that answers: the first start, which builds the demo book, and later ones.

`python bench/start.py --starts 3`: one JSON object a line. `cpu_s` is the processor time of all that was started until
then, which a busy machine distorts least. The environment must be installed (`make setup`).
"""

import argparse
import json
import os
import resource
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOLD = b"running at"  # what setup says when the portal answers


def start(url: str) -> dict[str, float]:
    """One start on a database, and its end: seconds to the answer, and processor seconds of the whole."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    before = _cpu_s()
    began = time.perf_counter()
    run = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert run.stdout is not None
    for line in run.stdout:
        if TOLD in line:
            break
    took = time.perf_counter() - began
    os.killpg(run.pid, signal.SIGTERM)
    run.stdout.read()
    run.wait()
    return {"answers_after_s": round(took, 2), "cpu_s": round(_cpu_s() - before, 2)}


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=3, help="starts after the first one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        for number in range(given.starts + 1):
            known = {"bench": "start", "database": "sqlite", "start": "first" if number == 0 else "later"}
            print(json.dumps(known | start(url)), flush=True)


if __name__ == "__main__":
    main()
