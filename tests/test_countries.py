import re

from odoo.tests import BaseCase, tagged

from ..netsuite.countries import iso_code
from .schemas import WSDL
from .soap_case import needs_netsuite_files


@tagged("post_install", "-at_install")
class TestCountries(BaseCase):
    def test_words(self):
        for word, code in {
            "_unitedStates": "US",
            "_coteDIvoire": "CI",
            "_cocosKeelingIslands": "CC",
            "_virginIslandsUS": "VI",
            "_koreaTheDemocraticPeoplesRepublicOf": "KP",
            "_congoTheDemocraticRepublicOfThe": "CD",
            "_alandIslands": "AX",
            "_kosovo": "XK",
            "_canaryIslands": "ES",
            "_unitedKingdomGB": "GB",
            "_turkey": "TR",
            "GB": "GB",
            "_atlantis": "",
            "_": "",
            "": "",
        }.items():
            with self.subTest(word):
                self.assertEqual(iso_code(word), code)

    @needs_netsuite_files
    def test_every_word_of_the_schema(self):
        text = (WSDL.parent / "xsd" / "platform.commonTypes.xsd").read_text()
        start = text.index('name="Country"')
        words = re.findall(r'value="(\w+)"', text[start : text.index("</simpleType>", start)])
        self.assertEqual(len(words), 252)
        codes = {word: iso_code(word) for word in words}
        self.assertEqual([word for word, code in codes.items() if not code], [])
        # Two parts of Spain have no code of their own.
        self.assertEqual(len(set(codes.values())), 250)
