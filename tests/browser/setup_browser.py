"""The browser of the browser tests: found on the machine, or installed from the system's packages or by Playwright."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What a Chromium needs to run headless, as root in a container, without calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
NO_BROWSER = (
    "No Chromium was found, and neither the system's packages nor Playwright's installer could bring one. Install a "
    "browser (for instance: apt-get install chromium), or name one: PORTAL_BROWSER=/path/to/chromium make test"
)


def found() -> str | None:
    """The path of a Chromium: `PORTAL_BROWSER`, the system's, or Playwright's own."""
    named = os.environ.get("PORTAL_BROWSER")
    if named:
        return named if Path(named).exists() else None
    for command in COMMANDS:
        path = shutil.which(command)
        if path:
            return path
    return _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def _install_from_packages() -> None:
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("Installing Chromium from the system's packages ...")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium"]):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)


def _install_with_playwright() -> None:
    print("Installing Chromium with Playwright ...")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Find a browser, or install one; 1 with a clear sentence where neither works."""
    for install in (lambda: None, _install_from_packages, _install_with_playwright):
        install()
        if found():
            return 0
    print(NO_BROWSER, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
