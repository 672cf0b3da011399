"""What the engine needs of the world, as Protocols. The adapters fulfil them; tests bring fakes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pos_cancel.domain.case import Case
from pos_cancel.domain.listing import Listing
from pos_cancel.domain.profile import Profile, Timeouts
from pos_cancel.domain.receipt import Receipt
from pos_cancel.domain.shape import Form
from pos_cancel.gateways.http import Exchange, HttpRequest
from pos_cancel.gateways.signing import Keys


class KeyTrouble(StrEnum):
    """Why there is no key to use now."""

    MISSING = "missing"  # S-01: this profile has no key here
    LOCKED = "locked"  # S-02: the keyring is locked; goes on when it is unlocked
    HUNG = "hung"  # the keyring does not answer
    NO_KEYRING = "no_keyring"  # no keyring service on this till
    REFUSED = "refused"  # a backend that is not allowed for keys
    UNREADABLE = "unreadable"  # what is stored is not a key
    NO_CREDENTIAL = "no_credential"  # S-09: the system gave no key for the sealed store
    WRONG_CREDENTIAL = "wrong_credential"  # S-09: it gave another one than the store was sealed with
    ALTERED = "altered"  # S-09: the sealed file is not as it was written
    OUT_OF_REACH = "out_of_reach"  # S-09: the sealed file cannot be read or written
    LOADING = "loading"  # being fetched; ask again when told

    @property
    def can_pass(self) -> bool:
        """Whether waiting can help (R11)."""
        return self in {KeyTrouble.LOCKED, KeyTrouble.HUNG, KeyTrouble.LOADING}


class KeyStore(Protocol):
    """Keys of a profile. `peek` never blocks: it starts a fetch and says LOADING where one is needed."""

    def peek(self, profile: Profile) -> Keys | KeyTrouble:
        """Give the keys, or why there are none now."""

    def accepted(self, profile: Profile, keys: Keys) -> None:
        """Note that the gateway took a signature made with `keys`, after it had refused another of ours.

        Never blocks: where that was the waiting key, it takes over from the old one in the background.
        """

    def forget(self) -> None:
        """Drop what is cached, so that a key imported since is found."""


class Transport(Protocol):
    """Bytes out, bytes in, within a total deadline. Never raises for what the network does."""

    def send(self, request: HttpRequest, profile: Profile, timeouts: Timeouts) -> Exchange:
        """Do one exchange; called from a sender thread."""

    def close(self) -> None:
        """Let go of idle connections; what is being sent is finished."""


class Lease(Protocol):
    """The right to send for one journal; dies with its process."""

    def acquire(self) -> bool:
        """Take the right if nobody has it; tells whether this process has it now."""

    def release(self) -> None:
        """Give the right back."""


class Clock(Protocol):
    """Wall clock in UTC and a monotonic one."""

    def now(self) -> datetime:
        """Give the time in UTC, aware."""

    def monotonic(self) -> float:
        """Give seconds that only go forward."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a case for the journal: name, time, and fields.

    `fields` are short texts for the chain; `bodies` are request and reply bytes that lie beside it.
    """

    name: str
    at: datetime
    fields: tuple[tuple[str, str], ...] = ()
    bodies: tuple[tuple[str, bytes], ...] = ()


class Journal(Protocol):
    """Append-only events in a keyed hash chain plus one current row per case."""

    def transaction(self) -> AbstractContextManager[None]:
        """Make all writes inside durable together (one flush) or not at all."""

    def write(self, case: Case, entry: Entry) -> None:
        """Append the event and replace the case's row. Durable when the transaction ends."""

    def next_ref(self) -> str:
        """Give the next short reference such as K7-204; never given twice."""

    def get(self, case_id: str) -> Case | None:
        """Give a case by id or short reference."""

    def known_order(self, profile: str, number: str) -> bool:
        """Tell whether the shop's own till handed this number over as an open order of the account."""

    def forms(self, profile: str) -> Mapping[str, Form]:
        """Give what the account's numbers look like, as learnt from its orders and cases."""

    def owners(self, number: str) -> Sequence[str]:
        """Give the accounts that this till knows the number of."""

    def known_among(self, numbers: Collection[str]) -> list[Receipt]:
        """Give the receipts that this till knows among these numbers; fast in a journal of any size."""

    def of_number(self, number: str) -> list[Case]:
        """Give all cases that name this number as receipt or trade number, newest first."""

    def due(self, now: datetime, limit: int, *, behind: bool = True) -> list[Case]:
        """Give cases whose next act is due: those that somebody waits for first, then by time.

        Without `behind` only those (`engine.worklist.is_behind`).
        """

    def next_due(self) -> datetime | None:
        """Give when the next act is due."""

    def open_cases(self) -> list[Case]:
        """Give all open cases, earliest deadline first."""

    def listing(self, full: int) -> Listing:
        """List the open cases, so many of them in full; fast for any number."""

    def cases_of(self, case_ids: Collection[str]) -> list[Case]:
        """Give the cases with these ids, in their order."""

    def waiting(self, profile: str, now: datetime) -> Iterable[Case]:
        """Give the account's open cases that are due later, earliest deadline first, read one by one."""

    def undue(self, profile: str) -> list[str]:
        """Give the ids of the account's open cases for which nothing is planned."""

    def watching(self) -> list[Case]:
        """Give closed cases that are still watched (R14)."""

    def in_flight(self) -> list[Case]:
        """Give cases that were being sent or had not been sent when the till stopped."""

    def history(self, *, since: datetime | None = None, text: str = "", limit: int = 1000) -> Iterable[Case]:
        """Give cases, newest first."""
