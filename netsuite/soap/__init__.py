"""NetSuite over SOAP: zeep builds the requests, lxml reads the answers."""

from .client import SoapClient

__all__ = ["SoapClient"]
