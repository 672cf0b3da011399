"""The call that three payment systems share, JSON over POST; their differences are a `Dialect` each.

Sources: gateways.md A2 to A4, which rest on the seeds 000, 001 and 002.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from pos_cancel.domain.errors import InvalidNumber, ReplyError
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.domain.outcome import Outcome, Reading, Reason, Signature, Unknown
from pos_cancel.domain.profile import Profile, Timestamp
from pos_cancel.gateways import CodeTable, Params, Question, json_reply
from pos_cancel.gateways.http import Exchange, HttpReply, HttpRequest, no_reply
from pos_cancel.gateways.http_status import unusable
from pos_cancel.gateways.json_envelope import check, is_stale, path_of, request, request_time
from pos_cancel.gateways.json_judge import (
    PAYMENT_ID,
    PAYMENT_REQUEST_ID,
    Judge,
    Success,
    id_name,
    judge,
    judge_inquiry,
)
from pos_cancel.gateways.signing import Keys

BODY = "body"
MEDIA_TYPES = frozenset({"application/json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one system differs: paths, the form of the request time, what its S means."""

    name: str
    prefix: str
    sandbox_prefix: str
    cancel_call: str
    inquiry_call: str
    timestamp: Timestamp
    cancelled: Success
    inquired: Success
    # Where no id is echoed, the time alone tells an answer to this request from one to an earlier one.
    bound_by_time: bool = False


class JsonGateway:
    """A gateway of the JSON family; pure, its dialect and its code table are handed in."""

    has_backup: bool = False

    def __init__(self, dialect: Dialect, table: CodeTable) -> None:
        self.name = dialect.name
        self._dialect = dialect
        self._table = table

    def freeze(self, profile: Profile, number: SaleNumber, now: datetime) -> Params:  # noqa: ARG002 - no time in it
        """Give the body of the cancel as text. Raises `InvalidNumber` for a number that is no text."""
        return ((BODY, _body(profile, number)),)

    def renew(self, params: Params, profile: Profile, now: datetime) -> Params:  # noqa: ARG002 - see below
        """Give the same parameters: the request time is a header, made anew with every try."""
        return params

    def cancel(self, question: Question, keys: Keys, now: datetime) -> HttpRequest:
        """Sign the frozen body anew. Raises `SignatureError` when the key is missing."""
        return self._request(question, self._dialect.cancel_call, dict(question.params)[BODY], keys, now)

    def inquiry(self, question: Question, keys: Keys, now: datetime) -> HttpRequest:
        """Build and sign the inquiry. Raises `SignatureError` when the key is missing, or `InvalidNumber`."""
        text = _body(question.profile, question.number)
        return self._request(question, self._dialect.inquiry_call, text, keys, now)

    def read_cancel(self, question: Question, keys: Keys, exchange: Exchange) -> Reading:
        """Judge the reply to a cancel in the order of R8. Never raises for what a gateway sends."""
        call, success = self._dialect.cancel_call, self._dialect.cancelled
        return self._read(question, keys, exchange, call, judge, success)

    def read_inquiry(self, question: Question, keys: Keys, exchange: Exchange) -> Reading:
        """Judge the reply to an inquiry in the order of R8. Never raises for what a gateway sends."""
        call, success = self._dialect.inquiry_call, self._dialect.inquired
        return self._read(question, keys, exchange, call, judge_inquiry, success)

    def _path(self, profile: Profile, call: str) -> str:
        return path_of(profile, call, self._dialect.prefix, self._dialect.sandbox_prefix)

    def _request(self, question: Question, call: str, text: str, keys: Keys, now: datetime) -> HttpRequest:
        profile = question.profile
        time = request_time(profile, self._dialect.timestamp, now)
        return request(profile, self._path(profile, call), time, text.encode("utf-8"), keys)

    def _read(
        self, question: Question, keys: Keys, exchange: Exchange, call: str, judged: Judge, success: Success
    ) -> Reading:
        reply = exchange.reply
        if reply is None:
            return Reading(outcome=no_reply(exchange), progress=exchange.progress)
        outcome, signature, code = self._judged(question, keys, reply, call, judged, success)
        tells = signature is Signature.VERIFIED and not isinstance(outcome, Unknown)
        if self._dialect.bound_by_time and tells and is_stale(reply, question):
            outcome = Unknown(Reason.STALE, code)
        return Reading(
            outcome=outcome,
            signature=signature,
            progress=exchange.progress,
            code=code,
            gateway_time=reply.date,
            http_status=reply.status,
        )

    def _judged(
        self, question: Question, keys: Keys, reply: HttpReply, call: str, judged: Judge, success: Success
    ) -> tuple[Outcome, Signature, str]:
        document = _document(reply)
        if isinstance(document, Unknown):
            return document, Signature.NONE, ""
        signature = check(reply, self._path(question.profile, call), question.profile, keys)
        outcome = judged(document, signature, question, self._table, success)
        return outcome, signature, document.result.code


def _document(reply: HttpReply) -> json_reply.JsonReply | Unknown:
    trouble = unusable(reply, MEDIA_TYPES)
    if trouble is not None:
        return trouble
    try:
        return json_reply.read(reply.body)
    except ReplyError:
        return Unknown(Reason.UNREADABLE)


def _body(profile: Profile, number: SaleNumber) -> str:
    """Give the one body that both calls have: one id, no empty value, all of it text (T2, T28, T29)."""
    # An id among the extra pairs would be a second one, and the gateway might obey that one.
    fields = {name: value for name, value in profile.extra if name not in {PAYMENT_ID, PAYMENT_REQUEST_ID}}
    fields["merchantAccountId"] = profile.merchant_account_id or fields.get("merchantAccountId", "")
    fields[id_name(number.kind)] = number.text
    kept = {name: fields[name] for name in sorted(fields) if fields[name]}
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidNumber("This number holds half a character.", "Scan the receipt again.") from None
    return text
