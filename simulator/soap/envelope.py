"""SOAP envelopes: reading a request, writing an answer or a fault [1.4, 2.1, 3.4]."""

import re
from dataclasses import dataclass, field

from lxml import etree

from ..login import Passport
from ..refusal import Rejection
from .codec import XSI, decode, encode, invalid
from .shapes import NAMESPACES, SHAPES, VERSIONS, namespace

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
HOST = "simulator.netsuite.example"
MESSAGES = re.compile(r"urn:messages_(\d{4}_\d)\.platform\.webservices\.netsuite\.com")
# The preferences' header that an operation is bound to; the other one is refused [0.14, 4.1].
PREFERENCES = {
    "search": "searchPreferences",
    "searchMoreWithId": "searchPreferences",
    "getServerTime": None,
    "getAccountGovernanceInfo": None,
}
# Operations without login [1.2].
PUBLIC = ("getDataCenterUrls",)


@dataclass
class Request:
    """A request that is well formed; nothing of it is believed yet."""

    version: str
    operation: str
    body: dict
    passport: Passport | None = None
    preferences: dict = field(default_factory=dict)
    ambiguous: bool = False


def version_of(path):
    """The endpoint version in a URL.

    :raises Rejection: UNSUPPORTED_WS_VERSION [3.6]
    """
    found = re.fullmatch(r"/services/NetSuitePort_(\d{4}_\d)", path)
    if not found or found[1] not in VERSIONS:
        raise Rejection(
            "UNSUPPORTED_WS_VERSION",
            f"The endpoint {path} is not supported. Supported versions: {', '.join(VERSIONS)}.",
            "invalidVersionFault",
        )
    return found[1]


def peek(body):
    """The operation's name, for the journal and the faults, without judging anything."""
    found = re.search(rb"<(?:[\w-]+:)?Body\b[^>]*>\s*<(?:[\w-]+:)?(\w+)", body)
    return found[1].decode() if found else "?"


def read(body, path, soap_action):
    """Parse a request.

    :param soap_action: the HTTP header, None when it was not sent
    :raises Rejection: anything that is not of NetSuite's schema
    """
    version = version_of(path)
    if soap_action is None:
        raise invalid("no SOAPAction header!")
    root = _parse(body)
    head, content = root.find(f"{{{SOAP}}}Header"), root.find(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or content is None or len(content) != 1:
        raise invalid("The message is no SOAP 1.1 envelope with one element in its body")
    call = etree.QName(content[0])
    _check_version(call.namespace, version)
    name = call.localname
    if name not in SHAPES or f"{name}Response" not in SHAPES:
        raise invalid(f"Operation {name} is not known, or not simulated")
    if soap_action.strip('"') != name:
        raise invalid(f"SOAPAction {soap_action} does not fit the operation {name}")
    request = Request(version, name, decode(content[0], name, version))
    for part in [] if head is None else head.iterchildren(tag=etree.Element):
        _read_header(request, part)
    return request


def _parse(body):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise invalid(str(error)) from None
    if root.getroottree().docinfo.doctype:
        raise invalid("A document type declaration is not allowed")
    return root


def _check_version(uri, version):
    found = MESSAGES.fullmatch(uri or "")
    if not found or found[1] != version:
        raise Rejection(
            "INVALID_WS_VERSION",
            f"The namespace {uri} does not belong to endpoint version {version}.",
            "invalidVersionFault",
        )


def _read_header(request, part):
    tag = etree.QName(part)
    if tag.namespace != namespace("messages", request.version):
        raise invalid(f"Header {tag.localname} is not of the endpoint's namespace")
    bound = PREFERENCES.get(request.operation, "preferences")
    if tag.localname in ("passport", "applicationInfo"):
        request.ambiguous = True  # [2.1]
    elif tag.localname == "tokenPassport":
        if request.passport:
            raise invalid("Two tokenPassport headers")
        request.passport = _passport(decode(part, "TokenPassport", request.version))
    elif tag.localname == "partnerInfo":
        decode(part, "PartnerInfo", request.version)
    elif tag.localname == bound:
        kind = bound[0].upper() + bound[1:]
        request.preferences = decode(part, kind, request.version)
    else:
        raise invalid(f"Header {tag.localname} is not bound to operation {request.operation}")


def _passport(value):
    signature = value.get("signature") or {}
    return Passport(
        account=value.get("account", ""),
        consumer_key=value.get("consumerKey", ""),
        token=value.get("token", ""),
        nonce=value.get("nonce", ""),
        timestamp=value.get("timestamp", 0),
        signature=signature.get("#text", ""),
        algorithm=signature.get("algorithm", ""),
    )


# -- answers --------------------------------------------------------------------------------


def answer(operation, value, version, request_id):
    """The envelope of a good answer."""
    root = _envelope(version)
    messages = f"{{{namespace('messages', version)}}}"
    head = etree.SubElement(root, f"{{{SOAP}}}Header")
    info = {"nsId": request_id}
    encode(head, f"{messages}documentInfo", "DocumentInfo", info, version)
    name = f"{operation}Response"
    encode(etree.SubElement(root, f"{{{SOAP}}}Body"), messages + name, name, value, version)
    return _serialize(root)


def fault(rejection, version):
    """The envelope of a fault; without ``kind`` its detail is only the host's name [3.4]."""
    root = _envelope(version)
    body = etree.SubElement(root, f"{{{SOAP}}}Body")
    element = etree.SubElement(body, f"{{{SOAP}}}Fault")
    etree.SubElement(element, "faultcode").text = "soapenv:Server.userException"
    etree.SubElement(element, "faultstring").text = rejection.message
    detail = etree.SubElement(element, "detail")
    if rejection.kind:
        uri = namespace("faults", version)
        typed = etree.SubElement(detail, f"{{{uri}}}{rejection.kind}")
        etree.SubElement(typed, f"{{{uri}}}code").text = rejection.code
        etree.SubElement(typed, f"{{{uri}}}message").text = rejection.message
    etree.SubElement(detail, "{http://xml.apache.org/axis/}hostname").text = HOST
    return _serialize(root)


def _envelope(version):
    prefixes = {"soapenv": SOAP, "xsi": XSI, "xsd": "http://www.w3.org/2001/XMLSchema"}
    prefixes |= {prefix: uri.format(version) for prefix, uri in NAMESPACES.values()}
    return etree.Element(f"{{{SOAP}}}Envelope", nsmap=prefixes)


def _serialize(root):
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")
