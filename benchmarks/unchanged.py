"""Importing again what has not changed, against importing it for the first time."""

import statistics

from .end_to_end import check
from .netsuite import netsuite
from .report import Row
from .timing import seconds


def measure(bench):
    database = bench.database
    orders = 1000
    for api in bench.apis:
        with netsuite(orders) as source:
            backend_id = database.backend(source, api)
            new = seconds(database.import_all, backend_id)
            check(database, backend_id, orders)
            again = statistics.median(_again(database, backend_id) for _time in range(5))
        yield Row(
            6,
            f"importing unchanged documents again, {api.upper()}",
            "importing new ones",
            new / again,
            40,
            details={
                "documents": orders,
                "new, ms a document": 1000 * new / orders,
                "again, ms a document": 1000 * again / orders,
            },
        )


def _again(database, backend_id):
    with database.transaction() as env:
        env["netsuite.backend"].browse(backend_id).import_cursor = False
    return seconds(database.import_all, backend_id)
