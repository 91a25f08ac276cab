"""NetSuite over REST: SuiteQL finds and reads in bulk, the record API writes."""

from .client import RestClient

__all__ = ["RestClient"]
