"""Asking the gateway about a number that no sale has: are account, keys, address and clock right?

The one place where such an answer is read. It cancels nothing and writes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from pos_cancel.domain.identifiers import SaleNumber, parse
from pos_cancel.domain.outcome import (
    Advice,
    Found,
    NotFound,
    NotSent,
    Outcome,
    Reading,
    Reason,
    Refused,
    Signature,
    Unknown,
)
from pos_cancel.domain.profile import Profile
from pos_cancel.domain.schedule import clock_off_s
from pos_cancel.engine.clock_check import SUSPECTS
from pos_cancel.gateways import Gateway, Question
from pos_cancel.gateways.http import Exchange, HttpRequest
from pos_cancel.gateways.signing import Keys


class Verdict(StrEnum):
    """What such an answer proves, or where to look first."""

    PASSED = "passed"  # both keys and the account are right
    OUR_KEY = "our_key"  # the gateway does not accept our signature
    ACCOUNT = "account"  # it does not know the partner or client id
    THEIR_KEY = "their_key"  # the gateway's public key here does not fit its signature
    NOT_ENTITLED = "not_entitled"  # the contract lacks the service
    CLOCK = "clock"
    FORM = "form"  # a value of the request, such as time or charset
    CERTIFICATE = "certificate"
    ADDRESS = "address"  # what answers there is not the gateway
    LOGIN = "login"  # the network wants a login first
    NETWORK = "network"
    BUSY = "busy"  # the gateway has trouble of its own
    UNCLEAR = "unclear"  # an answer that proves nothing
    LOCAL = "local"  # this till could not even try


@dataclass(frozen=True, slots=True)
class Proof:
    """A verdict; `code` is the gateway's word for it, `reason` the network's, `query` what was asked."""

    verdict: Verdict
    code: str = ""
    reason: str = ""
    query: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything is right."""
        return self.verdict is Verdict.PASSED


BY_SETUP_CODE: Mapping[str, Verdict] = {
    "S-03": Verdict.OUR_KEY,
    "S-04": Verdict.ACCOUNT,
    "S-05": Verdict.NOT_ENTITLED,
    "S-06": Verdict.FORM,
    "S-07": Verdict.ADDRESS,
}
BY_REASON: Mapping[Reason, Verdict] = {
    Reason.CERTIFICATE: Verdict.CERTIFICATE,
    Reason.LOGIN_PAGE: Verdict.LOGIN,
    Reason.NOT_FOUND_ADDRESS: Verdict.ADDRESS,
    Reason.NOT_HTTP: Verdict.ADDRESS,
    Reason.HTTP_STATUS: Verdict.ADDRESS,
    Reason.UNREADABLE: Verdict.ADDRESS,
    Reason.TOO_LARGE: Verdict.ADDRESS,
    Reason.BAD_SIGNATURE: Verdict.THEIR_KEY,
    Reason.BUSY: Verdict.BUSY,
    Reason.SYSTEM_ERROR: Verdict.BUSY,
    Reason.RESULT_UNKNOWN: Verdict.BUSY,
    Reason.UNSIGNED: Verdict.UNCLEAR,
    Reason.UNCHECKED: Verdict.UNCLEAR,
    Reason.OTHER_SALE: Verdict.UNCLEAR,
    Reason.LOCAL: Verdict.LOCAL,
}
# The gateway's own trouble; it may be said before anything of ours was looked at.
TROUBLE = frozenset({Advice.SYSTEM, Advice.SYSTEM_FINAL, Advice.BUSY})
# Where the contract has one kind of inquiry only, the other kind is refused or not checkable.
OTHER_QUERY = "overseas"
ASK_OTHERWISE = frozenset({Verdict.NOT_ENTITLED, Verdict.UNCLEAR})


def probe_number(profile: Profile, now: datetime) -> SaleNumber:
    """Give a number that no sale has."""
    return parse(f"key-check-{int(now.timestamp())}", gateway=profile.gateway)


def ask(
    profile: Profile, keys: Keys, gateway: Gateway, now: datetime, query: str = ""
) -> tuple[Question, HttpRequest]:
    """Sign the inquiry, of the kind `query` or else the profile's. Raises `SignatureError` without a key."""
    chosen = query or profile.query
    question = Question(profile=profile, number=probe_number(profile, now), query=chosen)
    return question, gateway.inquiry(question, keys, now)


def read(question: Question, keys: Keys, gateway: Gateway, exchange: Exchange, now: datetime) -> Proof:
    """Say what the answer proves."""
    reading = gateway.read_inquiry(question, keys, exchange)
    return replace(judge(reading, now), query=question.query)


def other_query(proof: Proof, profile: Profile) -> str:
    """Give the kind of inquiry to try instead, "" where there is none."""
    can_change = profile.gateway == "acquire" and proof.query != OTHER_QUERY
    return OTHER_QUERY if can_change and proof.verdict in ASK_OTHERWISE else ""


def judge(reading: Reading, now: datetime) -> Proof:
    """Say what a reading proves; `now` is this till's clock when the answer came (R12)."""
    outcome = reading.outcome
    reason = outcome.reason.value if isinstance(outcome, Unknown | NotSent) else ""
    return Proof(_verdict(outcome, reading, now), reading.code, reason)


def _verdict(outcome: Outcome, reading: Reading, now: datetime) -> Verdict:
    if isinstance(outcome, Unknown | NotSent):
        return BY_REASON.get(outcome.reason, Verdict.NETWORK)
    if isinstance(outcome, Refused):
        return _refused(outcome, reading, now)
    proved = isinstance(outcome, Found | NotFound) and reading.signature is Signature.VERIFIED
    return Verdict.PASSED if proved else Verdict.UNCLEAR


def _refused(refused: Refused, reading: Reading, now: datetime) -> Verdict:
    if refused.advice in SUSPECTS:
        if reading.gateway_time is not None and clock_off_s(now, reading.gateway_time):
            return Verdict.CLOCK
        return BY_SETUP_CODE.get(refused.setup_code, Verdict.FORM)
    if refused.advice in TROUBLE:
        return Verdict.BUSY
    # A refusal about the sale itself comes after account and signature were found right.
    proved = reading.signature is Signature.VERIFIED and refused.advice is not Advice.UNLISTED
    return Verdict.PASSED if proved else Verdict.UNCLEAR
