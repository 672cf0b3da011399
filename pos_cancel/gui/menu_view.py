"""The menu on the screen: tabs at the top, one page below, in the place of the till's own frame."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from pos_cancel.gui.act_panel import BACK
from pos_cancel.gui.hold_button import HoldButton
from pos_cancel.gui.labels import named_label, put_text
from pos_cancel.gui.menu_page import MenuPage
from pos_cancel.gui.name_line import NameLine
from pos_cancel.gui.scan_field import key_time_ms
from pos_cancel.gui.setup_screen import Message
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till_button import TillButton
from pos_cancel.gui.wedge import Wedge
from pos_cancel.presenters.wording import Wording

TAB_KEYS = {"accounts": "F2", "screen": "F3", "till": "F4", "check": "F5", "shift": "F6"}
TOP = {"language": "F10", "theme": "F12"}
PRESSING = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class MenuTab(TillButton):
    """One tab; the page that is open has ink on its ground, and is checked for a screen reader."""

    def __init__(self, name: str) -> None:
        """Make it."""
        super().__init__(f"{name}Tab", TAB_KEYS[name], small=True)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _is_strong(self) -> bool:
        return self.isChecked()


class MenuView(QFrame):
    """Tabs and pages. `closed` tells that the person goes back, `pressed` carries `language` or `theme`."""

    closed = Signal()
    pressed = Signal(str)

    def __init__(
        self,
        pages: dict[str, MenuPage],
        words: Wording,
        time_ms: Callable[[QKeyEvent], int] = key_time_ms,
    ) -> None:
        """Take the pages in the order of their tabs."""
        super().__init__()
        self.setObjectName("menuView")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pages = pages
        self.title = named_label("menuTitle")
        self.tabs = {name: MenuTab(name) for name in pages}
        self._stack = QStackedWidget()
        self.tops = {name: TillButton(f"menu_{name}", key, small=True) for name, key in TOP.items()}
        self._words = words
        self._time_ms = time_ms
        self._wedge = Wedge()
        self._arrange()
        for line in self.findChildren(NameLine):
            line.scanned.connect(self._tell_of_scan)

    def _arrange(self) -> None:
        self._frame = QVBoxLayout(self)
        self._top = QHBoxLayout()
        self._top.addWidget(self.title)
        self._top.addStretch(1)
        self._row = QHBoxLayout()
        # A group of their own: without one, Qt would count the buttons on the pages among them.
        group = QButtonGroup(self)
        for name, tab in self.tabs.items():
            group.addButton(tab)
            tab.clicked.connect(partial(self._turn, name))
            self._row.addWidget(tab, 1)
        for name, page in self.pages.items():
            self._stack.addWidget(page)
            page.left.connect(self.closed)
            page.setObjectName(f"{name}Page")
        for name, button in self.tops.items():
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(partial(self._press_top, name))
            self._top.addWidget(button)
        self._frame.addLayout(self._top)
        self._frame.addLayout(self._row)
        self._frame.addWidget(self._stack, 1)

    @property
    def page(self) -> MenuPage:
        """The page that is open."""
        return self.pages[self.name]

    @property
    def name(self) -> str:
        """Its name."""
        return list(self.pages)[self._stack.currentIndex()]

    def turn(self, name: str, *, alone: bool = False) -> None:
        """Open a page; `alone` hides the tabs: there is nothing else to do now."""
        self.page.leave()
        self._stack.setCurrentIndex(list(self.pages).index(name))
        self.tabs[name].setChecked(True)
        for tab in self.tabs.values():
            tab.setVisible(not alone)
            chosen = tab.isChecked()
            tab.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus)
        self.title.setVisible(not alone)
        self.page.enter()
        self.page.rest_focus()

    def show_words(self, words: Wording) -> None:
        """Speak a language; nothing written is lost."""
        self._words = words
        put_text(self.title, words.text("menu.title"))
        self.setAccessibleName(words.text("menu.title"))
        for name, page in self.pages.items():
            label = words.text(f"menu.tab.{name}")
            self.tabs[name].set_label(label)
            # The keys of a page without fields go to the page itself.
            for part in (page, page.area):
                part.setAccessibleName(label)
            page.show_words(words)
        self.tops["language"].set_label(words.text("name"))

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        edge = theme.px(20)
        self._frame.setContentsMargins(edge, 0, edge, edge)
        self._frame.setSpacing(theme.px(4))
        self._top.setSpacing(theme.px(12))
        self._row.setSpacing(theme.px(8))
        self.title.setFont(theme.font(20, QFont.Weight.Bold))
        for button in (*self.tabs.values(), *self.tops.values()):
            button.dress(theme)
        for page in self.pages.values():
            page.dress(theme)
        self.tops["theme"].set_label(self._words.text(f"gui.settings.theme_{theme.name}"))

    @Slot()
    def show_state(self) -> None:
        """Show how things stand."""
        self.page.show_state()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take every key: none of them is for the till behind the menu."""
        event.accept()
        # A digit that a scanner sends twice at once looks like a key that is held down.
        if event.key() not in PRESSING and event.text().isprintable() and event.text():
            self._wedge.character(event.text(), self._time_ms(event))
        if event.isAutoRepeat():
            return
        if event.key() in PRESSING:
            self._press_focused(event)
            return
        self._press_key(QKeySequence(event.key()).toString())

    def _press_focused(self, event: QKeyEvent) -> None:
        """Press what has the focus; a scanner's Enter presses nothing, and the held button has its key."""
        focus = self.focusWidget()
        is_scan = event.key() != Qt.Key.Key_Space and self._wedge.is_end(self._time_ms(event))
        self.page.panel.disarm()
        if is_scan:
            self._tell_of_scan()
        elif isinstance(focus, TillButton) and not isinstance(focus, HoldButton) and focus.isEnabled():
            focus.click()

    @Slot()
    def _tell_of_scan(self) -> None:
        """Say that nothing came of a scan: a cashier may not have seen that the till is put away."""
        self.page.say(Message("act", "hand", self._words.text("menu.scanned")))

    def _press_key(self, key: str) -> None:
        if not self.page.panel.is_held_by(key):
            self.page.panel.disarm()
        if key == "Esc":
            self.page.press(BACK)
            return
        for name, known in TOP.items():
            if known == key:
                self._press_top(name)
        if self.page.press_key(key):
            return
        for name, tab in self.tabs.items():
            if tab.key == key and tab.isVisibleTo(self):
                self.turn(name)

    def _turn(self, name: str, _checked: bool = False) -> None:  # noqa: FBT002 - Qt hands over whether it is checked
        self.turn(name)

    def _press_top(self, name: str, _checked: bool = False) -> None:  # noqa: FBT002 - the same
        self.pressed.emit(name)
