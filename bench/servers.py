"""Streamlit servers to measure, each in a process of its own, and reruns asked of them as a browser asks."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import websockets
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parents[1]
_PORT = "PORT"
EMPTY_APP = '"""An empty app."""\n'


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its address and its process."""

    url: str
    process: "subprocess.Popen[bytes]"

    def cpu_ms(self) -> float | None:
        """Milliseconds of processor time the server has used; None where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def serve_portal(environment: Mapping[str, str]) -> AbstractContextManager[Server]:
    """The portal with its meter, on a free port."""
    return _serve([str(ROOT / "bench" / "measured_portal.py"), _PORT], ROOT, environment)


def serve_empty_app(folder: Path) -> AbstractContextManager[Server]:
    """An empty app with Streamlit's own settings, on a free port."""
    (folder / "empty_app.py").write_text(EMPTY_APP, encoding="utf-8")
    options = {"port": _PORT, "address": "127.0.0.1", "headless": "true", "fileWatcherType": "none"}
    flags = [part for name, value in options.items() for part in (f"--server.{name}", value)]
    flags += ["--browser.gatherUsageStats", "false"]
    return _serve(["-m", "streamlit", "run", "empty_app.py", *flags], folder, {})


@contextmanager
def _serve(arguments: list[str], folder: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, *(str(port) if each == _PORT else each for each in arguments)]
    server = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield Server(f"http://127.0.0.1:{port}", server)
    finally:
        server.terminate()
        server.wait(60)


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError("the server ended at its start")
        try:
            urlopen(address, timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")


class PageFault(Exception):
    """The page showed an error instead of itself: its text."""


def reruns(url: str, page: str, ids: Mapping[str, str | int], cookie: str, count: int) -> list[float]:
    """Milliseconds of so many reruns of a page in one session, after two that fill its caches.

    From the rerun's request to the server's word that the script has finished, over the browser's own connection:
    what the server takes, and what it takes to send and receive its messages on this machine. Raises `PageFault`.
    """
    with ThreadPoolExecutor(1) as aside:  # the browser's library may have an event loop of its own in this thread
        return aside.submit(asyncio.run, _reruns(url, page, ids, cookie, count)).result()


async def _reruns(url: str, page: str, ids: Mapping[str, str | int], cookie: str, count: int) -> list[float]:
    ask = BackMsg()
    ask.rerun_script.query_string = urlencode(ids)
    ask.rerun_script.page_name = page
    async with websockets.connect(
        url.replace("http", "ws") + "/_stcore/stream",
        max_size=None,
        origin=websockets.Origin(url),
        additional_headers={"Cookie": cookie} if cookie else {},
        subprotocols=["streamlit"],
    ) as connection:
        took: list[float] = []
        for _ in range(count + 2):
            began = time.perf_counter()
            await connection.send(ask.SerializeToString())
            received = await _finished(connection)
            took.append((time.perf_counter() - began) * 1000)
            _look_for_faults(received, page)
        return took[2:]


async def _finished(connection: websockets.ClientConnection) -> list[bytes]:
    """The messages until the server says that the script has run to its end."""
    received = []
    while True:
        message = bytes(await asyncio.wait_for(connection.recv(), 60))  # type: ignore[arg-type]
        received.append(message)
        if len(message) > 200:  # the word that a script has finished is short
            continue
        told = ForwardMsg()
        told.ParseFromString(message)
        if told.WhichOneof("type") == "auth_redirect":
            raise PageFault("not signed in")
        if told.WhichOneof("type") == "script_finished" and told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return received


def _look_for_faults(received: list[bytes], page: str) -> None:
    elements = 0
    for message in received:
        told = ForwardMsg()
        told.ParseFromString(message)
        if told.WhichOneof("type") == "page_not_found":
            raise PageFault("no such page")
        element = told.delta.new_element
        elements += element.WhichOneof("type") is not None
        if element.WhichOneof("type") == "exception":
            raise PageFault(element.exception.message)
        if element.WhichOneof("type") == "alert" and element.alert.format == Alert.ERROR:
            raise PageFault(element.alert.body)
    if page and not elements:
        raise PageFault("nothing was drawn")
