"""The screens in a real browser, as people use them."""

import os
import shutil
import unittest
from types import SimpleNamespace
from unittest.mock import patch

from odoo.addons.web.controllers import dataset
from odoo.tests import HttpCase, new_test_user, tagged

from ..models import netsuite_doctor_odoo
from ..simulator.account import Address
from ..simulator.server import Simulator
from .common import NetSuiteCase, NetSuiteMixin

BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
OVERVIEW = "/odoo/netsuite"
call_kw = dataset.call_kw
MUGS = [("MUG-BLU", 2)]


def _call_and_run_jobs(model, name, args, kwargs):
    result = call_kw(model, name, args, kwargs)
    if not name.startswith(("web_", "get_", "onchange")):
        NetSuiteCase.run_jobs(SimpleNamespace(env=model.sudo().env))
    return result


@tagged("post_install", "-at_install")
class TestTours(NetSuiteMixin, HttpCase):
    """Jobs run here at the end of the request that enqueues them."""

    run_jobs = NetSuiteCase.run_jobs

    @classmethod
    def setUpClass(cls):
        if not any(map(shutil.which, BROWSERS)):
            if os.environ.get("CI"):
                raise AssertionError("The browser tests need Chromium, and there is none.")
            raise unittest.SkipTest("There is no Chromium here: the browser tests are left out.")
        super().setUpClass()
        cls.simulator = Simulator(orders=0).start()
        cls.addClassCleanup(cls.simulator.stop)
        cls.books = cls.simulator.books
        # Odoo's text messages would ask before the first delivery.
        if "has_received_warning_stock_sms" in cls.env.company:
            cls.env.company.has_received_warning_stock_sms = True

    def setUp(self):
        super().setUp()
        self.simulator.reset()
        self.enterContext(patch.object(dataset, "call_kw", _call_and_run_jobs))
        self.manager = new_test_user(
            self.env,
            "netsuite-manager",
            groups="connector_netsuite.group_manager,base.group_system",
        )

    def imported(self, **order):
        """The delivery of an imported order SO7001."""
        self.backend = self.make_backend(state="confirmed")
        made = self.books.add_order(MUGS, tran_id="SO7001", **order)
        self.backend._import_chosen(numbers=["SO7001"])
        self.run_jobs()
        row = self.row(made.id)
        self.assertEqual(row.state, "imported", row.message)
        return row.picking_ids

    def test_setup(self):
        self.env["netsuite.backend"].search([]).active = False
        self.patch(netsuite_doctor_odoo, "PROBE_WAIT", 0)
        self.env["ir.default"].set("netsuite.backend", "service_url", self.simulator.url)
        order = self.books.add_order(MUGS, tran_id="SO7001")
        self.start_tour(OVERVIEW, "netsuite_setup", login="netsuite-manager")
        self.backend = self.env["netsuite.backend"].search([("account_id", "=", "1234567_SB1")])
        self.assertEqual(self.backend.state, "confirmed")
        self.assertFalse(self.backend.setup_step)
        self.assertTrue(self.backend.setup_task_ids[0].done)
        self.assertEqual(self.row(order.id).state, "imported")

    def test_import(self):
        self.backend = self.make_backend(state="confirmed")
        self.books.add_order(MUGS, tran_id="SO7001")
        self.books.add_order(MUGS, tran_id="SO7002", address=Address(country=""))
        self.books.add_order(MUGS, tran_id="SO7003", approved=False)
        self.start_tour(OVERVIEW, "netsuite_import", login="netsuite-manager")

    def test_import_progress(self):
        """Here jobs run while the window is open, as they do in life."""
        self.backend = self.make_backend(state="confirmed")
        self.books.add_order(MUGS, tran_id="SO7001")
        looks = []

        def call_and_run_jobs_late(model, name, args, kwargs):
            if model._name == "netsuite.import" and name == "web_read":
                looks.append(name)
                if len(looks) == 3:
                    with self.registry.cursor() as cr:  # the request's own only reads
                        NetSuiteCase.run_jobs(SimpleNamespace(env=model.sudo().env(cr=cr)))
            return call_kw(model, name, args, kwargs)

        with patch.object(dataset, "call_kw", call_and_run_jobs_late):
            self.start_tour(OVERVIEW, "netsuite_import_progress", login="netsuite-manager")
        self.assertGreaterEqual(len(looks), 3)

    def test_ship(self):
        picking = self.imported(
            custom={
                "custbody_delivery_instructions": "Ring the bell",
                "custbody_signature_required": True,
            }
        )
        new_test_user(self.env, "packer", groups="stock.group_stock_user")
        self.start_tour(f"/odoo/stock.picking/{picking.id}", "netsuite_ship", login="packer")
        self.assertEqual(picking.netsuite_fulfillment_ids.state, "done")

    def test_failure(self):
        picking = self.imported()
        self.simulator.faults.add("add", "status", code="CLOSED_TRAN_PRD", times=1)
        self.ship(picking)
        self.run_jobs()
        self.assertEqual(picking.netsuite_fulfillment_ids.state, "failed")
        self.start_tour(OVERVIEW, "netsuite_failure", login="netsuite-manager")
        self.assertEqual(picking.netsuite_fulfillment_ids.state, "done")

    def test_adopt(self):
        picking = self.imported()
        order_id = picking.netsuite_transaction_id.internal_id
        first, second = (self.books.fulfil_by_hand(order_id, {1: 1}) for _number in range(2))
        self.assertEqual(second.tran_id, "IF3002")
        self.ship(picking, {"1": 1.0})
        self.run_jobs()
        row = picking.netsuite_fulfillment_ids
        self.assertEqual(len(row.candidates), 2, row.message)
        self.start_tour(
            f"/odoo/netsuite.fulfillment/{row.id}", "netsuite_adopt", login="netsuite-manager"
        )
        self.assertEqual((row.state, row.internal_id), ("done", second.id))
        self.assertFalse(any(one.tracking for one in first.packages))

    def test_explain(self):
        self.backend = self.make_backend(state="confirmed")
        self.books.add_order(MUGS, tran_id="SO7003", approved=False)
        self.start_tour(OVERVIEW, "netsuite_explain", login="netsuite-manager")
