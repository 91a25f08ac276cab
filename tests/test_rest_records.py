"""Rows and records into ours, ours into bodies."""

import json
from datetime import UTC, date, datetime

from odoo.tests import BaseCase, tagged

from ..netsuite import errors
from ..netsuite.records import (
    INVOICE,
    ITEM_FULFILLMENT,
    SALES_ORDER,
    Address,
    Assignment,
    Fulfillment,
    FulfillmentLine,
    Member,
    Package,
    Ref,
)
from ..netsuite.rest import bodies, documents, statuses
from ..netsuite.rest import rows as decode
from ..netsuite.store import ProcessStore
from .rest_stub import RestCase, refused, rows
from .soap_case import SAMPLES, needs_netsuite_files

PLACE = {"Location": "https://x/services/rest/record/v1/itemFulfillment/77"}
PREVIEW = "application/vnd.oracle.resource+json; type=create-form"


def sample(name):
    return json.loads((SAMPLES / "docs-rest" / f"{name}.json").read_text())


@tagged("post_install", "-at_install")
class TestDecoding(BaseCase):
    @needs_netsuite_files
    def test_samples(self):
        record = {**sample("itemFulfillment-expanded-excerpt"), "id": "511528"}
        found = documents.fulfillment(record)
        self.assertEqual((found.order_id, found.internal_id), ("511427", "511528"))
        self.assertEqual(found.custom_fields, {"custbody_example_flag": False})
        self.assertEqual(found.lines, (FulfillmentLine("", quantity=5.0),))
        line = documents._line(sample("purchaseOrder-line-excerpt")["item"]["items"][0])
        self.assertEqual(line.item, Ref("13861", "Parent Item : CHILD-ITEM-1"))
        self.assertEqual((line.item_type, line.quantity), ("InvtPart", 10.0))
        self.assertEqual(line.location, Ref("1", "Main Warehouse"))

    def test_fulfillment(self):
        record = {
            "id": "9",
            "createdFrom": {"id": "5", "refName": "Sales Order #5"},
            "shipStatus": {"id": "B", "refName": "Packed"},
            "externalId": "odoo-1",
            "lastModifiedDate": "2026-05-04T10:30:00Z",
            "tranDate": "2026-05-04",
            "custbody_list": {"items": [{"id": "1", "refName": "A"}, {"id": "2"}]},
            "custbody_day": "2026-05-04",
            "custbody_empty": None,
            "shippingAddress": {"country": {"id": "IC"}, "addrText": "A<br>B"},
            "package": {"items": []},
            "packageFedex": {
                "items": [{"packageWeightFedEx": 2.5, "packageTrackingNumberFedEx": "77"}]
            },
            "item": {
                "items": [
                    {
                        "orderLine": 3,
                        "item": {"id": "1", "refName": "MUG"},
                        "quantity": 2,
                        "itemReceive": True,
                        "inventoryDetail": {
                            "inventoryAssignment": {
                                "items": [{"issueInventoryNumber": {"id": "4"}, "quantity": 2}]
                            }
                        },
                    },
                    {"orderLine": 4, "itemReceive": False},
                ]
            },
        }
        found = documents.fulfillment(record)
        self.assertEqual((found.ship_status, found.package_kind), ("packed", "fedex"))
        self.assertEqual(found.packages, (Package("77", 2.5),))
        self.assertEqual(found.lines[0].assignments, (Assignment(Ref("4"), 2.0),))
        self.assertEqual([line.receive for line in found.lines], [True, False])
        document = documents.transaction(record)
        self.assertEqual(document.status, "_itemFulfillmentPacked")
        self.assertEqual(
            (document.tran_date, document.tracking_numbers), (date(2026, 5, 4), ("77",))
        )
        self.assertEqual(document.address, Address(country="ES", text="A\nB"))
        self.assertEqual(
            document.custom_fields,
            {
                "custbody_list": (Ref("1", "A"), Ref("2")),
                "custbody_day": date(2026, 5, 4),
            },
        )
        for broken in ({}, {"id": "9", "item": {"items": "x"}}, {"id": "9", "memo": []}):
            with self.assertRaises(ValueError):
                documents.fulfillment(broken)

    def test_custom_fields_of_rows(self):
        row = {
            "custbody_tick": "T",
            "shown_custbody_tick": "Yes",
            "custbody_text": "T-Shirt",
            "shown_custbody_text": "T-Shirt",
            "custbody_list": "3",
            "shown_custbody_list": "Morning",
            "custbody_several": "3, 4",
            "shown_custbody_several": "Morning, Noon",
            "custbody_odd": "3,4",
            "shown_custbody_odd": "Red, green, Blue",
            "custbody_none": None,
        }
        names = ["custbody_TICK", *(name for name in row if not name.startswith("shown_"))]
        self.assertEqual(
            decode.custom_fields(row, names),
            {
                "custbody_TICK": True,
                "custbody_tick": True,
                "custbody_text": "T-Shirt",
                "custbody_list": Ref("3", "Morning"),
                "custbody_several": (Ref("3", "Morning"), Ref("4", "Noon")),
                "custbody_odd": (Ref("3"), Ref("4")),
            },
        )

    def test_items(self):
        row = {
            "id": "7",
            "itemid": "KIT",
            "itemtype": "Kit",
            "isfulfillable": "F",
            "islotitem": "T",
            "weight": ".5",
            "weightunit": "3",
            "stockunit": "1",
            "stockunit_name": "Each",
        }
        member = decode.member({"item": "8", "item_name": "CUP", "quantity": "2"})
        self.assertEqual(member, Member(Ref("8", "CUP"), 2.0))
        item = decode.item(row, [member])
        self.assertEqual((item.weight, item.weight_unit), (0.5, "kg"))
        self.assertEqual((item.fulfillable, item.lot, item.serial), (False, True, False))
        self.assertEqual((item.stock_unit, item.members), (Ref("1", "Each"), (member,)))

    def test_statuses(self):
        for type, letter, code in (
            (SALES_ORDER, "B", "_salesOrderPendingFulfillment"),
            (SALES_ORDER, "SalesOrd:E", "_salesOrderPendingBillingPartiallyFulfilled"),
            (INVOICE, "B", "_invoicePaidInFull"),
            (ITEM_FULFILLMENT, "ItemShip:C", "_itemFulfillmentShipped"),
            (INVOICE, "C", ""),
        ):
            self.assertEqual(statuses.search_code(type, letter), code)


@tagged("post_install", "-at_install")
class TestBodies(RestCase):
    def test_create(self):
        self.stub.answer((204, b"", PLACE))
        lines = (
            FulfillmentLine(
                "1", quantity=2.0, location=Ref("6"), assignments=(Assignment(Ref("4"), 2.0),)
            ),
            FulfillmentLine("3", False, quantity=0.0, serial_numbers="S1,S2"),
        )
        written = self.client.create_fulfillment(
            Fulfillment(
                "5",
                external_id="odoo-1a_B-9",
                ship_status="shipped",
                lines=lines,
                packages=(Package("1Z", 1.5, "box"), Package("", 1.0)),
                memo="é",
                ship_method=Ref("8"),
                shipping_cost=0.0,
                custom_fields={"custbody_a": "x", "custbody_b": "", "custbody_c": Ref("2")},
            )
        )
        self.assertEqual((written.internal_id, written.external_id), ("77", "odoo-1a_B-9"))
        (asked,) = self.stub.asked
        self.assertEqual(asked.method, "POST")
        self.assertEqual(
            asked.path, "/services/rest/record/v1/salesOrder/5/!transform/itemFulfillment"
        )
        self.assertEqual(asked.query, {"replace": "package"})
        self.assertEqual(asked.headers["X-NetSuite-PropertyNameValidation"], "Error")
        numbers = [{"issueInventoryNumber": {"id": "4"}, "quantity": 2.0}]
        detail = {"quantity": 2.0, "inventoryAssignment": {"items": numbers}}
        self.assertEqual(
            asked.json,
            {
                "externalId": "odoo-1a_B-9",
                "shipStatus": {"id": "C"},
                "memo": "é",
                "shipMethod": {"id": "8"},
                "shippingCost": 0.0,
                "generateIntegratedShipperLabel": False,
                "custbody_a": "x",
                "custbody_c": {"id": "2"},
                "item": {
                    "items": [
                        {
                            "orderLine": 1,
                            "itemReceive": True,
                            "quantity": 2.0,
                            "location": {"id": "6"},
                            "inventoryDetail": detail,
                        },
                        {
                            "orderLine": 3,
                            "itemReceive": False,
                            "quantity": 0.0,
                            "serialNumbers": "S1,S2",
                        },
                    ]
                },
                "package": {
                    "items": [
                        {
                            "packageWeight": 1.5,
                            "packageTrackingNumber": "1Z",
                            "packageDescr": "box",
                        },
                        {"packageWeight": 1.0},
                    ]
                },
            },
        )

    def test_update(self):
        self.stub.answer((204, b""))
        packages = (Package("77", 2.0, "box"),)
        self.client.update_fulfillment(
            Fulfillment("5", "9", packages=packages, package_kind="fedex")
        )
        self.client.update_fulfillment(Fulfillment("5", "9", ship_status="packed"))
        self.client.update_fulfillment(Fulfillment("5", "9", packages=()))
        moment = datetime(2026, 5, 4, 10, tzinfo=UTC)
        values = {"custbody_a": moment, "custbody_b": (Ref("1"), Ref("2")), "custbody_c": None}
        self.client.update_invoice("7", tracking_numbers="", memo="sent", custom_fields=values)
        self.assertEqual({asked.method for asked in self.stub.asked}, {"PATCH"})
        self.assertEqual(
            [
                (asked.path.rpartition("v1/")[2], asked.query, asked.json)
                for asked in self.stub.asked
            ],
            [
                (
                    "itemFulfillment/9",
                    {"replace": "packageFedex"},
                    {
                        "packageFedex": {
                            "items": [
                                {"packageWeightFedEx": 2.0, "packageTrackingNumberFedEx": "77"}
                            ]
                        }
                    },
                ),
                (
                    "itemFulfillment/9",
                    {},
                    {"shipStatus": {"id": "B"}, "generateIntegratedShipperLabel": False},
                ),
                ("itemFulfillment/9", {"replace": "package"}, {"package": {"items": []}}),
                (
                    "invoice/7",
                    {},
                    {
                        "trackingNumbers": None,
                        "memo": "sent",
                        "custbody_a": "2026-05-04T10:00:00Z",
                        "custbody_b": {"items": [{"id": "1"}, {"id": "2"}]},
                        "custbody_c": None,
                    },
                ),
            ],
        )
        with self.assertRaises(errors.ConfigurationError):
            bodies.changed_invoice(None, None, {"custbody_x": object()})


@tagged("post_install", "-at_install")
class TestProposal(RestCase):
    ROW = {
        "transaction": "5",
        "id": "1",
        "nextdoc": "0",
        "item": "3",
        "itemtype": "InvtPart",
        "quantity": "-4",
        "status": "B",
        "shipmethod": "8",
        "fulfillable": "T",
    }
    FORM = {
        "shipMethod": {"id": "8"},
        "packageUps": {"items": []},
        "item": {"items": [{"orderLine": 1, "quantity": 4, "quantityRemaining": 4}]},
    }

    def setUp(self):
        super().setUp()
        self.lines = [self.ROW]
        self.form = self.FORM

    def answer(self, asked):
        if asked.method == "GET":
            return {"items": []}
        return self.form if "preview" in self.kind(asked) else rows(*self.lines)

    def kind(self, asked):
        return "preview" if asked.headers.get("Accept") == PREVIEW else "lines"

    def proposals(self, *ids):
        """The proposals for orders that are looked up before, and what each has taken."""
        self.store = ProcessStore()
        client = self.new_client()
        self.stub.answer(self.answer)
        found = []
        for internal_id in ids:
            self.lines = [{**row, "transaction": internal_id} for row in self.lines]
            client.fulfillments([internal_id])
            self.stub.asked.clear()
            proposal = client.proposal(internal_id)
            found.append((proposal, [self.kind(asked) for asked in self.stub.asked]))
        return found

    def test_kind_of_parcels_is_learnt(self):
        (first, asked), (second, none) = self.proposals("5", "6")[:2]
        self.assertEqual(asked, ["preview"])
        self.assertNotIn("preview", none)
        self.assertEqual((first.package_kind, second.package_kind), ("ups", "ups"))
        self.assertEqual([line.quantity_remaining for line in second.lines], [4.0])
        self.assertEqual([line.key for line in second.lines], ["1"])

    def test_doubts_are_left_to_netsuite(self):
        for change in (
            {"dropship": "T"},
            {"itemfulfillmentchoice": "2"},
            {"itemtype": "Service"},
            {"status": "A"},
            {"shipmethod": "9"},
        ):
            self.lines = [self.ROW]
            self.proposals("5")
            self.lines = [self.ROW, {**self.ROW, "id": "2", **change}]
            if "status" in change or "shipmethod" in change:
                self.lines = self.lines[1:]
            _proposal, asked = self.proposals("5")[0]
            self.assertIn("preview", asked, change)

    def test_preview_that_creates(self):
        self.stub.answer((204, b"", PLACE))
        with self.assertRaises(errors.MalformedAnswer) as caught:
            self.client.proposal("5")
        self.assertIn("77", str(caught.exception))
        self.assertTrue(caught.exception.outcome_unknown)

    def test_no_preview(self):
        self.form = (406, b"")
        (proposal, asked), (_again, later) = self.proposals("5", "6")
        self.assertEqual(asked, ["preview", "lines"])
        self.assertNotIn("preview", later)
        self.assertEqual(proposal.package_kind, "generic")
        self.assertEqual([line.quantity_remaining for line in proposal.lines], [4.0])

    def test_refused(self):
        closed = "You have an invalid sales order 5 or the order is already closed."
        for form in (refused(closed, "USER_ERROR"), {"item": {"items": []}}):
            self.form = form
            with self.assertRaises(errors.NotFulfillable):
                self.proposals("5")
