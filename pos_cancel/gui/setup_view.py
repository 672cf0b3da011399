"""The assistant on the screen: one page at a time, in the place of the till's own frame."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence

from pos_cancel.gui import clipboard
from pos_cancel.gui.scan_field import key_time_ms
from pos_cancel.gui.setup_board import BUTTONS, SetupBoard
from pos_cancel.gui.setup_flow import SetupFlow
from pos_cancel.gui.setup_screen import SetupScreen
from pos_cancel.gui.setup_screens import screen_of
from pos_cancel.gui.setup_state import Page
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.wedge import Wedge
from pos_cancel.presenters.wording import Wording

ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class SetupView(SetupBoard):
    """Paints the page in hand and hands keys to it: Enter goes on, Esc goes back, the rest by its shown key.

    `pressed` carries `language` or `theme`, which are the window's. A scanner fills a line and does nothing
    else: its Enter goes nowhere, and its digits choose no row.
    """

    pressed = Signal(str)

    def __init__(
        self,
        flow: SetupFlow,
        words: Wording,
        theme: Theme,
        time_ms: Callable[[QKeyEvent], int] = key_time_ms,
    ) -> None:
        """Build it and show the first page."""
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.flow = flow
        self._words = words
        self._screen: SetupScreen | None = None
        self._topic = ""
        self._time_ms = time_ms
        self._wedge = Wedge()
        self._row_before = ""
        for part in self.form.fields.values():
            part.line.installEventFilter(self)
        self.choices.chosen.connect(flow.choose)
        self.taker.brought.connect(flow.take)
        self.form.changed.connect(self._quiet)
        for name, button in self.buttons.items():
            button.clicked.connect(partial(self._press, name))
        flow.hand.changed.connect(self.render_page)
        self.dress(theme)
        self.show_words(words)

    @property
    def screen_shown(self) -> SetupScreen | None:
        """What is painted now."""
        return self._screen

    def show_words(self, words: Wording) -> None:
        """Change the language; nothing written is lost."""
        self._words = words
        self.buttons["language"].set_label(words.text("name"))
        self._screen = None
        self.render_page()

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        super().dress(theme)
        self.buttons["theme"].set_label(self._words.text(f"gui.settings.theme_{theme.name}"))

    @Slot()
    def render_page(self) -> None:
        """Paint the page in hand, if it differs from what is painted."""
        screen = screen_of(self.flow.state, self._words)
        if screen == self._screen:
            return
        is_new = screen.topic != self._topic
        self._screen, self._topic = screen, screen.topic
        self.paint_screen(screen, anew=is_new)
        if is_new:
            self.rest_focus()

    @Slot()
    def rest_focus(self) -> None:
        """Go where the person has to do something."""
        if self.form.take_focus() or self.choices.take_focus():
            return
        if self.taker.isVisibleTo(self):
            self.taker.setFocus()
        else:
            self.setFocus()

    @Slot()
    def _quiet(self) -> None:
        """Stop complaining once the person writes again."""
        self.flow.hush()

    def _press(self, name: str, _checked: bool = False) -> None:  # noqa: FBT002 - Qt hands over whether it is checked
        match name:
            case "language" | "theme":
                self.pressed.emit(name)
            case "next":
                self._go_on()
            case "back":
                self.flow.back()
            case "copy":
                self._copy()
            case "paste":
                self._paste()
            case _:
                self.flow.press(name)

    def _go_on(self) -> None:
        if not self.form.go_on():
            self.flow.next(self.form.said(), self.choices.name)

    def _copy(self) -> None:
        half = self.flow.state.half
        if half is not None:
            clipboard.copy(half.text)
            self.flow.keys.copied()

    def _paste(self) -> None:
        """Take a key from the clipboard; a secret that stands in a line is put there."""
        found = None if self.form.paste() else clipboard.pasted()
        if found is not None:
            self.flow.take(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take every key: none of them is for the till behind the assistant."""
        event.accept()
        if not self._line_has_focus():
            self._hear(event)
        if event.key() in ENTER and self._wedge.is_end(self._time_ms(event)):
            self._end_scan()
            return
        if event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
        elif event.matches(QKeySequence.StandardKey.Copy) and self.flow.state.page is Page.OWN:
            self._copy()
        elif event.key() in ENTER and not event.isAutoRepeat():
            self._go_on()
        elif self.choices.isVisibleTo(self) and self._is_choice(event):
            return
        elif not event.isAutoRepeat():
            self._press_key(QKeySequence(event.key()).toString())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear what is typed into a line; the line takes it."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._hear(event)
        return super().eventFilter(watched, event)

    def _line_has_focus(self) -> bool:
        return any(part.line.hasFocus() for part in self.form.fields.values())

    def _hear(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            return
        if not event.text().isprintable():
            self._wedge.broken()
        elif event.text():
            self._wedge.character(event.text(), self._time_ms(event))
            if self._wedge.length == 1:
                self._row_before = self.choices.name

    def _end_scan(self) -> None:
        # The first digit had chosen a row, as a person's does: nobody knew that others would follow.
        if self._row_before and not self._line_has_focus() and self.choices.isVisibleTo(self):
            self.flow.choose(self._row_before)
        self.flow.tell_of_scan()

    def _is_choice(self, event: QKeyEvent) -> bool:
        if event.text().isascii() and event.text().isdigit():
            if self._wedge.length <= 1:
                self.choices.choose_number(int(event.text()))
            return True
        if event.key() in STEPS:
            self.choices.move(STEPS[Qt.Key(event.key())])
            return True
        return False

    def _press_key(self, key: str) -> None:
        for name, known in BUTTONS.items():
            if known == key and self.buttons[name].isVisibleTo(self) and self.buttons[name].isEnabled():
                self._press(name)
                return
