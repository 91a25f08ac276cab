"""Which Python the virtual environment is made with. Runs on any Python 3."""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWEST = (3, 13)


def fits(version):
    return OLDEST <= tuple(version[:2]) <= NEWEST


def suitable():
    """A Python that fits: the running one, or another on this machine; None when there is none."""
    if fits(sys.version_info):
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        # A version manager's stand-in may be on the path without the version behind it.
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return found
    return None


def require():
    """Go on with a Python that fits, or end in one sentence."""
    python = suitable()
    if python is None:
        sys.exit(
            f"This needs Python {dotted(OLDEST)} to {dotted(NEWEST)}, and {sys.executable} is "
            f"{dotted(sys.version_info[:3])}: name another, as in `make PYTHON=python3.12 test`."
        )
    if python != sys.executable:
        os.execv(python, [python, "-m", "dev", *sys.argv[1:]])


def dotted(version):
    return ".".join(map(str, version))
