"""Importing again what has not changed, against importing it for the first time."""

import statistics
from contextlib import contextmanager

from odoo.addons.connector_netsuite.netsuite.rest import RestClient
from odoo.addons.connector_netsuite.netsuite.soap import SoapClient

from .end_to_end import check
from .netsuite import netsuite
from .report import Row
from .timing import seconds

CLIENTS = {"soap": SoapClient, "rest": RestClient}


def measure(bench):
    database = bench.database
    orders = 1000
    for api in bench.apis:
        with netsuite(orders) as source:
            backend_id = database.backend(source, api)
            new = seconds(database.import_all, backend_id)
            check(database, backend_id, orders)
            again = statistics.median(
                _again(database, backend_id, CLIENTS[api], orders) for _time in range(5)
            )
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


def _again(database, backend_id, client, orders):
    """Seconds of an import that finds all of them once more."""
    with database.transaction() as env:
        env["netsuite.backend"].browse(backend_id).import_cursor = False
    with _found(client) as ids:
        taken = seconds(database.import_all, backend_id)
    if len(ids) != orders:
        raise RuntimeError(f"{len(ids)} of {orders} orders were found again.")
    return taken


@contextmanager
def _found(client):
    """The internal ids of the documents that searches name meanwhile."""
    ids, find = set(), client.find

    def noting(self, query, cursor=""):
        page = find(self, query, cursor)
        ids.update(header.internal_id for header in page.headers)
        return page

    client.find = noting
    try:
        yield ids
    finally:
        client.find = find
