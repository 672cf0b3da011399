"""Profiles as TOML files (design.md §3): read strictly, in one sentence what is wrong; no keys in them."""

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pos_cancel.adapters.settings import Home, replace_file
from pos_cancel.domain.errors import InvalidInput, LocalError
from pos_cancel.domain.profile import Profile, ProfileKind, Schedule, SignType, Timeouts, Timestamp

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,47}", re.ASCII)
PARTNER = re.compile(r"2088\d{12}", re.ASCII)
GATEWAYS = ("acquire", "antom", "apo", "acqp")
CHARSETS = {"UTF-8": "UTF-8", "UTF8": "UTF-8", "GBK": "GBK", "GB2312": "GB2312"}
LARGEST = 64 * 1024
LONGEST_S = 1e6
SLOWEST_PACE = 100
TEXTS = (
    "backup_endpoint",
    "key_version",
    "currency",
    "window",
    "network",
    "account",
    "support",
    "till",
    "key_store",
    "merchant_account_id",
    "path_prefix",
    "proxy",
    "language",
    "ca_file",
)
KNOWN = frozenset(
    {
        *TEXTS, "name", "kind", "gateway", "endpoint", "partner", "client_id", "sign_type", "timestamp", "query",
        "charset", "extra", "time_zone", "timeouts", "schedule", "pace",
    }
)  # fmt: skip
SECRETS = re.compile(r"BEGIN|PRIVATE|secret|password|md5_key|private_key", re.IGNORECASE)


class _Wrong(Exception):
    """What is wrong with a profile, in words."""


def parse_profile(text: str, source: str) -> Profile:
    """Read a profile from TOML text. Raises `InvalidInput` with the first thing that is wrong."""
    way_on = "Correct the file and import it again; nothing was changed."
    try:
        values = tomllib.loads(text)
        return _profile(values)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{source} is not a profile file: {error}.", way_on) from None
    except _Wrong as wrong:
        raise InvalidInput(f"{source}: {wrong}", way_on) from None


def _profile(values: Mapping[str, Any]) -> Profile:
    unknown = sorted(set(values) - KNOWN)
    if unknown:
        what = "holds a key, which a profile never does" if SECRETS.search(unknown[0]) else "is not known"
        raise _Wrong(f"the entry {unknown[0]!r} {what}.")
    gateway = _one_of(values, "gateway", GATEWAYS)
    kind = ProfileKind(_one_of(values, "kind", tuple(ProfileKind)))
    default_sign = SignType.RSA2 if gateway == "acquire" else SignType.RSA256
    texts = {name: _text(values, name) for name in TEXTS if name in values}
    charset = CHARSETS.get(_text(values, "charset", "UTF-8").upper())
    if charset is None:
        raise _Wrong("charset is UTF-8, GBK or GB2312.")
    profile = Profile(
        name=_matching(values, "name", NAME, "letters, digits, dot, dash; 48 at most"),
        kind=kind,
        gateway=gateway,
        endpoint=_text(values, "endpoint"),
        merchant_id=_merchant_id(values, gateway),
        sign_type=SignType(_one_of(values, "sign_type", tuple(SignType), default_sign)),
        timestamp=Timestamp(_one_of(values, "timestamp", tuple(Timestamp), _default_time(gateway))),
        query=_one_of(values, "query", ("acquire", "overseas"), "acquire"),
        charset=charset,
        extra=tuple(sorted((str(key), str(value)) for key, value in _table(values, "extra").items())),
        time_zone=_zone(values),
        timeouts=Timeouts(**_numbers(values, "timeouts", ("connect_s", "read_s", "total_s"))),
        schedule=_schedule(values, kind),
        **texts,
    )
    for name in ("endpoint", "backup_endpoint"):
        _check_address(getattr(profile, name), name, kind)
    return profile


def _text(values: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = values.get(name, default)
    if not isinstance(value, str) or (default is None and not value):
        raise _Wrong(f"{name} is missing or not a text.")
    if not value.isprintable() or "-----" in value:
        raise _Wrong(f"{name} holds something that does not belong there.")
    return value


def _one_of(
    values: Mapping[str, Any], name: str, allowed: tuple[str, ...], default: str | None = None
) -> str:
    value = _text(values, name, default)
    if value not in allowed:
        raise _Wrong(f"{name} is {', '.join(allowed)}; not {value[:20]!r}.")
    return value


def _matching(values: Mapping[str, Any], name: str, pattern: re.Pattern[str], words: str) -> str:
    value = _text(values, name)
    if not pattern.fullmatch(value):
        raise _Wrong(f"{name} is {words}.")
    return value


def _merchant_id(values: Mapping[str, Any], gateway: str) -> str:
    if gateway == "acquire":
        return _matching(values, "partner", PARTNER, "16 digits that begin with 2088")
    return _text(values, "client_id")


def _default_time(gateway: str) -> Timestamp:
    return {"acquire": Timestamp.DATETIME, "acqp": Timestamp.ISO}.get(gateway, Timestamp.MS)


def _table(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = values.get(name, {})
    if not isinstance(table, dict):
        raise _Wrong(f"{name} is a table.")
    return table


def _numbers(values: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    table = _table(values, name)
    for key, value in table.items():
        if (
            key not in allowed
            or isinstance(value, bool)
            or not isinstance(value, int | float)
            or not 0 < value < LONGEST_S
        ):
            raise _Wrong(f"{name}.{key} is not known, or not a number above 0.")
    return {key: float(value) for key, value in table.items()}


def _schedule(values: Mapping[str, Any], kind: ProfileKind) -> Schedule:
    pace = values.get("pace", 1.0)
    if isinstance(pace, bool) or not isinstance(pace, int | float) or not 0 < pace <= SLOWEST_PACE:
        raise _Wrong("pace is a number above 0.")
    if pace != 1 and kind is not ProfileKind.TRAINING:
        raise _Wrong("only a training profile may have a pace.")
    table = dict(_table(values, "schedule"))
    gaps = table.pop("gaps_s", Schedule().gaps_s)
    if (
        not isinstance(gaps, list | tuple)
        or not gaps
        or not all(isinstance(gap, int | float) for gap in gaps)
    ):
        raise _Wrong("schedule.gaps_s is a list of seconds.")
    names = ("foreground_s", "unsent_s", "shortest_round_s", "longest_round_s", "busy_s", "not_found_gap_s")
    numbers = _numbers({"schedule": table}, "schedule", names)
    return Schedule(gaps_s=tuple(float(gap) for gap in gaps), pace=float(pace), **numbers)


def _zone(values: Mapping[str, Any]) -> str:
    name = _text(values, "time_zone", "")
    try:
        if name:
            ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _Wrong(f"there is no time zone {name!r}; one is called Asia/Hong_Kong.") from None
    return name


def _check_address(address: str, name: str, kind: ProfileKind) -> None:
    """Wall training off: a training profile names a loopback address and nothing else, no other names one."""
    if not address and name == "backup_endpoint":
        return
    parts = urlsplit(address)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or parts.fragment:
        raise _Wrong(f"{name} is not an https address.")
    loopback = is_loopback(parts.hostname)
    if kind is ProfileKind.TRAINING and not loopback:
        raise _Wrong(f"a training profile may only name a loopback address, {name} does not.")
    if kind is not ProfileKind.TRAINING and loopback:
        raise _Wrong(f"only a training profile may name a loopback address, {name} does.")
    if parts.scheme == "http" and not loopback:
        raise _Wrong(f"{name} must begin with https.")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine's own."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_profile(path: Path) -> Profile:
    """Read one profile file. Raises `InvalidInput`."""
    try:
        data = path.read_bytes()[: LARGEST + 1]
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.", "Name a profile file.") from None
    except UnicodeDecodeError:
        raise InvalidInput(f"{path} is not a profile file.", "Name a profile file.") from None
    if len(data) > LARGEST:
        raise InvalidInput(f"{path} is too large for a profile.", "Name a profile file.")
    return parse_profile(text, path.name)


def load_profiles(home: Home) -> dict[str, Profile]:
    """Read all profiles of this till, by name. Raises `InvalidInput` for the first broken one."""
    profiles = [read_profile(path) for path in sorted(home.profiles_dir.glob("*.toml"))]
    return {profile.name: profile for profile in profiles}


def import_profile(home: Home, file: Path, *, replace: bool = False) -> Profile:
    """Check a profile file and take it over. Raises `InvalidInput`; an existing one needs `replace`."""
    profile = read_profile(file)
    path = home.profiles_dir / f"{profile.name}.toml"
    if path.exists() and not replace and read_profile(path) != profile:
        raise InvalidInput(
            f"There is another profile {profile.name!r} on this till.",
            "Remove it first, or import with --replace.",
        )
    write_profile(home, profile)
    return profile


def write_profile(home: Home, profile: Profile) -> None:
    """Write a profile file, whole or not at all."""
    replace_file(home.profiles_dir / f"{profile.name}.toml", export_profile(profile))


def remove_profile(home: Home, name: str) -> None:
    """Remove a profile file. Raises `InvalidInput` where there is none."""
    path = home.profiles_dir / f"{name}.toml"
    if not NAME.fullmatch(name) or not path.exists():
        raise InvalidInput(f"There is no profile {name!r} on this till.", "See: pos-cancel profile list")
    try:
        path.unlink()
    except OSError as error:
        raise LocalError(f"{path} cannot be removed: {error.strerror}.", "Check its owner.") from None


def export_profile(profile: Profile) -> str:
    """Give the profile as TOML; only what differs from the defaults, never a key."""
    import tomlkit

    blank = Profile(
        name=profile.name, kind=profile.kind, gateway=profile.gateway, endpoint="", merchant_id="", extra=()
    )
    owner = "partner" if profile.gateway == "acquire" else "client_id"
    values: dict[str, object] = {
        "name": profile.name,
        "kind": profile.kind.value,
        "gateway": profile.gateway,
        "endpoint": profile.endpoint,
        owner: profile.merchant_id,
        "sign_type": profile.sign_type.value,
        "timestamp": profile.timestamp.value,
    }
    for name in (*TEXTS, "query", "charset", "time_zone"):
        if getattr(profile, name) != getattr(blank, name):
            values[name] = getattr(profile, name)
    if profile.extra:
        values["extra"] = dict(profile.extra)
    values |= _changed("timeouts", profile.timeouts, Timeouts(), ("connect_s", "read_s", "total_s"))
    return tomlkit.dumps(values | _schedule_values(profile.schedule))


def _changed(name: str, value: object, blank: object, names: tuple[str, ...]) -> dict[str, object]:
    table = {key: getattr(value, key) for key in names if getattr(value, key) != getattr(blank, key)}
    return {name: table} if table else {}


def _schedule_values(schedule: Schedule) -> dict[str, object]:
    names = ("foreground_s", "unsent_s", "shortest_round_s", "longest_round_s", "busy_s", "not_found_gap_s")
    values = _changed("schedule", schedule, Schedule(), names)
    if schedule.gaps_s != Schedule().gaps_s:
        values.setdefault("schedule", {})["gaps_s"] = list(schedule.gaps_s)  # type: ignore[index]
    if schedule.pace != 1:
        values = {"pace": schedule.pace} | values
    return values
