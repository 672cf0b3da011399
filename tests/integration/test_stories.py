"""Every story of the training gateway told to a whole till over TLS: runner, journal and wire are real.

One till knows the orders that the shop handed over, the other one knows none. All stories of a till run at
the same time, as in a shop where everything goes wrong at once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from pos_cancel import bootstrap
from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.engine.lookup import Lookup
from pos_cancel.engine.ports import Entry
from pos_cancel.sandbox import STORIES, Sandbox, Story
from tests.integration.story_cashier import Cashier

PACE = 0.03
TOLD = tuple(story for story in STORIES if "acquire" in story.gateways)
CANCEL = "alipay.acquire.cancel"


@dataclass(frozen=True)
class Ending:
    """How one story ended on one till."""

    look: Lookup
    case: Case
    entries: tuple[Entry, ...]
    cancels: tuple[Mapping[str, str], ...]
    refunds: int


@dataclass(frozen=True)
class Day:
    """All stories of one till, by their ending."""

    endings: Mapping[str, Ending]
    faults: tuple[PosCancelError, ...]
    findings: tuple[str, ...]


def told(shop: bootstrap.Shop, sandbox: Sandbox, numbers: Mapping[str, str]) -> Day:
    """Tell these stories, ending to number, all at once."""
    faults: list[PosCancelError] = []
    runner = bootstrap.make_runner(shop)
    runner.listen_faults(faults.append)
    runner.start()
    try:
        cashier = Cashier(runner, shop.profile())
        with ThreadPoolExecutor(len(numbers)) as cashiers:
            cases = dict(zip(numbers, cashiers.map(cashier.tell, numbers.values()), strict=True))
    finally:
        runner.stop()
    with bootstrap.open_journal(shop) as journal:
        endings = {name: _ending(journal, sandbox, look, case) for name, (look, case) in cases.items()}
        return Day(endings, tuple(faults), tuple(journal.verify()))


def _ending(journal: Journal, sandbox: Sandbox, look: Lookup, case: Case) -> Ending:
    cancels = (each.params for each in sandbox.requests if each.service == CANCEL)
    refunds = Counter(move.number for move in sandbox.ledger.movements if move.kind == "refund")
    return Ending(
        look=look,
        case=case,
        entries=tuple(journal.entries(case.id)),
        cancels=tuple(params for params in cancels if params.get("out_trade_no") == case.number),
        refunds=refunds[case.number],
    )


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[bool, Day]]:
    """Both tills, by whether they know the orders."""
    handed = {story.ending: f"{place}-{story.ending}" for place, story in enumerate(STORIES, 1001)}
    unknown = {story.ending: f"R-{story.ending}" for story in TOLD}
    known = {story.ending: handed[story.ending] for story in TOLD}
    with ExitStack() as stack, ThreadPoolExecutor(2) as tills:
        shops = [stack.enter_context(bootstrap.training_shop(PACE)) for _ in range(2)]
        first = tills.submit(told, *shops[0], unknown)
        second = tills.submit(told, *shops[1], known)
        yield {False: first.result(), True: second.result()}


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "handed over"])
@pytest.mark.parametrize("story", TOLD, ids=lambda story: story.ending)
def test_the_story_ends_as_its_table_says(days: Mapping[bool, Day], story: Story, known: bool) -> None:
    ending = days[known].endings[story.ending]
    expected = story.expected_known if known and story.expected_known else story.expected
    case = ending.case
    assert case.state == expected, f"{case.state}: {case.gateway_code} {case.retry_reason} {ending.look}"
    assert case.training
    assert ending.refunds <= 1
    if case.state is State.REFUNDED:
        assert ending.refunds == 1
    if case.state in {State.CLOSED, State.CLOSED_UNSCANNED, State.NO_PAYMENT_FOUND, State.WRONG_NUMBER}:
        assert ending.refunds == 0


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "handed over"])
@pytest.mark.parametrize("story", TOLD, ids=lambda story: story.ending)
def test_every_try_carries_the_same_parameters_and_stands_in_the_journal_first(
    days: Mapping[bool, Day], story: Story, known: bool
) -> None:
    ending = days[known].endings[story.ending]
    tries = [{name: value for name, value in each.items() if name != "sign"} for each in ending.cancels]
    assert tries.count(tries[0]) == len(tries) if tries else story.ending in {"SETUP", "WRONGKEY"}
    sent = [entry for entry in ending.entries if entry.name == "sent"]
    asked = [dict(entry.fields)["ask"] for entry in sent]
    assert asked.count("cancel") >= len(tries)
    assert len({dict(entry.fields)["params_sha256"] for entry in sent}) == 1
    assert ending.entries[0].name == "prepared"


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "handed over"])
def test_the_till_had_no_fault_and_its_chain_is_whole(days: Mapping[bool, Day], known: bool) -> None:
    assert (days[known].faults, days[known].findings) == ((), ())


def test_the_story_whose_answers_cannot_be_believed_is_never_called_done(days: Mapping[bool, Day]) -> None:
    case = days[False].endings["BADSIGN"].case
    assert (case.state, case.variant, case.unanswered) == (State.RETRY_PENDING, "background", True)
    assert case.tries >= 4


def test_no_key_stands_in_what_the_tills_wrote(days: Mapping[bool, Day], tmp_path: Path) -> None:
    texts = [
        value
        for day in days.values()
        for ending in day.endings.values()
        for entry in ending.entries
        for _, value in entry.fields
    ]
    assert texts
    assert not [text for text in texts if "PRIVATE" in text or "BEGIN" in text]
