"""What the assistant has in hand: its state, the way back, and one errand that is waited for."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from pos_cancel.domain.errors import PosCancelError
from pos_cancel.gui.setup_errands import Errands
from pos_cancel.gui.setup_state import Busy, Notice, Page, State
from pos_cancel.gui.setup_worker import SetupWorker

if TYPE_CHECKING:
    from pos_cancel.adapters.setup import Setup

# These cannot be left: what they give is on its way into the key ring, into a portal, or onto the screen.
BOUND = frozenset({Busy.STORING, Busy.MAKING, Busy.STARTING})
# The set-up may still take a key that was left behind; so it has to be brought again.
FORGOTTEN: Mapping[Page, Mapping[str, object]] = {Page.BRING: {"half": None}, Page.THEIRS: {"theirs": None}}


class SetupHand(QObject):
    """State and errands; `changed` tells of every new state."""

    changed = Signal()

    def __init__(self, worker: SetupWorker, state: State) -> None:
        """Begin at the page of `state`."""
        super().__init__()
        self.state = state
        self._trail: list[Page] = []
        self._errands = Errands(worker)
        self._errands.waited.connect(self._waited)

    @property
    def has_way_back(self) -> bool:
        """Whether there is a page before this one."""
        return bool(self._trail)

    @property
    def waited_ms(self) -> int:
        """How long the last errand took."""
        return self._errands.waited_ms

    def set(self, **changes: object) -> None:
        """Change the state."""
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.changed.emit()

    def go(self, page: Page) -> None:
        """Go on to a page."""
        self._trail.append(self.state.page)
        self.set(page=page, proof=None, large=False, locked=False, notice=None)

    def go_to(self, page: Page, _: object) -> None:
        """Go on to a page, whatever the errand before it gave."""
        self.go(page)

    def go_back(self) -> None:
        """Go to the page before."""
        self.set(page=self._trail.pop(), proof=None, locked=False, notice=None)

    def end(self, **changes: object) -> None:
        """Come to a page that nothing leads back from."""
        self._trail.clear()
        self.set(**changes)

    def ask(
        self,
        busy: Busy,
        job: "Callable[[Setup], object]",
        then: Callable[[object], None],
        refused: Callable[[PosCancelError], None] | None = None,
        *,
        quietly: bool = False,
    ) -> None:
        """Have a job done; an error is told on the page, and to `refused`; `quietly` keeps the last one."""
        self.set(busy=busy, waited_s=0, notice=self.state.notice if quietly else None)
        self._errands.send(job, partial(self._heard, then, refused))

    def watch(self, busy: Busy) -> None:
        """Wait for something that is done elsewhere, until `told`."""
        self.set(busy=busy, waited_s=0, notice=None)
        self._errands.watch(partial(self._heard, _nothing, None))

    def told(self, error: PosCancelError) -> None:
        """Stop waiting for it and say what went wrong."""
        self._errands.drop()
        self._heard(_nothing, None, error)

    def leave_waiting(self) -> bool:
        """Wait no more, where that is possible; tells whether it was."""
        if self.state.busy in BOUND:
            return False
        self._errands.drop()
        self.set(busy=Busy.NO, waited_s=0, **FORGOTTEN.get(self.state.page, {}))
        return True

    def drop(self) -> None:
        """Let an errand go for good."""
        self._errands.drop()

    def _heard(
        self,
        then: Callable[[object], None],
        refused: Callable[[PosCancelError], None] | None,
        value: object,
    ) -> None:
        self.set(busy=Busy.NO, waited_s=0)
        if not isinstance(value, PosCancelError):
            then(value)
            return
        self.set(notice=Notice(value))
        if refused is not None:
            refused(value)

    @Slot(int)
    def _waited(self, seconds: int) -> None:
        self.set(waited_s=seconds)


def _nothing(_: object) -> None:
    """Do nothing with it."""
