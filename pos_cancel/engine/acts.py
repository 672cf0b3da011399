"""What a person can do with a case, and what to tell of a key that cannot be used."""

from collections.abc import Callable, Mapping
from datetime import datetime

from pos_cancel.domain.events import (
    Ended,
    Event,
    GaveUp,
    KeepAsked,
    KeyFailed,
    Recovered,
    SendAgain,
    Withdrawn,
)
from pos_cancel.engine.ports import KeyTrouble

ACTS: Mapping[str, Callable[[datetime, str], Event]] = {
    "send_again": lambda at, _: SendAgain(at=at),
    "withdraw": lambda at, _: Withdrawn(at=at),
    "keep": lambda at, _: KeepAsked(at=at),
    "end": lambda at, reason: Ended(at=at, reason=reason),
    "gave_up": lambda at, _: GaveUp(at=at),
}
# These need no profile, so a case whose account was removed can still be put down.
WITHOUT_PROFILE = (KeyFailed, Ended, Recovered, Withdrawn, GaveUp)
TROUBLE_CODES = {
    KeyTrouble.LOCKED: "S-02",
    KeyTrouble.HUNG: "S-02",
    KeyTrouble.NO_KEYRING: "S-02",
    KeyTrouble.NO_CREDENTIAL: "S-09",
    KeyTrouble.WRONG_CREDENTIAL: "S-09",
    KeyTrouble.ALTERED: "S-09",
    KeyTrouble.OUT_OF_REACH: "S-09",
}
# No key is missing: the profile itself cannot be used, for example since its charset was changed.
UNUSABLE = "S-08"
