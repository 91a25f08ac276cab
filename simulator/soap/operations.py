"""The operations: each takes the request's body and answers the response's body [4, 7]."""

from .. import fulfilling, permissions
from ..account import ITEM_FULFILLMENT, ITEM_TYPES, SALES_ORDER
from ..refusal import Refusal, Rejection, missing, not_permitted
from . import records, writing
from .filters import matches

GOOD = {"isSuccess": True}
# Which element of an answer carries its status, by operation.
RESULTS = {
    "search": "searchResult",
    "searchMoreWithId": "searchResult",
    "get": "readResponse",
    "initialize": "readResponse",
    "getList": "readResponseList",
    "getDeleted": "getDeletedResult",
    "getSelectValue": "getSelectValueResult",
    "getCustomizationId": "getCustomizationIdResult",
    "getDataCenterUrls": "getDataCenterUrlsResult",
    "getServerTime": "getServerTimeResult",
    "getAccountGovernanceInfo": "getAccountGovernanceInfoResult",
    "add": "writeResponse",
    "update": "writeResponse",
    "updateList": "writeResponseList",
    "upsert": "writeResponse",
}
CUSTOM_KINDS = {
    "transactionBodyCustomField": "custbody",
    "transactionColumnCustomField": "custcol",
}
WRITES = ("add", "update", "upsert")
MOST_IN_LIST = 1000  # [3.3]
MOST_IN_UPDATE = 100  # [3.3]
DELETED_PAGE = 1000
RECORD_TYPES = {
    "SalesOrder": SALES_ORDER,
    "Invoice": "invoice",
    "ItemFulfillment": ITEM_FULFILLMENT,
}


def failure(operation, refusal, body=None, now=None):
    """The answer of an operation that NetSuite refuses: a status, not a fault [3.4]."""
    detail = {"type": "ERROR", "code": refusal.code, "message": refusal.message}
    value = {"status": {"isSuccess": False, "statusDetail": [detail]}}
    if operation == "update":
        value["baseRef"] = _target(body)
    if operation == "getServerTime":
        value["serverTime"] = now
    return {RESULTS[operation]: value}


def _target(body):
    """A refused update names what it was about."""
    record = (body or {}).get("record") or {}
    return {
        "#type": "RecordRef",
        "internalId": record.get("internalId"),
        "externalId": record.get("externalId"),
        "type": RECORD_TYPES.get(record.get("#type")),
    }


def _ship_group(reference):
    """The ship group that an ``auxReference`` names [5.3]."""
    if not reference:
        return None
    kind, key = reference.get("type"), reference.get("internalId", "")
    if kind != "shippingGroup":
        raise Refusal("INVALID_INITIALIZE_ARG", f"You cannot initialize with {kind}.")
    if not key.isdecimal():
        raise Refusal("INVALID_SHIP_GRP", f"Invalid shipping group {key}.")
    return int(key)


def _check_count(operation, sent, most):
    if len(sent) > most:
        raise Rejection(
            "MAX_RCRDS_EXCEEDED",
            f"The maximum number of records of a {operation} is {most}.",
            "exceededRecordCountFault",
        )


class Operations:
    """Carries out decoded requests; the caller holds the books' lock."""

    def __init__(self, books, searches):
        self.books = books
        self.searches = searches

    def __call__(self, request):
        """The response's body.

        :raises Refusal: answered as a status
        :raises Rejection: answered as a fault
        """
        if request.preferences.get("runServerSuiteScriptAndTriggerWorkflows"):
            self._check_scripts()
        handle = getattr(self, f"_{request.operation}")
        return handle(request.body, request.preferences)

    def _check_scripts(self):
        if not self.books.role.may(permissions.CONTROL_SCRIPTS, permissions.FULL):
            raise Rejection(
                "INSUFFICIENT_PERMISSION",
                "You do not have permission to control SuiteScript and Workflow Triggers in Web "
                "Services Request.",
                "insufficientPermissionFault",
            )  # [9]

    def _require_reading(self, record_type, ref):
        """Reading without permission is refused, or as if nothing were there: UNVERIFIED [9]."""
        permission = permissions.READING[record_type]
        hidden = self.books.settings.unverified.unpermitted_types_hidden
        if hidden and not self.books.role.may(permission):
            raise missing(record_type, ref.get("internalId") or ref.get("externalId"))
        self._require(permission)

    def _require(self, *names, level=permissions.VIEW):
        for name in names:
            if not self.books.role.may(name, level):
                raise not_permitted(permissions.full_name(name))

    # -- the account -------------------------------------------------------------------------

    def _getServerTime(self, _body, _preferences):
        return {"getServerTimeResult": {"status": GOOD, "serverTime": self.books.now()}}

    def _getAccountGovernanceInfo(self, _body, _preferences):
        limit = self.books.settings.concurrency_limit
        return {
            "getAccountGovernanceInfoResult": {
                "status": GOOD,
                "accountConcurrencyLimit": limit,
                "unallocatedConcurrencyLimit": limit,
            }
        }

    def _getDataCenterUrls(self, body, _preferences):
        """Needs no login; an unknown account gets the default addresses [1.2]."""
        account = body.get("account")
        if not account:
            raise Refusal("DATA_REQD", "The account ID is required.")
        known = account.upper() == self.books.account_id
        slug = account.lower().replace("_", "-") if known else "system"
        urls = {
            "restDomain": f"https://{slug}.restlets.api.netsuite.com",
            "webservicesDomain": f"https://{slug}.suitetalk.api.netsuite.com",
            "systemDomain": f"https://{slug}.app.netsuite.com",
        }
        return {"getDataCenterUrlsResult": {"status": GOOD, "dataCenterUrls": urls}}

    # -- reading -----------------------------------------------------------------------------

    def _search(self, body, preferences):
        return {"searchResult": self.searches.start(body["searchRecord"], preferences)}

    def _searchMoreWithId(self, body, _preferences):
        page = self.searches.more(body.get("searchId", ""), body.get("pageIndex", 0))
        return {"searchResult": page}

    def _get(self, body, _preferences):
        return {"readResponse": {"status": GOOD, "record": self._read(body["baseRef"])}}

    def _getList(self, body, _preferences):
        """Each record with a status of its own [4.3]."""
        wanted = body.get("baseRef", ())
        _check_count("getList", wanted, MOST_IN_LIST)
        answers = []
        for one in wanted:
            try:
                answers.append({"status": GOOD, "record": self._read(one)})
            except Refusal as refusal:
                answers.append(failure("get", refusal)["readResponse"])
        return {"readResponseList": {"status": GOOD, "readResponse": answers}}

    def _read(self, ref):
        """A record by a RecordRef with its type."""
        record_type = ref.get("type")
        if record_type in self.books.tables():
            self._require_reading(record_type, ref)
            key, external_id = ref.get("internalId"), ref.get("externalId", "")
            return records.transaction(self.books, self.books.get(record_type, key, external_id))
        lists = {
            "location": (self.books.locations, records.location),
            "customer": (self.books.customers, records.customer),
            "inventoryNumber": (self.books.inventory_numbers, records.inventory_number),
            "unitsType": (self.books.units_types, records.units_type),
        }
        if record_type in lists:
            table, write = lists[record_type]
            self._require_reading(record_type, ref)
        else:
            table, write = self._items(record_type), records.item
            self._require_reading("item", ref)
        found = table.get(ref.get("internalId"))
        if not found:
            raise missing(record_type, ref.get("internalId"))
        return write(self.books, found)

    def _items(self, record_type):
        """The items of a type: asked as another type an item does not exist."""
        kind = (record_type or "?")[0].upper() + (record_type or "?")[1:]
        if kind not in ITEM_TYPES:
            raise Refusal(
                "INVALID_RCRD_TYPE", f"The simulator has no records of type {record_type}."
            )
        return {key: one for key, one in self.books.items.items() if one.type == kind}

    def _getDeleted(self, body, _preferences):
        """What was deleted [4.5]."""
        filters = body.get("getDeletedFilter") or {}
        zone = self.books.settings.time_zone
        found = [
            one
            for one in self.books.deletions
            if all(
                matches(filters[name], value, zone)
                for name, value in (("deletedDate", one.when), ("type", one.type))
                if name in filters
            )
        ]
        page, index = DELETED_PAGE, body.get("pageIndex", 1)
        rows = [
            {
                "deletedDate": one.when,
                "record": {
                    "#type": "RecordRef",
                    "internalId": one.id,
                    "externalId": one.external_id,
                    "type": one.type,
                    "name": one.tran_id,
                },
            }
            for one in found[(index - 1) * page : index * page]
        ]
        result = {
            "status": GOOD,
            "totalRecords": len(found),
            "pageSize": page,
            "totalPages": -(-len(found) // page),
            "pageIndex": index,
            "deletedRecordList": {"deletedRecord": rows} if rows else None,
        }
        return {"getDeletedResult": result}

    def _getSelectValue(self, body, _preferences):
        """The choices of a field: ship methods are no SOAP record and are read so [11]."""
        field = body["fieldDescription"].get("field", "")
        known = self.books.custom_fields.get(field)
        tables = {
            "shipmethod": (permissions.SHIPPING_ITEMS, self.books.ship_methods),
            "location": (permissions.LOCATIONS, self.books.locations),
            "subsidiary": (permissions.SUBSIDIARIES, self.books.subsidiaries),
            "class": (permissions.CLASSES, self.books.classes),
            "department": (permissions.DEPARTMENTS, self.books.departments),
        }
        if field.lower() in tables:
            permission, table = tables[field.lower()]
            self._require(permission)
            choices = list(table.values())
        elif known and known.kind == "select":
            choices = self.books.custom_lists[known.list_id]
        else:
            raise Refusal("INVALID_FLD", f"The simulator has no choices for the field {field}.")
        rows = [{"#type": "RecordRef", "internalId": one.id, "name": one.name} for one in choices]
        result = {
            "status": GOOD,
            "totalRecords": len(rows),
            "totalPages": 1,
            "baseRefList": {"baseRef": rows},
        }
        return {"getSelectValueResult": result}

    def _getCustomizationId(self, body, _preferences):
        """The custom fields of documents or lines; their names are their labels, UNVERIFIED."""
        self._require(permissions.CUSTOM_BODY_FIELDS)
        kind = body["customizationType"].get("getCustomizationType", "")
        prefix = CUSTOM_KINDS.get(kind)
        if not prefix:
            raise Refusal("INVALID_TYPE", f"The simulator has no customizations of type {kind}.")
        rows = [
            {"internalId": one.id, "scriptId": one.script_id, "type": kind, "name": one.label}
            for one in self.books.custom_fields.values()
            if one.script_id.startswith(prefix)
        ]
        result = {
            "status": GOOD,
            "totalRecords": len(rows),
            "customizationRefList": {"customizationRef": rows} if rows else None,
        }
        return {"getCustomizationIdResult": result}

    # -- writing -----------------------------------------------------------------------------

    def _initialize(self, body, _preferences):
        """What NetSuite would fulfil of an order [7.1]."""
        self._require(permissions.FULFILL_ORDERS, level=permissions.CREATE)
        wanted = body["initializeRecord"]
        reference = wanted.get("reference") or {}
        if wanted.get("type") != ITEM_FULFILLMENT or reference.get("type") != SALES_ORDER:
            raise Refusal(
                "INVALID_REF_CANT_INITIALIZE",
                f"You cannot initialize {wanted.get('type')} from {reference.get('type')}.",
            )
        wanted_group = _ship_group(wanted.get("auxReference"))
        order, group, lines = fulfilling.propose(
            self.books, self._order_id(reference), wanted_group
        )
        record = records.proposal(self.books, order, group, lines)
        return {"readResponse": {"status": GOOD, "record": record}}

    def _order_id(self, reference):
        if reference.get("internalId"):
            return reference["internalId"]
        return self.books.get(SALES_ORDER, external_id=reference.get("externalId", "")).id

    def _add(self, body, preferences):
        record = body["record"]
        self._only_fulfillment(record, "add")
        if record.get("internalId"):
            raise Refusal("CANT_SET_INTERNALID", "You cannot set internalId with add.")
        return self._written(self._create(record, preferences))

    def _upsert(self, body, preferences):
        """Adds; a transformed record is not updated by a repeated upsert, UNVERIFIED [7.2]."""
        record = body["record"]
        self._only_fulfillment(record, "upsert")
        if record.get("internalId"):
            raise Refusal("CANT_SET_INTERNALID", "You cannot set internalId with upsert.")
        if not record.get("externalId"):
            raise Refusal("EXTERNALID_REQD", "An externalId is required for upsert.")
        found = self.books.by_external_id(record["externalId"])
        updates = self.books.settings.unverified.repeated_upsert_updates
        if not found or found.type != ITEM_FULFILLMENT:
            return self._written(self._create(record, preferences))
        if record.get("createdFrom") and not updates:
            raise Refusal("DUP_RCRD", "This record already exists")
        return self._written(self._change(record, preferences, found.id))

    def _update(self, body, preferences):
        """Changes only the fields that are sent [7.4, 7.8]."""
        record = body["record"]
        kind = record["#type"]
        if kind == "ItemFulfillment":
            self._require(permissions.ITEM_FULFILLMENT, level=permissions.EDIT)
            target = self.books.get(
                ITEM_FULFILLMENT, record.get("internalId"), record.get("externalId", "")
            )
            return self._written(self._change(record, preferences, target.id))
        if kind not in writing.CHANGEABLE:
            raise Refusal("INVALID_RCRD_TYPE", f"The simulator does not update {kind}.")
        self._require(permissions.READING[RECORD_TYPES[kind]], level=permissions.EDIT)
        return self._written(writing.update_sale(self.books, record, preferences))

    def _updateList(self, body, preferences):
        """Each record with a status of its own, in the order in which they were sent [3.3]."""
        sent = body.get("record", ())
        _check_count("updateList", sent, MOST_IN_UPDATE)
        responses = [self._update_one({"record": one}, preferences) for one in sent]
        return {"writeResponseList": {"status": GOOD, "writeResponse": responses}}

    def _update_one(self, body, preferences):
        as_fault = self.books.settings.unverified.permission_as_fault
        try:
            return self._update(body, preferences)["writeResponse"]
        except Refusal as refusal:
            if as_fault and refusal.code == "INSUFFICIENT_PERMISSION":
                raise
            return failure("update", refusal, body)["writeResponse"]

    def _only_fulfillment(self, record, operation):
        if record["#type"] != "ItemFulfillment":
            raise Refusal(
                "INVALID_RCRD_TYPE", f"The simulator does not {operation} {record['#type']}."
            )

    def _create(self, record, preferences):
        self._require(permissions.FULFILL_ORDERS, level=permissions.CREATE)
        self._require(permissions.ITEM_FULFILLMENT, level=permissions.CREATE)
        source = record.get("createdFrom")
        if not source:
            raise Refusal("CREATEDFROM_REQD", "The createdFrom field is required.")
        if source.get("type", SALES_ORDER) != SALES_ORDER:
            raise Refusal(
                "INVALID_REF_CANT_INITIALIZE",
                f"You cannot initialize itemFulfillment from {source['type']}.",
            )
        request = writing.fulfillment_request(self.books, record, preferences)
        return fulfilling.create(self.books, self._order_id(source), request)

    def _change(self, record, preferences, internal_id):
        source = (record.get("createdFrom") or {}).get("internalId")
        if source and source != self.books.fulfillments[internal_id].created_from:
            raise Refusal("USER_ERROR", "The createdFrom field cannot be changed.")
        request = writing.fulfillment_request(self.books, record, preferences)
        return fulfilling.update(self.books, internal_id, request)

    def _written(self, record):
        return {"writeResponse": {"status": GOOD, "baseRef": records.write_ref(record)}}
