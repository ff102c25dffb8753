"""What the server does before it takes users: imports, and garbage collection told to leave them alone."""

import gc
import importlib
import pkgutil

_LIBRARIES = ("pandas", "pyarrow", "plotly.graph_objects", "babel.dates", "babel.numbers", "jinja2", "xlsxwriter")
_PACKAGES = ("dashboard.components", "services.commands", "services.queries", "services.words")


def import_all() -> None:
    """Import what pages will need, so that the first user does not wait for it; no garbage is collected meanwhile."""
    gc.disable()  # what modules make stays: looking through it again and again is a tenth of the start
    for name in _LIBRARIES:
        importlib.import_module(name)
    for package in _PACKAGES:
        found = importlib.import_module(package)
        for module in pkgutil.walk_packages(found.__path__, f"{package}."):
            importlib.import_module(module.name)
    gc.enable()


def set_aside() -> None:
    """Take everything loaded so far out of garbage collection.

    Streamlit collects after each script run; with pandas and plotly loaded that holds every thread for ~100 ms.
    `bench/rerun.py` measures the difference.
    """
    gc.collect()
    gc.freeze()
