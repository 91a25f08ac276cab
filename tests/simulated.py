"""A raw zeep client over NetSuite's own WSDL: it drives the simulator in tests without the connector's client."""

import base64
import functools
import hashlib
import hmac
import re
import secrets
import time

import requests
import zeep
from zeep.transports import Transport

from ..simulator import demo
from .schemas import WSDL, validate_envelope

BINDING = "{urn:platform_2023_2.webservices.netsuite.com}NetSuiteBinding"


class Recorder(Transport):
    """Sends what zeep builds under any endpoint version, and checks both directions by the schemas."""

    def __init__(self, version):
        session = requests.Session()
        session.trust_env = False
        super().__init__(session=session, operation_timeout=30)
        self.version = version
        self.valid = True  # check what comes and goes
        self.sent = b""

    def post(self, address, message, headers):
        if self.valid:
            validate_envelope(message)
        self.sent = message.replace(b"2023_2", self.version.encode())
        answer = super().post(address, self.sent, headers)
        if self.valid:
            validate_envelope(answer.content)
        answer._content = re.sub(
            rb"(?<=_)20\d\d_[12](?=\.)", b"2023_2", answer.content
        )  # so that zeep knows the namespaces
        return answer


@functools.cache
def wsdl():
    """The real WSDL, loaded once a process."""
    return zeep.Client(str(WSDL), settings=zeep.Settings(strict=True, xml_huge_tree=True)).wsdl


class Caller:
    """Calls operations with a fresh token passport: ``caller("get", baseRef=…)``."""

    def __init__(self, simulator, version="2025_2", **credentials):
        self.transport = Recorder(version)
        self.client = zeep.Client(wsdl(), transport=self.transport)
        address = f"{simulator.url}/services/NetSuitePort_{version}"
        self.service = self.client.create_service(BINDING, address)
        self.credentials = {
            "account": demo.ACCOUNT_ID,
            "consumerKey": demo.CONSUMER_KEY,
            "token": demo.TOKEN_ID,
            "secrets": f"{demo.CONSUMER_SECRET}&{demo.TOKEN_SECRET}",
        } | credentials

    def type(self, prefix, name, *args, **fields):
        """An object of a schema type: ``caller.type("core", "RecordRef", internalId="1")``."""
        uris = {
            "core": "urn:core_2023_2.platform.webservices.netsuite.com",
            "common": "urn:common_2023_2.platform.webservices.netsuite.com",
            "sales": "urn:sales_2023_2.transactions.webservices.netsuite.com",
            "accounting": "urn:accounting_2023_2.lists.webservices.netsuite.com",
            "relationships": "urn:relationships_2023_2.lists.webservices.netsuite.com",
        }
        return self.client.get_type(f"{{{uris[prefix]}}}{name}")(*args, **fields)

    def ref(self, internal_id=None, type=None, **more):
        return self.type("core", "RecordRef", internalId=internal_id, type=type, **more)

    def passport(self, **changes):
        """A token passport as NetSuite documents it [2.1]."""
        fields = {
            "account": self.credentials["account"],
            "consumerKey": self.credentials["consumerKey"],
            "token": self.credentials["token"],
            "nonce": secrets.token_hex(10),
            "timestamp": int(time.time()),
        } | changes
        base = "&".join(str(one) for one in fields.values())
        digest = hmac.new(self.credentials["secrets"].encode(), base.encode(), hashlib.sha256)
        signature = self.type(
            "core",
            "TokenPassportSignature",
            base64.b64encode(digest.digest()).decode(),
            algorithm="HMAC-SHA256",
        )
        return self.type("core", "TokenPassport", signature=signature, **fields)

    def __call__(self, operation, *, passport=None, headers=None, **body):
        soap_headers = {"tokenPassport": passport or self.passport()} | (headers or {})
        answer = getattr(self.service, operation)(_soapheaders=soap_headers, **body)
        return answer.body

    # -- short cuts --------------------------------------------------------------------------

    def search(self, record, **preferences):
        headers = {"searchPreferences": preferences} if preferences else {}
        return self("search", headers=headers, searchRecord=record).searchResult

    def basic(self, type=None, **filters):
        """A TransactionSearchBasic for a type with mainLine."""
        if type:
            filters["type"] = {"operator": "anyOf", "searchValue": [type]}
        filters.setdefault("mainLine", {"searchValue": True})
        return self.type("common", "TransactionSearchBasic", **filters)

    def get(self, record_type, internal_id=None, **more):
        return self("get", baseRef=self.ref(internal_id, record_type, **more)).readResponse

    def initialize(self, order_id):
        reference = self.type("core", "InitializeRef", internalId=order_id, type="salesOrder")
        record = {"type": "itemFulfillment", "reference": reference}
        return self("initialize", initializeRecord=record).readResponse

    def write(self, operation, record, **preferences):
        headers = {"preferences": preferences} if preferences else {}
        return self(operation, headers=headers, record=record).writeResponse

    def fulfillment(self, order_id=None, lines=None, **fields):
        """An ItemFulfillment: ``lines`` maps line keys to quantities, None unticks."""
        if order_id:
            fields["createdFrom"] = self.ref(order_id, "salesOrder")
        if lines is not None:
            rows = [
                {"orderLine": key, "itemReceive": quantity is not None, "quantity": quantity}
                for key, quantity in lines.items()
            ]
            fields["itemList"] = {"item": rows, "replaceAll": False}
        return self.type("sales", "ItemFulfillment", **fields)


def code(status):
    """NetSuite's code in a status, or "" for a success."""
    return "" if status.isSuccess else status.statusDetail[0].code


def fault_code(fault):
    """NetSuite's code in a fault that zeep raised."""
    found = [one.text for one in fault.detail.iter() if str(one.tag).endswith("}code")]
    return found[0] if found else ""
