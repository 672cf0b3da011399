"""What the journal is told of an event: short fields for the chain, bodies beside it, never a key."""

import hashlib

from pos_cancel.domain.case import Ask, Case
from pos_cancel.domain.outcome import Reading
from pos_cancel.gateways.http import Exchange

Fields = tuple[tuple[str, str], ...]


def who(case: Case) -> Fields:
    """Name the case and the people behind it."""
    return filled(
        ("ref", case.ref),
        ("number", case.number),
        ("operator", case.operator),
        ("approver", case.approver),
        ("reason", case.reason),
        ("overrides", " ".join(case.overrides)),
        ("params_sha256", digest(case.params)),
    )


def departure(ask: Ask, url: str, params: Fields) -> Fields:
    """Name what is about to leave, and prove that a retry carries the same parameters (R3)."""
    return (("ask", ask.value), ("url", url), ("params_sha256", digest(params)))


def arrival(ask: Ask, reading: Reading, exchange: Exchange) -> Fields:
    """Name what came back."""
    return filled(
        ("ask", ask.value),
        ("outcome", type(reading.outcome).__name__),
        ("signature", reading.signature.value),
        ("progress", reading.progress.value),
        ("code", reading.code),
        ("fault", exchange.fault.value if exchange.fault else ""),
        ("http_status", str(reading.http_status or "")),
    )


def filled(*pairs: tuple[str, str]) -> Fields:
    """Leave out what is empty."""
    return tuple(pair for pair in pairs if pair[1])


def digest(params: Fields) -> str:
    """Give the SHA-256 of the frozen parameters."""
    return hashlib.sha256("\n".join(f"{name}={value}" for name, value in params).encode()).hexdigest()
