"""Searches: which records, which page, as records or as rows of columns [4]."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from .. import permissions
from ..account import INVOICE, ITEM_FULFILLMENT, SALES_ORDER
from ..clock import midnight
from ..refusal import Refusal, not_permitted
from . import records
from .filters import matches
from .hits import Hit, column_status, rows, value
from .shapes import SHAPES

DEFAULT_PAGE_SIZE = 1000
# List searches: table, permission, how a hit is written, what each filter reads.
LISTS = {
    "ItemSearchBasic": (
        "items",
        permissions.ITEMS,
        records.item,
        {
            "internalId": lambda one: one.id,
            "internalIdNumber": lambda one: one.id,
            "itemId": lambda one: one.name,
            "displayName": lambda one: one.display_name,
            "upcCode": lambda one: one.upc,
            "isInactive": lambda one: one.inactive,
            "isFulfillable": lambda one: one.fulfillable,
            "lastModifiedDate": lambda one: one.modified,
            "type": lambda one: _item_type(one),
        },
    ),
    "InventoryNumberSearchBasic": (
        "inventory_numbers",
        permissions.ITEMS,
        records.inventory_number,
        {
            "internalId": lambda one: one.id,
            "inventoryNumber": lambda one: one.name,
            "item": lambda one: one.item,
            "location": lambda one: one.location,
        },
    ),
    "LocationSearchBasic": (
        "locations",
        permissions.LOCATIONS,
        records.location,
        {
            "internalId": lambda one: one.id,
            "name": lambda one: one.name,
            "isInactive": lambda one: False,
        },
    ),
    "CustomerSearchBasic": (
        "customers",
        permissions.CUSTOMERS,
        records.customer,
        {
            "internalId": lambda one: one.id,
            "entityId": lambda one: one.name,
            "email": lambda one: one.email,
            "isInactive": lambda one: False,
        },
    ),
}


@dataclass
class Search:
    """A search that pages may still be asked of; each page runs it again [4.4]."""

    id: str
    record: dict
    preferences: dict
    used: datetime


class Searches:
    """The searches of the account that have not expired."""

    def __init__(self, books):
        self.books = books
        self._open = {}

    def clear(self):
        self._open.clear()

    def start(self, record, preferences):
        """Run a search and answer its first page."""
        search = Search(self._new_id(), record, preferences, self.books.clock.now())
        page = run(self.books, search, 1)
        self._open[search.id] = search
        return page

    def more(self, search_id, page_index):
        """A further page; ids unused for 15 minutes are gone [4.4]."""
        now = self.books.clock.now()
        search = self._open.get(search_id)
        idle = (now - search.used).total_seconds() if search else 0
        if not search or idle > self.books.settings.search_expiry:
            self._open.pop(search_id, None)
            raise Refusal("INVALID_JOB_ID", f"Invalid search id {search_id}: it has expired.")
        search.used = now
        return run(self.books, search, page_index)

    def _new_id(self):
        stamp = self.books.clock.now().strftime("%m%d%Y%H%M%S%f")
        return f"WEBSERVICES_{self.books.account_id}_{stamp}_{uuid.uuid4().hex[:12]}"


def run(books, search, page_index):
    """One page of a search as ``SearchResult``."""
    size = search.preferences.get("pageSize", DEFAULT_PAGE_SIZE)
    if not 5 <= size <= 1000:
        raise Refusal("INVALID_SEARCH_PAGE_SIZE", "The page size must be between 5 and 1000.")
    found, write, name = _found(books, search)
    total_pages = -(-len(found) // size)
    if page_index < 1 or page_index > max(1, total_pages):
        raise Refusal("INVALID_SEARCH_PAGE_INDEX", f"Invalid page index {page_index}.")
    page = [write(one) for one in found[(page_index - 1) * size : page_index * size]]
    result = {
        "#type": "SearchResult",
        "status": {"isSuccess": True},
        "totalRecords": len(found),
        "pageSize": size,
        "totalPages": total_pages,
        "pageIndex": page_index,
        "searchId": search.id,
    }
    if page:
        element = "record" if name == "recordList" else "searchRow"
        result[name] = {element: page}
    return result


def _found(books, search):
    """All hits, how to write one, and the list they go in."""
    record = search.record
    kind = record["#type"]
    if kind in LISTS:
        return _listed(books, record)
    if kind == "TransactionSearchBasic":
        return _records(books, record, search)
    if kind == "TransactionSearch":
        return _records(books, record.get("basic") or {}, search)
    if kind == "TransactionSearchAdvanced":
        return _advanced(books, search)
    if kind.endswith("Search") and f"{kind}Basic" in LISTS:
        return _listed(books, record.get("basic") or {"#type": f"{kind}Basic"})
    raise Refusal("INVALID_SEARCH_TYPE", f"The simulator does not search with {kind}.")


def _listed(books, basic):
    table, permission, write, readers = LISTS[basic["#type"]]
    if not books.role.may(permission):
        raise not_permitted(permissions.full_name(permission))
    zone = books.settings.time_zone
    found = [
        one
        for one in getattr(books, table).values()
        if all(
            matches(_now(books, field), readers[name](one), zone)
            for name, field in basic.items()
            if name != "#type"
        )
    ]
    return found, lambda one: write(books, one), "recordList"


def _item_type(item):
    """The enumeration of item types in searches [5.3]."""
    names = {
        "AssemblyItem": "_assembly",
        "KitItem": "_kit",
        "NonInventorySaleItem": "_nonInventoryItem",
        "ServiceSaleItem": "_service",
        "OtherChargeSaleItem": "_otherCharge",
        "GiftCertificateItem": "_giftCertificateItem",
        "DiscountItem": "_discount",
        "DescriptionItem": "_description",
        "SubtotalItem": "_subtotal",
        "ItemGroup": "_itemGroup",
    }
    return names.get(item.type, "_inventoryItem")


# -- transactions ---------------------------------------------------------------------------


def _records(books, basic, search):
    """Whole records; without mainLine one for each line may come, UNVERIFIED [4.1]."""
    hits = transactions(books, basic)
    if not books.settings.unverified.basic_search_repeats_lines:
        hits = list({hit.record.id: hit for hit in hits}.values())
    body_only = search.preferences.get("bodyFieldsOnly", True)  # [4.3]
    return hits, lambda hit: records.transaction(books, hit.record, body_only), "recordList"


def _advanced(books, search):
    """Rows of columns, or the records of a saved search [4.1, 4.3]."""
    record = search.record
    basic = dict((record.get("criteria") or {}).get("basic") or {})
    columns = (record.get("columns") or {}).get("basic")
    saved = _saved(books, record)
    wants_columns = search.preferences.get("returnSearchColumns", True)
    if wants_columns and not columns and not saved:
        raise Refusal(
            "INVALID_SEARCH_PREF",
            "You cannot set returnSearchColumns to true without specifying search columns or "
            "referencing a saved search.",
        )
    if columns and not wants_columns:
        raise Refusal(
            "INVALID_SEARCH_PREF",
            "You cannot set returnSearchColumns to false while you specify search columns.",
        )
    hits = transactions(books, basic)
    if saved:
        hits = [hit for hit in hits if _saved_filter(books, saved, hit)]
    if not wants_columns:
        hits = list({hit.record.id: hit for hit in hits}.values())
        return hits, lambda hit: records.transaction(books, hit.record, True), "recordList"
    if not columns:
        columns = {name: [{}] for name in saved.columns}
    return hits, lambda hit: _row(books, hit, columns), "searchRowList"


def _saved(books, record):
    key = record.get("savedSearchId") or record.get("savedSearchScriptId")
    if key and key not in books.saved_searches:
        raise Refusal("SSS_INVALID_SRCH_ID", "That search or mass update does not exist.")
    return books.saved_searches.get(key)


def _saved_filter(books, saved, hit):
    """A saved search's own filters; it lists documents, not their lines."""
    if hit.line is not None or hit.shipping:
        return False
    return all(value(books, hit, name) in wanted for name, wanted in saved.filters.items())


def transactions(books, basic):
    """The hits of a TransactionSearchBasic that the role may see.

    :raises Refusal: INSUFFICIENT_PERMISSION
    """
    if not books.role.may(permissions.FIND_TRANSACTIONS):
        raise not_permitted(permissions.full_name(permissions.FIND_TRANSACTIONS))
    types = _types(books, basic)
    fields = {
        name: _now(books, field) for name, field in basic.items() if name not in ("#type", "type")
    }
    custom = (fields.pop("customFieldList", None) or {}).get("customField", ())
    found = [
        hit
        for record in books.transactions()
        if record.type in types and books.role.sees(record)
        for hit in _lines(books, record, fields)
        if _passes(books, hit, fields, custom)
    ]
    return found[::-1] if books.settings.newest_first else found


def _types(books, basic):
    """Record types asked for and permitted; asking only for others is refused [9]."""
    zone = books.settings.time_zone
    known = (SALES_ORDER, INVOICE, ITEM_FULFILLMENT)
    wanted = [
        one for one in known if "type" not in basic or matches(basic["type"], f"_{one}", zone)
    ]
    allowed = [one for one in wanted if books.role.may(permissions.READING[one])]
    hidden = books.settings.unverified.unpermitted_types_hidden
    if wanted and not allowed and not hidden:
        raise not_permitted(permissions.full_name(permissions.READING[wanted[0]]))
    return allowed


def _lines(books, record, fields):
    """The rows worth testing: most searches are for main lines only."""
    main = fields.get("mainLine", {}).get("searchValue")
    return [Hit(record)] if main else rows(record)


def _passes(books, hit, fields, custom):
    zone = books.settings.time_zone
    for name, field in fields.items():
        if name == "shipping":
            passed = hit.shipping == field.get("searchValue", False)
        elif name == "mainLine":
            passed = (hit.line is None and not hit.shipping) == field.get("searchValue", False)
        elif name == "externalId":
            passed = _external_id(field, hit.record)
        else:
            passed = matches(field, value(books, hit, name), zone)
        if not passed:
            return False
    return all(_custom(books, hit, field, zone) for field in custom)


def _external_id(field, record):
    """External ids compare without case [7.2]."""
    wanted = {one.get("externalId", "").lower() for one in field.get("searchValue", ())}
    found = bool(record.external_id) and record.external_id.lower() in wanted
    return found == (field.get("operator") == "anyOf")


def _custom(books, hit, field, zone):
    name = field.get("scriptId", "")
    if name not in books.custom_fields:
        raise Refusal("INVALID_SRCH_CSTM_FLD", f"Invalid custom search field {name}.")
    source = hit.line if name.startswith("custcol") else hit.record
    return matches(field, getattr(source, "custom", {}).get(name), zone)


def _now(books, field):
    """A date field that names a day needs to know today."""
    named = isinstance(field, dict) and "predefinedSearchValue" in field
    return field | {"#now": books.clock.now()} if named else field


# -- columns --------------------------------------------------------------------------------


def _row(books, hit, columns):
    """A row: a column without value is left out [4.1]."""
    basic = {}
    fields = SHAPES["TransactionSearchRowBasic"].fields
    for name, asked in columns.items():
        if name == "#type":
            continue
        if name == "customFieldList":
            basic[name] = _custom_columns(books, hit, asked)
            continue
        found = _column(books, hit, name, fields[name].kind)
        if found is not None:
            basic[name] = [
                {"customLabel": one.get("customLabel"), "searchValue": found} for one in asked
            ]
    return {"#type": "TransactionSearchRow", "basic": basic}


def _column(books, hit, name, kind):
    """A column's value: references have only an id, enumerations their short form [4.1]."""
    if name == "status":
        return column_status(books, hit.record)
    found = value(books, hit, name)
    if found is None or found == "":
        return None
    if kind == "SearchColumnSelectField":
        key = "externalId" if name == "externalId" else "internalId"
        return {key: found}
    if kind == "SearchColumnEnumSelectField":
        return found.lstrip("_")
    if isinstance(found, date) and not isinstance(found, datetime):
        return midnight(found, books.settings.time_zone)
    return found


def _custom_columns(books, hit, asked):
    rows = []
    for column in asked.get("customField", ()):
        script_id = column.get("scriptId", "")
        known = books.custom_fields.get(script_id)
        if not known:
            raise Refusal("SSS_INVALID_SRCH_COL", f"Invalid search column {script_id}.")
        source = hit.line if script_id.startswith("custcol") else hit.record
        found = getattr(source, "custom", {}).get(script_id)
        if found is None or found == "":
            continue
        kind = known.kind[0].upper() + known.kind[1:]
        if known.kind == "select":
            found = {"internalId": found, "typeId": known.list_id}
        rows.append(
            {
                "#type": f"SearchColumn{kind}CustomField",
                "internalId": known.id,
                "scriptId": script_id,
                "searchValue": found,
            }
        )
    return {"customField": rows} if rows else None
