"""How another Odoo process finds the same addons and the same database server."""

import os

from odoo.tools import config

NAMES = ("addons_path", "data_dir", "db_host", "db_port", "db_user", "db_sslmode")


def options():
    """Options of its command line."""
    found = []
    for name in NAMES:
        if value := config[name]:
            value = ",".join(value) if isinstance(value, list) else value
            option = name if name.startswith("db_") else name.replace("_", "-")
            found.append(f"--{option}={value}")
    return found


def environment():
    return {**os.environ, "PGPASSWORD": config["db_password"] or ""}
