"""Fingerprints as they are read out."""

import pytest

from pos_cancel.presenters.fingerprints import grouped


@pytest.mark.parametrize(
    ("text", "told"), [("", ""), ("1a2b", "1a2b"), ("1a2b3", "1a2b 3"), ("1a2b3c4d", "1a2b 3c4d")]
)
def test_four_at_a_time(text: str, told: str) -> None:
    assert grouped(text) == told
