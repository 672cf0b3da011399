"""Host names become addresses, in a thread: getaddrinfo cannot be interrupted, only left behind."""

import ipaddress
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future

# Family, kind, protocol, canonical name, and what `connect` takes.
Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str | int | bytes, ...]]
LOCALHOST = "localhost"
# The older family first: it is the one that every training gateway listens on.
LOOPBACK = ("127.0.0.1", "::1")
Resolve = Callable[[str, int], list[Address]]


class NameLookupTimeout(TimeoutError):
    """The name server did not answer in time."""


def system_addresses(host: str, port: int) -> list[Address]:
    """Ask the operating system. Raises `socket.gaierror`; blocks for as long as it likes.

    `localhost` is this machine on every network (RFC 6761), also where no hosts file says so.
    """
    if host.lower() == LOCALHOST:
        return [found for own in LOOPBACK for found in _numbered(own, port)]
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))


def _numbered(address: str, port: int) -> list[Address]:
    return list(socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))


def is_number(host: str) -> bool:
    """Tell whether the host is an address already."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


class NameLookup:
    """Looks names up within a time; a lookup that hangs is joined, never started a second time."""

    def __init__(self, resolve: Resolve = system_addresses) -> None:
        self._resolve = resolve
        self._running: dict[tuple[str, int], Future[list[Address]]] = {}
        self._lock = threading.Lock()

    def addresses(self, host: str, port: int, timeout_s: float) -> list[Address]:
        """Give the addresses in the system's order. Raises `socket.gaierror`, `NameLookupTimeout`."""
        if is_number(host):
            return self._resolve(host, port)
        future = self._start(host, port)
        try:
            return future.result(timeout_s)
        except TimeoutError:
            raise NameLookupTimeout("the name server did not answer in time") from None

    def _start(self, host: str, port: int) -> Future[list[Address]]:
        with self._lock:
            running = self._running.get((host, port))
            if running is not None:
                return running
            future: Future[list[Address]] = Future()
            self._running[host, port] = future
        threading.Thread(target=self._run, args=(host, port, future), name="name-lookup", daemon=True).start()
        return future

    def _run(self, host: str, port: int, future: "Future[list[Address]]") -> None:
        try:
            found = self._resolve(host, port)
        except Exception as error:  # noqa: BLE001 - it is raised again in the thread that asked
            self._forget(host, port)
            future.set_exception(error)
        else:
            self._forget(host, port)
            future.set_result(found)

    def _forget(self, host: str, port: int) -> None:
        with self._lock:
            del self._running[host, port]
