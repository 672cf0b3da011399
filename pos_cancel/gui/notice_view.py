"""The strip between scan field and card: what the shop's day brings, or that it is the connection."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from pos_cancel.gui.announcing import announce
from pos_cancel.gui.labels import named_label, put_text, put_tone
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till_button import TillButton
from pos_cancel.presenters.notices import Notice


class NoticeView(QFrame):
    """Icon, word, one or two sentences, and up to two buttons; the card gives way to it.

    `pressed` carries `way` (to the open cases) or `seen`.
    """

    pressed = Signal(str)

    def __init__(self) -> None:
        """Build it, hidden."""
        super().__init__()
        self.setObjectName("noticeStrip")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._icon = QLabel()
        self._icon.setObjectName("noticeIcon")
        self._word = named_label("noticeWord")
        self._sentence = named_label("noticeSentence", wrap=True)
        self._detail = named_label("noticeDetail", wrap=True)
        self.buttons = {name: TillButton(f"notice{name.title()}", small=True) for name in ("way", "seen")}
        self._theme: Theme | None = None
        self._notice: Notice | None = None
        self._folded = False
        self._row = QHBoxLayout(self)
        self._texts = QVBoxLayout()
        for label in (self._sentence, self._detail):
            self._texts.addWidget(label)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._word)
        self._row.addLayout(self._texts, 1)
        for name, button in self.buttons.items():
            button.clicked.connect(partial(self._press, name))
            self._row.addWidget(button)
        self.hide()

    @property
    def notice(self) -> Notice | None:
        """What is shown now."""
        return self._notice

    def show_notice(self, notice: Notice | None) -> None:
        """Show a notice, or none; a new one is said once to screen readers."""
        is_new = notice is not None and (self._notice is None or notice.key != self._notice.key)
        if notice == self._notice:
            return
        self._notice = notice
        self.setVisible(notice is not None)
        if notice is None:
            return
        put_tone(self, notice.tone)
        put_tone(self._word, notice.tone)
        for label, text in (
            (self._word, notice.word),
            (self._sentence, notice.sentence),
            (self._detail, notice.detail),
        ):
            put_text(label, text)
        for name, label_text in (("way", notice.way), ("seen", notice.seen)):
            self.buttons[name].set_label(label_text)
            self.buttons[name].setVisible(bool(label_text))
        self.show_way(folded=self._folded)
        self._paint_icon()
        if is_new:
            announce(self, f"{notice.sentence} {notice.detail}")

    def needed_height(self, width: int, *, whole: bool) -> int:
        """Give the height it needs, `whole` or with its first sentence alone, and be ready to be shown so."""
        put_text(self._detail, self._notice.detail if self._notice and whole else "")
        for label in (self._sentence, self._detail):
            label.updateGeometry()
        for layout in (self._texts, self._row):
            layout.invalidate()
        return self._row.totalHeightForWidth(width)

    def show_way(self, *, folded: bool) -> None:
        """Lead to the open cases only where they are not beside it already."""
        self._folded = folded
        self.buttons["way"].setVisible(folded and self._notice is not None and bool(self._notice.way))

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        self._row.setContentsMargins(theme.px(16), theme.px(3), theme.px(10), theme.px(3))
        self._row.setSpacing(theme.px(10))
        self._texts.setSpacing(0)
        self._texts.setContentsMargins(0, theme.px(3), 0, theme.px(3))
        self._sentence.setFont(theme.font(15, QFont.Weight.DemiBold))
        self._detail.setFont(theme.font(14))
        for button in self.buttons.values():
            button.dress(theme)
        self._paint_icon()

    def _paint_icon(self) -> None:
        if self._theme is not None and self._notice is not None:
            picture = self._theme.icon(self._notice.icon, self._notice.tone, 24, self.devicePixelRatioF())
            self._icon.setPixmap(picture)

    def _press(self, name: str, _checked: bool = False) -> None:  # noqa: FBT002 - Qt hands over whether it is checked
        self.pressed.emit(name)
