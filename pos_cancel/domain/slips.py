"""Which numbers a person may have meant: all that are one slip of the finger or of the eye away."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from pos_cancel.domain.receipt import Receipt

DIGITS = "0123456789"
# What is taken for each other on a worn print; each pair both ways.
LOOKALIKES = "17 38 56 08 68 49 06 27 14 35 89 69 03 0O 0D 1I 1l 8B 5S 2Z 6G"
MOST_OFFERED = 3
# Longer numbers are scanned. Up to here there are at most 1,500 numbers one slip away.
LONGEST = 64
LIKELY, POSSIBLE, RARE = 1, 2, 3
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def _twins() -> Mapping[str, str]:
    twins: dict[str, str] = {}
    for pair in LOOKALIKES.split():
        one, other = pair[0], pair[1]
        twins[one] = twins.get(one, "") + other
        twins[other] = twins.get(other, "") + one
    return twins


TWINS = _twins()


def slips(number: str) -> Mapping[str, int]:
    """Give every number one slip away with how far-fetched it is, the likeliest first."""
    found: dict[str, int] = {}
    for made, cost in (
        (_swapped(number), LIKELY),
        (_typed_twice(number), LIKELY),
        (_misread(number), LIKELY),
        (_dropped(number), POSSIBLE),
        (_wrong(number), POSSIBLE),
        (_added(number), RARE),
    ):
        for other in made:
            found.setdefault(other, cost)
    found.pop(number, None)
    found.pop("", None)
    return found


def nearest(number: str, receipts: Iterable[Receipt], costs: Mapping[str, int]) -> tuple[Receipt, ...]:
    """Give the receipts that were probably meant: the likeliest slip first, then the newest, each once."""
    known = {receipt.number: receipt for receipt in sorted(receipts, key=_time) if receipt.number in costs}
    ranked = sorted(known.values(), key=_time, reverse=True)
    ranked.sort(key=lambda receipt: (costs[receipt.number], _distance(number, receipt.number)))
    return tuple(ranked[:MOST_OFFERED])


def _time(receipt: Receipt) -> datetime:
    return receipt.at or LONG_AGO


def _distance(number: str, other: str) -> int:
    # A slip of the same length is seen at once when the two are compared; of equal ones it comes first.
    return abs(len(number) - len(other))


def _swapped(number: str) -> Iterator[str]:
    for place in range(len(number) - 1):
        yield number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def _typed_twice(number: str) -> Iterator[str]:
    for place in range(len(number) - 1):
        if number[place] == number[place + 1]:
            yield number[:place] + number[place + 1 :]


def _misread(number: str) -> Iterator[str]:
    for place, character in enumerate(number):
        for twin in TWINS.get(character, ""):
            yield number[:place] + twin + number[place + 1 :]


def _wrong(number: str) -> Iterator[str]:
    for place, character in enumerate(number):
        if character in DIGITS:
            for digit in DIGITS:
                yield number[:place] + digit + number[place + 1 :]


def _dropped(number: str) -> Iterator[str]:
    for place in range(len(number) + 1):
        for character in _alphabet(number):
            yield number[:place] + character + number[place:]


def _alphabet(number: str) -> Sequence[str]:
    """Give what a person may have left out: a digit, or the mark that parts the number."""
    marks = sorted({character for character in number if not character.isalnum()})
    return (*DIGITS, *(marks[:1] or ["-"]))


def _added(number: str) -> Iterator[str]:
    for place in range(len(number)):
        yield number[:place] + number[place + 1 :]
