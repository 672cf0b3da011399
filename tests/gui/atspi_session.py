"""A desktop session with a screen reader: a bus of its own, and behind it the bus of what can be read."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from jeepney import DBusAddress, DBusErrorResponse, MessageType, new_method_call  # type: ignore[import-untyped]
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import (  # type: ignore[import-untyped]
    DBusConnection,
    Proxy,
    open_dbus_connection,
)

from tests.integration.keyring_desk import QUIET_BUS, until

PATIENCE_S = 30.0
PLACES = ("/usr/libexec", "/usr/lib/at-spi2-core", "/usr/lib")
BUS, BUS_PATH = "org.a11y.Bus", "/org/a11y/bus"
REGISTRY = "org.a11y.atspi.Registry"
PROPERTIES = "org.freedesktop.DBus.Properties"
# What Qt would take for a screen reader, or for its bus, of the session that runs the tests.
LEFT_OUT = {"AT_SPI_BUS_ADDRESS", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON", "QT_ACCESSIBILITY", "WAYLAND_DISPLAY"}
Reply = tuple[object, ...]


def launcher() -> Path | None:
    """Give the program that starts the bus of what can be read, None where it is not installed."""
    found = (Path(place) / "at-spi-bus-launcher" for place in PLACES)
    return next((path for path in found if path.exists()), None)


def ask(
    bus: DBusConnection, name: str, path: str, interface: str, method: str, form: str = "", *body: object
) -> Reply:
    """Call a method and give what it answers; raises `DBusErrorResponse`."""
    call = new_method_call(DBusAddress(path, name, interface), method, form or None, body)
    reply = bus.send_and_get_reply(call, timeout=PATIENCE_S)
    if reply.header.message_type is MessageType.error:
        raise DBusErrorResponse(reply)
    answer: Reply = reply.body
    return answer


class ReadingSession:
    """A session in which a screen reader runs, and where its bus is."""

    def __init__(self, display: str, address: str) -> None:
        self._variables = {"DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": address}
        self._address = _turned_on(address)

    @property
    def environment(self) -> dict[str, str]:
        """What a program starts with that a test starts now."""
        return {name: os.environ[name] for name in os.environ.keys() - LEFT_OUT} | self._variables

    def connection(self) -> DBusConnection:
        """Give a connection to the bus on which programs can be read."""
        return open_dbus_connection(self._address)

    def end(self) -> None:
        """End what the launcher started, each before its parent, so that every parent sees its child go."""
        with suppress(OSError, DBusErrorResponse), closing(self.connection()) as bus:
            for process in [_process(bus, name) for name in (REGISTRY, "org.freedesktop.DBus")]:
                os.kill(process, signal.SIGTERM)
                until(partial(_is_gone, process), "the end of a daemon")


def _is_gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


def _process(bus: DBusConnection, name: str) -> int:
    return int(Proxy(message_bus, bus).GetConnectionUnixProcessID(name)[0])


@contextmanager
def _program(environment: dict[str, str], *command: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def reading_session(display: str) -> Iterator[ReadingSession]:
    """Give a session with a screen reader that was just turned on, before any program runs."""
    with ExitStack() as stack:
        # Sockets have short paths. The desktop's own settings are neither read nor written.
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="pos-cancel-session-"))
        variables = os.environ | {"HOME": home, "XDG_RUNTIME_DIR": home, "GSETTINGS_BACKEND": "memory"}
        config = Path(home) / "bus.conf"
        config.write_text(QUIET_BUS)
        command = ("dbus-daemon", f"--config-file={config}", "--nofork", "--print-address")
        bus = stack.enter_context(_program(variables, *command))
        assert bus.stdout is not None
        address = bus.stdout.readline().strip()
        variables |= {"DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": address}
        stack.enter_context(_program(variables, str(launcher()), "--launch-immediately"))
        session = ReadingSession(display, address)
        stack.callback(session.end)
        yield session


def _turned_on(address: str) -> str:
    """Say that there is a screen reader, as one does that starts; gives the address of its bus."""
    with closing(open_dbus_connection(address)) as bus:
        until(lambda: bool(Proxy(message_bus, bus).NameHasOwner(BUS)[0]), "the launcher")
        for name in ("IsEnabled", "ScreenReaderEnabled"):
            ask(bus, BUS, BUS_PATH, PROPERTIES, "Set", "ssv", "org.a11y.Status", name, ("b", True))
        return str(ask(bus, BUS, BUS_PATH, BUS, "GetAddress")[0])
