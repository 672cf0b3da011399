"""A new account on its way onto this till: what is known of it so far, and how it is kept in the end.

Nothing is stored before `keep`, and that stores all or none.
"""

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from pos_cancel.adapters import resources
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.profile_entries import is_loopback_address
from pos_cancel.adapters.profile_files import GATEWAYS, parse_profile, write_profile
from pos_cancel.adapters.settings import Home, load_settings, save_settings
from pos_cancel.domain.errors import InvalidInput, LocalError, PosCancelError
from pos_cancel.domain.profile import Profile, ProfileKind, SignType
from pos_cancel.gateways.signing import Keys

SANDBOX = "SANDBOX_"
TEST = "test"
# The second address of the same gateway, by the first one's name.
BACKUPS: Mapping[str, str] = {"global": "intl"}
NETWORKS: Mapping[str, str] = {"acquire": "Alipay", "antom": "Antom", "apo": "Antom", "acqp": "Alipay+"}


@dataclass(frozen=True, slots=True)
class Place:
    """A known address of a gateway; `spare` marks older names that few shops still need."""

    name: str
    endpoint: str
    backup: str = ""
    spare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is known of the account so far; empty texts are not said yet.

    `place` is the name of a known address, `endpoint` an address that was written down instead. `more` are
    other entries of the profile file. `base` is a profile that came as a file and needs only its keys.
    """

    gateway: str = ""
    place: str = ""
    endpoint: str = ""
    ca_file: str = ""
    merchant_id: str = ""
    sign_type: str = ""
    currency: str = ""
    key_version: str = ""
    name: str = ""
    account: str = ""
    query: str = ""
    kind: str = ""
    more: tuple[tuple[str, str], ...] = ()
    base: Profile | None = None
    keys: Keys = field(default_factory=Keys, repr=False)

    @property
    def uses_md5(self) -> bool:
        """Whether one shared secret signs and verifies."""
        return (self.base.sign_type if self.base else self.sign_type) == SignType.MD5


@runtime_checkable
class KeyKeeper(Protocol):
    """Where keys are put: the part of a key store that a new account needs. All raise `KeyStoreError`."""

    def store(
        self,
        profile: Profile,
        *,
        private: RSAPrivateKey | None = None,
        gateway_public: RSAPublicKey | None = None,
        md5: bytes | None = None,
    ) -> None:
        """Keep these keys."""

    def remove(self, profile: Profile) -> None:
        """Drop all keys of a profile."""


def places(gateway: str) -> tuple[Place, ...]:
    """Give the known addresses of a gateway, best first. Raises `InvalidInput` for one that there is not."""
    if gateway not in GATEWAYS:
        raise InvalidInput(f"There is no gateway {gateway[:20]!r}.", f"There are: {', '.join(GATEWAYS)}.")
    known = resources.endpoints(gateway)
    found = [
        Place(
            name,
            address,
            known.get(BACKUPS.get(name, ""), ""),
            spare=name.endswith("-common") or name in BACKUPS.values(),
        )
        for name, address in known.items()
    ]
    return tuple(sorted(found, key=lambda place: place.spare))


def place_of(gateway: str, name: str) -> Place:
    """Give a known address by its name. Raises `InvalidInput`."""
    known = {place.name: place for place in places(gateway)}
    if name not in known:
        raise InvalidInput(
            f"There is no address called {name[:20]!r}.", f"There are: {', '.join(sorted(known))}."
        )
    return known[name]


def free_name(gateway: str, taken: Collection[str]) -> str:
    """Give a name for the profile that is not taken: the gateway's, else with a number."""
    names = (gateway if number == 1 else f"{gateway}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def taken_names(home: Home) -> frozenset[str]:
    """Give the names of all profile files, also of those that cannot be read."""
    return frozenset(path.stem for path in home.profiles_dir.glob("*.toml"))


def kind_of(draft: Draft) -> ProfileKind:
    """Tell where the account lives: a loopback address trains, test gateways and sandbox clients test."""
    if draft.kind:
        return ProfileKind(draft.kind)
    if draft.endpoint and is_loopback_address(draft.endpoint):
        return ProfileKind.TRAINING
    is_test = draft.place == TEST or (draft.gateway != "acquire" and draft.merchant_id.startswith(SANDBOX))
    return ProfileKind.TEST if is_test else ProfileKind.LIVE


def profile_of(draft: Draft) -> Profile:
    """Give the profile that the draft describes, read as its file would be. Raises `InvalidInput`."""
    import tomlkit

    if draft.base is not None:
        return draft.base
    return parse_profile(tomlkit.dumps(_entries(draft)), draft.name)


def _entries(draft: Draft) -> dict[str, str]:
    is_named = bool(draft.place) and not draft.endpoint
    place = place_of(draft.gateway, draft.place) if is_named else Place("", draft.endpoint)
    owner = "partner" if draft.gateway == "acquire" else "client_id"
    texts = {
        "name": draft.name,
        "kind": kind_of(draft).value,
        "gateway": draft.gateway,
        "endpoint": place.endpoint,
        "backup_endpoint": place.backup,
        owner: draft.merchant_id,
        "sign_type": draft.sign_type,
        "currency": draft.currency,
        "key_version": draft.key_version,
        "account": draft.account,
        "query": draft.query,
        "ca_file": draft.ca_file,
        "network": NETWORKS[draft.gateway],
    }
    return {name: text for name, text in (texts | dict(draft.more)).items() if text}


def check_complete(draft: Draft) -> None:
    """Refuse a draft that lacks a key which its signature type needs. Raises `InvalidInput`."""
    keys = draft.keys
    needed = (keys.md5,) if draft.uses_md5 else (keys.private, keys.gateway_public)
    if any(key is None for key in needed):
        sentence = "Not all keys of this account are here yet."
        way_on = "Give our private key and the gateway's public key."
        raise InvalidInput(sentence, way_on, topic="keys_missing")


def check_free(home: Home, name: str) -> None:
    """Refuse a name that a profile of this till has. Raises `InvalidInput`."""
    if name in taken_names(home):
        sentence = f"There is a profile {name!r} on this till already."
        raise InvalidInput(sentence, "Choose another name, or remove it.", topic="profile_taken", name=name)


def keep(home: Home, keeper: KeyKeeper, draft: Draft) -> Profile:
    """Store the keys, then write the profile, and make it the default if it is the first.

    All is checked before anything is stored, and what was stored goes again where the profile cannot be
    written. Raises `InvalidInput`, `KeyStoreError` or `LocalError`.
    """
    profile = profile_of(draft)
    check_complete(draft)
    check_free(home, profile.name)
    is_first = not taken_names(home)
    keys = draft.keys
    try:
        keeper.store(profile, private=keys.private, gateway_public=keys.gateway_public, md5=keys.md5)
        write_profile(home, profile)
    except PosCancelError as error:
        _undo(keeper, profile, error)
        raise
    if is_first:
        # The only account is used anyway; settings that cannot be written take nothing away from it.
        with contextlib.suppress(InvalidInput, LocalError):
            save_settings(home, replace(load_settings(home), default_profile=profile.name))
    return profile


def _undo(keeper: KeyKeeper, profile: Profile, error: PosCancelError) -> None:
    # A keyring that is locked or hangs has nothing in it yet, and must not be asked a second time.
    if isinstance(error, KeyringTrouble) and error.trouble.can_pass:
        return
    with contextlib.suppress(PosCancelError):
        keeper.remove(profile)
