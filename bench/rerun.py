"""Reruns of an empty page a second, with and without gc.freeze(): `python bench/rerun.py [--seconds 5] [--users 4]`."""

import argparse
import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import streamlit as st
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard import warm_up

EMPTY_PAGE = '"""An empty page."""\n'


def serve(port: int, *, freeze: bool, script: Path) -> None:
    """Serve the page with everything loaded that the portal loads; returns when stopped."""

    @asynccontextmanager
    async def lifespan(app: st.App) -> AsyncIterator[dict[str, Any] | None]:
        warm_up.import_all()
        if freeze:
            warm_up.set_aside()
        yield None

    app = st.App(script, lifespan=lifespan)
    app.run(config={"server.port": port, "server.address": "127.0.0.1", "server.headless": True})


async def user(port: int, until: float, took_ms: list[float]) -> None:
    """One browser that asks for a rerun as soon as the last one is done."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    origin = websockets.Origin(f"http://127.0.0.1:{port}")
    async with websockets.connect(address, max_size=None, origin=origin, subprotocols=["streamlit"]) as connection:
        while time.perf_counter() < until:
            began = time.perf_counter()
            ask = BackMsg()
            ask.rerun_script.query_string = ""
            await connection.send(ask.SerializeToString())
            await finished(connection)
            took_ms.append((time.perf_counter() - began) * 1000)


async def finished(connection: websockets.ClientConnection) -> None:
    """Read until the server says that the script has run."""
    while True:
        told = ForwardMsg()
        told.ParseFromString(bytes(await connection.recv()))  # type: ignore[arg-type]
        if told.WhichOneof("type") == "script_finished":
            return


async def measure(port: int, users: int, seconds: float) -> dict[str, float]:
    """Reruns a second of so many users at once, and the slowest."""
    await asyncio.gather(*(user(port, time.perf_counter() + 1, []) for _ in range(users)))
    took_ms: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(user(port, began + seconds, took_ms) for _ in range(users)))
    took_ms.sort()
    return {
        "reruns_per_s": round(len(took_ms) / (time.perf_counter() - began), 1),
        "median_ms": round(took_ms[len(took_ms) // 2], 1),
        "slowest_ms": round(took_ms[-1], 1),
    }


def run(*, freeze: bool, users: int, seconds: float) -> dict[str, float]:
    """Start a server, measure it, stop it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "empty_page.py"
        page.write_text(EMPTY_PAGE, encoding="utf-8")
        command = [
            sys.executable,
            __file__,
            "--serve",
            str(port),
            "--page",
            str(page),
            *(["--freeze"] if freeze else []),
        ]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            wait_for(port)
            return asyncio.run(measure(port, users, seconds))
        finally:
            server.terminate()
            server.wait()


def wait_for(port: int) -> None:
    """Wait until the server answers."""
    for _ in range(300):
        try:
            urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")


def main() -> None:
    """Print one JSON object: both measurements and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--users", type=int, default=4)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--page", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--freeze", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve, freeze=asked.freeze, script=asked.page)
        return
    without = run(freeze=False, users=asked.users, seconds=asked.seconds)
    frozen = run(freeze=True, users=asked.users, seconds=asked.seconds)
    ratio = round(frozen["reruns_per_s"] / without["reruns_per_s"], 1)
    print(json.dumps({"users": asked.users, "without_freeze": without, "with_freeze": frozen, "ratio": ratio}))


if __name__ == "__main__":
    main()
