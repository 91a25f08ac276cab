"""Connections that are kept for the next call, and those that are not."""

import socket
import threading
from contextlib import suppress

from odoo.tests import BaseCase, tagged

from ..netsuite import connections
from ..netsuite.http import Session

LIMIT = 5  # seconds that a client waits
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Listener:
    """A server that answers all requests alike, and counts the connections.

    :param hangs_up: closes a connection after each answer, without saying so
    """

    def __init__(self, hangs_up=False):
        self.opened = 0
        self.hung_up = threading.Semaphore(0)  # counts
        self._hangs_up = hangs_up
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                connection, _address = self._server.accept()
                self.opened += 1
                threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection):
        with suppress(OSError), connection:
            while connection.recv(65536):
                connection.sendall(ANSWER)
                if self._hangs_up:
                    break
        self.hung_up.release()

    def close(self):
        self._server.close()


@tagged("post_install", "-at_install")
class TestConnections(BaseCase):
    def listener(self, **values):
        server = Listener(**values)
        self.addCleanup(server.close)
        return server

    def ask(self, server, times=1):
        """Calls of a session that is closed after them."""
        session = Session((LIMIT, LIMIT))
        try:
            for _time in range(times):
                with session.request("GET", server.url, "get") as answer:
                    self.assertEqual(b"".join(answer.chunks()), b"ok")
        finally:
            session.close()

    def test_next_session_goes_on_with_it(self):
        server = self.listener()
        for _session in range(3):
            self.ask(server, times=2)
        self.assertEqual(server.opened, 1)

    def test_idle_connection_is_not_trusted(self):
        server = self.listener()
        self.ask(server)
        self.patch(connections, "IDLE", 0)
        self.ask(server)
        self.assertEqual(server.opened, 2)

    def test_connection_that_the_server_closed(self):
        server = self.listener(hangs_up=True)
        for _session in range(3):
            self.ask(server)
            self.assertTrue(server.hung_up.acquire(timeout=LIMIT))
        self.assertEqual(server.opened, 3)

    def test_answer_that_was_not_read_spoils_no_other(self):
        server = self.listener()
        session = Session((LIMIT, LIMIT))
        self.addCleanup(session.close)
        with session.request("GET", server.url, "get") as answer:
            self.assertEqual(answer.status, 200)
        self.ask(server)
        self.assertEqual(server.opened, 2)

    def test_sessions_beside_each_other(self):
        server = self.listener()
        threads = [threading.Thread(target=self.ask, args=[server, 20]) for _one in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertLessEqual(server.opened, 4)
