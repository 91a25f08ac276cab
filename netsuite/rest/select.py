"""SuiteQL queries that make do with the columns there are.

A column of a feature that is off, or that the role may not see, fails like a typing error and takes
the whole query with it [facts 6.3]. A query therefore names its indispensable columns, and parts
without which it still makes sense; refused parts are found out, left out and remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..errors import MalformedAnswer, NetSuiteError, PermissionMissing, Refused
from .answers import Unsupported
from .learnt import Learnt
from .service import Rows, Service
from .values import Fields, key

#: Most rows of a page [6.2].
PAGE = 1000
#: Longer lists of values have been cut in silence, as has been reported: several are sent instead.
_VALUES = 200
_SAYS_WHAT = re.compile(r"need the '[^']+' permission|feature is disabled", re.IGNORECASE)
_QUOTED = re.compile(r"['\"]([\w.]+)['\"]")


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition and the texts for its ``?``."""

    sql: str
    params: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What a query can do without: columns ("expression AS alias"), with what they need.

    ``key`` is the same for the same column in every query.
    """

    key: str
    columns: tuple[str, ...] = ()
    join: str = ""
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Select:
    """A query. ``order`` are the expressions by which its rows are ordered and told apart; they are
    numbers, and its first columns, in this order."""

    columns: tuple[str, ...]
    source: str
    conditions: tuple[Condition, ...]
    order: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    permission: str = ""  # what the role lacks when the whole query is refused

    def where(self, *conditions: Condition | None) -> Select:
        """The same query with more conditions."""
        more = tuple(one for one in conditions if one)
        return replace(self, conditions=self.conditions + more)

    def after(self, place: Sequence[int]) -> Select:
        """The rows that come after this place in the order."""
        steps = [
            " AND ".join(
                [f"{self.order[i]} = {place[i]}" for i in range(last)]
                + [f"{self.order[last]} > {place[last]}"]
            )
            for last in range(len(place))
        ]
        return self.where(Condition("(" + " OR ".join(f"({one})" for one in steps) + ")"))

    def sql(self, parts: Iterable[Part]) -> tuple[str, list[str]]:
        """The query with these of its parts, and its texts."""
        parts = list(parts)
        columns = [*self.columns, *(column for part in parts for column in part.columns)]
        joins = dict.fromkeys(part.join for part in parts if part.join)
        conditions = [*self.conditions, *(part.condition for part in parts if part.condition)]
        query = " ".join(
            [
                "SELECT",
                ", ".join(columns),
                "FROM",
                self.source,
                *joins,
                "WHERE",
                " AND ".join(one.sql for one in conditions),
                "ORDER BY",
                ", ".join(self.order),
            ]
        )
        return query, [text for one in conditions for text in one.params]


def among(expression: str, internal_ids: Iterable[str]) -> Condition:
    """Is the value one of these internal ids? They are numbers and are written as such."""
    ids = [str(int(one)) for one in dict.fromkeys(internal_ids) if one.isascii() and one.isdigit()]
    if not ids:
        return Condition("1 = 0")
    lists = [f"{expression} IN ({', '.join(some)})" for some in portions(ids)]
    return Condition(f"({' OR '.join(lists)})")


def portions(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """The values in lists that are short enough."""
    for start in range(0, len(values), _VALUES):
        yield values[start : start + _VALUES]


class Runner:
    """Runs queries, without the parts that the account or role does not have."""

    def __init__(self, service: Service, learnt: Learnt) -> None:
        self._service = service
        self._learnt = learnt

    def page(self, select: Select, limit: int = PAGE) -> Rows:
        """The first rows.

        :raises PermissionMissing: an indispensable column or table is not there for this role
        """
        while True:
            parts = [part for part in select.parts if not self.lacks(part)]
            try:
                query, params = select.sql(parts)
                return self._service.suiteql(query, params, limit)[0]
            except (Refused, PermissionMissing) as error:
                if not _is_of_columns(error):
                    raise
                missing = self._missing(select, parts, error)
                if not missing:
                    raise _explained(error, select.permission) from error
                for part in missing:
                    self._learnt.put("missing", part.key, True)

    def rows(self, select: Select, limit: int = PAGE) -> Iterator[Fields]:
        """All rows, page by page: each page continues after the last row of the one before."""
        page = self.page(select, limit)
        yield from page.rows
        place: list[int] = []
        while page.has_more and page.rows:
            before, place = place, place_of(select, page.rows[-1])
            if place <= before:
                raise MalformedAnswer("NetSuite's pages do not go on.", "", "suiteql")
            page = self.page(select.after(place), limit)
            yield from page.rows

    def lacks(self, part: Part) -> bool:
        """Is this part known not to be there?"""
        return bool(self._learnt.get("missing", part.key))

    def _missing(self, select: Select, parts: list[Part], error: NetSuiteError) -> list[Part]:
        """The parts that are refused: NetSuite names them, or they are looked for by halves."""
        named = {name.rpartition(".")[2].lower() for name in _QUOTED.findall(error.message)}
        found = [part for part in parts if part.key.rpartition(".")[2] in named]
        if found or not parts or not self._accepts(select, []):
            return found
        return _refused(parts, lambda some: self._accepts(select, some))

    def _accepts(self, select: Select, parts: Sequence[Part]) -> bool:
        nothing = select.where(Condition(f"{select.order[0]} = 0"))
        try:
            query, params = nothing.sql(parts)
            self._service.suiteql(query, params, 1)
        except (Refused, PermissionMissing) as error:
            if not _is_of_columns(error):
                raise
            return False
        return True


def place_of(select: Select, row: Fields) -> list[int]:
    """Where a row stands in the order of its query.

    :raises ValueError: it does not tell
    """
    return [int(key(row, _alias(column))) for column in select.columns[: len(select.order)]]


def _alias(column: str) -> str:
    return column.rpartition(" AS ")[2]


def _refused(parts: Sequence[Part], accepts: Callable[[Sequence[Part]], bool]) -> list[Part]:
    if accepts(parts):
        return []
    if len(parts) == 1:
        return list(parts)
    half = len(parts) // 2
    return _refused(parts[:half], accepts) + _refused(parts[half:], accepts)


def _is_of_columns(error: NetSuiteError) -> bool:
    """May a column be why? Not where something else has a name of its own."""
    return type(error) in (Refused, PermissionMissing) and not isinstance(error, Unsupported)


def _explained(error: NetSuiteError, permission: str) -> NetSuiteError:
    """The refusal of a whole query: it is the role's permissions, which look like typing errors,
    unless NetSuite itself says what is missing."""
    if _SAYS_WHAT.search(error.message):
        return error
    wanted = f"{permission}, and Reports > SuiteAnalytics Workbook"
    return PermissionMissing(
        f"{error.message.rstrip('.')}. The role needs the permissions {wanted}.",
        error.code,
        error.operation,
    )
