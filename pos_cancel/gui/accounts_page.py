"""The page of the menu with the accounts of this till: which there are, their test, their end."""

from dataclasses import replace

from PySide6.QtCore import Signal, Slot

from pos_cancel.domain.profile import Profile
from pos_cancel.gui.act_panel import ActPanel
from pos_cancel.gui.choice_view import ChoiceView
from pos_cancel.gui.hold_button import HOLD_MS
from pos_cancel.gui.labels import named_label, put_text
from pos_cancel.gui.menu_flow import MenuFlow
from pos_cancel.gui.menu_page import MenuPage
from pos_cancel.gui.setup_screen import Choice, Message
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.worker import Worker
from pos_cancel.presenters.faults import fault_words
from pos_cancel.presenters.wording import Wording

KEYS = {"remove": "F7", "first": "F8", "add": "F11", "test": "F9", "confirm": "F8"}
LABELS = {"first": "menu.accounts.open.first"}


class AccountsPage(MenuPage):
    """The accounts, of which one is chosen, and what can be done with it."""

    add_wished = Signal()

    def __init__(self, flow: MenuFlow, worker: Worker, words: Wording, hold_ms: int = HOLD_MS) -> None:
        """Build the page."""
        super().__init__("accounts", ActPanel("accounts", KEYS, "confirm", hold_ms), words)
        self._flow = flow
        self._worker = worker
        self._name = ""
        self._asks = False
        self.empty = named_label("rowHint", wrap=True)
        self.choices = ChoiceView(shows_focus=True)
        self.choices.chosen.connect(self._choose)
        self.column.addWidget(self.empty)
        self.column.addWidget(self.choices)
        self.column.addStretch(1)
        self.panel.confirmed.connect(self._remove)
        flow.changed.connect(self.show_state)
        self.show_state()

    @property
    def account(self) -> Profile | None:
        """The account that is chosen; the one that the till begins with, unless a person chose."""
        known = {profile.name: profile for profile in self._worker.profiles}
        first = known.get(self._flow.settings.default_profile) or next(iter(known.values()), None)
        return known.get(self._name, first)

    def press(self, name: str) -> None:
        """Take a button of the foot."""
        account = self.account
        if name == "add":
            self.add_wished.emit()
        elif name == "test" and account is not None:
            self._flow.test(account)
        elif name == "first" and account is not None:
            self._flow.open_with(account.name)
        elif name == "remove" and account is not None:
            self._asks = True
            self.show_state()
        else:
            super().press(name)

    def back(self) -> None:
        """Keep the account that was to be removed, or go back to the till."""
        if self._asks:
            self._asks = False
            self.panel.disarm()
            self.show_state()
        else:
            super().back()

    def enter(self) -> None:
        """Begin without a question and without what was said before."""
        self._asks = False
        self._flow.hush()

    def rest_focus(self) -> None:
        """Go to the account that is chosen."""
        if not self.choices.take_focus():
            self.setFocus()

    @Slot(str)
    def _choose(self, name: str) -> None:
        self._name, self._asks = name, False
        self.panel.disarm()
        self._flow.hush()

    @Slot()
    def _remove(self) -> None:
        if self._asks and self.account is not None:
            self._asks = False
            self._flow.remove(self.account)

    @Slot()
    def show_state(self) -> None:
        """Show accounts, buttons, and what was found out."""
        words, account = self.words, self.account
        put_text(self.empty, "" if account else words.text("menu.accounts.none"))
        rows = tuple(self._row(profile) for profile in self._worker.profiles)
        self.choices.show_choices(rows, account.name if account else "")
        self.say(self._message(account))
        self.panel.show_buttons(*self._foot(account))
        self.panel.buttons["test"].setEnabled(not self._flow.work.busy)

    def _row(self, profile: Profile) -> Choice:
        words = self.words
        line = words.text(
            "menu.accounts.line",
            gateway=words.text(f"setup.gateway.{profile.gateway}"),
            kind=words.text(f"menu.kind.{profile.kind.value}"),
            id=profile.merchant_id,
        )
        is_first = len(self._worker.profiles) > 1 and profile.name == self._first()
        row = Choice(profile.name, profile.label, line)
        if is_first:
            row = replace(row, title=words.text("menu.accounts.first", account=profile.label))
        return row

    def _first(self) -> str:
        known = [profile.name for profile in self._worker.profiles]
        wished = self._flow.settings.default_profile
        return wished if wished in known else known[0]

    def _foot(self, account: Profile | None) -> tuple[dict[str, str], str, str]:
        words, work = self.words, self._flow.work
        if self._asks and account is not None:
            labels = {
                "back": words.text("menu.accounts.keep"),
                "confirm": words.text("menu.accounts.remove_it", account=account.label),
            }
            return labels, "", words.text("gui.confirm.how")
        names = ["add"]
        if account is not None and not work.busy:
            names = ["remove", "add", "test"]
            if account.name != self._first():
                names.insert(1, "first")
        labels = {name: words.text(LABELS.get(name, f"menu.accounts.{name}")) for name in names}
        busy = words.text(f"menu.busy.{work.busy}") if work.busy in {"test", "remove"} else ""
        if busy and work.waited_s:
            busy = f"{busy} {work.waited_s} s"
        return {"back": words.text("menu.back")} | labels, busy, ""

    def _message(self, account: Profile | None) -> Message | None:
        words, work = self.words, self._flow.work
        if self._asks and account is not None:
            title = words.text("menu.accounts.remove_title", account=account.label)
            return Message("act", "hand", title, words.text("menu.accounts.remove_sentence"))
        error = work.error or self._flow.error
        if error is not None:
            return Message("act", "hand", *fault_words(error, words))
        if work.removed:
            return Message("done", "tick", words.text("menu.accounts.removed", account=work.removed))
        if work.proof is None or account is None or work.account != account.name:
            return Message("done", "tick", words.text("gui.settings.saved")) if self._flow.saved else None
        # Loads the engine's neighbours, which are there by the time that something was tested.
        from pos_cancel.presenters.setup_words import present_proof

        card = present_proof(work.proof, account, words)
        if card.passed:
            return Message("done", "tick", words.text("setup.test.title_passed"), card.sentence)
        return Message("act", "hand", card.sentence, card.way_on, card.detail)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        super().dress(theme)
        self.empty.setFont(theme.font(18))
        self.choices.dress(theme)
