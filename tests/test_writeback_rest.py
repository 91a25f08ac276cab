"""The write-back once more, over REST: the same cases, and the same in NetSuite afterwards."""

from itertools import groupby

from odoo.tests import tagged

from ..models.netsuite_memory import DatabaseStore
from ..simulator import demo
from ..simulator.rest.routing import route
from . import test_writeback_by_hand as by_hand
from . import test_writeback_faults as faults
from . import test_writeback_imported as imported
from . import test_writeback_kits as kits
from . import test_writeback_orders as orders
from . import test_writeback_services as services
from . import test_writeback_survival as survival

# What the cases call an operation, by what REST calls it.
NAMES = {
    "suiteql": "search",
    "preview": "initialize",
    "transform": "add",
    "PATCH itemFulfillment": "update",
    "PATCH invoice": "update",
}


class OverRest:
    """Cases of the write-back with a backend that uses REST."""

    allow_inherited_tests_method = True
    validated = False  # the schemas are SOAP's

    def setUp(self):
        super().setUp()
        self.patch(self.simulator.rest, "name", self.name_of)
        # Nothing is remembered, so that no call is spared.
        self.patch(DatabaseStore, "get", lambda *_args: None)
        # What a case grants or revokes, it grants or revokes to the role in use.
        self.books.roles["soap"] = self.books.roles["rest"]

    def name_of(self, call):
        name = route(call).name
        return NAMES.get(name, name)

    def operations(self):
        """As over SOAP, where one search tells what here takes queries and records."""
        found = [one for one in super().operations() if not one.startswith("GET ")]
        return [name for name, _repeated in groupby(found)]

    def make_backend(self, **more):
        rest = {
            "api": "rest",
            "token_id": demo.REST_TOKEN_ID,
            "token_secret": demo.REST_TOKEN_SECRET,
        }
        return super().make_backend(**{**rest, **more})


@tagged("post_install", "-at_install")
class TestWritebackFaultsRest(OverRest, faults.TestWritebackFaults):
    def each_fault(self, operations, make):
        # Invoices are read by queries, too.
        return super().each_fault([one.replace("getList", "search") for one in operations], make)


@tagged("post_install", "-at_install")
class TestWritebackOrdersRest(OverRest, orders.TestWritebackOrders):
    pass


@tagged("post_install", "-at_install")
class TestWritebackKitsRest(OverRest, kits.TestWritebackKits):
    pass


@tagged("post_install", "-at_install")
class TestWritebackServicesRest(OverRest, services.TestWritebackServices):
    pass


@tagged("post_install", "-at_install")
class TestWritebackImportedRest(OverRest, imported.TestWritebackImported):
    pass


@tagged("post_install", "-at_install")
class TestWritebackLabelsRest(OverRest, imported.TestWritebackLabels):
    pass


@tagged("post_install", "-at_install")
class TestWritebackInvoicesRest(OverRest, imported.TestWritebackInvoices):
    # It ends with what only SOAP cannot do: to empty a field.
    test_parts_and_corrections = None

    def test_emptied(self):
        self.ship_and_run(self.picking, numbers="FIRST00001")
        self.picking.carrier_tracking_ref = False
        self.run_jobs()
        row = self.picking.netsuite_fulfillment_ids
        self.assertEqual((row.state, self.invoice.tracking_numbers), ("done", ""))


@tagged("post_install", "-at_install")
class TestWritebackByHandRest(OverRest, by_hand.TestWritebackByHand):
    pass


@tagged("post_install", "-at_install")
class TestWritebackSurvivalRest(OverRest, survival.TestWritebackSurvival):
    # It counts calls of SOAP; the places are the same ones.
    test_two_backends_share_the_account = None
