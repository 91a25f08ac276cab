"""Whoever looks after the connection: imports, runs the scheduled actions, tests when it is off."""

from simulator import demo

BACKEND = "netsuite.backend"
LOGINS = {
    "soap": {"token_id": demo.TOKEN_ID, "token_secret": demo.TOKEN_SECRET},
    "rest": {"token_id": demo.REST_TOKEN_ID, "token_secret": demo.REST_TOKEN_SECRET},
}
ACTIONS = ("ir_cron_import", "ir_cron_writeback", "ir_cron_reconcile")


class Administrator:
    def __init__(self, session, ledger, weather=None):
        self._odoo = session
        self._ledger = ledger
        self.weather = weather

    def connect(self, url, plan):
        """A backend for each kind of document, all of one account."""
        for kind, transport in plan.transports.items():
            backend = self._odoo.create(
                BACKEND,
                {
                    "name": f"Chaos: {kind}",
                    "account_id": demo.ACCOUNT_ID,
                    "service_url": url,
                    "api": transport,
                    "consumer_key": demo.CONSUMER_KEY,
                    "consumer_secret": demo.CONSUMER_SECRET,
                    **LOGINS[transport],
                    "import_type": kind,
                    "connection_limit": plan.connections,
                    "request_log": "all",
                },
            )
            self._odoo.call(BACKEND, "action_test_connection", [backend])

    def work(self, chance):
        """Test what is not connected, unless the tokens are known to be blocked; else import."""
        if not self.weather.logins_refused and self.reconnect():
            return
        name = chance.choice(("ir_cron_import", *ACTIONS))
        self.run(name)

    def run(self, name):
        action = self._odoo.xml_id(f"connector_netsuite.{name}")
        self._odoo.call("ir.cron", "method_direct_trigger", [action])
        self._ledger.note(f"administrator: {name}")

    def reconnect(self):
        """Test the backends that are not connected, until NetSuite refuses one; returns them."""
        off = self._odoo.call(BACKEND, "search", [("state", "=", "draft")])
        for backend in off:
            with self._ledger.testing():
                answer = self._odoo.call(BACKEND, "action_test_connection", [backend])
            self._ledger.note("administrator: test connection")
            if answer["params"]["type"] != "success":
                break
        return off

    def press(self, model, method, domain):
        """Press a button on each row that the domain finds."""
        for row in self._odoo.call(model, "search", domain):
            self._odoo.call(model, method, [row])
            self._ledger.note(f"administrator: {method}", f"{model} {row}")
