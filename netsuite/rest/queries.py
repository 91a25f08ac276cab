"""What is asked in SuiteQL. Facts: netsuite-protocol.md 6.3, 6.4.

Names are read together with ids; addresses in a query of their own, because a join of them with
lines never ends. Only what nothing makes sense without is indispensable.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from ..records import INVOICE, ITEM_FULFILLMENT, SALES_ORDER, Query
from .select import Condition, Part, Select, among, portions
from .statuses import RECORDS, TYPES, letters
from .values import DAY_FORMAT, TIME_FORMAT

#: Lines that are no lines of the document to people, nor to SOAP [5.3].
_NO_LINES = "'ShipItem', 'TaxItem', 'TaxGroup', 'EndGroup'"
#: The role's permissions for each type, in NetSuite's words [9].
PERMISSIONS = {
    SALES_ORDER: "Transactions > Sales Order",
    INVOICE: "Transactions > Invoice",
    ITEM_FULFILLMENT: "Transactions > Item Fulfillment",
}
# Between any user's time and UTC lie at most these.
_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)
_CUSTOM = re.compile(r"cust(?:body|col)\w*", re.ASCII | re.IGNORECASE)


def _time(expression: str) -> str:
    return f"TO_CHAR({expression}, '{TIME_FORMAT}')"


def _day(expression: str) -> str:
    return f"TO_CHAR({expression}, '{DAY_FORMAT}')"


def _column(table: str, name: str, column: str, alias: str = "") -> Part:
    return Part(f"{table}.{column}", (f"{name}.{column} AS {alias or column}",))


def _reference(table: str, name: str, column: str, alias: str = "") -> Part:
    alias = alias or column
    return Part(
        f"{table}.{column}",
        (f"{name}.{column} AS {alias}", f"BUILTIN.DF({name}.{column}) AS {alias}_name"),
    )


def is_custom(name: str) -> bool:
    """Is this the script id of a custom field of a document or line?"""
    return bool(_CUSTOM.fullmatch(name))


def _custom(
    table: str, name: str, fields: Iterable[str], days: Collection[str]
) -> tuple[Part, ...]:
    """Custom fields: the value, and the text that people see; of days, the day."""
    plain = {one.lower() for one in days}
    names = dict.fromkeys(one.lower() for one in fields if is_custom(one))
    return tuple(
        Part(
            f"{table}.{one}",
            (f"{_day(f'{name}.{one}')} AS day_{one}",)
            if one in plain
            else (f"{name}.{one} AS {one}", f"BUILTIN.DF({name}.{one}) AS shown_{one}"),
        )
        for one in names
    )


def modified_utc(start: datetime | None = None, stop: datetime | None = None) -> Part:
    """The time of the last change in UTC, and between which times it shall be.

    Whether an account tells it is found out; without, only the time of the user's zone is there.
    """
    expression = "SYS_EXTRACT_UTC(t.lastmodifieddate)"
    return Part(
        "transaction.lastmodifieddate.utc",
        (f"{_time(expression)} AS modified_utc",),
        condition=_between(expression, start, stop),
    )


# -- documents ---------------------------------------------------------------------------------


def hits(query: Query) -> Select:
    """The documents that a query finds, without its window in UTC (see :func:`modified_utc`)."""
    parts = (_column("transaction", "t", "tranid"), modified_utc(*_whole(query)))
    select = Select(
        ("t.id AS id", "t.status AS status", f"{_time('t.lastmodifieddate')} AS modified"),
        "transaction t",
        (Condition(f"t.type = '{TYPES[query.type]}'"),),
        ("t.id",),
        parts,
        PERMISSIONS[query.type],
    )
    return select.where(
        _status(query),
        _between("t.lastmodifieddate", *_wide(query)),
        _since("t.trandate", query.date_from, query.date_to),
        among("t.id", query.internal_ids) if query.internal_ids else None,
        _any("t.tranid", (one for number in query.tran_ids for one in _spellings(number))),
        _created_from(query.created_from),
        _on_main_line(query),
    )


def _whole(query: Query) -> tuple[datetime | None, datetime | None]:
    """The window in whole seconds, none of which is lost."""
    start, stop = query.modified_from, query.modified_to
    return start and start.replace(microsecond=0), stop


def _wide(query: Query) -> tuple[datetime | None, datetime | None]:
    """The window in whatever zone the times are, for an index to help."""
    start, stop = _whole(query)
    return start and start - _WEST, stop and stop + _EAST


def _between(expression: str, start: datetime | None, stop: datetime | None) -> Condition | None:
    return _bounds(expression, TIME_FORMAT, "%Y-%m-%d %H:%M:%S", start, stop)


def _since(expression: str, first: date | None, last: date | None) -> Condition | None:
    return _bounds(expression, DAY_FORMAT, "%Y-%m-%d", first, last)


def _bounds(
    expression: str, wanted: str, written: str, first: date | None, last: date | None
) -> Condition | None:
    bounds = [(sign, one) for sign, one in ((">=", first), ("<=", last)) if one]
    if not bounds:
        return None
    return Condition(
        " AND ".join(f"{expression} {sign} TO_DATE(?, '{wanted}')" for sign, _one in bounds),
        tuple(one.strftime(written) for _sign, one in bounds),
    )


def _status(query: Query) -> Condition | None:
    if not query.statuses:
        return None
    values = letters(query.type, query.statuses)
    if not values:
        return None if query.other_statuses else Condition("1 = 0")
    return (_none if query.other_statuses else _any)("t.status", values)


def _any(expression: str, values: Iterable[str]) -> Condition | None:
    """Is the value one of these texts?"""
    texts = tuple(dict.fromkeys(values))
    if not texts:
        return None
    marks = [f"{expression} IN ({', '.join('?' * len(some))})" for some in portions(texts)]
    return Condition(f"({' OR '.join(marks)})", texts)


def _none(expression: str, values: Sequence[str]) -> Condition:
    """Is the value none of these few texts?"""
    return Condition(f"{expression} NOT IN ({', '.join('?' * len(values))})", tuple(values))


def _spellings(number: str) -> tuple[str, ...]:
    """How a document's number may be written: people do not care, and NetSuite does not either."""
    return number, number.upper(), number.lower()


def _created_from(internal_ids: Sequence[str]) -> Condition | None:
    if not internal_ids:
        return None
    linked = "SELECT l.nextdoc FROM PreviousTransactionLineLink l"
    return Condition(f"t.id IN ({linked} WHERE {among('l.previousdoc', internal_ids).sql})")


def _on_main_line(query: Query) -> Condition | None:
    """Filters whose columns stand on the main line of the document only [6.4]."""
    wanted = [
        among(f"m.{column}", values).sql
        for column, values in (
            ("location", query.locations),
            ("subsidiary", query.subsidiaries),
            ("class", query.classes),
            ("department", query.departments),
        )
        if values
    ]
    if not wanted:
        return None
    lines = "SELECT m.transaction FROM transactionline m WHERE m.mainline = 'T'"
    return Condition(f"t.id IN ({lines} AND {' AND '.join(wanted)})")


def headers(
    type: str, internal_ids: Sequence[str], custom: Iterable[str], days: Collection[str] = ()
) -> Select:
    """The bodies of documents.

    :param custom: names of the custom fields to read
    :param days: those of them that hold days
    """
    return Select(
        (
            "t.id AS id",
            "t.status AS status",
            "t.entity AS entity",
            "BUILTIN.DF(t.entity) AS entity_name",
            f"{_day('t.trandate')} AS trandate",
            f"{_time('t.lastmodifieddate')} AS modified",
        ),
        "transaction t JOIN transactionline m ON m.transaction = t.id AND m.mainline = 'T'",
        (Condition(f"t.type = '{TYPES[type]}'"), among("t.id", internal_ids)),
        ("t.id",),
        (
            modified_utc(),
            *(
                _column("transaction", "t", name)
                for name in (
                    "tranid",
                    "externalid",
                    "otherrefnum",
                    "memo",
                    "email",
                    "shipcomplete",
                    "shippingaddress",
                    "fob",
                    "foreigntotal",
                    "exchangerate",
                )
            ),
            *(
                Part(f"transaction.{name}", (f"{_day(f't.{name}')} AS {name}",))
                for name in ("shipdate", "duedate")
            ),
            *(
                _reference("transaction", "t", name)
                for name in ("shipmethod", "employee", "terms", "currency")
            ),
            *(
                _reference("transactionline", "m", name)
                for name in ("subsidiary", "location", "department", "class")
            ),
            *_custom("transaction", "t", custom, days),
        ),
        PERMISSIONS[type],
    )


def addresses(keys: Sequence[str]) -> Select:
    """Shipping addresses by their key."""
    return Select(
        ("a.nkey AS nkey",),
        "transactionShippingAddress a",
        (among("a.nkey", keys),),
        ("a.nkey",),
        tuple(
            _column("transactionshippingaddress", "a", name)
            for name in (
                "addressee",
                "attention",
                "addrphone",
                "addr1",
                "addr2",
                "addr3",
                "city",
                "state",
                "zip",
                "country",
                "addrtext",
                "override",
            )
        ),
        PERMISSIONS[SALES_ORDER],
    )


# -- lines -------------------------------------------------------------------------------------

_LINE_COLUMNS: tuple[str, ...] = (
    "tl.transaction AS transaction",
    "tl.id AS id",
    "tl.item AS item",
    "BUILTIN.DF(tl.item) AS item_name",
    "tl.itemtype AS itemtype",
    "tl.quantity AS quantity",
    "tl.isclosed AS isclosed",
)
_LINE_ORDER: tuple[str, ...] = ("tl.transaction", "tl.id")
_UNITS = _reference("transactionline", "tl", "units")
_RATE = Part(
    "unitstypeuom.conversionrate",
    ("u.conversionrate AS rate",),
    "LEFT JOIN unitsTypeUom u ON u.internalid = tl.units",
)
_LINE_PARTS = (
    _column("transactionline", "tl", "linesequencenumber"),
    _reference("transactionline", "tl", "location"),
    _reference("transactionline", "tl", "inventorylocation"),
    _UNITS,
    _RATE,
    *(
        _column("transactionline", "tl", name)
        for name in (
            "quantityshiprecv",
            "quantitypicked",
            "quantitypacked",
            "quantitycommitted",
            "quantitybackordered",
            "foreignamount",
            "fulfillable",
            "dropship",
        )
    ),
    _reference("transactionline", "tl", "itemfulfillmentchoice"),
    _column("transactionline", "tl", "memo"),
    _column("transactionline", "tl", "rate", "line_rate"),
    Part(
        "transactionline.expectedshipdate",
        (f"{_day('tl.expectedshipdate')} AS expectedshipdate",),
    ),
    # Members of kits and costs of goods are no lines of the document.
    Part("transactionline.kitmemberof", condition=Condition("tl.kitmemberof IS NULL")),
    Part("transactionline.iscogs", condition=Condition("(tl.iscogs = 'F' OR tl.iscogs IS NULL)")),
)
_SHOWN = (
    Condition("tl.mainline = 'F'"),
    Condition("tl.taxline = 'F'"),
    Condition(f"tl.itemtype NOT IN ({_NO_LINES})"),
)


def lines(
    type: str, internal_ids: Sequence[str], custom: Iterable[str], days: Collection[str] = ()
) -> Select:
    """The lines of documents; of invoices with the lines of the sales orders behind them.

    :param custom: names of the custom fields to read
    :param days: those of them that hold days
    """
    source, columns, order = "transactionline tl", _LINE_COLUMNS, _LINE_ORDER
    if type == INVOICE:
        columns = (
            *columns[:2],
            "NVL(l.previousdoc, 0) AS previousdoc",
            *columns[2:],
            "s.id AS orderid",
            "s.tranid AS order_number",
            "l.previousline AS orderline",
        )
        order += ("NVL(l.previousdoc, 0)",)
        source += (
            " LEFT JOIN PreviousTransactionLineLink l ON l.nextdoc = tl.transaction"
            " AND l.nextline = tl.id"
            " LEFT JOIN transaction s ON s.id = l.previousdoc AND s.type = 'SalesOrd'"
        )
    return Select(
        columns,
        source,
        (among("tl.transaction", internal_ids), *_SHOWN),
        order,
        (*_LINE_PARTS, *_custom("transactionline", "tl", custom, days)),
        PERMISSIONS[type],
    )


def order_lines(order_ids: Sequence[str]) -> Select:
    """The lines of sales orders with the fulfilments that each is on: one row for each pair."""
    return Select(
        (
            *_LINE_COLUMNS[:2],
            "NVL(l.nextdoc, 0) AS nextdoc",
            *_LINE_COLUMNS[2:],
            "t.status AS status",
            "f.id AS fulfillment",
        ),
        "transactionline tl JOIN transaction t ON t.id = tl.transaction"
        " LEFT JOIN PreviousTransactionLineLink l ON l.previousdoc = tl.transaction"
        " AND l.previousline = tl.id"
        " LEFT JOIN transaction f ON f.id = l.nextdoc AND f.type = 'ItemShip'",
        (among("tl.transaction", order_ids), *_SHOWN),
        (*_LINE_ORDER, "NVL(l.nextdoc, 0)"),
        (
            *_LINE_PARTS,
            _reference("transaction", "t", "shipmethod"),
        ),
        PERMISSIONS[SALES_ORDER],
    )


def fulfilled_lines(order_ids: Sequence[str]) -> Select:
    """What is on the fulfilments of sales orders, by their lines.

    The fulfilment's own lines hold costs and moves between bins too: a line counts when its item
    is that of the order's line [6.4].
    """
    return Select(
        (
            "l.nextdoc AS fulfillment",
            "l.nextline AS line",
            "tl.transaction AS transaction",
            "tl.id AS id",
            "tl.item AS item",
            "fl.quantity AS quantity",
            "f.status AS status",
        ),
        "PreviousTransactionLineLink l"
        " JOIN transaction f ON f.id = l.nextdoc AND f.type = 'ItemShip'"
        " JOIN transactionline fl ON fl.transaction = l.nextdoc AND fl.id = l.nextline"
        " JOIN transactionline tl ON tl.transaction = l.previousdoc AND tl.id = l.previousline"
        " AND tl.item = fl.item",
        (among("l.previousdoc", order_ids),),
        ("l.nextdoc", "l.nextline"),
        (
            _column("transaction", "f", "tranid"),
            _column("transaction", "f", "externalid"),
            _UNITS,
            _RATE,
            Part(
                "transactionline.iscogs",
                condition=Condition("(fl.iscogs = 'F' OR fl.iscogs IS NULL)"),
            ),
        ),
        PERMISSIONS[ITEM_FULFILLMENT],
    )


# -- lists -------------------------------------------------------------------------------------


def items(internal_ids: Sequence[str]) -> Select:
    """Item records."""
    return Select(
        ("i.id AS id", "i.itemid AS itemid", "i.itemtype AS itemtype"),
        "item i",
        (among("i.id", internal_ids),),
        ("i.id",),
        (
            *(
                _column("item", "i", name)
                for name in (
                    "displayname",
                    "upccode",
                    "isfulfillable",
                    "isdropshipitem",
                    "islotitem",
                    "isserialitem",
                    "isinactive",
                    "weight",
                )
            ),
            _reference("item", "i", "weightunit"),
            _reference("item", "i", "stockunit"),
            _reference("item", "i", "unitstype"),
        ),
        "Lists > Items",
    )


def members(kit_ids: Sequence[str]) -> Select:
    """The components of kits."""
    return Select(
        (
            "k.parentitem AS parentitem",
            "k.item AS item",
            "BUILTIN.DF(k.item) AS item_name",
            "k.quantity AS quantity",
        ),
        "itemMember k",
        (among("k.parentitem", kit_ids),),
        ("k.parentitem", "k.item"),
        (_reference("itemmember", "k", "memberunit"),),
        "Lists > Items",
    )


def units(type_ids: Sequence[str]) -> Select:
    """The units of types of units."""
    return Select(
        ("u.internalid AS id", "u.unitname AS unitname", "u.conversionrate AS rate"),
        "unitsTypeUom u",
        (among("u.unitstype", type_ids),),
        ("u.internalid",),
        permission="Lists > Units",
    )


def inventory_numbers(item_id: str, numbers: Sequence[str]) -> Select:
    """Lots or serials of an item, whatever the case of their letters."""
    return Select(
        ("n.id AS id", "n.inventorynumber AS number"),
        "inventoryNumber n",
        (among("n.item", [item_id]),),
        ("n.id",),
        permission="Lists > Items",
    ).where(_any("UPPER(n.inventorynumber)", [one.upper() for one in numbers]))


#: Tables of the lists that a sales order chooses from.
TABLES = {
    "location": "location",
    "subsidiary": "subsidiary",
    "class": "classification",
    "department": "department",
    "shipMethod": "shipItem",
}


def choices(field: str) -> Select:
    """The entries of a list."""
    name = "itemid" if field == "shipMethod" else "name"
    table = TABLES[field]
    return Select(
        ("c.id AS id", f"c.{name} AS name"),
        f"{table} c",
        (Condition("c.id > 0"),),
        ("c.id",),
        (
            Part(f"{table}.fullname", ("c.fullname AS fullname",)),
            Part(f"{table}.isinactive", condition=Condition("c.isinactive = 'F'")),
        ),
        f"Lists > {field[:1].upper()}{field[1:]}",
    )


def used_choices(field: str) -> Select:
    """What sales orders have in a field, the latest first: where the list itself is not shown."""
    column = "t.shipmethod" if field == "shipMethod" else f"m.{field}"
    return Select(
        ("-t.id AS place", f"{column} AS id", f"BUILTIN.DF({column}) AS name"),
        "transaction t JOIN transactionline m ON m.transaction = t.id AND m.mainline = 'T'",
        (Condition("t.type = 'SalesOrd'"), Condition(f"{column} IS NOT NULL")),
        ("-t.id",),
        permission=PERMISSIONS[SALES_ORDER],
    )


def labels(script_ids: Sequence[str]) -> Select:
    """What the screens call custom fields; script ids are asked for in capitals."""
    return Select(
        ("c.internalid AS id", "c.scriptid AS scriptid", "c.name AS name"),
        "customField c",
        (),
        ("c.internalid",),
        permission="Setup > Custom Body Fields",
    ).where(_any("UPPER(c.scriptid)", script_ids))


def deletions(type: str, since: datetime) -> Select:
    """What was deleted of a type, in the zone of whoever asks: a day before is certain."""
    return Select(
        ("d.recordid AS id", f"{_time('d.deleteddate')} AS deleted"),
        "deletedRecord d",
        (),
        ("d.recordid",),
        permission="Lists > Deleted Records",
    ).where(
        # How this table spells types is not known.
        _any("d.type", (TYPES[type], RECORDS[type], RECORDS[type].lower())),
        _between("d.deleteddate", since - _EAST, None),
    )


def nothing() -> Select:
    """A query that costs nothing and gives nothing, for the answer's sake."""
    return Select(
        ("t.id AS id",),
        "transaction t",
        (Condition("t.id = 0"),),
        ("t.id",),
        permission=PERMISSIONS[SALES_ORDER],
    )
