"""Golden answers: what NetSuite says, and the record that it is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from lxml import etree
from odoo.tests import BaseCase, tagged

from ..netsuite.errors import ConfigurationError
from ..netsuite.records import (
    INVOICE,
    ITEM_FULFILLMENT,
    SALES_ORDER,
    Address,
    Assignment,
    Fulfillment,
    FulfillmentLine,
    Item,
    Line,
    Member,
    Package,
    Ref,
    ShipGroup,
    Transaction,
    Unit,
)
from ..netsuite.soap import decode
from ..netsuite.soap.dates import day_of, span, user_zone
from ..netsuite.soap.statuses import search_code
from ..netsuite.soap.xml import parse_moment
from .schemas import validate_envelope
from .soap_case import needs_netsuite_files
from .soap_stub import OK, envelope, list_answer, search_answer

ORDER = """
<record internalId="1505" externalId="web-9" xsi:type="s:SalesOrder">
 <s:entity internalId="87"><c:name>Abe Simpson</c:name></s:entity>
 <s:tranDate>2026-08-21T22:00:00.000-07:00</s:tranDate><s:tranId>SO10069</s:tranId>
 <s:createdFrom internalId="3"/><s:orderStatus>_pendingBillingPartFulfilled</s:orderStatus>
 <s:otherRefNum>PO 7</s:otherRefNum><s:memo> Mind the dog </s:memo><s:email>a@example.com</s:email>
 <s:shippingAddress><m:country>_unitedKingdom</m:country><m:attention>Jo</m:attention>
  <m:addressee>Acme</m:addressee><m:addrPhone>555</m:addrPhone><m:addr1>1 Road</m:addr1>
  <m:addr2>Flat 2</m:addr2><m:addr3>Rear</m:addr3><m:city>Leith</m:city><m:state>E Lothian</m:state>
  <m:zip>EH6</m:zip><m:addrText>Acme&lt;br&gt;1 Road&lt;BR/&gt;

  Leith</m:addrText><m:override>true</m:override></s:shippingAddress>
 <s:shipDate>2026-08-23T00:00:00.000-07:00</s:shipDate>
 <s:shipMethod internalId="92"><c:name>UPS Ground</c:name></s:shipMethod>
 <s:isMultiShipTo>true</s:isMultiShipTo><s:trackingNumbers>1Z1 1Z2</s:trackingNumbers>
 <s:linkedTrackingNumbers>1Z2,1Z3</s:linkedTrackingNumbers><s:shipComplete>true</s:shipComplete>
 <s:class internalId="4"><c:name>Retail</c:name></s:class><s:department internalId="5"/>
 <s:subsidiary internalId="1"/>
 <s:lastModifiedDate>2026-08-22T15:49:00.000-07:00</s:lastModifiedDate>
 <s:location internalId="6"><c:name>Main</c:name></s:location>
 <s:status>Billing en attente</s:status>
 <s:itemList>
  <s:item><s:item internalId="15"><c:name>WIDGET</c:name></s:item><s:quantity>5.0</s:quantity>
   <s:units internalId="2"><c:name>Box</c:name></s:units><s:description>A widget</s:description>
   <s:serialNumbers>A1</s:serialNumbers>
   <s:options><c:customField xsi:type="c:StringCustomFieldRef" scriptId="custcol_o">
    <c:value>o</c:value></c:customField></s:options>
   <s:location internalId="6"><c:name>Main</c:name></s:location><s:isClosed>false</s:isClosed>
   <s:line>1</s:line><s:quantityCommitted>3.0</s:quantityCommitted>
   <s:quantityFulfilled>1.0</s:quantityFulfilled><s:quantityPacked>1.5</s:quantityPacked>
   <s:quantityPicked>2.0</s:quantityPicked><s:shipGroup>1</s:shipGroup>
   <s:customFieldList><c:customField xsi:type="c:StringCustomFieldRef" scriptId="custcol_x">
    <c:value>x</c:value></c:customField></s:customFieldList></s:item>
  <s:item><s:item internalId="16"/><s:quantity>1.0</s:quantity><s:location internalId="6"/>
   <s:createPo>_dropShipment</s:createPo><s:inventoryLocation internalId="8"/><s:line>4</s:line>
  </s:item>
  <s:item><s:item internalId="17"/><s:createPo>_specialOrder</s:createPo>
   <s:createdPo internalId="2"/><s:isClosed>true</s:isClosed>
   <s:itemFulfillmentChoice>_storePickup</s:itemFulfillmentChoice><s:line>5</s:line></s:item>
  <s:item><s:item internalId="18"/><s:createdPo internalId="2"/><s:line>6</s:line></s:item>
 </s:itemList>
 <s:shipGroupList><s:shipGroup><s:id>1</s:id>
  <s:destinationAddress>Acme&lt;br&gt;Leith</s:destinationAddress>
  <s:shippingMethodRef internalId="92"/></s:shipGroup><s:shipGroup><s:id>2</s:id></s:shipGroup>
 </s:shipGroupList>
 <s:customFieldList>
  <c:customField xsi:type="c:StringCustomFieldRef" scriptId="custbody_text" internalId="1">
   <c:value>At
the door</c:value></c:customField>
  <c:customField xsi:type="c:BooleanCustomFieldRef" scriptId="custbody_tick"><c:value>true</c:value>
  </c:customField>
  <c:customField xsi:type="c:LongCustomFieldRef" scriptId="custbody_whole"><c:value>7</c:value>
  </c:customField>
  <c:customField xsi:type="c:DoubleCustomFieldRef" scriptId="custbody_part"><c:value>2.5</c:value>
  </c:customField>
  <c:customField xsi:type="c:DateCustomFieldRef" scriptId="custbody_time">
   <c:value>2026-08-22T15:49:00.000-07:00</c:value></c:customField>
  <c:customField xsi:type="c:SelectCustomFieldRef" scriptId="custbody_entry">
   <c:value internalId="5" typeId="7"><c:name>Yes</c:name></c:value></c:customField>
  <c:customField xsi:type="c:MultiSelectCustomFieldRef" scriptId="custbody_entries">
   <c:value internalId="5" typeId="7"><c:name>Yes</c:name></c:value>
   <c:value internalId="6" typeId="7"><c:name>No</c:name></c:value></c:customField>
  <c:customField xsi:type="c:StringCustomFieldRef" internalId="99"><c:value>old</c:value>
  </c:customField>
 </s:customFieldList>
</record>
"""
PLAIN_ADDRESS = Address(
    "Acme", "Jo", "555", "1 Road", "Flat 2", "Rear", "Leith", "E Lothian", "EH6", "GB",
    "Acme\n1 Road\nLeith", True,
)  # fmt: skip
CUSTOM = {
    "custbody_text": "At\nthe door",
    "custbody_tick": True,
    "custbody_whole": 7,
    "custbody_part": 2.5,
    "custbody_time": datetime(2026, 8, 22, 22, 49, tzinfo=UTC),
    "custbody_entry": Ref("5", "Yes"),
    "custbody_entries": (Ref("5", "Yes"), Ref("6", "No")),
    "99": "old",
}
FULFILLMENT = """
<record internalId="900" externalId="odoo-1" xsi:type="s:ItemFulfillment">
 <s:lastModifiedDate>2026-01-05T08:15:00.000-08:00</s:lastModifiedDate>
 <s:entity internalId="87"/><s:createdFrom internalId="1505"><c:name>Sales Order #SO1</c:name>
 </s:createdFrom><s:shippingAddress><m:country>_unitedStates</m:country></s:shippingAddress>
 <s:shippedDate>2026-01-05T00:00:00.000-08:00</s:shippedDate><s:shipStatus>_packed</s:shipStatus>
 <s:tranDate>2026-01-05T00:00:00.000-08:00</s:tranDate><s:tranId>IF7</s:tranId>
 <s:shipMethod internalId="92"/><s:shippingCost>4.5</s:shippingCost><s:memo>note</s:memo>
 {packages}
 <s:itemList>
  <s:item><s:itemReceive>true</s:itemReceive><s:description>Kit</s:description>
   <s:location internalId="6"/><s:quantity>2.0</s:quantity><s:unitsDisplay>Each</s:unitsDisplay>
   <s:inventoryDetail><m:inventoryAssignmentList><m:inventoryAssignment>
    <m:issueInventoryNumber internalId="143"><c:name>LOT1</c:name></m:issueInventoryNumber>
    <m:binNumber internalId="9"/><m:quantity>2.0</m:quantity></m:inventoryAssignment>
   </m:inventoryAssignmentList></s:inventoryDetail><s:serialNumbers>S1</s:serialNumbers>
   <s:item internalId="15"/><s:orderLine>1</s:orderLine>
   <s:quantityRemaining>3.0</s:quantityRemaining></s:item>
  <s:item><s:itemName>Member</s:itemName><s:quantity>4.0</s:quantity><s:item internalId="16"/>
  </s:item>
  <s:item><s:itemReceive>false</s:itemReceive><s:createPo>DropShip</s:createPo>
   <s:item internalId="17"/><s:orderLine>3</s:orderLine></s:item>
 </s:itemList>
</record>
"""
PACKAGE = (
    "<s:package{0}List><s:package{0}><s:packageWeight{0}>1.5</s:packageWeight{0}>{1}"
    "<s:packageTrackingNumber{0}>1Z1</s:packageTrackingNumber{0}></s:package{0}></s:package{0}List>"
)
DESCRIPTION = "<s:packageDescr{0}>box</s:packageDescr{0}>"


def element(content):
    """The record in a piece of an answer."""
    root = etree.fromstring(envelope(content))
    return root[0][0]


def package_list(suffix):
    return PACKAGE.format(suffix, "" if suffix == "FedEx" else DESCRIPTION.format(suffix))


@tagged("post_install", "-at_install")
class TestTransactions(BaseCase):
    def setUp(self):
        super().setUp()
        self.maxDiff = None

    def test_sales_order(self):
        self.assertEqual(
            decode.transaction(element(ORDER)),
            Transaction(
                type=SALES_ORDER,
                internal_id="1505",
                tran_id="SO10069",
                external_id="web-9",
                status="_salesOrderPendingBillingPartiallyFulfilled",
                entity=Ref("87", "Abe Simpson"),
                created_from=Ref("3"),
                tran_date=date(2026, 8, 22),
                ship_date=date(2026, 8, 23),
                last_modified=datetime(2026, 8, 22, 22, 49, tzinfo=UTC),
                other_ref_num="PO 7",
                memo="Mind the dog",
                email="a@example.com",
                location=Ref("6", "Main"),
                subsidiary=Ref("1"),
                department=Ref("5"),
                class_=Ref("4", "Retail"),
                ship_method=Ref("92", "UPS Ground"),
                ship_complete=True,
                multi_ship_to=True,
                ship_groups=(
                    ShipGroup("1", Address(text="Acme\nLeith", override=True), Ref("92")),
                    ShipGroup("2"),
                ),
                tracking_numbers=("1Z1", "1Z2", "1Z3"),
                address=PLAIN_ADDRESS,
                lines=(
                    Line(
                        "1",
                        Ref("15", "WIDGET"),
                        description="A widget",
                        quantity=5.0,
                        unit=Ref("2", "Box"),
                        location=Ref("6", "Main"),
                        quantity_fulfilled=1.0,
                        quantity_picked=2.0,
                        quantity_packed=1.5,
                        quantity_committed=3.0,
                        ship_group="1",
                        serial_numbers="A1",
                        custom_fields={"custcol_o": "o", "custcol_x": "x"},
                    ),
                    Line("4", Ref("16"), quantity=1.0, location=Ref("8"), drop_ship=True),
                    Line("5", Ref("17"), closed=True, store_pickup=True),
                    Line("6", Ref("18"), drop_ship=True),
                ),
                custom_fields=CUSTOM,
            ),
        )

    def test_invoice(self):
        record = element(
            '<record internalId="7" xsi:type="s:Invoice"><s:tranId>INV7</s:tranId>'
            '<s:createdFrom internalId="1505"/><s:trackingNumbers>1Z</s:trackingNumbers>'
            "<s:status>Offen</s:status><s:itemList><s:item>"
            '<s:item internalId="15"/><s:line>2</s:line><s:quantity>3.0</s:quantity>'
            "<s:quantityRemaining>1.0</s:quantityRemaining><s:quantityFulfilled>2.0"
            '</s:quantityFulfilled><s:orderLine>1</s:orderLine><s:location internalId="6"/>'
            "</s:item></s:itemList></record>"
        )
        self.assertEqual(
            decode.transaction(record),
            Transaction(
                type=INVOICE,
                internal_id="7",
                tran_id="INV7",
                created_from=Ref("1505"),
                tracking_numbers=("1Z",),
                lines=(
                    Line(
                        "2",
                        Ref("15"),
                        quantity=3.0,
                        location=Ref("6"),
                        quantity_fulfilled=2.0,
                        quantity_remaining=1.0,
                        order_line="1",
                    ),
                ),
            ),
        )

    def test_fulfillment_as_document(self):
        record = element(FULFILLMENT.format(packages=package_list("")))
        document = decode.transaction(record)
        self.assertEqual(
            (document.type, document.status, document.ship_date, document.tracking_numbers),
            (ITEM_FULFILLMENT, "_itemFulfillmentPacked", date(2026, 1, 5), ("1Z1",)),
        )
        self.assertEqual(document.address, Address(country="US"))
        self.assertEqual(
            document.lines,
            (
                Line(
                    "1",
                    Ref("15"),
                    description="Kit",
                    quantity=2.0,
                    unit=Ref("", "Each"),
                    location=Ref("6"),
                    quantity_remaining=3.0,
                    serial_numbers="S1",
                ),
                Line("", Ref("16"), quantity=4.0),
                Line("3", Ref("17"), receive=False, drop_ship=True),
            ),
        )

    def test_fulfillment(self):
        self.assertEqual(
            decode.fulfillment(element(FULFILLMENT.format(packages=package_list("")))),
            Fulfillment(
                order_id="1505",
                internal_id="900",
                external_id="odoo-1",
                tran_id="IF7",
                ship_status="packed",
                lines=(
                    FulfillmentLine(
                        "1",
                        True,
                        Ref("15"),
                        2.0,
                        Ref("6"),
                        (Assignment(Ref("143", "LOT1"), 2.0, Ref("9")),),
                        "S1",
                    ),
                    FulfillmentLine("", True, Ref("16"), 4.0),
                    FulfillmentLine("3", False, Ref("17")),
                ),
                packages=(Package("1Z1", 1.5, "box"),),
                memo="note",
                ship_method=Ref("92"),
                shipping_cost=4.5,
                last_modified=datetime(2026, 1, 5, 16, 15, tzinfo=UTC),
            ),
        )

    def test_package_lists(self):
        """Of several lists, the one that is used [facts 7.3]."""
        empty = "<s:packageList/>"
        for packages, kind, number in (
            ("", "generic", 0),
            (empty, "generic", 0),
            (package_list(""), "generic", 1),
            (package_list("Ups"), "ups", 1),
            (empty + package_list("Usps"), "usps", 1),
            (empty + package_list("FedEx"), "fedex", 1),
            ("<s:packageUpsList/>", "ups", 0),
        ):
            record = element(FULFILLMENT.format(packages=packages))
            with self.subTest(packages):
                decoded = decode.fulfillment(record)
                self.assertEqual((decoded.package_kind, len(decoded.packages)), (kind, number))
                self.assertEqual(decode.proposal(record, "1505").package_kind, kind)
                for package in decoded.packages:
                    description = "" if kind == "fedex" else "box"
                    self.assertEqual(package, Package("1Z1", 1.5, description))

    @needs_netsuite_files
    def test_golden_answers_conform(self):
        """The answers above are such as NetSuite may send."""
        validate_envelope(list_answer((OK, ORDER), (OK, FULFILLMENT.format(packages=""))))
        for suffix in ("", "Ups", "Usps", "FedEx"):
            record = FULFILLMENT.format(packages=package_list(suffix))
            validate_envelope(list_answer((OK, record)))
        validate_envelope(search_answer(ITEMS.replace("record", "c:record")))

    def test_empty_address(self):
        for inner in (
            "",
            "<s:shippingAddress/>",
            "<s:shippingAddress><m:city> </m:city></s:shippingAddress>",
        ):
            record = element(f'<record internalId="1" xsi:type="s:SalesOrder">{inner}</record>')
            self.assertIsNone(decode.transaction(record).address)

    def test_order_of_elements_and_version_do_not_matter(self):
        """NetSuite's own samples are out of order [facts 7.1]."""
        record = element(ORDER)
        expected = decode.transaction(record)
        record[:] = reversed(record)
        for child in record.iter():
            child.tag = child.tag.replace("2023_2", "2031_1")
        self.assertEqual(decode.transaction(record), expected)


ITEMS = """
<record internalId="1" xsi:type="a:InventoryItem"><a:weight>2.5</a:weight>
 <a:weightUnit>_kg</a:weightUnit><a:unitsType internalId="3"/>
 <a:stockUnit internalId="4"><c:name>Each</c:name></a:stockUnit>
 <a:isDropShipItem>true</a:isDropShipItem><a:itemId>WIDGET</a:itemId><a:upcCode>123</a:upcCode>
 <a:displayName>A widget</a:displayName><a:isInactive>true</a:isInactive></record>
"""


@tagged("post_install", "-at_install")
class TestItems(BaseCase):
    def test_item(self):
        self.assertEqual(
            decode.item(element(ITEMS)),
            Item(
                "1",
                "WIDGET",
                "InvtPart",
                display_name="A widget",
                upc="123",
                drop_ship=True,
                weight=2.5,
                weight_unit="kg",
                stock_unit=Ref("4", "Each"),
                units_type=Ref("3"),
                inactive=True,
            ),
        )

    def test_types(self):
        for kind, code, lot, serial in (
            ("InventoryItem", "InvtPart", False, False),
            ("LotNumberedInventoryItem", "InvtPart", True, False),
            ("SerializedInventoryItem", "InvtPart", False, True),
            ("AssemblyItem", "Assembly", False, False),
            ("LotNumberedAssemblyItem", "Assembly", True, False),
            ("SerializedAssemblyItem", "Assembly", False, True),
            ("NonInventorySaleItem", "NonInvtPart", False, False),
            ("NonInventoryResaleItem", "NonInvtPart", False, False),
            ("NonInventoryPurchaseItem", "NonInvtPart", False, False),
            ("ServiceSaleItem", "Service", False, False),
            ("ServiceResaleItem", "Service", False, False),
            ("OtherChargePurchaseItem", "OthCharge", False, False),
            ("DescriptionItem", "Description", False, False),
            ("DiscountItem", "Discount", False, False),
            ("SubtotalItem", "Subtotal", False, False),
            ("MarkupItem", "Markup", False, False),
            ("PaymentItem", "Payment", False, False),
            ("GiftCertificateItem", "GiftCert", False, False),
            ("DownloadItem", "DwnLdItem", False, False),
            ("ItemGroup", "Group", False, False),
            ("KitItem", "Kit", False, False),
            ("BrandNewItem", "BrandNewItem", False, False),
        ):
            with self.subTest(kind):
                item = decode.item(element(f'<record internalId="1" xsi:type="a:{kind}"/>'))
                self.assertEqual((item.type, item.lot, item.serial), (code, lot, serial))
                self.assertTrue(item.fulfillable)

    def test_kit(self):
        record = element(
            '<record internalId="1" xsi:type="a:KitItem"><a:itemId>KIT</a:itemId>'
            "<a:isFulfillable>false</a:isFulfillable><a:weight>3.0</a:weight>"
            '<a:weightUnit internalId="1"><c:name>lb</c:name></a:weightUnit><a:memberList>'
            '<a:itemMember><a:quantity>2.0</a:quantity><a:memberUnit internalId="4"/>'
            '<a:item internalId="15"><c:name>WIDGET</c:name></a:item></a:itemMember>'
            "<a:itemMember><a:memberDescr>text</a:memberDescr></a:itemMember></a:memberList></record>"
        )
        item = decode.item(record)
        self.assertEqual(item.members, (Member(Ref("15", "WIDGET"), 2.0, Ref("4")),))
        self.assertEqual((item.fulfillable, item.weight_unit), (False, "lb"))

    def test_units(self):
        record = element(
            '<record internalId="3" xsi:type="a:UnitsType"><a:uomList><a:uom>'
            "<a:internalId>4</a:internalId><a:unitName>Each</a:unitName>"
            "<a:conversionRate>1.0</a:conversionRate></a:uom><a:uom><a:internalId>5</a:internalId>"
            "<a:unitName>Box</a:unitName><a:conversionRate>12.0</a:conversionRate></a:uom>"
            "</a:uomList></record>"
        )
        self.assertEqual(
            decode.units(record), {"4": Unit("4", "Each", 1.0), "5": Unit("5", "Box", 12.0)}
        )


@tagged("post_install", "-at_install")
class TestStatuses(BaseCase):
    def test_every_spelling(self):
        for type, word, code in (
            (SALES_ORDER, "pendingFulfillment", "_salesOrderPendingFulfillment"),
            (SALES_ORDER, "_pendingFulfillment", "_salesOrderPendingFulfillment"),
            (SALES_ORDER, "_salesOrderPendingFulfillment", "_salesOrderPendingFulfillment"),
            (SALES_ORDER, "salesOrderPendingFulfillment", "_salesOrderPendingFulfillment"),
            (SALES_ORDER, "fullyBilled", "_salesOrderBilled"),
            (SALES_ORDER, "_salesOrderBilled", "_salesOrderBilled"),
            (SALES_ORDER, "pendingBillingPartFulfilled",
             "_salesOrderPendingBillingPartiallyFulfilled"),
            (SALES_ORDER, "_undefined", ""),
            (SALES_ORDER, "Pending Fulfillment", ""),
            (SALES_ORDER, "", ""),
            (INVOICE, "paidInFull", "_invoicePaidInFull"),
            (INVOICE, "open", "_invoiceOpen"),
            (ITEM_FULFILLMENT, "_shipped", "_itemFulfillmentShipped"),
            (ITEM_FULFILLMENT, "pendingFulfillment", ""),
        ):  # fmt: skip
            with self.subTest(word):
                self.assertEqual(search_code(type, word), code)


@tagged("post_install", "-at_install")
class TestDates(BaseCase):
    # Zones of NetSuite users, without and with daylight saving, on both sides of the date line.
    ZONES = (
        "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Chicago",
        "America/New_York", "America/St_Johns", "America/Sao_Paulo", "UTC", "Europe/London",
        "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Singapore", "Australia/Adelaide",
        "Australia/Sydney", "Pacific/Auckland", "Pacific/Tongatapu",
    )  # fmt: skip
    FAR_ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago")

    def midnights(self, zone):
        """Every day of a year with its midnight in the zone, as NetSuite tells it."""
        day = date(2026, 1, 1)
        while day < date(2027, 1, 1):
            instant = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
            yield day, instant.astimezone(UTC)
            day += timedelta(days=1)

    def test_day_of_the_users_zone_is_inferred(self):
        for zone in self.ZONES:
            for day, instant in self.midnights(zone):
                self.assertEqual(day_of(instant, None), day, f"{zone} {instant}")

    def test_known_zone(self):
        """Right with the user's zone and, where NetSuite gives Pacific midnight, with any."""
        for zone in (*self.ZONES, *self.FAR_ZONES):
            for day, instant in self.midnights(zone):
                self.assertEqual(day_of(instant, user_zone(zone)), day, f"{zone} {instant}")
        for day, instant in self.midnights("America/Los_Angeles"):
            for zone in self.ZONES:
                self.assertEqual(day_of(instant, user_zone(zone)), day, f"{zone} {instant}")

    def test_daylight_saving_of_the_zone_may_be_off(self):
        """NetSuite's "GMT-06:00" is -05:00 in summer [facts 8]."""
        for day in (date(2026, 1, 5), date(2026, 7, 5)):
            for hours in (5, 6):
                instant = datetime(day.year, day.month, day.day, hours, tzinfo=UTC)
                self.assertEqual(day_of(instant, user_zone("America/Chicago")), day)

    def test_span_holds_all_zones(self):
        first, last = date(2026, 3, 8), date(2026, 3, 9)
        start, stop = span(first, last)
        for zone in (*self.ZONES, *self.FAR_ZONES):
            begin = datetime(2026, 3, 8, tzinfo=ZoneInfo(zone))
            end = datetime(2026, 3, 9, 23, 59, 59, tzinfo=ZoneInfo(zone))
            self.assertTrue(start <= begin and end <= stop, zone)
            # and also where NetSuite compares days of the user's zone
            self.assertTrue(start.astimezone(ZoneInfo(zone)).date() <= first, zone)
            self.assertTrue(last <= stop.astimezone(ZoneInfo(zone)).date(), zone)

    def test_unknown_zone(self):
        self.assertIsNone(user_zone(None))
        for name in ("Mars/Olympus", "../etc/passwd", "America"):
            with self.assertRaises(ConfigurationError):
                user_zone(name)

    def test_moments(self):
        for text, hour in (
            ("2026-01-05T08:15:00.000-08:00", 16),
            ("2026-01-05T08:15:00Z", 8),
            ("2026-01-05T08:15:00", 16),  # Pacific, when nothing is said
        ):
            self.assertEqual(parse_moment(text), datetime(2026, 1, 5, hour, 15, tzinfo=UTC))
        for text in ("", "yesterday", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"):
            with self.assertRaises(ValueError):
                parse_moment(text)
