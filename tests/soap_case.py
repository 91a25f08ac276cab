"""What the tests of the SOAP transport share."""

import os
import unittest
from contextlib import ExitStack

from odoo.tests import BaseCase

from . import schemas, soap_stub

# NetSuite's schemas and samples lie beside the repository; continuous integration must have them.
needs_netsuite_files = unittest.skipUnless(
    schemas.available() or os.environ.get("CI"), schemas.MISSING
)
SAMPLES = schemas.NETSUITE / "samples"


class SoapCase(BaseCase):
    """A stub of NetSuite, and a client of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stack = ExitStack()
        cls.addClassCleanup(stack.close)
        cls.stub = stack.enter_context(soap_stub.running())

    def setUp(self):
        super().setUp()
        self.client = self.new_client()

    def new_client(self, **values):
        client = soap_stub.client(self.stub, **values)
        self.addCleanup(client.close)
        return client
