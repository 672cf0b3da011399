"""What counts as the receipt's amount, as a name, as the same number; and a scanner's rhythm."""

import pytest

from pos_cancel.domain.money import Money
from pos_cancel.gui.answers import complaints
from pos_cancel.gui.wedge import Wedge
from tests.unit.spoken_cases import words_of

EN = words_of("en")


@pytest.mark.parametrize(
    "text", ["128.00", "128", "128.0", "¥128.00", "CNY 128.00", " 128.00 ", "128.00 CNY"]
)
def test_an_amount_is_taken_as_the_receipt_writes_it(text: str) -> None:
    assert not complaints({"amount": text}, EN, amount=Money(12800, "CNY"))


@pytest.mark.parametrize("text", ["", "12.80", "1,28", "128.001", "-128", "¥", "12800", "128 00", "１２８"])
def test_another_amount_is_refused_with_a_sentence(text: str) -> None:
    said = complaints({"amount": text}, EN, amount=Money(12800, "CNY"))
    assert said == {"amount": "This is not the amount of the sale. Compare the receipt."}


def test_thousands_and_currencies_without_decimals() -> None:
    assert not complaints({"amount": "1,234,567.89"}, EN, amount=Money(123456789, "USD"))
    assert not complaints({"amount": "JPY 12,800"}, EN, amount=Money(12800, "JPY"))
    assert complaints({"amount": "128.00"}, EN, amount=None)


def test_names_numbers_and_reasons() -> None:
    assert not complaints(
        {"manager": "林美", "again": " 20261121-4821", "reason": "ok"}, EN, number="20261121-4821"
    )
    wrong = complaints({"manager": "28", "again": "20261121-4820", "reason": ""}, EN, number="20261121-4821")
    assert set(wrong) == {"manager", "again", "reason"}


def run(wedge: Wedge, text: str, gap_ms: int, start_ms: int = 0) -> int:
    """Type the text; gives when the next key would come."""
    for place, character in enumerate(text):
        wedge.character(character, start_ms + place * gap_ms)
    return start_ms + len(text) * gap_ms


@pytest.mark.parametrize(
    ("text", "gap_ms", "is_scan"),
    [("12345678", 0, True), ("12345678", 60, True), ("12345678", 61, False), ("1234567", 5, False)],
)
def test_a_scan_is_eight_fast_characters(text: str, gap_ms: int, is_scan: bool) -> None:
    wedge = Wedge()
    end_ms = run(wedge, text, gap_ms)
    assert wedge.ended(end_ms) == (text if is_scan else "")


def test_a_slow_enter_makes_it_typed() -> None:
    wedge = Wedge()
    end_ms = run(wedge, "12345678", 10)
    assert wedge.ended(end_ms + 100) == ""


def test_what_was_typed_before_is_no_part_of_the_scan() -> None:
    wedge = Wedge()
    run(wedge, "99", 200)
    end_ms = run(wedge, "12345678", 5, start_ms=2_000)
    assert wedge.ended(end_ms) == "12345678"
    assert wedge.ended(end_ms) == ""


def test_a_correction_breaks_the_run() -> None:
    wedge = Wedge()
    run(wedge, "12345678", 5)
    wedge.broken()
    assert wedge.ended(45) == ""
