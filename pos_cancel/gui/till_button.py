"""A large button with its key beside the label. Enter, Space and Tab do nothing to it."""

from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from pos_cancel.gui.theme import Theme

WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter
# Labels longer than this take two lines, so that buttons stand beside each other at 1024 pixels.
WIDEST_LINE = 200
NARROW_LINE = 60
# So many buttons beside this one leave it less room.
CROWD = 2


class TillButton(QAbstractButton):
    """One act, at least 48 pixels high, never reached by a scanner's keys.

    It takes no focus at all: fingers and the mouse press it, the keyboard has its named key.
    """

    def __init__(self, name: str, key: str = "", *, primary: bool = False, small: bool = False) -> None:
        """Make a button; `primary` is ink on surface, `small` has one line and less air."""
        super().__init__()
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.key = key
        self._primary = primary
        self._small = small
        self._beside = 0
        self._theme: Theme | None = None

    def make_room(self, beside: int) -> None:
        """Give way to the buttons `beside` this one: labels break earlier, then get a little smaller."""
        if beside != self._beside:
            self._beside = beside
            self.updateGeometry()
            self.update()

    def set_label(self, label: str) -> None:
        """Say what it does, on screen and to a screen reader."""
        self.setText(label)
        self.setAccessibleName(f"{label} ({self.key})" if self.key else label)
        self.updateGeometry()
        self.update()

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        self.setFixedHeight(theme.touch(48 if self._small else 62))
        self.updateGeometry()
        self.update()

    def label_font(self) -> QFont:
        """Give the label's font."""
        size = 14 if self._small else 15 if self._beside > CROWD else 17
        return self._worn().font(size, QFont.Weight.DemiBold if self._small else QFont.Weight.Bold)

    def drawn_text(self) -> str:
        """Give the label with amount and last digits held together when it breaks."""
        return self.text().replace(" · ", "\u00a0·\u00a0").replace("…", "…\u2060")

    def label_rect(self) -> QRect:
        """Give the place of the label."""
        hint = self._key_width()
        return self.rect().adjusted(self._pad(), 0, -self._pad() - hint, 0)

    def label_size(self) -> QSize:
        """Give the room the label needs, wrapped if it is long."""
        metrics = QFontMetrics(self.label_font())
        line = metrics.horizontalAdvance(self.drawn_text())
        widest = self._worn().px(NARROW_LINE if self._beside >= CROWD else WIDEST_LINE)
        if line <= widest or self._small:
            return QSize(line, metrics.height())
        return self._in_two_lines(metrics, line)

    def _in_two_lines(self, metrics: QFontMetrics, line: int) -> QSize:
        for width in range(line // 2, line, max(1, line // 20)):
            size = metrics.boundingRect(QRect(0, 0, width, 10_000), WRAP, self.drawn_text()).size()
            # Three lines are a little less than three times one line with the air below it.
            if size.width() <= width and 2 * size.height() < 5 * metrics.lineSpacing():
                return QSize(width, size.height())
        return QSize(line, metrics.height())

    def sizeHint(self) -> QSize:
        """Give the size that shows all of it."""
        if self._theme is None:
            return QSize(48, 48)
        width = self.label_size().width() + 2 * self._pad() + self._key_width() + 2
        return QSize(max(width, self._theme.touch()), self.height())

    def minimumSizeHint(self) -> QSize:
        """Never less than the whole label."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let no key press it; the window's key table does that by name."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, label and key."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter)
        if self.hasFocus():
            self.paint_focus(painter)
        painter.setFont(self.label_font())
        painter.setPen(self.ink())
        painter.drawText(self.label_rect(), WRAP, self.drawn_text())
        if self.key:
            theme = self._worn()
            painter.setFont(theme.font(14, QFont.Weight.DemiBold))
            painter.setPen(theme.colour("on-ink" if self._is_strong() else "muted"))
            room = self.rect().adjusted(0, 0, -self._pad(), 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.key)

    def paint_ground(self, painter: QPainter) -> None:
        """Draw what lies under the label."""
        theme = self._worn()
        painter.setPen(QPen(theme.colour("ink" if self._is_strong() else "line"), theme.line))
        painter.setBrush(self.ground())
        radius = theme.px(10 if self._small else 14)
        # A small button is drawn lower than it is: fingers get all of its height.
        inset = theme.px(7) if self._small else 1
        painter.drawRoundedRect(self.rect().adjusted(1, inset, -1, -inset), radius, radius)

    def paint_focus(self, painter: QPainter) -> None:
        """Draw where the keyboard is; only pages that are walked through with Tab give a button the focus."""
        theme = self._worn()
        inset = theme.px(7) if self._small else 1
        painter.setPen(QPen(theme.colour("surface" if self._is_strong() else "working"), theme.px(3)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edge = theme.px(3)
        rect = self.rect().adjusted(edge, inset + edge - 1, -edge, 1 - inset - edge)
        painter.drawRoundedRect(rect, theme.px(10), theme.px(10))

    def ground(self) -> QColor:
        """Give the colour of the ground; a pressed button steps back."""
        theme = self._worn()
        if self._is_strong():
            return theme.colour("held" if self.isDown() else "ink")
        return theme.colour("pressed" if self.isDown() else "surface")

    def ink(self) -> QColor:
        """Give the colour of the label."""
        theme = self._worn()
        if self._is_strong():
            return theme.colour("surface")
        return theme.colour("ink" if self.isEnabled() else "muted")

    def _is_strong(self) -> bool:
        # What may not be pressed yet looks like no button that waits for a finger.
        return self._primary and self.isEnabled()

    def _worn(self) -> Theme:
        if self._theme is None:
            raise ValueError("A button is dressed before it is shown.")
        return self._theme

    def _pad(self) -> int:
        if self._beside > CROWD:
            return self._worn().px(8)
        return self._worn().px(12 if self._small or self._beside == CROWD else 20)

    def _key_width(self) -> int:
        if not self.key:
            return 0
        theme = self._worn()
        metrics = QFontMetrics(theme.font(14, QFont.Weight.DemiBold))
        return metrics.horizontalAdvance(self.key) + theme.px(10)


def show_labelled(buttons: Mapping[str, TillButton], labels: Mapping[str, str]) -> None:
    """Show the buttons that have a label, and no others."""
    for name, button in buttons.items():
        if name in labels:
            button.set_label(labels[name])
        button.setVisible(name in labels)
