"""A server that is told to stop in the middle of a command lets it end: nothing half done, nothing lost."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import websockets
from sqlalchemy import select
from streamlit.proto.BackMsg_pb2 import BackMsg

from data import database
from data.models import AuditEntry
from services.permissions import Actor
from tests.databases import TestDatabase
from tests.screens import in_a_loop

ROOT = Path(__file__).resolve().parents[2]


async def ask_and_stop(port: int, began: Path, server: subprocess.Popen[bytes]) -> None:
    """Open the page, and stop the server once its command has begun."""
    origin = websockets.Origin(f"http://127.0.0.1:{port}")
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    for _ in range(300):
        try:
            async with websockets.connect(
                address, origin=origin, subprotocols=[websockets.Subprotocol("streamlit")]
            ) as page:
                ask = BackMsg()
                ask.rerun_script.query_string = ""
                await page.send(ask.SerializeToString())
                while not began.exists():
                    await asyncio.sleep(0.05)
                server.send_signal(signal.SIGTERM)
                return
        except OSError:
            await asyncio.sleep(0.1)
    raise TimeoutError("the server did not start")


def test_a_command_in_flight_survives_the_stop(db: TestDatabase, rep: Actor, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = tmp_path / "began"
    environment = {**os.environ, "DATABASE_URL": db.url, "ACTOR": str(rep.user_id), "BEGAN": str(began)}
    command = [sys.executable, "-m", "streamlit", "run", "tests/dashboard/slow_server.py", "--server.port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    in_a_loop(asyncio.wait_for(ask_and_stop(port, began, server), 60))
    asked_at = time.monotonic()
    _, said = server.communicate(timeout=40)
    assert time.monotonic() - asked_at > 1, "it did not wait"
    assert b"still running" not in said
    with database.read_session() as session:
        assert "slow_command" in set(session.scalars(select(AuditEntry.action)))
