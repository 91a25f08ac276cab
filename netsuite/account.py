"""A NetSuite account: from its id to the addresses and names that the protocol uses.

Facts: netsuite-protocol.md 1.1, 2.1, 2.2.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from .errors import ConfigurationError
from .records import INVOICE, ITEM_FULFILLMENT, SALES_ORDER

_ACCOUNT_ID = re.compile(r"[A-Z0-9]{3,}(_[A-Z0-9]+)*")
_VERSION = re.compile(r"20\d\d_[12]")
_PAGES = {SALES_ORDER: "salesord", INVOICE: "custinvc", ITEM_FULFILLMENT: "itemship"}


@dataclass(frozen=True, slots=True)
class Account:
    """An account, normalised: ``1234567-sb1`` and ``1234567_SB1`` are the same one.

    :param account_id: as NetSuite shows it under Setup > Company > Company Information
    :param service_url: scheme, host and port in place of the account's own host, or empty
    :raises ConfigurationError: one of the two cannot be right
    """

    account_id: str
    service_url: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "account_id", _checked_account_id(self.account_id))
        object.__setattr__(self, "service_url", _checked_service_url(self.service_url))

    @property
    def is_sandbox(self) -> bool:
        """Is this a sandbox, whose data are a copy?"""
        return "_SB" in self.account_id

    @property
    def realm(self) -> str:
        """The account as signatures name it: upper case, with underscore [2.1, 2.2]."""
        return self.account_id

    @property
    def host(self) -> str:
        """The account as host names spell it: lower case, with hyphen [1.1]."""
        return self.account_id.lower().replace("_", "-")

    @property
    def suitetalk_url(self) -> str:
        """Where SOAP and REST are served, without a slash at the end."""
        return self.service_url or f"https://{self.host}.suitetalk.api.netsuite.com"

    def soap_url(self, version: str) -> str:
        """The SOAP endpoint of a version such as ``2025_2``.

        :raises ConfigurationError: this is no version
        """
        return f"{self.suitetalk_url}/services/NetSuitePort_{checked_version(version)}"

    @property
    def rest_url(self) -> str:
        """The root of the REST services."""
        return f"{self.suitetalk_url}/services/rest"

    def record_url(self, type: str, internal_id: str) -> str:
        """The page of a transaction in NetSuite's own user interface."""
        pages = f"https://{self.host}.app.netsuite.com/app/accounting/transactions"
        return f"{pages}/{_PAGES[type]}.nl?id={internal_id}"


def checked_version(version: str) -> str:
    """The endpoint version in the form ``2025_2``; ``2025.2`` is understood.

    :raises ConfigurationError: this is no version
    """
    wanted = (version or "").strip().replace(".", "_")
    if not _VERSION.fullmatch(wanted):
        raise ConfigurationError(
            f"{version!r} is not a version of NetSuite's SOAP endpoint: write it like 2025_2."
        )
    return wanted


def _checked_account_id(text: str) -> str:
    wanted = (text or "").strip().upper().replace("-", "_")
    if not wanted:
        raise ConfigurationError("The NetSuite account ID is missing.")
    if not _ACCOUNT_ID.fullmatch(wanted):
        raise ConfigurationError(
            f"{text!r} is not a NetSuite account ID: it looks like 1234567, or 1234567_SB1 for a "
            "sandbox, and stands under Setup > Company > Company Information."
        )
    return wanted


def _checked_service_url(text: str) -> str:
    wanted = (text or "").strip().rstrip("/")
    if not wanted:
        return ""
    try:
        parts = urlsplit(wanted)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if "_" in host:
        raise ConfigurationError(
            f"{text!r} cannot be the service address: host names have no underscore. NetSuite's "
            f"own spell the account with a hyphen, {host.replace('_', '-')}; with the account ID "
            "alone Odoo finds the address by itself."
        )
    if not host or wanted != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        raise ConfigurationError(
            f"{text!r} cannot be the service address: it has a scheme, a host and a port only, "
            "like https://netsuite.example.com:8443."
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ConfigurationError(
            f"{text!r} cannot be the service address: NetSuite is only called over https "
            "(plain http only on this very machine)."
        )
    shown_host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown_host}" + (f":{port}" if port else "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
