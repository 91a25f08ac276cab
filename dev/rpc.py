"""Odoo from outside, as any other program may use it: XML-RPC."""

import re
import xmlrpc.client

from .report import Stop

BROKE, ACCESS_ERROR = 1, 4
# The database was cut off, whatever came of that; or others have its rows.
CUT = re.compile(
    r"psycopg2\.(errors\.AdminShutdown|(Operational|Interface|Database)Error)"
    r"|odoo\.sql_db\.PoolError|ValueError: (Operational|Interface|Database)Error\("
)
DATABASE = re.compile(r"psycopg2\.")
NOTHING = "cannot marshal None"  # the method has done its work and has nothing to say


class NotAllowed(Stop):
    """The user has no right to do this."""


class Broke(Stop):
    """Odoo did not refuse: its code ended in an exception that nobody has foreseen."""


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
            raise _error(fault, f"{model}.{method}") from fault

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


def _error(fault, name):
    lines = fault.faultString.strip().splitlines()
    if fault.faultCode == ACCESS_ERROR:
        return NotAllowed(f"No right to {name}: {lines[0]}")
    if fault.faultCode == BROKE and not _is_of_database(_raised(lines)):
        return Broke(f"Odoo broke in {name}: {' / '.join(line.strip() for line in lines[-6:])}")
    return Stop(f"Odoo refuses {name}: {lines[-1]}")


def _is_of_database(raised):
    return any(map(CUT.match, raised)) or bool(DATABASE.match(raised[-1]))


def _raised(lines):
    """What was raised, the last thing last: the first line after each traceback that is not
    indented."""
    starts = [n for n, line in enumerate(lines) if line.startswith("Traceback ")]
    return [
        next((line for line in lines[start + 1 :] if line[:1].strip()), "") for start in starts
    ] or [""]
