"""What can be done to records [6.1, 7.9]. The caller holds the books' lock."""

import json

from .. import fulfilling, invoicing, ordering, permissions
from ..account import INVOICE, ITEM_FULFILLMENT, SALES_ORDER
from ..refusal import not_permitted
from ..wire import Answer
from . import filters, lists, paging, records, writing
from .problems import Problem, invalid, missing, not_simulated
from .properties import EXTERNAL_ID, HEADER, Reader
from .shaping import View

SINGULAR = "application/vnd.oracle.resource+json; type=singular"
CREATE_FORM = "application/vnd.oracle.resource+json; type=create-form"
_FLAGS = {"true": True, "false": False}
# What reads a list, who may, and how it is written.
_LISTS = {
    "location": ("locations", permissions.LOCATIONS, lists.named("location")),
    "subsidiary": ("subsidiaries", permissions.SUBSIDIARIES, lists.named("subsidiary")),
    "department": ("departments", permissions.DEPARTMENTS, lists.named("department")),
    "classification": ("classes", permissions.CLASSES, lists.named("classification")),
    "customer": ("customers", permissions.CUSTOMERS, lists.customer),
    "shipItem": ("ship_methods", permissions.SHIPPING_ITEMS, lists.ship_item),
    "inventoryNumber": ("inventory_numbers", permissions.ITEMS, lists.inventory_number),
    "unitsType": ("units_types", permissions.UNITS, lists.units_type),
}


class Operations:
    """Carries out calls about records."""

    def __init__(self, books):
        self.books = books

    def __call__(self, route, call, query):
        """The answer.

        :raises Problem: answered as an HTTP error
        :raises Refusal: the same, in REST's words
        """
        if "respond-async" in call.headers.get("Prefer", ""):
            raise not_simulated("asynchronous requests")  # nor idempotency keys, then [0.2]
        if route.rest[:1] == ("!transform",):
            return self._transform(route, call, query)
        handlers = {"GET": self._get, "PATCH": self._change, "PUT": self._upsert}
        handle = handlers.get(call.method)
        if not handle:
            raise not_simulated(f"{call.method} of {route.record_type}")
        return handle(route, call, query)

    # -- reading -----------------------------------------------------------------------------

    def _get(self, route, _call, query):
        if not route.key:
            return self._collection(route, query)
        view = self._view(query, ("fields",))
        if route.rest:
            view.expand = True
        value = self._written(route.record_type, self._find(route), view)
        for part in route.rest:
            value = _part(value, part)
        if "fields" in query:
            value = _only(value, query["fields"])
        return _singular(value)

    def _collection(self, route, query):
        """Ids and links only; ``q`` looks at body fields only [6.1]."""
        _check_query(query, ("q", "limit", "offset"))
        found = [one for one in self._table(route.record_type).values() if self._sees(one)]
        if query.get("q"):
            documents = route.record_type in self.books.tables()
            found = filters.chosen(found, query["q"], self.books.settings, documents)
        found.sort(key=lambda one: int(one.id), reverse=self.books.settings.newest_first)
        view = View(self.books)
        return paging.page(
            f"{view.base}/{route.record_type}",
            query,
            found,
            lambda one: {"links": view.links(route.record_type, one.id), "id": one.id},
        )

    def _view(self, query, more=()):
        _check_query(query, ("expandSubResources", "simpleEnumFormat", *more))
        return View(
            self.books, _flag(query, "expandSubResources"), _flag(query, "simpleEnumFormat")
        )

    def _written(self, record_type, record, view):
        if record_type in self.books.tables():
            return records.transaction(view, record)
        write = _LISTS[record_type][2] if record_type in _LISTS else lists.item
        return write(view, record)

    def _table(self, record_type):
        """All records of a type; to load one the role needs Edit, even to read it [6.1]."""
        if record_type in self.books.tables():
            self._require(permissions.READING[record_type], permissions.EDIT)
            return self.books.tables()[record_type]
        if record_type in _LISTS:
            name, permission, _write = _LISTS[record_type]
            self._require(permission, permissions.EDIT)
            return getattr(self.books, name)
        self._require(permissions.ITEMS, permissions.EDIT)
        kind = record_type[0].upper() + record_type[1:]
        return {key: one for key, one in self.books.items.items() if one.type == kind}

    def _find(self, route):
        """A record by its id, or by ``eid:`` and its external id [7.9]."""
        table = self._table(route.record_type)
        if not route.key.startswith("eid:"):
            found = table.get(route.key)
        else:
            external_id = route.key.removeprefix("eid:")
            if not EXTERNAL_ID.fullmatch(external_id):
                raise invalid("", f"Invalid external ID {external_id!r}.")
            found = self.books.by_external_id(external_id)
        if not found or table.get(found.id) is not found or not self._sees(found):
            raise missing()
        return found

    def _sees(self, record):
        return not hasattr(record, "tran_id") or self.books.role.sees(record)

    def _require(self, permission, level):
        if not self.books.role.may(permission, level):
            raise not_permitted(permissions.full_name(permission))

    # -- writing -----------------------------------------------------------------------------

    def _change(self, route, call, query):
        """PATCH: only what is sent changes [7.4, 7.8]."""
        if route.rest or not route.key:
            raise not_simulated("changes of sublists by their own address")
        _check_query(query, ("replace",))
        record = self._find(route)
        reader, body = self._reader(call), _body(call)
        if route.record_type == ITEM_FULFILLMENT:
            request = writing.fulfillment(reader, body, _replaced(query), record)
            fulfilling.update(self.books, record.id, request)
        elif route.record_type in (INVOICE, SALES_ORDER):
            changes = writing.sale(reader, body, route.record_type)
            if route.record_type == INVOICE:
                invoicing.update(self.books, record.id, changes)
            else:
                ordering.update(self.books, record.id, changes)
        else:
            raise not_simulated(f"changes of {route.record_type}")
        return self._saved(route.record_type, record)

    def _upsert(self, route, call, query):
        """PUT by external id: it changes what is there; nothing is made without an order [7.9]."""
        if not route.key.startswith("eid:"):
            raise Problem(405, "USER_ERROR", "PUT needs an external ID.")
        if not self.books.by_external_id(route.key.removeprefix("eid:")):
            raise not_simulated(f"making {route.record_type} without a transform")
        return self._change(route, call, query)

    def _transform(self, route, call, query):
        """An order becomes a fulfilment, or the form of one [7.9]."""
        if call.method != "POST" or route.record_type != SALES_ORDER:
            raise not_simulated(f"{call.method} of a transform of {route.record_type}")
        if [one.lower() for one in route.rest[1:]] != [ITEM_FULFILLMENT.lower()]:
            raise not_simulated(f"a transform to {'/'.join(route.rest[1:])}")
        self._require(permissions.FULFILL_ORDERS, permissions.CREATE)
        self._require(permissions.ITEM_FULFILLMENT, permissions.CREATE)
        order = self._find(route)
        preview = "create-form" in call.headers.get("Accept", "")
        if preview and not self.books.settings.unverified.create_form_available:
            raise Problem(406, "INVALID_HEADER", "Invalid Accept header.", header="Accept")
        replaced = _replaced(query)
        request = writing.fulfillment(self._reader(call), _body(call), replaced)
        if not self.books.settings.unverified.transform_takes_ship_group:
            request.ship_group = None
        if preview:
            view = self._view(query, ("replace",))
            proposed = fulfilling.propose(self.books, order.id, request.ship_group)
            return _singular(records.proposal(view, *proposed), CREATE_FORM)
        _check_query(query, ("replace",))
        made = fulfilling.create(self.books, order.id, request)
        return self._saved(ITEM_FULFILLMENT, made)

    def _reader(self, call):
        return Reader(self.books, call.headers.get(HEADER, "Warning").capitalize())

    def _saved(self, record_type, record):
        """Nothing but the address of the record, on the account's own host [7.9]."""
        href = View(self.books).links(record_type, record.id)[0]["href"]
        return Answer(204, SINGULAR, b"", {"Location": href}, "ok", {"saved": record.id})


def _body(call):
    """The JSON object of a request."""
    kind = call.headers.get("Content-Type", "").partition(";")[0].strip()
    if kind not in ("application/json", "application/vnd.oracle.resource+json"):
        detail = f"Invalid Content-Type {kind!r}."
        raise Problem(415, "INVALID_HEADER", detail, header="Content-Type")
    try:
        value = json.loads(call.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Problem(400, "INVALID_CONTENT", f"Invalid JSON: {error}.") from None
    if not isinstance(value, dict):
        raise Problem(400, "INVALID_CONTENT", "The body must be a JSON object.")
    return value


def _replaced(query):
    """The sublists that ``?replace=`` names [7.9]."""
    return {one.strip() for one in query.get("replace", "").split(",") if one.strip()}


def _check_query(query, known):
    for name in query:
        if name not in known:
            raise Problem(
                400, "INVALID_PARAMETER", f"Invalid query parameter {name}.", queryParam=name
            )


def _flag(query, name):
    text = query.get(name, "false")
    if text not in _FLAGS:
        raise Problem(400, "INVALID_PARAMETER", f"Invalid value {text!r}.", queryParam=name)
    return _FLAGS[text]


def _only(value, fields):
    """``?fields=``: these body fields [6.1]."""
    wanted = [one.strip() for one in fields.split(",")]
    for name in wanted:
        if isinstance(value.get(name), dict) and "items" in value[name]:
            raise Problem(400, "INVALID_PARAMETER", f"{name} is a sublist.", queryParam="fields")
    return {name: one for name, one in value.items() if name in ("links", *wanted)}


def _part(value, name):
    """A sublist, a row of it by its key, or a sub-record."""
    if isinstance(value.get("items"), list):
        rows = {one["links"][0]["href"].rpartition("/")[2]: one for one in value["items"]}
        found = rows.get(name)
    else:
        found = value.get(name)
    if not isinstance(found, dict):
        raise missing()
    return found


def _singular(value, kind=SINGULAR):
    return Answer(200, kind, json.dumps(value).encode(), outcome="ok")
