"""Profiles as TOML files (design.md §3): read strictly, in one sentence what is wrong; no keys in them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pos_cancel.adapters.durable import flush_folder
from pos_cancel.adapters.profile_entries import (
    Wrong,
    check_address,
    is_delay,
    matching,
    numbers_of,
    one_of,
    shown,
    table_of,
    text_of,
    zone_of,
)
from pos_cancel.adapters.settings import Home, replace_file
from pos_cancel.domain.errors import InvalidInput, LocalError
from pos_cancel.domain.profile import (
    KEY_STORES,
    Profile,
    ProfileKind,
    Schedule,
    SignType,
    Timeouts,
    Timestamp,
)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,47}", re.ASCII)
PARTNER = re.compile(r"2088\d{12}", re.ASCII)
GATEWAYS = ("acquire", "antom", "apo", "acqp")
CHARSETS = {"UTF-8": "UTF-8", "UTF8": "UTF-8", "GBK": "GBK", "GB2312": "GB2312"}
LARGEST = 64 * 1024
SLOWEST_PACE = 100
JSON_GAPS_S = (5.0,)
WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d|[1-9]\d{0,2}d", re.ASCII)
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
OTHERS = (
    "name",
    "kind",
    "gateway",
    "endpoint",
    "partner",
    "client_id",
    "sign_type",
    "timestamp",
    "query",
    "charset",
    "extra",
    "time_zone",
    "timeouts",
    "schedule",
    "pace",
)
KNOWN = frozenset((*TEXTS, *OTHERS))
SECRETS = re.compile(r"BEGIN|PRIVATE|secret|password|md5_key|private_key", re.IGNORECASE)


def parse_profile(text: str, source: str) -> Profile:
    """Read a profile from TOML text. Raises `InvalidInput` with the first thing that is wrong."""
    way_on = "Correct the file and import it again; nothing was changed."
    try:
        values = tomllib.loads(text)
        return _profile(values)
    except Wrong as wrong:
        raise InvalidInput(f"{source}: {wrong}", way_on) from None
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{source} is not a profile file: {error}.", way_on) from None


def _profile(values: Mapping[str, Any]) -> Profile:
    unknown = sorted(set(values) - KNOWN)
    if unknown:
        what = "holds a key, which a profile never does" if SECRETS.search(unknown[0]) else "is not known"
        raise Wrong(f"the entry {shown(unknown[0])} {what}.")
    gateway = one_of(values, "gateway", GATEWAYS)
    kind = ProfileKind(one_of(values, "kind", tuple(ProfileKind)))
    default_sign = SignType.RSA2 if gateway == "acquire" else SignType.RSA256
    texts = {name: text_of(values, name) for name in TEXTS if name in values}
    if "key_store" in texts:
        one_of(texts, "key_store", KEY_STORES)
    if gateway != "acquire" and not WINDOW.fullmatch(texts.get("window", "00:15")):
        raise Wrong("window is a time of the next day such as 00:15, or a number of days such as 7d.")
    charset = CHARSETS.get(text_of(values, "charset", "UTF-8").upper())
    if charset is None:
        raise Wrong("charset is UTF-8, GBK or GB2312.")
    profile = Profile(
        name=matching(values, "name", NAME, "letters, digits, dot, dash; 48 at most"),
        kind=kind,
        gateway=gateway,
        endpoint=text_of(values, "endpoint"),
        merchant_id=_merchant_id(values, gateway),
        sign_type=SignType(one_of(values, "sign_type", _sign_types(gateway), default_sign)),
        timestamp=Timestamp(one_of(values, "timestamp", _times(gateway), _default_time(gateway))),
        query=one_of(values, "query", ("acquire", "overseas"), "acquire"),
        charset=charset,
        extra=_extra(values),
        time_zone=zone_of(values),
        timeouts=Timeouts(**numbers_of(values, "timeouts", ("connect_s", "read_s", "total_s"))),
        schedule=_schedule(values, kind, gateway),
        **texts,
    )
    for name in ("endpoint", "backup_endpoint"):
        check_address(getattr(profile, name), name, kind)
    if profile.is_training and profile.proxy:
        raise Wrong("a training profile may not use a proxy.")
    return profile


def _merchant_id(values: Mapping[str, Any], gateway: str) -> str:
    if gateway == "acquire":
        return matching(values, "partner", PARTNER, "16 digits that begin with 2088")
    return text_of(values, "client_id")


def _sign_types(gateway: str) -> tuple[str, ...]:
    return (SignType.MD5, SignType.RSA, SignType.RSA2) if gateway == "acquire" else (SignType.RSA256,)


def _times(gateway: str) -> tuple[str, ...]:
    if gateway == "acquire":
        return Timestamp.DATETIME, Timestamp.MS, Timestamp.NONE
    return Timestamp.MS, Timestamp.ISO


def _default_time(gateway: str) -> Timestamp:
    return {"acquire": Timestamp.DATETIME, "acqp": Timestamp.ISO}.get(gateway, Timestamp.MS)


def _extra(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    table = table_of(values, "extra")
    secret = next((key for key in table if SECRETS.search(key)), None)
    if secret is not None:
        raise Wrong(f"the entry {shown(secret)} of extra holds a key, which a profile never does.")
    return tuple(sorted((key, text_of(table, key)) for key in table))


def default_gaps(gateway: str) -> tuple[float, ...]:
    """Give the foreground gaps that a gateway's own documents ask for, in seconds (gateways.md T3)."""
    return Schedule().gaps_s if gateway == "acquire" else JSON_GAPS_S


def _schedule(values: Mapping[str, Any], kind: ProfileKind, gateway: str) -> Schedule:
    pace = values.get("pace", 1.0)
    if not is_delay(pace) or pace > SLOWEST_PACE:
        raise Wrong("pace is a number above 0.")
    if pace != 1 and kind is not ProfileKind.TRAINING:
        raise Wrong("only a training profile may have a pace.")
    table = dict(table_of(values, "schedule"))
    gaps = table.pop("gaps_s", default_gaps(gateway))
    if not isinstance(gaps, list | tuple) or not gaps or not all(map(is_delay, gaps)):
        raise Wrong("schedule.gaps_s is a list of seconds, each above 0.")
    names = ("foreground_s", "unsent_s", "shortest_round_s", "longest_round_s", "busy_s", "not_found_gap_s")
    numbers = numbers_of({"schedule": table}, "schedule", names)
    return Schedule(gaps_s=tuple(float(gap) for gap in gaps), pace=float(pace), **numbers)


def read_profile(path: Path) -> Profile:
    """Read one profile file. Raises `InvalidInput`."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.", "Name a profile file.") from None
    except UnicodeDecodeError:
        raise InvalidInput(f"{path} is not a profile file.", "Name a profile file.") from None
    if len(data) > LARGEST:
        raise InvalidInput(f"{path} is too large for a profile.", "Name a profile file.")
    profile = parse_profile(text, path.name)
    if not profile.ca_file:
        return profile
    # A file named beside the profile must be found from any folder, also once the profile is imported.
    return replace(profile, ca_file=str(path.parent.resolve() / profile.ca_file))


def load_profiles(home: Home) -> dict[str, Profile]:
    """Read all profiles of this till, by name.

    Raises `InvalidInput` for the first broken one, `LocalError` where the folder cannot be read.
    """
    profiles = [read_profile(path) for path in profile_paths(home)]
    return {profile.name: profile for profile in profiles}


def profile_paths(home: Home) -> list[Path]:
    """Give the profile files in the order of their names. Raises `LocalError`."""
    try:
        return sorted(home.profiles_dir.glob("*.toml"))
    except OSError as error:
        raise LocalError(
            f"The folder {home.profiles_dir} cannot be read: {error.strerror}.",
            "Check the disk and its owner.",
        ) from None


def import_profile(home: Home, file: Path, *, overwrite: bool = False) -> Profile:
    """Check a profile file and take it over. Raises `InvalidInput`; an existing one needs `replace`."""
    profile = read_profile(file)
    path = home.profiles_dir / f"{profile.name}.toml"
    if path.exists() and not overwrite and read_profile(path) != profile:
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
        flush_folder(path.parent)
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
    return tomlkit.dumps(values | _schedule_values(profile.schedule, profile.gateway))


def _changed(name: str, value: object, blank: object, names: tuple[str, ...]) -> dict[str, object]:
    table = {key: getattr(value, key) for key in names if getattr(value, key) != getattr(blank, key)}
    return {name: table} if table else {}


def _schedule_values(schedule: Schedule, gateway: str) -> dict[str, object]:
    names = ("foreground_s", "unsent_s", "shortest_round_s", "longest_round_s", "busy_s", "not_found_gap_s")
    values = _changed("schedule", schedule, Schedule(), names)
    if schedule.gaps_s != default_gaps(gateway):
        values.setdefault("schedule", {})["gaps_s"] = list(schedule.gaps_s)  # type: ignore[index]
    if schedule.pace != 1:
        values = {"pace": schedule.pace} | values
    return values
