"""Receipts that may have been meant, as lines and as JSON, and where they are shown."""

from datetime import timedelta

import pytest

from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import NotFound
from pos_cancel.domain.receipt import Receipt
from pos_cancel.presenters.case_json import lookup_json
from pos_cancel.presenters.lookup_card import present_lookup
from pos_cancel.presenters.nearby import receipt_line
from pos_cancel.presenters.terminal import lookup_text
from tests.unit.spoken_cases import NOW, PAID_SALE, PROFILE, SHOP, look, look_at, words_of

FULL = Receipt(
    profile="shop-1", number="R-1", amount=Money(12800, "CNY"), at=NOW - timedelta(hours=1), ref="K7-9"
)
BARE = Receipt(profile="shop-1", number="R-2")


@pytest.mark.parametrize(
    ("receipt", "line"), [(FULL, "R-1 · ¥128.00 · 14:32"), (BARE, "R-2")], ids=["full", "bare"]
)
def test_a_receipt_says_what_is_known_of_it(receipt: Receipt, line: str) -> None:
    assert receipt_line(receipt, NOW, words_of("en"), SHOP) == line


def test_a_look_tells_them_as_json() -> None:
    told = lookup_json(look(NotFound(), odd=True, near=(FULL, BARE), others=("shop-2",)))
    assert (told["odd"], told["other_profiles"]) == (True, ["shop-2"])
    assert told["nearest"] == [
        {
            "profile": "shop-1",
            "number": "R-1",
            "amount": "128.00",
            "currency": "CNY",
            "time": "2026-11-21T13:32:00Z",
            "case": "K7-9",
        },
        {"profile": "shop-1", "number": "R-2", "amount": None, "currency": None, "time": None, "case": None},
    ]


def test_a_card_warns_of_an_odd_number_and_offers_receipts_and_the_next_account() -> None:
    words = words_of("en")
    seen = look(NotFound(), odd=True, near=(FULL,), others=("shop-2", "shop-3"))
    card = present_lookup(seen, NOW, words, SHOP, profile=PROFILE, scanned=True)
    assert words.text("lookup.warning.odd") in card.warnings
    assert (card.near, card.other_account) == ((("R-1", "R-1 · ¥128.00 · 14:32"),), "shop-2")
    text = lookup_text(card, words)
    assert "Meant one of these?\n  R-1 · ¥128.00 · 14:32\n" in text
    assert "--profile shop-2" in text


def test_a_sale_that_was_found_is_not_doubted() -> None:
    words = words_of("en")
    card = present_lookup(look_at(PAID_SALE, odd=True), NOW, words, SHOP, profile=PROFILE, scanned=True)
    assert words.text("lookup.warning.odd") not in card.warnings
    assert (card.near_title, card.near, card.other_account) == ("", (), "")
