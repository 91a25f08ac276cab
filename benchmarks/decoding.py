"""A page of full SOAP sales orders to records, against zeep's parsing of the same bytes.

zeep reads only what its definition describes, and the connector's own describes what it sends. So
this needs NetSuite's own WSDL with its schemas: where NETSUITE_WSDL says, or where the tests look.
"""

import os
import re
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from dev.paths import ROOT

from .alone import in_own_process, peak_memory
from .netsuite import netsuite
from .report import Row, median_ratio

BESIDE = ROOT.parent / "shared" / "netsuite" / "wsdl" / "2023_2" / "netsuite.wsdl"
WSDL = Path(os.environ.get("NETSUITE_WSDL") or BESIDE)
ORDERS = 1000
LINES = 5
REPETITIONS = 3
DECODING = f"decoding {ORDERS} full SOAP sales orders"
MEMORY = "its peak memory"
AGAINST = "zeep's own parsing"
WITHOUT = (
    "Not measured: zeep needs NetSuite's own WSDL with its schemas. Set NETSUITE_WSDL to the path "
    "of its file: see docs/developers.rst."
)


def measure(bench):
    if not WSDL.is_file():
        yield Row(4, DECODING, AGAINST, None, 8, explanation=WITHOUT)
        yield Row(4, MEMORY, AGAINST, None, 1 / 3, at_most=True, explanation=WITHOUT)
        return
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.xml"
        page.write_bytes(_page())
        runs = [
            (in_own_process(_decode, page), in_own_process(_parse, page))
            for _repetition in range(REPETITIONS)
        ]
        size = page.stat().st_size / 2**20
    (our_times, our_memory), (zeep_times, zeep_memory) = (
        tuple(zip(*found, strict=True)) for found in zip(*runs, strict=True)
    )
    yield Row(
        4,
        DECODING,
        AGAINST,
        median_ratio(zeep_times, our_times),
        8,
        details={
            "page, MB": size,
            "ours, ms an order": 1000 * min(our_times) / ORDERS,
            "zeep, ms an order": 1000 * min(zeep_times) / ORDERS,
        },
    )
    yield Row(
        4,
        MEMORY,
        AGAINST,
        median_ratio(our_memory, zeep_memory),
        1 / 3,
        at_most=True,
        details={"ours, MB": max(our_memory) / 2**20, "zeep, MB": min(zeep_memory) / 2**20},
    )


def _page():
    """NetSuite's answer to a search for whole sales orders."""
    from odoo.addons.connector_netsuite.netsuite.account import Account
    from odoo.addons.connector_netsuite.netsuite.credentials import TokenCredentials
    from odoo.addons.connector_netsuite.netsuite.records import SALES_ORDER, Query
    from odoo.addons.connector_netsuite.netsuite.soap import SoapClient, search

    from simulator import demo

    with netsuite(ORDERS, LINES) as source:
        credentials = TokenCredentials(
            demo.CONSUMER_KEY, demo.CONSUMER_SECRET, demo.TOKEN_ID, demo.TOKEN_SECRET
        )
        account = Account(source.account_id, source.url)
        with SoapClient(account, credentials, version=_version()) as client:
            service = client.service
            service.session = recorder = _Recorder(service.session)
            record = service.make(
                "sales:TransactionSearch", basic=search._criteria(Query(SALES_ORDER))
            )
            service.search(record, ORDERS, lambda _element: None)
    return bytes(recorder.body)


def _version():
    """The endpoint version that the WSDL describes."""
    return re.search(r"urn:platform_(20\d\d_[12])\.", WSDL.read_text())[1]


class _Recorder:
    """A session that keeps the bytes of the answer."""

    def __init__(self, session):
        self._session = session
        self.body = bytearray()

    @contextmanager
    def request(self, *arguments, **named):
        with self._session.request(*arguments, **named) as answer:
            chunks = answer.chunks

            def recorded():
                for chunk in chunks():
                    self.body += chunk
                    yield chunk

            answer.chunks = recorded
            yield answer

    def close(self):
        self._session.close()


# -- in a process of its own: seconds, and most bytes of memory -------------------------------


def _decode(page):
    from netsuite.soap import decode
    from netsuite.soap.dates import user_zone
    from netsuite.soap.xml import read_document

    zone = user_zone(None)

    def work():
        records = []
        chunks = iter(lambda: file.read(65536), b"")
        read_document(chunks, {"record": lambda one: records.append(decode.transaction(one, zone))})
        return records

    with page.open("rb") as file:
        return _measured(work)


def _parse(page):
    import zeep
    from requests import Response

    client = zeep.Client(str(WSDL), settings=zeep.Settings(xml_huge_tree=True))
    binding = client.service._binding
    response = Response()
    response.status_code = 200
    response.headers["Content-Type"] = "text/xml; charset=utf-8"
    response.encoding = "utf-8"

    def work():
        response._content = page.read_bytes()
        reply = binding.process_reply(client, binding.get("search"), response)
        return reply.body.searchResult.recordList.record

    return _measured(work)


def _measured(work):
    taken = []
    records, most = peak_memory(lambda: _timed(work, taken))
    if len(records) != ORDERS:
        raise RuntimeError(f"{len(records)} records were read.")
    return taken[0], most


def _timed(work, taken):
    start = time.perf_counter()
    records = work()
    taken.append(time.perf_counter() - start)
    return records
