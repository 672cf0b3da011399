"""Our public key to hand over: as text to copy, and as a QR code for a phone."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from pos_cancel.gui.labels import named_label, put_text
from pos_cancel.gui.setup_screen import Paper
from pos_cancel.gui.theme import Theme

# A phone wants dark on light, whatever the theme is.
DARK, LIGHT = QColor("#000000"), QColor("#FFFFFF")


class QrView(QWidget):
    """Draws a QR code as large as whole pixels per square allow."""

    def __init__(self) -> None:
        """Make it empty."""
        super().__init__()
        self.setObjectName("qrCode")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._squares: tuple[tuple[bool, ...], ...] = ()

    def show_squares(self, squares: tuple[tuple[bool, ...], ...], name: str) -> None:
        """Show a code; `name` is what a screen reader says of it."""
        self._squares = squares
        self.setAccessibleName(name)
        self.update()

    @property
    def square_px(self) -> int:
        """The side of one square in device pixels; 0 where the code does not fit."""
        room = min(self.width(), self.height()) * self.devicePixelRatioF()
        return int(room // len(self._squares)) if self._squares else 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the squares; without antialiasing, for their edges are what a camera looks for."""
        side = self.square_px
        if not side:
            return
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        whole = side * len(self._squares)
        left = int((self.width() * ratio - whole) / 2)
        top = int((self.height() * ratio - whole) / 2)
        painter.fillRect(QRect(left, top, whole, whole), LIGHT)
        for down, row in enumerate(self._squares):
            for across, is_dark in enumerate(row):
                if is_dark:
                    painter.fillRect(QRect(left + across * side, top + down * side, side, side), DARK)


class PublicPaper(QFrame):
    """Text and code side by side, or the code alone."""

    def __init__(self) -> None:
        """Build it, hidden."""
        super().__init__()
        self.setObjectName("publicPaper")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.text = QPlainTextEdit()
        self.text.setObjectName("publicText")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setWordWrapMode(self.text.wordWrapMode().WrapAnywhere)
        self.text.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.size_line = named_label("publicSize", wrap=True)
        self.code = QrView()
        self._row = QHBoxLayout(self)
        self._column = QVBoxLayout()
        self._column.addWidget(self.text, 1)
        self._column.addWidget(self.size_line)
        self._row.addLayout(self._column, 3)
        self._row.addWidget(self.code, 2)
        self.hide()

    def show_paper(self, paper: Paper | None) -> None:
        """Show a key, or nothing."""
        self.setVisible(paper is not None)
        if paper is None:
            return
        if self.text.toPlainText() != paper.text:
            self.text.setPlainText(paper.text)
        self.text.setAccessibleName(paper.name)
        self.text.setVisible(not paper.large)
        self._row.setStretch(0, 0 if paper.large else 3)
        put_text(self.size_line, "" if paper.large else paper.size)
        self.code.show_squares(paper.squares, paper.square_name)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(16))
        self._column.setSpacing(theme.px(6))
        self.text.setFont(theme.font(15))
        self.size_line.setFont(theme.font(15))

    def minimumSizeHint(self) -> QSize:
        """Give way to everything else on the page."""
        return QSize(0, 0)
