"""Setting up an account, step by step: the one core of the assistant in the window and on the command line.

Each step checks what it is given and says in one sentence what is wrong; what was right before stays. Keys
are in memory until `keep`. Not safe for several threads; calls may block for as long as a key, the gateway
or a keyring takes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from pos_cancel.adapters.account_entries import (
    checked_address,
    checked_currency,
    checked_key_version,
    checked_label,
    checked_merchant_id,
    checked_name,
)
from pos_cancel.adapters.key_forms import generate, portal_text, public_text
from pos_cancel.adapters.new_account import (
    Draft,
    KeyKeeper,
    Place,
    check_complete,
    check_free,
    free_name,
    keep,
    place_of,
    places,
    profile_of,
    taken_names,
)
from pos_cancel.adapters.probing import probed
from pos_cancel.adapters.profile_files import read_profile
from pos_cancel.adapters.qr_code import Squares, squares_of
from pos_cancel.adapters.settings import Home
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.profile import Profile, SignType
from pos_cancel.engine.ports import Transport
from pos_cancel.engine.probe import Proof
from pos_cancel.gateways import Gateway
from pos_cancel.gateways.keys import (
    RSA2_BITS,
    check_halves,
    check_pair,
    fingerprint,
    read_md5,
    read_private,
    read_public,
)
from pos_cancel.gateways.signing import Keys


@dataclass(frozen=True, slots=True)
class KeySeen:
    """What may be shown of a key: its size, the fingerprint of its public half, and whether it is weak."""

    bits: int
    fingerprint: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class PublicHalf:
    """Our public key as the portal wants it pasted, as PEM for a file, and as a QR code for a phone."""

    key: KeySeen
    text: str
    pem: str
    squares: Squares


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a set-up works with; gateways and transport are made when they are needed."""

    home: Home
    keeper: KeyKeeper
    gateways: Callable[[], Mapping[str, Gateway]]
    transport: Callable[[], Transport]
    now: Callable[[], datetime]


class Setup:
    """One account on its way; `draft` is what is known of it."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self.draft = Draft()

    def choose_gateway(self, gateway: str) -> tuple[Place, ...]:
        """Choose the payment system; gives its known addresses. Another one begins anew."""
        found = places(gateway)
        if gateway != self.draft.gateway or self.draft.base is not None:
            name = free_name(gateway, taken_names(self._tools.home))
            self.draft = Draft(gateway=gateway, name=name)
        return found

    def choose_place(self, name: str) -> Place:
        """Choose a known address."""
        place = place_of(self.draft.gateway, name)
        self.draft = replace(self.draft, place=name, endpoint="", ca_file="")
        return place

    def write_address(self, text: str, ca_file: str = "") -> str:
        """Write another address, and the file of its certificate authority where it needs one of its own."""
        address = checked_address(self.draft.gateway, text)
        self.draft = replace(self.draft, place="", endpoint=address, ca_file=ca_file)
        return address

    def say_account(
        self, merchant_id: str, *, currency: str = "", key_version: str = "", label: str = ""
    ) -> str:
        """Say whose account it is; gives the id as it is sent. Acquire wants to know the currency too."""
        is_form = self.draft.gateway == "acquire"
        found = checked_merchant_id(self.draft.gateway, merchant_id)
        changed = replace(
            self.draft,
            merchant_id=found,
            currency=checked_currency(currency) if is_form else "",
            key_version="" if is_form else checked_key_version(key_version),
            account=checked_label(label),
        )
        # The profile file's own rules have the last word on all that was said so far.
        profile_of(changed)
        self.draft = changed
        return found

    def call_it(self, name: str) -> None:
        """Choose the name of the profile file, which is made up otherwise."""
        check_free(self._tools.home, checked_name(name))
        self.draft = replace(self.draft, name=name)

    def import_profile(self, file: Path) -> Profile:
        """Take a profile from a file; its keys are still to come."""
        try:
            profile = read_profile(file)
        except InvalidInput as wrong:
            reason = wrong.sentence.rstrip(".")
            raise InvalidInput(wrong.sentence, wrong.way_on, topic="profile_file", reason=reason) from None
        check_free(self._tools.home, profile.name)
        self.draft = Draft(gateway=profile.gateway, name=profile.name, base=profile)
        return profile

    def profile(self) -> Profile:
        """Give the profile as it stands."""
        return profile_of(self.draft)

    def sign_with(self, sign_type: str) -> None:
        """Choose the signature type; keys of another kind are dropped."""
        if self.draft.base is None and sign_type != self.draft.sign_type:
            self.draft = replace(self.draft, sign_type=sign_type, keys=Keys())

    def make(self, bits: int) -> PublicHalf:
        """Make a key pair."""
        return self._take_own(generate(bits))

    def take_private(self, data: bytes, password: str = "") -> PublicHalf:
        """Take our private key. Raises `KeyTextError`, topic `key_encrypted` where it needs its password."""
        return self._take_own(read_private(data, password.encode() or None))

    def compare(self, data: bytes) -> KeySeen:
        """Check that a public key, as the portal has it, is our private one's. Raises `KeyTextError`."""
        uploaded = read_public(data)
        if self.draft.keys.private is not None:
            check_halves(self.draft.keys.private, uploaded)
        return _seen(uploaded)

    def take_gateway_key(self, data: bytes) -> KeySeen:
        """Take the gateway's public key. Raises `KeyTextError`, also for our own in its place."""
        public = read_public(data)
        if self.draft.keys.private is not None:
            check_pair(self.draft.keys.private, public)
        self.draft = replace(self.draft, keys=replace(self.draft.keys, gateway_public=public))
        return self._judged(public)

    def take_md5(self, text: str) -> None:
        """Take the shared secret. Raises `KeyTextError`."""
        self.draft = replace(self.draft, keys=Keys(md5=read_md5(text)))

    def test(self) -> Proof:
        """Ask the gateway about a number that no sale has."""
        check_complete(self.draft)
        profile = profile_of(self.draft)
        gateway = self._tools.gateways()[profile.gateway]
        transport = self._tools.transport()
        try:
            proof = probed(profile, self.draft.keys, gateway, transport, self._tools.now)
        finally:
            transport.close()
        if proof.passed and proof.query != profile.query and self.draft.base is None:
            self.draft = replace(self.draft, query=proof.query)
        return proof

    def keep(self) -> Profile:
        """Store the keys and write the profile: all or nothing. The draft's keys are then let go."""
        profile = keep(self._tools.home, self._tools.keeper, self.draft)
        self.draft = Draft()
        return profile

    def forget(self) -> None:
        """Let go of everything that was said and of all keys."""
        self.draft = Draft()

    def _take_own(self, private: RSAPrivateKey) -> PublicHalf:
        public, theirs = private.public_key(), self.draft.keys.gateway_public
        if theirs is not None and theirs.public_numbers() == public.public_numbers():
            # What was taken for the gateway's key turns out to be our own; it is asked for again.
            theirs = None
        self.draft = replace(self.draft, keys=Keys(private=private, gateway_public=theirs))
        text = portal_text(public, self.draft.gateway)
        return PublicHalf(self._judged(public), text, public_text(public, "pem"), squares_of(text))

    def _judged(self, public: RSAPublicKey) -> KeySeen:
        is_old = (self.draft.base or self.draft).sign_type == SignType.RSA
        return replace(_seen(public), weak=public.key_size < RSA2_BITS and not is_old)


def _seen(public: RSAPublicKey) -> KeySeen:
    return KeySeen(public.key_size, fingerprint(public))
