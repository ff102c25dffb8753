"""The portal's server with a meter on its database: `python bench/measured_portal.py PORT`, `BENCH_METER` a file."""

import os
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from bench.meter import Meter
from dashboard.serve import app

if __name__ == "__main__":
    Meter(Path(os.environ["BENCH_METER"])).watch()
    app.run(config={"server.port": int(sys.argv[1]), "server.address": "127.0.0.1", "server.headless": True})
