"""What this shop's numbers look like, learnt from those it had: kinds of characters, lengths, beginnings.

A form writes a number down by its kinds: `TA-20261121-0007` is `TA-d8-d4`. Letters before the first digit
stand as they are, for they name the shop or the till; after it `A` and `a` stand for letters and `d` for
digits, each with how many there are.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby, takewhile

from pos_cancel.domain.identifiers import trade_day

# A form that was never seen is odd only where at most one good number in 200 brings a new one.
RARE = 0.005
# So many forms of one account are told apart; a shop with more has numbers without a form.
MOST_FORMS = 500
REST = ""
LONGEST_LETTERS = 12
NEARLY_TRADE_NO = re.compile(r"20\d{24,25}|20\d{27,28}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Form:
    """How often a form was seen, how long its numbers are, and how all of them begin."""

    count: int
    length: int
    beginning: str

    def with_one_more(self, number: str) -> "Form":
        """Give what is known after one more number of this form."""
        return Form(self.count + 1, self.length, _common(self.beginning, number))


Forms = Mapping[str, Form]


def form_of(number: str) -> str:
    """Give the form of a number."""
    letters = "".join(takewhile(lambda each: each not in "0123456789", number))[:LONGEST_LETTERS]
    kinds = ((kind, len(list(run))) for kind, run in groupby(number[len(letters) :], _kind))
    return letters + "".join(f"{kind}{count}" if kind in "dAaw" else kind * count for kind, count in kinds)


def _kind(character: str) -> str:
    if character.isascii():
        if character.isdigit():
            return "d"
        return ("A" if character.isupper() else "a") if character.isalpha() else character
    return "w"


def learn(forms: Forms, numbers: Iterable[str]) -> dict[str, Form]:
    """Give the forms after these numbers; those beyond the most are counted together."""
    known = dict(forms)
    for number in numbers:
        form = form_of(number)
        if form not in known and len(known) >= MOST_FORMS:
            form = REST
        length = len(number) if form else 0
        known[form] = known.get(form, Form(0, length, number)).with_one_more(number)
    return known


def fit(number: str, forms: Forms) -> int:
    """Tell how well a number goes with what was seen: 2 form and beginning, 1 the form alone, 0 neither."""
    form = forms.get(form_of(number))
    if form is None:
        return 0
    return 2 if number.startswith(form.beginning) else 1


def is_odd(number: str, forms: Forms) -> bool:
    """Tell whether a number does not look like the shop's own, nor like a gateway's.

    Where new forms keep coming only the length is held against it, and where lengths do too, nothing is.
    """
    if trade_day(number) is not None or form_of(number) in forms:
        return False
    if NEARLY_TRADE_NO.fullmatch(number):
        return True
    rest = forms[REST].count if REST in forms else 0
    told = [seen for form, seen in forms.items() if form != REST]
    if _surprise([seen.count for seen in told], rest) <= RARE:
        return True
    lengths: Counter[int] = Counter()
    for seen in told:
        lengths[seen.length] += seen.count
    return _surprise(lengths.values(), rest) <= RARE and len(number) not in lengths


def _surprise(counts: Iterable[int], rest: int) -> float:
    """Estimate how likely a good number is of a kind not seen before, by what was seen once (Turing)."""
    known = list(counts)
    return (known.count(1) + rest + 1) / (sum(known) + rest + 1)


def _common(one: str, other: str) -> str:
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(first for first, _ in pairs)
