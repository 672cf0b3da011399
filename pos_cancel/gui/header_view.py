"""The lines at the top: the training strip; till and account, online, the clock, and until when."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from pos_cancel.gui.labels import ShortenedLabel, named_label, put_text, put_tone
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till_button import TillButton
from pos_cancel.presenters.wording import Wording


class TrainingStrip(QFrame):
    """A strip over the full width, so that nobody takes training for money or the other way round."""

    def __init__(self) -> None:
        """Build it, hidden."""
        super().__init__()
        self.setObjectName("trainingStrip")
        self._word = named_label("trainingWord")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._word)
        self.hide()

    def show_word(self, word: str) -> None:
        """Show the strip with this word, or no strip."""
        put_text(self._word, word)
        self.setVisible(bool(word))

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self.setFixedHeight(theme.px(25))
        self._row.setContentsMargins(theme.px(20), 0, theme.px(20), 0)


class Dot(QWidget):
    """A filled circle in a tone."""

    def __init__(self) -> None:
        """Make it."""
        super().__init__()
        self.setObjectName("onlineDot")
        self._colour = QColor()

    def show_colour(self, colour: QColor, side: int) -> None:
        """Take a colour and a size."""
        self._colour = colour
        self.setFixedSize(side, side)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the circle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._colour)
        painter.setBrush(self._colour)
        painter.drawEllipse(self.rect().adjusted(1, 1, -1, -1))


class HeaderView(QFrame):
    """One line. `pressed` carries `account`, `setup`, `menu`, `language`, `theme` or `open_cases`."""

    pressed = Signal(str)

    def __init__(self, clock: Callable[[], datetime], zone: tzinfo) -> None:
        """Build it; the clock is told in `zone`, the shop's."""
        super().__init__()
        self.setObjectName("header")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._clock = clock
        self._zone = zone
        self._theme: Theme | None = None
        self._words: Wording | None = None
        self._tone = ""
        self._folded = False
        self.account = ShortenedLabel("accountName")
        self._dot = Dot()
        self._online = named_label("onlineWord")
        self._time = QLabel()
        self._time.setObjectName("clock")
        self._until = named_label("cancelUntil")
        self.buttons = {
            "account": TillButton("accountButton", "F11", small=True),
            "open_cases": TillButton("openCasesBadge", small=True),
            "setup": TillButton("setupButton", "F4", small=True),
            "menu": TillButton("menuButton", "F1", small=True),
            "language": TillButton("languageButton", "F10", small=True),
            "theme": TillButton("themeButton", "F12", small=True),
        }
        self._arrange()

    def _arrange(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.buttons["account"])
        # The room that is left belongs to the account's name; beside its button it stays empty.
        self._row.addWidget(self.account, 1)
        self._row.addStretch(0)
        for part in (self._dot, self._online, self._time, self._until):
            self._row.addWidget(part)
        for name, button in self.buttons.items():
            button.clicked.connect(partial(self._press, name))
            if name != "account":
                self._row.addWidget(button)
        self._dot.hide()
        self.buttons["setup"].hide()
        self.buttons["menu"].hide()

    def show_words(self, words: Wording) -> None:
        """Tell the time as a language writes it."""
        self._words = words
        self.tick()

    def show_setup(self, label: str) -> None:
        """Offer to set up another account, or nothing; where there is a menu, it is done there."""
        if self.buttons["menu"].text():
            return
        self.buttons["setup"].set_label(label)
        self.buttons["setup"].setVisible(bool(label) and not self._folded)

    def show_menu(self, label: str) -> None:
        """Offer the menu."""
        self.buttons["menu"].set_label(label)
        self.buttons["menu"].show()
        self.buttons["setup"].set_label("")
        self.buttons["setup"].hide()

    def show_account(self, account: str, *, switchable: bool) -> None:
        """Name till and account; with several accounts it is a button."""
        self.account.setText(account)
        self.buttons["account"].set_label(account)
        self.account.setVisible(not switchable)
        self.buttons["account"].setVisible(switchable)

    def show_buttons(self, language: str, theme: str) -> None:
        """Name the language that is spoken and the theme that is worn."""
        self.buttons["language"].set_label(language)
        self.buttons["theme"].set_label(theme)

    def show_badge(self, badge: str) -> None:
        """Count the open cases."""
        self.buttons["open_cases"].set_label(badge)

    def fold(self, *, folded: bool) -> None:
        """Show the badge where the list is folded away; less is said where there is less room."""
        self.buttons["open_cases"].setVisible(folded)
        self._folded = folded
        if self._theme is not None:
            self._row.setSpacing(self._theme.px(8 if folded else 12))
        for part in (self._until, self.buttons["setup"]):
            part.setVisible(bool(part.text()) and not folded)

    def show_online(self, words: Wording, *, online: bool | None) -> None:
        """Say whether the gateway was reached when it was last asked; None says nothing."""
        self._tone = "done" if online else "call"
        word = words.text("gui.header.online" if online else "gui.header.offline")
        put_text(self._online, "" if online is None else word)
        put_tone(self._online, self._tone)
        self._dot.setVisible(online is not None)
        self._colour_dot()

    def show_until(self, until: str) -> None:
        """Say until when the sale in hand can be cancelled."""
        put_text(self._until, until)
        self._until.setVisible(bool(until) and not self._folded)

    def quiet_room(self, wanted: int) -> QRect:
        """Give the part at the left in which nothing can be pressed but the account.

        It is as wide as `wanted` where that ends before the time and what stands beside it; else all of it,
        so that no word there is covered by half.
        """
        gap = self._row.spacing()
        pressed = (button for name, button in self.buttons.items() if name != "account")
        right = min(button.x() for button in pressed if not button.isHidden()) - gap
        told = (self._dot, self._online, self._time, self._until)
        is_free = wanted <= min(part.x() for part in told if not part.isHidden()) - gap
        return QRect(0, 0, wanted if is_free else max(0, right), self.height())

    def tick(self) -> None:
        """Show the time in the shop."""
        now = self._clock().astimezone(self._zone)
        if self._words is not None:
            self._time.setText(self._words.text("time.clock", hour=now.hour, minute=now.minute))

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        self.setFixedHeight(theme.touch())
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(8 if self._folded else 12))
        for button in self.buttons.values():
            button.dress(theme)
        self._colour_dot()

    def _colour_dot(self) -> None:
        if self._theme is not None:
            self._dot.show_colour(self._theme.colour(self._tone or "muted"), self._theme.px(12))

    def _press(self, name: str, _checked: bool = False) -> None:  # noqa: FBT002 - Qt hands over whether it is checked
        self.pressed.emit(name)
