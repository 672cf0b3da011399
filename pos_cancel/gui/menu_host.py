"""Opens the menu in the place of the till's frame, and lets what is chosen there take effect at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from pos_cancel.adapters.settings import Settings
from pos_cancel.gui.act_panel import BACK
from pos_cancel.gui.dresser import Dresser
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.menu_flow import MenuFlow
from pos_cancel.gui.setup_worker import SetupDesk
from pos_cancel.gui.stages import Leaving
from pos_cancel.gui.till import Till
from pos_cancel.gui.worker import Worker

if TYPE_CHECKING:
    # The pages are not needed for the first paint.
    from pos_cancel.gui.handover_page import HandoverPage
    from pos_cancel.gui.menu_page import MenuPage
    from pos_cancel.gui.menu_view import MenuView

KEY = "F1"
# Nobody reads more, and the till stays quick.
MOST_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """What the menu needs: the back office (None in training) and the settings as they were at the start.

    `till` is what the till is called where the settings give it no name. `chosen` hears the settings
    whenever they change, in the menu or by a key. `printer` writes lists for paper.
    """

    desk: SetupDesk | None
    settings: Settings
    till: str = ""
    chosen: Callable[[Settings], None] | None = None
    printer: SetupDesk | None = None


class MenuHost(QObject):
    """The way from the till to its menu and back. `settled` carries the settings whenever they change."""

    settled = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        worker: Worker,
        menu: Menu,
        dresser: Dresser,
        spoken: Callable[[str], str],
    ) -> None:
        """Wait to be opened; `spoken` gives the language that a wish means ("" follows the system)."""
        super().__init__(window)
        self._window = window
        self._worker = worker
        self._menu = menu
        self._dresser = dresser
        self._spoken = spoken
        self.flow = MenuFlow(menu.desk, menu.settings)
        self.flow.setParent(self)
        self.view: MenuView | None = None
        self._shift: HandoverPage | None = None
        self._behind: list[QWidget] = []
        self._language = window.words.language
        QShortcut(QKeySequence(KEY), window).activated.connect(self.toggle)
        window.board.header.pressed.connect(self._pressed)
        window.dressed.connect(self._dress)
        window.flow.changed.connect(self._moved)
        dresser.turned.connect(self._turned)
        self.flow.settled.connect(self._settle)
        if menu.chosen is not None:
            self.settled.connect(menu.chosen)
        self.flow.accounts_changed.connect(self._go_on_with)
        for change in (window.cases.rowsInserted, window.cases.rowsRemoved, window.cases.dataChanged):
            change.connect(self._list_changed)
        self._dress()

    def open(self, page: str = "", *, closes: bool = False) -> None:
        """Show the menu; `closes` where the window is to be closed over open cases."""
        if self.view is None:
            self.view = self._make()
            self._put(self.view)
        if self._shift is not None:
            self._shift.closes = closes
        self.view.turn(page or next(iter(self.view.pages)), alone=closes)

    def _put(self, view: "MenuView") -> None:
        """Put it in the place of what stands there: the board, or the assistant."""
        room = self._window.room
        items = (room.itemAt(place) for place in range(room.count()))
        parts = (item.widget() for item in items if item is not None)
        self._behind = [part for part in parts if part is not None and not part.isHidden()]
        for part in self._behind:
            part.hide()
        room.addWidget(view)
        # Qt would do so later, and until then nothing on it could have the focus.
        view.show()

    @Slot()
    def toggle(self) -> None:
        """Open the menu, or go back to the till."""
        if self.view is not None:
            self.view.page.press(BACK)
        elif not self._window.board.isHidden():
            self.open()

    @Slot()
    def close(self) -> None:
        """Go back to the till; what was in hand is still there."""
        view, self.view, self._shift = self.view, None, None
        if view is None:
            return
        view.page.leave()
        view.hide()
        view.deleteLater()
        for part in self._behind:
            part.show()
            part.setFocus()
        if isinstance(self._window.flow.stage, Leaving):
            self._window.flow.press("back")
        self._window.press("")

    def _make(self) -> "MenuView":
        from pos_cancel.gui.handover_page import HandoverPage
        from pos_cancel.gui.handover_paper import HandoverPaper
        from pos_cancel.gui.menu_view import MenuView
        from pos_cancel.gui.settings_pages import ScreenPage

        window, words = self._window, self._window.words
        pages: dict[str, MenuPage] = self._office_pages()
        names = {tag: each.text("name") for tag, each in window.till.words.items()}
        shift = self._shift = HandoverPage(self._till, self._left, words)
        shift.confirmed.connect(self._hand_over)
        shift.closes_anyway.connect(window.end_at_once)
        self._worker.handed_over.connect(shift.tell_written)
        self._worker.hand_over_failed.connect(shift.tell_refused)
        if self._menu.printer is not None:
            HandoverPaper(shift, self._menu.printer)
        screen = ScreenPage(self.flow, words, names)
        known = {"screen": screen, "shift": shift, **pages}
        order = [name for name in ("accounts", "screen", "till", "check", "shift") if name in known]
        view = MenuView({name: known[name] for name in order}, words, window.till.key_time_ms)
        view.closed.connect(self.close)
        view.pressed.connect(window.press)
        view.show_words(words)
        view.dress(window.theme)
        return view

    def _office_pages(self) -> "dict[str, MenuPage]":
        if self._menu.desk is None:
            return {}
        from pos_cancel.gui.accounts_page import AccountsPage
        from pos_cancel.gui.check_page import CheckPage
        from pos_cancel.gui.settings_pages import TillPage

        window, words = self._window, self._window.words
        accounts = AccountsPage(self.flow, self._worker, words, window.till.hold_ms)
        accounts.add_wished.connect(self._add_account)
        till = TillPage(self.flow, words)
        till.folder_wished.connect(self._choose_folder)
        return {"accounts": accounts, "till": till, "check": CheckPage(self.flow, self._till, words)}

    def _till(self) -> Till:
        return self._window.till

    def _left(self) -> Leaving:
        return self._window.cases.left_behind(MOST_LISTED)

    @Slot(str)
    def _pressed(self, name: str) -> None:
        if name == "menu":
            self.open()

    @Slot()
    def _add_account(self) -> None:
        self.close()
        self._window.setup_wished.emit()

    @Slot(str)
    def _hand_over(self, name: str) -> None:
        if isinstance(self._window.flow.stage, Leaving):
            self._window.flow.confirm(None, {"manager": name})
        else:
            self._worker.hand_over(name)

    @Slot()
    def _moved(self) -> None:
        asks = self._shift is not None and self._shift.closes
        if isinstance(self._window.flow.stage, Leaving) and not asks:
            self.open("shift", closes=True)

    @Slot()
    def _list_changed(self) -> None:
        if self.view is not None and self.view.name == "shift":
            self.view.show_state()

    @Slot()
    def _dress(self) -> None:
        window = self._window
        window.board.header.show_menu(window.words.text("menu.button"))
        if window.words.language != self._language:
            self._language = window.words.language
            self.flow.change({"language": self._language})
        if self.view is not None:
            self.view.show_words(window.words)
            self.view.dress(window.theme)

    @Slot(str)
    def _turned(self, theme: str) -> None:
        self.flow.change({"theme": theme})

    @Slot(object)
    def _settle(self, names: frozenset[str]) -> None:
        settings, window = self.flow.settings, self._window
        if "theme" in names:
            self._dresser.wear(settings.theme)
        if "text_size" in names:
            self._dresser.magnify(settings.text_size)
        if "language" in names:
            self._language = self._spoken(settings.language)
            if self._language != window.words.language:
                window.show_language(self._language)
        if names & {"till", "operator"}:
            name = settings.till or self._menu.till
            window.know_till(replace(window.till, name=name, operator=settings.operator))
        if "default_profile" in names:
            self._go_on_with()
        window.cues.chime.on = settings.sounds
        window.flow.take_back_s = settings.take_back_s
        self.settled.emit(settings)

    @Slot()
    def _go_on_with(self) -> None:
        window = self._window
        window.flow.take_account(self.flow.settings.default_profile)
        window.know_till(window.till)

    @Slot()
    def _choose_folder(self) -> None:
        if self.view is None:
            return
        dialog = QFileDialog(self.view, self._window.words.text("menu.row.watch_folder"))
        dialog.setObjectName("folderDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._chose_folder)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._window.activateWindow)
        dialog.open()

    @Slot(str)
    def _chose_folder(self, folder: str) -> None:
        self.flow.change({"watch_folder": folder})
