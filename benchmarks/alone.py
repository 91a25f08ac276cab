"""Measuring in a process of its own, which has nothing else in its memory.

Importable without Odoo: such a process reads this file before it has found Odoo's addons.
"""

import gc
import multiprocessing
from functools import cache
from pathlib import Path

SPAWN = multiprocessing.get_context("spawn")


def in_own_process(function, *arguments):
    """What a function returns that another process calls, and then ends."""
    with SPAWN.Pool(1) as pool:
        return pool.apply(function, arguments)


def peak_memory(function, *arguments):
    """What a call returns, and the most memory (bytes) that this process took meanwhile beyond what
    it had before, as the kernel counted."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    before = _memory("VmRSS")
    result = function(*arguments)
    return result, _memory("VmHWM") - before


def _memory(name):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise LookupError(name)


# -- with Odoo --------------------------------------------------------------------------------


def start_odoo(config):
    """Read Odoo's configuration file; only then can its addons be imported."""
    from odoo.tools import config as odoo_config

    quiet = ["--log-level=warn", "--log-handler=py.warnings:ERROR"]
    odoo_config.parse_config(["-c", config, "--max-cron-threads=0", *quiet], setup_logging=True)


def import_all(config, name, backend_id):
    """Import to the end in this process."""
    _database(config, name).import_all(backend_id)


def import_peak(config, name, backend_id):
    """The most memory (bytes) that this takes, the opening of the database apart."""
    return peak_memory(_database(config, name).import_all, backend_id)[1]


@cache
def _database(config, name):
    """The database, open for the life of this process."""
    start_odoo(config)
    from .database import Database

    return Database(name)
