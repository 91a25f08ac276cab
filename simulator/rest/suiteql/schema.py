"""Tables and columns with NetSuite's names, and who may see them [6.4, 9]."""

from dataclasses import dataclass

from ... import permissions

# A column is ``name``, ``name:kind`` or ``name:kind>display``: kinds are text, int, real, date and
# moment; display is what BUILTIN.DF shows (see :mod:`.displays`).
_TABLES = """
transaction: id:int tranid type>type recordtype status>status trandate:date shipdate:date
    entity:int>customer otherrefnum memo lastmodifieddate:moment createddate:moment
    shippingaddress:int billingaddress:int foreigntotal:real foreignamountunpaid:real externalid
    shipmethod:int>shipitem shipcomplete actualshipdate:date email currency:int>currency
    trandisplayname voided duedate:date employee:int>employee terms:int>term fob exchangerate:real
transactionline: transaction:int>transaction id:int linesequencenumber:int uniquekey:int mainline
    taxline iscogs item:int>item itemtype quantity:real quantityshiprecv:real
    quantitycommitted:real quantitybackordered:real quantitybilled:real quantitypicked:real
    quantitypacked:real units:int>unit rate:real foreignamount:real memo location:int>location
    subsidiary:int>subsidiary department:int>department class:int>classification isclosed
    isfullyshipped fulfillable dropship donotdisplayline donotprintline kitmemberof:int
    createdfrom:int>transaction itemfulfillmentchoice:int>choice expectedshipdate:date
transactionstatus: id trantype name fullname
transactionshippingaddress: nkey:int addressee attention addr1 addr2 addr3 city state zip
    country>country addrphone addrtext override
itemfulfillmentshippingaddress: nkey:int addressee attention addr1 addr2 addr3 city state zip
    country>country addrphone addrtext override
previoustransactionlinelink: previousdoc:int>transaction previousline:int previoustype
    nextdoc:int>transaction nextline:int nexttype linktype
nexttransactionlinelink: previousdoc:int>transaction previousline:int previoustype
    nextdoc:int>transaction nextline:int nexttype linktype
trackingnumbermap: transaction:int>transaction trackingnumber:int
trackingnumber: id:int trackingnumber
itemfulfillmentpackage: itemfulfillment:int>transaction packageweight:real packagetrackingnumber
    packagedescr
inventoryassignment: id:int transaction:int>transaction transactionline:int
    inventorynumber:int>inventorynumber quantity:real bin:int>bin
inventorynumber: id:int inventorynumber item:int>item
inventorynumberlocation: inventorynumber:int>inventorynumber location:int>location
    quantityonhand:real quantityavailable:real
item: id:int itemid fullname displayname description itemtype subtype upccode weight:real
    weightunit:int>weightunit unitstype:int>unitstype stockunit:int>unit saleunit:int>unit
    isserialitem islotitem isinactive isfulfillable isdropshipitem lastmodifieddate:moment
itemmember: parentitem:int>item item:int>item quantity:real memberunit:int>unit linenumber:int
kititemmember: parentitem:int>item item:int>item quantity:real memberunit:int>unit linenumber:int
unitstype: id:int name isinactive
unitstypeuom: internalid:int unitstype:int>unitstype unitname pluralname abbreviation
    conversionrate:real baseunit
location: id:int name fullname isinactive
subsidiary: id:int name fullname isinactive
department: id:int name fullname isinactive
classification: id:int name fullname isinactive
shipitem: id:int itemid displayname isinactive
customer: id:int entityid companyname altname email isinactive
customfield: internalid:int scriptid name fieldtype fieldvaluetype isinactive
deletedrecord: recordid:int type name externalid deleteddate:moment
dual: dummy
"""
# Table: the permission without which it looks as if it were not there [6.3, 9].
_PERMISSIONS = {
    **dict.fromkeys(("item", "itemmember", "kititemmember"), permissions.ITEMS),
    **dict.fromkeys(
        ("inventorynumber", "inventorynumberlocation", "inventoryassignment"), permissions.ITEMS
    ),
    **dict.fromkeys(
        ("trackingnumber", "trackingnumbermap", "itemfulfillmentpackage"),
        permissions.ITEM_FULFILLMENT,
    ),
    **dict.fromkeys(("unitstype", "unitstypeuom"), permissions.UNITS),
    "location": permissions.LOCATIONS,
    "subsidiary": permissions.SUBSIDIARIES,
    "department": permissions.DEPARTMENTS,
    "classification": permissions.CLASSES,
    "shipitem": permissions.SHIPPING_ITEMS,
    "customer": permissions.CUSTOMERS,
    "customfield": permissions.CUSTOM_BODY_FIELDS,
    "deletedrecord": permissions.DELETED_RECORDS,
}
# What a custom field's kind is called on NetSuite's screen, and which column it makes [5.7].
CUSTOM_KINDS = {
    "string": ("Free-Form Text", "text"),
    "boolean": ("Check Box", "text"),
    "double": ("Decimal Number", "real"),
    "date": ("Date", "date"),
    "datetime": ("Date/Time", "date"),
    "select": ("List/Record", "int"),
}


@dataclass(frozen=True)
class Column:
    name: str
    kind: str = "text"
    display: str = ""

    @property
    def is_date(self):
        return self.kind in ("date", "moment")


def _parse(text):
    tables = {}
    for declaration in text.replace("\n    ", " ").strip().splitlines():
        name, _, columns = declaration.partition(":")
        tables[name] = [_column(one) for one in columns.split()]
    return tables


def _column(text):
    text, _, display = text.partition(">")
    name, _, kind = text.partition(":")
    return Column(name, kind or "text", display)


TABLES = _parse(_TABLES)


def visible(books):
    """Columns by name, by table: what the caller's role and the account let see."""
    hidden = {one.lower() for one in books.settings.hidden_columns}
    return {
        table: {one.name: one for one in columns if f"{table}.{one.name}" not in hidden}
        for table, columns in _with_custom_fields(books).items()
        if books.role.may(_PERMISSIONS.get(table, permissions.FIND_TRANSACTIONS))
    }


def _with_custom_fields(books):
    """custbody_… are columns of transaction, custcol_… of transactionline [5.7]."""
    tables = {name: list(columns) for name, columns in TABLES.items()}
    for script_id, field in books.custom_fields.items():
        table = "transactionline" if script_id.startswith("custcol") else "transaction"
        display = f"list{field.list_id}" if field.kind == "select" else ""
        tables[table].append(Column(script_id.lower(), CUSTOM_KINDS[field.kind][1], display))
    return tables
