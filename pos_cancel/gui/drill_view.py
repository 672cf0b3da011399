"""The drill on the screen: keys and fingers take it from question to card to result. Nothing is ever sent."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from random import Random

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QKeySequence

from pos_cancel.gui.card_view import FADE_MS
from pos_cancel.gui.drill_board import BUTTONS, DrillBoard
from pos_cancel.gui.drill_screens import DrillScreen, Page, Place, screen_of
from pos_cancel.gui.scan_field import ENDS, key_time_ms
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.wedge import LONGEST_GAP_MS, Wedge
from pos_cancel.presenters.drill import Drill, draw
from pos_cancel.presenters.wording import Wording

STEPS = {
    Qt.Key.Key_Up: -2,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 2,
    Qt.Key.Key_Backtab: -1,
}
# A digit answers only once no scanner can be behind it.
SURE_MS = 2 * LONGEST_GAP_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """What the drill is given: chance, clock and zone, and how keys are timed."""

    chance: Random
    clock: Callable[[], datetime]
    zone: tzinfo
    fade_ms: int = FADE_MS
    key_time_ms: Callable[[QKeyEvent], int] = key_time_ms


class DrillView(DrillBoard):
    """Takes every key, so that none reaches the till behind it.

    `wished` carries `language` or `theme`, which are the window's; `left` tells that the person goes.
    """

    wished = Signal(str)
    left = Signal()

    def __init__(self, practice: Practice, words: Wording, theme: Theme) -> None:
        """Draw the first ten cases and show the first."""
        super().__init__(practice.fade_ms)
        self._practice = practice
        self._words = words
        self._wedge = Wedge()
        self._last_ms: int | None = None
        self._meant = ""
        self._sure = QTimer(self)
        self._sure.setSingleShot(True)
        self._sure.setInterval(SURE_MS)
        self._sure.timeout.connect(self._act)
        self.pressed.connect(self._press_button)
        self.answers.chosen.connect(self._choose)
        self._screen_shown: DrillScreen | None = None
        self._draw()
        self.dress(theme)
        self.show_words(words)

    @property
    def drill(self) -> Drill:
        """Where the person stands."""
        return self._drill

    @property
    def place(self) -> Place:
        """Which page is shown."""
        return self._place

    def _draw(self) -> None:
        self._at = self._practice.clock()
        self._drill, self._place = Drill(draw(self._practice.chance, self._at)), Place()

    def show_words(self, words: Wording) -> None:
        """Change the language; the answers given stay."""
        self._words = words
        self.buttons["language"].set_label(words.text("name"))
        self._render()

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        super().dress(theme)
        self.buttons["theme"].set_label(self._words.text(f"gui.settings.theme_{theme.name}"))

    def _render(self) -> None:
        self.paint_screen(screen_of(self._drill, self._place, self._words, self._at, self._practice.zone))

    def _go(self, place: Place) -> None:
        self._place = place
        self._render()
        # Setting the focus reads the card out; where it is there already, the page is announced.
        if self.card.hasFocus():
            self._say()
        self.rest_focus()

    def rest_focus(self) -> None:
        """Go to the card, which reads itself out."""
        self.card.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self) -> None:
        if QAccessible.isActive():
            event = QAccessibleAnnouncementEvent(self.card, self.card.accessibleName())
            QAccessible.updateAccessibility(event)

    @Slot(str)
    def _choose(self, name: str) -> None:
        match self._place.page:
            case Page.ASK:
                self._drill = self._drill.answered(name)
                self._go(Place(Page.CARD, self._place.number))
            case Page.RESULT:
                self._go(Place(Page.AGAIN, int(name)))
            case _:
                return

    def _next(self) -> None:
        over = self._place.page is Page.AGAIN or self._drill.is_over
        self._go(Place(Page.RESULT) if over else Place(Page.ASK, self._place.number + 1))

    @Slot(str)
    def _press_button(self, name: str) -> None:
        match name:
            case "leave" | "back":
                self.left.emit()
            case "again":
                self._draw()
                self._go(self._place)
            case "next":
                self._next()
            case _:
                self.wished.emit(name)

    def focusNextPrevChild(self, _forward: bool) -> bool:
        """Keep Tab, which some scanners send at the end."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the key. What follows another one faster than fingers can is a scanner's, and does nothing."""
        event.accept()
        at_ms = self._practice.key_time_ms(event)
        if event.isAutoRepeat():
            # A digit that a scanner sends twice at once looks like a key that is held down.
            if event.text().isprintable() and event.text():
                self._wedge.character(event.text(), at_ms)
                self._mean("")
            return
        burst = self._last_ms is not None and at_ms - self._last_ms <= LONGEST_GAP_MS
        self._last_ms = at_ms
        if event.key() in ENDS or event.key() == Qt.Key.Key_Tab:
            self._end(event, at_ms, burst=burst)
        elif event.text() and event.text().isprintable():
            self._wedge.character(event.text(), at_ms)
            self._mean("" if burst else event.text())
        elif not burst:
            self._mean("")
            self._press_key(event)

    def _mean(self, text: str) -> None:
        """Remember what the key means until it is sure that fingers pressed it."""
        self._meant = text
        if text:
            self._sure.start()
        else:
            self._sure.stop()

    def _end(self, event: QKeyEvent, at_ms: int, *, burst: bool) -> None:
        if self._wedge.ended(at_ms):
            self._mean("")
            self._tell_of_scan()
        elif burst:
            self._mean("")
        elif self._meant:
            # Fingers have pressed Enter after a digit: the digit has answered.
            self._act()
        elif event.key() == Qt.Key.Key_Tab:
            self.answers.move_focus(1)
        else:
            self._enter()

    @Slot()
    def _act(self) -> None:
        meant = self._meant
        self._mean("")
        if meant == " ":
            self._enter()
        elif meant.isascii() and meant.isdigit():
            self.answers.choose_number(int(meant) or 10)

    def _enter(self) -> None:
        row = self.answers.focused()
        if row is not None:
            self._choose(row.name)
        elif self._place.page in {Page.CARD, Page.AGAIN}:
            self._next()

    def _press_key(self, event: QKeyEvent) -> None:
        if event.key() in STEPS:
            self.answers.move_focus(STEPS[Qt.Key(event.key())])
            return
        key = QKeySequence(event.key()).toString()
        for name, known in BUTTONS.items():
            if known == key and self.buttons[name].isVisibleTo(self):
                self._press_button(name)
                return

    def _tell_of_scan(self) -> None:
        self._place = replace(self._place, scanned=True)
        self._render()
        self._say()
