"""Keys, the network, and looks at sales, as the owner thread meets them."""

import threading
import time
from dataclasses import replace
from pathlib import Path

from pos_cancel.domain.case import State
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.http import Exchange
from tests.integration.scripted_till import QUICK, a_till, refunds, running, shown, until
from tests.unit.gateway_answers import did, refused, shows, silence, unsent

S = State
SLACK_S = 3.0


def test_a_missing_key_is_told_and_one_that_comes_back_goes_on_by_itself(tmp_path: Path) -> None:
    def silent(word: str, number: str) -> Exchange:
        till.keys.found["till"] = KeyTrouble.MISSING
        return silence() if word == "cancel" else shows("TRADE_CLOSED", None, out_trade_no=number)

    with running(tmp_path / "till", silent) as till:
        case = till.submit("R-1")
        stopped = till.hear(lambda each: bool(each.stopped))
        assert (stopped.id, stopped.stopped) == (case.id, "S-01")
        till.keys.found.clear()
        assert till.hear_state(case, S.CANCELLED).unanswered


def test_no_key_at_the_first_try_is_told(tmp_path: Path) -> None:
    home = tmp_path / "till"
    home.mkdir()
    till = a_till(home)
    till.keys.found["till"] = KeyTrouble.MISSING
    till.runner.start()
    case = till.submit("R-1")
    assert till.hear(lambda each: each.id == case.id).state is S.SETUP_PROBLEM
    till.runner.stop()


def test_the_key_store_says_when_a_key_has_been_loaded(tmp_path: Path) -> None:
    home = tmp_path / "till"
    home.mkdir()
    till = a_till(home)
    till.keys.found["till"] = KeyTrouble.LOADING
    till.runner.start()
    case = till.submit("R-1")
    time.sleep(0.1)
    assert till.line.sent == []
    till.keys.found.clear()
    till.runner.key_loaded("till")
    till.hear_state(case, S.REFUNDED)
    till.runner.stop()


def test_a_profile_that_was_removed_faults_nothing(tmp_path: Path) -> None:
    """Its case stops and is told once; the till looks for its key no more than for any other's."""
    with running(tmp_path / "till", lambda *_: silence()) as till:
        till.hear_state(till.submit("R-1"), S.RETRY_PENDING)
    other = replace(QUICK, name="other")
    with running(tmp_path / "till", profiles=(other,)) as till:
        assert till.hear(lambda each: bool(each.stopped)).stopped == "S-01"
        time.sleep(1.2)
        assert till.faults == []


def test_a_network_that_is_back_hurries_the_others(tmp_path: Path) -> None:
    slow = replace(QUICK, schedule=replace(QUICK.schedule, gaps_s=(2000.0,), pace=1.0))
    back = threading.Event()

    def answer(word: str, number: str) -> Exchange:
        if not back.is_set():
            return silence()
        return refunds(word, number) if number == "R-2" else shows("TRADE_CLOSED", None, out_trade_no=number)

    with running(tmp_path / "till", answer, profiles=(slow,)) as till:
        waiting = till.submit("R-1")
        till.hear_state(waiting, S.RETRY_PENDING)
        back.set()
        till.submit("R-2")
        assert till.hear_state(waiting, S.CANCELLED).unanswered


def test_unsent_tries_end_as_not_sent(tmp_path: Path) -> None:
    with running(tmp_path / "till", lambda *_: unsent()) as till:
        ended = till.hear_state(till.submit("R-1"), S.NOT_SENT)
        assert (ended.tries, ended.unanswered) == (0, False)


def test_a_look_always_ends_in_an_answer(tmp_path: Path) -> None:
    def answer(word: str, number: str) -> Exchange:
        return {"R-1": shown(number), "R-2": refused("TRADE_NOT_EXIST", None, number)}.get(number, silence())

    with running(tmp_path / "till", answer) as till:
        assert till.look_up("R-1").sale is not None
        assert till.look_up("R-2").not_found
        assert till.look_up("R-3").trouble == "silence"
        assert till.look_up("R-4", "gone").trouble == InvalidInput.code
        till.keys.found["till"] = KeyTrouble.LOCKED
        assert till.look_up("R-5").trouble == "key_locked"


def test_a_look_waits_for_a_key_that_is_loading(tmp_path: Path) -> None:
    with running(tmp_path / "till", lambda _, number: shown(number)) as till:
        till.keys.found["till"] = KeyTrouble.LOADING
        threading.Timer(0.1, till.keys.found.clear).start()
        assert till.look_up("R-1").sale is not None


def test_the_tills_name_for_a_case_is_what_the_journal_gave(tmp_path: Path) -> None:
    with running(tmp_path / "till", lambda w, n: did("", None, n)) as till:
        case = till.submit("R-1")
        ended = till.hear(lambda each: each.id == case.id and not each.is_open)
        assert (ended.state, ended.ref) == (S.NO_PAYMENT_FOUND, case.ref)
        until(lambda: till.ask(lambda engine: engine.journal.next_due()) is not None)
