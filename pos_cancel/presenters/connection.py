"""Whether it is the connection and not the cashier: judged by what the last exchanges came back with."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from pos_cancel.domain.case import Ask, Case
from pos_cancel.domain.outcome import NotSent, Reason, Signature, Unknown
from pos_cancel.engine.lookup import Lookup
from pos_cancel.presenters.notices import Notice
from pos_cancel.presenters.wording import Wording

# Time-outs and connections that did not come about or broke; what answers, however oddly, is reached.
LOST = frozenset(
    {Reason.DNS, Reason.REFUSED, Reason.CONNECT_TIMEOUT, Reason.SILENCE, Reason.RESET, Reason.CUT}
)
LEAST_LOST = 3
LEAST_TIME = timedelta(minutes=1)
# The longest gap between two rounds is 15 minutes: with no word for longer, nothing is known any more.
LASTS = timedelta(minutes=16)


class Heard(Enum):
    """What one exchange says of the connection."""

    VERIFIED = auto()  # a signed answer: it works
    LOST = auto()
    UNSURE = auto()  # nothing readable came, for a reason that is not told
    OTHER = auto()  # something answered, and it was not the gateway's word


@dataclass(frozen=True, slots=True)
class Connection:
    """How many exchanges in a row were lost, since when, and when the last one was."""

    lost: int = 0
    since: datetime | None = None
    last_at: datetime | None = None

    def after(self, heard: Heard, at: datetime) -> "Connection":
        """Give the connection after one more exchange."""
        if heard is Heard.VERIFIED or (heard is Heard.OTHER and not self.is_down(at)):
            return Connection()
        if heard is Heard.LOST and not self._is_old(at):
            return Connection(self.lost + 1, self.since, at)
        if heard is Heard.LOST:
            return Connection(1, at, at)
        return self if self._is_old(at) else replace(self, last_at=at)

    def is_down(self, now: datetime) -> bool:
        """Tell whether everything of the last minutes was lost."""
        long_enough = self.since is not None and now - self.since >= LEAST_TIME
        return self.lost >= LEAST_LOST and long_enough and not self._is_old(now)

    def _is_old(self, now: datetime) -> bool:
        return self.last_at is None or now - self.last_at > LASTS


def of_look(look: Lookup) -> Heard | None:
    """Give what a look says, None where nothing was asked."""
    if look.reading is None:
        return None
    if look.reading.signature is Signature.VERIFIED:
        return Heard.VERIFIED
    match look.reading.outcome:
        case Unknown(reason) | NotSent(reason) if reason in LOST:
            return Heard.LOST
        case _:
            return Heard.OTHER


def of_case(before: Case, case: Case) -> Heard | None:
    """Give what an exchange of a case says, None where the change was no answer."""
    if before.in_flight is None or case.in_flight is not None:
        return None
    if (before.query, before.refused_key) != (case.query, case.refused_key):
        return Heard.OTHER
    if case.signature is Signature.VERIFIED:
        return Heard.VERIFIED
    # Of an inquiry the case keeps whether it could be read, and not why it could not.
    if before.in_flight is Ask.INQUIRY:
        return Heard.UNSURE if case.signature is Signature.NONE else Heard.OTHER
    return Heard.LOST if case.retry_reason in LOST else Heard.OTHER


def connection_notice(connection: Connection, now: datetime, words: Wording) -> Notice | None:
    """Give the banner, None while the connection is not known to be down."""
    if connection.since is None or not connection.is_down(now):
        return None
    minutes = int((now - connection.since).total_seconds()) // 60
    return Notice(
        key="connection",
        tone="act",
        icon="unplugged",
        word=words.text("notice.connection.word"),
        sentence=words.text("notice.connection.sentence", minutes=minutes),
        detail=words.text("notice.connection.safe"),
    )
