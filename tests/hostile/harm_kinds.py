"""How a class of harm is written down: what the server does, and what that may amount to.

TRUE means that the harm is none and the answer has to be believed; else it is UNKNOWN, or REFUSED: a refusal
that ends nothing but this till's own set-up.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.hostile.tellers import Lie, Teller, Told, with_headers
from tests.raw_server import Peer

TRUE, UNKNOWN, REFUSED = "true", "unknown", "refused"


@dataclass(frozen=True)
class Harm:
    """One class: what the server does once it has read the request, and what that may amount to."""

    script: Callable[[Teller, Peer], None]
    wanted: str = UNKNOWN
    families: tuple[str, ...] = ("xml", "json")


def says(make: Callable[[Teller], Told | bytes], wanted: str = UNKNOWN, *families: str) -> Harm:
    """Read the request, then write what was made."""

    def script(teller: Teller, peer: Peer) -> None:
        peer.read_request()
        told = make(teller)
        peer.write(told if isinstance(told, bytes) else told.wire())

    return Harm(script, wanted, families or ("xml", "json"))


def lies(lie: Lie, wanted: str = UNKNOWN, *families: str) -> Harm:
    return says(lambda teller: teller.tell(lie), wanted, *families)


def rewrites(change: Callable[[str], str], wanted: str = UNKNOWN, *families: str) -> Harm:
    """Rewrite the document before it is signed: only a strict reader can find it."""
    return lies(Lie(text=change), wanted, *families)


def heads(wanted: str = UNKNOWN, *families: str, **changes: str | None) -> Harm:
    return says(lambda teller: with_headers(teller.tell(), **changes), wanted, *families)


def bodies(change: Callable[[bytes], bytes], wanted: str = UNKNOWN, *families: str, **headers: str) -> Harm:
    """Change the bytes after they were signed."""

    def make(teller: Teller) -> Told:
        told = with_headers(teller.tell(), **headers)
        return replace(told, body=change(told.body))

    return says(make, wanted, *families)


def acts(act: Callable[[Peer, bytes], None], wanted: str = UNKNOWN) -> Harm:
    """Read the request, then do something with the line and the good answer."""

    def script(teller: Teller, peer: Peer) -> None:
        peer.read_request()
        act(peer, teller.tell().wire())

    return Harm(script, wanted)
