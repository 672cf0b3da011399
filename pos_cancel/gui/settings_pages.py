"""The pages of the menu on which the till is told how to look, sound and call itself."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel

from pos_cancel.adapters.settings import LONGEST_TAKE_BACK_S, TEXT_SIZES, THEMES
from pos_cancel.domain.profile import KEY_STORES
from pos_cancel.gui.act_panel import ActPanel
from pos_cancel.gui.labels import named_label, put_text
from pos_cancel.gui.menu_flow import MenuFlow, is_refusal
from pos_cancel.gui.menu_page import MenuPage
from pos_cancel.gui.name_line import NameRow
from pos_cancel.gui.option_row import OptionRow
from pos_cancel.gui.setup_screen import Message
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till_button import TillButton
from pos_cancel.presenters.faults import fault_words
from pos_cancel.presenters.wording import Wording

AS_SYSTEM = "system"
ON, OFF = "on", "off"
SECONDS = tuple(str(second) for second in range(LONGEST_TAKE_BACK_S + 1))
NAMES = ("till", "operator")


class SettingsPage(MenuPage):
    """A page of settings: every change holds at once, is saved, and says so."""

    def __init__(self, name: str, flow: MenuFlow, words: Wording) -> None:
        """Build the page without rows."""
        super().__init__(name, ActPanel(name, {}), words)
        self.flow = flow
        self.rows: dict[str, OptionRow] = {}
        self.hints: dict[str, QLabel] = {}
        flow.changed.connect(self.show_state)

    def add_options(self, name: str, values: tuple[str, ...], hint: str = "") -> None:
        """Add a setting with its values; `hint` names a line below it."""
        row = self.rows[name] = OptionRow(name, values)
        row.chosen.connect(self.choose)
        self.column.addWidget(row)
        if hint:
            self.hints[hint] = named_label("rowHint", wrap=True)
            self.column.addWidget(self.hints[hint])

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        super().dress(theme)
        for row in self.rows.values():
            row.dress(theme)
        for hint in self.hints.values():
            hint.setFont(theme.font(14))

    @Slot(str, str)
    def choose(self, name: str, value: str) -> None:
        """Take a value that was chosen."""
        self.flow.change({name: value})

    @Slot()
    def show_state(self) -> None:
        """Say whether what was changed is saved, or why not."""
        words = self.words
        saved = words.text("gui.settings.saved") if self.flow.saved else ""
        self.panel.show_buttons({"back": words.text("menu.back")}, hint=saved)
        for name, hint in self.hints.items():
            put_text(hint, words.text(f"menu.hint.{name}"))
        if self.flow.error is not None:
            sentence, way_on = fault_words(self.flow.error, words)
            holds = "" if is_refusal(self.flow.error) else words.text("menu.unsaved")
            self.say(Message("act", "hand", sentence, " ".join(part for part in (way_on, holds) if part)))
        else:
            self.say(None)


class ScreenPage(SettingsPage):
    """Language, look, size, sounds, and the time in which a press can be taken back."""

    def __init__(self, flow: MenuFlow, words: Wording, languages: dict[str, str]) -> None:
        """Build the rows; `languages` are their own names by tag."""
        super().__init__("screen", flow, words)
        self._languages = languages
        self.add_options("language", (AS_SYSTEM, *languages))
        self.add_options("theme", THEMES)
        self.add_options("text_size", TEXT_SIZES)
        self.add_options("sounds", (ON, OFF))
        self.add_options("take_back_s", SECONDS, "take_back")
        self.column.addStretch(1)
        self.show_state()

    def choose(self, name: str, value: str) -> None:
        """Take a value that was chosen."""
        meant: object = value
        if name == "language" and value == AS_SYSTEM:
            meant = ""
        elif name == "sounds":
            meant = value == ON
        elif name == "take_back_s":
            meant = int(value)
        self.flow.change({name: meant})

    @Slot()
    def show_state(self) -> None:
        """Show what is chosen."""
        super().show_state()
        words, settings = self.words, self.flow.settings
        as_system = words.text("gui.settings.theme_system")
        labels = {
            "language": {AS_SYSTEM: as_system, **self._languages},
            "theme": {theme: words.text(f"gui.settings.theme_{theme}") for theme in THEMES},
            "text_size": {size: words.text(f"menu.size.{size}") for size in TEXT_SIZES},
            "sounds": {name: words.text(f"menu.sounds.{name}") for name in (ON, OFF)},
            "take_back_s": {
                second: words.text("menu.seconds" if int(second) else "menu.no_seconds", seconds=second)
                for second in SECONDS
            },
        }
        for name, row in self.rows.items():
            row.show_words(words.text(f"menu.row.{name}"), labels[name])
        self.rows["language"].show_value(settings.language or AS_SYSTEM)
        self.rows["theme"].show_value(settings.theme)
        self.rows["text_size"].show_value(settings.text_size)
        self.rows["sounds"].show_value(ON if settings.sounds else OFF)
        self.rows["take_back_s"].show_value(str(settings.take_back_s))

    def rest_focus(self) -> None:
        """Go to the language."""
        chips = self.rows["language"].chips.values()
        next(chip for chip in chips if chip.isChecked()).setFocus()


class TillPage(SettingsPage):
    """What the till is called, who stands at it, where sales come from, and where keys are kept."""

    folder_wished = Signal()

    def __init__(self, flow: MenuFlow, words: Wording) -> None:
        """Build the rows."""
        super().__init__("till", flow, words)
        self._choose_folder = TillButton("folderChoice", "F7", small=True)
        self._choose_folder.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._choose_folder.clicked.connect(self.folder_wished)
        self.names = {name: NameRow(name) for name in NAMES}
        self.names["watch_folder"] = NameRow("watch_folder", self._choose_folder)
        for row in self.names.values():
            row.said.connect(self.choose)
            self.column.addWidget(row)
        self.add_options("key_store", KEY_STORES, "key_store")
        self.column.addStretch(1)
        self.show_state()

    def press_key(self, key: str) -> bool:
        """Take a key of the page; False where it has none."""
        if key == self._choose_folder.key:
            self.folder_wished.emit()
            return True
        return super().press_key(key)

    def leave(self) -> None:
        """Keep what was written and not yet said."""
        for row in self.names.values():
            row.line.say()

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        super().dress(theme)
        for row in self.names.values():
            row.dress(theme)

    @Slot()
    def show_state(self) -> None:
        """Show what is written and chosen."""
        super().show_state()
        words, settings = self.words, self.flow.settings
        for name, row in self.names.items():
            row.show_words(words.text(f"menu.row.{name}"), words.text(f"menu.example.{name}"))
            row.line.show_text(str(self.flow.refused.get(name, getattr(settings, name))))
        self._choose_folder.set_label(words.text("setup.button.choose"))
        places = {place: words.text(f"menu.place.{place}") for place in KEY_STORES}
        self.rows["key_store"].show_words(words.text("menu.row.key_store"), places)
        self.rows["key_store"].show_value(settings.key_store)

    def rest_focus(self) -> None:
        """Go to the till's name."""
        self.names["till"].line.setFocus()
