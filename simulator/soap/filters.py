"""Search fields against values: what each operator means [4.2]."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation

from ..clock import as_date
from ..refusal import Refusal


def matches(field, value, zone):
    """Does a value pass a search field?

    :param field: a decoded search field
    :param value: what the record has: text, tick, number, date, date-time, or None
    :param zone: of the user, who thinks in days [8]
    """
    return _TESTS[field["#type"].replace("Custom", "")](field, value, zone)


def _wrong(field):
    operator = field.get("operator")
    return Refusal("INVALID_SEARCH_OPERATOR", f"The search operator {operator} is not valid.")


def _string(field, value, _zone):
    text, wanted = (value or "").lower(), field.get("searchValue", "").lower()
    operators = {
        "is": text == wanted,
        "isNot": text != wanted,
        "contains": wanted in text,
        "doesNotContain": wanted not in text,
        "startsWith": text.startswith(wanted),
        "doesNotStartWith": not text.startswith(wanted),
        "hasKeywords": all(word in text for word in wanted.split()),
        "empty": not text,
        "notEmpty": bool(text),
    }
    if field.get("operator") not in operators:
        raise _wrong(field)
    return operators[field["operator"]]


def _boolean(field, value, _zone):
    return bool(value) == field.get("searchValue", False)


def _multi_select(field, value, _zone):
    keys = [_key(one) for one in field.get("searchValue", ())]
    if len(keys) > 1000:
        raise Refusal(
            "MAX_VALUES_EXCEEDED", "A search field can have at most 1000 values."
        )  # [3.3]
    values = {value} if isinstance(value, str) or value is None else set(value)
    return _any_or_none(field, any(key in values for key in keys))


def _key(one):
    """The id in a reference, or the enumeration's value itself."""
    return one.get("internalId") or one.get("externalId") if isinstance(one, dict) else one


def _any_or_none(field, found):
    if field.get("operator") not in ("anyOf", "noneOf"):
        raise _wrong(field)
    return found == (field["operator"] == "anyOf")


def _number(field, value, _zone):
    try:
        numbers = [Decimal(str(field[n])) for n in ("searchValue", "searchValue2") if n in field]
        number = None if value in (None, "") else Decimal(str(value))
    except InvalidOperation:
        return False  # a text that is no number equals no number
    operator = field.get("operator", "")
    negated = operator.startswith("not")
    plain = operator.removeprefix("not")
    plain = plain[:1].lower() + plain[1:]
    if plain == "empty":
        return (number is None) != negated
    tests = {
        "equalTo": lambda: number == numbers[0],
        "greaterThan": lambda: number > numbers[0],
        "greaterThanOrEqualTo": lambda: number >= numbers[0],
        "lessThan": lambda: number < numbers[0],
        "lessThanOrEqualTo": lambda: number <= numbers[0],
        "between": lambda: numbers[0] <= number <= numbers[1],
    }
    if plain not in tests or not numbers:
        raise _wrong(field)
    return number is not None and tests[plain]() != negated


def _text_number(field, value, zone):
    """A number that may be text, such as a customer's order number: equal as text too."""
    if field.get("operator") in ("equalTo", "notEqualTo"):
        same = (value or "").lower() == field.get("searchValue", "").lower()
        return same == (field["operator"] == "equalTo")
    return _number(field, value, zone)


def _date(field, value, zone):
    """Date-times compare as instants, dates as days of the user's zone [8]."""
    operator = field.get("operator", "")
    if "predefinedSearchValue" in field:
        return _predefined(field, value, zone)
    if operator in ("empty", "notEmpty"):
        return (value is None) == (operator == "empty")
    if value is None:
        return False
    bounds = [field[n] for n in ("searchValue", "searchValue2") if n in field]
    days = [as_date(one, zone) for one in bounds]
    if not hasattr(value, "hour"):
        bounds, day = days, value
    else:
        day = as_date(value, zone)
    if not bounds or (operator in ("within", "notWithin") and len(bounds) < 2):
        raise _wrong(field)
    first, last = bounds[0], bounds[-1]
    tests = {
        "on": day == days[0],
        "after": value > first,
        "onOrAfter": value >= first,
        "before": value < first,
        "onOrBefore": value <= first,
        "within": first <= value <= last,
    }
    negated = operator.startswith("not")
    plain = operator.removeprefix("not")
    plain = plain[:1].lower() + plain[1:]
    if plain not in tests:
        raise _wrong(field)
    return tests[plain] != negated


def _predefined(field, value, zone):
    """Named days; only those that are simulated."""
    back = {"today": 0, "yesterday": 1, "fiveDaysAgo": 5, "tenDaysAgo": 10, "thirtyDaysAgo": 30}
    name = field["predefinedSearchValue"]
    if name not in back:
        raise Refusal("INVALID_SEARCH_VALUE", f"The simulator does not know the date {name}.")
    if value is None:
        return False
    bound = as_date(field["#now"], zone) - timedelta(days=back[name])
    day = as_date(value, zone) if hasattr(value, "hour") else value
    tests = {"on": day == bound, "onOrAfter": day >= bound, "onOrBefore": day <= bound}
    tests |= {"after": day > bound, "before": day < bound, "within": day == bound}
    if field.get("operator") not in tests:
        raise _wrong(field)
    return tests[field["operator"]]


_TESTS = {
    "SearchStringField": _string,
    "SearchTextNumberField": _text_number,
    "SearchBooleanField": _boolean,
    "SearchMultiSelectField": _multi_select,
    "SearchEnumMultiSelectField": _multi_select,
    "SearchLongField": _number,
    "SearchDoubleField": _number,
    "SearchDateField": _date,
}
