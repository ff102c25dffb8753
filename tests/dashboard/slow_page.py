"""A page whose command takes three seconds: what a stopping server must wait for. Not part of the portal."""

import os
import sys
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

from datetime import date

from services import access
from services.permissions import Permission

actor = access.identify(int(os.environ["ACTOR"]), date(2026, 4, 11))
with access.acting(actor, Permission.SEE_HELP) as session:
    Path(os.environ["BEGAN"]).touch()
    time.sleep(3)
    access.record(session, "slow_command")
