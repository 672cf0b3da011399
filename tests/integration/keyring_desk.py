"""A bus and a keyring daemon that a test starts, locks, unlocks, stops in the middle and kills."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import secretstorage
from jeepney import DBusAddress, new_method_call  # type: ignore[import-untyped]
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import (  # type: ignore[import-untyped]
    DBusConnection,
    Proxy,
    open_dbus_connection,
)

SECRETS = "org.freedesktop.secrets"
PATH = "/org/freedesktop/secrets"
# What unlocks a keyring without a dialogue: the way that the login of a desktop takes.
UNLOCKER = DBusAddress(PATH, SECRETS, "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface")
SERVICE = DBusAddress(PATH, SECRETS, "org.freedesktop.Secret.Service")
PATIENCE_S = 20.0
# No folders of services: nothing may start a daemon but the test itself. With them, a desktop's prompter
# can be asked, and the bus starts a daemon where one is missing.
QUIET_BUS = """<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
LEFT_OUT = {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"}


def until(holds: Callable[[], bool], what: str = "it") -> None:
    ends_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < ends_at, f"{what} never came true"
        time.sleep(0.01)


class KeyringDesk:
    """One session: its bus, its environment, and at most one daemon."""

    def __init__(self, environment: Mapping[str, str], address: str) -> None:
        self.environment = {**environment, "DBUS_SESSION_BUS_ADDRESS": address}
        self._address = address
        self._daemon: subprocess.Popen[bytes] | None = None
        self._words = Path(environment["XDG_RUNTIME_DIR"]) / "daemon.log"

    def start(self, password: str) -> None:
        """Start the daemon with this password for the login keyring, which it makes if there is none."""
        with self._words.open("ab") as words:
            self._daemon = subprocess.Popen(
                ["gnome-keyring-daemon", "--foreground", "--components=secrets", "--unlock"],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=words,
            )
        assert self._daemon.stdin is not None
        self._daemon.stdin.write(password.encode())
        self._daemon.stdin.close()
        until(self._is_there, "the daemon")

    def hold(self) -> None:
        """Stop the daemon in the middle of whatever it does."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let a daemon that was held go on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill the daemon."""
        if self._daemon is not None:
            self._signal(signal.SIGKILL)
            self._daemon.wait(PATIENCE_S)
            self._daemon = None
            until(lambda: not self._is_there(), "the end of the daemon")

    def lock(self) -> None:
        """Lock the keyring."""
        with closing(self._bus()) as bus:
            secretstorage.get_default_collection(bus).lock()

    def unlock(self, password: str) -> None:
        """Unlock the keyring as a login would."""
        with closing(self._bus()) as bus:
            collection = secretstorage.get_default_collection(bus)
            session = _ask(bus, SERVICE, "OpenSession", "sv", ("plain", ("s", "")))[1]
            master = (session, b"", password.encode(), "text/plain")
            _ask(bus, UNLOCKER, "UnlockWithMasterPassword", "o(oayays)", (_real(collection), master))

    @property
    def ended(self) -> str:
        """How the daemon ended by itself and what it said last, "" while it runs."""
        status = None if self._daemon is None else self._daemon.poll()
        return "" if status is None else f"{status}: {self._words.read_text('utf-8', 'replace')[-2000:]}"

    @property
    def is_locked(self) -> bool:
        """Whether the keyring is locked now."""
        with closing(self._bus()) as bus:
            return bool(secretstorage.get_default_collection(bus).is_locked())

    def _bus(self) -> DBusConnection:
        return open_dbus_connection(self._address)

    def _is_there(self) -> bool:
        with closing(self._bus()) as bus:
            return bool(Proxy(message_bus, bus).NameHasOwner(SECRETS)[0])

    def _signal(self, number: signal.Signals) -> None:
        assert self._daemon is not None, "there is no daemon"
        os.kill(self._daemon.pid, number)


def _real(collection: secretstorage.Collection) -> str:
    """Give the path behind the alias, which is what this interface wants."""
    path: str = collection.collection_path
    return path.replace("aliases/default", "collection/login")


def _ask(
    bus: DBusConnection, address: DBusAddress, method: str, form: str, body: tuple[object, ...]
) -> tuple[object, ...]:
    reply = bus.send_and_get_reply(new_method_call(address, method, form, body))
    assert reply.header.message_type.name == "method_return", reply.body
    found: tuple[object, ...] = reply.body
    return found


@contextmanager
def keyring_desk(folder: Path, *, display: str = "") -> Iterator[KeyringDesk]:
    """Give a session without a daemon; with a display its bus may start a desktop's prompter."""
    for program in ("gnome-keyring-daemon", "dbus-daemon"):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is not installed; `packaging/run test` installs what the tests need.")
    places = {"HOME": "home", "XDG_RUNTIME_DIR": "run"}
    places |= {f"XDG_{kind.upper()}_HOME": f"home/{kind}" for kind in ("data", "config", "cache")}
    for place in places.values():
        (folder / place).mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    environment |= {name: str(folder / place) for name, place in places.items()}
    if display:
        environment["DISPLAY"] = display
    config = folder / "bus.conf"
    config.write_text(QUIET_BUS)
    bus = subprocess.Popen(
        ["dbus-daemon", "--session" if display else f"--config-file={config}", "--nofork", "--print-address"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with bus:
        assert bus.stdout is not None
        desk = KeyringDesk(environment, bus.stdout.readline().strip())
        try:
            yield desk
        finally:
            desk.kill()
            bus.terminate()
