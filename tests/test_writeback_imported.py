from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..simulator import permissions
from .writeback_case import WritebackCase


class ImportedCase(WritebackCase):
    """A backend that imports item fulfilments, made in NetSuite by its own warehouse staff."""

    def setUp(self):
        super().setUp()
        self.backend.write({"import_type": "item_fulfillment"})

    def import_fulfillment(self, quantities=None, ship_status="picked", **more):
        self.order = self.books.add_order([("MUG-BLU", 4), ("KETTLE-15", 2)])
        self.imported = self.books.fulfil_by_hand(
            self.order.id, quantities, ship_status=ship_status, **more
        )
        return self.import_document(self.imported.id)

    def parcels(self):
        self.assertEqual(self.books.fulfillments_of(self.order.id), [self.imported])
        return [one.tracking for one in self.imported.packages]


@tagged("post_install", "-at_install")
class TestWritebackImported(ImportedCase):
    """An imported fulfilment is updated, never doubled; it carries the parcels of all shipments."""

    def test_shipped_whole(self):
        picking = self.import_fulfillment()
        row = self.ship_and_run(picking)
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual(self.parcels(), ["TRACK00001"])
        self.assertEqual(self.imported.ship_status, "shipped")
        self.assertEqual(self.operations(), ["search", "update"])

    def test_what_was_reported_is_imported_again(self):
        """Our own change comes back with the next import, and changes nothing."""
        self.backend.import_status_ids = self.env["netsuite.transaction.status"].search(
            [("import_type", "=", "item_fulfillment")]
        )
        picking = self.import_fulfillment()
        row = self.ship_and_run(picking, {"1": 4.0})
        self.import_document(self.imported.id)
        self.assertEqual(picking.backorder_ids.state, "assigned")
        self.ship_and_run(picking.backorder_ids, numbers="SECOND0001")
        self.import_document(self.imported.id)
        self.assertEqual(row.transaction_id.picking_ids, picking | picking.backorder_ids)
        self.assertEqual(row.state, "done")
        self.assertEqual(self.parcels(), ["TRACK00001", "SECOND0001"])

    def test_parts(self):
        picking = self.import_fulfillment()
        self.ship_and_run(picking, {"1": 4.0}, numbers="FIRST00001")
        self.assertEqual((self.parcels(), self.imported.ship_status), (["FIRST00001"], "picked"))
        backorder = picking.backorder_ids
        self.ship_and_run(backorder, numbers="SECOND0001,THIRD00001")
        self.assertEqual(self.parcels(), ["FIRST00001", "SECOND0001", "THIRD00001"])
        self.assertEqual(self.imported.ship_status, "shipped")
        picking.carrier_tracking_ref = "NEWFIRST01"
        self.run_jobs()
        self.assertEqual(self.parcels(), ["NEWFIRST01", "SECOND0001", "THIRD00001"])

    def test_last_part_without_a_number_waits(self):
        picking = self.import_fulfillment()
        self.ship(picking, {"1": 4.0}, numbers="FIRST00001")
        self.ship_and_run(picking.backorder_ids, numbers=None)
        self.assertEqual((self.parcels(), self.imported.ship_status), (["FIRST00001"], "picked"))
        picking.backorder_ids.carrier_tracking_ref = "SECOND0001"
        self.run_jobs()
        self.assertEqual(self.imported.ship_status, "shipped")

    def test_never_backwards(self):
        self.backend.fulfillment_status = "packed"
        self.backend.import_status_ids = self.env["netsuite.transaction.status"].search(
            [("import_type", "=", "item_fulfillment")]
        )
        picking = self.import_fulfillment(ship_status="shipped")
        row = self.ship_and_run(picking)
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual((self.parcels(), self.imported.ship_status), (["TRACK00001"], "shipped"))

    def test_shipped_ones_that_may_not_change(self):
        self.books.settings.unverified.shipped_packages_editable = False
        picking = self.import_fulfillment()
        self.books.ship(self.imported.id)
        row = self.ship_and_run(picking)
        self.assertEqual(row.state, "failed")
        self.assertIn("TRACK00001", row.message)
        self.assertIn("by hand", row.message)

    def test_one_parcel_for_two_parts(self):
        picking = self.import_fulfillment()
        self.ship_and_run(picking, {"1": 4.0}, numbers="SAME000001")
        self.ship_and_run(picking.backorder_ids, numbers="SAME000001")
        self.assertEqual(self.parcels(), ["SAME000001"])

    def test_numbers_of_others_are_not_wiped_out(self):
        self.backend.report_when = "shipped"
        picking = self.import_fulfillment(packages=[{"tracking": "THEIRS0001"}])
        self.ship_and_run(picking, numbers=None)
        self.assertEqual((self.parcels(), self.imported.ship_status), (["THEIRS0001"], "shipped"))

    def test_rest_is_cancelled(self):
        """A person is told, and what was shipped gets its status."""
        picking = self.import_fulfillment()
        self.ship_and_run(picking, {"1": 4.0}, numbers="FIRST00001")
        picking.backorder_ids.action_cancel()
        self.run_jobs()
        self.assertEqual((self.parcels(), self.imported.ship_status), (["FIRST00001"], "shipped"))
        self.assertIn(self.imported.tran_id, picking.backorder_ids.activity_ids.note)

    def test_all_is_cancelled(self):
        picking = self.import_fulfillment()
        picking.action_cancel()
        self.run_jobs()
        self.assertEqual((self.operations(), self.imported.ship_status), ([], "picked"))
        self.assertIn(self.imported.tran_id, picking.activity_ids.note)

    def test_last_part_is_marked_by_hand(self):
        picking = self.import_fulfillment()
        self.ship_and_run(picking, {"1": 4.0}, numbers="FIRST00001")
        row = self.ship_and_run(picking.backorder_ids, numbers=None)
        row.action_mark_reported()
        self.run_jobs()
        self.assertEqual(self.imported.ship_status, "shipped")

    def test_numbers_entered_by_hand_stay(self):
        picking = self.import_fulfillment(packages=[{"tracking": "TYPEDBYHAND"}])
        row = self.ship_and_run(picking, {"1": 4.0}, numbers=None)
        row.action_mark_reported()
        self.ship_and_run(picking.backorder_ids, numbers="SECOND0001")
        self.assertEqual(sorted(self.parcels()), ["SECOND0001", "TYPEDBYHAND"])

    def make_carrier(self):
        product = self.env["product.product"].create({"name": "Shipping", "type": "service"})
        return self.env["delivery.carrier"].create(
            {
                "name": "Courier",
                "product_id": product.id,
                "tracking_url": "https://t.example/<shipmenttrackingnumber>",
            }
        )

    def test_links_and_cost_of_all_parts(self):
        carrier = self.make_carrier()
        self.backend.write(
            {"report_shipping_cost": True, "tracking_link_field": "custbody_tracking_link"}
        )
        picking = self.import_fulfillment()
        picking.write({"carrier_id": carrier.id, "carrier_price": 10})
        self.ship_and_run(picking, {"1": 4.0}, numbers="FIRST00001")
        rest = picking.backorder_ids
        rest.write({"carrier_id": carrier.id, "carrier_price": 7})
        self.ship_and_run(rest, numbers="SECOND0001")
        self.assertEqual(
            self.imported.custom["custbody_tracking_link"].split(),
            ["https://t.example/FIRST00001", "https://t.example/SECOND0001"],
        )
        self.assertEqual(float(self.imported.shipping_cost), 17)

    def test_carrier_and_cost_of_one_that_has_its_status(self):
        carrier = self.make_carrier()
        self.env["netsuite.ship.method"].create(
            {
                "backend_id": self.backend.id,
                "internal_id": "2006",
                "name": "DHL",
                "carrier_id": carrier.id,
            }
        )
        self.backend.write({"report_shipping_cost": True, "fulfillment_status": "picked"})
        picking = self.import_fulfillment()
        picking.write({"carrier_id": carrier.id, "carrier_price": 10})
        self.ship_and_run(picking)
        self.assertEqual(float(self.imported.shipping_cost), 10)
        self.assertEqual(self.imported.ship_method, "2006")

    def test_deleted_in_netsuite(self):
        picking = self.import_fulfillment()
        self.books.delete("itemFulfillment", self.imported.id)
        row = self.ship_and_run(picking)
        self.assertEqual(row.state, "failed")
        self.assertIn(self.imported.tran_id, row.message)
        self.assertFalse(self.books.fulfillments_of(self.order.id))

    def test_deleted_in_netsuite_after_it_was_reported(self):
        picking = self.import_fulfillment()
        self.assertEqual(self.ship_and_run(picking).state, "done")
        self.books.delete("itemFulfillment", self.imported.id)
        picking.netsuite_transaction_id.action_read_again()
        self.run_jobs()
        activity = picking.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn("its goods have left and are not shipped again", activity.note)

    def test_without_pick_pack_and_ship(self):
        picking = self.import_fulfillment()
        self.books.settings.features.pick_pack_and_ship = False
        row = self.ship_and_run(picking)
        self.assertEqual((row.state, self.parcels()), ("done", ["TRACK00001"]))


@tagged("post_install", "-at_install")
class TestWritebackLabels(ImportedCase):
    """Reported as soon as the label is printed."""

    def setUp(self):
        super().setUp()
        self.backend.report_when = "label"

    def test_label_then_shipped(self):
        picking = self.import_fulfillment()
        picking.carrier_tracking_ref = "LABEL00001"
        self.run_jobs()
        row = picking.netsuite_fulfillment_ids
        self.assertEqual((row.state, self.parcels()), ("done", ["LABEL00001"]))
        self.assertEqual(self.imported.ship_status, "picked")
        self.ship_and_run(picking, numbers=None)
        self.assertEqual(len(picking.netsuite_fulfillment_ids), 1)
        self.assertEqual((row.state, self.imported.ship_status), ("done", "shipped"))

    def test_shipped_while_the_number_changes_to_and_fro(self):
        picking = self.import_fulfillment()
        picking.carrier_tracking_ref = "LABEL00001"
        self.run_jobs()
        self.ship(picking, numbers="OTHER00001")
        picking.carrier_tracking_ref = "LABEL00001"
        self.run_jobs()
        self.assertEqual((self.parcels(), self.imported.ship_status), (["LABEL00001"], "shipped"))

    def test_label_that_was_there_before_the_choice(self):
        self.backend.report_when = "tracking"
        picking = self.import_fulfillment()
        picking.carrier_tracking_ref = "LABEL00001"
        self.run_jobs()
        self.assertFalse(picking.netsuite_fulfillment_ids)
        self.backend.report_when = "label"
        self.run_jobs()
        self.assertEqual((self.parcels(), self.imported.ship_status), (["LABEL00001"], "picked"))
        self.assertEqual(picking.netsuite_fulfillment_ids.state, "done")

    def test_label_cancelled(self):
        for required in (False, True):
            self.books.settings.unverified.package_required = required
            picking = self.import_fulfillment()
            picking.carrier_tracking_ref = "LABEL00001"
            self.run_jobs()
            picking.carrier_tracking_ref = False
            self.run_jobs()
            self.assertEqual(self.parcels(), [""] if required else [])
            self.ship_and_run(picking, numbers="OTHER00001")
            self.assertEqual(self.parcels(), ["OTHER00001"])

    def test_delivery_cancelled(self):
        picking = self.import_fulfillment()
        picking.carrier_tracking_ref = "LABEL00001"
        self.run_jobs()
        picking.action_cancel()
        self.run_jobs()
        row = picking.netsuite_fulfillment_ids
        self.assertEqual((row.state, self.parcels()), ("cancelled", []))
        self.assertIn("cancelled", picking.activity_ids.note)

    def test_delivery_is_deleted(self):
        """Not before the number is taken off NetSuite's record again."""
        picking = self.import_fulfillment()
        picking.carrier_tracking_ref = "LABEL00001"
        self.run_jobs()
        picking.action_cancel()
        self.refresh()
        message = "NetSuite was or is being told"
        with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
            picking.unlink()
        self.run_jobs()
        self.assertEqual(self.parcels(), [])
        picking.unlink()
        self.assertFalse(picking.exists())

    def test_only_for_imported_fulfilments(self):
        with self.assertRaises(ValidationError):
            self.backend.import_type = "sales_order"


@tagged("post_install", "-at_install")
class TestWritebackInvoices(WritebackCase):
    """A stand-alone invoice takes the tracking numbers, in the field that the backend names."""

    def setUp(self):
        super().setUp()
        self.books.role.grant(permissions.INVOICE)
        self.backend.write({"import_type": "invoice"})
        self.invoice = self.books.add_invoice([("MUG-BLU", 2), ("KETTLE-15", 1)], memo="Gift")
        self.picking = self.import_document(self.invoice.id)

    def test_parts_and_corrections(self):
        row = self.ship_and_run(self.picking, {"1": 2.0}, numbers="FIRST00001")
        self.assertEqual(row.state, "done", row.message)
        self.assertEqual(self.invoice.tracking_numbers, "FIRST00001")
        self.assertEqual(self.operations(), ["update"])
        self.ship_and_run(self.picking.backorder_ids, numbers="SECOND0001")
        self.assertEqual(self.invoice.tracking_numbers, "FIRST00001, SECOND0001")
        self.picking.carrier_tracking_ref = False
        self.run_jobs()
        self.assertEqual(self.invoice.tracking_numbers, "SECOND0001")
        self.books.settings.unverified.invoice_tracking_clearable = False
        self.picking.backorder_ids.carrier_tracking_ref = False
        self.run_jobs()
        row = self.picking.backorder_ids.netsuite_fulfillment_ids
        self.assertEqual((row.state, self.invoice.tracking_numbers), ("failed", "SECOND0001"))
        self.assertIn("Delete them there", row.message)
        self.books.settings.unverified.invoice_tracking_clearable = True
        row.action_retry()
        self.run_jobs()
        self.assertEqual((row.state, self.invoice.tracking_numbers), ("done", ""))

    def test_memo(self):
        self.backend.invoice_field = "memo"
        self.ship_and_run(self.picking, numbers="FIRST00001")
        self.assertEqual(self.invoice.memo, "Gift | Tracking: FIRST00001")
        self.picking.carrier_tracking_ref = "OTHER00001"
        self.run_jobs()
        self.assertEqual(self.invoice.memo, "Gift | Tracking: OTHER00001")

    def test_numbers_entered_by_hand_stay(self):
        self.ship_and_run(self.picking, {"1": 2.0}, numbers="FIRST00001")
        row = self.ship_and_run(self.picking.backorder_ids, numbers=None)
        self.invoice.tracking_numbers = "FIRST00001, BYHAND0001"
        row.action_mark_reported()
        self.picking.carrier_tracking_ref = "OTHER00001"
        self.run_jobs()
        self.assertEqual(self.invoice.tracking_numbers, "OTHER00001, BYHAND0001")

    def test_custom_field(self):
        self.backend.write(
            {"invoice_field": "custom", "invoice_custom_field": "custbody_tracking_link"}
        )
        self.ship_and_run(self.picking, numbers="FIRST00001")
        self.assertEqual(self.invoice.custom["custbody_tracking_link"], "FIRST00001")

    def test_field_that_may_not_be_written(self):
        self.books.settings.unverified.invoice_tracking_writable = False
        row = self.ship_and_run(self.picking)
        self.assertEqual(row.state, "failed")
        self.assertIn("another field", row.message)
        self.backend.invoice_field = "memo"
        row.action_retry()
        self.run_jobs()
        self.assertEqual(row.state, "done", row.message)

    def test_without_number(self):
        self.backend.report_when = "shipped"
        row = self.ship_and_run(self.picking, numbers=None)
        self.assertEqual((row.state, self.operations()), ("waiting", []))
        self.picking.carrier_tracking_ref = "LATE000001"
        self.run_jobs()
        self.assertEqual(self.invoice.tracking_numbers, "LATE000001")

    def test_custom_field_must_be_one(self):
        with self.assertRaisesRegex(ValidationError, "custbody"):
            self.backend.invoice_field = "custom"
