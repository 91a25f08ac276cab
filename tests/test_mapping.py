from datetime import date
from types import SimpleNamespace

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..netsuite.errors import PermissionMissing
from ..netsuite.records import Item, Ref
from ..netsuite.soap import SoapClient
from ..simulator.demo import REST_TOKEN_ID, REST_TOKEN_SECRET
from .build_case import BuildCase
from .common import NetSuiteCase


class MappingCase(BuildCase):
    def map(self, netsuite_field, target, level="body", values=(), **more):
        model = {"body": "stock.picking", "line": "stock.move"}[level]
        return self.env["netsuite.field.mapping"].create(
            {
                "backend_id": self.backend.id,
                "level": level,
                "netsuite_field": netsuite_field,
                "target_id": self.env["ir.model.fields"]._get(model, target).id,
                "value_ids": [
                    Command.create({"netsuite_value": one, "odoo_value": other})
                    for one, other in values
                ],
                **more,
            }
        )


@tagged("post_install", "-at_install")
class TestFields(MappingCase):
    """Which fields go where, and what is refused."""

    def test_level_of_the_target(self):
        target = self.env["ir.model.fields"]._get("stock.picking", "note")
        with self.assertRaisesRegex(ValidationError, "stock.move"):
            self.map("custcol_x", "origin", "line", target_id=target.id)

    def test_targets_that_would_break_the_delivery(self):
        for level, names in {
            "body": ("name", "origin", "move_type", "printed", "netsuite_ship_group", "user_id"),
            "line": ("product_uom_qty", "quantity", "picked", "state", "netsuite_line"),
        }.items():
            for name in names:
                with self.subTest(name), self.assertRaises(ValidationError):
                    self.map("custbody_x" if level == "body" else "custcol_x", name, level)

    def test_offered_are_the_possible_targets(self):
        body = self.map("custbody_x", "note").possible_target_ids
        self.assertIn("delivery_instructions", body.mapped("name"))
        self.assertNotIn("printed", body.mapped("name"))
        line = self.map("custcol_x", "description_picking", "line").possible_target_ids
        self.assertEqual(set(line.mapped("model")), {"stock.move"})

    def test_custom_fields_of_the_other_level(self):
        with self.assertRaisesRegex(ValidationError, "custcol"):
            self.map("custbody_x", "description_picking", "line")
        with self.assertRaisesRegex(ValidationError, "custbody"):
            self.map("custcol_x", "note")

    def test_standard_fields(self):
        for name in ("shipComplete", "status", "tranId", "createdFrom", "externalId"):
            with self.subTest(name):
                self.map(name, "note")
        for name in ("quantity", "serialNumbers", "itemType", "item"):
            with self.subTest(name):
                self.map(name, "description_picking", "line")
        with self.assertRaisesRegex(ValidationError, "salesTeam is not a field.*otherRefNum"):
            self.map("salesTeam", "note")

    def test_values_of_standard_fields(self):
        self.map("createdFrom", "delivery_instructions")
        self.map("shipComplete", "signature_required")
        self.map("quantity", "description_picking", "line")
        self.backend.field_mapping_ids[:3].unlink()
        row = self.build(
            self.order(
                self.line(1, quantity=2.0), created_from=Ref("5", "Quote 5"), ship_complete=True
            )
        )
        self.assertEqual(row.state, "imported", row.message)
        self.assertEqual(row.picking_ids.delivery_instructions, "Quote 5")
        self.assertTrue(row.picking_ids.signature_required)
        self.assertEqual(row.picking_ids.move_ids.description_picking, "2")

    def test_translation_to_a_value_that_does_not_exist(self):
        with self.assertRaisesRegex(ValidationError, "nonsense"):
            self.map("custbody_p", "priority", values=[("Express", "nonsense")])
        mapping = self.map("custbody_p", "priority", values=[("Express", "1")])
        with self.assertRaises(ValidationError):
            mapping.value_ids.odoo_value = "7"

    def test_value_that_does_not_fit(self):
        order = self.order(self.line(1), custom_fields={"custbody_signature_required": "maybe"})
        row = self.build(order)
        self.assertEqual((row.state, row.hold_reason), ("held", "field"), row.message)
        self.assertIn("maybe", row.message)
        self.backend.field_mapping_ids[2].active = False
        self.assertTrue(row.to_build)
        self.backend._job_build(row.ids)
        self.assertEqual(row.state, "imported")

    def test_numbers_that_no_field_holds(self):
        mapping = self.backend.field_mapping_ids[0]
        for kind, value in (
            ("integer", "3000000000"),
            ("integer", "inf"),
            ("float", "nan"),
            ("monetary", "1e400"),
        ):
            with self.subTest(kind=kind, value=value), self.assertRaises(ValueError):
                mapping._convert(value, SimpleNamespace(ttype=kind))

    def test_mapping_removed(self):
        order = self.order(self.line(1), custom_fields={"custbody_signature_required": "maybe"})
        row = self.build(order)
        self.backend.field_mapping_ids[2].unlink()
        self.assertTrue(row.to_build)

    def test_list_value_by_its_id(self):
        ja = self.order(self.line(1), custom_fields={"custbody_signature_required": Ref("1", "Ja")})
        row = self.build(ja)
        self.assertEqual(row.hold_reason, "field")
        self.assertIn("Ja (1)", row.message)
        mapping = self.backend.field_mapping_ids[2]
        mapping.value_ids = [Command.create({"netsuite_value": "1", "odoo_value": "true"})]
        self.assertTrue(row.to_build)
        self.backend._job_build(row.ids)
        self.assertTrue(row.picking_ids.signature_required, row.message)

    def test_several_list_values(self):
        self.map("custbody_care", "delivery_instructions", values=[("2", "Fragile")])
        self.backend.field_mapping_ids[:3].unlink()
        care = (Ref("1", "Keep dry"), Ref("2", "Zerbrechlich"))
        row = self.build(self.order(self.line(1), custom_fields={"custbody_care": care}))
        self.assertEqual(row.picking_ids.delivery_instructions, "Keep dry, Fragile")


@tagged("post_install", "-at_install")
class TestValuesOfBatch(MappingCase):
    """Documents that are built together, where a move has a date of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.model.fields"].create(
            {
                "name": "x_pack_by",
                "model_id": cls.env["ir.model"]._get_id("stock.move"),
                "ttype": "date",
            }
        )

    def test_value_that_does_not_fit_holds_its_document_alone(self):
        self.map("custcol_by", "x_pack_by", "line")
        bad = {"custom_fields": {"custbody_signature_required": "maybe"}}
        followed = self.build(self.order(self.line(1), number="1"))
        self.stage(self.order(self.line(1), number="1", **bad))
        header = self.stage(self.order(self.line(1), number="2", **bad))
        line = self.stage(
            self.order(self.line(1, custom_fields={"custcol_by": "soon"}), number="3")
        )
        good = self.stage(self.order(self.line(1), number="4"))
        builder, batches = self.registry["netsuite.builder"], []
        build_rows = builder._build_rows

        def noting(builder, backend, rows):
            batches.append(rows)
            return build_rows(builder, backend, rows)

        self.patch(builder, "_build_rows", noting)
        rows = followed + header + line + good
        self.backend._job_build(rows.ids)
        self.assertEqual(batches, [rows], "the others are not built one by one")
        self.assertEqual(good.state, "imported", good.message)
        self.assertEqual((followed + header + line).mapped("hold_reason"), ["field"] * 3)
        self.assertFalse((header + line).picking_ids)


@tagged("post_install", "-at_install")
class TestSteps(MappingCase):
    """What later steps and backorders keep."""

    def finish(self, picking):
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        picking.button_validate()

    def test_later_step(self):
        self.warehouse.delivery_steps = "pick_ship"
        self.map("custbody_rush", "priority", values=[("T", "1")])
        self.map("custcol_note", "origin", "line")
        self.map("custcol_text", "description_picking", "line")
        row = self.build(
            self.order(
                self.line(
                    1,
                    quantity=2,
                    custom_fields={"custcol_note": "red", "custcol_text": "in tissue"},
                ),
                memo="Fragile",
                other_ref_num="PO-9",
                ship_complete=True,
                ship_date=date(2027, 1, 15),
                custom_fields={"custbody_rush": "T"},
            )
        )
        first = row._open_pickings()
        self.assertEqual(first.priority, "1")
        self.finish(first)
        last = row._open_pickings()
        self.assertEqual(last.picking_type_code, "outgoing")
        self.assertEqual(last.priority, "1")
        self.assertIn("Fragile", last.note)
        self.assertEqual(last.customer_reference, "PO-9")
        self.assertEqual(last.move_type, "one")
        self.assertEqual(last.scheduled_date.date(), date(2027, 1, 15))
        self.assertEqual(last.move_ids.origin, "red")
        self.assertEqual(last.move_ids.description_picking, "in tissue")

    def test_backorder(self):
        row = self.build(self.order(self.line(1, quantity=2), memo="Fragile"))
        first = row.picking_ids
        self.ship(first, {"1": 1})
        self.assertIn("Fragile", (row.picking_ids - first).note)

    def test_ship_date_is_the_same_day_far_east(self):
        self.backend.company_id.partner_id.tz = "Pacific/Auckland"
        row = self.build(self.order(self.line(1), ship_date=date(2026, 12, 10)))
        local = fields.Datetime.context_timestamp(
            row.with_context(tz="Pacific/Auckland"), row.picking_ids.scheduled_date
        )
        self.assertEqual((local.date(), local.hour), (date(2026, 12, 10), 12))


@tagged("post_install", "-at_install")
class TestMethods(MappingCase):
    """A carrier that is chosen later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        service = cls.env["product.product"].create({"name": "Freight", "type": "service"})
        cls.carrier = cls.env["delivery.carrier"].create(
            {"name": "Parcel", "product_id": service.id}
        )

    def test_reaches_open_deliveries(self):
        rows = [
            self.build(self.order(self.line(1), number=number, ship_method=Ref(method, "X")))
            for number, method in (("1001", "5"), ("1002", "5"), ("1003", "6"), ("1004", "5"))
        ]
        touched, begun, other, done = rows
        begun.picking_ids.printed = True
        self.ship(done.picking_ids)
        methods = self.env["netsuite.ship.method"]
        method = methods.search([("backend_id", "=", self.backend.id), ("internal_id", "=", "5")])
        method.carrier_id = self.carrier
        self.assertEqual([row.to_build for row in rows], [True, False, False, False])
        self.backend._job_build(touched.ids)
        self.assertEqual(touched.picking_ids.carrier_id, self.carrier)
        self.assertFalse(other.picking_ids.carrier_id)

    def test_not_where_a_person_chose(self):
        row = self.build(self.order(self.line(1), ship_method=Ref("5", "X")))
        row.picking_ids.carrier_id = self.carrier.copy()
        methods = self.env["netsuite.ship.method"]
        methods.search([("backend_id", "=", self.backend.id)]).carrier_id = self.carrier
        self.assertFalse(row.to_build)


@tagged("post_install", "-at_install")
class TestLater(MappingCase):
    """What is mapped after the import reaches deliveries that nobody has begun."""

    def test_location(self):
        east = Ref("8", "East")
        self.build(self.order(self.line(1, location=east)))  # so that the location is listed
        rows = [
            self.build(self.order(self.line(1, location=location), number=number))
            for number, location in (("1001", east), ("1002", east), ("1003", Ref("9", "West")))
        ]
        moved, begun, other = rows
        begun.picking_ids.printed = True
        warehouse = self.env["stock.warehouse"].create({"name": "East", "code": "EAST"})
        locations = self.env["netsuite.location"]
        locations.search([("internal_id", "=", "8")]).warehouse_id = warehouse
        self.assertEqual([row.to_build for row in rows], [True, False, False])
        self.backend._job_build(moved.ids)
        self.assertEqual(moved._open_pickings().picking_type_id.warehouse_id, warehouse)
        self.assertEqual(self.quantities(moved), {("1", "BOLT"): 1})
        self.assertFalse(other.to_build)

    def test_field(self):
        values = {"custbody_gate": "Gate 7"}
        row = self.build(self.order(self.line(1), custom_fields=values))
        done = self.build(self.order(self.line(1), number="1002", custom_fields=values))
        self.ship(done.picking_ids)
        self.map("custbody_gate", "customer_reference")
        self.assertEqual([row.to_read, row.to_build], [True, True])
        self.assertFalse(done.to_read)
        self.backend._job_build(row.ids)
        self.assertEqual(row.picking_ids.customer_reference, "Gate 7")


@tagged("post_install", "-at_install")
class TestCompanies(MappingCase):
    """Orders of a subsidiary that another company ships for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Branch"})
        cls.branch = cls.env["stock.warehouse"].search([("company_id", "=", cls.company.id)])
        cls.subsidiary = cls.env["netsuite.subsidiary"].create(
            {"backend_id": cls.backend.id, "internal_id": "3", "name": "Branch"}
        )

    def test_customer_of_both(self):
        self.subsidiary.company_id = self.company
        first = self.build(self.order(self.line(1)))
        second = self.build(self.order(self.line(1), number="1002", subsidiary=Ref("3")))
        self.assertEqual(second.state, "imported", second.message)
        self.assertEqual(second.picking_ids.company_id, self.company)
        self.assertEqual(second.picking_ids.picking_type_id.warehouse_id, self.branch)
        self.assertEqual(first.picking_ids.partner_id, second.picking_ids.partner_id)
        self.assertFalse(first.picking_ids.partner_id.company_id)

    def test_products_of_the_company(self):
        self.subsidiary.company_id = self.company
        ours, theirs = self.env["product.product"].create(
            [
                {"name": "B", "default_code": "BOLT", "company_id": company.id}
                for company in (self.backend.company_id, self.company)
            ]
        )
        first = self.build(self.order(self.line(1)))
        second = self.build(self.order(self.line(1), number="1002", subsidiary=Ref("3")))
        self.assertEqual(first.picking_ids.move_ids.product_id, ours, first.message)
        self.assertEqual(second.picking_ids.move_ids.product_id, theirs, second.message)

    def test_contact_of_another_company(self):
        self.subsidiary.company_id = self.company
        first = self.build(self.order(self.line(1)))
        first.picking_ids.partner_id.parent_id.company_id = self.backend.company_id
        for number in ("1002", "1003"):
            row = self.build(self.order(self.line(1), number=number, subsidiary=Ref("3")))
            self.assertEqual(row.state, "imported", row.message)
        again = self.build(self.order(self.line(1), number="1004"))
        self.assertEqual(again.picking_ids.partner_id, row.picking_ids.partner_id)

    def test_mapped_afterwards(self):
        self.backend.missing_product = "hold"
        order = self.order(self.line(1), subsidiary=Ref("3"))
        row = self.build(order)
        self.assertEqual((row.state, row.company_id), ("held", self.backend.company_id))
        self.subsidiary.company_id = self.company
        self.backend.missing_product = "create"
        self.assertTrue(row.to_build, "held for a product that is created now")
        self.backend._job_build(row.ids)
        self.assertEqual(row.company_id, self.company)
        self.assertEqual(row.picking_ids.company_id, self.company, row.message)
        self.subsidiary.company_id = False
        row = self.build(order)
        self.assertEqual(row.picking_ids.company_id, self.company, "deliveries stay")

    def test_warehouses_and_carriers_of_all_companies(self):
        location = self.env["netsuite.location"].create(
            {"backend_id": self.backend.id, "internal_id": "9", "name": "Branch"}
        )
        self.assertEqual(location.company_ids, self.backend.company_id)
        self.subsidiary.company_id = self.company
        self.assertEqual(location.company_ids, self.backend.company_id | self.company)

    def test_company_without_warehouse(self):
        self.branch.active = False
        self.subsidiary.company_id = self.company
        row = self.build(self.order(self.line(1), subsidiary=Ref("3")))
        self.assertEqual(row.state, "held")
        self.assertIn("Branch has no warehouse", row.message)


@tagged("post_install", "-at_install")
class TestUnits(MappingCase):
    """Units of different kinds are never converted."""

    def test_another_kind(self):
        kg = Ref("9", "kg")
        self.know(Item("6", "SAND", "InvtPart", stock_unit=kg))
        product = self.env["product.product"].create({"name": "Sand", "default_code": "SAND"})
        unit = self.env["netsuite.unit"].create(
            {
                "backend_id": self.backend.id,
                "internal_id": "9",
                "name": "kg",
                "rate": 1,
                "uom_id": self.env.ref("uom.product_uom_kgm").id,
            }
        )
        row = self.build(self.order(self.line(1, "6", 5, unit=kg)))
        self.assertEqual((row.state, row.hold_reason), ("held", "unit"))
        self.assertIn("Sand", row.message)
        unit.uom_id = product.uom_id
        self.assertTrue(row.to_build)


@tagged("post_install", "-at_install")
class TestLists(NetSuiteCase):
    """What the buttons of the mapping read."""

    def test_nothing_permitted(self):
        def refuse(client, field):
            raise PermissionMissing("no", operation="getSelectValue")

        self.patch(SoapClient, "choices", refuse)
        params = self.backend.action_load_lists()["params"]
        self.assertEqual(params["type"], "warning")
        self.assertIn("as documents name them", params["message"])

    def test_labels_and_samples_over_both(self):
        """What the set-up shows of each preset, whatever the services."""
        self.books.add_order(
            [("MUG-BLU", 1)], custom={"custbody_delivery_instructions": "Ring the bell"}
        )
        self.books.role.grant("Custom Body Fields")
        rest = {"api": "rest", "token_id": REST_TOKEN_ID, "token_secret": REST_TOKEN_SECRET}
        for backend in (self.backend, self.make_backend(state="confirmed", **rest)):
            with self.subTest(backend.api):
                backend.action_show_samples()
                mapping = backend.field_mapping_ids[0]
                self.assertEqual(mapping.netsuite_label, "Delivery Instructions")
                self.assertEqual(mapping.sample_value, "Ring the bell")

    def test_no_permission_for_labels(self):
        self.backend.action_show_samples()
        self.assertEqual(set(self.backend.field_mapping_ids.mapped("netsuite_label")), {False})

    def test_samples_in_the_set_up(self):
        self.books.add_order(
            [("MUG-BLU", 1)], custom={"custbody_delivery_instructions": "Ring the bell"}
        )
        self.backend.setup_step = "mapping"
        self.backend.action_show_samples()
        self.assertEqual(self.backend.field_mapping_ids[0].sample_value, "Ring the bell")
        self.assertFalse(self.backend.field_mapping_ids[1].sample_value)
        view = "connector_netsuite.view_backend_setup_form"
        with Form(self.backend, view=view) as form, form.field_mapping_ids.edit(0) as mapping:
            mapping.active = False
        self.assertEqual(len(self.backend.field_mapping_ids), 2)
