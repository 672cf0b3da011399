"""What is never lost, and that no case waits for another one's gateway."""

import logging
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pos_cancel.adapters.exchanges import AGAIN_S
from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.runner import RESERVED, SENDERS
from pos_cancel.domain.case import Ask, Case, Doubt, State
from pos_cancel.engine.ports import Entry
from pos_cancel.gateways.http import Exchange
from tests.integration.journal_cases import make_case
from tests.integration.scripted_till import Gate, a_till, refunds, running, shown, until
from tests.unit.journals import FULL

S = State
SLACK_S = 3.0


def test_a_hung_gateway_delays_no_other_customer(tmp_path: Path) -> None:
    gate = Gate()
    with running(tmp_path / "till", gate) as till:
        hung = [till.submit(f"HANG-{count}") for count in range(SENDERS - 1)]
        until(lambda: gate.inside == len(hung))
        began = time.monotonic()
        till.hear_state(till.submit("R-1"), S.REFUNDED)
        assert time.monotonic() - began < SLACK_S
        gate.open.set()
        for case in hung:
            until(lambda case=case: till.ask(lambda engine: engine.case(case.id)).state is S.REFUNDED)  # type: ignore[misc]


def in_the_background(count: int) -> Case:
    """Give a case of an earlier day whose next round is due."""
    number = f"HANG-{count:04d}"
    now = make_case(count).opened_at
    return make_case(
        count,
        profile="till",
        number=number,
        out_trade_no=number,
        state=S.RETRY_PENDING,
        rounds=3,
        tries=5,
        unanswered=True,
        last_try_at=now,
        next_ask=Ask.INQUIRY,
        doubt=Doubt.ROUTINE,
        next_try_at=now,
    )


def test_background_cases_never_take_the_reserved_senders(tmp_path: Path) -> None:
    home = tmp_path / "till"
    home.mkdir()
    with Journal.open(home) as journal, journal.transaction():
        for count in range(12):
            case = in_the_background(count)
            journal.write(case, Entry("prepared", case.opened_at))
    gate = Gate()
    with running(home, gate) as till:
        until(lambda: gate.inside == SENDERS - RESERVED)
        began = time.monotonic()
        till.hear_state(till.submit("R-1"), S.REFUNDED)
        assert time.monotonic() - began < SLACK_S
        assert gate.most_inside == SENDERS - RESERVED
        gate.open.set()


def test_an_answer_is_kept_until_the_journal_takes_it(tmp_path: Path) -> None:
    gate = Gate()
    with running(tmp_path / "till", gate) as till:
        case = till.submit("HANG-1")
        until(lambda: gate.inside == 1)
        till.journal.fault = FULL
        gate.open.set()
        until(lambda: len(till.faults) >= 2, AGAIN_S * 10)
        assert set(till.faults) == {FULL}
        with Journal.open(tmp_path / "till") as second:
            assert second.in_flight()[0].id == case.id
        till.journal.fault = None
        assert till.hear_state(case, S.REFUNDED).tries == 1
        assert till.line.sent == [("cancel", "HANG-1")]
        # No sender was lost to it.
        for count in range(SENDERS + 1):
            till.hear_state(till.submit(f"R-{count}"), S.REFUNDED)


def test_nothing_is_sent_until_what_a_stop_left_is_honest(tmp_path: Path) -> None:
    """A till that cannot write must not send what was prepared before it stopped (R1)."""
    home = tmp_path / "till"
    home.mkdir()
    quiet = a_till(home)
    quiet.runner.start(sends=False)
    case = quiet.submit("R-1")
    quiet.runner.stop()
    with running(home, fault=FULL) as till:
        until(lambda: bool(till.faults))
        assert not till.runner.sends
        till.journal.fault = None
        till.hear_state(case, S.NOT_SENT)
        until(lambda: till.runner.sends)
        assert till.line.sent == []


def test_an_answer_that_nobody_waits_for_costs_no_sender(tmp_path: Path) -> None:
    gate = Gate()
    with running(tmp_path / "till", gate) as till:
        hung = [till.submit(f"HANG-{count}") for count in range(SENDERS)]
        until(lambda: gate.inside == SENDERS)
        with Journal.open(tmp_path / "till") as other, other.transaction():
            for case in hung:
                flying = other.get(case.id)
                assert flying is not None
                other.write(replace(flying, in_flight=None, next_ask=None), Entry("meddled", case.opened_at))
        gate.open.set()
        until(lambda: len(till.faults) == SENDERS)
        till.hear_state(till.submit("R-1"), S.REFUNDED)


def test_a_transport_that_breaks_leaves_the_case_unknown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks_once(word: str, number: str) -> Exchange:
        if not broken:
            broken.append(word)
            raise ZeroDivisionError
        return refunds(word, number) if word == "cancel" else shown(number)

    broken: list[str] = []
    with running(tmp_path / "till", breaks_once) as till, caplog.at_level(logging.CRITICAL):
        case = till.submit("R-1")
        unknown = till.hear_state(case, S.RETRY_PENDING)
        assert (unknown.unanswered, unknown.retry_reason) == (True, "local")
        till.hear_state(case, S.REFUNDED)


def test_a_reader_that_breaks_costs_no_sender(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A profile whose gateway is gone in this release: the answer cannot be read."""
    gate = Gate()
    with running(tmp_path / "till", gate) as till, caplog.at_level(logging.CRITICAL):
        for count in range(SENDERS):
            till.submit(f"HANG-{count}")
        until(lambda: gate.inside == SENDERS)
        known = till.ask(lambda engine: engine.gateways)
        till.ask(lambda engine: setattr(engine, "gateways", {}))
        gate.open.set()
        until(lambda: len(till.faults) == SENDERS)
        till.ask(lambda engine: setattr(engine, "gateways", known))
        till.hear_state(till.submit("R-1"), S.REFUNDED)
