"""Requests built by zeep over the definition of the service in ``wsdl/``.

The definition is a small subset, written by hand; it names one endpoint version, and others differ
only in the version within each namespace [facts 1.4]. It is parsed once per process and version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import zeep
from lxml import etree
from zeep.transports import Transport

from ..errors import ConfigurationError

_WSDL = Path(__file__).parent / "wsdl" / "netsuite.wsdl"
_VERSION_IN_FILES = b"2025_2"
_NAMESPACES = {
    "core": "urn:core_{}.platform.webservices.netsuite.com",
    "common": "urn:common_{}.platform.webservices.netsuite.com",
    "sales": "urn:sales_{}.transactions.webservices.netsuite.com",
}
# What no XML document can hold.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Files(Transport):
    """Gives zeep the local files, for the wanted version; never the network."""

    def __init__(self, version: str) -> None:
        super().__init__()
        self._version = version.encode()

    def load(self, url: str) -> bytes:
        return Path(url).read_bytes().replace(_VERSION_IN_FILES, self._version)


class Definition:
    """What can be asked of the endpoint of one version. Safe for use by several threads."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._client = zeep.Client(str(_WSDL), transport=_Files(version))
        self._binding = self._client.wsdl.bindings[
            f"{{urn:platform_{version}.webservices.netsuite.com}}NetSuiteBinding"
        ]

    def make(self, kind: str, **values: Any) -> Any:
        """An object of the type ``kind``, such as "core:RecordRef"; None leaves a field out.

        :raises ConfigurationError: there is no such field
        """
        prefix, name = kind.split(":")
        namespace = _NAMESPACES[prefix].format(self._version)
        try:
            return self._client.get_type(f"{{{namespace}}}{name}")(**values)
        except TypeError as error:
            raise ConfigurationError(f"{name} cannot be sent: {error}.") from error

    def envelope(
        self, operation: str, headers: Mapping[str, Any], body: Mapping[str, Any]
    ) -> bytes:
        """The request as it goes over the line.

        :raises ConfigurationError: a value does not fit its field
        """
        try:
            message = self._binding.get(operation).create(**body, _soapheaders=headers)
        except (TypeError, ValueError, zeep.exceptions.Error) as error:
            raise ConfigurationError(
                f"The request cannot be written: {error}.", operation=operation
            ) from error
        return etree.tostring(message.content, xml_declaration=True, encoding="utf-8")


@cache
def definition(version: str) -> Definition:
    """The definition for an endpoint version such as "2025_2"."""
    return Definition(version)


def clean(text: str) -> str:
    """The text without the control characters that XML cannot carry."""
    return _ILLEGAL.sub("", text)
