"""`make bench`: the comparisons of benchmarks/, on databases of their own."""

import os
import sys

from . import databases, lifetime, locks, odoo, paths


def run(arguments, purpose):
    purposes = (purpose, f"{purpose}_plain", f"{purpose}_large")
    with_addon, plain, large = map(databases.name_of, purposes)
    with locks.exclusive(f"database-{purpose}", f"Another make uses {with_addon}: waiting."):
        with locks.set_up():
            template = databases.ensure_template()
            databases.ensure(with_addon, template, afresh=True)
            _copy(databases.TEMPLATE, plain)
            _copy(with_addon, large)
        return lifetime.call(
            [
                *(sys.executable, "-m", "benchmarks"),
                *("--config", paths.CONFIG, "--output", paths.DEV / "bench.json"),
                *("--database", with_addon, "--plain", plain, "--large", large),
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
