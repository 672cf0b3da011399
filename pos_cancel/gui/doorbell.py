"""One window per till: a second start rings at the first one's door, which comes to the front."""

import hashlib
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

NAME = "window.sock"
# The system keeps the path of a local socket within 108 bytes.
LONGEST_PATH = 100
PATIENCE_MS = 1000


def door_of(home: Path) -> str:
    """Give where the window of this home listens: a path of its own, or a name where the system has names."""
    mark = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    if sys.platform == "win32":
        return f"pos-cancel-{mark}"
    place = str(home / NAME)
    if len(os.fsencode(place)) <= LONGEST_PATH:
        return place
    folder = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return str(Path(folder) / f"pos-cancel-{mark}.sock")


def ring(door: str) -> bool:
    """Have the window that is open come to the front; tells whether there is one."""
    if sys.platform != "win32" and not Path(door).exists():
        # The usual start does not wait for the network library.
        return False
    from PySide6.QtNetwork import QLocalSocket

    bell = QLocalSocket()
    bell.connectToServer(door)
    answered = bell.waitForConnected(PATIENCE_MS)
    bell.disconnectFromServer()
    return answered


class Doorbell(QObject):
    """Brings the window to the front at every second start. Where it cannot listen, all else works."""

    def __init__(self, door: str, window: QWidget) -> None:
        """Begin to listen; what a window that was killed left in the way is cleared."""
        super().__init__(window)
        self._window = window
        from PySide6.QtNetwork import QLocalServer

        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        if not self._server.listen(door):
            QLocalServer.removeServer(door)
            self._server.listen(door)

    @Slot()
    def _answer(self) -> None:
        while self._server.hasPendingConnections():
            guest = self._server.nextPendingConnection()
            guest.disconnected.connect(guest.deleteLater)
            guest.disconnectFromServer()
        window = self._window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.raise_()
        window.activateWindow()

    def close(self) -> None:
        """Listen no more."""
        self._server.close()
