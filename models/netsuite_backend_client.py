from contextlib import suppress

from odoo import models

from ..netsuite.account import Account
from ..netsuite.credentials import TokenCredentials
from ..netsuite.oauth2 import ClientCredentials
from ..netsuite.rest import RestClient
from ..netsuite.soap import SoapClient

CONNECT_TIMEOUT = 10  # seconds
READ_TIMEOUT = 100  # seconds: below Odoo's own limit for a request (limit_time_real)
SHORTER = "connector_netsuite.read_timeout"  # the system parameter, for a lower limit

# What is secret of each way to log in.
SECRETS = {
    "tba": ("consumer_key", "consumer_secret", "token_id", "token_secret"),
    "oauth2": ("consumer_key", "oauth2_private_key"),
}


class NetSuiteBackend(models.Model):
    """The client that goes with the chosen services and the chosen way to log in."""

    _inherit = "netsuite.backend"

    def _client(self, services=None):
        """The client for this backend's account; override to use another transport.

        :param services: "soap" or "rest"; the chosen ones unless given
        :raises ConfigurationError: account or credentials are incomplete
        """
        account = Account(self.account_id, self.service_url or "")
        common = {
            "timeout": (CONNECT_TIMEOUT, self._read_timeout()),
            "timezone": self.timezone or None,
        }
        if (services or self.api) == "soap":
            return SoapClient(account, self._credentials(), version=self.endpoint_version, **common)
        return RestClient(
            account,
            self._credentials(),
            custom_fields=self._custom_fields(),
            store=self.env["netsuite.memory"]._store(self),
            **common,
        )

    def _read_timeout(self):
        """Seconds to wait for an answer: at least one, and never more than usual."""
        # sudo: everyone's work waits as long as the administrator says
        shorter = self.env["ir.config_parameter"].sudo().get_param(SHORTER)
        with suppress(ValueError):
            return min(READ_TIMEOUT, max(1.0, float(shorter or READ_TIMEOUT)))
        return READ_TIMEOUT

    def _credentials(self):
        """What the account is logged in to with.

        :raises ConfigurationError: they are incomplete, or none that NetSuite takes
        """
        self._check_secrets(SECRETS[self.authentication])
        secrets = self._secrets()
        if self.authentication == "oauth2":
            # sudo: the fields are for managers, the login for everyone's work
            backend = self.sudo()
            return ClientCredentials(
                secrets.get("consumer_key", ""),
                backend.oauth2_certificate_id or "",
                secrets.get("oauth2_private_key", ""),
                backend.oauth2_certificate or "",
            )
        return TokenCredentials(
            consumer_key=secrets.get("consumer_key", ""),
            consumer_secret=secrets.get("consumer_secret", ""),
            token_id=secrets.get("token_id", ""),
            token_secret=secrets.get("token_secret", ""),
        )

    def _custom_fields(self):
        """Script ids of the custom fields that are taken over, by level."""
        return {
            level: tuple(
                name
                for mapping in self.field_mapping_ids
                if mapping.level == level
                for name in mapping._names()
                if mapping._is_custom(name)
            )
            for level in ("body", "line")
        }
