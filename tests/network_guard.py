"""Keeps this process on the loopback interface: a hook under the socket module, not a patch over it."""

import ipaddress
import socket
import sys
from collections.abc import Mapping

# Addresses this process tried to reach since the last test began. An audit hook has no caller to
# report to, so it writes here; only the fixture in conftest.py reads it.
attempts: list[str] = []

# Which argument of each audit event names the other end.
ADDRESS_ARGUMENT: Mapping[str, int] = {
    "socket.connect": 1,
    "socket.bind": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}


class OutsideNetworkError(RuntimeError):
    """A test tried to reach something that is not this machine."""


def install() -> None:
    """Watch every socket of this process from now on; Python offers no way to take the hook off again."""
    sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event not in ADDRESS_ARGUMENT:
        return
    host = _host(arguments, ADDRESS_ARGUMENT[event])
    if host is None or _is_loopback(host):
        return
    if host.endswith(".invalid"):
        # RFC 6761: such a name never resolves, so a test may ask for it; the answer is made here.
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    attempts.append(f"{event} {host}")
    raise OutsideNetworkError(f"{event}: tests may only reach this machine, not {host}")


def _host(arguments: tuple[object, ...], position: int) -> str | None:
    """The name or number of the other end; None when it cannot be outside (a Unix socket, no host)."""
    first, address = arguments[0], arguments[position]
    if isinstance(first, socket.socket):
        if first.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
            return None
        address = address[0]
    if isinstance(address, bytes):
        return address.decode("ascii", "replace")
    return address if isinstance(address, str) else None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
