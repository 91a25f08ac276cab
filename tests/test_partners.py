from odoo.tests import tagged

from ..netsuite.records import INVOICE, Address, Item
from .build_case import ADDRESS, BuildCase


@tagged("post_install", "-at_install")
class TestPartners(BuildCase):
    """Contacts and their addresses."""

    def partner(self, **address):
        address.setdefault("addr1", "1 Road")
        row = self.build(self.order(self.line(1), address=Address(addressee="X", **address)))
        self.assertEqual(row.state, "imported", row.message)
        return row.picking_ids.partner_id

    def test_incomplete(self):
        partners = self.env["netsuite.partner"]
        for address in (
            None,
            Address(country="US"),
            Address(country="US", text="United States"),
            Address(addressee="Acme", text="Acme", override=True, addr1="stale"),
        ):
            with self.subTest(address):
                self.assertTrue(partners._is_incomplete(address))
        for address in (
            ADDRESS,
            Address(addr1="Main Street", country="US"),
            Address(text="Jo Smith\nThe Barn\nYork YO1 7HH", override=True),
            Address(text="12 Wharf Street, Sydney", override=True),
        ):
            with self.subTest(address):
                self.assertFalse(partners._is_incomplete(address))

    def test_state_that_odoo_does_not_know(self):
        partner = self.partner(city="Leeds", state="West Riding", zip="LS1", country="GB")
        self.assertEqual(partner.city, "Leeds, West Riding")
        self.assertFalse(partner.state_id)

    def test_state_alone(self):
        self.assertEqual(self.partner(state="West Riding", country="GB").city, "West Riding")

    def test_parts_of_spain(self):
        self.assertEqual(self.partner(city="Las Palmas", country="IC").country_id.code, "ES")
        self.assertEqual(self.partner(city="Ceuta", country="EA").country_id.code, "ES")

    def test_typed_text_goes_before_older_fields(self):
        partner = self.partner(
            text="X\nThe Barn\nYork YO1 7HH",
            override=True,
            addr1="1 Old Street",
            city="London",
            zip="N1",
            country="GB",
        )
        self.assertEqual((partner.street, partner.street2), ("The Barn", "York YO1 7HH"))
        self.assertNotIn("London", partner.contact_address)
        self.assertFalse(partner.zip)
        self.assertEqual(partner.country_id.code, "GB")

    def test_backends_of_one_account_share(self):
        first = self.build(self.order(self.line(1)))
        company = self.env["res.company"].create({"name": "Branch"})
        twin = self.env["netsuite.backend"].create(
            {
                "name": "Twin",
                "account_id": "7654321",
                "company_id": company.id,
                "import_type": "invoice",
                "state": "confirmed",
            }
        )
        self.know(Item("1", "BOLT", "InvtPart"), backend=twin)
        invoice = self.order(self.line(1), number="2009", type=INVOICE, status="_invoiceOpen")
        second = self.build(invoice, backend=twin)
        self.assertEqual(second.state, "imported", second.message)
        self.assertEqual(first.picking_ids.partner_id, second.picking_ids.partner_id)
