"""A keyring that is locked: a person is told to unlock it, and the command goes on when it is (R11)."""

import time
from collections.abc import Iterable

from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.cli.key_access import store_of
from pos_cancel.cli.till import Till
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.signing import Keys

UNLOCK_S = 60.0
TURN_S = 0.1


def await_unlocked(till: Till, profiles: Iterable[Profile], longest_s: float) -> None:
    """Wait while the keyring of these accounts is locked; raises `KeyringTrouble` when the time is over.

    Whoever can be asked on a screen was asked by then; after a "no" this only looks whether it is open.
    Any other trouble is the command's own to tell.
    """
    store = store_of(till)
    for profile in profiles:
        try:
            store.describe(profile)
        except KeyringTrouble as error:
            if error.trouble is KeyTrouble.LOCKED:
                _await(till, profile, longest_s)


def _await(till: Till, profile: Profile, longest_s: float) -> None:
    end = time.monotonic() + longest_s
    if longest_s:
        till.out.note(till.words.text("cli.locked"))
    while _is_waited_for(store_of(till).peek(profile)):
        if time.monotonic() >= end:
            raise KeyringTrouble(KeyTrouble.LOCKED)
        time.sleep(TURN_S)


def _is_waited_for(found: Keys | KeyTrouble) -> bool:
    return found is KeyTrouble.LOCKED or found is KeyTrouble.LOADING
