"""Cards as plain text: the same words, in lines and columns."""

from dataclasses import replace

import pytest

from pos_cancel.domain.errors import InvalidNumber, PosCancelError
from pos_cancel.domain.money import Money
from pos_cancel.presenters.card import present
from pos_cancel.presenters.lookup_card import present_lookup
from pos_cancel.presenters.terminal import (
    WIDTH,
    card_text,
    error_text,
    list_text,
    lookup_text,
    width_of,
)
from tests.unit.spoken_cases import (
    NOW,
    PAID_SALE,
    PLAIN_CASE,
    PROFILE,
    SHOP,
    look_at,
    pending,
    words_of,
)


def test_a_case_in_lines() -> None:
    words = words_of("en")
    assert card_text(present(pending(training=True), NOW, words, SHOP), words).splitlines() == [
        "TRAINING · no real money moves · 演练",
        "Working · K7-204 · Try 3 · until 17:00 · next in 0:08",
        "Not sure yet. We keep trying. (Try 3, next in 0:08)",
        "  Do     Keep goods and receipt. You may serve the next customer.",
        "  Don't  Do not take payment again. No refund: not in cash, not in the portal.",
        "¥128.00 · paid 14:32 today · receipt 20261121-4821",
        "This try did not leave the till. An earlier one may have arrived.",
    ]


def test_long_sentences_are_folded_under_their_own_column() -> None:
    words = words_of("qps")
    card = present(pending(variant="background"), NOW, words, SHOP)
    folded = [line for line in card_text(card, words).splitlines() if line.startswith("  ")]
    assert len(folded) > 2
    assert all(width_of(line) <= WIDTH + 2 for line in folded)


def test_a_look_in_lines() -> None:
    words = words_of("en")
    sale = replace(PAID_SALE, amount=Money(950, "USD"))
    card = present_lookup(look_at(sale), NOW, words, SHOP, profile=PROFILE, scanned=False)
    assert lookup_text(card, words).splitlines() == [
        "Cancel this sale?",
        "USD 9.50 · Paid · Paid 14:32 today",
        "Receipt number 20261121-4821 · Account Alipay in-store",
        "The last moment for a cancel is not known",
        "USD 9.50 goes back to the customer in full.",
        "! The number was typed, not scanned. Compare it with the receipt.",
    ]


def test_a_list_stands_in_columns_in_chinese_too() -> None:
    words = words_of("zh_CN")
    cases = (pending(), PLAIN_CASE, pending(variant="stopped", training=True))
    strip, *lines = list_text([present(case, NOW, words, SHOP) for case in cases], words, "-").splitlines()
    assert strip.startswith("TRAINING")
    starts = {
        width_of(line[: line.index(word)]) for line, word in zip(lines, ("处", "已", "找"), strict=True)
    }
    assert starts == {8}
    amounts = {width_of(line[: line.index(word)]) for line, word in zip(lines, ("¥", "金", "¥"), strict=True)}
    assert len(amounts) == 1


def test_an_empty_list_says_so() -> None:
    assert list_text([], words_of("en"), "No open cases.") == "No open cases."


@pytest.mark.parametrize(
    ("error", "language", "text"),
    [
        (InvalidNumber("Too long.", "Scan again."), "en", "Too long. Scan again."),
        (PosCancelError("Odd."), "en", "Odd."),
        (
            InvalidNumber("Too long.", "Scan again."),
            "zh_CN",
            "这不可能是订单的号码。请重扫小票，或输入小票上印的号码。",
        ),
    ],
)
def test_a_fault_is_one_sentence_and_a_way_on(error: PosCancelError, language: str, text: str) -> None:
    assert error_text(error, words_of(language)) == text


def test_a_fault_without_words_in_a_language_is_told_in_its_own() -> None:
    class OddFault(PosCancelError):
        code = "odd"

    assert error_text(OddFault("It is odd.", "Wait."), words_of("zh_TW")) == "It is odd. Wait."
