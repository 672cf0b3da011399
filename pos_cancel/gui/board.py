"""Where the views stand: strip, header, scan field, card and sale at the left, open cases at the right."""

from PySide6.QtCore import QPoint, QRect, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_cancel.gui.card_view import CardView
from pos_cancel.gui.header_view import HeaderView, TrainingStrip
from pos_cancel.gui.notice_view import NoticeView
from pos_cancel.gui.offer_view import OfferView
from pos_cancel.gui.open_cases_model import OpenCasesModel
from pos_cancel.gui.open_cases_view import OpenCasesView
from pos_cancel.gui.question_view import QuestionView
from pos_cancel.gui.sale_view import HINTS, SaleView
from pos_cancel.gui.scan_field import ScanField
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till import Till
from pos_cancel.gui.toast import WIDEST
from pos_cancel.presenters.notices import Notice
from pos_cancel.presenters.wording import Wording

FOLDED_BELOW = 900
FOLDED_IF_LARGE = 1000
LIST_WIDTH = 270
UNLIMITED = 16_777_215


class Board(QWidget):
    """The frame of every moment: its parts keep their places.

    Below 900 pixels of width the list folds to a badge in the header, which shows it in place of the rest.
    """

    def __init__(self, till: Till, cases: OpenCasesModel) -> None:
        """Make all views and give each its place."""
        super().__init__()
        self.setObjectName("board")
        self.strip = TrainingStrip()
        self.header = HeaderView(till.clock, till.zone)
        self.scan = ScanField(till.key_time_ms)
        self.questions = QuestionView(till.key_time_ms)
        self.offers = OfferView()
        self.card = CardView(self.questions, self.offers, till.fade_ms)
        self.sale = SaleView(till.hold_ms)
        self.notice = NoticeView()
        self.open_cases = OpenCasesView(cases)
        self._left = QWidget()
        self._left.setObjectName("leftSide")
        self._column = QVBoxLayout(self._left)
        self._sides = QHBoxLayout()
        self._frame = QVBoxLayout()
        self._theme: Theme | None = None
        self._list_wanted = False
        self._fitting = False
        self.card.crowded.connect(self.fit_notice)
        self._arrange()

    def _arrange(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.scan)
        self._column.addWidget(self.notice)
        self._column.addWidget(self.card, 1)
        self._column.addWidget(self.sale)
        self._sides.addWidget(self._left, 1)
        self._sides.addWidget(self.open_cases)
        self._frame.setSpacing(0)
        self._frame.addWidget(self.header)
        self._frame.addLayout(self._sides, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.strip)
        whole.addLayout(self._frame, 1)

    def show_words(self, words: Wording, kind: str, theme_name: str) -> None:
        """Speak a language; `kind` is the account's, `theme_name` what is worn."""
        self.strip.show_word(words.find(f"gui.strip.{kind}") or "")
        self.sale.know_hints(tuple(words.text(key) for key in HINTS))
        self.scan.set_texts(words.text("gui.scan.placeholder"), words.text("gui.scan.name"))
        self.header.show_buttons(words.text("name"), words.text(f"gui.settings.theme_{theme_name}"))
        self.header.show_words(words)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        edge = theme.px(20)
        self._frame.setContentsMargins(edge, 0, edge, edge)
        self._sides.setSpacing(theme.px(16))
        self._column.setSpacing(theme.px(14))
        for part in (self.strip, self.header, self.scan, self.notice, self.card, self.sale, self.open_cases):
            part.dress(theme)
        self._fold()

    def show_notice(self, notice: Notice | None) -> None:
        """Show a strip over the card, or none; the card alone gives way."""
        self.notice.show_notice(notice)
        self.fit_notice()

    @Slot()
    def fit_notice(self) -> None:
        """Let the strip say less, or nothing, where the card would be cut: what is in hand comes first."""
        if self.notice.notice is None or self._fitting:
            return
        self._fitting = True
        gap = self._column.spacing()
        taken = self.scan.height() + self.sale.height() + 3 * gap
        room = self._left.height() - taken - self.card.least_height()
        width = self.scan.width()
        fits = any(self.notice.needed_height(width, whole=whole) <= room for whole in (True, False))
        self.notice.setVisible(fits)
        self._column.activate()
        self.card.fit()
        self._fitting = False

    def toast_room(self) -> QRect:
        """Give the part of the header that a strip may lie over for some seconds."""
        wanted = self._theme.px(WIDEST) if self._theme is not None else WIDEST
        return self.header.quiet_room(wanted).translated(self.header.mapTo(self, QPoint(0, 0)))

    @property
    def is_folded(self) -> bool:
        """Whether the list is behind its badge."""
        return self.width() < self._narrow()

    def turn_list(self) -> None:
        """Show the folded list, or put it away."""
        self._list_wanted = not self._list_wanted
        self._fold()

    def put_list_away(self) -> None:
        """Show the card again where the list had taken its place."""
        self._list_wanted = False
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the list when the window is narrow."""
        super().resizeEvent(event)
        self._fold()
        self.fit_notice()

    def _narrow(self) -> int:
        theme = self._theme
        # Larger text needs the room of the list sooner.
        return theme.px(FOLDED_IF_LARGE) if theme is not None and theme.zoom > 1 else FOLDED_BELOW

    def _fold(self) -> None:
        folded = self.is_folded
        self.open_cases.setVisible(not folded or self._list_wanted)
        self._left.setVisible(not folded or not self._list_wanted)
        self.header.fold(folded=folded)
        self.notice.show_way(folded=folded)
        width = self._theme.px(LIST_WIDTH) if self._theme else LIST_WIDTH
        self.open_cases.setMinimumWidth(width)
        self.open_cases.setMaximumWidth(UNLIMITED if folded else width)
