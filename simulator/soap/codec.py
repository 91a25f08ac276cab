"""XML to dictionaries and back, strictly by :mod:`.shapes`.

A type is a dictionary: fields and attributes by name, ``"#type"`` for xsi:type, ``"#text"`` for
the text of a type that has only attributes. Decoding refuses what NetSuite refuses: unknown
elements, wrong order.
"""

from decimal import Decimal, InvalidOperation

from lxml import etree

from ..clock import PACIFIC, parse
from ..refusal import Rejection
from .shapes import ABSTRACT, SHAPES, SIMPLE, namespace

XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE = f"{{{XSI}}}type"
XSI_NIL = f"{{{XSI}}}nil"


def invalid(text):
    """What NetSuite's parser answers to XML that is not of its schema: a fault without detail.

    The wording is from memory (UNVERIFIED); the simulator also says so of what it does not know.
    """
    return Rejection("", f"org.xml.sax.SAXException: {text}")


# -- reading --------------------------------------------------------------------------------


def decode(element, kind, version):
    """An element as a value of a kind.

    :raises Rejection: when it is not of that kind
    """
    if element.get(XSI_NIL) in ("true", "1"):
        return None
    if kind in SIMPLE:
        return _simple(element.text or "", kind, element)
    kind = _concrete(element, kind, version)
    shape = SHAPES[kind]
    value = {"#type": kind}
    for name, text in element.attrib.items():
        if name.startswith(f"{{{XSI}}}"):
            continue
        field = shape.fields.get(name)
        if not field or not field.attribute:
            raise invalid(f"Invalid attribute in {kind} - {name}")
        value[name] = _simple(text, field.kind, element)
    names, position = list(shape.fields), -1
    for child in element.iterchildren(tag=etree.Element):
        field = _field(child, shape, version)
        place = names.index(field.name)
        if place < position or (place == position and not field.many):
            raise invalid(f"Element {field.name} is out of order in {kind}")
        position = place
        item = decode(child, field.kind, version)
        if field.many:
            value.setdefault(field.name, []).append(item)
        else:
            value[field.name] = item
    if not len(element) and (element.text or "").strip():
        value["#text"] = element.text.strip()
    return value


def _concrete(element, kind, version):
    """The type's name, from xsi:type where the declared type is abstract."""
    declared = element.get(XSI_TYPE)
    if not declared:
        if kind in ABSTRACT:
            raise invalid(f"{kind} is abstract: {etree.QName(element).localname} needs xsi:type")
        return kind
    prefix, _, name = declared.rpartition(":")
    shape = SHAPES.get(name)
    if not shape or element.nsmap.get(prefix or None) != namespace(shape.namespace, version):
        raise invalid(f"Type {declared} is not known, or not simulated")
    if kind not in ABSTRACT and name != kind:
        raise invalid(f"{etree.QName(element).localname} cannot be of type {name}")
    return name


def _field(child, shape, version):
    tag = etree.QName(child)
    field = shape.fields.get(tag.localname)
    if not field or field.attribute or tag.namespace != namespace(field.namespace, version):
        raise invalid(f"Invalid element in {shape.name} - {tag.localname}")
    return field


def _simple(text, kind, element):
    try:
        if kind == "string":
            return text
        text = text.strip()
        if kind == "boolean":
            return {"true": True, "1": True, "false": False, "0": False}[text]
        if kind in ("long", "int"):
            return int(text)
        if kind == "double":
            return Decimal(text)
        return parse(text)
    except (KeyError, ValueError, InvalidOperation):
        name = etree.QName(element).localname
        raise invalid(f"{text!r} is not a legal value of {kind} for {name}") from None


# -- writing --------------------------------------------------------------------------------


def encode(parent, tag, kind, value, version):
    """Append a value as an element of a kind; ``tag`` with namespace."""
    element = etree.SubElement(parent, tag)
    if kind in SIMPLE:
        element.text = _text(value, kind)
        return element
    if kind in ABSTRACT:
        concrete = SHAPES[value["#type"]]
        prefix = _prefix(element, namespace(concrete.namespace, version))
        element.set(XSI_TYPE, f"{prefix}:{concrete.name}")
        kind = concrete.name
    shape = SHAPES[kind]
    unknown = set(value) - {"#type", *shape.fields}
    if unknown:
        raise TypeError(f"{kind} has no {unknown}")
    for field in shape.fields.values():
        item = value.get(field.name)
        if item is None or item == "" or item == []:
            continue
        if field.attribute:
            element.set(field.name, _text(item, field.kind))
            continue
        name = f"{{{namespace(field.namespace, version)}}}{field.name}"
        for one in item if field.many else [item]:
            encode(element, name, field.kind, one, version)
    return element


def _prefix(element, uri):
    return next(prefix for prefix, known in element.nsmap.items() if known == uri)


def _text(value, kind):
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "double":
        return repr(float(value))
    if kind == "dateTime":
        return value.astimezone(PACIFIC).isoformat(timespec="milliseconds")
    return _legal(str(value))


def _legal(text):
    """Text without the characters that XML cannot carry."""
    return "".join(one for one in text if one >= " " or one in "\t\n\r")
