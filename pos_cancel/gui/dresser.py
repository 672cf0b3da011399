"""What the window wears: the theme that a person chose, or the system's, in the size that was chosen."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.theme import HIGH_CONTRAST, ZOOMS, Looks, Theme

SYSTEM = "system"
THEMES = ("light", "dark", HIGH_CONTRAST)


class Dresser(QObject):
    """Chooses the theme: the person's, or the system's as it changes. `turned` tells of another wish."""

    turned = Signal(str)

    def __init__(self, window: MainWindow, looks: Looks, wish: str) -> None:
        """Remember what was wished for at the start."""
        super().__init__(window)
        self._window = window
        self._looks = looks
        self._wish = wish
        window.theme_wished.connect(self.turn)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.follow)
        self._zoom = window.theme.zoom

    @Slot()
    def turn(self) -> None:
        """Go to the next theme and stay there."""
        now = self._window.theme.name
        self.wear(THEMES[(THEMES.index(now) + 1) % len(THEMES)])
        self.turned.emit(self._wish)

    def wear(self, wish: str) -> None:
        """Put on a theme, or follow the system."""
        if wish != self._wish:
            self._wish = wish
            self._put_on()

    def magnify(self, text_size: str) -> None:
        """Show everything in one of the sizes."""
        if self._zoom != ZOOMS[text_size]:
            self._zoom = ZOOMS[text_size]
            self._put_on()

    @Slot(Qt.ColorScheme)
    def follow(self, _scheme: Qt.ColorScheme) -> None:
        """Follow the system, unless a person chose."""
        if self._wish == SYSTEM:
            self._put_on()

    def _put_on(self) -> None:
        self._window.show_theme(Theme(self._looks, theme_name(self._wish), zoom=self._zoom))


def theme_name(wish: str) -> str:
    """Give the theme that a wish means now."""
    if wish != SYSTEM:
        return wish
    hints = QGuiApplication.styleHints()
    # Qt tells of a wish for contrast since 6.10.
    access = hints.accessibility() if hasattr(hints, "accessibility") else None
    if access is not None and access.contrastPreference() is Qt.ContrastPreference.HighContrast:
        return HIGH_CONTRAST
    return "dark" if hints.colorScheme() is Qt.ColorScheme.Dark else "light"
