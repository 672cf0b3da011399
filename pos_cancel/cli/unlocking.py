"""A keyring that is locked: a person is told to unlock it, and the command goes on when it is (R11)."""

import time

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.cli.till import Till
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.signing import Keys

UNLOCK_S = 60.0
TURN_S = 0.1


def await_unlocked(till: Till, store: KeyringStore, profile: Profile, longest_s: float) -> None:
    """Wait while the keyring of a profile is locked; raises `KeyringTrouble` when the time is over.

    Whoever can be asked on a screen was asked by then; after a "no" this only looks whether it is open.
    """
    try:
        store.describe(profile)
        return
    except KeyringTrouble as error:
        if error.trouble is not KeyTrouble.LOCKED or not longest_s:
            raise
    till.out.note(till.words.text("cli.locked"))
    end = time.monotonic() + longest_s
    while _is_waited_for(store.peek(profile)):
        if time.monotonic() > end:
            raise KeyringTrouble(KeyTrouble.LOCKED)
        time.sleep(TURN_S)


def _is_waited_for(found: Keys | KeyTrouble) -> bool:
    return found is KeyTrouble.LOCKED or found is KeyTrouble.LOADING
