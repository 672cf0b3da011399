"""One errand at a time for the assistant: sent off, waited for, or left behind."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from pos_cancel.gui.setup_worker import Answer, SetupWorker

TICK_MS = 1_000


class Errands(QObject):
    """Waits for one answer. `waited` tells every second how long it has been, in seconds."""

    waited = Signal(int)

    def __init__(self, worker: SetupWorker) -> None:
        """Wait for nothing yet."""
        super().__init__()
        self._worker = worker
        self._ticket = 0
        self._then: Callable[[object], None] | None = None
        self._clock = QElapsedTimer()
        self._clock.start()
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self._tick)
        worker.answered.connect(self._answered)

    @property
    def waited_ms(self) -> int:
        """How long the last errand has taken so far, or took."""
        return self._clock.elapsed()

    def send(self, job: Callable[..., object], then: Callable[[object], None]) -> None:
        """Have a job done; `then` gets what it gives or the error that it raises."""
        self.watch(then)
        self._worker.ask(self._ticket, job)

    def watch(self, then: Callable[[object], None]) -> None:
        """Let the seconds run for something that is done elsewhere."""
        self._ticket += 1
        self._then = then
        self._clock.start()
        self._ticks.start()

    def drop(self) -> None:
        """Wait no more; an answer that still comes is nobody's."""
        self._ticket += 1
        self._then = None
        self._ticks.stop()

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        then = self._then
        if answer.ticket == self._ticket and then is not None:
            self.drop()
            then(answer.value)

    @Slot()
    def _tick(self) -> None:
        self.waited.emit(self._clock.elapsed() // TICK_MS)
