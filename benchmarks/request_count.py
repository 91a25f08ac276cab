"""NetSuite requests for a thousand sales orders, from finding them to confirmed deliveries.

A few orders were imported before: items, and what has to be learnt of an account once, are known.
"""

from collections import Counter

from .end_to_end import check
from .netsuite import netsuite
from .report import Row

FEW = 20
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
    with netsuite(FEW) as source:
        backend_id = database.backend(source, api)
        database.import_all(backend_id)
        source.enter(ORDERS)
        source.clear_journal()
        database.import_all(backend_id)
        check(database, backend_id, FEW + ORDERS)
        return Counter(call.operation for call in source.calls())
