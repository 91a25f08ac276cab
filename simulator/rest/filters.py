"""The ``q`` of a collection: conditions on body fields, joined by AND [6.1]."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from . import dates
from .problems import Problem

_TOKENS = re.compile(r'"([^"]*)"|(\[[^\]]*\])|(\S+)')

_TEXTS = {
    "IS": lambda mine, wanted: mine.lower() == wanted.lower(),
    "IS_NOT": lambda mine, wanted: mine.lower() != wanted.lower(),
    "CONTAIN": lambda mine, wanted: wanted.lower() in mine.lower(),
    "START_WITH": lambda mine, wanted: mine.lower().startswith(wanted.lower()),
}
_NUMBERS = {
    "EQUAL": lambda mine, wanted: mine == wanted,
    "EQUAL_NOT": lambda mine, wanted: mine != wanted,
    "GREATER": lambda mine, wanted: mine > wanted,
    "GREATER_OR_EQUAL": lambda mine, wanted: mine >= wanted,
    "LESS": lambda mine, wanted: mine < wanted,
    "LESS_OR_EQUAL": lambda mine, wanted: mine <= wanted,
}
_DAY = timedelta(days=1)
# A date-only bound is its midnight in the user's time zone [6.1].
_DATES = {
    "ON": lambda mine, midnight: midnight <= mine < midnight + _DAY,
    "AFTER": lambda mine, midnight: mine > midnight,
    "ON_OR_AFTER": lambda mine, midnight: mine >= midnight,
    "BEFORE": lambda mine, midnight: mine < midnight,
    "ON_OR_BEFORE": lambda mine, midnight: mine < midnight + _DAY,
}
_FLAGS = {
    "IS": lambda mine, wanted: mine == wanted,
    "IS_NOT": lambda mine, wanted: mine != wanted,
}
# Field: kind, attribute. createdFrom is not among them in live accounts.
_TRANSACTION = {
    "id": ("number", "id"),
    "externalid": ("text", "external_id"),
    "tranid": ("text", "tran_id"),
    "memo": ("text", "memo"),
    "entity": ("number", "entity"),
    "otherrefnum": ("text", "other_ref_num"),
    "lastmodifieddate": ("date", "modified"),
    "createddate": ("date", "created"),
    "trandate": ("date", "tran_date"),
    "ismultishipto": ("flag", "multi_ship_to"),
}
_LIST = {
    "id": ("number", "id"),
    "itemid": ("text", "name"),
    "name": ("text", "name"),
    "entityid": ("text", "name"),
    "displayname": ("text", "display_name"),
    "upccode": ("text", "upc"),
    "inventorynumber": ("text", "name"),
}


def chosen(records, text, settings, transactions):
    """The records that a query lets through.

    :param transactions: are they transactions? Their fields differ from those of lists
    :raises Problem: for unknown fields and operators, and values that do not fit
    """
    fields = dict(_TRANSACTION if transactions else _LIST)
    if not (settings.features.multiple_shipping_routes and settings.unverified.routes_searchable):
        fields.pop("ismultishipto", None)
    tests = [_test(fields, settings, *one) for one in _conditions(text)]
    return [one for one in records if all(test(one) for test in tests)]


def _conditions(text):
    tokens = [quoted or listed or plain for quoted, listed, plain in _TOKENS.findall(text)]
    while tokens:
        if len(tokens) < 3:
            raise _wrong(f"Incomplete condition: {' '.join(tokens)}.")
        field, operator, value, *tokens = tokens
        yield field, operator.upper(), value
        if tokens and tokens.pop(0).upper() != "AND":
            raise _wrong("The simulator joins conditions by AND only.")


def _test(fields, settings, field, operator, value):
    """A condition as a function of a record."""
    kind, attribute = fields.get(field.lower(), ("", ""))
    if not kind:
        raise _wrong(
            f"Unknown field name '{field}' in the search query. The field does not exist on this "
            "record type."
        )
    if operator == "ANY_OF":
        wanted = [one.strip(' "') for one in value.strip("[]").split(",")]
        return lambda record: str(getattr(record, attribute, "")) in wanted
    operators, read, convert = {
        "text": (_TEXTS, str, str),
        "number": (_NUMBERS, int, int),
        "date": (_DATES, _midnight(settings), _moment(settings)),
        "flag": (_FLAGS, _flag, bool),
    }[kind]
    if operator not in operators:
        raise _wrong(f"The operator {operator} does not fit the field {field}.")
    try:
        bound = read(value)
    except ValueError as error:
        raise _wrong(str(error)) from None
    return lambda record: operators[operator](convert(getattr(record, attribute, "")), bound)


def _flag(text):
    if text.lower() not in ("true", "false"):
        raise ValueError(f"{text} is neither true nor false.")
    return text.lower() == "true"


def _midnight(settings):
    zone = ZoneInfo(settings.time_zone)
    return lambda text: dates.read(text, settings.date_format).replace(tzinfo=zone)


def _moment(settings):
    zone = ZoneInfo(settings.time_zone)

    def moment(value):
        if isinstance(value, datetime):
            return value
        return datetime(value.year, value.month, value.day, tzinfo=zone)

    return moment


def _wrong(detail):
    return Problem(400, "INVALID_PARAMETER", f"Invalid search query. {detail}", queryParam="q")
