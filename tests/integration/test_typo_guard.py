"""The typo corpus in small: `bench` types ten thousand slips, this test a few hundred from the same seed."""

from tests.bench.typo_corpus import run_corpus

SLIPS = 800


def test_the_receipt_that_was_meant_is_offered_and_a_good_number_is_not_marked() -> None:
    tally = run_corpus(SLIPS)
    assert tally.cases + tally.another_sale == SLIPS
    assert tally.offered_share >= 0.95, tally.missed[:10]
    assert tally.odd_share < 0.01
