"""Help with a number before anything is sent: which account it is of, whether it is odd, what was meant.

Nothing here asks a gateway, and no account is ever tried by itself (outcomes.md R9; gateways.md T43).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pos_cancel.domain.identifiers import OUTER_BLANKS, trade_day
from pos_cancel.domain.profile import Profile
from pos_cancel.domain.receipt import Receipt
from pos_cancel.domain.shape import Forms, fit, is_odd
from pos_cancel.domain.slips import LONGEST, nearest, slips
from pos_cancel.engine.ports import Journal

OWNER, UNLEARNT = 10, 1


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The accounts a number may be of, the likeliest first; `is_clear` where no other is as likely."""

    number: str
    profiles: tuple[str, ...]
    is_clear: bool


def suggested(journal: Journal, text: str, profiles: Iterable[Profile], preferred: str) -> Suggestion:
    """Give the accounts that a number may be of.

    `preferred` is the account in use; it comes first where nothing speaks for another.
    """
    number = text.strip(OUTER_BLANKS)
    named = list(profiles)
    forms = {profile.name: journal.forms(profile.name) for profile in named}
    return ranked(number, named, journal.owners(number), forms, preferred)


def ranked(
    number: str,
    profiles: Sequence[Profile],
    owners: Sequence[str],
    forms: Mapping[str, Forms],
    preferred: str,
) -> Suggestion:
    """Rank the accounts: who has the number, then whose numbers look like it, then of whom nothing is known.

    An account whose numbers all look different is left out, unless nothing is left then.
    """
    scores = {profile.name: _score(number, profile.name, owners, forms) for profile in profiles}
    plausible = [name for name, score in scores.items() if score > 0] or list(scores)
    first = sorted(plausible, key=lambda name: (-scores[name], name != preferred))
    best = [name for name in first if scores[name] == scores[first[0]]]
    return Suggestion(number, tuple(first), is_clear=len(best) == 1 or preferred in best)


def _score(number: str, name: str, owners: Sequence[str], forms: Mapping[str, Forms]) -> int:
    if name in owners:
        return OWNER
    known = forms[name]
    # The gateways' own numbers look alike everywhere.
    if not known or trade_day(number) is not None:
        return UNLEARNT
    return 2 * fit(number, known)


def others(journal: Journal, number: str, profiles: Iterable[Profile], tried: Profile) -> tuple[str, ...]:
    """Give the accounts to offer after the gateway of one did not know the number; training stays apart."""
    rest = [each for each in profiles if each.name != tried.name and each.is_training == tried.is_training]
    return suggested(journal, number, rest, "").profiles


def looks_odd(journal: Journal, profile: str, number: str) -> bool:
    """Tell whether the number looks unlike those of the account, so that a person should read it again."""
    return is_odd(number, journal.forms(profile))


def known_nearby(journal: Journal, number: str) -> tuple[Receipt, ...]:
    """Give the known receipts that are one slip away, the likeliest first, three at most."""
    if len(number) > LONGEST:
        return ()
    costs = slips(number)
    return nearest(number, journal.known_among(tuple(costs)), costs)
