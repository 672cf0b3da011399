"""Which numbers are one slip away, and which known receipt was probably meant."""

from datetime import UTC, datetime

import pytest

from pos_cancel.domain.receipt import Receipt
from pos_cancel.domain.slips import LONGEST, nearest, slips

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TYPED = "20261121-4821"


def receipt(number: str, hour: int | None = 12) -> Receipt:
    return Receipt(profile="till", number=number, at=None if hour is None else NOON.replace(hour=hour))


@pytest.mark.parametrize(
    ("meant", "cost"),
    [
        ("20261121-8421", 1),
        ("2026121-4821", 1),
        ("20261127-4821", 1),
        ("20261121-4829", 2),
        ("20261121-48210", 2),
        ("20261121--4821", 2),
        ("2026112-4821", 3),
        ("202611214821", 3),
        ("20261121-482l", 1),
    ],
)
def test_every_slip_has_its_likelihood(meant: str, cost: int) -> None:
    assert slips(TYPED)[meant] == cost


def test_the_number_itself_is_no_slip_and_a_single_digit_leaves_none_empty() -> None:
    assert TYPED not in slips(TYPED)
    assert "" not in slips("7")
    assert "-7" in slips("7")


def test_the_longest_number_has_at_most_1500() -> None:
    assert len(slips("20261121" * (LONGEST // 8))) <= 1500


def test_the_likeliest_comes_first_then_the_newest_each_once_three_at_most() -> None:
    known = [
        receipt("20261121-4829", 13),
        receipt("20261121-4820", 14),
        receipt("20261121-8421", 9),
        receipt("20261121-8421", 8),
        receipt("20261121-4825", None),
        receipt("nothing like it"),
    ]
    offered = nearest(TYPED, known, slips(TYPED))
    assert [(each.number, each.at and each.at.hour) for each in offered] == [
        ("20261121-8421", 9),
        ("20261121-4820", 14),
        ("20261121-4829", 13),
    ]
    assert nearest(TYPED, [], slips(TYPED)) == ()
