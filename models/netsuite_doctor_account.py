import ipaddress
import re
import socket
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, models

from ..netsuite import reach
from ..netsuite.account import Account
from ..netsuite.errors import ConfigurationError, NetSuiteError
from .netsuite_backend_client import CONNECT_TIMEOUT
from .netsuite_doctor import AMBER, GREEN, RED, Check

GLUED_SANDBOX = re.compile(r"(\d+|TSTDRV\d+)((?:SB|RP)\d*)")
COMPANY = "Setup > Company > Company Information"
WAIT = 10  # seconds for an answer without login
NOTICEABLE = timedelta(minutes=1)


class NetSuiteBackend(models.Model):
    """The doctor's first room: account, address and clock, before anybody logs in."""

    _inherit = "netsuite.backend"

    @api.onchange("account_id")
    def _onchange_account_id(self):
        """Say what becomes of an id that was copied from an address."""
        typed = (self.account_id or "").strip()
        try:
            account_id = Account(typed).account_id
        except ConfigurationError:
            return None  # the constraint says what is wrong
        self.account_id = account_id
        if typed == account_id:
            return None
        return {
            "warning": {
                "type": "notification",
                "title": self.env._("Account ID"),
                "message": self.env._(
                    "%(typed)s became %(account)s: NetSuite writes account IDs in capitals and "
                    "with an underscore, and only in addresses in small letters with a hyphen. "
                    "See %(path)s.",
                    typed=typed,
                    account=account_id,
                    path=COMPANY,
                ),
            }
        }

    def _examine_reach(self):
        checks = [self._examine_account_id()]
        if checks[0].level == RED:
            return checks
        account = Account(self.account_id, self.service_url or "")
        checks.append(self._examine_host(urlsplit(account.suitetalk_url).hostname))
        if checks[1].level == RED:
            return checks
        return [*checks, self._examine_clock(account)]

    def _examine_account_id(self):
        title = self.env._("Account ID")
        try:
            account = Account(self.account_id or "", self.service_url or "")
        except ConfigurationError as error:
            return Check(RED, title, str(error), self.env._("See %s.", COMPANY))
        if glued := GLUED_SANDBOX.fullmatch(account.account_id):
            return Check(
                AMBER,
                title,
                self.env._("%s looks like a sandbox without its underscore.", account.account_id),
                self.env._(
                    "If it is one, enter %(account)s, as under %(path)s.",
                    account="_".join(glued.groups()),
                    path=COMPANY,
                ),
            )
        return Check(
            GREEN,
            title,
            self.env._("%s is the account of a sandbox.", account.account_id)
            if account.is_sandbox
            else self.env._("%s is a production account.", account.account_id),
        )

    def _examine_host(self, host):
        title = self.env._("Address")
        if is_loopback(host):
            return Check(
                GREEN,
                title,
                self.env._("%s is this machine: a simulator, not NetSuite.", self.service_url),
            )
        try:
            socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
        except OSError:
            return Check(
                RED,
                title,
                self.env._("There is no %s: the name is unknown.", host),
                self.env._(
                    "Compare the account ID with %s, and look whether this server can look up "
                    "other names.",
                    f"{COMPANY} > Company URLs",
                ),
            )
        return Check(GREEN, title, self.env._("%s is known.", host))

    def _examine_clock(self, account):
        title = self.env._("Clock")
        try:
            ahead = reach.clock_difference(account, (CONNECT_TIMEOUT, WAIT))
        except NetSuiteError as error:
            return self._trouble(RED, self.env._("Connection"), error)
        if ahead is None:
            return Check(AMBER, title, self.env._("The answer does not say what time it is there."))
        if abs(ahead) <= NOTICEABLE:
            return Check(GREEN, title, self.env._("This server and NetSuite agree on the time."))
        minutes = round(abs(ahead).total_seconds() / 60)
        text = (
            self.env._("The clock of this server is %s minutes ahead of NetSuite's.", minutes)
            if ahead > timedelta()
            else self.env._("The clock of this server is %s minutes behind NetSuite's.", minutes)
        )
        level = RED if abs(ahead) >= reach.MAX_SKEW else AMBER
        return Check(
            level,
            title,
            text,
            self.env._(
                "Have the server set its clock by itself (NTP): beyond five minutes NetSuite "
                "refuses every login, and does not say why."
            ),
        )


def is_loopback(host):
    """Is this a name of the machine itself?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
