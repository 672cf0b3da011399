"""Who was told what, what left and what came back: the facts of a run, held against the invariants."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pos_cancel.adapters.listeners import PROGRAM_FAULT
from pos_cancel.domain.case import WORKED, Ask, Case, State, Tone
from pos_cancel.domain.errors import IllegalEvent, PosCancelError
from pos_cancel.engine.lookup import Lookup
from pos_cancel.engine.outgoing import Dispatch
from pos_cancel.gateways.http import Exchange
from pos_cancel.presenters.card import present
from tests import invariants
from tests.invariants import Departure, Money, Proof, Tries, Violation
from tests.simulation.books import Sale, Status
from tests.simulation.commits import Commits, refund_seen
from tests.simulation.reader import Reader
from tests.simulation.shop import SECRETS

if TYPE_CHECKING:
    from tests.simulation.process import Process
    from tests.simulation.wire import Flight
    from tests.simulation.world import World

Check = Callable[[], None]
# One in so many checks of what is written reads the file through a second connection.
SAMPLE = 11
# A payment that is not later than the cancel is asked about for ten minutes (R14).
LATEST_LOOK_S = 605.0
SHOWN_REFUND = b'"transactionType":"REFUND"'
SHOWN_PAID = (b">TRADE_SUCCESS<", b'"paymentStatus":"SUCCESS"', b'"paymentResult":{"resultCode":"SUCCESS"')
# These claim nothing of the money, so that not every card of theirs has to be read.
WATCHED = frozenset({State.CLOSED_UNSCANNED, State.NO_PAYMENT_FOUND, State.REFUNDED, State.CANCELLED})
DAY_AND_TIME = slice(8, 19)
UNCLAIMING = frozenset({State.SENDING, State.RETRY_PENDING})


@dataclass(frozen=True, slots=True)
class Landing:
    """What came back of an exchange: its worth, the body of an authentic reply, the wait it asks for."""

    proof: Proof
    body: bytes
    not_before: tuple[datetime, float] | None


class Witness:
    """Sees everything; a violation is kept until the step is over, for the product may swallow it."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._reader = Reader.open(world.home)
        self.durable = Commits(world, self.hold)
        self.violation: BaseException | None = None
        self.acknowledged: set[str] = set()
        self.succeeded: set[str] = set()
        self.cases: dict[str, Case] = {}
        self._tries: dict[str, Tries] = {}
        self._landed: dict[str, Landing] = {}
        self._taken: dict[str, Landing] = {}
        self._moved_s: dict[str, float] = {}
        self._settled_s: dict[str, float] = {}
        self.checks = 0
        self._shows = 0

    def money_of(self, sale: Sale, case: Case) -> Money:
        """Give what is true of a sale, as the words of a case mean it.

        What an earlier case did and said is not unsaid by a later one that does nothing.
        """
        by_cases = {by for by in sale.cancelled_by if by.startswith("case-")}
        known = {by for by in by_cases - {case.id} if self.cases[by].state.tone is Tone.DONE}
        return Money(
            paid=sale.paid,
            returned=sale.returned,
            cancelled_by=frozenset(by_cases - known),
            reached_by=frozenset(sale.reached_by),
            by_hand=sale.by_hand,
            is_cancellable=sale.is_cancellable(self._world.agenda.now),
        )

    def close(self) -> None:
        """Let go of the journal."""
        self._reader.close()

    def hold(self, *checks: Check) -> None:
        """Do checks; the first that fails is kept."""
        for check in checks:
            self.checks += 1
            try:
                check()
            except (Violation, AssertionError) as violation:
                self.violation = self.violation or violation

    def _written(self) -> invariants.Written:
        """Give the file itself for some of the checks, and what it should hold for the others."""
        return self.durable if self.checks % SAMPLE else self._reader

    def settle_accounts(self) -> None:
        """Raise what was kept; so is what was heard and is still not written."""
        self.durable.wait_for_answers()
        if self.violation is not None:
            raise self.violation

    # --- what leaves and what comes back -------------------------------------------------------------

    def departs(self, process: "Process", dispatch: Dispatch, fields: dict[str, str]) -> Departure:
        """Hold what is about to leave against the journal and against what left before."""
        departure = Departure(
            at=self._world.clock.now(),
            case_id=dispatch.case_id,
            ask=dispatch.ask,
            fields=fields,
            steady_s=self._world.agenda.now_s,
        )
        if dispatch.case_id:
            self.hold(lambda: self._leaves(process, dispatch, departure))
        return departure

    def _leaves(self, process: "Process", dispatch: Dispatch, departure: Departure) -> None:
        case = invariants.check_departure(self._written(), departure, dispatch.request.body)
        invariants.check_one_sender(self._world.holders(), process.name)
        self._tries.setdefault(case.id, Tries()).leave(departure, case)

    def lands(self, flight: "Flight", exchange: Exchange, proof: Proof, busy_s: float) -> None:
        """Remember what came back, for the case that is about to hear of it."""
        case_id = flight.departure.case_id
        self._world.note("hears", case_id, proof.value, _told(exchange))
        if not case_id:
            return
        # Where no sale is named, a till whose clock is ahead takes replies for old ones, until two agree.
        doubts = flight.sale.gateway == "acqp" and self._world.troubles.skew_s > 1
        body = exchange.reply.body if exchange.reply and proof is Proof.AUTHENTIC and not doubts else b""
        not_before = None
        if busy_s and flight.is_cancel:
            wait_s = busy_s - 0.001
            until = self._world.clock.now() + timedelta(seconds=wait_s)
            not_before = until, self._world.agenda.now_s + wait_s
        self._landed[case_id] = Landing(proof, body, not_before)
        self.durable.hears(case_id, flight.process)

    def taken(self, case_id: str) -> None:
        """Hold the till to what came back, now that it is durable; a till that dies before heard nothing."""
        landing = self._taken[case_id] = self._landed.pop(case_id)
        tries = self._tries.setdefault(case_id, Tries())
        if landing.proof is Proof.UNSENT:
            tries.unsent()
        if landing.not_before is not None:
            tries.not_before = landing.not_before

    # --- what is told --------------------------------------------------------------------------------

    def told(self, process: "Process", case: Case) -> None:
        """Hold what is shown of a case against the journal, the money and what it was before."""
        world, before = self._world, self.cases.get(case.id)
        self.acknowledged.add(case.id)
        self.cases[case.id] = case
        self._moved_s[case.id] = world.agenda.now_s
        if not case.state.is_open:
            self._settled_s.setdefault(case.id, world.agenda.now_s)
        if before != case:
            world.note("told", case.id, f"{case.state.value} {case.variant}", _next(case))
        self.hold(lambda: invariants.check_acknowledged(self._written(), case))
        if before is None:
            self._show(case)
            return
        if before is case:
            return
        self.hold(lambda: invariants.check_final(before, case))
        if before.in_flight is not None and case.in_flight is None:
            self._answered(before, case)
        if _shown(before) != _shown(case):
            self._show(case)
            world.people.read(process, case)

    def _answered(self, before: Case, case: Case) -> None:
        heard = self._taken.pop(case.id, None)
        if heard is None:
            if before.in_flight is Ask.CANCEL:
                # Nobody heard an answer: a stop is being mended.
                self._tries[case.id].must_ask = True
                told = f"{case.ref} forgets the cancel that a stop interrupted"
                self.hold(lambda: invariants.need(case.unanswered, "doubt", told))
            return
        if SHOWN_REFUND in heard.body:
            self.hold(lambda: invariants.check_refund_seen(case))
        if case.state in WATCHED and any(word in heard.body for word in SHOWN_PAID):
            self.hold(lambda: self._watch(case))
        succeeded = case.id in self.succeeded
        self.hold(lambda: invariants.check_proof(before, case, heard.proof, succeeded=succeeded))

    def _watch(self, case: Case) -> None:
        """Money that a watch has seen for ten minutes after the end is told of, or another case has it."""
        sale, now = self._world.sale_of(case), self._world.agenda.now
        if sale.paid_at is None or sale.nested == "unsigned" or sale.held == 0:
            return
        known_s = self._world.agenda.now_s - self._settled_s[case.id]
        is_plain = sale.status is Status.PAID and now - sale.paid_at > timedelta(seconds=5)
        others = [each for each in self._reader.of_number(case.number) if each.is_open or each.linked_case]
        missed = is_plain and known_s > LATEST_LOOK_S and not others
        invariants.need(not missed, "late payments", f"{case.ref} is {case.state.value}, paid {sale.paid_at}")

    def _show(self, case: Case) -> None:
        world = self._world
        sale = world.sale_of(case)
        self._shows += 1
        if case.state in UNCLAIMING and self._shows % SAMPLE:
            return
        card, money = present(case, world.clock.now(), world.words, world.zone), self.money_of(sale, case)
        self.hold(
            lambda: invariants.check_words(case, card, money),
            lambda: invariants.check_money(sale.number, money),
        )

    def opened(self, case: Case, look: Lookup | None) -> None:
        """Take note of a case that was just opened, and of what was seen before."""
        self._tries.setdefault(case.id, Tries()).blocked = refund_seen(look)

    def pressed(self, case_id: str) -> None:
        """Note that a person pressed: what they ask for need not wait."""
        if case_id in self._tries:
            self._tries[case_id].not_before = None
            self._tries[case_id].must_wait = False

    def fault(self, process: "Process", error: PosCancelError) -> None:
        """Note a fault of the till; one of the program is a violation."""
        self._world.note("fault", process.name, error.sentence)

        def sound() -> None:
            # What a person cannot do is told to the person; the till itself never wants it.
            own = error is PROGRAM_FAULT or isinstance(error, IllegalEvent)
            invariants.need(not own, "sound", f"{process.name}: {error.sentence}")

        self.hold(sound)

    # --- restarts and the end ------------------------------------------------------------------------

    def took_over(self, process: "Process") -> None:
        """Look at what a new sender finds: all cases are there, and a sent one inquires first."""
        self.hold(lambda: invariants.check_kept(self._reader, self.acknowledged))
        for case in self._reader.open_cases():
            if self._moved_s.get(case.id, 0.0) >= process.started_s:
                continue
            tries = self._tries.setdefault(case.id, Tries())
            tries.must_ask = case.may_have_left and case.state is not State.NOT_SENT
            # What another process prepared in this one's life is about to be sent, even if that one is gone.
            fresh = self.durable.written_s(case.id) >= process.started_s
            tries.must_wait = not case.may_have_left and not fresh

    def open_cases(self) -> Sequence[Case]:
        """Give the open cases as a second program reads them."""
        return self._reader.open_cases()

    def finish(self) -> None:
        """Hold the end of a run against everything."""
        reader, world = self._reader, self._world
        self.hold(
            lambda: invariants.check_kept(reader, self.acknowledged),
            lambda: invariants.check_one_case(reader),
            lambda: invariants.check_chain(reader),
            lambda: invariants.check_secrets(world.home, [world.log_text()], SECRETS),
        )
        for case in reader.history(limit=1_000_000):
            self._end(case)
            self.hold(lambda case=case: invariants.check_acknowledged(self.durable, case))  # type: ignore[misc]
        self.settle_accounts()

    def _end(self, case: Case) -> None:
        world, told = self._world, self.cases.get(case.id)
        sale = world.sale_of(case)
        money = self.money_of(sale, case)
        now, end = world.clock.now(), world.cancels_end(case)
        self.hold(
            lambda: invariants.check_money(sale.number, money),
            lambda: invariants.check_quiet(case, money),
        )
        if case.state in WORKED:
            card = present(case, now, world.words, world.zone)
            self.hold(lambda: invariants.check_in_time(case, card, now, end))
        if told is not None:
            self.hold(lambda: invariants.check_final(told, case))


def _shown(case: Case) -> tuple[object, ...]:
    return case.state, case.variant, case.ended, case.progress, case.stopped


def _told(exchange: Exchange) -> str:
    if exchange.reply is None:
        return f"{exchange.fault} {exchange.progress}"
    return f"{exchange.reply.status} {exchange.reply.body[:0].decode()}"


def _next(case: Case) -> str:
    due = "" if case.next_try_at is None else f"{case.next_ask} {str(case.next_try_at)[DAY_AND_TIME]}"
    return f"tries {case.tries} {due} {case.doubt or ''} {case.stopped}"
