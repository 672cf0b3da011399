"""A till with sealed keys: the credential as systemd hands it over, and the folder of the sealed files."""

import secrets
from dataclasses import dataclass
from pathlib import Path

import pytest

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.sealed_store import CREDENTIAL, CREDENTIALS_VARIABLE, SealedVault
from pos_cancel.domain.profile import SEALED
from tests.key_store_contract import DEADLINE_S


@dataclass
class SealedTill:
    """Has a credential of its own; `start` and `stop` are what the service does to the environment."""

    home: Path

    def __post_init__(self) -> None:
        self.credentials.mkdir(parents=True)
        self.renew()

    @property
    def credentials(self) -> Path:
        return self.home / "credentials"

    @property
    def credential(self) -> Path:
        return self.credentials / CREDENTIAL

    @property
    def folder(self) -> Path:
        return self.home / "till" / "keys"

    def start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(CREDENTIALS_VARIABLE, str(self.credentials))

    def stop(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv(CREDENTIALS_VARIABLE)

    def renew(self) -> None:
        """As after `key seal --replace`: another credential under the same name."""
        self.credential.write_bytes(secrets.token_bytes(64))

    def damage(self, profile_name: str) -> None:
        """Cut the end off a sealed file."""
        file = self.vault(profile_name).path
        file.write_bytes(file.read_bytes()[:-1])

    def block(self, profile_name: str) -> None:
        """Put something in the place of a sealed file that is no file."""
        file = self.vault(profile_name).path
        file.unlink()
        file.mkdir()

    def store(self) -> KeyringStore:
        return KeyringStore(home=self.folder.parent, default=SEALED, deadline_s=DEADLINE_S, retry_s=0.02)

    def vault(self, profile_name: str) -> SealedVault:
        return SealedVault(self.folder, profile_name, self.credentials)
