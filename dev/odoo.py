"""How Odoo is started here: its configuration, its environment, its command line."""

import os
import re
import sys

from . import debian, paths
from .report import Stop

# What the addon depends on, what the demonstration sells with, and what the addon heeds where it is
# installed: a delivery in a started batch is begun.
BASE_MODULES = ("stock_delivery", "sale_stock", "stock_picking_batch", "queue_job")
CHANNELS = ",".join(
    (
        "root:5",
        "root.netsuite:4",
        "root.netsuite.fetch:1",
        "root.netsuite.build:1",
        "root.netsuite.writeback:2",
    )
)
PROBLEM = re.compile(r" (ERROR|CRITICAL) |Traceback|^\w*Error\b|^\S+\.\w+(Error|Exception): ")


def configure():
    """Write the configuration file; what differs from run to run comes on the command line."""
    addons = [paths.ADDONS, *debian.addons_paths()]
    if any("," in str(folder) for folder in addons):
        raise Stop("Odoo's addons path cannot hold a comma: move this checkout elsewhere.")
    link_addon()
    options = {
        "addons_path": ",".join(map(str, addons)),
        "data_dir": paths.DATA,
        "http_interface": "127.0.0.1",
        "list_db": "False",
        # Nobody creates or drops databases through the web here.
        "admin_passwd": os.urandom(16).hex(),
    }
    text = "[options]\n" + "".join(f"{name} = {value}\n" for name, value in options.items())
    paths.CONFIG.write_text(text)
    paths.CONFIG.chmod(0o600)
    # Not `python -m odoo`: Odoo starts its second server by the name of the file it was started as.
    paths.ODOO_BIN.write_text("from odoo.cli.command import main\n\nmain()\n")


def link_addon():
    if not (paths.LINK.is_symlink() and paths.LINK.resolve() == paths.ROOT):
        paths.LINK.unlink(missing_ok=True)
        paths.LINK.symlink_to(os.path.relpath(paths.ROOT, paths.ADDONS))


def environment(**more):
    """Our own environment without a person's settings for another Odoo."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ODOO_")}
    own["CONNECTOR_NETSUITE_ROOT"] = str(paths.ROOT)
    # Otherwise a process title would overwrite the mark that tells our processes from others.
    own["SPT_NOENV"] = "1"
    return own | more


def command(database, *arguments, subcommand=None):
    start = [sys.executable, str(paths.ODOO_BIN), *([subcommand] if subcommand else [])]
    return [*start, "-c", str(paths.CONFIG), "-d", database, *arguments]
