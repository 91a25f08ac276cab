"""The query service: a statement in, a page of rows out [6.2, 6.3]."""

import json
import sqlite3
import time

from ... import permissions
from ...refusal import not_permitted
from .. import paging, problems
from ..problems import Problem
from ..routing import SUITEQL
from ..shaping import present
from . import dialect, values
from .displays import displays
from .functions import Functions
from .rows import rows
from .schema import visible

MOST_ROWS = 100_000  # of a result, paged or not [6.2]
LONGEST = 60  # seconds that a statement may run
_KINDS = {"int": "INTEGER", "real": "REAL"}
# Joining these to lines makes the plan collapse: they belong into a query of their own [6.3].
_HEAVY = {"customer", "transactionshippingaddress", "itemfulfillmentshippingaddress"}
_READING = (
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
)


def answer(books, call, query):
    """Answer a query.

    :raises Problem: as an HTTP error
    :raises Refusal: for a missing permission
    """
    _check(books, call)
    text, params = _asked(call)
    for name in query:
        if name not in ("limit", "offset"):
            raise Problem(400, "INVALID_PARAMETER", f"Unknown parameter {name}.", queryParam=name)
    paging.bounds(query)
    result = _Query(books, text, params).run(call)
    address = f"https://{books.slug}.suitetalk.api.netsuite.com{SUITEQL}"
    return paging.page(address, query, result.found, result.row)


def _check(books, call):
    if call.method != "POST":
        raise Problem(405, "USER_ERROR", "Queries are sent by POST.")
    if not books.settings.features.suiteanalytics_workbook:
        raise Problem(403, "INSUFFICIENT_PERMISSION", "SuiteAnalytics Workbook is disabled.")
    if not books.role.may(permissions.ANALYTICS):
        raise not_permitted(permissions.full_name(permissions.ANALYTICS))
    preferences = [one.strip() for one in call.headers.get("Prefer", "").split(",")]
    if "respond-async" in preferences:
        raise Problem(400, "INVALID_HEADER", "Queries are not asynchronous.", header="Prefer")
    if "transient" not in preferences:
        detail = "The required request header 'Prefer' is missing or not 'transient'."
        raise Problem(400, "INVALID_HEADER", detail, header="Prefer")


def _asked(call):
    """The statement and its anonymous parameters."""
    try:
        body = json.loads(call.body)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "INVALID_CONTENT", f"Invalid JSON: {error}.") from None
    known = isinstance(body, dict) and body.keys() <= {"q", "params"}
    if not known or not isinstance(body.get("q"), str):
        raise Problem(400, "INVALID_CONTENT", "A body with q is expected.")
    params = body.get("params", [])
    if not isinstance(params, list) or not all(isinstance(x, str | int | float) for x in params):
        raise Problem(400, "INVALID_CONTENT", "params must be a list of texts or numbers.")
    return body["q"], params


def _invalid(detail):
    """How NetSuite refuses a statement [6.3]."""
    return Problem(
        400,
        "INVALID_PARAMETER",
        "Invalid search query. Detailed unprocessed description follows. "
        f"Search error occurred: {detail}",
        queryParam="q",
    )


def _unexpected():
    return Problem(500, "UNEXPECTED_ERROR", problems.UNEXPECTED)


class _Query:
    """One statement over tables that are made for it alone."""

    def __init__(self, books, text, params):
        self.books = books
        self.params = [values.plain(one) for one in params]
        self.times = values.Times(books)
        self.keep_null = not books.settings.unverified.null_columns_left_out
        self.schema = visible(books)
        try:
            self.statement = dialect.translate(text, self.schema)
        except dialect.Unreadable as reason:
            raise _invalid(str(reason)) from None
        self.found, self.names = [], []

    def run(self, call):
        """Fetch the rows."""
        self._check_weight(call)
        connection = sqlite3.connect(":memory:")
        try:
            with self.books.lock:
                functions = Functions(self.times, self._displays())
                for table in self.statement.tables:
                    self._fill(connection, table)
            connection.execute("PRAGMA case_sensitive_like = ON")
            functions.install(connection)
            self._fetch(connection, functions)
        finally:
            connection.close()
        return self

    def _displays(self):
        return displays(self.books) if self.statement.shows else {}

    def _check_weight(self, call):
        """Statements that are known to break in live accounts [6.3]."""
        settings, tables = self.books.settings, self.statement.tables
        heavy = "transactionline" in tables and tables & _HEAVY
        if settings.unverified.heavy_queries_fail and (heavy or self.statement.grouped_by_display):
            call.wait(settings.heavy_query_seconds)
            raise _unexpected()

    def _fill(self, connection, table):
        """Make a table; only columns that the statement names are filled."""
        columns = self.schema[table]
        declared = ", ".join(
            f"[{one.name}] {_KINDS.get(one.kind, 'TEXT')}" for one in columns.values()
        )
        connection.execute(f"CREATE TABLE [{table}] ({declared})")
        words = self.statement.words
        needed = [one for name, one in columns.items() if words is None or name in words]
        needed = needed or list(columns.values())[:1]
        names, marks = ", ".join(f"[{one.name}]" for one in needed), ", ".join("?" * len(needed))
        connection.executemany(
            f"INSERT INTO [{table}] ({names}) VALUES ({marks})",  # noqa: S608 (our tables)
            (
                [self._stored(row.get(one.name), one) for one in needed]
                for row in rows(table, self.books)
            ),
        )

    def _stored(self, value, column):
        if value is None or not column.is_date:
            return values.plain(value)
        return self.times.store(value)

    def _fetch(self, connection, functions):
        end = time.monotonic() + LONGEST
        connection.set_authorizer(_authorize)
        connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
        try:
            cursor = connection.execute(self.statement.sql, self.params)
            self.found = cursor.fetchmany(MOST_ROWS)
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
            raise self._problem(str(error), functions) from None
        self.names = [
            name.lower() if name.replace("_", "").isalnum() else f"expr{place}"
            for place, (name, *_) in enumerate(cursor.description, 1)
        ]

    def _problem(self, text, functions):
        """What SQLite says, in NetSuite's words; a hidden column is as good as a typo [6.3]."""
        kind, _, name = text.partition(": ")
        if kind == "no such table":
            return _invalid(f"Record '{name}' was not found.")
        if kind == "no such column":
            name = name.rpartition(".")[2].lower()
            if name == "shipstatus":
                return _unexpected()
            known = ", ".join(f"{one}={table}" for one, table in self.statement.aliases.items())
            return _invalid(f"Unknown identifier '{name}'. Available identifiers are: {{{known}}}.")
        if text == "interrupted":
            return _unexpected()
        return _invalid(functions.error or f"Invalid or unsupported search ({text}).")

    def row(self, found):
        """A row as the answer has it: texts, and without what is null [6.3]."""
        cells = {
            name: None if one is None else values.text(one, self.times)
            for name, one in zip(self.names, found, strict=True)
        }
        return {"links": []} | (cells if self.keep_null else present(cells))


def _authorize(action, name, *_more):
    """Statements read, and nothing of SQLite's own."""
    own = action == sqlite3.SQLITE_READ and (name or "").startswith("sqlite_")
    return sqlite3.SQLITE_OK if action in _READING and not own else sqlite3.SQLITE_DENY
