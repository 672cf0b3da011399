"""Looking after an account that is there: its keys fetched, its test, and its end."""

import time

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.profile_files import remove_profile
from pos_cancel.adapters.settings import Home
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.ports import KeyStore, KeyTrouble
from pos_cancel.gateways.signing import Keys

PEEK_S = 10.0
TURN_S = 0.02
MOST_NAMED = 5


def fetched(store: KeyStore, profile: Profile) -> Keys:
    """Give the keys themselves, waiting for the keyring. Raises `KeyringTrouble`."""
    end = time.monotonic() + PEEK_S
    while (found := store.peek(profile)) is KeyTrouble.LOADING and time.monotonic() < end:
        time.sleep(TURN_S)
    if isinstance(found, KeyTrouble):
        raise KeyringTrouble(found)
    return found


def remove_account(home: Home, store: KeyStore, profile: Profile) -> None:
    """Forget an account and its keys; one with open cases stays, for they could never be asked about again.

    Raises `InvalidInput`, `KeyStoreError`, `JournalError` or `LocalError`.
    """
    from pos_cancel.adapters.journal import Journal

    with Journal.open(home.path) as journal:
        held = [case.ref for case in journal.open_cases() if case.profile == profile.name]
    if held:
        refs = ", ".join(held[:MOST_NAMED])
        raise InvalidInput(
            f"The profile {profile.name!r} has open cases: {refs}.",
            "See: pos-cancel pending",
            topic="profile_held",
            refs=refs,
        )
    if isinstance(store, KeyringStore):
        store.remove(profile)
    remove_profile(home, profile.name)
