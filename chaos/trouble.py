"""What may go wrong for people while processes die, and is no fault of anybody."""

import http.client
import time
import xmlrpc.client
from xml.parsers.expat import ExpatError

from dev.report import Stop

# An answer that ends with its process is no XML.
BROKEN = (Stop, OSError, http.client.HTTPException, xmlrpc.client.Error, ExpatError)


def patiently(action, *arguments, tries=10):
    """Try again what a process that is just starting could not do."""
    for left in reversed(range(tries)):
        try:
            return action(*arguments)
        except BROKEN:
            if not left:
                raise
            time.sleep(1)
    return None
