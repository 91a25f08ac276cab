"""The metadata catalogue: which records there are, and of transactions the properties [1.1]."""

import json

from ..account import INVOICE, ITEM_FULFILLMENT, SALES_ORDER
from ..wire import Answer
from .problems import Problem
from .routing import RECORD_TYPES
from .shaping import PREFIX
from .writing import properties

SCHEMA = "application/schema+json"


def answer(books, record_type, accept):
    """The catalogue, or the schema of one record type: only JSON schema is simulated."""
    if not record_type:
        items = [{"name": one, "links": [_link(books, one)]} for one in RECORD_TYPES]
        return _json("application/json", {"items": items})
    spelled = {one.lower(): one for one in RECORD_TYPES}.get(record_type.lower())
    if not spelled:
        raise Problem(404, "NONEXISTENT_ID", "Record type does not exist.")
    if SCHEMA not in accept:
        raise Problem(406, "INVALID_HEADER", "Invalid Accept header.", header="Accept")
    named = properties(spelled) if spelled in (SALES_ORDER, INVOICE, ITEM_FULFILLMENT) else ()
    custom = [
        one.script_id
        for one in books.custom_fields.values()
        if one.script_id.startswith("custbody") and spelled in one.applies_to
    ]
    body = {
        "type": "object",
        "$schema": "http://json-schema.org/draft-06/hyper-schema#",
        "properties": {name: {"title": name} for name in (*named, *custom)},
    }
    return _json(SCHEMA, body)


def _link(books, record_type):
    host = f"https://{books.slug}.suitetalk.api.netsuite.com"
    href = f"{host}{PREFIX}/metadata-catalog/{record_type}"
    return {"rel": "canonical", "href": href, "mediaType": SCHEMA}


def _json(kind, value):
    return Answer(200, kind, json.dumps(value).encode(), outcome="ok")
