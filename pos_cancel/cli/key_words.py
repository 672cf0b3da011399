"""How the keys of an account are told, as lines and as JSON; only what may be read out over the telephone."""

from datetime import datetime, tzinfo

from pos_cancel.adapters.keyring_contents import KeySummary
from pos_cancel.cli.till import Till
from pos_cancel.domain.profile import Profile
from pos_cancel.presenters.fingerprints import grouped

# Below its own line, each key has what else is known of it.
INDENT = " " * 19


def lines_of(till: Till, profile: Profile, summary: KeySummary) -> list[str]:
    """Give one or two lines for each key that is there."""
    lines = []
    if summary.private_fingerprint:
        lines += _key("our key", summary.private_bits, summary.private_fingerprint)
        version = version_of(profile, summary)
        lines.append(_more(version, f"here {age(till, summary.private_since)}"))
    if summary.next_fingerprint:
        lines += _key("our next key", summary.next_bits, summary.next_fingerprint)
        lines.append(_more(next_version_of(profile, summary), f"waits {age(till, summary.next_since)}"))
    if summary.gateway_fingerprint:
        lines += _key("the gateway's key", summary.gateway_bits, summary.gateway_fingerprint)
    if summary.has_md5:
        lines.append(f"the MD5 key is there, {age(till, summary.md5_since)}")
    return lines


def json_of(till: Till, profile: Profile, summary: KeySummary) -> dict[str, object]:
    """Give the same for scripts; what is not there is null."""
    is_md5 = profile.sign_type == "MD5"
    since = summary.md5_since if is_md5 else summary.private_since
    return {
        "profile": profile.name,
        "sign_type": profile.sign_type.value,
        "private_fingerprint": summary.private_fingerprint or None,
        "private_fingerprint_grouped": grouped(summary.private_fingerprint) or None,
        "private_bits": summary.private_bits or None,
        "gateway_fingerprint": summary.gateway_fingerprint or None,
        "gateway_fingerprint_grouped": grouped(summary.gateway_fingerprint) or None,
        "gateway_bits": summary.gateway_bits or None,
        "has_md5": summary.has_md5,
        "key_version": version_of(profile, summary) or None,
        "since": moment(since),
        "age_days": None if since is None else days(since, till.now()),
        "next_fingerprint": summary.next_fingerprint or None,
        "next_fingerprint_grouped": grouped(summary.next_fingerprint) or None,
        "next_bits": summary.next_bits or None,
        "next_key_version": next_version_of(profile, summary) or None,
        "next_since": moment(summary.next_since),
    }


def version_of(profile: Profile, summary: KeySummary) -> str:
    """Give the version that our signatures announce; acquire knows none."""
    return "" if profile.gateway == "acquire" else summary.key_version or profile.key_version


def next_version_of(profile: Profile, summary: KeySummary) -> str:
    """Give the version that the waiting key will announce."""
    if profile.gateway == "acquire" or not summary.next_fingerprint:
        return ""
    return summary.next_key_version or profile.key_version


def age(till: Till, since: datetime | None) -> str:
    """Say since when a key is here, in shop time."""
    if since is None:
        return "for an unknown time"
    return f"since {_day(since, till.zone)} ({_count(days(since, till.now()))})"


def days(since: datetime, now: datetime) -> int:
    """Give the whole days; none where a clock was wrong."""
    return max((now - since).days, 0)


def moment(at: datetime | None) -> str | None:
    """Give a time for scripts."""
    return None if at is None else at.isoformat(timespec="seconds")


def _key(name: str, bits: int, fingerprint: str) -> list[str]:
    return [f"{name:<18} {bits} bits  sha256 {grouped(fingerprint)}"]


def _more(version: str, told: str) -> str:
    return f"{INDENT}version {version}, {told}" if version else f"{INDENT}{told}"


def _day(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).date().isoformat()


def _count(number: int) -> str:
    return {0: "today", 1: "1 day"}.get(number, f"{number} days")
