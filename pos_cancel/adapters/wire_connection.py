"""The HTTP connection that knows how far an exchange got: urllib3's, with a connect of our own."""

import socket
import ssl
from typing import cast

import urllib3
from urllib3.connection import HTTPConnection

from pos_cancel.adapters.name_lookup import Address, NameLookup
from pos_cancel.adapters.route import Route
from pos_cancel.adapters.wire import TimedSocket, Wire
from pos_cancel.domain.errors import LocalError
from pos_cancel.domain.outcome import Progress


class WireConnection(HTTPConnection):
    """One connection of one route; it is opened once and never opens itself again.

    Without a `context` it speaks plain HTTP, which routes allow on loopback only.
    """

    # The library would open a closed connection anew in the middle of a request.
    auto_open = 0

    def __init__(self, route: Route, lookup: NameLookup, context: ssl.SSLContext | None, wire: Wire) -> None:
        hop = route.proxy if route.proxy is not None else route
        super().__init__(hop.host, hop.port)
        if route.proxy is not None:
            self.set_tunnel(route.host, route.port, _proxy_headers(route.proxy.login))
        self.route = route
        self._hop = hop
        self._lookup = lookup
        self._context = context
        self._timed: TimedSocket | None = None
        self._wire = wire

    def connect(self) -> None:
        """Resolve, connect, tunnel, secure, recording each. Raises `OSError`, `LocalError`."""
        wire = self._wire
        addresses = self._lookup.addresses(self._hop.host, self._hop.port, wire.left_s(wire.timeouts.total_s))
        wire.progress = Progress.RESOLVED
        if not all(self.route.allows(str(where[0])) for *_, where in addresses):
            raise LocalError("The gateway's name leads to the wrong side of the training wall.")
        timed = TimedSocket(_connected(addresses, wire), wire)
        self.sock = cast("socket.socket", timed)
        wire.progress = Progress.CONNECTED
        if self.route.proxy is not None:
            self._tunnel()
            wire.received = 0
        if self._context is not None:
            timed.secure(self._context, self.route.host)
            wire.progress = Progress.SECURED
        timed.armed = True
        self._timed = timed

    def let_go(self) -> None:
        """Let the request leave that `request` collected. Raises `OSError`."""
        cast("TimedSocket", self.sock).let_go()

    def reuse(self, wire: Wire) -> None:
        """Let the next exchange use this connection as it stands."""
        self._wire = wire
        if self._timed is not None:
            self._timed.wire = wire
        wire.progress = Progress.CONNECTED if self._context is None else Progress.SECURED


def _proxy_headers(login: str) -> dict[str, str]:
    return dict(urllib3.make_headers(proxy_basic_auth=login)) if login else {}


def _connected(addresses: list[Address], wire: Wire) -> socket.socket:
    """Connect to the first address that answers; each has the profile's time. Raises the last fault."""
    fault: OSError = OSError("the name has no address")
    for family, kind, protocol, _, where in addresses:
        plain = socket.socket(family, kind, protocol)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.settimeout(wire.left_s(wire.timeouts.connect_s))
            plain.connect(where)
        except OSError as error:
            plain.close()
            fault = error
        else:
            return plain
    raise fault
