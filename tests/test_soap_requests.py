"""What the client sends: conforming to NetSuite's schemas, and meaning what it should."""

from dataclasses import replace
from datetime import UTC, date, datetime

from lxml import etree
from odoo.tests import tagged

from ..netsuite.errors import OtherShipGroup
from ..netsuite.records import (
    INVOICE,
    ITEM_FULFILLMENT,
    SALES_ORDER,
    Assignment,
    Fulfillment,
    FulfillmentLine,
    Package,
    Query,
    Ref,
)
from .schemas import validate_envelope
from .soap_case import SoapCase, needs_netsuite_files
from .soap_stub import (
    CREDENTIALS,
    OK,
    envelope,
    failed,
    list_answer,
    row,
    search_answer,
    update_list_answer,
    write_answer,
)

EMPTY_SEARCH = search_answer(total=0, pages=0)
FULFILLMENT = Fulfillment(
    "1505",
    external_id="odoo-1a2b3c4d-pick-12",
    ship_status="packed",
    lines=(
        FulfillmentLine(
            "1",
            quantity=2.0,
            location=Ref("6"),
            assignments=(Assignment(Ref("143"), 1.0, Ref("9")), Assignment(Ref("144"), 1.0)),
        ),
        FulfillmentLine("4", quantity=1.0, serial_numbers="A1 A2"),
        FulfillmentLine("7", False, quantity=0.0),
    ),
    packages=(Package("1Z1", 1.5, "box"), Package("1Z2", 2.5)),
    memo="WH/OUT/00012",
    ship_method=Ref("88"),
    shipping_cost=12.5,
    custom_fields={
        "custbody_text": "x",
        "custbody_tick": False,
        "custbody_whole": 3,
        "custbody_part": 2.5,
        "custbody_time": datetime(2026, 1, 5, 8, tzinfo=UTC),
        "custbody_entry": Ref("5"),
        "custbody_entries": (Ref("5"), Ref("6")),
        "custbody_none": "",
    },
)


def tree(request):
    """The request's body without namespaces: lists of name, attributes, and text or children."""
    root = etree.fromstring(request.body)

    def plain(element):
        inner = [plain(child) for child in element] or element.text
        attributes = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
        return [element.tag.rpartition("}")[2], attributes, inner]

    return plain(root[-1][0])


def child(parent, *names):
    """The child at a path of names."""
    for name in names:
        parent = next(one for one in parent[2] if one[0] == name)
    return parent


@tagged("post_install", "-at_install")
class TestRequests(SoapCase):
    def sent(self, call, answer):
        self.stub.answer(answer)
        call()
        return tree(self.stub.asked[0])

    @needs_netsuite_files
    def test_all_conform_to_the_schemas(self):
        answers = {
            "server_time": envelope(
                f"<getServerTimeResponse><c:getServerTimeResult>{OK}<c:serverTime>"
                "2026-01-05T08:15:00Z</c:serverTime></c:getServerTimeResult>"
                "</getServerTimeResponse>"
            ),
            "find": search_answer(row("1"), rows=True),
            "read": list_answer((OK, '<record internalId="1" xsi:type="s:SalesOrder"/>')),
            "units": list_answer((OK, '<record internalId="1" xsi:type="a:UnitsType"/>')),
            "choices": envelope(
                f"<getSelectValueResponse><c:getSelectValueResult>{OK}</c:getSelectValueResult>"
                "</getSelectValueResponse>"
            ),
            "deleted": envelope(
                f"<getDeletedResponse><c:getDeletedResult>{OK}</c:getDeletedResult>"
                "</getDeletedResponse>"
            ),
            "proposal": envelope(
                f"<initializeResponse><readResponse>{OK}<record xsi:type='s:ItemFulfillment'>"
                "<s:itemList><s:item><s:orderLine>1</s:orderLine></s:item></s:itemList></record>"
                "</readResponse></initializeResponse>"
            ),
            "create_fulfillment": write_answer("add"),
            "update_fulfillment": write_answer("update"),
            "update_invoice": write_answer("update"),
        }
        moment, day = datetime(2026, 1, 5, 8, tzinfo=UTC), date(2026, 1, 5)
        everything = Query(
            SALES_ORDER,
            statuses=("_salesOrderPendingFulfillment",),
            modified_from=moment,
            modified_to=moment,
            internal_ids=("1",),
            tran_ids=("SO1",),
            created_from=("5",),
            date_from=day,
            date_to=day,
            locations=("1",),
            subsidiaries=("1",),
            classes=("1",),
            departments=("1",),
            saved_search="17",
        )
        calls = [
            ("server_time",),
            *(("find", Query(type)) for type in (SALES_ORDER, INVOICE, ITEM_FULFILLMENT)),
            ("find", everything),
            ("read", SALES_ORDER, ["1", "2"]),
            ("items", ["1", "2"]),
            ("fulfillments", ["1", "2"]),
            ("inventory_numbers", "5", ["LOT1"]),
            ("inventory_numbers", "5", [f"LOT{number}" for number in range(30)]),
            ("units", ["1"]),
            ("choices", "location"),
            ("deleted", SALES_ORDER, moment),
            ("proposal", "1505"),
            ("proposal", "1505", "2"),
            ("create_fulfillment", FULFILLMENT),
            ("create_fulfillment", replace(FULFILLMENT, ship_group="2")),
            ("update_fulfillment", FULFILLMENT),
        ]
        for name, *arguments in calls:
            self.check_conforming(answers.get(name, EMPTY_SEARCH), name, *arguments)
        more = search_answer(row("1"), rows=True, more=True)
        self.check_conforming(more, "find", everything, "0|2|1000|WEBSERVICES_1")
        for kind in ("generic", "ups", "usps", "fedex"):
            one = Fulfillment("5", "77", packages=FULFILLMENT.packages, package_kind=kind)
            self.check_conforming(write_answer("update"), "update_fulfillment", one)
        self.stub.answer(write_answer("update"))
        self.client.update_invoice("9", tracking_numbers="1Z", memo="", custom_fields={"c": "x"})
        validate_envelope(self.stub.asked[0].body)
        for type in (SALES_ORDER, INVOICE, ITEM_FULFILLMENT):
            self.stub.answer(update_list_answer(OK, failed("RCRD_LOCKED_BY_WF")))
            texts = {"9": "Imported", "10": ""}
            answers = dict(self.client.write_text(type, "custbody_odoo_status", texts))
            validate_envelope(self.stub.asked[0].body)
            self.assertIsNone(answers["9"])
            self.assertEqual(answers["10"].code, "RCRD_LOCKED_BY_WF")

    def check_conforming(self, answer, name, *arguments):
        with self.subTest(name, arguments=arguments):
            self.stub.answer(answer)
            getattr(self.client, name)(*arguments)
            for request in self.stub.asked:
                validate_envelope(request.body)

    @needs_netsuite_files
    def test_upsert_conforms(self):
        record = self.client.service.make("sales:ItemFulfillment", externalId="odoo-1", memo="x")
        self.stub.answer(write_answer("upsert"))
        self.assertEqual(self.client.service.upsert(record).internal_id, "77")
        validate_envelope(self.stub.asked[0].body)
        self.assertEqual(self.stub.asked[0].headers["SOAPAction"], '"upsert"')

    def test_every_request_is_signed_anew(self):
        self.stub.answer(EMPTY_SEARCH)
        for _number in range(3):
            self.client.items(["1"])
        nonces = {request.values("nonce")[0] for request in self.stub.asked}
        self.assertEqual(len(nonces), 3)
        for request in self.stub.asked:
            (account,) = request.values("account")
            passport = CREDENTIALS.passport(
                account, request.values("nonce")[0], int(request.values("timestamp")[0])
            )
            self.assertEqual(account, "1234567_SB1")
            self.assertEqual(request.values("signature"), [passport.signature])
            self.assertEqual(request.values("token"), ["tid"])

    def test_http(self):
        """The right address; no cookie, even when one was set; no secret in the request."""
        self.stub.answer((200, EMPTY_SEARCH, {"Set-Cookie": "JSESSIONID=1; Path=/"}))
        self.client.items(["1"])
        self.client.items(["1"])
        for request in self.stub.asked:
            self.assertEqual(request.path, "/services/NetSuitePort_2023_2")
            self.assertEqual(request.headers["Content-Type"], "text/xml; charset=utf-8")
            self.assertEqual(request.headers["SOAPAction"], '"search"')
            self.assertNotIn("Cookie", request.headers)
            self.assertNotIn("Authorization", request.headers)
            for secret in (b"csecret", b"tsecret"):
                self.assertNotIn(secret, request.body)

    # -- searching -----------------------------------------------------------------------------

    def test_search_for_changes(self):
        query = Query(
            SALES_ORDER,
            statuses=("_salesOrderPendingFulfillment", "_salesOrderPartiallyFulfilled"),
            modified_from=datetime(2026, 1, 5, 8, tzinfo=UTC),
            modified_to=datetime(2026, 1, 5, 9, tzinfo=UTC),
        )
        sent = self.sent(lambda: self.client.find(query), search_answer(rows=True))
        basic = child(sent, "searchRecord", "criteria", "basic")
        self.assertEqual(
            basic[2],
            [
                [
                    "lastModifiedDate",
                    {"operator": "within"},
                    [
                        ["searchValue", {}, "2026-01-05T08:00:00Z"],
                        ["searchValue2", {}, "2026-01-05T09:00:00Z"],
                    ],
                ],
                ["mainLine", {}, [["searchValue", {}, "true"]]],
                [
                    "status",
                    {"operator": "anyOf"},
                    [
                        ["searchValue", {}, "_salesOrderPendingFulfillment"],
                        ["searchValue", {}, "_salesOrderPartiallyFulfilled"],
                    ],
                ],
                ["type", {"operator": "anyOf"}, [["searchValue", {}, "_salesOrder"]]],
            ],
        )
        columns = child(sent, "searchRecord", "columns", "basic")
        self.assertEqual(
            columns[2],
            [[name, {}, None] for name in ("internalId", "lastModifiedDate", "status", "tranId")],
        )
        request = self.stub.asked[0]
        self.assertEqual(request.values("returnSearchColumns"), ["true"])
        self.assertEqual(request.values("pageSize"), ["1000"])

    def test_search_for_other_statuses(self):
        query = Query(INVOICE, statuses=("_invoiceOpen",), other_statuses=True)
        sent = self.sent(lambda: self.client.find(query), search_answer(rows=True))
        status = child(sent, "searchRecord", "criteria", "basic", "status")
        self.assertEqual(
            status[1:], [{"operator": "noneOf"}, [["searchValue", {}, "_invoiceOpen"]]]
        )

    def test_one_sided_windows(self):
        moment = datetime(2026, 1, 5, 8, tzinfo=UTC)
        for bounds, operator in (
            ({"modified_from": moment}, "onOrAfter"),
            ({"modified_to": moment}, "onOrBefore"),
        ):
            query = Query(SALES_ORDER, **bounds)
            sent = self.sent(lambda query=query: self.client.find(query), search_answer(rows=True))
            window = child(sent, "searchRecord", "criteria", "basic", "lastModifiedDate")
            self.assertEqual(
                window[1:], [{"operator": operator}, [["searchValue", {}, "2026-01-05T08:00:00Z"]]]
            )

    def test_saved_search(self):
        query = Query(SALES_ORDER, saved_search="17")
        sent = self.sent(lambda: self.client.find(query), search_answer(rows=True))
        record = child(sent, "searchRecord")
        self.assertEqual(record[1]["savedSearchId"], "17")
        self.assertTrue(child(record, "columns", "basic", "internalId"))

    def test_whole_records(self):
        """Sublists are only sent when bodyFieldsOnly is false [facts 0.13]."""
        for call in (
            lambda: self.client.items(["1"]),
            lambda: self.client.fulfillments(["1"]),
        ):
            self.sent(call, EMPTY_SEARCH)
            self.assertEqual(self.stub.asked[0].values("bodyFieldsOnly"), ["false"])

    def test_many_ids_are_cut(self):
        """A filter takes at most 1,000 values [facts 3.3]."""
        self.stub.answer(EMPTY_SEARCH)
        self.client.items([str(number) for number in range(2500)])
        self.assertEqual(
            [request.body.count(b"searchValue ") for request in self.stub.asked], [1000, 1000, 500]
        )
        self.stub.answer(EMPTY_SEARCH)
        self.client.items([])
        self.assertEqual(self.stub.asked, [])

    # -- writing -------------------------------------------------------------------------------

    def test_create_fulfillment(self):
        sent = self.sent(lambda: self.client.create_fulfillment(FULFILLMENT), write_answer("add"))
        record = child(sent, "record")
        self.assertEqual(
            record[1], {"externalId": "odoo-1a2b3c4d-pick-12", "type": record[1]["type"]}
        )
        values = {name: inner for name, _attributes, inner in record[2]}
        self.assertEqual(
            child(record, "createdFrom")[1], {"internalId": "1505", "type": "salesOrder"}
        )
        self.assertEqual(values["shipStatus"], "_packed")
        self.assertEqual(values["memo"], "WH/OUT/00012")
        self.assertEqual(values["shippingCost"], "12.5")
        self.assertEqual(values["generateIntegratedShipperLabel"], "false")
        self.assertEqual(child(record, "shipMethod")[1], {"internalId": "88"})
        self.assertEqual(child(record, "packageList")[1], {"replaceAll": "true"})
        self.assertEqual(
            values["packageList"],
            [
                [
                    "package",
                    {},
                    [
                        ["packageWeight", {}, "1.5"],
                        ["packageDescr", {}, "box"],
                        ["packageTrackingNumber", {}, "1Z1"],
                    ],
                ],
                [
                    "package",
                    {},
                    [["packageWeight", {}, "2.5"], ["packageTrackingNumber", {}, "1Z2"]],
                ],
            ],
        )
        self.assertEqual(self.stub.asked[0].values("ignoreReadOnlyFields"), ["true"])
        self.assertNotIn("nullFieldList", values)

    def test_every_line_is_sent(self):
        sent = self.sent(lambda: self.client.create_fulfillment(FULFILLMENT), write_answer("add"))
        items = child(sent, "record", "itemList")
        self.assertEqual(items[1], {"replaceAll": "false"})
        first, second, third = (line[2] for line in items[2])
        self.assertEqual(
            first,
            [
                ["itemReceive", {}, "true"],
                ["location", {"internalId": "6"}, None],
                ["quantity", {}, "2.0"],
                [
                    "inventoryDetail",
                    {},
                    [
                        [
                            "inventoryAssignmentList",
                            {"replaceAll": "true"},
                            [
                                [
                                    "inventoryAssignment",
                                    {},
                                    [
                                        ["issueInventoryNumber", {"internalId": "143"}, None],
                                        ["binNumber", {"internalId": "9"}, None],
                                        ["quantity", {}, "1.0"],
                                    ],
                                ],
                                [
                                    "inventoryAssignment",
                                    {},
                                    [
                                        ["issueInventoryNumber", {"internalId": "144"}, None],
                                        ["quantity", {}, "1.0"],
                                    ],
                                ],
                            ],
                        ]
                    ],
                ],
                ["orderLine", {}, "1"],
            ],
        )
        self.assertIn(["serialNumbers", {}, "A1 A2"], second)
        self.assertEqual(
            third,
            [["itemReceive", {}, "false"], ["quantity", {}, "0.0"], ["orderLine", {}, "7"]],
        )

    def test_without_ship_status(self):
        """Accounts without Pick, Pack and Ship take none [facts 7.4]."""
        one = Fulfillment("1505", lines=(FulfillmentLine("1"),))
        sent = self.sent(lambda: self.client.create_fulfillment(one), write_answer("add"))
        names = [name for name, _attributes, _inner in child(sent, "record")[2]]
        self.assertEqual(names, ["createdFrom", "generateIntegratedShipperLabel", "itemList"])

    def test_custom_fields(self):
        sent = self.sent(
            lambda: self.client.update_fulfillment(FULFILLMENT), write_answer("update")
        )
        written = {
            attributes["scriptId"]: (attributes["type"].rpartition(":")[2], inner)
            for _name, attributes, inner in child(sent, "record", "customFieldList")[2]
        }
        entry = ["value", {"internalId": "5"}, None]
        self.assertEqual(
            written,
            {
                "custbody_text": ("StringCustomFieldRef", [["value", {}, "x"]]),
                "custbody_tick": ("BooleanCustomFieldRef", [["value", {}, "false"]]),
                "custbody_whole": ("LongCustomFieldRef", [["value", {}, "3"]]),
                "custbody_part": ("DoubleCustomFieldRef", [["value", {}, "2.5"]]),
                "custbody_time": ("DateCustomFieldRef", [["value", {}, "2026-01-05T08:00:00Z"]]),
                "custbody_entry": ("SelectCustomFieldRef", [entry]),
                "custbody_entries": (
                    "MultiSelectCustomFieldRef",
                    [entry, ["value", {"internalId": "6"}, None]],
                ),
            },
        )
        self.assertEqual(child(sent, "record", "nullFieldList")[2], [["name", {}, "custbody_none"]])

    def test_ship_group(self):
        answer = envelope(
            f"<initializeResponse><readResponse>{OK}<record xsi:type='s:ItemFulfillment'>"
            "<s:createdFromShipGroup>2</s:createdFromShipGroup><s:itemList><s:item>"
            "<s:orderLine>1</s:orderLine></s:item></s:itemList></record></readResponse>"
            "</initializeResponse>"
        )
        sent = self.sent(lambda: self.client.proposal("1505", "2"), answer)
        self.assertEqual(
            child(sent, "initializeRecord", "auxReference")[1],
            {"type": "shippingGroup", "internalId": "2"},
        )
        with self.assertRaisesRegex(OtherShipGroup, "ship group 3 .* ship group 2"):
            self.client.proposal("1505", "3")
        one = replace(FULFILLMENT, ship_group="2")
        sent = self.sent(lambda: self.client.create_fulfillment(one), write_answer("add"))
        self.assertEqual(child(sent, "record", "createdFromShipGroup")[2], "2")

    def test_update_sends_only_changes(self):
        one = Fulfillment("1505", "77", packages=(Package("9", 1.0),), package_kind="fedex")
        sent = self.sent(lambda: self.client.update_fulfillment(one), write_answer("update"))
        record = child(sent, "record")
        self.assertEqual(record[1]["internalId"], "77")
        self.assertEqual(
            record[2],
            [
                [
                    "packageFedExList",
                    {"replaceAll": "true"},
                    [
                        [
                            "packageFedEx",
                            {},
                            [
                                ["packageWeightFedEx", {}, "1.0"],
                                ["packageTrackingNumberFedEx", {}, "9"],
                            ],
                        ]
                    ],
                ]
            ],
        )

    def test_update_invoice(self):
        sent = self.sent(
            lambda: self.client.update_invoice("9", tracking_numbers="1Z 2Z", memo=""),
            write_answer("update"),
        )
        record = child(sent, "record")
        self.assertEqual(record[1]["internalId"], "9")
        self.assertEqual(
            record[2],
            [["nullFieldList", {}, [["name", {}, "memo"]]], ["trackingNumbers", {}, "1Z 2Z"]],
        )

    def test_characters_that_no_xml_can_hold(self):
        one = Fulfillment("5", "77", memo="a\x0bb & <c>")
        sent = self.sent(lambda: self.client.update_fulfillment(one), write_answer("update"))
        self.assertEqual(child(sent, "record", "memo")[2], "ab & <c>")
