"""Sound cues by the platform's own player; a beep where there is none. It never makes anything wait."""

import shutil
import sys
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QProcess, QTimer, Slot
from PySide6.QtWidgets import QApplication

from pos_cancel.presenters.news import Cue

# In this order; each with what comes before the file.
PLAYERS: Mapping[str, tuple[str, ...]] = {"paplay": (), "pw-play": (), "aplay": ("-q",), "afplay": ()}
# The longest tone lasts 0.6 s: a player that is not back by then waits for a sound system that hangs.
LONGEST_MS = 3_000
END_MS = 500


class Chime(QObject):
    """Plays one sound at a time.

    While one sounds, the newest of the others waits and the rest are dropped: at most one process is
    there, ever. A player that fails or hangs is not asked again.
    """

    def __init__(
        self,
        files: Mapping[str, str],
        *,
        on: bool = True,
        find: Callable[[str], str | None] = shutil.which,
        parent: QObject | None = None,
    ) -> None:
        """Look for nothing yet; `files` are the tones by the name of their cue."""
        super().__init__(parent)
        self.on = on
        self._files = files
        self._find = find
        self._players: list[tuple[str, tuple[str, ...]]] | None = None
        self._waiting: Cue | None = None
        self._process = QProcess(self)
        for quiet in (self._process.setStandardOutputFile, self._process.setStandardErrorFile):
            quiet(QProcess.nullDevice())
        self._process.setStandardInputFile(QProcess.nullDevice())
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._failed)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(LONGEST_MS)
        self._patience.timeout.connect(self._process.kill)

    @Slot(str)
    def play(self, cue: Cue) -> None:
        """Begin to play, or wait for the one that sounds."""
        if not self.on:
            return
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._waiting = cue
        elif not (play_on_windows(self._files.get(cue, "")) or self._start(cue)):
            QApplication.beep()

    def close(self) -> None:
        """Play nothing more."""
        self.on, self._waiting, self._players = False, None, []
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(END_MS)

    def _start(self, cue: Cue) -> bool:
        if self._players is None:
            found = ((self._find(name), before) for name, before in PLAYERS.items())
            self._players = [(path, before) for path, before in found if path]
        if cue not in self._files or not self._players:
            return False
        program, before = self._players[0]
        self._patience.start()
        self._process.start(program, [*before, self._files[cue]])
        return True

    @Slot(int, QProcess.ExitStatus)
    def _ended(self, code: int, status: QProcess.ExitStatus) -> None:
        self._patience.stop()
        if code or status is QProcess.ExitStatus.CrashExit:
            self._give_up()
        self._next()

    @Slot(QProcess.ProcessError)
    def _failed(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._patience.stop()
            self._give_up()
            self._next()

    def _give_up(self) -> None:
        if self._players:
            self._players.pop(0)
            QApplication.beep()

    def _next(self) -> None:
        cue, self._waiting = self._waiting, None
        if cue is not None:
            self.play(cue)


def play_on_windows(file: str) -> bool:
    """Play a file where the system does it by itself; False on every other system."""
    if sys.platform == "win32":
        import winsound

        winsound.PlaySound(file, winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
        return True
    return False
