"""The button of the one decision: held for 0.8 s, or its key pressed twice; nothing else sets it off."""

from PySide6.QtCore import QElapsedTimer, QEvent, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath

from pos_cancel.gui.till_button import TillButton

HOLD_MS = 800
FRAME_MS = 40
ARMED_MS = 5_000


class HoldButton(TillButton):
    """A button that asks for a deliberate act (outcomes.md R10).

    `confirmed` is emitted once a finger or the mouse has held it for `hold_ms`, or when its key is
    pressed while it is armed by an earlier press of the same key; a screen reader that presses the button
    presses its key. `released_early` tells of a hold that was too short, `armed_changed` whether the next
    press of the key confirms. Anything else that happens at the till disarms it (`disarm`).
    """

    confirmed = Signal()
    released_early = Signal()
    armed_changed = Signal(bool)

    def __init__(self, name: str, key: str, hold_ms: int = HOLD_MS) -> None:
        """Make the button."""
        super().__init__(name, key, primary=True)
        self._hold_ms = hold_ms
        self._held = QElapsedTimer()
        self._frames = QTimer(self)
        self._frames.setInterval(min(FRAME_MS, hold_ms))
        self._frames.timeout.connect(self._grow)
        self._armed = QTimer(self)
        self._armed.setSingleShot(True)
        self._armed.setInterval(ARMED_MS)
        self._armed.timeout.connect(self.disarm)
        self._under_a_finger = False
        self.clicked.connect(self._clicked)

    @property
    def is_armed(self) -> bool:
        """Whether the next press of the key confirms."""
        return self._armed.isActive()

    def press_key(self) -> None:
        """Take one press of the button's key: the first arms, the second confirms."""
        if not self.isEnabled() or not self.isVisible():
            return
        if self.is_armed:
            self.disarm()
            self.confirmed.emit()
            return
        self._armed.start()
        self.armed_changed.emit(True)
        self.update()

    @Slot()
    def disarm(self) -> None:
        """Forget a press of the key and a hold that goes on."""
        self._stop_hold()
        self._armed.stop()
        self.armed_changed.emit(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to hold."""
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and self.isDown():
            self._held.start()
            self._frames.start()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let go when the finger leaves the button."""
        super().mouseMoveEvent(event)
        if not self.isDown():
            self._stop_hold()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a hold that was too short."""
        was_held = self._frames.isActive()
        self._under_a_finger = True
        super().mouseReleaseEvent(event)
        self._under_a_finger = False
        self._stop_hold()
        if was_held:
            self.released_early.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Hold nothing that is no longer allowed."""
        if event.type() is QEvent.Type.EnabledChange and not self.isEnabled():
            self.disarm()
        super().changeEvent(event)

    def paint_ground(self, painter: QPainter) -> None:
        """Draw how far the hold has come over the ground."""
        super().paint_ground(painter)
        done = self._progress()
        if not done:
            return
        theme = self._worn()
        shape = QPainterPath()
        shape.addRoundedRect(self.rect().adjusted(1, 1, -1, -1), theme.px(14), theme.px(14))
        painter.setClipPath(shape)
        painter.fillRect(QRect(0, 0, round(self.width() * done), self.height()), theme.colour("held"))
        painter.setClipping(False)

    def _progress(self) -> float:
        if self.is_armed:
            return 1.0
        return min(1.0, self._held.elapsed() / self._hold_ms) if self._frames.isActive() else 0.0

    @Slot()
    def _clicked(self) -> None:
        # No key reaches the button, so that what clicks it without a finger is a screen reader.
        if not self._under_a_finger:
            self.press_key()

    @Slot()
    def _grow(self) -> None:
        self.update()
        if self._held.elapsed() >= self._hold_ms:
            self._stop_hold()
            self.setDown(False)
            self.confirmed.emit()

    def _stop_hold(self) -> None:
        self._frames.stop()
        self.update()
