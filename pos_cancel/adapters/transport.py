"""HTTP over requests, with a proof of what left the till (outcomes.md R11).

requests gives the session and its adapter interface; connections are our own, because the library
retries, follows and decodes where a till may not. Safe to be called from several threads.
"""

import http.client
import http.cookiejar
import ssl
import threading
import time
from dataclasses import dataclass

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from pos_cancel import __version__
from pos_cancel.adapters.name_lookup import NameLookup, Resolve, system_addresses
from pos_cancel.adapters.route import Route, find_route, host_header, target_of
from pos_cancel.adapters.transport_fault import ReplyCut, detail_of, reason_of
from pos_cancel.adapters.wire import ReplyTooLarge, Wire
from pos_cancel.adapters.wire_connection import WireConnection
from pos_cancel.domain.errors import LocalError
from pos_cancel.domain.outcome import Progress, Reason
from pos_cancel.domain.profile import Profile, Timeouts
from pos_cancel.gateways.http import Exchange, HttpReply, HttpRequest

LONGEST_BODY = 64 * 1024
LONGEST_HEADERS = 32 * 1024
PIECE = 8 * 1024
# Routers forget idle connections without a word, and a request into such a hole is *unknown*.
KEPT_S = 10.0
KEPT_PER_ROUTE = 4
# What requests, urllib3 and http.client may throw; anything else is a fault of the program.
EXPECTED = (
    OSError,
    ValueError,
    LocalError,
    ReplyCut,
    ReplyTooLarge,
    http.client.HTTPException,
    urllib3.exceptions.HTTPError,
    requests.RequestException,
)


class WireRequest(requests.PreparedRequest):
    """A prepared request that carries the record of its exchange, and in the end its connection."""

    def __init__(self, route: Route, wire: Wire, target: str) -> None:
        super().__init__()
        self.route = route
        self.wire = wire
        self.target = target
        self.connection: WireConnection | None = None
        self.answer: urllib3.HTTPResponse | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """An idle connection and since when."""

    connection: WireConnection
    since: float


class WireAdapter(HTTPAdapter):
    """Sends over connections of our own and keeps them for the next request of the same route."""

    def __init__(self, lookup: NameLookup, kept_s: float) -> None:
        super().__init__(max_retries=0)
        self._lookup = lookup
        self._kept_s = kept_s
        self._lock = threading.Lock()
        self._kept: dict[Route, list[Kept]] = {}
        self._contexts: dict[tuple[str, tuple[int, int]], ssl.SSLContext] = {}
        self._closed = False

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        """Send once and give the reply with its body unread. Raises what the network does.

        The wire's deadline and the route's trust and proxy hold; the library's arguments do not.
        """
        if not isinstance(request, WireRequest):
            raise TypeError("this adapter sends wire requests only")
        connection = request.connection = self._take(request.route, request.wire)
        if connection.is_closed:
            connection.connect()
        connection.request(
            request.method or "POST",
            request.target,
            body=request.body,
            headers=dict(request.headers),
            preload_content=False,
            decode_content=False,
        )
        connection.let_go()
        request.answer = connection.getresponse()
        if request.wire.ended:
            raise ReplyCut
        return self.build_response(request, request.answer)

    def finish(self, request: WireRequest, *, complete: bool) -> None:
        """Keep the connection if its reply was read to the end, else close it."""
        connection = request.connection
        if connection is None:
            return
        with self._lock:
            idle = self._kept.setdefault(request.route, [])
            if complete and not connection.is_closed and not self._closed and len(idle) < KEPT_PER_ROUTE:
                idle.append(Kept(connection, time.monotonic()))
                return
        if request.answer is not None:
            request.answer.close()
        connection.close()

    def close(self) -> None:
        """Close what is kept; connections in use are closed by their own exchange."""
        with self._lock:
            self._closed = True
            kept = [one for idle in self._kept.values() for one in idle]
            self._kept.clear()
        for one in kept:
            one.connection.close()
        super().close()

    def _take(self, route: Route, wire: Wire) -> WireConnection:
        self._drop_old()
        while (connection := self._pop(route)) is not None:
            # Something to read before we asked is the end of the connection, or nothing we wanted.
            if connection.is_connected:
                connection.reuse(wire)
                return connection
            connection.close()
        context = self._context(route) if route.secure else None
        return WireConnection(route, self._lookup, context, wire)

    def _pop(self, route: Route) -> WireConnection | None:
        with self._lock:
            idle = self._kept.get(route)
            return idle.pop().connection if idle else None

    def _drop_old(self) -> None:
        oldest = time.monotonic() - self._kept_s
        with self._lock:
            old = [one for idle in self._kept.values() for one in idle if one.since < oldest]
            for route, idle in list(self._kept.items()):
                self._kept[route] = [one for one in idle if one.since >= oldest]
                if not self._kept[route]:
                    del self._kept[route]
        for one in old:
            one.connection.close()

    def _context(self, route: Route) -> ssl.SSLContext:
        trust = (route.ca_file, route.ca_stamp)
        with self._lock:
            if trust not in self._contexts:
                self._contexts[trust] = make_context(route.ca_file)
            return self._contexts[trust]


class StrictSession(requests.Session):
    """A session that follows nothing, remembers no cookie and asks the environment nothing."""

    def __init__(self, adapter: WireAdapter) -> None:
        super().__init__()
        self.trust_env = False
        self.headers.clear()
        self.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Say that no reply leads elsewhere: the library would read and decode it to find out."""


class RequestsTransport:
    """Fulfils `engine.ports.Transport`.

    `resolve` is asked for addresses; an idle connection is kept for `kept_s` seconds.
    """

    def __init__(self, resolve: Resolve = system_addresses, kept_s: float = KEPT_S) -> None:
        self._adapter = WireAdapter(NameLookup(resolve), kept_s)
        self._session = StrictSession(self._adapter)

    def send(self, request: HttpRequest, profile: Profile, timeouts: Timeouts) -> Exchange:
        """Do one exchange within `timeouts.total_s`, redirects, retries and decoding left out."""
        wire = Wire(timeouts)
        try:
            route = find_route(request.url, profile)
            return self._exchange(_prepare(request, route, wire))
        except EXPECTED as error:
            return Exchange(
                progress=wire.progress,
                fault=reason_of(error, wire),
                detail=detail_of(error),
                elapsed_ms=wire.elapsed_ms,
            )

    def close(self) -> None:
        """Close all idle connections; later exchanges work, and keep none."""
        self._session.close()

    def _exchange(self, request: WireRequest) -> Exchange:
        complete = False
        try:
            response = self._session.send(request, stream=True, allow_redirects=False)
            reply = _read(response)
            complete = True
        finally:
            self._adapter.finish(request, complete=complete)
        request.wire.progress = Progress.ANSWERED
        if reply.header("content-encoding").strip().lower() not in {"", "identity"}:
            return Exchange(
                progress=Progress.ANSWERED,
                fault=Reason.UNREADABLE,
                detail="the reply is compressed, which was not asked for",
                elapsed_ms=request.wire.elapsed_ms,
            )
        return Exchange(progress=Progress.ANSWERED, reply=reply, elapsed_ms=request.wire.elapsed_ms)


def make_context(ca_file: str) -> ssl.SSLContext:
    """Trust one file of authorities, or the bundled ones; TLS 1.2 at least. Raises `LocalError`."""
    # Not create_default_context: that one writes session keys where an environment variable says.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_verify_locations(ca_file or DEFAULT_CA_BUNDLE_PATH)
    except OSError:
        raise LocalError("The profile's file of certificates cannot be read.", "Check ca_file.") from None
    return context


def _prepare(request: HttpRequest, route: Route, wire: Wire) -> WireRequest:
    """Fill the request in by hand: the library would write address and body anew, and both are signed.

    Raises ValueError for a header that cannot be written down.
    """
    prepared = WireRequest(route, wire, target_of(request.url))
    prepared.method, prepared.url, prepared.body = request.method, request.url, request.body
    prepared.prepare_headers(
        {
            "Host": host_header(request.url),
            "User-Agent": f"pos-cancel/{__version__}",
            "Accept-Encoding": "identity",
            "Content-Length": str(len(request.body)),
            **dict(request.headers),
        }
    )
    return prepared


def _read(response: requests.Response) -> HttpReply:
    """Read the whole reply. Raises `ReplyTooLarge` and what the network does."""
    if response.status_code < http.client.OK:
        # The real reply is still to come, and must not be taken for the answer to the next request.
        raise http.client.BadStatusLine("only a hint")
    headers = tuple((str(name), str(value)) for name, value in response.raw.headers.items())
    if sum(len(name) + len(value) for name, value in headers) > LONGEST_HEADERS:
        raise ReplyTooLarge
    if (response.raw.length_remaining or 0) > LONGEST_BODY:
        raise ReplyTooLarge
    body = bytearray()
    for piece in response.raw.stream(PIECE, decode_content=False):
        body += piece
        if len(body) > LONGEST_BODY:
            raise ReplyTooLarge
    return HttpReply(response.status_code, headers, bytes(body))
