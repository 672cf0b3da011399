"""Sans-IO: a case becomes request bytes, reply bytes become an outcome (gateways.md parts A, D, E).

A gateway knows its wire format and its code table; it never opens a connection, reads a clock or a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.domain.outcome import Advice, Reading
from pos_cancel.domain.profile import Profile
from pos_cancel.gateways.http import Exchange, HttpRequest

if TYPE_CHECKING:
    # Loads the cryptographic library, which the window must not wait for.
    from pos_cancel.gateways.signing import Keys

Params = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One row of a code table: what the code asks for, and the S-code of a fault of this till's set-up."""

    advice: Advice
    setup_code: str = ""


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A gateway's codes and presets, from `resources/gateways/<name>.toml`."""

    rows: Mapping[str, CodeRow]
    aliases: Mapping[str, str]
    endpoints: Mapping[str, str]

    def row(self, code: str) -> CodeRow:
        """Give the row of a code, aliases resolved; an unlisted code is a refusal of its own kind."""
        return self.rows.get(self.aliases.get(code, code), CodeRow(Advice.UNLISTED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything that a request about one sale is made from.

    `params` are the frozen parameters of the cancel (outcomes.md R3): every acquire parameter except
    `sign` and `sign_type`, or for the JSON gateways the single pair `("body", text)`. `query` picks the
    inquiry (acquire: "acquire" or "overseas"), `host` the endpoint (0 first, 1 backup). `asked_at` is when
    the request was made, as near to the gateway's clock as is known; None for a reply from a log.
    """

    profile: Profile
    number: SaleNumber
    params: Params = ()
    query: str = ""
    host: int = 0
    asked_at: datetime | None = None


class Gateway(Protocol):
    """One payment system. Pure: all time, keys and bytes are arguments."""

    name: str
    has_backup: bool

    def freeze(self, profile: Profile, number: SaleNumber, now: datetime) -> Params:
        """Give the exact parameters of the cancel, to be made durable and repeated."""

    def renew(self, params: Params, profile: Profile, now: datetime) -> Params:
        """Give the parameters with a new timestamp, all else untouched (R3)."""

    def cancel(self, question: Question, keys: "Keys", now: datetime) -> HttpRequest:
        """Sign the frozen parameters. Raises `SignatureError` when a key is missing."""

    def inquiry(self, question: Question, keys: "Keys", now: datetime) -> HttpRequest:
        """Build and sign an inquiry about the sale."""

    def read_cancel(self, question: Question, keys: "Keys", exchange: Exchange) -> Reading:
        """Judge the reply to a cancel in the order of R8. Never raises for what a gateway sends."""

    def read_inquiry(self, question: Question, keys: "Keys", exchange: Exchange) -> Reading:
        """Judge the reply to an inquiry in the order of R8. Never raises for what a gateway sends."""
