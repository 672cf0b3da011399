"""Where a till may keep keys: the system's keyring, or sealed files; chosen by setting, never silently."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from pos_cancel.adapters.keyring_backend import choose
from pos_cancel.adapters.keyring_entries import Vault
from pos_cancel.adapters.sealed_store import FOLDER, SealedVault
from pos_cancel.domain.profile import KEYRING, SEALED, Profile
from pos_cancel.engine.ports import KeyTrouble


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlaces:
    """The places of one till, of `domain.profile.KEY_STORES`; neither stands in for the other.

    `backend` replaces the system's keyring, `home` has the folder of sealed files, `default` is the place of
    profiles that name none, or tells which it is now.
    """

    backend: Vault | None = None
    home: Path | None = None
    default: str | Callable[[], str] = KEYRING

    def name_for(self, profile: Profile) -> str:
        """Say which place keeps the keys of this profile."""
        if profile.key_store:
            return profile.key_store
        return self.default if isinstance(self.default, str) else self.default()

    def vault_for(self, profile: Profile) -> Vault | KeyTrouble:
        """Give that place, or why it may not be used."""
        if self.name_for(profile) != SEALED:
            return choose(self.backend, training=profile.is_training)
        return KeyTrouble.OUT_OF_REACH if self.home is None else SealedVault(self.home / FOLDER, profile.name)


def together(vault: Vault) -> AbstractContextManager[object]:
    """Have what is done in the block read from one state and made together; a keyring cannot do that."""
    return vault if isinstance(vault, SealedVault) else nullcontext()
