"""The HTTP server: one thread a connection, HTTP/1.1 with keep-alive, loopback only."""

import contextlib
import select
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from . import catalog, control, demo
from .books import Books
from .faults import Faults
from .generator import generate
from .governance import Entry, Journal
from .login import Login
from .permissions import standard_roles
from .rest import face as rest
from .settings import Settings
from .soap import face as soap
from .trouble import perform
from .wire import Answer, Call, Drop


class Simulator:
    """A simulated NetSuite account, in this process or behind ``python -m simulator``.

    :param orders: how many orders to generate
    :param seed: the same seed gives the same orders
    :param lines: for benchmarks: plain orders with so many lines each
    :param settings: named fields of :class:`~.settings.Settings`
    """

    def __init__(self, orders=25, seed=1, account_id=demo.ACCOUNT_ID, lines=None, **settings):
        self.faults = Faults(seed)
        self.journal = Journal()
        self.books = Books(account_id)
        self.login = Login(self.books)
        self.soap = soap.Face(self.books, self.login)
        self.rest = rest.Face(self.books, self.login)
        self.control = control.Control(self)
        self._start = {"orders": orders, "seed": seed, "lines": lines, "settings": settings}
        self._server = None
        self.reset()

    # -- life --------------------------------------------------------------------------------

    def start(self, port=0, host="127.0.0.1"):
        """Answer on a port of the loopback interface, in daemon threads. Returns itself."""
        if not host.startswith("127.") and host not in ("localhost", "::1"):
            raise ValueError(f"{host} is not a loopback address")
        self._server = _Server((host, port), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self):
        """Close the port and all connections."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server.close_connections()
            self._server = None

    def __enter__(self):
        return self if self._server else self.start()

    def __exit__(self, *exc_info):
        self.stop()

    @property
    def port(self):
        return self._server.server_address[1]

    @property
    def url(self):
        """Scheme, host and port: what stands for the account's own host."""
        return f"http://{self._server.server_address[0]}:{self.port}"

    def reset(self, orders=None, seed=None, lines=None, **settings):
        """Start again: settings, roles, clock, books, logins, faults and journal.

        What is not named is as it was when the simulator was made.
        """
        given = {"orders": orders, "seed": seed, "lines": lines}
        chosen = self._start | {name: one for name, one in given.items() if one is not None}
        books = self.books
        with books.lock:
            books.settings, books.roles = Settings(), standard_roles()
            books.settings.apply(self._start["settings"] | settings)
            books.clock.reset()
            books.clear()
            catalog.stock(books)
            generate(books, chosen["seed"], chosen["orders"], chosen["lines"])
        self.soap.searches.clear()
        self.login.reset()
        self.rest.grants.reset()
        self.faults.clear()
        self.journal.clear()

    # -- one request -------------------------------------------------------------------------

    def answer(self, call):
        """The answer to a call.

        :raises Drop: close the connection instead
        """
        self.books.act_as(None)
        if call.path.startswith(control.PREFIX):
            return self.control.work(call)
        face = self._face(call)
        if face is None:
            return Answer(404, "text/plain", f"Not simulated: {call.path}".encode())
        return self._governed(face, call)

    def _face(self, call):
        if call.path.startswith(soap.PREFIX) and call.method == "POST":
            return self.soap
        return self.rest if call.path.startswith(rest.PREFIX) else None

    def _governed(self, face, call):
        """Keep the concurrency limit, the fault rules and the journal [3.1, 3.2]."""
        entry = Entry(self.books.clock.now().isoformat(), face.channel, face.name(call))
        began = time.monotonic()
        in_flight = self.journal.begin(entry)
        try:
            if in_flight > self.books.settings.concurrency_limit:
                answer = face.blocked(call)
            else:
                answer = perform(face, call, self.faults.pick(entry.operation, call.body))
                # Afterwards: the work is done even when the caller has gone meanwhile [3.3].
                call.wait(self.books.settings.latency)
            entry.outcome, entry.http_status = answer.outcome, answer.status
            return answer
        except Drop as drop:
            entry.outcome = str(drop)
            raise
        finally:
            entry.duration = round(time.monotonic() - began, 4)
            self.journal.end()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, *args):
        self._connections = set()
        super().__init__(*args)

    def process_request(self, request, client_address):
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self._connections.discard(request)
        super().shutdown_request(request)

    def close_connections(self):
        """End connections that clients keep open."""
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request, client_address):
        """Callers may hang up at any time; anything else is a fault of the simulator."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _handler(simulator):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version, sys_version = "NetSuiteSimulator", ""
        wbufsize = -1  # head and body in one packet
        disable_nagle_algorithm = True

        def do_POST(self):
            target = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = Call(self.command, target.path, target.query, self.headers, body, self._wait)
            try:
                self._send(simulator.answer(call))
            except Drop:
                self.close_connection = True

        do_GET = do_DELETE = do_PUT = do_PATCH = do_POST

        def _send(self, answer):
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            body = answer.body
            if answer.cut:
                body = body[: len(body) // 2]
                self.close_connection = True
            self.wfile.write(body)

        def _wait(self, seconds):
            """Sleep, but not longer than the caller waits."""
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                ready, _, _ = select.select([self.connection], [], [], min(left, 0.25))
                if ready and not self.connection.recv(1, socket.MSG_PEEK):
                    raise Drop("caller gone")
                if ready:  # the next request is waiting already
                    time.sleep(min(left, 0.25))

        def date_time_string(self, timestamp=None):
            """The header Date shows the account's clock."""
            return super().date_time_string(timestamp or simulator.books.clock.now().timestamp())

        def log_message(self, *args):
            """The journal keeps what the console need not show."""

    return Handler
