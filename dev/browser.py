"""A real browser for the tests in one: Debian's Chromium, when it may be installed here."""

import os
import shutil

from . import stamps
from .commands import run
from .report import Stop, say, step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def ensure():
    """Install Chromium where that is possible; without one the tests decide what to do."""
    if any(map(shutil.which, NAMES)) or os.getuid() or not shutil.which("apt-get"):
        return
    # A machine that cannot install it is not asked again at every run.
    wanted = stamps.key("asked", os.environ.get("CI", ""))
    if stamps.fresh("browser", wanted):
        return
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        with step("Chromium: installing Debian's package"):
            failure = "Chromium cannot be installed"
            run(["apt-get", "-q", "update"], "chromium-update.log", failure, env=quiet)
            run(
                ["apt-get", "-q", "-y", "--no-install-recommends", "install", "chromium"],
                "chromium.log",
                failure,
                env=quiet,
            )
    except Stop as error:
        say(f"{error} Going on without a browser.")
        stamps.write("browser", wanted)
