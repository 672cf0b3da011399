"""The entries of a profile file, each read strictly; what is wrong is told in words."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pos_cancel.adapters.route import is_loopback
from pos_cancel.domain.profile import ProfileKind

LONGEST_TEXT = 1_000
LONGEST_S = 1e6
# How every key begins in base64, or so many letters of one, of a number or of hex that no name has them.
KEY = re.compile(r"MI[GHI][0-9A-Za-z+/_-]{40,}|[0-9A-Za-z+]{50,}|[0-9A-Za-z+/%=\\]{100,}|[0-9A-Za-z_-]{100,}")
# A wrong word is shown to whoever mistyped it; of a longer one, which may be a secret, only the beginning.
LONGEST_SHOWN, SHOWN = 24, 8


def shown(text: str) -> str:
    """Give a wrong word for a sentence."""
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:SHOWN]}…")


class Wrong(Exception):
    """What is wrong with a profile, in words."""


def text_of(values: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """Give a text; without a default it must be there and not be empty."""
    value = values.get(name, default)
    if not isinstance(value, str) or (default is None and not value):
        raise Wrong(f"{name} is missing or not a text.")
    # No address or name is as long as a key is, with or without its armour.
    if not value.isprintable() or "-----" in value or len(value) > LONGEST_TEXT or KEY.search(value):
        raise Wrong(f"{name} holds something that does not belong there.")
    return value


def one_of(values: Mapping[str, Any], name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    """Give one of the allowed words."""
    value = text_of(values, name, default)
    if value not in allowed:
        raise Wrong(f"{name} is {', '.join(allowed)}; not {shown(value)}.")
    return value


def matching(values: Mapping[str, Any], name: str, pattern: re.Pattern[str], words: str) -> str:
    """Give a text that matches whole; `words` say what would."""
    value = text_of(values, name)
    if not pattern.fullmatch(value):
        raise Wrong(f"{name} is {words}.")
    return value


def table_of(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give a table, empty where there is none."""
    table = values.get(name, {})
    if not isinstance(table, dict):
        raise Wrong(f"{name} is a table.")
    return table


def is_delay(value: object) -> bool:
    """Tell whether this is a number of seconds that can be waited."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < LONGEST_S


def numbers_of(values: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    """Give a table of seconds; any other entry is wrong."""
    table = table_of(values, name)
    for key, value in table.items():
        if key not in allowed or not is_delay(value):
            raise Wrong(f"{name}.{key} is not known, or not a number above 0.")
    return {key: float(value) for key, value in table.items()}


def zone_of(values: Mapping[str, Any]) -> str:
    """Give the name of a time zone, or an empty text."""
    name = text_of(values, "time_zone", "")
    try:
        if name:
            ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong(f"there is no time zone {shown(name)}; one is called Asia/Hong_Kong.") from None
    return name


def check_address(address: str, name: str, kind: ProfileKind) -> None:
    """Wall training off: a training profile names a loopback address and nothing else, no other names one."""
    if not address and name == "backup_endpoint":
        return
    parts = _split(address)
    if parts is None or parts.scheme not in {"https", "http"} or not parts.hostname:
        raise Wrong(f"{name} is not an https address.")
    if "@" in parts.netloc or parts.fragment:
        raise Wrong(f"{name} holds a login or a fragment, which no gateway has.")
    loopback = is_loopback(parts.hostname)
    if kind is ProfileKind.TRAINING and not loopback:
        raise Wrong(f"a training profile may only name a loopback address, {name} does not.")
    if kind is not ProfileKind.TRAINING and loopback:
        raise Wrong(f"only a training profile may name a loopback address, {name} does.")
    if parts.scheme == "http" and not loopback:
        raise Wrong(f"{name} must begin with https.")


def is_loopback_address(address: str) -> bool:
    """Tell whether the address names this machine."""
    parts = _split(address)
    return parts is not None and bool(parts.hostname) and is_loopback(parts.hostname or "")


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        return parts if parts.port is None or parts.port > 0 else None
    except ValueError:
        return None
