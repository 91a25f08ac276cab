"""The virtual environment: every version pinned in `dev/requirements.lock`."""

import os
import shutil
import subprocess
import sys

from . import debian, paths, stamps
from .commands import run
from .report import Stop, step


def ensure():
    interpreter = os.path.realpath(sys.executable)
    wanted = stamps.key(paths.LOCK, sys.version, interpreter, str(paths.VENV))
    if not (stamps.fresh("venv", wanted) and paths.PYTHON.exists()):
        stamps.remove("venv")
        # Made anew rather than mended; what pip has downloaded stays in its cache.
        shutil.rmtree(paths.VENV, ignore_errors=True)
        create()
        install()
        stamps.write("venv", wanted)
    link_odoo()


def create():
    with step("Python environment: creating"):
        answer = subprocess.run(
            [sys.executable, "-m", "venv", paths.VENV],
            capture_output=True,
            text=True,
            cwd=paths.DEV,
        )
    if answer.returncode:
        raise Stop(
            f"{sys.executable} cannot make a virtual environment: install its venv module "
            f"(Debian: apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv)."
        )


def install():
    total = len(paths.LOCK.read_text().splitlines())
    with step(f"Python environment: installing {total} packages") as line:
        seen = 0

        def progress(text):
            nonlocal seen
            if text.startswith(("Collecting ", "Ignoring ", "Processing ")):
                seen += 1
                line.percent(seen * 0.8, total)

        pip = [paths.PYTHON, "-m", "pip", "--cache-dir", paths.CACHE / "pip", "--no-input"]
        run(
            # The lock file is complete, so there is nothing to resolve; and Odoo, which an addon
            # names as a requirement, is not on the package index.
            [*pip, "install", "--disable-pip-version-check", "--no-deps", "-r", paths.LOCK],
            "pip.log",
            "The Python packages cannot be installed",
            each_line=progress,
        )


def link_odoo():
    """Let the environment see Odoo, wherever it is."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    link = paths.VENV / "lib" / version / "site-packages" / "odoo-path.pth"
    wanted = f"{debian.import_path()}\n"
    if not link.exists() or link.read_text() != wanted:
        link.write_text(wanted)
