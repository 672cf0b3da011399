"""What a command works with: the till's home, accounts and words, each opened when first needed."""

import contextlib
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from pos_cancel import bootstrap
from pos_cancel.adapters.settings import Home, open_home
from pos_cancel.adapters.shop import Shop
from pos_cancel.cli.output import Json, Output
from pos_cancel.cli.screen import Screen
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import InvalidInput, LocalError, PosCancelError
from pos_cancel.domain.languages import LANGUAGES
from pos_cancel.domain.outcome import Reason
from pos_cancel.domain.profile import Profile
from pos_cancel.presenters.card import Card, present
from pos_cancel.presenters.case_json import case_json
from pos_cancel.presenters.nearby import receipt_line, receipts_json
from pos_cancel.presenters.terminal import card_text
from pos_cancel.presenters.wording import Wording

if TYPE_CHECKING:
    from pos_cancel.adapters.journal import Journal
    from pos_cancel.cli.desk import Desk
    from pos_cancel.domain.receipt import Receipt

LOG = logging.getLogger(__name__)
# The gateway had no payment under the number: it may have been another one.
MISSED = frozenset({State.NO_PAYMENT_FOUND, State.WRONG_NUMBER})
TRADITIONAL = ("zh_TW", "zh_HK", "zh_MO", "zh_Hant")


class Till:
    """One command's view of this till."""

    def __init__(
        self, out: Output, screen: Screen, shop: Shop | None = None, words: Wording | None = None
    ) -> None:
        self.out = out
        self.screen = screen
        self._shop = shop
        self._home: str | None = None
        self._language = ""
        self._words = words
        self.log_file = ""

    def settle(self, *, home: str | None = None, language: str | None = None) -> None:
        """Take over what the arguments say. Raises `InvalidInput` for a language there is not."""
        self._home = home or self._home
        if language:
            # Checked at once: a wrong argument is no fault of the till.
            self._words = bootstrap.words(language.replace("-", "_"))
            self._language = self._words.language

    def log_fault(self, error: Exception) -> str:
        """Write a traceback to the log, cleaned of secrets; gives the file, "" where there can be none."""
        if not self.log_file:
            with contextlib.suppress(PosCancelError):
                self.log_file = open_log(self.open_home())
        LOG.error("a fault of the program", exc_info=error)
        return self.log_file

    def open_home(self) -> Home:
        """Make and open the home folder alone. Raises `LocalError`."""
        return open_home(self._home)

    @property
    def shop(self) -> Shop:
        """The till; opened on the first use. Raises `LocalError`."""
        if self._shop is None:
            try:
                self._shop = bootstrap.open_shop(self._home)
            except InvalidInput as error:
                # What lies in the home folder is the till's, whoever wrote it.
                raise LocalError(error.sentence, error.way_on) from None
            self.log_file = open_log(self._shop.home)
            chosen = self._shop.settings.language
            if chosen and not self._language:
                self._words = bootstrap.words(chosen)
        return self._shop

    @property
    def words(self) -> Wording:
        """The words of the language that was asked for, is set, or is the system's."""
        if self._words is None:
            self._words = bootstrap.words(system_language())
        return self._words

    @property
    def zone(self) -> tzinfo:
        """The zone in which the shop reads its clock."""
        return self.shop.zone

    def now(self) -> datetime:
        """Give the time."""
        return datetime.now(UTC)

    def profile(self, name: str | None) -> Profile:
        """Give the account that is meant. Raises where none or more than one could be."""
        shop = self.shop
        if not shop.profiles:
            raise LocalError("This till has no profile yet.", self.words.text("cli.no_profile"))
        if not name and len(shop.profiles) > 1 and not shop.settings.default_profile:
            raise InvalidInput(self.words.text("cli.many_profiles"), "See: pos-cancel profile list")
        return shop.profile(name or "")

    def account(self, name: str | None, number: str) -> Profile:
        """Give the account that is named, else the one that the number is known in or looks like.

        Raises where none or more than one could be. It only chooses whom to ask first.
        """
        shop = self.shop
        if name or len(shop.profiles) <= 1:
            return self.profile(name)
        from pos_cancel.engine.suggest import suggested

        with self.journal() as journal:
            found = suggested(journal, number, shop.profiles.values(), shop.settings.default_profile)
        return self.profile(found.profiles[0] if found.is_clear else None)

    def operator(self, name: str | None) -> str:
        """Give who is at the till."""
        return name or self.shop.settings.operator

    def journal(self) -> "Journal":
        """Open the journal for reading; the caller closes it. Raises `JournalError`."""
        return bootstrap.open_journal(self.shop)

    @contextmanager
    def desk(self) -> "Iterator[Desk]":
        """Give the engine for the length of a command; it sends nothing until it is told to."""
        from pos_cancel.cli.desk import Desk

        desk = Desk(bootstrap.make_runner(self.shop))
        desk.open()
        try:
            yield desk
        finally:
            desk.close()

    def card(self, case: Case) -> Card:
        """Give the card of a case as it stands now."""
        return present(case, self.now(), self.words, self.zone)

    def json(self, case: Case) -> dict[str, object]:
        """Give the JSON of a case as it stands now."""
        return case_json(case, self.now(), self.words, self.zone)

    def tell_move(self, case: Case) -> None:
        """Say on stderr how a case moves that is waited for; that a keyring is locked, to a script too."""
        waits_for_key = case.state is State.SENDING and case.retry_reason == Reason.KEYRING_LOCKED
        if waits_for_key and case.in_flight is None:
            self.out.note(self.words.text("cli.locked"))
        elif self.out.has_terminal and not self.out.wants_json:
            self.out.note(self.card(case).headline)

    def answer_case(self, case: Case, near: "Sequence[Receipt]" = ()) -> int:
        """Print a case, and the receipts that may have been meant; gives the exit code of its state."""
        lines = [card_text(self.card(case), self.words)]
        value = self.json(case)
        if near:
            value |= {"nearest": receipts_json(near)}
            told = (receipt_line(each, self.now(), self.words, self.zone) for each in near)
            lines += [self.words.text("lookup.near.title"), *(f"  {line}" for line in told)]
        self.out.answer("\n".join(lines), value)
        return case.state.exit_code

    def answer(self, text: str, value: Json) -> None:
        """Print an answer."""
        self.out.answer(text, value)


def open_log(home: Home) -> str:
    """Log into the home folder from now on; gives the file, "" where it cannot be written."""
    from pos_cancel.adapters import logs

    try:
        return logs.setup(home.logs_dir).baseFilename
    except LocalError:
        return ""


def system_language() -> str:
    """Give the language of the system's own settings that there are words for."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    if named.startswith(TRADITIONAL):
        return "zh_TW"
    return "zh_CN" if named.startswith("zh") else LANGUAGES[0]
