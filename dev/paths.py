"""Where things are. Everything that set-up makes lies in `.dev/`, which git ignores."""

import hashlib
import os
from pathlib import Path

ADDON = "connector_netsuite"
ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT / ".dev"
CACHE = DEV / "cache"
LOGS = DEV / "log"
STAMPS = DEV / "stamps"
ODOO = DEV / "odoo"
VENV = DEV / "venv"
PYTHON = VENV / "bin" / "python"
ADDONS = DEV / "addons"
# The repository root is the addon, but its folder may have any name: tools that go by the
# folder's name get this link.
LINK = ADDONS / ADDON
DATA = DEV / "data"
CONFIG = DEV / "odoo.conf"
ODOO_BIN = DEV / "odoo-bin"
PGDATA = DEV / "postgres"
LOCK = ROOT / "dev" / "requirements.lock"

# Tells this checkout's databases and sockets from those of other checkouts.
CHECKOUT = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:8]
# A Unix socket's path may have 107 bytes at most, a checkout's path any number.
SOCKETS = Path("/tmp") / f"cn-{CHECKOUT}-{os.getuid()}"  # noqa: S108 (its owner is checked)


def prepare():
    for folder in (DEV, CACHE, LOGS, STAMPS, ADDONS, DATA):
        folder.mkdir(parents=True, exist_ok=True)


def odoo_home():
    """A person's own Odoo (a checkout or an unpacked package), or None."""
    home = os.environ.get("ODOO_HOME")
    return Path(home).expanduser().resolve() if home else None
