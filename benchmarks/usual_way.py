"""One job and one call a document, as connectors usually work, against jobs that take many.

The usual way is written here as fairly as it can be: it has the same client, makes its deliveries
with the bare ORM, looks for nothing but products, and keeps no log, no limit and no copy of what it
has read; the documents are found with the same search. Both know the account before: its items, and
what has to be learnt once.
"""

from functools import partial

from odoo.addons.connector_netsuite.netsuite.records import SALES_ORDER

from . import bare_orm, plain_rest
from .copies import documents
from .netsuite import netsuite
from .report import Row, median_ratio
from .timing import in_turn, rate

LATENCY = 0.3  # seconds
FEW = 20  # orders that were imported before: each item and shipping method once


def measure(bench):
    database = bench.database
    backend = database.registry["netsuite.backend"]
    backend._job_usual_find, backend._job_usual_import = _job_usual_find, _job_usual_import
    same, many, few = (1000, 2000, 200) if bench.full else (200, 400, 60)
    # At 300 ms a call the usual way takes so long that fewer orders must do: the one search for
    # them adds little to a call for each.
    for api in bench.apis:
        for latency, orders, usual_orders, target in (
            (0.0, same, same, 3.5),
            (LATENCY, many, few, 10),
        ):
            usual, ours = _Way(database, api, latency), _Way(database, api, latency)
            usual_rates, our_rates = in_turn(
                3,
                partial(usual.rate, usual_orders, _import_usually),
                partial(ours.rate, orders, type(database).import_all),
            )
            calls = f", {latency * 1000:.0f} ms a call" if latency else ""
            yield Row(
                3,
                f"NetSuite to confirmed deliveries, {api.upper()}{calls}",
                "one job and one get a document",
                median_ratio(our_rates, usual_rates),
                target,
                details={
                    "orders": orders,
                    "usual orders": usual_orders,
                    "usual a second": max(usual_rates),
                    "ours a second": max(our_rates),
                    "usual calls a document": usual.calls_a_document,
                    "our calls a document": ours.calls_a_document,
                },
            )


class _Way:
    """A way to import, and how often it called in the last measurement."""

    def __init__(self, database, api, latency):
        self._database = database
        self._api = api
        self._latency = latency
        self.calls_a_document = None

    def rate(self, orders, way):
        """Orders a second that this way imports.

        :param way: is called with the database and the id of a backend
        """
        database = self._database
        with netsuite(FEW) as source:
            backend_id = database.backend(source, self._api)
            database.import_all(backend_id)
            before = documents(database)
            source.enter(orders)
            source.clear_journal()
            source.set_latency(self._latency)
            found = rate(orders, way, database, backend_id)
            if (made := documents(database) - before) != orders:
                raise RuntimeError(f"{made} of {orders} orders were imported.")
            self.calls_a_document = len(source.calls()) / orders
        return found


def _import_usually(database, backend_id):
    with database.transaction() as env:
        env["netsuite.backend"].browse(backend_id).with_delay()._job_usual_find()
    database.run_jobs()


def _job_usual_find(self):
    """Enqueue a job for each document that the search names."""
    with self._client() as client:
        cursor = ""
        while True:
            page = client.find(self._query(self._next_window()), cursor)
            for header in page.headers:
                self.with_delay()._job_usual_import(header.internal_id, header.tran_id)
            cursor = page.cursor
            if not cursor:
                return


def _job_usual_import(self, internal_id, tran_id):
    """Get a document and make its delivery."""
    with self._client() as client:
        read = partial(plain_rest.get, client) if self.api == "rest" else client.read
        order = read(SALES_ORDER, [internal_id]).records[internal_id]
    items = self.env["netsuite.item"].search_fetch(
        [
            ("backend_id", "=", self.id),
            ("internal_id", "in", [line.item.id for line in order.lines]),
        ],
        ["internal_id", "product_id"],
    )
    products = {item.internal_id: item.product_id.id for item in items}
    document = {"import_type": SALES_ORDER, "state": "imported", "company_id": self.company_id.id}
    row = self.env["netsuite.transaction"].create(
        {**document, "backend_id": self.id, "internal_id": internal_id, "tran_id": tran_id}
    )
    bare_orm.create_batch(self.env, [order], products, netsuite_transaction_id=row.id)
