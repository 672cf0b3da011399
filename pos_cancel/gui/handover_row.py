"""One open case on the page that hands cases over."""

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from pos_cancel.gui.labels import ShortenedLabel, named_label, put_text, put_tone
from pos_cancel.gui.theme import Theme
from pos_cancel.presenters.handover import HandoverLine
from pos_cancel.presenters.wording import Wording


class HandoverRow(QFrame):
    """One open case: how it stands and its amount, which sale it is, and what to tell the customer."""

    def __init__(self, line: HandoverLine, words: Wording) -> None:
        """Put the words in."""
        super().__init__()
        self.setObjectName("handoverRow")
        self._line = line
        card = line.card
        self._icon = QLabel()
        self._icon.setObjectName("handoverIcon")
        self.word, self.amount, self.until = (
            named_label(f"handover{name}") for name in ("Word", "Amount", "Until")
        )
        self.sale = ShortenedLabel("handoverSale")
        self.tell = named_label("handoverTell", wrap=True)
        self._top = QHBoxLayout()
        self._top.addWidget(self._icon)
        self._top.addWidget(self.word)
        self._top.addWidget(self.amount)
        self._top.addWidget(self.sale, 1)
        self._top.addWidget(self.until)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        self._column.addWidget(self.tell)
        # Not before they stand in the row: a part that stands nowhere is shown as a window of its own.
        put_text(self.word, f"{card.tone_word} · {card.ref}")
        put_text(self.amount, card.amount)
        put_text(self.until, words.text("gui.open.by", until=card.until) if card.until else "")
        self.sale.setText(card.sale_line)
        put_text(self.tell, words.text("handover.customer", sentence=line.tell))
        for part in (self, self.word):
            put_tone(part, card.tone.value)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._column.setContentsMargins(theme.px(14), theme.px(8), theme.px(14), theme.px(8))
        self._column.setSpacing(theme.px(2))
        self._top.setSpacing(theme.px(10))
        self.word.setFont(theme.font(16, QFont.Weight.Bold))
        self.amount.setFont(theme.font(20, QFont.Weight.Bold))
        for label in (self.sale, self.until):
            label.setFont(theme.font(15))
        self.tell.setFont(theme.font(17))
        card = self._line.card
        self._icon.setPixmap(theme.icon(card.icon, card.tone.value, 22, self.devicePixelRatioF()))
