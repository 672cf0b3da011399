"""A keyring daemon of its own on a bus of its own, for programs that tests start."""

import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.integration.keyring_desk import keyring_desk

PASSWORD = "test"
LOCK = "import secretstorage as s; s.get_default_collection(s.dbus_init()).lock()"
UNLOCK_CALL = 1


@contextmanager
def keyring_session(folder: Path) -> Iterator[dict[str, str]]:
    """Give the environment in which programs find an unlocked keyring, empty at first.

    Nothing starts another daemon where this one has gone: a locked keyring would hide what happened.
    """
    with keyring_desk(folder) as desk:
        desk.start(PASSWORD)
        yield dict(desk.environment)
        assert not desk.ended, f"the keyring daemon ended by itself: {desk.ended}"


def lock(environment: Mapping[str, str]) -> None:
    """Lock the keyring, as a desktop does after a while."""
    subprocess.run([sys.executable, "-c", LOCK], env=environment, check=True, timeout=30)


def unlock(environment: Mapping[str, str]) -> None:
    """Unlock the keyring with its password, as a login does: over the daemon's control socket."""
    body = struct.pack(">II", UNLOCK_CALL, len(PASSWORD)) + PASSWORD.encode()
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(30)
        control.connect(f"{environment['XDG_RUNTIME_DIR']}/keyring/control")
        control.sendall(b"\0" + struct.pack(">I", 4 + len(body)) + body)
        assert struct.unpack(">II", control.recv(8)) == (8, 0), "the daemon did not unlock the keyring"
