"""Pages of a collection [6.2]."""

import json
from urllib.parse import urlencode

from ..wire import Answer
from .problems import Problem

LONGEST_PAGE = 1000
MOST_PAGES = 1000
COLLECTION = "application/vnd.oracle.resource+json; type=collection"


def bounds(query):
    """Limit and offset that a query string asks for.

    :raises Problem: outside of what NetSuite gives
    """
    limit, offset = _whole(query, "limit", LONGEST_PAGE), _whole(query, "offset", 0)
    if not 1 <= limit <= LONGEST_PAGE:
        raise _wrong("limit", f"The limit must be between 1 and {LONGEST_PAGE}.")
    if offset % limit:
        raise _wrong("offset", "The offset must be divisible by the limit.")
    if offset // limit >= MOST_PAGES:
        raise _wrong("offset", f"There are at most {MOST_PAGES} pages.")
    return limit, offset


def _whole(query, name, default):
    text = query.get(name, str(default))
    if not text.isdecimal():
        raise _wrong(name, f"Invalid value {text!r}.")
    return int(text)


def _wrong(name, detail):
    return Problem(400, "INVALID_PARAMETER", detail, queryParam=name)


def page(address, query, found, write):
    """A page of what was found.

    :param address: of the collection, on the account's own host
    :param query: the request's, which the links carry on
    :param write: makes an item of the page out of one that was found
    """
    limit, offset = bounds(query)
    rows = [write(one) for one in found[offset : offset + limit]]
    more = offset + limit < len(found)
    last = (len(found) - 1) // limit * limit if found else 0
    places = {"previous": offset - limit if offset else None, "self": offset}
    places |= {"next": offset + limit if more else None, "last": last if more else None}

    def link(place):
        return f"{address}?{urlencode(query | {'limit': limit, 'offset': place})}"

    body = {
        "links": [
            {"rel": rel, "href": link(place)} for rel, place in places.items() if place is not None
        ],
        "count": len(rows),
        "hasMore": more,
        "items": rows,
        "offset": offset,
        "totalResults": len(found),
    }
    return Answer(200, COLLECTION, json.dumps(body).encode(), outcome="ok")
