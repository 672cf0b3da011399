"""Every story of Antom, APO and ACQP told to one till over TLS: three accounts, one runner, one journal.

Looked up first, then cancelled, as in the shop; what the training gateway's books say is held against what
the till says. Seconds of the schedule are taken at three hundredths.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from pos_cancel import bootstrap
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.engine.lookup import Lookup
from pos_cancel.engine.ports import Entry
from pos_cancel.sandbox import Sandbox, Story, stories_of
from tests.integration.story_cashier import Cashier

PACE = 0.03
# So many customers at once: more, and the till's own senders would be what is measured.
CASHIERS = 12
GATEWAYS = ("antom", "apo", "acqp")
TOLD = tuple((gateway, story) for gateway in GATEWAYS for story in stories_of(gateway))
NAMES = [f"{gateway}-{story.ending}" for gateway, story in TOLD]
# The shop holds no money of these, and gave none back by this cancel.
WITHOUT_MONEY = {State.CLOSED, State.WRONG_NUMBER, State.ALREADY_CLOSED, State.SETUP_PROBLEM}


@dataclass(frozen=True)
class Ending:
    """How one story ended: for the till, and in the gateway's books."""

    look: Lookup
    case: Case
    entries: tuple[Entry, ...]
    bodies: tuple[bytes, ...]
    refunds: int


@dataclass(frozen=True)
class Day:
    """All stories, by gateway and ending."""

    endings: Mapping[str, Ending]
    faults: tuple[PosCancelError, ...]
    findings: tuple[str, ...]


def told(shop: bootstrap.Shop, sandbox: Sandbox) -> Day:
    faults: list[PosCancelError] = []
    runner = bootstrap.make_runner(shop)
    runner.listen_faults(faults.append)
    runner.start()
    tellers = [Cashier(runner, shop.profile(f"training-{gateway}")) for gateway, _ in TOLD]
    try:
        with ThreadPoolExecutor(CASHIERS) as pool:
            cases = list(pool.map(Cashier.tell, tellers, NAMES))
    finally:
        runner.stop()
    refunds = Counter(move.number for move in sandbox.ledger.movements if move.kind == "refund")
    endings: dict[str, Ending] = {}
    with bootstrap.open_journal(shop) as journal:
        for name, (look, case) in zip(NAMES, cases, strict=True):
            entries = tuple(journal.entries(case.id))
            endings[name] = Ending(look, case, entries, _cancels(sandbox, name), refunds[name])
        return Day(endings, tuple(faults), tuple(journal.verify()))


def _cancels(sandbox: Sandbox, number: str) -> tuple[bytes, ...]:
    mark = f'"{number}"'.encode()
    return tuple(
        each.body for each in sandbox.requests if "cancel" in each.service.lower() and mark in each.body
    )


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    """Tell them all once."""
    with bootstrap.training_shop(PACE) as (shop, sandbox):
        yield told(shop, sandbox)


@pytest.mark.parametrize(("gateway", "story"), TOLD, ids=NAMES)
def test_the_story_ends_as_its_table_says(day: Day, gateway: str, story: Story) -> None:
    ending = day.endings[f"{gateway}-{story.ending}"]
    case = ending.case
    assert case.state == story.expected_on(gateway), f"{case.gateway_code} {case.retry_reason} {ending.look}"
    assert (case.gateway, case.training) == (gateway, True)


@pytest.mark.parametrize(("gateway", "story"), TOLD, ids=NAMES)
def test_the_books_never_hold_two_refunds_and_agree_with_the_till(
    day: Day, gateway: str, story: Story
) -> None:
    ending = day.endings[f"{gateway}-{story.ending}"]
    assert ending.refunds <= 1
    if ending.case.state is State.REFUNDED:
        assert ending.refunds == 1
    if ending.case.state in WITHOUT_MONEY:
        assert ending.refunds == 0


@pytest.mark.parametrize(("gateway", "story"), TOLD, ids=NAMES)
def test_every_try_carries_the_same_bytes_and_stands_in_the_journal_first(
    day: Day, gateway: str, story: Story
) -> None:
    ending = day.endings[f"{gateway}-{story.ending}"]
    assert len(set(ending.bodies)) <= 1
    asked = [dict(entry.fields)["ask"] for entry in ending.entries if entry.name == "sent"]
    assert asked.count("cancel") >= len(ending.bodies)
    assert ending.entries[0].name == "prepared"


def test_every_system_was_told_its_cancels(day: Day) -> None:
    for gateway in GATEWAYS:
        assert day.endings[f"{gateway}-REFUND"].bodies


def test_the_till_had_no_fault_and_its_chain_is_whole(day: Day) -> None:
    assert (day.faults, day.findings) == ((), ())


def test_the_story_whose_answers_cannot_be_believed_is_never_called_done(day: Day) -> None:
    for gateway in GATEWAYS:
        case = day.endings[f"{gateway}-BADSIGN"].case
        assert (case.state, case.variant, case.unanswered) == (State.RETRY_PENDING, "background", True)
