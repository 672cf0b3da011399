"""A keyring daemon of its own on a bus of its own, for programs that tests start."""

import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

NEEDED = ("gnome-keyring-daemon", "dbus-run-session")
# The session lives as long as its standard input stays open; then bus and daemon end by themselves.
SCRIPT = (
    "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "
    'printf "%s\\n" "$DBUS_SESSION_BUS_ADDRESS"; exec cat >/dev/null'
)
LOCK = "import secretstorage as s; s.get_default_collection(s.dbus_init()).lock()"
UNLOCK_CALL = 1


@contextmanager
def keyring_session(folder: Path) -> Iterator[dict[str, str]]:
    """Give the environment in which programs find an unlocked keyring, empty at first."""
    for program in NEEDED:
        if shutil.which(program) is None:
            pytest.fail(f"{program} is not installed; `packaging/run test` installs what the tests need.")
    homes = {
        "HOME": folder / "home",
        "XDG_RUNTIME_DIR": folder / "run",
        "XDG_DATA_HOME": folder / "home" / "data",
        "XDG_CONFIG_HOME": folder / "home" / "config",
        "XDG_CACHE_HOME": folder / "home" / "cache",
    }
    for path in homes.values():
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    left_out = {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    environment |= {name: str(path) for name, path in homes.items()}
    session = subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", SCRIPT],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with session:
        assert session.stdout is not None
        address = session.stdout.readline().strip()
        assert address, "the session's bus did not start"
        yield environment | {"DBUS_SESSION_BUS_ADDRESS": address}
        assert session.stdin is not None
        session.stdin.close()
        session.wait(10)


def lock(environment: Mapping[str, str]) -> None:
    """Lock the keyring, as a desktop does after a while."""
    subprocess.run([sys.executable, "-c", LOCK], env=environment, check=True, timeout=30)


def unlock(environment: Mapping[str, str]) -> None:
    """Unlock the keyring with its password, as a login does: over the daemon's control socket."""
    password = b"test"
    body = struct.pack(">II", UNLOCK_CALL, len(password)) + password
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(30)
        control.connect(f"{environment['XDG_RUNTIME_DIR']}/keyring/control")
        control.sendall(b"\0" + struct.pack(">I", 4 + len(body)) + body)
        assert struct.unpack(">II", control.recv(8)) == (8, 0), "the daemon did not unlock the keyring"
