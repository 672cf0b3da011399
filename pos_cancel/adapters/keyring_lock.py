"""Hears when the system's keyring is locked, where the system says so: the Secret Service of the desktop.

A thread waits for the bus's word and costs nothing meanwhile. Where there is no bus, or one that says
nothing of the kind (Windows, macOS, KWallet), it ends at once.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import closing, suppress

LOG = logging.getLogger(__name__)
SERVICE = "org.freedesktop.secrets"
COLLECTION = "org.freedesktop.Secret.Collection"
COLLECTIONS = "/org/freedesktop/secrets/collection"


class LockWatch:
    """Calls `locked`, in a thread of its own, whenever the keyring is locked."""

    def __init__(self, locked: Callable[[], None]) -> None:
        self._locked = locked
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Listen from now on; to be called again at will, for a bus or a daemon may come back."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._listen, name="keyring-lock", daemon=True)
            self._thread.start()

    def _listen(self) -> None:
        try:
            self._hear()
        except Exception as error:  # noqa: BLE001 - whatever a bus may raise, there is nothing to hear
            LOG.debug("the keyring's lock cannot be heard: %s", type(error).__name__)

    def _hear(self) -> None:
        from jeepney import MatchRule, message_bus  # type: ignore[import-untyped]
        from jeepney.io.blocking import Proxy, open_dbus_connection  # type: ignore[import-untyped]

        rule = MatchRule(
            type="signal",
            sender=SERVICE,
            interface="org.freedesktop.DBus.Properties",
            member="PropertiesChanged",
            path_namespace=COLLECTIONS,
        )
        rule.add_arg_condition(0, COLLECTION)
        with closing(open_dbus_connection()) as bus:
            Proxy(message_bus, bus).AddMatch(rule)
            # It may have been locked just before. A service that is not there or hangs is asked by nobody.
            with suppress(Exception):
                if _is_locked():
                    self._locked()
            while True:
                told = bus.receive().body
                # The bus says a word about itself in between.
                if told[0] == COLLECTION and told[1].get("Locked") == ("b", True):
                    self._locked()


def _is_locked() -> bool:
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        return bool(secretstorage.Collection(bus).is_locked())
