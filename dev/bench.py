"""`make bench`: the comparisons of benchmarks/, on databases of their own."""

import os
import sys

from . import databases, lifetime, locks, odoo, paths


def run(arguments, purpose):
    purposes = (purpose, f"{purpose}_plain", f"{purpose}_small", f"{purpose}_large")
    with_addon, plain, small, large = map(databases.name_of, purposes)
    with locks.exclusive(f"database-{purpose}", f"Another make uses {with_addon}: waiting."):
        with locks.set_up():
            template = databases.ensure_template()
            databases.ensure(with_addon, template, afresh=True)
            _copy(databases.TEMPLATE, plain)
            _copy(with_addon, small)
            _copy(with_addon, large)
            for name in (with_addon, plain, small, large):
                _commit_as_in_life(name)
        return lifetime.call(
            [
                *(sys.executable, "-m", "benchmarks"),
                *("--config", paths.CONFIG, "--output", paths.DEV / "bench.json"),
                *("--database", with_addon, "--plain", plain),
                *("--small", small, "--large", large),
                *("--scale", os.environ.get("SCALE") or "small"),
                *arguments,
            ],
            cwd=paths.ROOT,
            # The benchmarks run jobs themselves unless they start a job runner.
            env=odoo.environment(ODOO_QUEUE_JOB_CHANNELS="root:0"),
        )


def _copy(source, target):
    with databases.cursor() as cr, databases.building(cr, target, source) as partial:
        databases.copy(cr, source, partial)


def _commit_as_in_life(name):
    """A commit waits for the log, whatever the embedded server does for quick tests. That it does
    not wait for the disk (fsync) cannot be changed for one database; the figures name it."""
    with databases.cursor() as cr:
        databases.execute(cr, "ALTER DATABASE {} SET synchronous_commit = on", name)
