"""A web server on loopback that answers REST requests as a test tells it, and keeps them."""

import contextlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from odoo.tests import BaseCase

from ..netsuite.account import Account
from ..netsuite.credentials import TokenCredentials
from ..netsuite.rest import RestClient
from ..netsuite.store import ProcessStore

CREDENTIALS = TokenCredentials("ckey", "csecret", "tid", "tsecret")
# Not an answer: close the connection instead.
DROP = object()


@dataclass
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def sql(self):
        return self.json["q"]


@dataclass
class Stub:
    """The server's script: answers in order, the last one again and again.

    An answer is a body, or (status, body), or (status, body, headers), or a function of the request
    that gives one of these.
    """

    url: str = ""
    answers: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    def answer(self, *answers):
        self.answers = list(answers)
        self.asked.clear()

    def next(self, asked):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(asked) if callable(answer) else answer


def rows(*found, more=False, total=None):
    """An answer to a query."""
    count = len(found) if total is None else total
    return {
        "links": [],
        "count": len(found),
        "hasMore": more,
        "totalResults": count,
        "items": found,
    }


def refused(detail, code="INVALID_PARAMETER", status=400):
    """An error body as NetSuite writes it [3.2]."""
    body = {
        "type": "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html",
        "title": "Bad Request",
        "status": status,
        "o:errorDetails": [{"detail": detail, "o:errorCode": code}],
    }
    return status, body


def unknown(name):
    """How NetSuite refuses a column that is not there [6.3]."""
    return refused(
        "Invalid search query. Detailed unprocessed description follows. Search error occurred: "
        f"Unknown identifier '{name}'. Available identifiers are: {{transaction=transaction}}."
    )


@contextlib.contextmanager
def running():
    """A stub server for as long as the block lasts."""
    stub = Stub()
    server = _Server(("127.0.0.1", 0), _handler(stub))
    stub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class RestCase(BaseCase):
    """A stub of NetSuite, and a client of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        cls.stub = stack.enter_context(running())

    def setUp(self):
        super().setUp()
        self.store = ProcessStore()
        self.client = self.new_client()

    def new_client(self, credentials=CREDENTIALS, **values):
        values = {"store": self.store, "timeout": (10, 10), **values}
        client = RestClient(Account("1234567_SB1", self.stub.url), credentials, **values)
        self.addCleanup(client.close)
        return client


class _Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Clients go away in the middle of an answer, and should."""


def _handler(stub):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def handle_any(self):
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                dict(self.headers),
                body,
            )
            stub.asked.append(asked)
            answer = stub.next(asked)
            if answer is DROP:
                self.close_connection = True
                return
            self.reply(*answer if isinstance(answer, tuple) else (200, answer))

        def reply(self, status, content, headers=None):
            if not isinstance(content, bytes):
                content = json.dumps(content).encode()
            self.send_response_only(status)
            headers = {"Date": self.date_time_string(), **(headers or {})}
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if status != 204:
                self.wfile.write(content)

        do_GET = do_POST = do_PATCH = handle_any

        def log_message(self, *args):
            pass

    return Handler
