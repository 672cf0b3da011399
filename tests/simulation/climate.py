"""The weather of one run, drawn from its seed: which faults there are, and how often.

Every run has a few kinds of fault and none of the others, so that each kind is met alone, with some others
and with all (swarm testing). A kind can be taken out by name, to find the least of them that still fails.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass, field

# What may happen to one exchange.
FATES = (
    "unsent",
    "lost",
    "unheard",
    "late",
    "doubled",
    "truncated",
    "altered",
    "unsigned",
    "forged",
    "foreign",
    "replayed",
    "http",
    "moody",
)
# What may happen to the till and by its people; each is a share or a rate per hour, see `Climate.drawn`.
TROUBLES = (
    "crash",
    "jump",
    "skew",
    "disk",
    "keys",
    "command",
    "people",
    "wrong_date",
    "no_date",
    "cursed",
    "odd",
)


@dataclass(frozen=True, slots=True)
class Climate:
    """How often each fault comes; a name that is missing never does.

    Where `odd` sales are to be odd in some ways only, those are named beside it with any rate.
    """

    rates: dict[str, float] = field(default_factory=dict)

    def rate(self, name: str) -> float:
        """Give the rate of a kind."""
        return self.rates.get(name, 0.0)

    def fate(self, rng: random.Random) -> str:
        """Draw what happens to an exchange; "" for nothing at all."""
        draw = rng.random()
        for name in FATES:
            draw -= self.rates.get(name, 0.0)
            if draw < 0:
                return name
        return ""


CALM = Climate()


def drawn(rng: random.Random, without: Collection[str] = ()) -> Climate:
    """Draw a climate: about half of the kinds, together in at most 70 % of the exchanges."""
    fates = {name: 10 ** rng.uniform(-2.0, -0.6) for name in FATES if rng.random() < 0.5}
    most = max(1.0, sum(fates.values()) / 0.7)
    rates = {name: rate / most for name, rate in fates.items()}
    for name in TROUBLES:
        chosen, rate = rng.random() < 0.5, 10 ** rng.uniform(-2.0, -0.3)
        if chosen:
            rates[name] = rate
    return Climate({name: rate for name, rate in rates.items() if name not in without})
