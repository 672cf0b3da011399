"""What a till has, as one value."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, TypeVar

from pos_cancel.adapters.settings import Home, Settings
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.profile import Profile

if TYPE_CHECKING:
    from pos_cancel.engine.ports import KeyStore

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What a till has: home, accounts, settings, keys, and the time zone it shows.

    The key store is made when it is first asked for: the window is painted before.
    """

    home: Home
    profiles: Mapping[str, Profile]
    settings: Settings
    get_keys: Callable[[], "KeyStore"]
    zone: tzinfo

    @property
    def keys(self) -> "KeyStore":
        """The key store of this till; one for all who ask."""
        return self.get_keys()

    def profile(self, name: str = "") -> Profile:
        """Give a profile by name, or the till's default one. Raises `InvalidInput` where there is none."""
        if not self.profiles:
            raise InvalidInput(
                "This till has no profile yet.",
                "Set one up: pos-cancel setup, or try --training.",
            )
        wanted = name or self.settings.default_profile or next(iter(self.profiles))
        if wanted not in self.profiles:
            raise InvalidInput(
                f"There is no profile {wanted!r} on this till.", "See: pos-cancel profile list"
            )
        return self.profiles[wanted]


def once(make: Callable[[], T]) -> Callable[[], T]:
    """Let something be made when it is first asked for, by whichever thread, and once only."""
    lock, made = threading.Lock(), list[T]()

    def get() -> T:
        with lock:
            if not made:
                made.append(make())
        return made[0]

    return get
