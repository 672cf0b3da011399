"""What is told of cases that end beside the one in hand, and how it sounds."""

from dataclasses import replace

import pytest

from pos_cancel.domain.case import State
from pos_cancel.domain.languages import LANGUAGES
from pos_cancel.presenters.news import Cue, cue_of, is_news, is_worked, news_of, weightiest
from tests.unit.spoken_cases import CELLS, FULL_CASE, PLAIN_CASE, pending, words_of

REFUNDED, CALLING = FULL_CASE, replace(FULL_CASE, id="2", ref="K7-205", state=State.CALL_SUPPORT)


@pytest.mark.parametrize(
    ("state", "cue"),
    [
        (State.REFUNDED, Cue.DONE),
        (State.USE_REFUND, Cue.ACT),
        (State.NO_PAYMENT_FOUND, Cue.ACT),
        (State.NOT_SENT, Cue.ACT),
        (State.CALL_SUPPORT, Cue.CALL),
        (State.SETUP_PROBLEM, Cue.CALL),
    ],
)
def test_every_end_has_its_sound(state: State, cue: Cue) -> None:
    assert cue_of(replace(FULL_CASE, state=state)) is cue


def test_an_end_is_news_once() -> None:
    assert is_news(pending(), REFUNDED)
    assert is_news(pending(), CALLING)
    assert is_news(pending(), pending(variant="stopped"))
    assert not is_news(pending(), pending(tries=4))
    assert not is_news(REFUNDED, REFUNDED)
    assert not is_news(None, REFUNDED)
    assert is_news(None, replace(FULL_CASE, state=State.PAID_LATE))
    assert not is_worked(pending(stopped="S-02"))


def test_one_strip_names_the_case_that_needs_a_person_most() -> None:
    words = words_of("en")
    news = news_of((REFUNDED,), words)
    assert (news.tone, news.icon, news.word) == ("done", "tick", "Done")
    assert (news.title, news.sentence) == ("K7-204 · ¥128.00", "Cancelled, the money is on its way back")
    both = news_of((CALLING, REFUNDED), words)
    assert (both.word, both.title) == ("Call", "K7-205 · ¥128.00")
    assert both.sentence == "Call the manager · 1 more ended"
    newer = replace(REFUNDED, id="3")
    assert weightiest((REFUNDED, newer)) is newer
    assert news_of((PLAIN_CASE,), words).title == "K7-204"
    assert news_of((pending(variant="stopped"),), words).tone == "call"


@pytest.mark.parametrize("language", [*LANGUAGES, "qps"])
@pytest.mark.parametrize(("state", "variant"), CELLS)
def test_every_state_can_be_told(state: State, variant: str, language: str) -> None:
    news = news_of((replace(FULL_CASE, state=state, variant=variant),), words_of(language))
    assert all((news.tone, news.icon, news.word, news.title, news.sentence))
    assert not any(word in news.sentence.lower() for word in ("success", "arrived", "成功", "到账", "到帳"))
