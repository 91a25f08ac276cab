"""What may go wrong for people while processes die, and is no fault of anybody."""

import http.client
import time
import xmlrpc.client

from dev.report import Stop

BROKEN = (Stop, OSError, http.client.HTTPException, xmlrpc.client.Error)


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
