"""What is under way in the menu: settings being saved, an account being tested, the till being looked over.

It knows no widget. A change holds at once, and one that could not be saved is tried again with the next.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot

from pos_cancel.adapters.settings import Settings
from pos_cancel.domain.errors import KeyStoreError, PosCancelError
from pos_cancel.domain.profile import Profile
from pos_cancel.gui.setup_errands import Errands
from pos_cancel.gui.setup_worker import SetupDesk, SetupWorker

if TYPE_CHECKING:
    # These load the cryptographic library, which the first paint must not wait for.
    from pos_cancel.adapters.back_office import BackOffice
    from pos_cancel.domain.finding import Report
    from pos_cancel.engine.probe import Proof


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with an account or the till: `busy` names it while it goes on, since `waited_s`.

    Then there is what it gave: an answer, or the error that was met.
    """

    busy: str = ""
    account: str = ""
    waited_s: int = 0
    proof: "Proof | None" = None
    removed: str = ""
    error: PosCancelError | None = None


class MenuFlow(QObject):
    """State of the menu; `changed` tells of every new one.

    `settled` names the settings that hold from now on; `accounts_changed` tells that there are others now.
    """

    changed = Signal()
    settled = Signal(object)
    accounts_changed = Signal()

    def __init__(self, desk: SetupDesk | None, settings: Settings) -> None:
        """Begin with the settings of the start; without a desk (in training) nothing outlives the window."""
        super().__init__()
        self.settings = settings
        self.error: PosCancelError | None = None
        self.saved = False
        # What was asked for and cannot be: it stays in its line, so that it can be put right.
        self.refused: Mapping[str, object] = {}
        self.work = Work()
        self.report: Report | None = None
        self._has_desk = desk is not None
        self._unsaved: dict[str, object] = {}
        if desk is not None:
            self._saving = Errands(SetupWorker(desk, self))
            self._working = Errands(SetupWorker(desk, self))
            self._working.waited.connect(self._waited)

    def change(self, changes: Mapping[str, object]) -> None:
        """Let settings hold from now on, and save them."""
        if all(getattr(self.settings, name) == value for name, value in changes.items()):
            return
        before = {name: getattr(self.settings, name) for name in changes}
        self.settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        self.saved, self.error, self.refused = False, None, {}
        self._unsaved |= changes
        self.settled.emit(frozenset(changes))
        self.changed.emit()
        if self._has_desk:
            sent = dict(self._unsaved)
            self._saving.send(partial(_change, sent), partial(self._saved, sent, before))

    def _saved(self, sent: Mapping[str, object], before: Mapping[str, object], answer: object) -> None:
        if isinstance(answer, PosCancelError):
            self.error = answer
            if is_refusal(answer):
                self._take_back(sent, before)
        else:
            self.saved = True
            left = self._unsaved.items()
            self._unsaved = {name: value for name, value in left if sent.get(name, _NONE) != value}
        self.changed.emit()

    def _take_back(self, sent: Mapping[str, object], before: Mapping[str, object]) -> None:
        self.refused = {name: sent[name] for name in before}
        self._unsaved = {name: value for name, value in self._unsaved.items() if name not in before}
        self.settings = replace(self.settings, **before)  # type: ignore[arg-type]
        self.settled.emit(frozenset(before))

    def hush(self) -> None:
        """Say no more of what was done before."""
        self.saved = False
        if not self.work.busy:
            self.work = Work()
        self.changed.emit()

    def open_with(self, account: str) -> None:
        """Let the till begin with this account."""
        self.work = Work()
        self.change({"default_profile": account})

    def test(self, profile: Profile) -> None:
        """Ask the account's gateway whether keys and contract fit."""
        self._do("test", profile.name, partial(_test, profile.name), self._tested)

    def remove(self, profile: Profile) -> None:
        """Forget an account and its keys."""
        self._do("remove", profile.name, partial(_remove, profile.name), partial(self._removed, profile))

    def check(self) -> None:
        """Look over the till."""
        if not self.work.busy:
            self.report = None
            self._do("check", "", _check, self._checked)

    def _do(
        self, busy: str, account: str, job: Callable[..., object], then: Callable[[object], None]
    ) -> None:
        if self.work.busy or not self._has_desk:
            return
        self.saved = False
        self.work = Work(busy, account)
        self._working.send(job, partial(self._done, then))
        self.changed.emit()

    def _done(self, then: Callable[[object], None], answer: object) -> None:
        account = self.work.account
        if isinstance(answer, PosCancelError):
            self.work = Work(account=account, error=answer)
        else:
            then(answer)
        self.changed.emit()

    def _tested(self, proof: object) -> None:
        self.work = Work(account=self.work.account, proof=cast("Proof", proof))

    def _removed(self, profile: Profile, _: object) -> None:
        self.work = Work(removed=profile.label)
        if self.settings.default_profile == profile.name:
            self.settings = replace(self.settings, default_profile="")
        self.accounts_changed.emit()

    def _checked(self, report: object) -> None:
        self.work = Work()
        self.report = cast("Report", report)

    @Slot(int)
    def _waited(self, seconds: int) -> None:
        self.work = replace(self.work, waited_s=seconds)
        self.changed.emit()


_NONE = object()


def is_refusal(error: PosCancelError) -> bool:
    """Tell whether the value itself cannot be used here; a disk that cannot be written is no reason."""
    return isinstance(error, KeyStoreError) or error.topic == "folder"


def _change(changes: Mapping[str, object], office: "BackOffice") -> object:
    return office.change(changes)


def _test(name: str, office: "BackOffice") -> object:
    return office.test(name)


def _remove(name: str, office: "BackOffice") -> object:
    office.remove(name)
    return name


def _check(office: "BackOffice") -> object:
    return office.check_up()
