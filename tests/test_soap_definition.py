from lxml import etree
from odoo.tests import BaseCase, tagged

from ..netsuite.errors import ConfigurationError
from ..netsuite.soap import definition as definition_module
from ..netsuite.soap.definition import clean, definition
from .schemas import WSDL
from .soap_case import needs_netsuite_files

XS = "{http://www.w3.org/2001/XMLSchema}"
OURS = definition_module._WSDL
# Our file for each of NetSuite's.
FILES = {
    "messages.xsd": "platform.messages.xsd",
    "core.xsd": "platform.core.xsd",
    "coreTypes.xsd": "platform.coreTypes.xsd",
    "common.xsd": "platform.common.xsd",
    "sales.xsd": "transactions.sales.xsd",
    "saleTypes.xsd": "transactions.saleTypes.xsd",
}


def types(path):
    """The named types and elements of a schema."""
    root = etree.parse(str(path)).getroot()
    return root, {
        (child.tag, child.get("name")): child for child in root if isinstance(child.tag, str)
    }


def shape(declared):
    """What matters of a type: base, elements and attributes in order, values."""
    base = next((one.get("base") for one in declared.iter(f"{XS}extension")), None)
    elements = [
        (one.get("name"), one.get("type"), one.get("maxOccurs", "1"))
        for one in declared.iter(f"{XS}element")
    ]
    attributes = [
        (one.get("name"), one.get("type"), one.get("use"))
        for one in declared.iter(f"{XS}attribute")
    ]
    values = [one.get("value") for one in declared.iter(f"{XS}enumeration")]
    return (declared.get("abstract"), base), elements, attributes, values


@tagged("post_install", "-at_install")
class TestDefinition(BaseCase):
    @needs_netsuite_files
    def test_agrees_with_the_schemas(self):
        """Types have NetSuite's names, bases and fields, and these NetSuite's types and order."""
        for ours, theirs in FILES.items():
            root, declared = types(OURS.parent / ours)
            their_root, known = types(WSDL.parent / "xsd" / theirs)
            self.assertEqual(
                root.get("targetNamespace").replace("2025_2", "2023_2"),
                their_root.get("targetNamespace"),
            )
            for key, one in declared.items():
                if key[0] == f"{XS}import":
                    continue
                with self.subTest(file=ours, type=key[1]):
                    self.assertIn(key, known)
                    head, *parts = shape(one)
                    their_head, *their_parts = shape(known[key])
                    self.assertEqual(head, their_head)
                    self.assertEqual(one.get("type"), known[key].get("type"))
                    for part, their_part in zip(parts, their_parts, strict=True):
                        # Only in another number: ours are some of theirs, in the same order.
                        self.assertEqual(part, [entry for entry in their_part if entry in part])

    @needs_netsuite_files
    def test_agrees_with_the_wsdl(self):
        def operations(path):
            found = {}
            binding = etree.parse(str(path)).getroot().find("{*}binding")
            for one in binding.iterfind("{*}operation"):
                parts = [header.get("part") for header in one.iterfind("{*}input/{*}header")]
                action = one.find("{http://schemas.xmlsoap.org/wsdl/soap/}operation")
                found[one.get("name")] = (action.get("soapAction"), parts)
            return found

        theirs = operations(WSDL)
        for name, (action, parts) in operations(OURS).items():
            with self.subTest(name):
                unused = {"applicationInfo", "partnerInfo"}
                self.assertEqual(action, theirs[name][0])
                self.assertLessEqual(set(parts), set(theirs[name][1]))
                self.assertLessEqual(set(theirs[name][1]) - set(parts), unused | {"preferences"})

    def test_versions(self):
        """Each version has its own namespaces, and is parsed once."""
        for version in ("2023_2", "2025_2"):
            self.assertIs(definition(version), definition(version))
            request = definition(version).envelope(
                "searchMoreWithId", {}, {"searchId": "x", "pageIndex": 2}
            )
            self.assertIn(f"urn:messages_{version}.platform.".encode(), request)

    def test_mistakes_are_found_before_sending(self):
        make = definition("2023_2").make
        with self.assertRaisesRegex(ConfigurationError, "ItemFulfillmentItem cannot be sent"):
            make("sales:ItemFulfillmentItem", line=1)
        with self.assertRaisesRegex(ConfigurationError, "cannot be written"):
            definition("2023_2").envelope("searchMoreWithId", {}, {"searchId": "x"})

    def test_clean(self):
        self.assertEqual(clean("a\x00b\x1fc\td\ne\ufffff\U0001f4e6"), "abc\td\nef\U0001f4e6")
