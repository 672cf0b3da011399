"""What a person without a receipt is offered on the training till."""

from pos_cancel import bootstrap
from pos_cancel.adapters.training_numbers import ENDINGS, numbers_to_try
from tests.unit.spoken_cases import words_of


def test_every_number_is_one_of_the_training_day_and_says_what_it_shows() -> None:
    words = words_of("en")
    with bootstrap.training_shop() as (shop, _), bootstrap.open_journal(shop) as journal:
        offers = numbers_to_try(journal, words.text)
    assert [said for _, said in offers] == [words.text(f"gui.try.{name}") for name in ENDINGS]
    assert all(number.endswith(end) for (number, _), end in zip(offers, ENDINGS.values(), strict=True))
    # Only the mistyped one stands on no receipt.
    assert [number for number, _ in offers if number in ENDINGS.values()] == [ENDINGS["mistyped"]]
