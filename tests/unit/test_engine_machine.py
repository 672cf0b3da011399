"""The engine against a small model: whatever is pressed, answered, lost, stopped and waited for."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pos_cancel.domain.case import WORKED, Ask, Case, State, Tone
from pos_cancel.domain.errors import IllegalEvent
from pos_cancel.engine.opening import ANSWERING
from pos_cancel.engine.outgoing import Dispatch
from pos_cancel.gateways.http import Exchange
from pos_cancel.presenters.card import present
from tests.invariants import Proof, check_final, check_money, check_proof, check_quiet, check_words
from tests.unit.engine_model import (
    ACTS,
    CANCEL,
    CARRIED_OUT,
    DOUBTS,
    OPEN,
    PROOFS,
    UNSENT,
    Books,
    Model,
    Reply,
)
from tests.unit.gateway_answers import (
    answered,
    did,
    refused,
    sale_fields,
    shows,
    silence,
    turned_away,
    unsent,
)
from tests.unit.journals import MemoryJournal
from tests.unit.spoken_cases import SHOP, words_of
from tests.unit.till_stories import KEYS, MIDNIGHT, NUMBER, PROFILE, document
from tests.unit.world import World, wish

S = State
LIKE_A_SUCCESS = {"result_code": "SUCCESS", "action": "refund"}
SEALS = {Reply.FORGED: b"0" * 32, Reply.UNSIGNED: None, Reply.OTHER_SALE: KEYS.md5}
# The truth is what mostly comes back.
REPLIES = [*Reply, Reply.TRUTH, Reply.TRUTH, Reply.TRUTH]
CODES = {
    Reply.SYSTEM_ERROR: "SYSTEM_ERROR",
    Reply.SYSTEM_ERROR_DONE: "SYSTEM_ERROR",
    Reply.BUSY: "FREQUENCY_LIMITED",
    Reply.BLOCKED: "BUYER_ERROR",
}


class EngineMachine(RuleBasedStateMachine):
    """One sale at one till."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(MemoryJournal(), None, {PROFILE.name: PROFILE})
        self.case_ids: list[str] = []
        self.seen: dict[str, Case] = {}
        self.flying: Dispatch | None = None

    @initialize(paid=st.sampled_from([0, 12800]), repeat=st.sampled_from(["same", "close", "status"]))
    def begin(self, paid: int, repeat: str) -> None:
        self.books = Books(paid, repeat)
        self.model = Model(self.books)

    @property
    def case(self) -> Case:
        """The newest case."""
        return self.world.case(self.case_ids[-1])

    @property
    def is_late(self) -> bool:
        """Whether the gateway takes no cancel any more."""
        return self.world.clock.now() >= MIDNIGHT

    # --- what people do --------------------------------------------------------------------------------

    @rule(again=st.booleans())
    def press(self, again: bool) -> None:
        """A second press shows the case that answers; a new one knows the doubts of those before (R7, R9)."""
        before = [self.world.case(each) for each in self.case_ids]
        answering = [case for case in before if case.is_open and case.state in ANSWERING]
        told = [case for case in before if case.state.tone is Tone.DONE or case.state is S.CALL_SUPPORT]
        got = self.world.engine.submit(wish(again=again))
        assert got.is_new == (not answering and (again or not told))
        if got.is_new:
            self.case_ids.append(got.case.id)
            self.model.kept = self.model.must_ask = False
            assert got.case.in_doubt == self.model.in_doubt
        elif answering:
            assert got.case == answering[0]

    @precondition(lambda self: self.case_ids)
    @rule(act=st.sampled_from(sorted(ACTS)))
    def act(self, act: str) -> None:
        """People can do what the model says, and nothing else."""
        before = self.case
        can = before.state in ACTS[act] and before.is_open
        can = can and (act != "end" or before.in_flight is not Ask.CANCEL)
        try:
            self.world.engine.act(before.id, act, by="Lin", reason="asked to")
        except IllegalEvent:
            assert not can, f"{act} of {before.state.value}"
            return
        assert can, f"{act} of {before.state.value}"
        self.model.kept |= act == "keep"
        self.model.must_ask &= before.state is not S.NOT_SENT

    @rule(seconds=st.sampled_from([1, 30, 130, 900, 3600, 21_600]))
    def wait(self, seconds: int) -> None:
        self.world.clock.pass_s(seconds)

    # --- what leaves and what comes back -----------------------------------------------------------------

    @precondition(lambda self: self.flying is None and self.case_ids and self.case.next_try_at is not None)
    @rule()
    def leave(self) -> None:
        """No cancel leaves after "keep the sale", the window, or a restart and no inquiry (R1, R5, R13)."""
        due = self.case.next_try_at
        assert due is not None
        self.world.clock.time = max(self.world.clock.time, due)
        (self.flying,) = self.world.begin()
        if self.flying.ask is Ask.CANCEL:
            assert not self.model.must_ask
            assert not self.model.kept
            assert not self.case.window_over
        self.model.must_ask = False

    @precondition(lambda self: self.flying is not None)
    @rule(reply=st.sampled_from(REPLIES))
    def answer(self, reply: Reply) -> None:
        """Each answer leads where the model says, and settles only by the gateway's own word (R2, R7, R8)."""
        assert self.flying is not None
        flying, self.flying = self.flying, None
        before = self.world.case(flying.case_id)
        if flying.ask is Ask.CANCEL:
            exchange, allowed = self.cancel_answer(before, reply)
            proof = PROOFS.get(reply, Proof.NOTHING)
        else:
            exchange, allowed = self.inquiry_answer(before, reply)
            proof = Proof.AUTHENTIC if reply is Reply.TRUTH else Proof.NOTHING
        after = self.world.engine.finish(flying, exchange)
        assert after.state in allowed, f"{before.state.value} -> {after.state.value} {after.variant}"
        check_proof(before, after, proof, succeeded=False)
        assert after.in_doubt == self.model.in_doubt
        assert not after.window_over or self.is_late

    @precondition(lambda self: self.case_ids)
    @rule(replies=st.lists(st.sampled_from(REPLIES), min_size=1, max_size=5))
    def talk(self, replies: list[Reply]) -> None:
        """Go on for a while: what shows only after several answers is found so much sooner."""
        for reply in replies:
            if self.flying is None and self.case.next_try_at is not None:
                self.leave()
            if self.flying is not None:
                self.answer(reply)
                self.the_promise_holds()

    def cancel_answer(self, before: Case, reply: Reply) -> tuple[Exchange, frozenset[State]]:
        """Give what comes back of a cancel, and the states it may lead to."""
        model, now = self.model, self.world.clock.now()
        allowed = CANCEL[reply][model.in_doubt] if reply in CANCEL else frozenset()
        told = ""
        if reply is not Reply.UNSENT:
            self.books.reached_by.add(before.id)
        if reply in CARRIED_OUT:
            told = self.books.cancel(before, is_late=self.is_late, in_doubt=model.in_doubt)
        if reply is Reply.TRUTH:
            allowed = OPEN if told.isupper() else model.by_success(told, before)
        model.in_doubt |= reply in DOUBTS
        if reply is Reply.TRUTH:
            return (refused(told, now) if told.isupper() else did(told, now)), allowed
        return self.untrue(reply), allowed

    def untrue(self, reply: Reply) -> Exchange:
        """Give what says nothing of the money."""
        now = self.world.clock.now()
        if reply in SEALS:
            number = "SHOP-0009-0009" if reply is Reply.OTHER_SALE else NUMBER
            fields = {**LIKE_A_SUCCESS, "out_trade_no": number}
            return answered(document(fields, signed_with=SEALS[reply]), now)
        if reply in CODES:
            return refused(CODES[reply], now)
        if reply is Reply.BAD_KEY:
            return turned_away("ILLEGAL_SIGN", now)
        return unsent() if reply is Reply.UNSENT else silence()

    def inquiry_answer(self, before: Case, reply: Reply) -> tuple[Exchange, frozenset[State]]:
        """Give what comes back of an inquiry, and the states it may lead to."""
        if before.ended:
            return silence(), frozenset({before.state})
        if reply is Reply.TRUTH:
            now, status = self.world.clock.now(), self.books.status
            return shows(status, now), self.model.by_inquiry(status, before, now)
        if reply in SEALS and reply is not Reply.OTHER_SALE:
            fields = sale_fields("TRADE_CLOSED")
            forged = answered(document(fields, signed_with=SEALS[reply]), self.world.clock.now())
            return forged, frozenset({before.state}) | OPEN
        return silence(), frozenset({before.state}) | OPEN

    @rule(arrived=st.booleans())
    def crash(self, arrived: bool) -> None:
        """What was never sent waits for a person, what was sent is asked about first (R1)."""
        before = self.case if self.case_ids else None
        if self.flying is not None and self.flying.ask is Ask.CANCEL and before is not None:
            self.books.reached_by.add(before.id)
            if arrived:
                self.books.cancel(before, is_late=self.is_late, in_doubt=self.model.in_doubt)
            self.model.in_doubt = True
        self.flying = None
        self.world.restart()
        if before is None:
            return
        left = before.id in self.books.reached_by
        assert left or self.case.state in UNSENT - {S.SENDING} or before.state not in UNSENT
        self.model.must_ask = left and self.case.state in WORKED
        assert self.case.in_doubt == self.model.in_doubt

    # --- what always holds -------------------------------------------------------------------------------

    @invariant()
    def the_promise_holds(self) -> None:
        """What the newest card says is true of the money, and what was final stays so."""
        cases = [self.world.case(each) for each in self.case_ids]
        done = {case.id for case in cases if case.state.tone is Tone.DONE}
        for case in cases:
            check_final(self.seen.get(case.id, case), case)
            money = self.books.money(case, done, is_late=self.is_late)
            check_quiet(case, money)
            check_money(NUMBER, money)
            self.seen[case.id] = case
        for case in cases[-1:]:
            card = present(case, self.world.clock.now(), words_of("en"), SHOP)
            check_words(case, card, self.books.money(case, done, is_late=self.is_late))


TestEngineMachine = EngineMachine.TestCase
# Each example takes about a hundredth of a second; more of them belong to the proving run.
TestEngineMachine.settings = settings(max_examples=max(700, settings().max_examples), stateful_step_count=15)
