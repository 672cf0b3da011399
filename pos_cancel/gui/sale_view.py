"""The panel below the card: the amount, which sale it is, and the buttons of the moment."""

from collections.abc import Iterator, Mapping
from functools import partial

from PySide6.QtCore import QRect, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from pos_cancel.gui.hold_button import HOLD_MS, HoldButton
from pos_cancel.gui.labels import ShortenedLabel, laid_out_once, named_label, put_text
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till_button import CROWD, WRAP, TillButton, show_labelled

# The buttons in the order they stand, each with its key. Only `confirm` can send, stop or end anything.
KEYS = {
    "back": "Esc",
    "end": "F4",
    "withdraw": "F4",
    "keep": "F7",
    "drill": "F7",
    "send_again": "F5",
    "go_on": "F5",
    "other": "F6",
    "confirm": "F8",
    "next": "F9",
}
ENDLESS = 10_000
AMOUNT_SIZES = (30, 26, 22, 18, 15)
HOW, AGAIN, RELEASED = (f"gui.confirm.{name}" for name in ("how", "again", "released"))
HINTS = (HOW, AGAIN, RELEASED)


class SaleView(QFrame):
    """Amount and buttons. `pressed` carries the name of a button, `confirmed` the deliberate act.

    `hinted` carries the key of what to say about the confirm button now.
    """

    pressed = Signal(str)
    confirmed = Signal()
    hinted = Signal(str)

    def __init__(self, hold_ms: int = HOLD_MS) -> None:
        """Build it with all buttons hidden."""
        super().__init__()
        self.setObjectName("salePanel")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.amount = named_label("amount")
        self.line = ShortenedLabel("saleLine")
        self.hint = named_label("confirmHint", wrap=True)
        self.confirm = HoldButton("confirmButton", KEYS["confirm"], hold_ms)
        self.confirm.confirmed.connect(self.confirmed)
        self.confirm.released_early.connect(self._released)
        self.confirm.armed_changed.connect(self._armed)
        self.buttons: dict[str, TillButton] = {}
        self._hints: tuple[str, ...] = ()
        self._theme: Theme | None = None
        self._row = QHBoxLayout(self)
        self._texts = QVBoxLayout()
        self._texts.addStretch(1)
        self._texts.addWidget(self.amount)
        self._texts.addWidget(self.line)
        self._texts.addWidget(self.hint)
        self._texts.addStretch(1)
        self._row.addLayout(self._texts, 1)
        for name, key in KEYS.items():
            self._add(name, key)

    def _add(self, name: str, key: str) -> None:
        if name == "confirm":
            button: TillButton = self.confirm
        else:
            button = TillButton(f"{name}Button", key, primary=name == "next")
            button.clicked.connect(partial(self._press, name))
        button.hide()
        self.buttons[name] = button
        self._row.addWidget(button)

    def show_sale(self, amount: str, line: str, labels: Mapping[str, str]) -> None:
        """Show the amount, the line below it, and the named buttons with their labels."""
        with laid_out_once(self):
            put_text(self.amount, amount)
            self.line.setText(line)
            show_labelled(self.buttons, labels)
        self._fit()

    def know_hints(self, hints: tuple[str, ...]) -> None:
        """Keep room for the longest of these: no button may move while one hint follows another."""
        self._hints = hints

    def show_hint(self, hint: str) -> None:
        """Say how to confirm, in the place of the line; "" brings the line back."""
        with laid_out_once(self):
            put_text(self.hint, hint)
            self.line.setVisible(not hint)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        self.setFixedHeight(max(theme.px(88), theme.touch(62) + theme.px(20)))
        self._row.setContentsMargins(theme.px(23), 0, theme.px(22), 0)
        self._row.setSpacing(theme.px(12))
        self._texts.setSpacing(0)
        for button in self.buttons.values():
            button.dress(theme)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the amount anew."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _released(self) -> None:
        self.hinted.emit(RELEASED)

    @Slot(bool)
    def _armed(self, armed: bool) -> None:
        self.hinted.emit(AGAIN if armed else HOW)

    def _fit(self) -> None:
        theme = self._theme
        if theme is None:
            return
        shown = [button for button in self.buttons.values() if not button.isHidden()]
        for beside in range(min(max(len(shown) - 1, 0), CROWD + 1), CROWD + 2):
            for button in shown:
                button.make_room(beside)
            self._row.activate()
            room = self._room(theme, shown)
            if any(self._fits(room, font) for font in self._fonts(theme)):
                return

    def _room(self, theme: Theme, shown: list[TillButton]) -> int:
        """Give the width that the buttons leave."""
        taken = sum(button.sizeHint().width() + theme.px(12) for button in shown)
        return self.contentsRect().width() - theme.px(45) - taken

    def _fonts(self, theme: Theme) -> Iterator[QFont]:
        """Set the amount in ever smaller letters."""
        # Hints are measured below it, and the line breaks by itself.
        in_two_lines = self.confirm.isHidden() and "\n" in self.line.shown_text()
        for size in AMOUNT_SIZES[1:] if in_two_lines else AMOUNT_SIZES:
            font = theme.font(size, QFont.Weight.Bold)
            self.amount.setFont(font)
            yield font

    def _fits(self, room: int, font: QFont) -> bool:
        """Tell whether the amount fits in these letters, and the longest hint below it."""
        metrics = QFontMetrics(font)
        if metrics.horizontalAdvance(self.amount.text()) > room:
            return False
        if self.confirm.isHidden():
            return True
        height = self.contentsRect().height() - (metrics.height() if self.amount.text() else 0)
        hint = QFontMetrics(self.hint.font())
        rects = (hint.boundingRect(QRect(0, 0, room, ENDLESS), WRAP, text) for text in self._hints)
        return all(rect.width() <= room and rect.height() <= height for rect in rects)

    def _press(self, name: str, _checked: bool = False) -> None:  # noqa: FBT002 - Qt hands over whether it is checked
        self.pressed.emit(name)
