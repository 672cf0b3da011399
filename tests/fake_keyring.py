"""A keyring in memory that is as narrow as Windows', and as slow or broken as a test wants it."""

import math
import threading

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

LONGEST_VALUE = 1280


class FakeKeyring(KeyringBackend):
    """Keeps one value per service and user, 1,280 characters each.

    While `gate` is closed every call hangs; `raises` is raised by every call; `forgetful` loses what it
    is given; after `changes_left` changes the machine is as good as switched off.
    """

    # Never chosen by the library itself.
    priority = -1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.values: dict[tuple[str, str], str] = {}
        self.gate = threading.Event()
        self.gate.set()
        self.raises: Exception | None = None
        self.forgetful = False
        self.changes_left: float = math.inf
        self.calls = 0

    def get_password(self, service: str, username: str) -> str | None:
        self._enter()
        return self.values.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._enter()
        if len(password) > LONGEST_VALUE:
            raise OSError("the stub received bad data")
        self._change()
        if not self.forgetful:
            self.values[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._enter()
        if (service, username) not in self.values:
            raise PasswordDeleteError("no such password")
        self._change()
        del self.values[service, username]

    def _change(self) -> None:
        self.changes_left -= 1
        if self.changes_left < 0:
            raise OSError("switched off")

    def _enter(self) -> None:
        self.calls += 1
        self.gate.wait(20)
        if self.raises is not None:
            raise self.raises
