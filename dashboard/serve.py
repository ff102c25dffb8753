"""The server: health routes, security headers, warm-up, and a drain before it stops."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dashboard import dev_sessions, errors, warm_up
from dashboard.headers import SecurityHeaders
from data import database, migrate
from services import access

DRAIN_SECONDS = 30
_log = logging.getLogger("portal.server")
_is_draining = False


async def livez(request: Request) -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "alive"})


async def readyz(request: Request) -> JSONResponse:
    """The process may be sent users: its database answers, on the right schema revision, and it is not stopping."""
    if _is_draining:
        return JSONResponse({"status": "draining"}, status_code=503)
    try:
        fault = await asyncio.wait_for(asyncio.to_thread(migrate.fault), timeout=5)
    except TimeoutError:
        fault = "database does not answer"
    return JSONResponse({"status": fault or "ready"}, status_code=503 if fault else 200)


async def drain(seconds: float = DRAIN_SECONDS) -> int:
    """Wait until no command is running, at most so long; returns how many still were."""
    global _is_draining
    _is_draining = True
    for _ in range(int(seconds * 20)):
        if not access.in_flight():
            return 0
        await asyncio.sleep(0.05)
    _log.error("stopped with %d commands still running", access.in_flight())
    return access.in_flight()


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """From warm-up to drain."""
    warm_up.import_all()
    warm_up.set_aside()
    yield None
    await drain()
    database.close()


def _refuse_another_schema() -> None:
    fault = migrate.fault()
    if fault:
        sys.exit(f"The portal does not start: {fault}. Run “make migrate” (or “make run”).")


_refuse_another_schema()
app = st.App(
    ROOT / "dashboard" / "streamlit_app.py",
    routes=[Route("/livez", livez), Route("/readyz", readyz), *dev_sessions.routes()],
    middleware=[Middleware(SecurityHeaders)],
    lifespan=lifespan,
    on_script_error=errors.on_script_error,
)
