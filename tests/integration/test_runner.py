"""The owner thread: who sends, what is never lost, and that no case waits for another one's gateway."""

import logging
import time
from pathlib import Path
from queue import SimpleQueue

import pytest

from pos_cancel.adapters import runner as runner_module
from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.listeners import PROGRAM_FAULT
from pos_cancel.adapters.runner import Runner
from pos_cancel.domain.case import Ask, Case, State
from pos_cancel.domain.errors import JournalError, PosCancelError
from pos_cancel.domain.listing import Listing
from pos_cancel.engine.engine import Engine
from pos_cancel.gateways.http import Exchange
from tests.integration.scripted_till import Gate, Line, a_till, frozen, refunds, running, shown, until
from tests.unit.gateway_answers import shows, silence
from tests.unit.journals import FULL

S = State
SLACK_S = 3.0


def test_a_case_is_told_of_from_sent_to_refunded(tmp_path: Path) -> None:
    with running(tmp_path / "till") as till:
        case = till.submit("R-1")
        assert till.hear(lambda each: each.in_flight is Ask.CANCEL).id == case.id
        assert till.hear_state(case, S.REFUNDED).tries == 1
        with Journal.open(tmp_path / "till") as journal:
            assert [entry.name for entry in journal.entries(case.id)] == ["prepared", "sent", "answered"]
        assert till.runner.sends
        assert till.ask(lambda engine: engine.case(case.ref)).state is S.REFUNDED
        opened: list[Listing] = []
        till.runner.open_cases(opened.append)
        until(lambda: opened == [Listing()])


def test_who_answers_while_the_till_is_closed_is_written_before_it_stops(tmp_path: Path) -> None:
    with running(tmp_path / "till", lambda *_: silence()) as till:
        case = till.submit("R-1")
        till.hear_state(case, S.RETRY_PENDING)
        told: SimpleQueue[list[Case] | PosCancelError] = SimpleQueue()
        till.runner.hand_over("Li", told.put)
        handed = told.get(timeout=10)
        assert isinstance(handed, list)
        assert [each.id for each in handed] == [case.id]
        till.runner.stop()
        with Journal.open(tmp_path / "till") as journal:
            written = [entry for entry in journal.entries(case.id) if entry.name == "handover"]
        assert [entry.fields for entry in written] == [(("by", "Li"),)]


def test_people_act_on_cases_and_hear_what_cannot_be(tmp_path: Path) -> None:
    with running(tmp_path / "till", lambda *_: silence()) as till:
        case = till.submit("R-1")
        till.hear_state(case, S.RETRY_PENDING)
        answers: list[Case | PosCancelError] = []
        till.runner.act(case.id, "withdraw", "Chen", "", answers.append)
        till.runner.act(case.id, "keep", "Li", "stays", answers.append)
        until(lambda: len(answers) == 2)
        assert isinstance(answers[0], PosCancelError)
        assert isinstance(answers[1], Case)
        assert till.hear(lambda each: each.keep_asked_at is not None).id == case.id
        assert till.faults == []


def test_a_fault_of_the_program_is_told_and_the_till_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Engine) -> Case:
        raise ZeroDivisionError

    with running(tmp_path / "till") as till, caplog.at_level(logging.CRITICAL):
        with pytest.raises(PosCancelError, match="fault of the program"):
            till.ask(broken)
        assert till.faults == [PROGRAM_FAULT]
        till.hear_state(till.submit("R-1"), S.REFUNDED)


def test_a_listener_that_breaks_keeps_nothing_from_the_others(tmp_path: Path) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    (tmp_path / "till").mkdir()
    till = a_till(tmp_path / "till")
    logging.disable(logging.CRITICAL)
    try:
        other = a_till(tmp_path / "till")
        other.runner.listen(broken)
        other.runner.listen_faults(broken)
        other.runner.listen(till.told.put)
        other.runner.listen_faults(till.faults.append)
        other.runner.start()
        till.hear_state(other.submit("R-1"), S.REFUNDED)
        with pytest.raises(PosCancelError):
            other.ask(lambda _: 1 // 0)
        until(lambda: till.faults == [PROGRAM_FAULT])
    finally:
        other.runner.stop()
        logging.disable(logging.NOTSET)


def test_a_journal_that_cannot_be_opened_is_told_at_the_start(tmp_path: Path) -> None:
    def make() -> runner_module.Parts:
        raise FULL

    runner = Runner(make, Line(tmp_path, refunds), NoLease(), {})
    with pytest.raises(JournalError):
        runner.start()
    runner.stop()


def test_a_program_that_breaks_at_the_start_leaves_nobody_waiting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def make() -> runner_module.Parts:
        raise ZeroDivisionError

    runner = Runner(make, Line(tmp_path, refunds), NoLease(), {})
    with pytest.raises(PosCancelError, match="fault of the program"), caplog.at_level(logging.CRITICAL):
        runner.start()


class NoLease:
    """Nobody asks it: the start fails before."""

    def acquire(self) -> bool:
        raise AssertionError

    def release(self) -> None:
        raise AssertionError


# --- one sender ------------------------------------------------------------------------------------------


def test_of_two_tills_on_one_journal_one_sends(tmp_path: Path) -> None:
    with running(tmp_path / "till") as first, running(tmp_path / "till") as second:
        assert (first.runner.sends, second.runner.sends) == (True, False)
        cases = [second.submit(f"R-{count}") for count in range(3)]
        for case in cases:
            first.hear_state(case, S.REFUNDED)
            assert second.ask(lambda engine, case=case: engine.case(case.id)).state is S.REFUNDED  # type: ignore[misc]
        assert (len(first.line.sent), second.line.sent) == (3, [])


def test_the_second_till_takes_over_where_the_first_one_stopped(tmp_path: Path) -> None:
    gate = Gate()
    with running(
        tmp_path / "till", lambda word, number: shows("TRADE_CLOSED", None, out_trade_no=number)
    ) as second:
        second.runner.stop()
    with running(tmp_path / "till", gate) as first:
        case = first.submit("HANG-1")
        until(lambda: gate.inside == 1)
        first.runner.stop()
        answer = lambda word, number: shows("TRADE_CLOSED", None, out_trade_no=number)  # noqa: E731
        with running(tmp_path / "till", answer) as third:
            ended = third.hear_state(case, S.CANCELLED)
            assert third.line.sent == [("query", "HANG-1")]
            assert ended.unanswered
        gate.open.set()


def test_what_another_till_prepared_waits_for_a_person_when_nobody_was_left_to_send_it(
    tmp_path: Path,
) -> None:
    home = tmp_path / "till"
    home.mkdir()
    quiet = a_till(home)
    quiet.runner.start(sends=False)
    case = quiet.submit("R-1")
    assert not quiet.runner.sends
    quiet.runner.stop()
    with running(home) as till:
        till.hear_state(case, S.NOT_SENT)
        assert till.line.sent == []
        till.ask(lambda engine: engine.act(case.id, "send_again", "Chen"))
        till.hear_state(case, S.REFUNDED)


def test_a_till_that_may_not_send_yet_looks_up_and_sends_when_told(tmp_path: Path) -> None:
    home = tmp_path / "till"
    home.mkdir()
    till = a_till(home, lambda word, number: refunds(word, number) if word == "cancel" else shown(number))
    till.runner.start(sends=False)
    assert till.look_up("R-1").sale is not None
    case = till.submit("R-1")
    time.sleep(0.1)
    assert till.line.sent == [("query", "R-1")]
    till.runner.start_sending()
    till.hear_state(case, S.REFUNDED)
    till.runner.stop()


def test_a_restart_repeats_the_same_parameters(tmp_path: Path) -> None:
    def silent(word: str, number: str) -> Exchange:
        return silence() if word == "cancel" else shown(number)

    with running(tmp_path / "till", silent) as first:
        case = first.submit("R-1")
        first.hear_state(case, S.RETRY_PENDING)
    with running(tmp_path / "till", lambda w, n: refunds(w, n) if w == "cancel" else shown(n)) as second:
        ended = second.hear_state(case, S.REFUNDED)
        assert second.line.sent[0] == ("query", "R-1")
        cancels = [
            frozen(body)
            for till in (first, second)
            for (word, _), body in zip(till.line.sent, till.line.bodies, strict=True)
            if word == "cancel"
        ]
        assert len(cancels) >= 2
        assert cancels.count(cancels[0]) == len(cancels)
        assert (ended.id, ended.params, ended.stop_at) == (case.id, case.params, case.stop_at)
