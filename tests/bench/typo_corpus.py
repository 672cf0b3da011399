"""Figure "typo guard": mistyped receipts of made-up shops, and how often the one that was meant is offered.

Each shop writes its numbers in its own way. A slip that happens to be another receipt of the shop is counted
apart: the gateway finds that one, and the amount of the receipt stands against it (outcomes.md R10).
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.orders import Order
from pos_cancel.domain.slips import TWINS
from pos_cancel.engine.suggest import known_nearby, looks_odd

SEED = 20261121
FIRST_DAY = datetime(2026, 11, 1, 9, tzinfo=UTC)
DAYS, A_DAY = 20, 150
FRESH = 50
LOOK_ALIKE_SHARE = 0.7
Writer = Callable[[random.Random, datetime, int], str]


def by_clock(_: random.Random, at: datetime, count: int) -> str:
    """Give date, time, till and a running number, all digits."""
    return f"{at:%Y%m%d%H%M%S}{count % 4 + 1:02d}{count % 10_000:04d}"


def by_day(_: random.Random, at: datetime, count: int) -> str:
    """Give shop, date and the day's running number."""
    return f"TA-{at:%Y%m%d}-{count % A_DAY + 1:06d}"


def by_chance(chance: random.Random, _: datetime, __: int) -> str:
    """Give 16 digits without any order."""
    return f"{chance.randrange(10**16):016d}"


def by_mixture(chance: random.Random, at: datetime, _: int) -> str:
    """Give a date and eight characters, letters and digits mixed."""
    return f"{at:%y%m%d}" + "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=8))


SHOPS: dict[str, Writer] = {
    "by-clock": by_clock,
    "by-day": by_day,
    "by-chance": by_chance,
    "by-mixture": by_mixture,
}


@dataclass
class Tally:
    """What came of the corpus."""

    cases: int = 0
    offered: int = 0
    another_sale: int = 0
    correct: int = 0
    marked_odd: int = 0
    missed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def offered_share(self) -> float:
        """How many of the slips that no gateway knows had the right receipt among the first three."""
        return self.offered / max(self.cases, 1)

    @property
    def odd_share(self) -> float:
        """How many correct new numbers were marked odd."""
        return self.marked_odd / max(self.correct, 1)


def numbers_of(writer: Writer, chance: random.Random, day: int, count: int) -> list[tuple[str, datetime]]:
    """Write a day's receipts with their times."""
    opened = FIRST_DAY + timedelta(days=day)
    minutes = sorted(chance.sample(range(12 * 60), count))
    return [
        (writer(chance, opened + timedelta(minutes=minute, seconds=chance.randrange(60)), place), opened)
        for place, minute in enumerate(minutes)
    ]


def dropped(number: str, place: int, _: random.Random) -> str:
    """Leave a digit out."""
    return number[:place] + number[place + 1 :]


def doubled(number: str, place: int, _: random.Random) -> str:
    """Type a digit twice."""
    return number[:place] + number[place] + number[place:]


def swapped(number: str, place: int, _: random.Random) -> str:
    """Exchange two neighbours."""
    return number[:place] + number[place + 1 : place + 2] + number[place] + number[place + 2 :]


def misread(number: str, place: int, chance: random.Random) -> str:
    """Read a digit as one that looks like it, or now and then as any other."""
    twins = [twin for twin in TWINS.get(number[place], "") if twin.isdigit()]
    like = chance.random() < LOOK_ALIKE_SHARE and twins
    return (
        number[:place] + chance.choice(twins or "0123456789" if like else "0123456789") + number[place + 1 :]
    )


def slips_of(numbers: list[str], chance: random.Random, count: int) -> Iterator[tuple[str, str]]:
    """Give pairs of what was meant and what was typed."""
    while count:
        meant = chance.choice(numbers)
        places = [place for place, each in enumerate(meant) if each.isdigit()]
        typed = chance.choice((dropped, doubled, swapped, misread))(meant, chance.choice(places), chance)
        if typed != meant:
            count -= 1
            yield meant, typed


def run_corpus(count: int, seed: int = SEED) -> Tally:
    """Type `count` slips at four shops, each with a journal of its own, and as many correct numbers."""
    chance, tally = random.Random(seed), Tally()
    for name, writer in SHOPS.items():
        with tempfile.TemporaryDirectory() as folder, Journal.open(Path(folder)) as journal:
            _one_shop(journal, name, writer, chance, count // len(SHOPS), tally)
    return tally


def _one_shop(
    journal: Journal, name: str, writer: Writer, chance: random.Random, count: int, tally: Tally
) -> None:
    known = [row for day in range(DAYS) for row in numbers_of(writer, chance, day, A_DAY)]
    journal.add_orders(
        Order(profile=name, number=number, amount_minor=1 + place, currency="CNY", time=at)
        for place, (number, at) in enumerate(known)
    )
    numbers = [number for number, _ in known]
    listed = set(numbers)
    for meant, typed in slips_of(numbers, chance, count):
        if typed in listed:
            tally.another_sale += 1
            continue
        tally.cases += 1
        found = meant in {receipt.number for receipt in known_nearby(journal, typed)}
        tally.offered += found
        if not found:
            tally.missed.append((meant, typed))
    fresh = [
        row[0]
        for day in range(DAYS, DAYS + max(count // FRESH, 1))
        for row in numbers_of(writer, chance, day, FRESH)
    ]
    tally.correct += len(fresh)
    tally.marked_odd += sum(looks_odd(journal, name, number) for number in fresh)
