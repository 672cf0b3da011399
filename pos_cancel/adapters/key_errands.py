"""What is asked of a key store, and what it last answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pos_cancel.adapters.keyring_entries import Vault
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.signing import Keys

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """What the last fetch of a profile gave, and when by the monotonic clock."""

    found: Keys | KeyTrouble = field(repr=False)
    at: float


@dataclass(frozen=True, slots=True)
class Errand(Generic[T]):
    """What is wanted of the keyring.

    `absent` is the answer where there is no keyring yet, None means that one is to be made. `asking_s` is
    how long a person who is asked for the password may take; 0 for nobody is waiting.
    """

    work: Callable[[Vault], T | KeyTrouble]
    absent: T | KeyTrouble | None = None
    asking_s: float = 0.0
