import threading
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import netsuite_backend_read
from .writeback_case import WritebackCase

TOGETHER = 2


@tagged("post_install", "-at_install")
class TestBuildBeside(WritebackCase):
    """Jobs that build at the same time, each blind to what the other is making."""

    def setUp(self):
        super().setUp()
        self.patch(netsuite_backend_read, "BUILD_SIZE", 1)

    def build_together(self, *orders):
        """Import these orders with a job each, which all begin before one has ended."""
        self.backend._plan_import()
        for name in ("find", "read"):
            self.refresh()
            for uuid in self.jobs(name):
                self.assertFalse(self.run_job(uuid))
        self.refresh()
        builds = self.jobs("build")
        self.assertEqual(len(builds), len(orders))
        builder = self.env.registry["netsuite.builder"]
        original, barrier = builder._build_rows, threading.Barrier(TOGETHER, timeout=20)
        arrived = []

        def beside(builder, backend, rows):
            arrived.append(rows.ids)
            if len(arrived) <= TOGETHER:  # who begins anew does so alone
                barrier.wait()
            return original(builder, backend, rows)

        with patch.object(builder, "_build_rows", beside), mute_logger("odoo.sql_db"):
            self.in_parallel(builds)
            self.settle()
        self.assertGreater(len(arrived), TOGETHER, "one of them begins anew")

    def jobs(self, name):
        domain = [("state", "=", "pending"), ("method_name", "=", f"_job_{name}")]
        return self.env["queue.job"].search(domain, order="id").mapped("uuid")

    def test_same_new_customer_and_location(self):
        customer = self.books.customers["201"].name
        self.env["product.product"].create({"name": "Mug", "default_code": "MUG-BLU"})
        orders = [self.books.add_order([("MUG-BLU", 1)]) for _order in range(TOGETHER)]
        self.build_together(*orders)
        rows = [self.row(order.id) for order in orders]
        self.assertEqual([row.state for row in rows], ["imported"] * TOGETHER)
        self.assertEqual([len(row.picking_ids) for row in rows], [1] * TOGETHER)
        backend = [("backend_id", "=", self.backend.id)]
        self.assertEqual(self.env["netsuite.location"].search_count(backend), 1)
        addresses = self.env["netsuite.partner"].search(backend).mapped("address_key")
        self.assertEqual(len(addresses), 2, "the customer's own and the one of both deliveries")
        self.assertEqual(len(self.env["res.partner"].search([("name", "=", customer)])), 1)
