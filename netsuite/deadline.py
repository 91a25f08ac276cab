"""Connections on which the head of an answer must be there in time.

A socket's time-out is that of each piece: a server that sends a byte now and then is waited for
without end. So a watch cuts the connection when the head has taken too long.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from http.client import HTTPException
from typing import Any

#: Seconds beyond the time-out of a single piece, which speaks first where nothing comes at all.
GRACE = 5.0


class Watched:
    """Waits for the head of an answer, but not for ever."""

    sock: Any
    timeout: Any

    def getresponse(self) -> Any:
        watch = _Watch(self.sock)
        timer = threading.Timer(float(self.timeout) + GRACE, watch.cut)
        timer.daemon = True
        timer.start()
        try:
            response = super().getresponse()  # type: ignore[misc]
        except (OSError, HTTPException) as error:
            watch.check(error)
            raise
        finally:
            timer.cancel()
            watch.end()
        watch.check()
        return response


class _Watch:
    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._lock = threading.Lock()
        self._is_over = False
        self._has_cut = False

    def cut(self) -> None:
        with self._lock:
            if self._is_over:
                return  # the answer is there; the connection may be another call's already
            self._has_cut = True
            with suppress(OSError):  # it may have ended by itself just now
                self._sock.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        with self._lock:
            self._is_over = True

    def check(self, cause: BaseException | None = None) -> None:
        """
        :raises TimeoutError: the connection was cut
        """
        if self._has_cut:
            raise TimeoutError("the head of the answer did not arrive in time") from cause
