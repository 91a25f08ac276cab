"""Odoo from outside, as any other program may use it: XML-RPC."""

import xmlrpc.client

from .report import Stop

ACCESS_ERROR = 4
NOTHING = "cannot marshal None"  # the method has done its work and has nothing to say


class NotAllowed(Stop):
    """The user has no right to do this."""


class Session:
    """The models of one database, as one user sees them."""

    def __init__(self, url, database, login, password):
        self._database = database
        self._password = password
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common", allow_none=True)
        self._user = common.authenticate(database, login, password, {})
        if not self._user:
            raise Stop(f"Odoo refuses the login {login} on {database}.")
        self._models = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object", allow_none=True)

    def call(self, model, method, *arguments, **named):
        try:
            return self._models.execute_kw(
                self._database, self._user, self._password, model, method, arguments, named
            )
        except xmlrpc.client.Fault as fault:
            if NOTHING in fault.faultString:
                return None
            lines = fault.faultString.strip().splitlines()
            if fault.faultCode == ACCESS_ERROR:
                raise NotAllowed(f"No right to {model}.{method}: {lines[0]}") from fault
            raise Stop(f"Odoo refuses {model}.{method}: {lines[-1]}") from fault

    def read(self, model, domain, fields, **named):
        return self.call(model, "search_read", domain, fields, **named)

    def create(self, model, values, **named):
        return self.call(model, "create", values, **named)

    def xml_id(self, name):
        module, _dot, identifier = name.partition(".")
        found = self.read(
            "ir.model.data", [("module", "=", module), ("name", "=", identifier)], ["res_id"]
        )
        if not found:
            raise Stop(f"Odoo has no record {name}.")
        return found[0]["res_id"]
