"""Throw-away keys of the training gateway: in memory only, and for training profiles only."""

from collections.abc import Mapping

from pos_cancel.domain.profile import Profile
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.signing import Keys


class MemoryKeys:
    """Fulfils `engine.ports.KeyStore` with keys that end with the process, by profile name."""

    def __init__(self, keys: Mapping[str, Keys]) -> None:
        self._keys = dict(keys)

    def peek(self, profile: Profile) -> Keys | KeyTrouble:
        """Give the keys of a training profile; a real account has no keys here."""
        if not profile.is_training:
            return KeyTrouble.REFUSED
        return self._keys.get(profile.name, KeyTrouble.MISSING)

    def accepted(self, profile: Profile, keys: Keys) -> None:
        """Go on with the keys that the gateway took."""
        self._keys[profile.name] = keys

    def forget(self) -> None:
        """Keep the keys: there is no other place to find them again."""
