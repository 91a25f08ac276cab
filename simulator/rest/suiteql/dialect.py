"""From SuiteQL to SQLite: reading a statement token by token [6.3].

It is no parser: SQLite judges the grammar. What is turned here is what Oracle means differently.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from ..problems import not_simulated

_TOKENS = re.compile(
    r"(?P<space>\s+|--[^\n]*|/\*.*?\*/)"
    r"|(?P<string>'(?:[^']|'')*')"
    r'|(?P<quoted>"[^"]+")'
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<word>[A-Za-z_][\w$#]*)"
    r"|(?P<sign><>|<=|>=|!=|\|\||[-+*/=<>(),.;?])",
    re.DOTALL,
)
_NOW = ("SYSDATE", "SYSTIMESTAMP", "CURRENT_DATE", "CURRENT_TIMESTAMP")
_COMPARISONS = ("=", "<>", "!=", "<", ">", "<=", ">=")
# Words that follow a table's name and are not its alias.
_NO_ALIAS = {
    *("ON", "USING", "WHERE", "GROUP", "ORDER", "HAVING", "FETCH", "OFFSET", "LIMIT"),
    *("JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "OUTER", "NATURAL"),
    *("UNION", "MINUS", "INTERSECT", "EXCEPT"),
}
_NOT_SIMULATED = ("ROWNUM", "TOP", "LISTAGG", "OVER")


class Unreadable(Exception):
    """The statement is none that NetSuite would take; says why."""


@dataclass
class Token:
    kind: str
    text: str

    @property
    def upper(self):
        return self.text.upper()


@dataclass
class Statement:
    """``sql`` for SQLite, which tables it reads under which names, and which words it has.

    ``words`` None: columns are read that it does not name
    """

    sql: str = ""
    words: set[str] | None = None
    aliases: dict[str, str] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)
    shows: bool = False  # uses BUILTIN.DF
    grouped_by_display: bool = False


def translate(text, schema):
    """A statement for SQLite.

    :param schema: columns by name, by table
    :raises Unreadable: NetSuite would refuse it
    :raises Problem: NetSuite might take it, the simulator does not
    """
    tokens = _tokens(text)
    if not tokens or tokens[0].upper not in ("SELECT", "WITH"):
        raise Unreadable("Only SELECT statements are supported.")
    signs = [one.text for one in tokens]
    if ";" in signs[:-1]:
        raise Unreadable("Only one statement is supported.")
    for token in tokens:
        if token.kind == "word" and token.upper in _NOT_SIMULATED:
            raise not_simulated(f"{token.upper} in SuiteQL")
    statement = Statement(words=_words(tokens))
    for alias, table in _named(tokens, schema):
        statement.aliases[alias] = table
        statement.tables.add(table)
    statement.sql = " ".join(_Translation(tokens, statement, schema).pieces())
    return statement


def _tokens(text):
    tokens, place = [], 0
    while place < len(text):
        match = _TOKENS.match(text, place)
        if not match:
            raise Unreadable(f"Unexpected character {text[place]!r}.")
        if match.lastgroup != "space":
            tokens.append(Token(match.lastgroup, match[0]))
        place = match.end()
    return tokens


def _words(tokens):
    """All names in the statement, in lower case; None when ``*`` stands for columns."""
    for before, token in pairwise(tokens):
        if token.text == "*" and before.upper in ("SELECT", "DISTINCT", ".", ","):
            return None
    return {one.text.strip('"').lower() for one in tokens}


def _named(tokens, schema):
    """The tables of a statement: (the name under which it knows it, table)."""
    expected, depth, lists = False, 0, set()
    for place, token in enumerate(tokens):
        if token.text == ")":
            lists.discard(depth)
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.kind == "word" and token.upper in ("FROM", "JOIN"):
            expected = True
            lists.add(depth)
        elif token.text == "," and depth in lists:
            expected = True
        elif token.kind == "word" and token.upper in ("WHERE", "SELECT", "GROUP", "ORDER"):
            lists.discard(depth)
            expected = False
        elif expected:
            expected = False
            if token.text.lower() in schema:
                yield _alias(tokens, place), token.text.lower()


def _alias(tokens, place):
    following = tokens[place + 1 : place + 3]
    if following and following[0].upper == "AS":
        following = following[1:]
    named = following and following[0].kind == "word" and following[0].upper not in _NO_ALIAS
    return (following[0] if named else tokens[place]).text.lower()


class _Translation:
    """Goes through the tokens once."""

    def __init__(self, tokens, statement, schema):
        self.tokens, self.statement, self.schema = tokens, statement, schema
        self.place = 0

    def pieces(self):
        while self.place < len(self.tokens):
            yield from self._next()

    def _peek(self, ahead=0):
        place = self.place + ahead
        return self.tokens[place] if place < len(self.tokens) else Token("end", "")

    def _take(self):
        token = self._peek()
        self.place += 1
        return token

    def _next(self):
        token = self._peek()
        if token.kind == "word":
            yield from self._word(token)
            return
        self._take()
        if token.text == "''":
            yield "NULL"  # as in Oracle
        elif token.text == "/":
            yield "* 1.0 /"  # division is never of integers
        elif token.kind == "quoted":
            yield f"[{token.text[1:-1]}]"
        elif token.text != ";":
            yield token.text

    def _word(self, token):
        if token.upper == "BUILTIN":
            yield self._builtin()
        elif token.upper in _NOW:
            yield self._now()
        elif token.upper == "FETCH":
            yield self._fetch()
        elif token.upper == "MINUS":
            self._take()
            yield "EXCEPT"
        else:
            yield from self._name()

    def _name(self):
        """A word or ``alias.column``; a date column's comparison with a text reads a date."""
        text, column = self._column()
        yield text
        if not column or not column.is_date:
            return
        following = self._peek()
        if following.text in ("+", "-"):
            raise not_simulated("date arithmetic with columns in SuiteQL")
        if following.text in _COMPARISONS:
            yield self._take().text
            yield self._as_date()
        elif following.upper == "BETWEEN":
            yield self._take().text
            yield self._as_date()
            if self._peek().upper == "AND":
                yield self._take().text
                yield self._as_date()

    def _as_date(self):
        """A literal or parameter beside a date is read in the account's format [6.3]."""
        if self._peek().kind == "string" or self._peek().text == "?":
            return f"USER_DATE({self._take().text})"
        return ""

    def _column(self):
        """What stands here, for SQLite, and the column if it is one."""
        first = self._take()
        if self._peek().text == "." and self._peek(1).kind == "word":
            self._take()
            name = self._take()
            return f"{_quoted(first)}.{_quoted(name)}", self._find(name, first)
        if self._peek().text in (".", "("):
            return _quoted(first), None
        return _quoted(first), self._find(first)

    def _find(self, name, alias=None):
        """The column of this name, if it can be told."""
        if alias:
            table = self.statement.aliases.get(alias.text.lower())
            return self.schema.get(table, {}).get(name.text.lower())
        for table in self.statement.tables:
            if name.text.lower() in self.schema[table]:
                return self.schema[table][name.text.lower()]
        return None

    # -- functions without parentheses, and such --------------------------------------------

    def _builtin(self):
        """``BUILTIN.DF(alias.column)``: the text of a reference [6.3]."""
        words = [self._take().upper, self._take().text, self._take().upper, self._take().text]
        if words != ["BUILTIN", ".", "DF", "("] or self._peek().kind != "word":
            raise not_simulated("".join(words))
        grouped = "GROUP" in [one.upper for one in self.tokens[max(0, self.place - 6) : self.place]]
        self.statement.grouped_by_display |= grouped
        text, column = self._column()
        if self._take().text != ")":
            raise not_simulated("BUILTIN.DF of an expression")
        if not column or not column.display:
            return text
        self.statement.shows = True
        if column.display == "status":
            prefix = text.rpartition(".")[0]
            kind = f"{prefix}.type" if prefix else "type"
            return f"DISPLAY('status', {kind} || ':' || {text})"
        return f"DISPLAY('{column.display}', {text})"

    def _now(self):
        """The account's time, with a number of days more or less."""
        self._take()
        if self._peek().text not in ("+", "-") or self._peek(1).kind != "number":
            return "SYSDATE()"
        days = self._take().text + self._take().text
        while self._peek().text in ("/", "*") and self._peek(1).kind == "number":
            days += f" * 1.0 {self._take().text}".replace("* 1.0 *", "*") + self._take().text
        return f"SHIFT_DATE(SYSDATE(), {days})"

    def _fetch(self):
        """``FETCH FIRST n ROWS ONLY``"""
        words = [self._take().upper for _word in range(5)]
        if words[1] not in ("FIRST", "NEXT") or words[3] not in ("ROW", "ROWS"):
            raise Unreadable("FETCH FIRST n ROWS ONLY is expected.")
        return f"LIMIT {words[2]}"


def _quoted(token):
    """``transaction`` is a word of SQLite's own."""
    return f"[{token.text}]" if token.upper == "TRANSACTION" else token.text
