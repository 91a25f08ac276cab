"""`make lock`: resolve `requirements.in` into `requirements.lock`, for each Python we allow."""

import sys

from . import paths
from .commands import run
from .pythons import OLDEST
from .report import step

# The addons' packages name Odoo as a requirement; it is not on the package index.
LEFT_OUT = "odoo ; python_version < '3'\n"


def make():
    tool = paths.CACHE / "uv"
    oldest = ".".join(map(str, OLDEST))
    source = paths.LOCK.with_suffix(".in")
    override = paths.CACHE / "override.txt"
    override.write_text(LEFT_OUT)
    with step("Lock file: resolving"):
        failure = "The lock file cannot be made"
        run(
            [sys.executable, "-m", "pip", "install", "--upgrade", "--target", tool, "uv"],
            "uv.log",
            failure,
        )
        compiler = [tool / "bin" / "uv", "pip", "compile", "--no-header", "--no-annotate"]
        pythons = ["--universal", "--no-python-downloads", "--python-version", oldest]
        run(
            [*compiler, "--upgrade", *pythons, "--override", override, "-o", paths.LOCK, source],
            "lock.log",
            failure,
        )
