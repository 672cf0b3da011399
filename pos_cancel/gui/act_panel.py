"""The foot of a page of the menu: what is going on, and the buttons, each with its key."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pos_cancel.gui.hold_button import HOLD_MS, HoldButton
from pos_cancel.gui.labels import named_label, put_text
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till_button import CROWD, WRAP, TillButton, show_labelled

BACK = "back"
ENDLESS = 10_000


class ActPanel(QFrame):
    """Buttons by name. `pressed` carries a name; `confirmed` is the deliberate act of the held button."""

    pressed = Signal(str)
    confirmed = Signal()

    def __init__(self, page: str, keys: Mapping[str, str], held: str = "", hold_ms: int = HOLD_MS) -> None:
        """Make the buttons with their keys; the one called `held` is held, or its key pressed twice."""
        super().__init__()
        self.setObjectName("menuPanel")
        self.busy = named_label("menuBusy", wrap=True)
        self.hint = named_label("menuHint", wrap=True)
        self.hold = HoldButton(f"{page}_{held}Act", keys[held], hold_ms) if held else None
        self.buttons: dict[str, TillButton] = {}
        self._row = QHBoxLayout(self)
        texts = QVBoxLayout()
        for name, key in {BACK: "Esc", **keys}.items():
            button = self.hold if name == held and self.hold else TillButton(f"{page}_{name}Act", key)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.buttons[name] = button
            self._row.addWidget(button)
            if name == BACK:
                self._row.addLayout(texts, 1)
            if name != held:
                button.clicked.connect(partial(self._press, name))
        texts.addWidget(self.busy)
        texts.addWidget(self.hint)
        if self.hold is not None:
            self.hold.confirmed.connect(self.confirmed)

    def show_buttons(self, labels: Mapping[str, str], busy: str = "", hint: str = "") -> None:
        """Show these buttons and no others; `busy` is what is waited for, `hint` what else is said."""
        put_text(self.busy, busy)
        put_text(self.hint, "" if busy else hint)
        show_labelled(self.buttons, labels)
        self._fit()

    def _fit(self) -> None:
        """Let the buttons give way where what is said beside them would be cut."""
        shown = [button for button in self.buttons.values() if not button.isHidden()]
        for beside in range(min(max(len(shown) - 1, 0), CROWD + 1), CROWD + 2):
            for button in shown:
                button.make_room(beside)
            self._row.activate()
            room = self.hint.contentsRect()
            wanted = self.hint.fontMetrics().boundingRect(
                QRect(0, 0, room.width(), ENDLESS), WRAP, self.hint.text()
            )
            if wanted.width() <= room.width() and wanted.height() <= self.contentsRect().height():
                return

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set it anew for the room there is."""
        super().resizeEvent(event)
        self._fit()

    def add_part(self, part: QWidget) -> None:
        """Put a part between what is said and the buttons that act."""
        self._row.insertWidget(2, part, 2, Qt.AlignmentFlag.AlignVCenter)

    def press_key(self, key: str) -> bool:
        """Take a key; False where no button that is shown has it."""
        for name, button in self.buttons.items():
            if button.key == key and button.isVisibleTo(self):
                if button.isEnabled():
                    self._take(name)
                return True
        return False

    def is_held_by(self, key: str) -> bool:
        """Tell whether this is the key of the deliberate act."""
        return self.hold is not None and self.hold.isVisibleTo(self) and self.hold.key == key

    def disarm(self) -> None:
        """Forget a first press of the held button's key, and a hold that goes on."""
        if self.hold is not None:
            self.hold.disarm()

    def _take(self, name: str) -> None:
        if self.hold is not None and self.buttons[name] is self.hold:
            self.hold.press_key()
        else:
            self.pressed.emit(name)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self.setFixedHeight(theme.px(84))
        self._row.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        self._row.setSpacing(theme.px(12))
        self.busy.setFont(theme.font(16, QFont.Weight.Bold))
        self.hint.setFont(theme.font(15))
        for button in self.buttons.values():
            button.dress(theme)
        self._fit()

    def _press(self, name: str, _checked: bool = False) -> None:  # noqa: FBT002 - Qt hands over whether it is checked
        self.pressed.emit(name)
