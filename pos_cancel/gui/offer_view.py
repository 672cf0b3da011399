"""Numbers to tap: those to try in training, where a tap is a scan, and receipts that may have been meant."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from pos_cancel.gui.scan_field import Entry
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till_button import TillButton

COLUMNS = 2


class OfferView(QWidget):
    """A grid of buttons, one for each number."""

    scanned = Signal(object)

    def __init__(self) -> None:
        """Build it empty."""
        super().__init__()
        self.setObjectName("offers")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._offers: tuple[tuple[str, str], ...] = ()
        self._as_scan = False
        self._buttons: list[TillButton] = []
        self._theme: Theme | None = None
        self.hide()

    def show_offers(self, offers: tuple[tuple[str, str], ...], *, as_scan: bool) -> None:
        """Offer these (number, what it shows), or nothing; without `as_scan` a tap counts as typed."""
        self._as_scan = as_scan
        if offers != self._offers:
            self._offers = offers
            self._build()
        self.setVisible(bool(offers))

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        for button in self._buttons:
            button.dress(theme)
        self.tighten(theme, tight=False)

    def tighten(self, theme: Theme, *, tight: bool) -> None:
        """Set the rows closer together, or as loosely as they should be."""
        # What is drawn of a small button is lower than the button: fingers keep their distance.
        self._grid.setSpacing(theme.px(8))
        self._grid.setVerticalSpacing(theme.px(0 if tight else 8))

    def _build(self) -> None:
        for button in self._buttons:
            # Qt takes it away a little later, and until then the card would be set for what is gone.
            self._grid.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for place, (number, label) in enumerate(self._offers):
            button = TillButton(f"offer{place}", small=True)
            button.set_label(label)
            button.clicked.connect(partial(self._offer, number))
            self._grid.addWidget(button, *divmod(place, COLUMNS))
            self._buttons.append(button)
        if self._theme is not None:
            for button in self._buttons:
                button.dress(self._theme)

    def _offer(self, number: str, _checked: bool = False) -> None:  # noqa: FBT002 - Qt hands over whether it is checked
        self.scanned.emit(Entry(number, scanned=self._as_scan))
