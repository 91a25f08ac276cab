"""A scheduled run of the import that finds nothing to do."""

import statistics
import time

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
        yield Row(
            9,
            f"an idle scheduled run, {api.upper()}: requests",
            "-",
            max(requests for requests, _time in runs),
            2,
            at_most=True,
        )
        times = [time for _requests, time in runs]
        yield Row(
            9,
            f"an idle scheduled run, {api.upper()}: time of Odoo",
            "-",
            statistics.median(times),
            30,
            at_most=True,
            unit="ms",
            details={"least": min(times), "with": "planning, the job, its commits"},
        )


def _run(database, source):
    """Requests, and milliseconds that were not spent waiting for NetSuite."""
    start = time.perf_counter()
    with database.transaction() as env:
        env.ref("connector_netsuite.ir_cron_import").method_direct_trigger()
    database.run_jobs()
    taken = time.perf_counter() - start
    calls = source.calls()
    source.clear_journal()
    return len(calls), 1000 * (taken - sum(call.duration for call in calls))
