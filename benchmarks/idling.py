"""A scheduled run of the import that finds nothing to do."""

import time
from statistics import median
from typing import NamedTuple

from .netsuite import netsuite
from .report import Row

RUNS = 21


def measure(bench):
    database = bench.database
    with database.transaction() as env:
        env["netsuite.backend"].search([]).active = False  # those of other comparisons
    for api in bench.apis:
        with netsuite(20) as source:
            backend_id = database.backend(source, api)
            database.import_all(backend_id)
            source.clear_journal()
            runs = [_run(database, source) for _time in range(RUNS)]
            with database.transaction() as env:
                env["netsuite.backend"].browse(backend_id).active = False
            nothing = median(_nothing(database, backend_id) for _time in range(RUNS))
        yield Row(
            9,
            f"an idle scheduled run, {api.upper()}: requests",
            "-",
            max(run.requests for run in runs),
            2,
            at_most=True,
        )
        times = [run.processor for run in runs]
        yield Row(
            9,
            f"an idle scheduled run, {api.upper()}: processor time of Odoo",
            "-",
            median(times),
            30,
            at_most=True,
            unit="ms",
            details={
                "of it an empty action and job, ms": nothing,
                "on the wall, without the calls, ms": median(run.wall for run in runs),
                "best, ms": min(times),
                "runs": RUNS,
            },
        )


def _nothing(database, backend_id):
    """Milliseconds of an action and a job that do nothing: what Odoo and the queue take."""
    start = time.process_time()
    with database.transaction() as env:
        env.ref("connector_netsuite.ir_cron_import").method_direct_trigger()
        env["netsuite.backend"].browse(backend_id).with_delay()._job_build([])
    database.run_jobs()
    return 1000 * (time.process_time() - start)


class _Run(NamedTuple):
    requests: int
    processor: float  # milliseconds of Odoo's own process
    wall: float  # milliseconds with PostgreSQL's part, but not NetSuite's


def _run(database, source):
    start, wall = time.process_time(), time.perf_counter()
    with database.transaction() as env:
        env.ref("connector_netsuite.ir_cron_import").method_direct_trigger()
    database.run_jobs()
    processor, wall = time.process_time() - start, time.perf_counter() - wall
    calls = source.calls()
    source.clear_journal()
    return _Run(len(calls), 1000 * processor, 1000 * (wall - sum(call.duration for call in calls)))
