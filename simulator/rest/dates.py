"""Dates in words of a format: Oracle's models, and the account's own format [6.1, 6.3]."""

import re
from datetime import datetime

# Element of a format: how it is written, and what it reads.
_ELEMENTS = {
    "YYYY": (lambda when: f"{when.year:04}", r"(?P<year>\d{4})"),
    "HH24": (lambda when: f"{when.hour:02}", r"(?P<hour>\d{1,2})"),
    "MONTH": (lambda when: f"{when:%B}", r"(?P<month_name>[A-Za-z]+)"),
    "MON": (lambda when: f"{when:%b}", r"(?P<month_name>[A-Za-z]{3})"),
    "MM": (lambda when: f"{when.month:02}", r"(?P<month>\d{1,2})"),
    "MI": (lambda when: f"{when.minute:02}", r"(?P<minute>\d{1,2})"),
    "DD": (lambda when: f"{when.day:02}", r"(?P<day>\d{1,2})"),
    "SS": (lambda when: f"{when.second:02}", r"(?P<second>\d{1,2})"),
    "M": (lambda when: str(when.month), r"(?P<month>\d{1,2})"),
    "D": (lambda when: str(when.day), r"(?P<day>\d{1,2})"),
}
_PARTS = re.compile(f'{"|".join(_ELEMENTS)}|"[^"]*"|[^A-Za-z"]', re.IGNORECASE)


def _split(model):
    parts = _PARTS.findall(model)
    if "".join(parts) != model or not parts:
        raise ValueError(f"date format not recognized: {model}")
    return parts


def write(when, model):
    """A date-time in the words of a format.

    :raises ValueError: for a format with elements that nobody here knows
    """
    texts = []
    for part in _split(model):
        element = _ELEMENTS.get(part.upper())
        texts.append(element[0](when) if element else part.strip('"'))
    return "".join(texts)


def read(text, model):
    """A date-time out of a text; what the format does not name is zero.

    :raises ValueError: when the text does not have this format
    """
    parts = [
        _ELEMENTS[part.upper()][1] if part.upper() in _ELEMENTS else re.escape(part.strip('"'))
        for part in _split(model)
    ]
    match = re.fullmatch("".join(parts), str(text).strip())
    if not match:
        raise ValueError(f"{text!r} does not have the date format {model}")
    found = match.groupdict()
    name = found.pop("month_name", None)
    if name:
        found["month"] = datetime.strptime(name[:3], "%b").month
    values = {"month": 1, "day": 1} | {key: int(one) for key, one in found.items()}
    return datetime(**values)
