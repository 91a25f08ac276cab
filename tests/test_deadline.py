"""Servers that send a byte now and then, and never come to an end."""

import socket
import threading
import time
from contextlib import suppress

from odoo.tests import BaseCase, tagged

from ..netsuite import deadline
from ..netsuite.errors import ConnectionLost, NoAnswer
from ..netsuite.http import Session

PAUSE = 0.1  # seconds between two bytes
LIMIT = 0.6  # seconds that a client waits
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


class Drip:
    """A server that sends a beginning at once, and then byte by byte what comes again and again."""

    def __init__(self, beginning, drop=b"x"):
        self._beginning, self._drop = beginning, drop
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}/"
        self._ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with suppress(OSError):
            connection, _address = self._server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(self._beginning)
                while not self._ended.wait(PAUSE):
                    connection.sendall(self._drop)

    def close(self):
        self._ended.set()
        self._server.close()


@tagged("post_install", "-at_install")
class TestDeadline(BaseCase):
    def ask(self, beginning, drop=b"x"):
        """What became of a call to such a server, and the seconds that it took."""
        server = Drip(beginning, drop)
        self.addCleanup(server.close)
        session = Session((LIMIT, LIMIT))
        self.addCleanup(session.close)
        began = time.monotonic()
        try:
            with session.request("GET", server.url, "get") as answer:
                b"".join(answer.chunks())
        except ConnectionLost as error:
            return error, time.monotonic() - began
        raise AssertionError("it came to an end")

    def test_nothing_is_waited_for_without_end(self):
        self.patch(deadline, "GRACE", 0.2)
        for what, beginning, drop in (
            ("head", HEAD, b"X-More: x\r\n"),
            ("line of the head", HEAD + b"X-Long: ", b"x"),
            ("body", HEAD + b"Content-Length: 100000\r\n\r\n", b"x"),
            ("one large chunk", HEAD + b"Transfer-Encoding: chunked\r\n\r\n186a0\r\n", b"x"),
            ("chunks", HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
            ("body without a length", HEAD + b"\r\n", b"x"),
        ):
            with self.subTest(what):
                error, seconds = self.ask(beginning, drop)
                self.assertIsInstance(error, NoAnswer)
                self.assertLess(seconds, 3 * LIMIT)
