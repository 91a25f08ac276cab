"""Validation against NetSuite's own schemas, which lie beside the repository.

>>> validate_envelope(body)  # raises AssertionError with the schema's words
"""

import functools
import re
from pathlib import Path

from lxml import etree

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
# The schemas held are of this endpoint version; others differ in the namespaces only.
VERSION = "2023_2"
# Codes that NetSuite sends although its own enumeration lacks them (protocol facts 3.6, 4.1).
UNLISTED_CODES = rb">(?:SSS_INVALID_SRCH_ID|ORD_UNAVAILBL_TO_FULFILL)<"
NETSUITE = Path(__file__).resolve().parent.parent.parent / "shared" / "netsuite"
WSDL = NETSUITE / "wsdl" / VERSION / "netsuite.wsdl"
MISSING = f"NetSuite's schemas are not at {NETSUITE}"


def available():
    """Are the schemas there? Tests that need them skip with :data:`MISSING` otherwise."""
    return WSDL.is_file()


@functools.cache
def schema():
    """One validator out of all schemas (takes a second or two, once a process)."""
    imports = []
    for path in sorted((WSDL.parent / "xsd").glob("*.xsd")):
        namespace = etree.parse(str(path)).getroot().get("targetNamespace")
        imports.append(f'<xs:import namespace="{namespace}" schemaLocation="{path.as_uri()}"/>')
    wrapper = (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{"".join(imports)}</xs:schema>'
    )
    return etree.XMLSchema(etree.fromstring(wrapper))


def validate_envelope(body):
    """Check every child of the header, the body and a fault's detail of a SOAP message.

    :param bytes body: a request or an answer of any endpoint version from 2023_2 to 2025_2
    """
    body = re.sub(rb"(?<=_)20\d\d_[12](?=\.)", VERSION.encode(), body)
    body = re.sub(UNLISTED_CODES, b">USER_ERROR<", body)
    root = etree.fromstring(body, etree.XMLParser(huge_tree=True, resolve_entities=False))
    assert root.tag == f"{SOAP}Envelope", root.tag
    parts = [*root.iterfind(f"{SOAP}Header/*"), *root.iterfind(f"{SOAP}Body/*")]
    assert root.find(f"{SOAP}Body") is not None, "no soap:Body"
    for part in parts:
        if part.tag == f"{SOAP}Fault":
            _validate_fault(part)
        elif not schema().validate(part):
            raise AssertionError(f"{part.tag}: {schema().error_log.last_error}")


def _validate_fault(fault):
    names = [child.tag for child in fault]
    assert names[:2] == ["faultcode", "faultstring"], names
    for detail in fault.iterfind("detail/*"):
        # The host name is Axis' own addition: it is in no schema of NetSuite.
        if detail.tag.endswith("}hostname"):
            continue
        if not schema().validate(detail):
            raise AssertionError(f"{detail.tag}: {schema().error_log.last_error}")
