"""From page to page of the assistant: what is asked of the set-up, and what its answers mean.

It knows no widget. Nothing that was typed is lost by a refusal or by going back.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.profile import Profile
from pos_cancel.gui import setup_jobs as jobs
from pos_cancel.gui.setup_hand import SetupHand
from pos_cancel.gui.setup_jobs import Brought
from pos_cancel.gui.setup_key_flow import KeyFlow
from pos_cancel.gui.setup_state import Busy, Notice, Page, State
from pos_cancel.gui.setup_worker import SetupWorker

if TYPE_CHECKING:
    from pos_cancel.adapters.new_account import Place
    from pos_cancel.engine.probe import Proof

# A keyring that refuses at once is locked and asked nobody; one that took longer has asked a person. One that
# hangs asks nobody either.
AT_ONCE_MS = 1_000
RETRY_MS = 2_000
SECRETS = frozenset({"password", "md5"})
MD5 = "MD5"
# What is opened on which page.
FILES: Mapping[Page, str] = {Page.BRING: "private", Page.COMPARE: "own", Page.THEIRS: "theirs"}


class SetupFlow(QObject):
    """The set-up in hand.

    `finished` carries the account that was kept, None where the person left; `file_wished` names what a
    file is wanted for; `training_wished` asks for the training gateway.
    """

    finished = Signal(object)
    file_wished = Signal(str)
    training_wished = Signal()

    def __init__(self, worker: SetupWorker, *, first: bool) -> None:
        """Begin with the first page."""
        super().__init__()
        self._worker = worker
        self.hand = SetupHand(worker, State(page=Page.WELCOME if first else Page.GATEWAY, first=first))
        self.keys = KeyFlow(self.hand)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(RETRY_MS)
        self._again.timeout.connect(self._store_again)

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.hand.state

    def choose(self, name: str) -> None:
        """Choose a row of the page."""
        if not self.state.busy:
            self.hand.set(chosen={**self.state.chosen, self.state.page: name}, notice=None)

    def tell_of_scan(self) -> None:
        """Say that nothing came of a scan."""
        self.hand.set(notice=Notice(key="setup.scanned", is_good=False))

    def hush(self) -> None:
        """Take back what was said to be wrong: the person is at it."""
        if self.state.notice is not None and not self.state.busy:
            self.hand.set(notice=None)

    def next(self, said: Mapping[str, str], chosen: str) -> None:
        """Go on with what the page's fields say and the row that is chosen."""
        if self.state.busy:
            return
        self._again.stop()
        kept = {name: text for name, text in said.items() if name not in SECRETS}
        self.hand.set(said={**self.state.said, **kept}, notice=None)
        if chosen:
            self.choose(chosen)
        steps: Mapping[Page, Callable[[], None]] = {
            Page.WELCOME: partial(self._welcome, chosen),
            Page.GATEWAY: partial(self._choose_gateway, chosen),
            Page.PLACE: partial(self._choose_place, chosen),
            Page.ADDRESS: self._write_address,
            Page.ACCOUNT: self._say_account,
            Page.KEYS: partial(self.keys.choose_way, chosen),
            Page.BRING: partial(self.keys.go_on_with_private, said.get("password", "")),
            Page.COMPARE: partial(self.hand.go, Page.THEIRS),
            Page.OWN: partial(self.hand.go, Page.THEIRS),
            Page.MD5: partial(self.keys.take_md5, said.get("md5", "")),
            Page.THEIRS: self.keys.go_on_with_theirs,
            Page.TEST: self._test_or_store,
            Page.DONE: partial(self._finish, self.state.kept),
            Page.LEAVE: self.hand.go_back,
        }
        steps[self.state.page]()

    def back(self) -> None:
        """Leave what is waited for, or go to the page before; from the first one out of the assistant."""
        self._again.stop()
        state = self.state
        if state.busy:
            self.hand.leave_waiting()
        elif state.large:
            self.hand.set(large=False)
        elif self.hand.has_way_back:
            self.keys.forget()
            self.hand.go_back()
        elif not state.first and state.page is not Page.DONE:
            if state.made:
                self.hand.go(Page.LEAVE)
            else:
                self._finish(None)

    def press(self, name: str) -> None:
        """Take a button that neither goes on nor back."""
        if self.state.busy:
            return
        match name:
            case "open":
                self.file_wished.emit(FILES[self.state.page])
            case "certificate" | "save_file":
                self.file_wished.emit(name)
            case "square":
                self.hand.set(large=not self.state.large, notice=None)
            case "bits":
                self.keys.turn_bits()
            case "show":
                self.hand.go(Page.OWN)
            case "anyway":
                self._store()
            case "leave":
                self._finish(None)

    def take(self, brought: Brought) -> None:
        """Take a key that was pasted or dropped."""
        if not self.state.busy:
            self.keys.take(brought)

    def take_file(self, purpose: str, path: Path) -> None:
        """Take the file that was chosen for something."""
        if self.state.busy:
            return
        if purpose == "profile":
            self.hand.ask(Busy.CHECKING, partial(jobs.import_profile, path), self._imported)
        elif purpose == "certificate":
            self.hand.set(certificate=str(path), notice=None)
        elif purpose == "save_file":
            self.keys.save_public(path)
        else:
            self.keys.take(path)

    def training_failed(self, error: PosCancelError) -> None:
        """Say why the training gateway did not start."""
        self.hand.told(error)

    def _welcome(self, chosen: str) -> None:
        if chosen == "import":
            self.file_wished.emit("profile")
        elif chosen == "try":
            self.hand.watch(Busy.STARTING)
            self.training_wished.emit()
        else:
            self.hand.go(Page.GATEWAY)

    def _choose_gateway(self, gateway: str) -> None:
        job = partial(jobs.choose_gateway, gateway)
        self.hand.ask(Busy.CHECKING, job, partial(self._chose_gateway, gateway))

    def _chose_gateway(self, gateway: str, found: object) -> None:
        state = self.state
        if gateway != state.gateway or state.imported:
            self._begin_anew()
        self.hand.set(gateway=gateway, places=cast("tuple[Place, ...]", found))
        self.hand.go(Page.PLACE)

    def _begin_anew(self) -> None:
        state, blank = self.state, State()
        chosen = {page: name for page, name in state.chosen.items() if page is state.page}
        kept = {"page": state.page, "first": state.first, "chosen": chosen}
        self.hand.set(**{name: getattr(blank, name) for name in blank.__slots__} | kept)

    def _choose_place(self, name: str) -> None:
        if name == "other":
            self.hand.go(Page.ADDRESS)
        else:
            then = partial(self.hand.go_to, Page.ACCOUNT)
            self.hand.ask(Busy.CHECKING, partial(jobs.choose_place, name), then)

    def _write_address(self) -> None:
        job = partial(jobs.write_address, self.state.said.get("address", ""), self.state.certificate)
        self.hand.ask(Busy.CHECKING, job, partial(self.hand.go_to, Page.ACCOUNT))

    def _say_account(self) -> None:
        self.hand.ask(Busy.CHECKING, partial(jobs.say_account, dict(self.state.said)), self._said_account)

    def _said_account(self, profile: object) -> None:
        self.hand.set(profile=cast("Profile", profile))
        self.hand.go(Page.KEYS)

    def _imported(self, found: object) -> None:
        profile = cast("Profile", found)
        self._begin_anew()
        self.hand.set(imported=True, gateway=profile.gateway, profile=profile)
        self.hand.go(Page.MD5 if profile.sign_type == MD5 else Page.KEYS)

    def _test_or_store(self) -> None:
        if self.state.proof is not None and self.state.proof.passed:
            self._store()
        else:
            self.hand.ask(Busy.TESTING, jobs.test, self._tested)

    def _tested(self, proof: object) -> None:
        self.hand.set(proof=cast("Proof", proof))

    def _store(self) -> None:
        self.hand.ask(Busy.STORING, jobs.keep, self._kept, self._not_kept)

    @Slot()
    def _store_again(self) -> None:
        self.hand.ask(Busy.STORING, jobs.keep, self._kept, self._not_kept, quietly=True)

    def _kept(self, profile: object) -> None:
        self.hand.end(page=Page.DONE, kept=cast("Profile", profile))

    def _not_kept(self, error: PosCancelError) -> None:
        trouble = getattr(error, "trouble", None)
        asked = error.topic != "key_hung" and self.hand.waited_ms >= AT_ONCE_MS
        if trouble is not None and trouble.can_pass and not asked:
            self._again.start()

    def _finish(self, profile: Profile | None) -> None:
        self.hand.drop()
        self._worker.stop()
        self.finished.emit(profile)
