"""The rows of outcomes.md §2 at all four gateways, through real HTTP: the first try, and after U."""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pos_cancel import bootstrap
from pos_cancel.adapters.resources import gateway_table
from pos_cancel.domain.case import State, Tone
from pos_cancel.domain.identifiers import LONGEST, NumberKind
from pos_cancel.sandbox import GATEWAYS
from tests.integration.outcome_rows import COME_BACK_LATER, EXITS, LINES, NOT_THE_GATEWAY, Row, rows
from tests.integration.told_day import Day, Ending, Sold, tell, with_accounts

# Time-outs of the wire are not taken at this pace, so a slow machine loses no answer.
PACE = 0.01
# What the training gateway itself does slowly is not looked at here.
GATEWAYS_PACE = 0.001
# Most of a customer's time is spent waiting for the next try.
AT_ONCE = 40
# What a disk costs is measured elsewhere.
SHARED_MEMORY = Path("/dev") / "shm"
IN_MEMORY = SHARED_MEMORY if SHARED_MEMORY.is_dir() else None
RETRY_AFTER_S = 45
BUSY_S = 30
ROWS = tuple(rows())
# A trade number has sixteen characters at least; the gateway says so of this one.
SHORT = Sold("acquire", "2026112201", NumberKind.TRADE_NO, account="short")
SALES = (SHORT, *(Sold(row.gateway, row.number, account=row.number) for row in ROWS))
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    """Tell them all once, at one till."""
    with bootstrap.training_shop(GATEWAYS_PACE) as (shop, sandbox), TemporaryDirectory(dir=IN_MEMORY) as home:
        till = with_accounts(shop, SALES, PACE, Path(home))
        yield tell(till, sandbox, SALES, AT_ONCE, leaves=True)


def ending_of(day: Day, row: Row) -> Ending:
    return day.endings[row.gateway, row.number]


@each_row
def test_the_row_ends_as_the_table_says(day: Day, row: Row) -> None:
    ending = ending_of(day, row)
    case = ending.case
    seen = f"{case.state}/{case.variant} after {ending.asked}: {case.gateway_code} {case.retry_reason}"
    assert case.state == row.state, seen
    assert row.variant in {"", case.variant}, seen
    assert re.fullmatch(row.asked.replace("~", ".*") + "I*", ending.asked), seen
    assert case.state.exit_code == EXITS[row.state]
    if row.is_a_code:
        assert case.gateway_code == row.code
    if case.state is State.SETUP_PROBLEM or row.variant == "stopped":
        assert case.setup_code.startswith("S-")
        assert case.next_ask is None


@each_row
def test_money_moves_once_by_one_request_and_nothing_is_done_unproved(day: Day, row: Row) -> None:
    ending = ending_of(day, row)
    # What a till's own lost cancel, another till or the portal has given back; these stories give no more.
    gone_back = (row.is_lost and "UNPAID" not in row.words) or bool(row.words & {"PARTLY", "FULLY"})
    assert ending.refunds == (gone_back or "CANCELLED" in row.words)
    if ending.case.state is State.REFUNDED:
        assert ending.refunds == 1
    assert ending.verified or ending.case.state.tone is not Tone.DONE
    assert len(set(ending.cancels)) == 1
    assert len(ending.cancels) == ending.asked.count("C")
    assert len(ending.fingerprints()) == 1


@pytest.mark.parametrize("row", [row for row in ROWS if row.asks_for_time], ids=lambda row: row.number)
def test_a_gateway_that_asks_for_time_gets_it(day: Day, row: Row) -> None:
    ending = ending_of(day, row)
    answered = 1 if row.is_after_unanswered else 0
    waits_s = RETRY_AFTER_S if row.code in COME_BACK_LATER else BUSY_S
    gap = ending.sent_at(answered + 1) - ending.sent_at(answered)
    assert gap.total_seconds() >= waits_s * PACE


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize(("page", "reason"), NOT_THE_GATEWAY.items())
def test_the_manager_is_told_what_stands_in_the_way(day: Day, gateway: str, page: str, reason: str) -> None:
    assert day.endings[gateway, f"{gateway}-CODE.{page}"].case.retry_reason == reason


def test_a_number_that_breaks_the_rule_is_a_wrong_number(day: Day) -> None:
    ending = day.endings[SHORT.gateway, SHORT.number]
    assert (ending.case.state, ending.case.gateway_code) == (State.WRONG_NUMBER, "INVALID_PARAMETER")
    assert ending.asked == "C"


def test_the_till_had_no_fault_and_its_chain_is_whole(day: Day) -> None:
    assert (day.faults, day.findings) == ((), ())


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_every_code_of_the_gateway_has_its_rows(gateway: str) -> None:
    table = gateway_table(gateway)
    first = {row.code for row in ROWS if row.gateway == gateway and not row.is_after_unanswered}
    later = {row.code for row in ROWS if row.gateway == gateway and row.is_after_unanswered}
    assert first >= {*table.rows, *table.aliases}
    assert later == first


def test_every_line_is_told_for_the_first_try_and_after_an_unanswered_one() -> None:
    for name, line in LINES.items():
        told = [row for row in ROWS if row.line == name]
        for gateway in line.gateways:
            for code in line.codes:
                columns = {
                    row.is_after_unanswered for row in told if (row.gateway, row.code) == (gateway, code)
                }
                assert columns == {False, True}, f"{name}: {gateway} {code}"


def test_every_row_is_one_sale() -> None:
    numbers = [row.number for row in ROWS]
    assert len(set(numbers)) == len(numbers)
    assert max(map(len, numbers)) <= LONGEST
