"""The drill: every group is met, one answer is right, and what the card says is never contradicted."""

from dataclasses import replace
from random import Random

import pytest

from pos_cancel.domain.case import State
from pos_cancel.domain.languages import LANGUAGES
from pos_cancel.presenters.card import present
from pos_cancel.presenters.drill import Drill, Question, draw, tell
from pos_cancel.presenters.drill_stories import DANGEROUS, STORIES, Group, Story
from tests.unit.spoken_cases import NOW, SHOP, words_of

SEEDS = range(60)
NAMES = [story.name for story in STORIES]
DONE_BACK = {"refunded", "cancelled"}
# Of which stories each answer would be true: written down apart from the stories, to find a second right one.
TRUE_OF: dict[str, set[str]] = {
    "nothing_paid": {"closed", "unscanned"},
    "old_code": {"unscanned", "closed"},
    "on_its_way": {"refunded"},
    "if_paid": DONE_BACK,
    "compare": {"not_found", "wrong_number"},
    "scan_again": {"wrong_number", "not_found"},
    "keep_here": {"silent", "background", "funds", "processing", "unknown"},
    "slip": {"silent", "background"},
    "later": {"funds"},
    "wait": {"processing"},
    "manager_refunds": {"too_late", "part_back", "paid_late"},
    "record": {"all_back"},
    "only_rest": {"part_back"},
    "manager_looks": {"perhaps_back", "all_back", "part_back"},
    "take_goods": {"kept"},
    "send_again": {"not_sent"},
    "paid_after": {"paid_late"},
    "manager_calls": {"unknown"},
    "support_lifts": {"refused"},
    "refund_too": {"paid_late", "too_late"},
    "press_again": set(),
    "cash": set(),
    "pay_again": set(),
    "arrived": set(),
    "failed": set(),
    "by_itself": set(),
    "whole": {"too_late", "paid_late"},
    "old_works": set(),
}


def drawn(seed: int) -> tuple[Question, ...]:
    return draw(Random(seed), NOW)


def question_of(story: Story) -> Question:
    return next(q for seed in range(500) for q in drawn(seed) if q.story is story)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_drill_has_ten_cases_and_meets_every_group_once(seed: int) -> None:
    questions = drawn(seed)
    assert sorted(question.story.group for question in questions) == sorted(Group)
    assert len({question.case.number for question in questions}) == 10
    assert all(question.case.training for question in questions)


@pytest.mark.parametrize("seed", SEEDS)
def test_of_four_answers_one_is_right_and_one_would_do_harm(seed: int) -> None:
    for question in drawn(seed):
        assert len(set(question.answers)) == 4
        assert [answer for answer in question.answers if question.is_right(answer)] == [question.story.right]
        assert [answer for answer in question.answers if question.story.name in TRUE_OF[answer]] == [
            question.story.right
        ]
        assert DANGEROUS.intersection(question.answers)


def test_the_right_answer_stands_at_every_place() -> None:
    places = {question.answers.index(question.story.right) for seed in SEEDS for question in drawn(seed)}
    assert places == {0, 1, 2, 3}


def test_the_same_chance_draws_the_same_cases() -> None:
    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def test_every_story_is_told_in_the_long_run() -> None:
    assert {question.story.name for seed in SEEDS for question in drawn(seed)} == set(NAMES)


def test_the_states_that_a_cashier_meets_are_all_there() -> None:
    # Rare, or a manager's: a till that is not set up, an end before this cancel, a cancel taken back.
    rare = {State.SENDING, State.SETUP_PROBLEM, State.ALREADY_CLOSED, State.WITHDRAWN}
    assert {story.state for story in STORIES} == set(State) - rare


@pytest.mark.parametrize("language", [*LANGUAGES, "qps"])
@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_a_story_is_told_in_whole_sentences(story: Story, language: str) -> None:
    question, words = question_of(story), words_of(language)
    told = tell(question, words)
    for sentence in (told.story, told.why, *(text for _, text in told.answers)):
        assert sentence[-1] in ".?。？]"
        assert "{" not in sentence
    assert str(question.case.amount) in told.sale
    assert question.case.number[-4:] in told.sale
    assert told.say in dict(told.answers).values()
    assert str(question.case.amount) in told.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_answers_read_alike(language: str) -> None:
    words = words_of(language)
    texts = [words.text(f"drill.answer.{name}") for name in TRUE_OF]
    assert len(set(texts)) == len(TRUE_OF)
    assert {key.rpartition(".")[2] for key in words.keys if key.startswith("drill.answer.")} == set(TRUE_OF)


@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_the_card_is_the_tills_own(story: Story) -> None:
    card = present(question_of(story).case, NOW, words_of("en"), SHOP)
    assert card.state == story.state.value
    assert card.training
    assert card.headline
    assert card.dont


def test_a_part_that_went_back_is_told_with_its_amount() -> None:
    part = question_of(next(story for story in STORIES if story.refunded))
    assert str(part.case.refunded) in tell(part, words_of("en")).story


def test_a_drill_counts_what_was_right_and_keeps_what_was_not() -> None:
    drill = Drill(drawn(1))
    for place, question in enumerate(drill.questions):
        assert not drill.is_over
        wrong = next(answer for answer in question.answers if not question.is_right(answer))
        drill = drill.answered(wrong if place in {2, 5} else question.story.right)
    assert drill.is_over
    assert drill.missed == (2, 5)
    assert drill.right == 8
    assert replace(drill, given=()).missed == ()
