"""The list of open cases, earliest deadline first: where each stands, and the first of them in full.

A till can have so many open cases that reading them all takes seconds. Their places are light; a case is
read when it is looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pos_cancel.domain.case import Case

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# Later than any deadline: a case without one comes last.
NO_DEADLINE = 2**63 - 1

# Deadline, opening (both in microseconds since 1970) and id; places sort as the list does.
Place = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """All places in order, and some of their cases, the first ones."""

    places: tuple[Place, ...] = ()
    cases: tuple[Case, ...] = ()


def micros(at: datetime) -> int:
    """Give the microseconds since 1970 UTC; `at` must be aware (else TypeError)."""
    return (at - EPOCH) // MICROSECOND


def moment(micros_since_1970: int) -> datetime:
    """Give the time in UTC that `micros` was made from."""
    return EPOCH + micros_since_1970 * MICROSECOND


def place_of(case: Case) -> Place:
    """Give where an open case stands on the list."""
    deadline = NO_DEADLINE if case.deadline is None else micros(case.deadline)
    return (deadline, micros(case.opened_at), case.id)


def listing_of(cases: Iterable[Case]) -> Listing:
    """List those of the cases that are open, all in full."""
    found = sorted((case for case in cases if case.is_open), key=place_of)
    return Listing(tuple(map(place_of, found)), tuple(found))
