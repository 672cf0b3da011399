"""The errands of the assistant: each runs on the set-up's thread, where it may take its time."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pos_cancel.adapters.key_files import content_of, sized
from pos_cancel.adapters.settings import replace_file

if TYPE_CHECKING:
    # These load the cryptographic library, which the first paint must not wait for.
    from pos_cancel.adapters.new_account import Place
    from pos_cancel.adapters.setup import KeySeen, PublicHalf, Setup
    from pos_cancel.domain.profile import Profile
    from pos_cancel.engine.probe import Proof

# A key that a person brings: its text, or the file that it is in.
Brought = bytes | Path
# Our public half, and whether the gateway's key that was there before still stands.
Own = tuple["PublicHalf", bool]


def choose_gateway(gateway: str, setup: "Setup") -> "tuple[Place, ...]":
    """Choose the payment system."""
    return setup.choose_gateway(gateway)


def choose_place(name: str, setup: "Setup") -> None:
    """Choose a known address."""
    setup.choose_place(name)


def write_address(address: str, certificate: str, setup: "Setup") -> None:
    """Write another address."""
    setup.write_address(address, certificate)


def say_account(said: Mapping[str, str], setup: "Setup") -> "Profile":
    """Say whose account it is."""
    setup.say_account(
        said.get("id", ""),
        currency=said.get("currency", ""),
        key_version=said.get("key_version", ""),
        label=said.get("name", ""),
    )
    return setup.profile()


def import_profile(path: Path, setup: "Setup") -> "Profile":
    """Take a profile from a file."""
    return setup.import_profile(path)


def make(sign_type: str, bits: int, setup: "Setup") -> Own:
    """Make a key pair."""
    setup.sign_with(sign_type)
    half = setup.make(bits)
    return half, setup.draft.keys.gateway_public is not None


def sign_with(sign_type: str, setup: "Setup") -> bool:
    """Choose the signature type; tells whether the key that was there fits it."""
    setup.sign_with(sign_type)
    return setup.draft.keys.private is not None


def take_private(brought: Brought, password: str, setup: "Setup") -> Own:
    """Take our private key."""
    half = setup.take_private(_content(brought), password)
    return half, setup.draft.keys.gateway_public is not None


def compare(brought: Brought, setup: "Setup") -> "KeySeen":
    """Compare our public half with what the portal has."""
    return setup.compare(_content(brought))


def take_theirs(brought: Brought, setup: "Setup") -> "KeySeen":
    """Take the gateway's public key."""
    return setup.take_gateway_key(_content(brought))


def take_md5(text: str, setup: "Setup") -> None:
    """Take the shared secret."""
    setup.sign_with("MD5")
    setup.take_md5(text)


def save_public(path: Path, half: "PublicHalf", _: "Setup") -> None:
    """Write our public key to a file: PEM where its name says so, else as the portal wants it."""
    replace_file(path, (half.pem if path.suffix == ".pem" else half.text) + "\n")


def test(setup: "Setup") -> "Proof":
    """Ask the gateway about a number that no sale has."""
    return setup.test()


def keep(setup: "Setup") -> "Profile":
    """Store the keys and write the profile."""
    return setup.keep()


def _content(brought: Brought) -> bytes:
    return content_of(brought) if isinstance(brought, Path) else sized(brought)
