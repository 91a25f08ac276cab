"""Run the comparisons, print the table, keep the figures."""

import argparse
import time
import traceback
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from dev.report import say

from . import report
from .alone import start_odoo

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
    :param small: a copy of the first that nobody else fills, to be compared with the next
    :param large: another, to be filled
    :param config: the path of Odoo's configuration file, for processes of their own
    :param full: take the time for large numbers
    """

    database: Any
    plain: Any
    small: Any
    large: Any
    config: str
    full: bool
    apis: tuple[str, ...]


def main():
    options = _options()
    bench = _open(options)
    record = report.Record(options.output, options.scale, report.machine(bench.database))
    rows = []
    for number in options.rows or COMPARISONS:
        started = time.monotonic()
        for row in _measured(bench, number):
            rows.append(row)
            record.keep(rows)
            say(f"  {' | '.join(row.cells())}")
        say(f"  {number} {COMPARISONS[number]}: {time.monotonic() - started:.0f} s")
    say(f"\n{report.table(rows)}")
    say(f"\nKept in {options.output}.")
    return 1 if any(row.met is False for row in rows) else 0


def _measured(bench, number):
    """The rows of a comparison. One that breaks off has missed its target, and the next go on."""
    name = COMPARISONS[number]
    try:
        yield from import_module(f".{name}", __package__).measure(bench)
    except Exception as error:
        traceback.print_exc()
        yield report.missed(number, name, error)
    for database in (bench.database, bench.small, bench.large):
        database.drop_jobs()  # nothing is left for the next


def _options():
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--config", required=True, help="Odoo's configuration file")
    parser.add_argument("--database", required=True, help="with the addon")
    parser.add_argument("--plain", required=True, help="without the addon")
    parser.add_argument("--small", required=True, help="with the addon, for itself")
    parser.add_argument("--large", required=True, help="with the addon, to be filled")
    parser.add_argument("--output", required=True, type=Path, help="file for the figures")
    parser.add_argument("--scale", choices=["small", "full"], default="small")
    parser.add_argument("--api", action="append", choices=["soap", "rest"])
    parser.add_argument("rows", nargs="*", type=int, choices=[*COMPARISONS, []])
    return parser.parse_args()


def _open(options):
    start_odoo(options.config)
    from .database import Database

    names = (options.database, options.plain, options.small, options.large)
    databases = [Database(name) for name in names]
    for database in databases:
        # Nothing runs but what is measured.
        database.query("UPDATE ir_cron SET active = false")
    return Bench(
        *databases,
        config=options.config,
        full=options.scale == "full",
        apis=tuple(options.api or ("soap", "rest")),
    )
