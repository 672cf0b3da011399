"""Moving an account between two tills of one shop: what is sent, and how it is taken over.

Whatever is wrong is found before anything is stored. Keys come first, then the account's file, then the
one-time key is forgotten: after a crash the same text is taken over once more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pos_cancel.adapters.key_errands import Errand
from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.keyring_entries import (
    ENTRIES,
    GATEWAY_PUBLIC,
    MD5,
    PRIVATE,
    Vault,
    drop_entry,
    read_entry,
    stored_key,
    stored_md5,
    write_entry,
)
from pos_cancel.adapters.move_parcel import Parcel, pack, unpack
from pos_cancel.adapters.profile_files import write_profile
from pos_cancel.adapters.sealed_move import SHOW_ANEW, open_sealed, read_invitation, seal
from pos_cancel.adapters.settings import Home
from pos_cancel.adapters.till_keys import TillKeys, load_shop_key
from pos_cancel.domain.errors import InvalidInput, KeyTextError
from pos_cancel.domain.profile import Profile


@dataclass(frozen=True, slots=True)
class Place:
    """A till: where accounts, keys and its own keys lie."""

    home: Home
    profiles: Mapping[str, Profile]
    store: KeyringStore
    till_keys: TillKeys


def sealed_for(place: Place, invitation: str, profile: Profile | None, *, with_shop: bool) -> str:
    """Give the sealed text for the till that shows this invitation.

    Raises `InvalidInput` for what is not there or no invitation, and `KeyStoreError`.
    """
    receiver = read_invitation(invitation)
    return seal(pack(parcel_of(place, profile, with_shop=with_shop)), receiver)


def opened(place: Place, sealed: str, now: datetime) -> Parcel:
    """Open what was sealed for this till, and give it as it will be here. Nothing is stored yet.

    Raises `InvalidInput` or `KeyTextError` in words for what may not be taken over, and `KeyStoreError`.
    """
    one_time = place.till_keys.one_time(now)
    if one_time is None:
        raise InvalidInput(
            "This till waits for nothing: its one-time key was used, or the hour is over.", SHOW_ANEW
        )
    return here(place, unpack(open_sealed(sealed, one_time, now)))


def parcel_of(place: Place, profile: Profile | None, *, with_shop: bool) -> Parcel:
    """Give what is to be sent. Raises `InvalidInput` where it is not there, `KeyStoreError`."""
    shop = place.till_keys.shop() if with_shop else None
    if with_shop and shop is None:
        raise InvalidInput("This till has no shop key.", "Make one: pos-cancel key shop make")
    keys = _texts(place.store, profile) if profile is not None else {}
    if profile is not None and not keys:
        raise InvalidInput(
            f"The account {profile.name!r} has no keys on this till.", "Send it from a till that has them."
        )
    return Parcel(profile, keys, shop.text() if shop is not None else "")


def here(place: Place, parcel: Parcel) -> Parcel:
    """Give the parcel as it will be on this till, which keeps its own name and its own key store."""
    found = place.profiles.get(parcel.profile.name) if parcel.profile is not None else None
    if parcel.profile is None or found is None:
        return parcel
    own = replace(parcel.profile, key_store=found.key_store, till=found.till)
    return Parcel(own, parcel.keys, parcel.shop)


def clashes(place: Place, parcel: Parcel) -> list[str]:
    """Name what is on this till already and different, one sentence each; `parcel` is as `here` gives it."""
    found = []
    profile = parcel.profile
    if profile is not None:
        if place.profiles.get(profile.name, profile) != profile:
            found.append(f"There is another account {profile.name!r} on this till.")
        there = _texts(place.store, profile)
        both = (entry for entry in (PRIVATE, GATEWAY_PUBLIC, MD5) if entry in there and entry in parcel.keys)
        if any(_secret(entry, there[entry]) != _secret(entry, parcel.keys[entry]) for entry in both):
            found.append(f"The account {profile.name!r} has other keys on this till.")
    shop = place.till_keys.shop() if parcel.shop else None
    if shop is not None and shop.fingerprint != load_shop_key(parcel.shop).fingerprint:
        found.append("This till has another shop key.")
    return found


def take_over(place: Place, parcel: Parcel, *, replaces: bool) -> None:
    """Store all of the parcel, as `here` gives it, and forget the one-time key. Raises `KeyStoreError`.

    `replaces` drops what the account had here beside what has come.
    """
    profile = parcel.profile
    if profile is not None:
        _write(place.store, profile, parcel.keys, alone=replaces)
        write_profile(place.home, profile)
    if parcel.shop:
        place.till_keys.keep_shop(load_shop_key(parcel.shop))
    place.till_keys.forget_one_time()


def _texts(store: KeyringStore, profile: Profile) -> Mapping[str, str]:
    def read(vault: Vault) -> Mapping[str, str]:
        texts = {entry: read_entry(vault, profile.name, entry) for entry in ENTRIES}
        return {entry: text for entry, text in texts.items() if text}

    return store.ask(profile, Errand(read, absent={}))


def _write(store: KeyringStore, profile: Profile, texts: Mapping[str, str], *, alone: bool) -> None:
    def write(vault: Vault) -> bool:
        kept = all(write_entry(vault, profile.name, entry, text) for entry, text in texts.items())
        for entry in ENTRIES:
            if alone and entry not in texts:
                drop_entry(vault, profile.name, entry)
        return kept

    store.change(profile, Errand(write))


def _secret(entry: str, text: str) -> str:
    """Give the key itself: since when it is there and what it announces make it no other key."""
    try:
        if entry == MD5:
            return stored_md5(text).key
        return stored_key(text).key if entry == PRIVATE else text
    except KeyTextError:
        return text
