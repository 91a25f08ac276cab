"""The simulator's reading side, driven by raw zeep over NetSuite's own WSDL.

Every request and every answer is checked against NetSuite's schemas on its way.
"""

import base64
import functools
import hashlib
import hmac
import os
import re
import secrets
import time
import unittest
from datetime import datetime, timedelta, timezone
from http.cookiejar import DefaultCookiePolicy

import requests
import zeep
from odoo.tests import BaseCase, tagged
from zeep.exceptions import Fault
from zeep.transports import Transport

from ..simulator import Simulator, demo
from ..simulator.permissions import INVOICE, LOCATIONS, SHIPPING_ITEMS
from . import schemas

BINDING = "{urn:platform_2023_2.webservices.netsuite.com}NetSuiteBinding"
PREFIXES = {
    "core": "urn:core_2023_2.platform.webservices.netsuite.com",
    "common": "urn:common_2023_2.platform.webservices.netsuite.com",
    "sales": "urn:sales_2023_2.transactions.webservices.netsuite.com",
    "accounting": "urn:accounting_2023_2.lists.webservices.netsuite.com",
}


class Recorder(Transport):
    """Sends what zeep builds under any endpoint version; checks both directions by the schemas."""

    def __init__(self, version):
        session = requests.Session()
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        super().__init__(session=session, operation_timeout=30)
        self.version = version
        self.checks = True
        self.sent = self.received = b""

    def post(self, address, message, headers):
        if self.checks:
            schemas.validate_envelope(message)
        self.sent = message.replace(b"2023_2", self.version.encode())
        answer = super().post(address, self.sent, headers)
        self.received = answer.content
        if self.checks:
            schemas.validate_envelope(answer.content)
        # zeep knows only the version of the WSDL.
        answer._content = re.sub(rb"(?<=_)20\d\d_[12](?=\.)", b"2023_2", answer.content)
        return answer


@functools.cache
def wsdl():
    """NetSuite's WSDL, loaded once a process."""
    settings = zeep.Settings(strict=True, xml_huge_tree=True)
    return zeep.Client(str(schemas.WSDL), settings=settings).wsdl


class Caller:
    """Calls operations, each with a fresh token passport: ``caller("get", baseRef=…)``."""

    def __init__(self, simulator, version="2025_2"):
        self.transport = Recorder(version)
        self.client = zeep.Client(wsdl(), transport=self.transport)
        address = f"{simulator.url}/services/NetSuitePort_{version}"
        self.service = self.client.create_service(BINDING, address)
        self.clock = simulator.books.clock

    def __call__(self, operation, *, passport=None, headers=None, **body):
        soap_headers = {"tokenPassport": passport or self.passport()} | (headers or {})
        return getattr(self.service, operation)(_soapheaders=soap_headers, **body).body

    def passport(self, *, secret=demo.TOKEN_SECRET, algorithm="HMAC-SHA256", **changes):
        """A token passport as NetSuite documents it."""
        fields = {
            "account": demo.ACCOUNT_ID,
            "consumerKey": demo.CONSUMER_KEY,
            "token": demo.TOKEN_ID,
            "nonce": secrets.token_hex(10),
            "timestamp": int(self.clock.now().timestamp()),
        } | changes
        key = f"{demo.CONSUMER_SECRET}&{secret}".encode()
        base = "&".join(str(one) for one in fields.values())
        digest = hmac.new(key, base.encode(), hashlib.sha256).digest()
        text = base64.b64encode(digest).decode()
        signature = self.new("core", "TokenPassportSignature", text, algorithm=algorithm)
        return self.new("core", "TokenPassport", signature=signature, **fields)

    # -- objects -----------------------------------------------------------------------------

    def new(self, prefix, name, *args, **fields):
        return self.client.get_type(f"{{{PREFIXES[prefix]}}}{name}")(*args, **fields)

    def ref(self, internal_id=None, type=None, **more):
        return self.new("core", "RecordRef", internalId=internal_id, type=type, **more)

    def basic(self, *types, main_line=True, **filters):
        """A TransactionSearchBasic for types; lists become "anyOf"."""
        filters = {
            name: {"operator": "anyOf", "searchValue": value} if isinstance(value, list) else value
            for name, value in filters.items()
        }
        if types:
            filters["type"] = {"operator": "anyOf", "searchValue": list(types)}
        if main_line is not None:
            filters["mainLine"] = {"searchValue": main_line}
        return self.new("common", "TransactionSearchBasic", **filters)

    def advanced(self, basic=None, *columns, **more):
        """A TransactionSearchAdvanced with columns of the row's basic part."""
        if basic is not None:
            more["criteria"] = self.new("sales", "TransactionSearch", basic=basic)
        if columns:
            row = self.new("common", "TransactionSearchRowBasic", **{one: [{}] for one in columns})
            more["columns"] = self.new("sales", "TransactionSearchRow", basic=row)
        return self.new("sales", "TransactionSearchAdvanced", **more)

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
        return self.new("sales", "ItemFulfillment", **fields)

    # -- operations --------------------------------------------------------------------------

    def search(self, record, **preferences):
        headers = {"searchPreferences": preferences} if preferences else {}
        return self("search", headers=headers, searchRecord=record).searchResult

    def more(self, search_id, page):
        return self("searchMoreWithId", searchId=search_id, pageIndex=page).searchResult

    def get(self, record_type, internal_id=None, **more):
        return self("get", baseRef=self.ref(internal_id, record_type, **more)).readResponse

    def get_list(self, record_type, ids):
        refs = [self.ref(one, record_type) for one in ids]
        return self("getList", baseRef=refs).readResponseList.readResponse

    def initialize(self, order_id, type="salesOrder", aux=()):
        reference = self.new("core", "InitializeRef", internalId=order_id, type=type)
        record = {"type": "itemFulfillment", "reference": reference}
        if aux:
            kind, key = aux
            record["auxReference"] = self.new("core", "InitializeAuxRef", type=kind, internalId=key)
        return self("initialize", initializeRecord=record).readResponse

    def write(self, operation, record, **preferences):
        headers = {"preferences": preferences} if preferences else {}
        return self(operation, headers=headers, record=record).writeResponse


def code(status):
    """NetSuite's code in a status, or "" for a success."""
    return "" if status.isSuccess else status.statusDetail[0].code


def fault_code(fault):
    """NetSuite's code in a fault that zeep raised, or "" for one without typed detail."""
    found = [one.text for one in fault.detail.iter() if str(one.tag).endswith("}code")]
    return found[0] if found else ""


@unittest.skipUnless(schemas.available() or os.environ.get("CI"), schemas.MISSING)
class SimulatorCase(BaseCase):
    """A simulator for the class, started again for each test."""

    orders = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulator = Simulator(orders=cls.orders).start()
        cls.addClassCleanup(cls.simulator.stop)
        cls.books = cls.simulator.books

    def setUp(self):
        super().setUp()
        self.simulator.reset()
        self.caller = Caller(self.simulator)

    def assertCode(self, expected, answer):
        self.assertEqual(code(answer.status), expected, answer.status.statusDetail)

    def assertFault(self, expected, call, *args, **kwargs):
        with self.assertRaises(Fault) as caught:
            call(*args, **kwargs)
        self.assertEqual(fault_code(caught.exception), expected, caught.exception.message)
        return caught.exception


@tagged("post_install", "-at_install")
class TestRecords(SimulatorCase):
    orders = 64

    def test_every_record_is_valid_in_every_version(self):
        for version in ("2023_2", "2024_1", "2024_2", "2025_1", "2025_2"):
            caller = Caller(self.simulator, version)
            self.assertTrue(caller("getServerTime").getServerTimeResult.status.isSuccess)
            for record_type, table in self.books.tables().items():
                self.books.role.grant(INVOICE)
                answers = caller.get_list(record_type, list(table))
                self.assertEqual([code(one.status) for one in answers], [""] * len(table))
            found = caller.search(caller.new("common", "ItemSearchBasic"), pageSize=100)
            self.assertEqual(found.totalRecords, len(self.books.items))
        self.assertIn(b"2025_2", caller.transport.sent)

    def test_same_seed_same_orders(self):
        def told(simulator):
            return [
                (one.tran_id, one.entity, one.custom, [(x.item, x.quantity) for x in one.lines])
                for one in simulator.books.orders.values()
            ]

        self.assertEqual(told(Simulator(40, 7)), told(Simulator(40, 7)))
        self.assertNotEqual(told(Simulator(40, 7)), told(Simulator(40, 8)))

    def test_most_orders_can_be_shipped(self):
        for seed in range(5):
            simulator = Simulator(25, seed)
            statuses = [simulator.books.status(one) for one in simulator.books.orders]
            self.assertGreaterEqual(statuses.count("B"), 15)
        plain = Simulator(12, lines=3).books
        self.assertEqual({plain.status(one) for one in plain.orders}, {"B"})
        self.assertEqual({len(one.lines) for one in plain.orders.values()}, {3})

    def test_missing_records_have_a_status_of_their_own(self):
        known = next(iter(self.books.orders))
        answers = self.caller.get_list("salesOrder", [known, "999999"])
        self.assertEqual([code(one.status) for one in answers], ["", "RCRD_DSNT_EXIST"])
        self.assertCode("INVALID_KEY_OR_REF", self.caller.get("salesOrder", externalId="none"))
        self.assertFault("MAX_RCRDS_EXCEEDED", self.caller.get_list, "salesOrder", ["1"] * 1001)

    def test_status_text_is_in_the_users_language(self):
        order = self.books.add_order([("MUG-BLU", 1)])
        self.simulator.books.settings.language = "de_DE"
        record = self.caller.get("salesOrder", order.id).record
        self.assertEqual(record.status, "Ausführung ausstehend")
        self.assertEqual(record.orderStatus, "_pendingFulfillment")
        self.books.settings.unverified.order_status_present = False
        self.assertIsNone(self.caller.get("salesOrder", order.id).record.orderStatus)

    def test_dates_are_midnight_of_the_users_zone_in_pacific_time(self):
        day = datetime(2026, 7, 21, tzinfo=timezone.utc).date()
        order = self.books.add_order([("MUG-BLU", 1)], tran_date=day)
        self.books.settings.time_zone = "Europe/Paris"
        found = self.caller.get("salesOrder", order.id).record.tranDate
        self.assertEqual(found.isoformat(), "2026-07-20T15:00:00-07:00")

    def test_other_operations(self):
        self.assertCode(
            "INSUFFICIENT_PERMISSION",
            self.caller(
                "getSelectValue",
                fieldDescription={"recordType": "salesOrder", "field": "shipMethod"},
                pageIndex=1,
            ).getSelectValueResult,
        )
        self.books.role.grant(SHIPPING_ITEMS)
        for field in ("shipMethod", "custbody_delivery_window"):
            description = {"recordType": "salesOrder", "field": field}
            answer = self.caller("getSelectValue", fieldDescription=description, pageIndex=1)
            self.assertTrue(answer.getSelectValueResult.baseRefList.baseRef[0].name)
        urls = self.caller.service.getDataCenterUrls(account="1234567_SB1").body
        domain = urls.getDataCenterUrlsResult.dataCenterUrls.webservicesDomain
        self.assertEqual(domain, "https://1234567-sb1.suitetalk.api.netsuite.com")
        governance = self.caller("getAccountGovernanceInfo").getAccountGovernanceInfoResult
        self.assertEqual(governance.accountConcurrencyLimit, 5)
        order = next(iter(self.books.orders))
        self.books.delete("salesOrder", order)
        deleted = {"type": {"operator": "anyOf", "searchValue": ["salesOrder"]}}
        answer = self.caller("getDeleted", getDeletedFilter=deleted, pageIndex=1).getDeletedResult
        self.assertEqual(answer.deletedRecordList.deletedRecord[0].record.internalId, order)


@tagged("post_install", "-at_install")
class TestSearches(SimulatorCase):
    orders = 12

    def ids(self, result):
        records = result.recordList.record if result.recordList else []
        return [one.internalId for one in records]

    def test_filters(self):
        order = self.books.add_order(
            [("MUG-BLU", 4), ("KETTLE-15", 1)],
            other_ref_num="PO-77",
            external_id="Shop-1",
            location="3",
            custom={"custbody_signature_required": True},
        )
        fulfilled = self.books.fulfil_by_hand(order.id, {1: 2}, "packed")
        window = [order.modified - timedelta(seconds=5), order.modified + timedelta(seconds=5)]
        caller = self.caller
        tick = caller.new(
            "core",
            "SearchBooleanCustomField",
            scriptId="custbody_signature_required",
            searchValue=True,
        )
        for expected, filters in (
            (True, {"internalId": [caller.ref(order.id)]}),
            (True, {"externalId": [caller.ref(externalId="SHOP-1", type="salesOrder")]}),
            (True, {"externalIdString": {"operator": "is", "searchValue": "shop-1"}}),
            (True, {"tranId": {"operator": "is", "searchValue": order.tran_id}}),
            (True, {"otherRefNum": {"operator": "equalTo", "searchValue": "PO-77"}}),
            (True, {"location": [caller.ref("3")], "entity": [caller.ref(order.entity)]}),
            (False, {"location": [caller.ref("2")]}),
            (True, {"status": ["_salesOrderPendingFulfillment"]}),
            (False, {"status": ["_salesOrderPartiallyFulfilled"]}),
            (True, {"internalIdNumber": {"operator": "greaterThan", "searchValue": 1000}}),
            (
                True,
                {
                    "lastModifiedDate": {
                        "operator": "within",
                        "searchValue": window[0],
                        "searchValue2": window[1],
                    }
                },
            ),
            (False, {"lastModifiedDate": {"operator": "after", "searchValue": window[1]}}),
            (True, {"tranDate": {"operator": "onOrAfter", "searchValue": order.created}}),
            (True, {"customFieldList": {"customField": [tick]}}),
        ):
            with self.subTest(str(filters)[:120]):
                found = caller.search(caller.basic("_salesOrder", **filters), pageSize=1000)
                self.assertEqual(order.id in self.ids(found), expected)
        basic = caller.basic("_itemFulfillment", createdFrom=[caller.ref(order.id)])
        self.assertEqual(self.ids(caller.search(basic, bodyFieldsOnly=False)), [fulfilled.id])

    def test_body_fields_only_is_the_default(self):
        order = self.books.add_order([("MUG-BLU", 1)])
        basic = self.caller.basic("_salesOrder", internalId=[self.caller.ref(order.id)])
        [record] = self.caller.search(basic).recordList.record
        self.assertIsNone(record.itemList)
        self.assertTrue(record.shippingAddress.addr1)
        [record] = self.caller.search(basic, bodyFieldsOnly=False).recordList.record
        self.assertEqual(record.itemList.item[0].quantity, 1)

    def test_rows_of_columns(self):
        order = self.books.add_order([("MUG-BLU", 4), ("TEA-GREEN", 1)], memo="x")
        wanted = {"internalId": [self.caller.ref(order.id)]}
        columns = ("internalId", "status", "item", "quantity", "tranId", "unit")
        basic = self.caller.basic("_salesOrder", **wanted)
        [row] = self.caller.search(self.caller.advanced(basic, *columns)).searchRowList.searchRow
        self.assertEqual(row.basic.internalId[0].searchValue.internalId, order.id)
        self.assertEqual(row.basic.status[0].searchValue, "pendingFulfillment")
        self.assertEqual(row.basic.item, [])
        basic = self.caller.basic("_salesOrder", main_line=None, **wanted)
        rows = self.caller.search(self.caller.advanced(basic, *columns)).searchRowList.searchRow
        quantities = [one.basic.quantity[0].searchValue for one in rows if one.basic.quantity]
        self.assertEqual(quantities, [4, 1])
        self.assertEqual(len(rows), 3)

    def test_saved_searches_and_preferences(self):
        caller = self.caller
        rows = caller.search(caller.advanced(savedSearchId="customsearch_to_ship"))
        self.assertTrue(rows.searchRowList.searchRow[0].basic.tranId[0].searchValue)
        records = caller.search(caller.advanced(savedSearchId="42"), returnSearchColumns=False)
        self.assertTrue(all(one.location.internalId == "2" for one in records.recordList.record))
        self.assertCode("SSS_INVALID_SRCH_ID", caller.search(caller.advanced(savedSearchId="7")))
        basic = caller.basic("_salesOrder")
        self.assertCode("INVALID_SEARCH_PREF", caller.search(caller.advanced(basic)))
        answer = caller.search(caller.advanced(basic, "tranId"), returnSearchColumns=False)
        self.assertCode("INVALID_SEARCH_PREF", answer)
        for size in (4, 1001):
            self.assertCode("INVALID_SEARCH_PAGE_SIZE", caller.search(basic, pageSize=size))

    def test_pages_run_the_search_again_and_expire(self):
        caller = self.caller
        basic = caller.basic("_salesOrder", status=["_salesOrderPendingFulfillment"])
        first = caller.search(basic, pageSize=5)
        self.books.cancel(self.ids(first)[0])
        second = caller.more(first.searchId, 2)
        self.assertEqual(second.totalRecords, first.totalRecords - 1)
        third = [one.id for one in self.books.orders.values()]
        self.assertLess(set(self.ids(first) + self.ids(second)), set(third))
        self.books.clock.advance(minutes=16)
        self.assertCode("INVALID_JOB_ID", caller.more(first.searchId, 2))

    def test_unverified_repetition_of_lines(self):
        order = self.books.add_order([("MUG-BLU", 1), ("MUG-RED", 1)])
        self.books.settings.unverified.basic_search_repeats_lines = True
        wanted = [self.caller.ref(order.id)]
        basic = self.caller.basic("_salesOrder", main_line=None, internalId=wanted)
        self.assertEqual(self.ids(self.caller.search(basic)), [order.id] * 3)


@tagged("post_install", "-at_install")
class TestPermissions(SimulatorCase):
    def test_the_usual_role_sees_no_invoices_locations_and_customers(self):
        invoice = self.books.add_invoice([("MUG-BLU", 1)])
        caller = self.caller
        answer = caller.get("invoice", invoice.id)
        self.assertCode("INSUFFICIENT_PERMISSION", answer)
        self.assertIn("'Transactions -> Invoice'", answer.status.statusDetail[0].message)
        self.assertCode("INSUFFICIENT_PERMISSION", caller.search(caller.basic("_invoice")))
        basic = caller.new("common", "LocationSearchBasic")
        self.assertCode("INSUFFICIENT_PERMISSION", caller.search(basic))
        self.books.role.grant(LOCATIONS, INVOICE)
        self.assertCode("", caller.get("invoice", invoice.id))
        self.assertEqual(caller.search(basic).totalRecords, 3)

    def test_unverified_forms_of_a_missing_permission(self):
        self.books.settings.unverified.unpermitted_types_hidden = True
        self.books.add_invoice([("MUG-BLU", 1)])
        found = self.caller.search(self.caller.basic("_invoice"))
        self.assertEqual(found.totalRecords, 0)
        self.assertCode("RCRD_DSNT_EXIST", self.caller.get("invoice", "1"))
        self.books.settings.unverified.unpermitted_types_hidden = False
        self.books.settings.unverified.permission_as_fault = True
        self.assertFault("INSUFFICIENT_PERMISSION", self.caller.get, "invoice", "1")

    def test_other_subsidiaries_are_hidden_silently(self):
        order = self.books.add_order([("MUG-BLU", 1)], subsidiary="2")
        self.books.role.subsidiaries = {"1"}
        self.assertCode("RCRD_DSNT_EXIST", self.caller.get("salesOrder", order.id))

    def test_features_and_scripts(self):
        self.assertFault(
            "INSUFFICIENT_PERMISSION",
            self.caller.write,
            "update",
            self.caller.fulfillment(internalId="1"),
            runServerSuiteScriptAndTriggerWorkflows=True,
        )
        self.books.role.levels["SOAP Web Services"] = 1
        self.assertFault("WS_PERMISSION_REQD", self.caller, "getServerTime")
        self.books.settings.features.soap_web_services = False
        self.assertFault("WS_FEATURE_REQD", self.caller, "getServerTime")


@tagged("post_install", "-at_install")
class TestLogin(SimulatorCase):
    def refused(self, detail, **changes):
        passport = self.caller.passport(**changes)
        fault = self.assertFault(
            "INVALID_LOGIN_CREDENTIALS", self.caller, "getServerTime", passport=passport
        )
        self.assertEqual(self.simulator.login.audit[-1]["detail"], detail)
        self.simulator.login.unlock()
        return fault

    def test_wrong_passports(self):
        now = int(time.time())
        self.refused("account_unknown", account="1234567_sb1")
        self.refused("consumer_key_unknown", consumerKey="0" * 64)
        self.refused("token_rejected", token="0" * 64)
        self.refused("InvalidSignature", secret="0" * 64)
        self.refused("UnknownAlgorithm", algorithm="HMAC-SHA1")
        self.refused("InvalidTimestamp", timestamp=now - 360)
        self.refused("InvalidTimestamp", timestamp=now + 360)
        self.refused("InvalidNonce", nonce="abc")
        self.books.role.revoke("User Access Tokens")
        self.refused("permission_denied")

    def test_a_passport_is_good_once(self):
        passport = self.caller.passport()
        self.caller("getServerTime", passport=passport)
        self.assertFault(
            "INVALID_LOGIN_CREDENTIALS", self.caller, "getServerTime", passport=passport
        )
        self.assertEqual(self.simulator.login.audit[-1]["detail"], "NonceUsed")

    def test_five_failures_lock_for_thirty_minutes(self):
        for _attempt in range(5):
            passport = self.caller.passport(secret="wrong")
            self.assertFault(
                "INVALID_LOGIN_CREDENTIALS", self.caller, "getServerTime", passport=passport
            )
        self.assertFault("ACCT_TEMP_UNAVAILABLE", self.caller, "getServerTime")
        self.books.clock.advance(minutes=31)
        self.assertTrue(self.caller("getServerTime").getServerTimeResult.status.isSuccess)

    def test_ambiguous_authentication(self):
        fault = self.assertFault(
            "", self.caller, "getServerTime", headers={"applicationInfo": {"applicationId": "1"}}
        )
        self.assertEqual(fault.message, "Ambiguous authentication")
        self.caller.transport.session.cookies.set_policy(DefaultCookiePolicy())
        self.caller("getServerTime")
        self.assertFault("", self.caller, "getServerTime")

    def test_no_login_at_all(self):
        with self.assertRaises(Fault) as caught:
            self.caller.service.getServerTime()
        self.assertEqual(fault_code(caught.exception), "WS_LOG_IN_REQD")


@tagged("post_install", "-at_install")
class TestStrictness(SimulatorCase):
    def post(self, body, version="2025_2", **headers):
        headers = {"Content-Type": "text/xml", "SOAPAction": '"getServerTime"'} | headers
        url = f"{self.simulator.url}/services/NetSuitePort_{version}"
        return requests.post(url, data=body, headers=headers, timeout=30)

    def resent(self, change, record=None):
        """Send a good call again after a change of its text, with a new login."""
        record = record or self.caller.basic("_salesOrder")
        transport = self.caller.transport
        original, transport.checks = Recorder.post, False
        try:
            Recorder.post = lambda self, address, message, headers: original(
                self, address, change(message), headers
            )
            return self.caller.search(record, pageSize=10)
        finally:
            Recorder.post = original

    def test_unknown_elements_and_wrong_order(self):
        def unknown(message):
            return re.sub(rb"(<ns\d+:mainLine)", rb"\1Only", message).replace(
                b":mainLine>", b":mainLineOnly>"
            )

        def swapped(message):
            parts = re.search(rb"(<ns\d+:mainLine.*?</ns\d+:mainLine>)(.*?</ns\d+:type>)", message)
            return message.replace(parts[0], parts[2] + parts[1])

        for change, words in ((unknown, "Invalid element"), (swapped, "out of order")):
            fault = self.assertFault("", self.resent, change)
            self.assertIn(words, fault.message)

    def test_preferences_belong_to_other_operations(self):
        fault = self.assertFault(
            "",
            self.resent,
            lambda message: message.replace(b"searchPreferences", b"preferences"),
        )
        self.assertIn("not bound", fault.message)

    def test_versions_must_agree_and_be_supported(self):
        body = self.caller.transport
        self.caller("getServerTime")
        answer = self.post(body.sent, version="2024_1")
        self.assertIn(b"INVALID_WS_VERSION", answer.content)
        answer = self.post(body.sent, version="2019_1")
        self.assertIn(b"UNSUPPORTED_WS_VERSION", answer.content)
        schemas.validate_envelope(answer.content)

    def test_no_xml_no_action_and_dtd(self):
        self.assertIn(b"SAXException", self.post(b"not xml").content)
        bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
        self.assertIn(b"document type", self.post(bomb).content)
        self.assertIn(b"no SOAPAction", self.post(b"<a/>", SOAPAction=None).content)
        self.assertEqual(requests.get(f"{self.simulator.url}/wsdl/x", timeout=30).status_code, 404)
