"""What a person without a receipt is offered on the training till."""

import pytest

from pos_cancel import bootstrap
from pos_cancel.adapters.training_numbers import ENDINGS, numbers_to_try
from pos_cancel.domain.languages import LANGUAGES
from tests.unit.spoken_cases import words_of


def test_every_number_is_one_of_the_training_day_and_names_its_story() -> None:
    with bootstrap.training_shop() as (shop, _), bootstrap.open_journal(shop) as journal:
        offers = numbers_to_try(journal)
    assert [story for _, story in offers] == list(ENDINGS)
    assert all(number.endswith(end) for (number, _), end in zip(offers, ENDINGS.values(), strict=True))
    # Only the mistyped one stands on no receipt.
    assert [number for number, _ in offers if number in ENDINGS.values()] == [ENDINGS["mistyped"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_what_each_shows(language: str) -> None:
    said = [words_of(language).text(f"gui.try.{story}") for story in ENDINGS]
    assert len(set(said)) == len(ENDINGS)
