"""`make lint`: ruff on everything, mypy on what has types, pylint-odoo on the addon; the locked
packages against the known holes, and whatever is excused or done with all rights for its reason.
"""

import sys

from . import audit, lifetime, odoo, paths, reasons
from .report import say


def run(arguments):
    """All checks run, also after one has found something."""
    python = [sys.executable, "-m"]
    checks = {
        "ruff check": [*python, "ruff", "check", *arguments, "."],
        "ruff format": [*python, "ruff", "format", "--check", "."],
        "mypy": [*python, "mypy", "netsuite", "simulator"],
        "pylint": [*python, "pylint", "--rcfile", paths.ROOT / ".pylintrc", paths.ADDON],
    }
    failed = []
    for name, command in checks.items():
        say(f"{name}:")
        # pylint-odoo goes by the folder's name: it gets the link.
        folder = paths.ADDONS if name == "pylint" else paths.ROOT
        if lifetime.call(command, cwd=folder, env=odoo.environment()):
            failed.append(name)
    for name, check in {"advisories": audit.run, "reasons": reasons.run}.items():
        say(f"{name}:")
        if check():
            failed.append(name)
    say(f"Lint: {', '.join(failed)} failed." if failed else "Lint: nothing to complain about.")
    return 1 if failed else 0
