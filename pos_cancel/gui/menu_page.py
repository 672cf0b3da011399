"""What the pages of the menu have in common: a body that scrolls, a message, and buttons at the foot."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from pos_cancel.gui.act_panel import BACK, ActPanel
from pos_cancel.gui.message_box import MessageBox
from pos_cancel.gui.setup_screen import Message
from pos_cancel.gui.theme import Theme
from pos_cancel.presenters.wording import Wording


class MenuPage(QFrame):
    """One page. Parts go into `column`; `left` tells that the person goes back to the till."""

    left = Signal()

    def __init__(self, name: str, panel: ActPanel, words: Wording) -> None:
        """Build the frame of a page."""
        super().__init__()
        self.setObjectName(f"{name}Page")
        self.words = words
        self.panel = panel
        self.message = MessageBox()
        body = QWidget()
        body.setObjectName("pageBody")
        self.column = QVBoxLayout(body)
        self.area = QScrollArea()
        self.area.setObjectName(f"{name}Scroll")
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(body)
        card = QFrame()
        card.setObjectName("menuCard")
        self._inside = QVBoxLayout(card)
        self._inside.addWidget(self.area, 1)
        self._inside.addWidget(self.message)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(card, 1)
        self._whole.addWidget(panel)
        panel.pressed.connect(self.press)

    def press_key(self, key: str) -> bool:
        """Take a key; False where nothing on the page has it."""
        return self.panel.press_key(key)

    def enter(self) -> None:
        """Begin: the page comes to the front."""

    def leave(self) -> None:
        """End: what was written is kept."""

    def rest_focus(self) -> None:
        """Go where the person has to do something."""
        self.setFocus()

    def press(self, name: str) -> None:
        """Take a button of the foot."""
        if name == BACK:
            self.back()

    def back(self) -> None:
        """Go back to the till, or out of a question of the page's own."""
        self.left.emit()

    def show_words(self, words: Wording) -> None:
        """Speak a language; nothing written is lost."""
        self.words = words
        self.show_state()

    def show_state(self) -> None:
        """Show how things stand."""

    def say(self, message: Message | None) -> None:
        """Say this at the foot of the page, or nothing."""
        self.message.show_message(message)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._whole.setSpacing(theme.px(10))
        across = theme.px(24)
        self._inside.setContentsMargins(across, theme.px(14), theme.px(14), theme.px(14))
        self._inside.setSpacing(theme.px(8))
        self.column.setContentsMargins(0, 0, theme.px(10), 0)
        self.column.setSpacing(theme.px(10))
        self.message.dress(theme)
        self.panel.dress(theme)
