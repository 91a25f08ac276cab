"""From a path to what it is about [1.1, 7.9]."""

from dataclasses import dataclass
from urllib.parse import unquote

from ..account import INVOICE, ITEM_FULFILLMENT, ITEM_TYPES, SALES_ORDER
from . import oauth2
from .shaping import PREFIX as RECORDS

SUITEQL = "/services/rest/query/v1/suiteql"
CREATE_FORM = "type=create-form"
_ITEMS = [f"{kind[0].lower()}{kind[1:]}" for kind in ITEM_TYPES]
_LISTS = (
    *("location", "customer", "inventoryNumber", "unitsType", "shipItem", "subsidiary"),
    *("department", "classification"),
)
RECORD_TYPES = (SALES_ORDER, INVOICE, ITEM_FULFILLMENT, *_ITEMS, *_LISTS)
# Names of record types are case-insensitive [6.1].
_SPELLED = {one.lower(): one for one in RECORD_TYPES}


@dataclass
class Route:
    """``kind`` token, suiteql, metadata, record or unknown; ``rest`` what follows the key."""

    kind: str
    name: str
    record_type: str = ""
    key: str = ""
    rest: tuple[str, ...] = ()


def route(call):
    """What a call is about; ``name`` is its operation, for the journal and for faults."""
    if call.path == oauth2.PATH:
        return Route("token", "token")
    if call.path == SUITEQL:
        return Route("suiteql", "suiteql")
    if not call.path.startswith(f"{RECORDS}/"):
        return Route("unknown", "unknown")
    head, *parts = [unquote(one) for one in call.path.removeprefix(f"{RECORDS}/").split("/")]
    if head == "metadata-catalog":
        return Route("metadata", "metadata", "".join(parts))
    record_type = _SPELLED.get(head.lower(), "")
    key, rest = (parts[0] if parts else ""), tuple(parts[1:])
    name = f"{call.method} {record_type or head}"
    if rest[:1] == ("!transform",):
        preview = CREATE_FORM in call.headers.get("Accept", "")
        name = "preview" if preview else "transform"
    return Route("record" if record_type else "unknown", name, record_type, key, rest)
