"""Run the comparisons, print the table, keep the figures."""

import argparse
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from dev.report import say

from . import report

# The file of each comparison, by the number of its rows.
COMPARISONS = {
    1: "building",
    2: "end_to_end",
    3: "usual_way",
    4: "decoding",
    5: "request_count",
    6: "unchanged",
    7: "writing_back",
    8: "growth",
    9: "idling",
    10: "warehouse",
    11: "two_servers",
}


@dataclass
class Bench:
    """What comparisons work with.

    :param database: with the addon
    :param plain: without it
    :param large: a copy of the first, to be filled
    :param full: take the time for large numbers
    """

    database: Any
    plain: Any
    large: Any
    full: bool
    apis: tuple[str, ...]


def main():
    options = _options()
    bench = _open(options)
    rows = []
    for number in options.rows or COMPARISONS:
        started = time.monotonic()
        for row in import_module(f".{COMPARISONS[number]}", __package__).measure(bench):
            rows.append(row)
            say(f"  {' | '.join(row.cells())}")
        say(f"  {number} {COMPARISONS[number]}: {time.monotonic() - started:.0f} s")
    say(f"\n{report.table(rows)}")
    report.save(rows, options.output, options.scale)
    say(f"\nKept in {options.output}.")
    return 1 if any(row.met is False for row in rows) else 0


def _options():
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--config", required=True, help="Odoo's configuration file")
    parser.add_argument("--database", required=True, help="with the addon")
    parser.add_argument("--plain", required=True, help="without the addon")
    parser.add_argument("--large", required=True, help="with the addon, to be filled")
    parser.add_argument("--output", required=True, type=Path, help="file for the figures")
    parser.add_argument("--scale", choices=["small", "full"], default="small")
    parser.add_argument("--api", action="append", choices=["soap", "rest"])
    parser.add_argument("rows", nargs="*", type=int, choices=[*COMPARISONS, []])
    return parser.parse_args()


def _open(options):
    from odoo.tools import config

    quiet = ["--log-level=warn", "--log-handler=py.warnings:ERROR"]
    config.parse_config(["-c", options.config, "--max-cron-threads=0", *quiet], setup_logging=True)
    from .database import Database

    databases = [Database(name) for name in (options.database, options.plain, options.large)]
    for database in databases:
        # Nothing runs but what is measured.
        database.query("UPDATE ir_cron SET active = false")
    return Bench(
        *databases,
        full=options.scale == "full",
        apis=tuple(options.api or ("soap", "rest")),
    )
