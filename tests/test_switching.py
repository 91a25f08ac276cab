"""The same account over the other services: nothing is imported or reported again."""

from odoo.tests import tagged

from ..netsuite.oauth2 import make_key_pair
from ..simulator import demo, permissions
from .common import NetSuiteCase

SOAP = {"api": "soap", "token_id": demo.TOKEN_ID, "token_secret": demo.TOKEN_SECRET}
REST = {"api": "rest", "token_id": demo.REST_TOKEN_ID, "token_secret": demo.REST_TOKEN_SECRET}
WRITES = ("add", "update", "transform", "PATCH itemFulfillment")


@tagged("post_install", "-at_install")
class TestSwitching(NetSuiteCase):
    def setUp(self):
        super().setUp()
        for role in self.books.roles.values():
            role.grant(permissions.UNITS, permissions.LOCATIONS, permissions.INVOICE)
        self.orders = [
            self.books.add_order(
                [("MUG-BLU", 3), ("KETTLE-15", 1)],
                custom={"custbody_delivery_instructions": "Ring the bell"},
            ),
            self.books.add_order([("MUG-BLU", 2)]),
            self.books.add_order([("KETTLE-15", 2)], approved=False),
        ]

    def oauth2(self):
        pair = make_key_pair()
        made = self.simulator.rest.grants.register(pair.certificate)
        return {
            "api": "rest",
            "authentication": "oauth2",
            "consumer_key": demo.OAUTH2_CLIENT_ID,
            "oauth2_certificate_id": made.id,
            "oauth2_private_key": pair.private_key,
            "oauth2_certificate": pair.certificate,
        }

    def tba(self):
        return {"authentication": "tba", "consumer_key": demo.CONSUMER_KEY, **SOAP}

    def switch(self, vals):
        self.backend.write(vals)
        self.assertEqual(self.backend.action_test_connection()["params"]["type"], "success")
        self.simulator.journal.clear()

    def state(self):
        """All that an import could change."""
        rows = self.env["netsuite.transaction"].search([("backend_id", "=", self.backend.id)])
        pickings = rows.picking_ids
        return {
            "documents": rows.mapped(lambda row: (row.internal_id, row.state, row.status.code)),
            "deliveries": pickings.mapped(lambda one: (one.id, one.state, one.write_date)),
            "instructions": pickings.mapped("delivery_instructions"),
            "moves": pickings.move_ids.mapped(
                lambda move: (move.id, move.netsuite_line, move.product_uom_qty, move.write_date)
            ),
            "messages": len(pickings.message_ids),
            "partners": pickings.partner_id.ids,
            "reports": pickings.netsuite_fulfillment_ids.mapped(
                lambda one: (one.external_id, one.state, one.tracking_numbers)
            ),
        }

    def read_everything_again(self):
        """Nothing is spared: every document is found, read and built once more."""
        rows = self.env["netsuite.transaction"].search([("backend_id", "=", self.backend.id)])
        rows.write({"to_read": True, "last_modified": False})
        self.backend._plan_import()
        self.backend._plan_reconciliation()
        self.run_jobs()

    def written(self):
        return [one for one in self.simulator.journal.operations() if one in WRITES]

    def check_switch(self, before, after):
        self.switch(before)
        self.import_documents()
        row = self.row(self.orders[0].id)
        self.assertEqual(row.state, "imported", row.message)
        self.ship(row.picking_ids, {"1": 2.0})
        self.run_jobs()
        pending = self.row(self.orders[1].id).picking_ids
        self.ship(pending)  # not reported yet
        cursor, state = self.backend.import_cursor, self.state()
        self.assertEqual([one[1] for one in state["reports"]].count("done"), 1)
        self.switch(after)
        self.assertEqual(self.backend.import_cursor, cursor, "goes on where it was")
        self.assertEqual(self.state(), state)
        self.run_jobs()
        self.assertEqual(len(self.written()), 1, "what was pending, and once")
        self.assertEqual(pending.netsuite_fulfillment_ids.state, "done")
        reported = self.state()
        self.read_everything_again()
        self.assertEqual(len(self.written()), 1)
        found = self.state()
        for name, value in found.items():
            if name == "documents":
                continue  # their status has moved on in NetSuite
            self.assertEqual(value, reported[name], name)
        for order in self.orders[:2]:
            self.assertEqual(len(self.books.fulfillments_of(order.id)), 1)
        # The rest goes out over the new services, as the second fulfilment.
        rest = row.picking_ids.filtered(lambda one: one.state not in ("done", "cancel"))
        self.assertEqual(
            rest.move_ids.filtered("product_uom_qty").mapped("product_uom_qty"), [1, 1]
        )
        self.ship(rest, numbers="TRACK00002")
        self.run_jobs()
        self.assertEqual(len(self.books.fulfillments_of(self.orders[0].id)), 2)
        self.read_everything_again()
        self.assertEqual(len(self.written()), 2)

    def test_soap_to_rest(self):
        self.check_switch(SOAP, REST)

    def test_rest_to_soap(self):
        self.check_switch(REST, SOAP)

    def test_tokens_to_oauth2(self):
        self.check_switch(SOAP, self.oauth2())

    def test_oauth2_to_tokens(self):
        self.check_switch(self.oauth2(), self.tba())

    def test_records_are_equal(self):
        """What was read over one is, read over the other, no change at all."""
        self.switch(SOAP)
        self.import_documents()
        imported = self.state()
        for vals in (REST, SOAP, self.oauth2()):
            self.switch(vals)
            self.read_everything_again()
            self.assertEqual(self.state(), imported)
            self.assertFalse(self.written())

    def test_a_search_under_way(self):
        """Pages of one transport mean nothing to the other: the search starts again."""
        self.books.add_order([("MUG-BLU", 1)])
        for before, after in ((SOAP, REST), (REST, SOAP)):
            self.switch(before)
            window = [None, "2099-01-01 00:00:00"]
            cursor = "0|2|5|abc" if before is SOAP else "5|2"
            self.switch(after)
            self.backend._job_find(*window, cursor=cursor)
            self.run_jobs()
            self.assertEqual(self.row(self.orders[0].id).state, "imported")
