"""Connections that stay open for the next call of this process, whoever makes it.

Opening one takes several round trips, and all certificates are read. But what has lain idle may be
closed by the other side just as a request is on its way, and then nobody knows whether it arrived.
So only what was in use a moment ago is used again.
"""

from __future__ import annotations

import time
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from .deadline import Watched

#: Seconds after which a connection is opened anew: less than any usual server waits for a request.
IDLE = 4.0


class _Kept(Watched):
    put_back = 0.0  # seconds on the monotonic clock

    @property
    def is_connected(self) -> bool:
        fresh = time.monotonic() - self.put_back < IDLE
        return fresh and super().is_connected  # type: ignore[misc]


class _Keeping:
    """A pool that knows since when a connection has been idle."""

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.put_back = time.monotonic()
        super()._put_conn(conn)  # type: ignore[misc]


class _HTTPConnection(_Kept, HTTPConnection):
    pass


class _HTTPSConnection(_Kept, HTTPSConnection):
    pass


class _HTTPPool(_Keeping, HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(_Keeping, HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


#: For urllib3's pool manager.
POOLS = {"http": _HTTPPool, "https": _HTTPSPool}
