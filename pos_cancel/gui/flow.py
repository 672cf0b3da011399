"""From scan to outcome: which moment comes after which. It knows no widget."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from pos_cancel.domain.case import Case
from pos_cancel.domain.errors import InvalidNumber, PosCancelError
from pos_cancel.domain.identifiers import SaleNumber, parse
from pos_cancel.domain.outcome import Progress
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted
from pos_cancel.gui.scan_field import Entry
from pos_cancel.gui.stages import (
    Asking,
    Counting,
    Deciding,
    Inviting,
    Leaving,
    Looking,
    Showing,
    Stage,
    Submitting,
    differ,
    same_sale,
    untried,
)
from pos_cancel.gui.worker import Worker
from pos_cancel.presenters.lookup_card import LookupCard, open_case

if TYPE_CHECKING:
    from pos_cancel.engine.suggest import Suggestion

# A look that is older is taken again before anything is decided by it (outcomes.md R9).
LOOK_LASTS = timedelta(seconds=60)
# A decision that nobody makes is not looked up for ever.
MOST_LOOKS = 5


class Flow(QObject):
    """The moment in hand. `changed` tells that it is another one or shows something else.

    `fault` is the last thing that went wrong and is told until the person does something else; `online`
    is None until the gateway was asked. Nothing but `confirm` ever submits or acts. With `take_back_s` a
    decision waits for so many seconds; `taken_back` tells of one that was then not sent. `drill_wished`
    asks for the drill, which stands in the place of it all.
    """

    changed = Signal()
    taken_back = Signal(object)  # Deciding
    left = Signal(str)
    drill_wished = Signal()

    def __init__(
        self, worker: Worker, clock: Callable[[], datetime], operator: str = "", take_back_s: int = 0
    ) -> None:
        """Begin with the invitation."""
        super().__init__()
        self.stage: Stage = Inviting()
        self.fault: PosCancelError | None = None
        self.online: bool | None = None
        self.profile: Profile | None = next(iter(worker.profiles), None)
        self._worker = worker
        self._clock = clock
        self.operator = operator
        self._before: Stage = self.stage
        self._looks = 0
        self.take_back_s = take_back_s
        self._seconds = QTimer(self, interval=1_000, timerType=Qt.TimerType.PreciseTimer)
        self._seconds.timeout.connect(self.count)
        worker.looked_up.connect(self._looked_up)
        worker.suggested.connect(self._suggested)
        worker.submitted.connect(self._submitted)
        worker.case_changed.connect(self._case_changed)
        worker.faulted.connect(self._faulted)

    @Slot(object)
    def enter(self, entry: Entry) -> None:
        """Take a scan or a typed number: look it up. An empty one says so only where nothing is in hand."""
        profile = self.profile
        if profile is None or (not entry.text.strip() and not isinstance(self.stage, Inviting)):
            return
        try:
            number = parse(entry.text, gateway=profile.gateway)
        except InvalidNumber as error:
            self.take_back()
            self._fail(error)
            return
        wanted = Looking(number, profile.name, entry.scanned)
        if wanted != self.stage:
            self._looks = 0
            self._go(wanted)
            # With one account there is nothing to choose, and a scan asks the gateway at once.
            if len(self._worker.profiles) == 1:
                self._worker.look_up(number, profile.name)
            else:
                self._worker.suggest(number.text, profile.name)

    @Slot(object)
    def _suggested(self, found: "Suggestion") -> None:
        stage = self.stage
        if isinstance(stage, Looking) and stage.number.text == found.number and not stage.tried:
            chosen = found.profiles[0] if found.is_clear else stage.profile
            self._look_in(chosen, stage.number, scanned=stage.scanned, tried=())

    def _look_in(self, account: str, number: SaleNumber, *, scanned: bool, tried: tuple[str, ...]) -> None:
        gateway = next(each.gateway for each in self._worker.profiles if each.name == account)
        meant = parse(number.text, gateway=gateway)
        self._go(Looking(meant, account, scanned, tried))
        self._worker.look_up(meant, account)

    def show_case(self, case: Case) -> None:
        """Show a case of the list."""
        self._go(Showing(case))

    def next_customer(self) -> None:
        """Put away what is shown. Open cases go on by themselves."""
        self._go(Inviting())

    def switch_account(self) -> None:
        """Go to the next merchant account; the sale in hand is put away with the old one."""
        profiles = self._worker.profiles
        if self.profile is None:
            return
        self.profile = profiles[(profiles.index(self.profile) + 1) % len(profiles)]
        self._go(Inviting())

    def take_account(self, name: str) -> None:
        """Look which accounts there are now, and go to the one of this name."""
        self._worker.refresh()
        profiles = self._worker.profiles
        first = self.profile if self.profile in profiles else next(iter(profiles), None)
        self.profile = next((each for each in profiles if each.name == name), first)
        self._go(Inviting())

    def leave(self, leaving: Leaving) -> None:
        """Ask before the window closes over open cases; what was in hand comes back if it stays."""
        if not isinstance(self.stage, Leaving):
            self._before = self.stage
        self._go(leaving)

    def press(self, name: str) -> None:
        """Take the press of a button that decides nothing by itself."""
        stage = self.stage
        if name == "next":
            self.next_customer()
        elif name == "back" and isinstance(stage, Counting):
            self.take_back()
        elif name == "drill":
            self.drill_wished.emit()
        elif name == "back":
            self._go(self._stage_before())
        elif name == "other" and isinstance(stage, Deciding) and stage.lookup.others:
            look, tried = stage.lookup, (*stage.tried, stage.lookup.profile)
            self._look_in(look.others[0], look.number, scanned=stage.scanned, tried=tried)
        elif name == "go_on" and isinstance(stage, Deciding):
            self._go(replace(stage, goes_on=True))
        elif name == "go_on" and isinstance(stage, Showing) and stage.beside is not None:
            self._go(stage.beside)
        elif isinstance(stage, Showing):
            self._go(Asking(stage.case, name))

    def _stage_before(self) -> Stage:
        stage = self.stage
        if isinstance(stage, Asking):
            return Showing(stage.case)
        return self._before if isinstance(stage, Leaving) else Inviting()

    def confirm(self, card: LookupCard | None, answers: Mapping[str, str]) -> None:
        """Take the deliberate act; the answers have been checked. `card` is what the person saw."""
        stage, manager = self.stage, answers.get("manager", "")
        if isinstance(stage, Deciding) and card is not None and card.can_confirm:
            self._decide(stage, card, manager)
        elif isinstance(stage, Asking):
            by = manager or self.operator
            self._worker.act(stage.case.id, stage.action, by, answers.get("reason", ""))
            self._go(Showing(stage.case))
        elif isinstance(stage, Leaving):
            self.left.emit(manager)

    def tick(self) -> None:
        """Look again at a sale whose decision takes its time, and let countdowns go on."""
        stage = self.stage
        if isinstance(stage, Deciding) and self._is_old(stage) and self._looks < MOST_LOOKS:
            self._looks += 1
            self._worker.look_up(stage.lookup.number, stage.lookup.profile)
        self.changed.emit()

    def _decide(self, stage: Deciding, card: LookupCard, manager: str) -> None:
        look = stage.lookup
        if self._is_old(stage):
            self._go(Looking(look.number, look.profile, stage.scanned, stage.tried))
            self._worker.look_up(look.number, look.profile)
            return
        request = CancelRequest(
            profile=look.profile,
            number=look.number,
            lookup=look,
            known_order=look.known_order,
            again=bool(card.earlier_case),
            operator=self.operator,
            approver=manager,
            overrides=card.overrides,
        )
        if self.take_back_s:
            self._seconds.start()
            self._go(Counting(stage, request, self.take_back_s))
        else:
            self._go(Submitting(stage))
            self._worker.submit(request)

    @Slot()
    def count(self) -> None:
        """Let a second of the countdown pass; after the last one the decision is sent."""
        stage = self.stage
        if not isinstance(stage, Counting):
            self._seconds.stop()
        elif stage.left_s > 1:
            self.stage = replace(stage, left_s=stage.left_s - 1)
            self.changed.emit()
        else:
            self._go(Submitting(stage.decision))
            self._worker.submit(stage.request)

    def take_back(self) -> None:
        """Undo a decision that still counts down: nothing was opened, nothing was sent."""
        if isinstance(self.stage, Counting):
            self._go(self.stage.decision)

    def decide_again(self, decision: Deciding) -> None:
        """Come back to a decision that was taken back."""
        self._looks = 0
        self._go(decision)

    def _is_old(self, stage: Deciding) -> bool:
        # What counts down first is older by then.
        return self._clock() - stage.lookup.at > LOOK_LASTS - timedelta(seconds=self.take_back_s)

    @Slot(object)
    def _looked_up(self, look: Lookup) -> None:
        self.online = not look.trouble and look.reading is not None
        stage = self.stage
        if isinstance(stage, Deciding) and same_sale(look, stage.lookup):
            self._show_look(untried(look, stage), first_look=False)
        elif isinstance(stage, Looking) and (look.number, look.profile) == (stage.number, stage.profile):
            self._show_look(untried(look, stage), first_look=True)
        elif isinstance(stage, Counting) and differ(look, stage.decision.lookup):
            self._show_look(untried(look, stage.decision), first_look=False)

    def _show_look(self, decision: Deciding, *, first_look: bool) -> None:
        # The engine's own rule (R9), loaded late: it knows the gateways, and they the key libraries.
        from pos_cancel.engine.opening import answering_case

        look = decision.lookup
        answering = answering_case(look.earlier, CancelRequest(profile=look.profile, number=look.number))
        blocking = open_case(look)
        if blocking is not None:
            self._go(Showing(blocking, "gui.case.duplicate"))
        elif answering is not None and first_look:
            self._go(Showing(answering, "lookup.headline_earlier", decision))
        else:
            self._go(decision)

    @Slot(object)
    def _submitted(self, answer: Submitted) -> None:
        if isinstance(self.stage, Submitting):
            notice = "" if answer.is_new else "gui.case.duplicate"
            self._go(Showing(answer.case, notice, near=self.stage.decision.lookup.near))

    @Slot(object)
    def _case_changed(self, case: Case) -> None:
        if case.progress is Progress.ANSWERED:
            self.online = True
        stage = self.stage
        if isinstance(stage, Showing | Asking) and stage.case.id == case.id:
            self.stage = replace(stage, case=case)
        self.changed.emit()

    @Slot(object)
    def _faulted(self, error: PosCancelError) -> None:
        if isinstance(self.stage, Submitting):
            self.stage = self.stage.decision
        self._fail(error)

    def _fail(self, error: PosCancelError) -> None:
        self.fault = error
        self.changed.emit()

    def _go(self, stage: Stage) -> None:
        before, self.stage = self.stage, stage
        self.fault = None
        self.changed.emit()
        if isinstance(before, Counting):
            self._seconds.stop()
            # Whatever is begun meanwhile, a countdown that nobody sees is never carried out.
            if not isinstance(stage, Submitting):
                self.taken_back.emit(before.decision)
