"""A backend that talks to the simulator over real HTTP, in the test's own process."""

from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import JobMixin
from odoo.tests import TransactionCase

from ..simulator import demo
from ..simulator.server import Simulator


class NetSuiteMixin:
    """Helpers for tests with a simulator (``self.simulator``) and a backend (``self.backend``)."""

    @classmethod
    def make_backend(cls, **more):
        """A backend for the simulator's account with its credentials."""
        vals = {
            "name": "Simulator",
            "account_id": demo.ACCOUNT_ID,
            "service_url": cls.simulator.url,
            "consumer_key": demo.CONSUMER_KEY,
            "consumer_secret": demo.CONSUMER_SECRET,
            "token_id": demo.TOKEN_ID,
            "token_secret": demo.TOKEN_SECRET,
        }
        return cls.env["netsuite.backend"].create({**vals, **more})

    def row(self, internal_id, backend=None):
        """The document with this NetSuite id."""
        return self.env["netsuite.transaction"].search(
            [
                ("backend_id", "=", (backend or self.backend).id),
                ("internal_id", "=", str(internal_id)),
            ]
        )

    # -- warehouse ------------------------------------------------------------------------------

    def ship(self, picking, quantities=None, numbers="TRACK00001"):
        """Ship as a warehouse person does.

        :param quantities: by NetSuite line, in the product's unit; everything by default
        :param numbers: what stands in the tracking field, or None to leave it
        """
        picking.action_assign()
        for move in picking.move_ids.filtered(lambda move: move.state != "cancel"):
            wanted = move.product_uom_qty
            if quantities is not None:
                wanted = quantities.get(move.netsuite_line, 0.0)
            move.quantity = wanted
            move.picked = bool(wanted)
        if numbers is not None:
            picking.carrier_tracking_ref = numbers
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")


class NetSuiteCase(NetSuiteMixin, TransactionCase, JobMixin):
    """A started simulator (``self.simulator``) and a connected backend (``self.backend``)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.simulator = Simulator(orders=0).start()
        cls.addClassCleanup(cls.simulator.stop)
        cls.books = cls.simulator.books
        cls.backend = cls.make_backend(state="confirmed")

    def setUp(self):
        super().setUp()
        self.simulator.reset()
        # A test is one transaction: nobody else sees the write-backs that it has made.
        self.patch(self.registry["netsuite.fulfillment"], "_is_outdated", lambda row: False)

    # -- jobs ----------------------------------------------------------------------------------

    def run_jobs(self, limit=50):
        """Run waiting jobs, those that they enqueue too, until none is left; returns them."""
        done = self.env["queue.job"]
        for _round in range(limit):
            waiting = self.env["queue.job"].search([("state", "=", "pending")], order="id")
            if not waiting:
                return done
            for record in waiting:
                job = Job.load(self.env, record.uuid)
                job.perform()
                job.set_done()
                job.store()
                self.env.flush_all()
                done += record
        raise AssertionError(f"jobs go on enqueueing jobs: {waiting.mapped('name')}")

    def import_documents(self, backend=None):
        """What the scheduled action does, with its jobs; returns the backend's documents."""
        backend = backend or self.backend
        backend._plan_import()
        self.run_jobs()
        return self.env["netsuite.transaction"].search([("backend_id", "=", backend.id)])
