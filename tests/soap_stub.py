"""A web server on loopback that answers what a test tells it, and keeps what it was asked."""

import contextlib
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ..netsuite.account import Account
from ..netsuite.credentials import TokenCredentials
from ..netsuite.soap import SoapClient

VERSION = "2023_2"
CREDENTIALS = TokenCredentials("ckey", "csecret", "tid", "tsecret")
# Not an answer: close the connection instead, before a status line or in the middle of the body.
DROP = object()
CUT = object()

_NAMESPACES = (
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xmlns="urn:messages_{VERSION}.platform.webservices.netsuite.com" '
    f'xmlns:c="urn:core_{VERSION}.platform.webservices.netsuite.com" '
    f'xmlns:m="urn:common_{VERSION}.platform.webservices.netsuite.com" '
    f'xmlns:s="urn:sales_{VERSION}.transactions.webservices.netsuite.com" '
    f'xmlns:a="urn:accounting_{VERSION}.lists.webservices.netsuite.com" '
    f'xmlns:f="urn:faults_{VERSION}.platform.webservices.netsuite.com"'
)
OK = '<c:status isSuccess="true"/>'


@dataclass
class Asked:
    """A request as it arrived."""

    path: str
    headers: dict
    body: bytes

    def values(self, name):
        """Texts of the elements with this local name, in order."""
        return re.findall(rf"<(?:\w+:)?{name}(?: [^>]*)?>([^<]*)</", self.body.decode())


@dataclass
class Stub:
    """The server's script: answers in order, the last one again and again."""

    url: str = ""
    answers: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    def answer(self, *answers):
        """What to answer: bodies, or (status, body) or (status, body, headers)."""
        self.answers = list(answers)
        self.asked.clear()

    def next(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def envelope(content):
    """A SOAP answer around ``content``, with every prefix that tests use."""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope {_NAMESPACES}>"
        f"<soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>"
    ).encode()


def failed(code, message="No.", more=""):
    """A status that is no success."""
    return (
        f'<c:status isSuccess="false"><c:statusDetail type="ERROR"><c:code>{code}</c:code>'
        f"<c:message>{message}</c:message>{more}</c:statusDetail></c:status>"
    )


def fault(code, message="No.", kind="unexpectedErrorFault"):
    """A typed fault."""
    return envelope(
        "<soapenv:Fault><faultcode>soapenv:Server.userException</faultcode>"
        f"<faultstring>{message}</faultstring><detail><f:{kind}><f:code>{code}</f:code>"
        f"<f:message>{message}</f:message></f:{kind}></detail></soapenv:Fault>"
    )


def write_answer(operation, status=OK, ref='<baseRef internalId="77" xsi:type="c:RecordRef"/>'):
    """The answer to add, update or upsert."""
    return envelope(
        f"<{operation}Response><writeResponse>{status}{ref}</writeResponse></{operation}Response>"
    )


def update_list_answer(*statuses):
    """The answer to updateList; a status of None leaves its record out."""
    inner = "".join(f"<writeResponse>{status}</writeResponse>" for status in statuses if status)
    return envelope(
        f"<updateListResponse><writeResponseList>{OK}{inner}</writeResponseList>"
        "</updateListResponse>"
    )


def search_answer(hits="", *, total=1, pages=1, page=1, rows=False, more=False, status=OK):
    """The answer to search or, with ``more``, searchMoreWithId."""
    operation = "searchMoreWithId" if more else "search"
    around = "searchRowList" if rows else "recordList"
    return envelope(
        f"<{operation}Response><c:searchResult>{status}<c:totalRecords>{total}</c:totalRecords>"
        f"<c:pageSize>1000</c:pageSize><c:totalPages>{pages}</c:totalPages>"
        f"<c:pageIndex>{page}</c:pageIndex><c:searchId>WEBSERVICES_9</c:searchId>"
        f"<c:{around}>{hits}</c:{around}></c:searchResult></{operation}Response>"
    )


def row(internal_id, *, status="", number="", modified="", day=""):
    """A row of a search for transactions."""

    def column(name, value):
        return f"<m:{name}><c:searchValue>{value}</c:searchValue></m:{name}>" if value else ""

    return (
        '<c:searchRow xsi:type="s:TransactionSearchRow"><s:basic>'
        f'<m:internalId><c:searchValue internalId="{internal_id}"/></m:internalId>'
        f"{column('lastModifiedDate', modified)}{column('status', status)}"
        f"{column('tranDate', day)}{column('tranId', number)}</s:basic></c:searchRow>"
    )


def list_answer(*responses):
    """The answer to getList: (status, record) pairs."""
    inner = "".join(
        f"<readResponse>{status}{record}</readResponse>" for status, record in responses
    )
    return envelope(
        f"<getListResponse><readResponseList>{OK}{inner}</readResponseList></getListResponse>"
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


def client(stub, **values):
    """A client of the stub."""
    values = {"version": VERSION, "timeout": (10, 10), **values}
    return SoapClient(Account("1234567_SB1", stub.url), CREDENTIALS, **values)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Clients go away in the middle of an answer, and should."""


def _handler(stub):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one piece, or the client waits for the second

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stub.asked.append(Asked(self.path, dict(self.headers), body))
            answer = stub.next()
            if answer is DROP or answer is CUT:
                if answer is CUT:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n<soap")
                self.close_connection = True
                return
            status, content, *more = answer if isinstance(answer, tuple) else (200, answer)
            self.send_response(status)
            for name, value in (more[0] if more else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    return Handler
