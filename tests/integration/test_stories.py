"""Every story of the training gateway told to a whole till over TLS: runner, journal and wire are real.

One till has all four accounts and knows no order; to the other one the shop handed the in-store gateway's
orders over. What the training gateway's books say is held against what the till says.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from pos_cancel import bootstrap
from pos_cancel.domain.case import State
from pos_cancel.sandbox import GATEWAYS, STORIES, Story, stories_of
from tests.integration.told_day import Day, Ending, Sold, tell

PACE = 0.03
# So many customers at once: more, and the till's own senders would be what is measured.
AT_ONCE = 12
# The shop holds no money of these, and gave none back by this cancel.
WITHOUT_MONEY = {
    State.CLOSED,
    State.CLOSED_UNSCANNED,
    State.NO_PAYMENT_FOUND,
    State.WRONG_NUMBER,
    State.ALREADY_CLOSED,
    State.SETUP_PROBLEM,
}
HANDED_OVER = tuple(
    (Sold("acquire", f"{place}-{story.ending}"), story) for place, story in enumerate(STORIES, 1001)
)
UNKNOWN = tuple(
    (Sold(gateway, f"{gateway}-{story.ending}"), story)
    for gateway in GATEWAYS
    for story in stories_of(gateway)
)
TOLD = [
    *(pytest.param(False, sale, story, id=sale.number) for sale, story in UNKNOWN),
    *(pytest.param(True, sale, story, id=f"{sale.number} handed over") for sale, story in HANDED_OVER),
]


@pytest.fixture(scope="module")
def days() -> Iterator[Mapping[bool, Day]]:
    """Both tills, by whether they know the orders."""
    with ExitStack() as stack, ThreadPoolExecutor(2) as tills:
        shops = [stack.enter_context(bootstrap.training_shop(PACE)) for _ in range(2)]
        first = tills.submit(tell, *shops[0], [sale for sale, _ in UNKNOWN], AT_ONCE)
        second = tills.submit(tell, *shops[1], [sale for sale, _ in HANDED_OVER], AT_ONCE)
        yield {False: first.result(), True: second.result()}


def ending_of(day: Day, sale: Sold) -> Ending:
    return day.endings[sale.gateway, sale.number]


@pytest.mark.parametrize(("known", "sale", "story"), TOLD)
def test_the_story_ends_as_its_table_says(
    days: Mapping[bool, Day], known: bool, sale: Sold, story: Story
) -> None:
    ending = ending_of(days[known], sale)
    expected = story.expected_known if known and story.expected_known else story.expected_on(sale.gateway)
    case = ending.case
    assert case.state == expected, f"{case.state}: {case.gateway_code} {case.retry_reason} {ending.look}"
    assert (case.gateway, case.training) == (sale.gateway, True)


@pytest.mark.parametrize(("known", "sale", "story"), TOLD)
def test_the_books_never_hold_two_refunds_and_agree_with_the_till(
    days: Mapping[bool, Day], known: bool, sale: Sold, story: Story
) -> None:
    ending = ending_of(days[known], sale)
    assert ending.refunds <= 1
    if ending.case.state is State.REFUNDED:
        assert ending.refunds == 1
    if ending.case.state in WITHOUT_MONEY:
        assert ending.refunds == 0


@pytest.mark.parametrize(("known", "sale", "story"), TOLD)
def test_every_try_carries_the_same_parameters_and_stands_in_the_journal_first(
    days: Mapping[bool, Day], known: bool, sale: Sold, story: Story
) -> None:
    ending = ending_of(days[known], sale)
    assert len(set(ending.cancels)) <= 1
    assert ending.cancels or story.ending in {"SETUP", "WRONGKEY", "CLOSED", "FEE", "FEEFULL"}
    assert ending.asked.count("C") >= len(ending.cancels)
    assert len(ending.fingerprints()) <= 1
    assert ending.entries[0].name == "prepared"


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "handed over"])
def test_the_till_had_no_fault_and_its_chain_is_whole(days: Mapping[bool, Day], known: bool) -> None:
    assert (days[known].faults, days[known].findings) == ((), ())


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_the_story_whose_answers_cannot_be_believed_is_never_called_done(
    days: Mapping[bool, Day], gateway: str
) -> None:
    case = days[False].endings[gateway, f"{gateway}-BADSIGN"].case
    assert (case.state, case.variant, case.unanswered) == (State.RETRY_PENDING, "background", True)
    assert case.tries >= 4


def test_no_key_stands_in_what_the_tills_wrote(days: Mapping[bool, Day]) -> None:
    texts = [
        value
        for day in days.values()
        for ending in day.endings.values()
        for entry in ending.entries
        for _, value in entry.fields
    ]
    assert texts
    assert not [text for text in texts if "PRIVATE" in text or "BEGIN" in text]
