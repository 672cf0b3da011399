"""Where a request goes: the address taken apart; training and the world kept apart (design.md §3)."""

import ipaddress
import os
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from pos_cancel.domain.errors import LocalError
from pos_cancel.domain.profile import Profile

DEFAULT_PORTS = {"http": 80, "https": 443}
WAY_ON = "Check the address in the profile."


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that is asked for a tunnel."""

    host: str
    port: int
    login: str = field(default="", repr=False)  # name:password


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The key under which connections are kept: two requests of one route may share one."""

    secure: bool
    host: str
    port: int
    training: bool
    ca_file: str = ""
    ca_stamp: tuple[int, int] = (0, 0)  # a new file at the old place is a new trust
    proxy: Proxy | None = None

    def allows(self, address: str) -> bool:
        """Tell whether this resolved address lies on the right side of the wall."""
        return self.proxy is not None or is_loopback(address) is self.training


def find_route(url: str, profile: Profile) -> Route:
    """Take the address apart and refuse what the profile may not reach. Raises `LocalError`."""
    parts, port = _split(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        raise LocalError("The gateway's address cannot be used.", WAY_ON)
    secure, host = parts.scheme == "https", parts.hostname
    if profile.is_training is not is_loopback(host):
        side = "a training profile reaches this machine only" if profile.is_training else "only training may"
        raise LocalError(f"The gateway's address lies on the wrong side: {side}.", WAY_ON)
    if not secure and not is_loopback(host):
        raise LocalError("The gateway's address must begin with https.", WAY_ON)
    if profile.is_training and profile.proxy:
        raise LocalError("A training profile may not use a proxy.", WAY_ON)
    return Route(
        secure=secure,
        host=host,
        port=port,
        training=profile.is_training,
        ca_file=profile.ca_file,
        ca_stamp=_stamp(profile.ca_file),
        proxy=_proxy(profile.proxy),
    )


def target_of(url: str) -> str:
    """Give path and query exactly as they stand in the URL: a signature may cover them."""
    parts = urlsplit(url)
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def host_header(url: str) -> str:
    """Give host and port as they stand in the URL."""
    return urlsplit(url).netloc


def is_loopback(host: str) -> bool:
    """Tell whether a name or address means this machine; 0.0.0.0 and mapped addresses do as well."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_unspecified


def _split(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        return parts, parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        raise LocalError("The gateway's address cannot be read.", WAY_ON) from None


def _stamp(path: str) -> tuple[int, int]:
    if not path:
        return (0, 0)
    try:
        found = os.stat(path)  # noqa: PTH116 - a Path object costs more than the call
    except OSError:
        raise LocalError("The profile's file of certificates cannot be read.", "Check ca_file.") from None
    return (found.st_mtime_ns, found.st_size)


def _proxy(url: str) -> Proxy | None:
    if not url:
        return None
    parts, port = _split(url if "://" in url else f"http://{url}")
    if parts.scheme != "http" or not parts.hostname:
        raise LocalError("The proxy's address cannot be used; only http proxies can.", "Check proxy.")
    login = ""
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return Proxy(parts.hostname, port, login)
