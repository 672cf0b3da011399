"""What is done at a till besides cancelling: its settings, its accounts, and a look over all of it.

Calls may block for as long as a disk, a keyring or the gateway takes; one thread at a time makes them.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pos_cancel.adapters import account_care, probing
from pos_cancel.adapters.check_up import check_up
from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.profile_files import write_profile
from pos_cancel.adapters.sealed_store import CREDENTIAL, CREDENTIALS_VARIABLE
from pos_cancel.adapters.settings import Settings, change_settings, load_settings
from pos_cancel.adapters.setup import Tools
from pos_cancel.adapters.setup_desk import bare
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.finding import Report
from pos_cancel.domain.profile import SEALED, Profile
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.engine.probe import Proof


class BackOffice:
    """The back office of one till."""

    def __init__(self, tools: Tools, store: KeyringStore, profiles: Mapping[str, Profile]) -> None:
        """Work with the till's own tools, on the accounts as they are at each call."""
        self._tools = tools
        self._store = store
        self._profiles = profiles

    def change(self, changes: Mapping[str, object]) -> Settings:
        """Keep these settings durably; gives all of them. Raises `InvalidInput`, `LocalError`."""
        folder = str(changes.get("watch_folder", ""))
        if folder and not Path(folder).expanduser().is_dir():
            raise InvalidInput(f"There is no folder {folder}.", "Choose one that is there.", topic="folder")
        if "key_store" in changes:
            self._move_default(str(changes["key_store"]))
        return change_settings(self._tools.home, changes)

    def _move_default(self, place: str) -> None:
        """Let accounts that name no place of their own go on where their keys are."""
        if place == SEALED and not _has_credential():
            raise KeyringTrouble(KeyTrouble.NO_CREDENTIAL)
        before = load_settings(self._tools.home).key_store
        if place != before:
            for profile in self._profiles.values():
                if not profile.key_store:
                    write_profile(self._tools.home, replace(profile, key_store=before))

    def test(self, name: str) -> Proof:
        """Ask an account's gateway about a number that no sale has. Raises `KeyStoreError`."""
        profile = self._profile(name)
        keys = account_care.fetched(self._store, profile)
        transport = self._tools.transport()
        try:
            gateway = self._tools.gateways()[profile.gateway]
            return probing.probed(profile, keys, gateway, transport, self._tools.now)
        finally:
            transport.close()

    def remove(self, name: str) -> None:
        """Forget an account and its keys; see `remove_account`."""
        account_care.remove_account(self._tools.home, self._store, self._profile(name))
        if load_settings(self._tools.home).default_profile == name:
            change_settings(self._tools.home, {"default_profile": ""})

    def check_up(self) -> Report:
        """Look over the till; see `check_up`. The window sends itself, and is not asked who does."""
        report = check_up(lambda: self._tools.home, lambda *_: self._store, asks_sender=False)
        for finding in report.findings:
            if finding.error is not None:
                bare(finding.error)
        return report

    def forget(self) -> None:
        """Have nothing to let go of: keys are fetched for one test and kept by their store."""

    def _profile(self, name: str) -> Profile:
        profile = self._profiles.get(name)
        if profile is None:
            raise InvalidInput(f"There is no profile {name!r} on this till.", topic="profile_gone")
        return profile


def _has_credential() -> bool:
    folder = os.environ.get(CREDENTIALS_VARIABLE, "")
    return bool(folder) and (Path(folder) / CREDENTIAL).is_file()
