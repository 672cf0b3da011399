"""The strip that says what ended beside the case in hand. It lies over the header and moves nothing."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from pos_cancel.gui.announcing import announce
from pos_cancel.gui.theme import Theme
from pos_cancel.presenters.news import News

# So much of the drawing is read at a glance; it is wider only where it would cover a word by half.
WIDEST = 460
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class Toast(QAbstractButton):
    """Icon, word and two short lines in the tone; a tap is `clicked`. No key reaches it."""

    def __init__(self, parent: QWidget) -> None:
        """Make it, hidden."""
        super().__init__(parent)
        self.setObjectName("toast")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._theme: Theme | None = None
        self._news: News | None = None
        self.hide()

    def show_news(self, news: News) -> None:
        """Show the strip and have it said."""
        said = f"{news.word}. {news.title}. {news.sentence}"
        is_new = self.isHidden() or said != self.accessibleName()
        self._news = news
        self.setAccessibleName(said)
        self.show()
        self.raise_()
        self.update()
        if is_new:
            announce(self, said)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        self.update()

    def place(self, room: QRect) -> None:
        """Lie in this part of the header."""
        # In a narrow window it covers the clock for its seconds, never a button but the account's.
        self.setGeometry(room)

    def sizeHint(self) -> QSize:
        """Give the size it has: it is placed, not laid out."""
        return self.size()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let no key press it."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, icon and lines."""
        theme, news = self._theme, self._news
        if theme is None or news is None:
            return
        ink, ground = theme.tone(news.tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink, theme.px(2)))
        painter.setBrush(theme.colour("line") if self.isDown() else ground)
        # It is drawn lower than it is: fingers get all of its height.
        inset = theme.px(2)
        painter.drawRoundedRect(self.rect().adjusted(1, inset, -1, -inset), theme.px(12), theme.px(12))
        side = theme.px(24)
        icon = theme.icon(news.icon, news.tone, 24, self.devicePixelRatioF())
        painter.drawPixmap(theme.px(12), (self.height() - side) // 2, icon)
        left = theme.px(46)
        room = QRect(left, theme.px(4), self.width() - left - theme.px(12), self.height() // 2 - theme.px(4))
        painter.setPen(ink)
        self._line(painter, room, f"{news.word} · {news.title}", theme.font(15, QFont.Weight.Bold))
        painter.setPen(theme.colour("ink"))
        room.moveTop(self.height() // 2 - theme.px(1))
        self._line(painter, room, news.sentence, theme.font(14, QFont.Weight.Medium))

    @staticmethod
    def _line(painter: QPainter, room: QRect, text: str, font: QFont) -> None:
        painter.setFont(font)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, LEFT, shown)
