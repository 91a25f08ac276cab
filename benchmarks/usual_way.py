"""One job and one call a document, as connectors usually work, against jobs that take many.

The usual way is written here as fairly as it can be: it has the same client, the same building and
the job queue's own way to run a job; the documents are found with the same search.
"""

from .end_to_end import check, imported
from .netsuite import netsuite
from .report import Row, median_ratio
from .timing import in_turn, rate

LATENCY = 0.3  # seconds


def measure(bench):
    database = bench.database
    backend = database.registry["netsuite.backend"]
    backend._job_usual_find, backend._job_usual_import = _job_usual_find, _job_usual_import
    for api in bench.apis:
        for latency, usual_orders, target in ((0.0, 50, 3.5), (LATENCY, 20, 10)):
            orders = 2000 if bench.full else 400
            usual, ours = in_turn(
                3,
                lambda n=usual_orders, api=api, wait=latency: _usual_rate(database, api, n, wait),
                lambda n=orders, api=api, wait=latency: _rate(database, api, n, wait),
            )
            calls = f", {latency * 1000:.0f} ms a call" if latency else ""
            yield Row(
                3,
                f"NetSuite to confirmed deliveries, {api.upper()}{calls}",
                "one job and one get a document",
                median_ratio(ours, usual),
                target,
                details={
                    "orders": orders,
                    "usual orders": usual_orders,
                    "usual a second": max(usual),
                    "ours a second": max(ours),
                },
            )


def _rate(database, api, orders, latency):
    with netsuite(orders, latency=latency) as source:
        backend_id = database.backend(source, api)
        found = rate(orders, database.import_all, backend_id)
        check(database, backend_id, orders)
        return found


def _usual_rate(database, api, orders, latency):
    with netsuite(orders, latency=latency) as source:
        backend_id = database.backend(source, api)
        found = rate(orders, _import_usually, database, backend_id)
        if imported(database, backend_id) != orders:
            raise RuntimeError("The usual way did not import all orders.")
        return found


def _import_usually(database, backend_id):
    with database.transaction() as env:
        env["netsuite.backend"].browse(backend_id).with_delay()._job_usual_find()
    database.run_jobs()


def _job_usual_find(self):
    """Enqueue a job for each document that the search names."""
    with self._netsuite_job(), self._connect("find documents") as client:
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
    row = self.env["netsuite.transaction"].browse(self._insert_rows([(internal_id, tran_id, None)]))
    with self._netsuite_job(), self._connect("import a document") as client:
        self._read_rows(client, row)
    self.env["netsuite.builder"]._build(row)
