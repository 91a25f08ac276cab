"""NetSuite requests for a thousand sales orders, from finding them to having all that is needed.

A few orders were imported before: items, and what has to be learnt of an account once, are known.
"""

from collections import Counter

from .netsuite import netsuite
from .report import Row

ORDERS = 1000
TARGETS = {"soap": 14, "rest": 8}


def measure(bench):
    for api in bench.apis:
        calls = _calls(bench.database, api)
        yield Row(
            5,
            f"requests for {ORDERS} sales orders, {api.upper()}",
            "-",
            sum(calls.values()),
            TARGETS[api],
            at_most=True,
            details=dict(calls),
        )


def _calls(database, api):
    with netsuite(20) as source:
        backend_id = database.backend(source, api)
        database.import_all(backend_id)
        source.enter(ORDERS)
        source.clear_journal()
        database.plan_import(backend_id)
        database.run_jobs("_job_find", "_job_read")
        database.drop_jobs()  # building calls nobody
        read = database.query(
            "SELECT count(*) FROM netsuite_transaction WHERE backend_id = %s AND to_build",
            backend_id,
        )
        if read != [(ORDERS,)]:
            raise RuntimeError(f"{read} of {ORDERS} orders were read.")
        return Counter(call.operation for call in source.calls())
