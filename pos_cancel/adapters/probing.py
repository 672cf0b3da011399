"""Sending the inquiry of `engine.probe` and reading its answer; blocks for as long as the line takes."""

from collections.abc import Callable
from datetime import datetime

from pos_cancel.domain.profile import Profile
from pos_cancel.engine.ports import Transport
from pos_cancel.engine.probe import Proof, ask, other_query, read
from pos_cancel.gateways import Gateway
from pos_cancel.gateways.signing import Keys


def probed(
    profile: Profile, keys: Keys, gateway: Gateway, transport: Transport, now: Callable[[], datetime]
) -> Proof:
    """Ask about a number that no sale has, and once more in the other way where the contract may want that.

    Gives the better of the two answers. Raises `SignatureError` where a key is missing.
    """
    first = _asked(profile, keys, gateway, transport, now, profile.query)
    query = other_query(first, profile)
    if not query:
        return first
    second = _asked(profile, keys, gateway, transport, now, query)
    return second if second.passed else first


def _asked(
    profile: Profile,
    keys: Keys,
    gateway: Gateway,
    transport: Transport,
    now: Callable[[], datetime],
    query: str,
) -> Proof:
    question, request = ask(profile, keys, gateway, now(), query)
    exchange = transport.send(request, profile, profile.timeouts)
    return read(question, keys, gateway, exchange, now())
