"""The REST services as such: authorise, send, check, and give back what came.

Nothing is repeated, but for a request that was refused because a shared access token had been
withdrawn. Facts: netsuite-protocol.md 6, 7.9.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from .. import codes
from ..account import Account
from ..credentials import TokenCredentials
from ..errors import ConfigurationError, MalformedAnswer, NetSuiteError, OutcomeUnknown
from ..http import Session
from ..oauth2 import ClientCredentials
from ..records import Written
from ..store import Store
from .answers import Reply, read, refusal
from .login import login_for
from .values import Fields, items, key

_FORM = "application/vnd.oracle.resource+json; type=create-form"
# Unknown names are refused instead of dropped in silence [7.9].
_STRICT = {"X-NetSuite-PropertyNameValidation": "Error"}


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of a query's rows; ``total`` is NetSuite's count of all of them."""

    rows: list[Fields]
    total: int
    has_more: bool


class Service:
    """NetSuite's REST services for one account."""

    def __init__(
        self,
        account: Account,
        credentials: TokenCredentials | ClientCredentials,
        store: Store,
        timeout: tuple[float, float],
    ) -> None:
        self._url = account.rest_url
        self.session = Session(timeout)
        self._login = login_for(credentials, account, self.session, store)

    def close(self) -> None:
        self.session.close()

    # -- SuiteQL -----------------------------------------------------------------------------------

    def suiteql(self, query: str, params: Sequence[str], limit: int) -> tuple[Rows, Reply]:
        """The first rows of a query; ``?`` in it stand for ``params``."""
        reply = self._call(
            "POST",
            "query/v1/suiteql",
            "suiteql",
            body={"q": query, "params": list(params)} if params else {"q": query},
            query={"limit": str(limit)},
            headers={"Prefer": "transient"},
        )
        found = reply.json()
        rows = found.get("items")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise MalformedAnswer("NetSuite's answer has no rows.", "", "suiteql")
        lower: list[Fields] = [
            {str(name).lower(): value for name, value in row.items()} for row in rows
        ]
        total = found.get("totalResults")
        return (
            Rows(
                lower,
                total if isinstance(total, int) else len(lower),
                bool(found.get("hasMore", len(lower) >= limit)),
            ),
            reply,
        )

    # -- records -----------------------------------------------------------------------------------

    def record(self, type: str, internal_id: str, fields: Sequence[str] = ()) -> Fields:
        """A record with its sublists, or only these body fields of it."""
        query = {"fields": ",".join(fields)} if fields else {"expandSubResources": "true"}
        return self._call("GET", _path(type, internal_id), f"get {type}", query=query).json()

    def search(self, type: str, condition: str, limit: int) -> list[str]:
        """Internal ids of the first records for which a condition on body fields holds [6.1]."""
        query = {"q": condition, "limit": str(limit)}
        found = self._call("GET", f"record/v1/{type}", f"search {type}", query=query).json()
        try:
            return [key(one, "id") for one in items(found, "items")]
        except ValueError as error:
            raise MalformedAnswer(f"NetSuite's answer cannot be read: {error}.") from error

    def limits(self) -> Fields:
        """How many requests may be made at once; NetSuite tells administrators only."""
        return self._call("GET", "system/v1/governanceLimits", "governanceLimits").json()

    def preview(self, order_id: str, body: Fields) -> Fields:
        """The item fulfilment that NetSuite proposes for a sales order.

        :param body: what of it is given
        :raises Unsupported: the account's release has no such preview
        """
        reply = self._call(
            "POST",
            f"{_path('salesOrder', order_id)}/!transform/itemFulfillment",
            "preview itemFulfillment",
            body=body,
            query={"expandSubResources": "true"},
            headers={"Accept": _FORM},
        )
        if made := reply.created():
            raise MalformedAnswer(
                f"NetSuite made item fulfilment {made} instead of showing it: delete it.",
                operation=reply.operation,
            )
        return reply.json()

    def transform(self, order_id: str, body: Fields, replace: Sequence[str]) -> Written:
        """Make an item fulfilment from a sales order.

        :param replace: sublists of which only what is sent shall be there
        """
        path = f"{_path('salesOrder', order_id)}/!transform/itemFulfillment"
        return self._write("POST", path, "transform itemFulfillment", body, replace)

    def patch(
        self, type: str, internal_id: str, body: Fields, replace: Sequence[str] = ()
    ) -> Written:
        """Change the sent fields of a record."""
        path = _path(type, internal_id)
        return self._write("PATCH", path, f"patch {type}", body, replace, internal_id)

    def _write(
        self,
        method: str,
        path: str,
        operation: str,
        body: Fields,
        replace: Sequence[str],
        internal_id: str = "",
    ) -> Written:
        query = {"replace": ",".join(replace)} if replace else {}
        reply, error = self._exchange(
            method, path, operation, body=body, query=query, headers=_STRICT
        )
        warning = error.message if error else ""
        if error and not codes.says_saved(warning):
            raise error
        if not error and reply.body.strip():
            reply.json()  # a page for people is no proof that anything was saved
        if reply.status == 202:
            raise OutcomeUnknown(
                "NetSuite has put the request off and does not say until when.", "", operation
            )
        written = reply.created() or internal_id
        if not written:
            raise OutcomeUnknown(
                f"NetSuite saved the record but does not say where. {warning}".strip(),
                operation=operation,
            )
        return Written(written, "", warning)

    # -- one call ----------------------------------------------------------------------------------

    def _call(
        self,
        method: str,
        path: str,
        operation: str,
        *,
        body: Fields | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        reply, error = self._exchange(
            method, path, operation, body=body, query=query or {}, headers=headers or {}
        )
        if error:
            raise error
        return reply

    def _exchange(
        self,
        method: str,
        path: str,
        operation: str,
        *,
        body: Fields | None,
        query: Mapping[str, str],
        headers: Mapping[str, str],
    ) -> tuple[Reply, NetSuiteError | None]:
        """An answer, and the error that it is, if any."""
        url = f"{self._url}/{path}" + (f"?{urlencode(query)}" if query else "")
        data = json.dumps(body, allow_nan=False).encode() if body is not None else None
        sent = {"Content-Type": "application/json", **headers}
        reply, error = self._send(method, url, operation, data, sent)
        while reply.status == 401 and self._login.renew():
            reply, error = self._send(method, url, operation, data, sent)
        return reply, error

    def _send(
        self, method: str, url: str, operation: str, data: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Reply, NetSuiteError | None]:
        auth = self._login.auth()
        with self.session.request(
            method, url, operation, data=data, headers=headers, auth=auth
        ) as answer:
            reply = read(answer, operation)
            error = refusal(reply)
            answer.refused(None if error and codes.says_saved(error.message) else error)
        return reply, error


def _path(type: str, internal_id: str) -> str:
    if not internal_id.isascii() or not internal_id.isdigit():
        raise ConfigurationError(f"{internal_id!r} is no internal id.")
    return f"record/v1/{type}/{internal_id}"
