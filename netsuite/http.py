"""Calls over HTTP that cannot surprise: one try, no cookies, no redirects, no proxies, limits.

What goes wrong on the way becomes an error that says whether the request can have arrived.
Facts: netsuite-protocol.md 2.1, 3.5.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    NewConnectionError,
    ReadTimeoutError,
)

from .connections import POOLS
from .errors import (
    ConcurrencyLimit,
    ConfigurationError,
    ConnectionFailed,
    ConnectionLost,
    LoginError,
    MalformedAnswer,
    NetSuiteError,
    NoAnswer,
    PermissionMissing,
    Refused,
    ServerError,
)
from .observer import Observer, Tape, observed

#: Most bytes of an answer after decompression; a page of 1,000 long orders has a tenth of it.
MAX_ANSWER = 256 * 1024 * 1024
_CHUNK = 64 * 1024


class Answer:
    """An HTTP answer whose body is read while it arrives."""

    def __init__(
        self, response: requests.Response, seconds: float, operation: str, tape: Tape | None
    ) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._seconds = seconds
        self._operation = operation
        self._tape = tape

    def refused(self, error: NetSuiteError | None) -> None:
        """Let the log know what the answer says, if it is no."""
        if self._tape is not None:
            self._tape.refused(error)

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces.

        :raises MalformedAnswer: it is larger than :data:`MAX_ANSWER`
        :raises ConnectionLost: it is not complete in time
        """
        deadline = time.monotonic() + self._seconds
        size = 0
        while chunk := self._piece():
            size += len(chunk)
            if self._tape is not None:
                self._tape.received(chunk)
            if size > MAX_ANSWER:
                raise MalformedAnswer(
                    f"NetSuite's answer is larger than {MAX_ANSWER // 1024**2} MB.",
                    operation=self._operation,
                )
            if time.monotonic() > deadline:
                raise NoAnswer(
                    f"NetSuite's answer did not arrive within {self._seconds:g} seconds.",
                    operation=self._operation,
                )
            yield chunk

    def _piece(self) -> bytes:
        """What has arrived, as soon as there is anything: whole chunks would be waited for."""
        try:
            piece: bytes = self._response.raw.read1(_CHUNK, decode_content=True)
        except DecodeError as error:
            raise requests.exceptions.ContentDecodingError(error) from error
        except ReadTimeoutError as error:
            raise requests.exceptions.ReadTimeout(error) from error
        except HTTPError as error:
            raise requests.exceptions.ChunkedEncodingError(error) from error
        return piece


class _Adapter(HTTPAdapter):
    """Sends with the same time-outs always: no call can forget them."""

    def __init__(self, timeout: tuple[float, float]) -> None:
        super().__init__()
        self._timeout = timeout

    def init_poolmanager(self, *args: Any, **values: Any) -> None:
        super().init_poolmanager(*args, **values)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def send(self, request: Any, *args: Any, **values: Any) -> requests.Response:
        return super().send(request, *args, **{**values, "timeout": self._timeout})

    def close(self) -> None:
        """Nothing: the connections are there for the next session."""


@cache
def _adapter(timeout: tuple[float, float]) -> _Adapter:
    """The one of this process, with the connections to all accounts."""
    return _Adapter(timeout)


class _Session(requests.Session):
    """Redirections are not followed, and not even looked at: requests stumbles over odd ones."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class Session:
    """Calls of one user to one server, over connections that others may have left open.

    :param timeout: seconds to connect, and to wait for a piece of the answer; its head and, after
        that, its whole body must be there in about as many seconds
    """

    def __init__(self, timeout: tuple[float, float]) -> None:
        #: Is told of each call when it has ended.
        self.observer: Observer | None = None
        #: Is called before each call; what it raises, the call raises.
        self.before: Callable[[], None] | None = None
        self._read_timeout = timeout[1]
        self._session = _Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _adapter(timeout))
        self._session.trust_env = False  # no proxy, no .netrc, no certificates from elsewhere
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers["User-Agent"] = "connector_netsuite"

    def close(self) -> None:
        self._session.close()

    @contextmanager
    def request(
        self,
        method: str,
        url: str,
        operation: str,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: AuthBase | None = None,
    ) -> Iterator[Answer]:
        """Send a request once; within the block the answer's body can be read.

        :param auth: signs the request

        :raises ConnectionFailed: the request surely did not arrive
        :raises ConnectionLost: it may have arrived
        """
        if self.before is not None:
            self.before()
        with (
            observed(self.observer, operation, f"{method} {url}", data or b"") as tape,
            self._send(method, url, operation, data, headers, auth, tape) as answer,
        ):
            yield answer

    @contextmanager
    def _send(
        self,
        method: str,
        url: str,
        operation: str,
        data: bytes | None,
        headers: Mapping[str, str] | None,
        auth: AuthBase | None,
        tape: Tape | None,
    ) -> Iterator[Answer]:
        try:
            with self._session.request(
                method,
                url,
                data=data,
                headers=dict(headers or {}),
                auth=auth,
                allow_redirects=False,
                stream=True,
            ) as response:
                yield Answer(response, self._read_timeout, operation, tape)
        except requests.RequestException as error:
            raise _transport_error(error, url, operation) from error


def status_error(status: int, headers: Mapping[str, str], operation: str) -> NetSuiteError:
    """The error for an HTTP status whose body says nothing that is understood."""
    code = f"HTTP {status}"
    if 300 <= status < 400:
        target = _host(headers.get("Location", "")) or "another address"
        return ServerError(f"NetSuite points to {target} instead of answering.", code, operation)
    if status == 401:
        return LoginError("NetSuite refused the login.", code, operation)
    if status == 403:
        return PermissionMissing("NetSuite refused access.", code, operation)
    if status == 404:
        return ConfigurationError(
            "There is no such service at NetSuite's address: check account ID and version.",
            code,
            operation,
        )
    if status == 429:
        return ConcurrencyLimit("NetSuite has too many requests at once.", code, operation)
    if 400 <= status < 500 and status != 408:
        return Refused(f"NetSuite refused the request (HTTP status {status}).", code, operation)
    if status >= 400:
        return ServerError(f"NetSuite failed with HTTP status {status}.", code, operation)
    return MalformedAnswer(f"NetSuite gave no answer (HTTP status {status}).", code, operation)


def _host(url: str) -> str:
    """The host of an address, or empty where it is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _transport_error(error: requests.RequestException, url: str, operation: str) -> NetSuiteError:
    host = urlsplit(url).netloc
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return ConnectionFailed(
            f"The certificate of {host} is not valid: {causes[-1]}.", operation=operation
        )
    if any(isinstance(cause, ConnectTimeoutError | NewConnectionError) for cause in causes):
        return ConnectionFailed(f"{host} cannot be reached.", operation=operation)
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return MalformedAnswer("NetSuite's answer cannot be unpacked.", operation=operation)
    if isinstance(error, requests.Timeout):
        return NoAnswer(f"{host} did not answer in time.", operation=operation)
    return ConnectionLost(f"The connection to {host} broke.", operation=operation)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exceptions behind an exception, however requests and urllib3 have wrapped them."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        # Not __context__: that may be an earlier failure, which the caller is just handling.
        inner = [cause.__cause__, getattr(cause, "reason", None), *cause.args]
        waiting += [one for one in inner if isinstance(one, BaseException)]
