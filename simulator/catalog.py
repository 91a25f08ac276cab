"""The standing data of the simulated company: items, places, people. The same in every run."""

from decimal import Decimal

from .account import (
    Address,
    Customer,
    CustomField,
    InventoryNumber,
    Item,
    Named,
    SavedSearch,
    ShipMethod,
    Unit,
    UnitsType,
)

# id, SKU, type, name, price, weight (lb), more
ITEMS: tuple[tuple[str, str, str, str, str, str, dict[str, bool]], ...] = (
    ("101", "MUG-BLU", "InventoryItem", "Enamel mug, blue", "12.50", "0.8", {}),
    ("102", "MUG-RED", "InventoryItem", "Enamel mug, red", "12.50", "0.8", {}),
    ("103", "KETTLE-15", "InventoryItem", "Kettle 1.5 l", "48.00", "3.2", {}),
    ("104", "TEA-GREEN", "InventoryItem", "Green tea, box", "9.90", "0.5", {"units": True}),
    ("105", "TEA-BLACK", "InventoryItem", "Black tea, box", "9.20", "0.5", {"units": True}),
    ("106", "TRAY-OAK", "InventoryItem", "Oak tray", "34.00", "2.1", {}),
    ("107", "CLOTH-LIN", "InventoryItem", "Linen tea towel", "14.00", "0.3", {}),
    ("108", "SPOON-SET", "InventoryItem", "Spoons, set of six", "22.00", "0.6", {}),
    ("109", "POT-CAST", "InventoryItem", "Cast iron teapot", "65.00", "4.4", {}),
    ("110", "LAMP-STD", "InventoryItem", "Standard lamp", "120.00", "11.0", {"drop_ship": True}),
    ("121", "SHELF-ASM", "AssemblyItem", "Wall shelf, assembled", "89.00", "9.5", {}),
    ("131", "HONEY-LOT", "LotNumberedInventoryItem", "Heather honey", "8.40", "1.1", {}),
    ("132", "SCALE-SER", "SerializedInventoryItem", "Kitchen scale", "59.00", "2.6", {}),
    ("141", "GIFT-BOX", "KitItem", "Tea lover's gift box", "58.00", "2.6", {"kit": True}),
    ("151", "CARD-GIFT", "NonInventorySaleItem", "Greeting card", "3.50", "0.1", {}),
    ("152", "LICENCE", "NonInventorySaleItem", "Recipe licence", "15.00", "0", {"virtual": True}),
    ("161", "ENGRAVE", "ServiceSaleItem", "Engraving", "18.00", "0", {}),
    ("162", "ADVICE", "ServiceSaleItem", "Tea consultation", "40.00", "0", {"virtual": True}),
    ("171", "HANDLING", "OtherChargeSaleItem", "Handling charge", "5.00", "0", {"virtual": True}),
    ("172", "GIFTCERT", "GiftCertificateItem", "Gift certificate", "25.00", "0", {"virtual": True}),
    ("181", "DISC-10", "DiscountItem", "Ten per cent off", "-10.00", "0", {}),
    ("182", "NOTE", "DescriptionItem", "Note", "0", "0", {}),
    ("183", "SUBTOTAL", "SubtotalItem", "Subtotal", "0", "0", {}),
    ("184", "TEA-GROUP", "ItemGroup", "Tea for two", "0", "0", {"group": True}),
)

# ISO code, then rows: company, contact, street, second line, third line, city, state, zip, phone
CUSTOMERS = (
    (
        "US",
        "Harbor & Pine LLC",
        "Dana Whitfield",
        "1420 Commercial St",
        "Suite 210",
        "",
        "Portland",
        "ME",
        "04101",
        "+1 207 555 0142",
    ),
    (
        "US",
        "Nora Castellano",
        "",
        "88 W Juniper Ave",
        "",
        "",
        "Boise",
        "ID",
        "83702",
        "+1 208 555 0188",
    ),
    (
        "US",
        "Blue Mesa Outfitters",
        "Receiving",
        "5501 Candelaria Rd NE",
        "Bldg 4",
        "Dock 7",
        "Albuquerque",
        "NM",
        "87110",
        "",
    ),
    (
        "CA",
        "Maple Court Café",
        "Étienne Roy",
        "412 Rue Saint-Paul O",
        "Bureau 3",
        "",
        "Montréal",
        "QC",
        "H2Y 2A6",
        "+1 514 555 0119",
    ),
    (
        "CA",
        "Jasper Lindqvist",
        "",
        "2305 W 4th Ave",
        "",
        "",
        "Vancouver",
        "BC",
        "V6K 1N8",
        "+1 604 555 0173",
    ),
    (
        "AU",
        "Coogee Beach Traders Pty Ltd",
        "Goods In",
        "Unit 6",
        "218 Arden St",
        "",
        "Coogee",
        "NSW",
        "2034",
        "+61 2 5550 1180",
    ),
    (
        "AU",
        "Miriam O'Halloran",
        "",
        "17 Glenferrie Rd",
        "",
        "",
        "Hawthorn",
        "VIC",
        "3122",
        "+61 3 5550 1442",
    ),
    (
        "NZ",
        "Kererū Homewares Ltd",
        "Aroha Ngata",
        "64 Tory Street",
        "Te Aro",
        "",
        "Wellington",
        "",
        "6011",
        "+64 4 555 0134",
    ),
    (
        "GB",
        "Thistle & Thread Ltd",
        "F. MacAulay",
        "9 Cockburn Street",
        "Old Town",
        "",
        "Edinburgh",
        "Midlothian",
        "EH1 1BP",
        "+44 131 496 0155",
    ),
    (
        "GB",
        "Priya Raman",
        "",
        "Flat 4, Larch House",
        "31 Albion Drive",
        "",
        "London",
        "",
        "E8 4LX",
        "+44 20 7946 0191",
    ),
    (
        "DE",
        "Bärenstark Küchen GmbH",
        "Warenannahme, Tor 2",
        "Lindenstraße 41",
        "Hinterhaus",
        "",
        "Köln",
        "",
        "50674",
        "+49 221 5550123",
    ),
    (
        "FR",
        "L'Heure du Thé SARL",
        "Mme Chevalier",
        "27 rue des Tanneurs",
        "Bât. B",
        "3e étage",
        "Lyon",
        "",
        "69001",
        "+33 4 99 00 12 34",
    ),
    (
        "JP",
        "株式会社 茶房みどり",
        "佐藤 由紀",
        "神保町1-23-4",
        "みどりビル 5F",
        "",
        "千代田区",
        "東京都",
        "101-0051",
        "+81 3 5550 0123",
    ),
    (
        "IE",
        "Liffey Larder",
        "",
        "12 Fade Street",
        "",
        "",
        "Dublin",
        "Co. Dublin",
        "D02 NF77",
        "+353 1 555 0166",
    ),
    (
        "NL",
        "De Theewinkel BV",
        "M. van Dijk",
        "Nieuwegracht 108",
        "",
        "",
        "Utrecht",
        "",
        "3512 LX",
        "+31 30 555 0147",
    ),
)


def stock(books):
    """Enter the standing data into empty books."""
    _places(books)
    _items(books)
    _customers(books)
    _numbers(books)
    _custom_fields(books)
    books.saved_searches = {
        "customsearch_to_ship": SavedSearch(
            "customsearch_to_ship",
            {"type": ["_salesOrder"], "status": ["_salesOrderPendingFulfillment"]},
        ),
        "42": SavedSearch("42", {"type": ["_salesOrder"], "location": ["2"]}),
    }


def _index(*records):
    return {one.id: one for one in records}


def _places(books):
    books.subsidiaries = _index(Named("1", "Parent Company"), Named("2", "Pacific Branch"))
    books.locations = _index(
        Named("1", "East Warehouse"), Named("2", "West Warehouse"), Named("3", "Sydney Warehouse")
    )
    books.departments = _index(Named("1", "Retail"), Named("2", "Wholesale"))
    books.classes = _index(Named("1", "Kitchen"), Named("2", "Furniture"))
    books.employees = _index(Named("51", "Ana Lopez"), Named("52", "Ben Okafor"))
    books.terms = _index(Named("1", "Net 15"), Named("2", "Net 30"))
    books.bins = _index(Named("1", "A-01-1"), Named("2", "B-02-3"))
    books.ship_methods = _index(
        ShipMethod("2001", "Ground"),
        ShipMethod("2002", "Express Post"),
        ShipMethod("2003", "UPS Next Day Air", "ups"),
        ShipMethod("2004", "USPS Priority Mail", "usps"),
        ShipMethod("2005", "FedEx 2Day", "fedex"),
        ShipMethod("2006", "DHL Worldwide"),
    )
    books.units_types = _index(
        UnitsType(
            "1",
            "Counts",
            [Unit("1", "Each"), Unit("2", "Box of 6", Decimal(6)), Unit("3", "Dozen", Decimal(12))],
        )
    )


def _items(books):
    for id, sku, type, name, price, weight, more in ITEMS:
        books.items[id] = Item(
            id=id,
            name=sku,
            type=type,
            display_name=name,
            description=name,
            upc="" if more.get("virtual") else f"49012345{id}00",
            fulfillable_flag=not more.get("virtual"),
            drop_ship=bool(more.get("drop_ship")),
            weight=Decimal(weight),
            price=Decimal(price),
            units_type="1" if more.get("units") else "",
            stock_unit="1" if more.get("units") else "",
            modified=books.now(),
        )
    books.items["141"].members = {"101": Decimal(2), "104": Decimal(1), "151": Decimal(1)}
    books.items["184"].members = {"109": Decimal(1), "102": Decimal(2)}


def _customers(books):
    for number, row in enumerate(CUSTOMERS, 1):
        country, company, contact, addr1, addr2, addr3, city, state, code, phone = row
        name = "".join(one for one in company.lower() if one.isascii() and one.isalnum())
        books.customers[str(200 + number)] = Customer(
            id=str(200 + number),
            name=company,
            email=f"orders@{name or 'midori'}.example",
            addresses=[
                Address(
                    id=str(600 + number),
                    country=country,
                    attention=contact,
                    addressee=company,
                    phone=phone,
                    addr1=addr1,
                    addr2=addr2,
                    addr3=addr3,
                    city=city,
                    state=state,
                    zip=code,
                )
            ],
        )


def _numbers(books):
    lots = [InventoryNumber("301", "LOT-2406-A", "131", Decimal(200), "1")]
    lots.append(InventoryNumber("302", "LOT-2409-B", "131", Decimal(500), "1"))
    serials = [
        InventoryNumber(str(400 + number), f"SN{100200 + number}", "132", Decimal(1), "1")
        for number in range(60)
    ]
    books.inventory_numbers = _index(*lots, *serials)


def _custom_fields(books):
    described = (
        ("custbody_delivery_instructions", "string", "Delivery Instructions"),
        ("custbody4", "string", "Delivery Notes (old)"),
        ("custbody_authority_to_leave", "boolean", "Authority To Leave"),
        ("custbody_atl_check_box", "boolean", "ATL (old)"),
        ("custbody_signature_required", "boolean", "Signature Required"),
        ("custbody_tracking_link", "string", "Tracking Link"),
        ("custbody_delivery_window", "select", "Delivery Window"),
        ("custcol_engraving", "string", "Engraving Text"),
        ("custbody_odoo_status", "string", "Odoo Status"),
    )
    for number, (script_id, kind, label) in enumerate(described, 1):
        books.custom_fields[script_id] = CustomField(
            script_id, kind, str(700 + number), label, "801" if kind == "select" else ""
        )
    books.custom_lists["801"] = [Named("1", "Morning"), Named("2", "Afternoon"), Named("3", "Any")]
