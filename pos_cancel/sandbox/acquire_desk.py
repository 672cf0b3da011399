"""The desk of the form gateway: from a request's bytes to a decision and its reply.

Serves `alipay.acquire.cancel`, `alipay.acquire.query` and
`alipay.acquire.overseas.query` (gateways.md A1.4, A1.8 and E2).
"""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from pos_cancel.sandbox.acquire_answers import (
    cancel_answer,
    failure,
    overseas_query_answer,
    query_answer,
    said_instead,
)
from pos_cancel.sandbox.acquire_reply import Answer
from pos_cancel.sandbox.acquire_request import (
    SHORTEST_TRADE_NO,
    FormRequest,
    RequestRefused,
    check_request,
    check_timestamp,
    read_form,
    read_ids,
)
from pos_cancel.sandbox.exchange import RawReply, RawRequest, ReceivedRequest, RequestLog
from pos_cancel.sandbox.faults import Fault, Says, Story
from pos_cancel.sandbox.harms import Writer, refused_reply, reply_to
from pos_cancel.sandbox.keys import SandboxKeys
from pos_cancel.sandbox.ledger import FORM_GATEWAY, CancelResult, Ledger, Trade
from pos_cancel.sandbox.portal import Portal
from pos_cancel.sandbox.story_book import story_of
from pos_cancel.sandbox.story_trades import STORY_AMOUNT, bear, befall

CANCEL = "alipay.acquire.cancel"
QUERY = "alipay.acquire.query"
OVERSEAS_QUERY = "alipay.acquire.overseas.query"
# The names of the shop's number and the trade number in each service.
ID_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        CANCEL: ("out_trade_no", "trade_no"),
        QUERY: ("out_trade_no", "trade_no"),
        OVERSEAS_QUERY: ("partner_trans_id", "alipay_trans_id"),
    }
)


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What a training gateway can be set to; see `Sandbox` for the meanings."""

    repeat: str = "success"
    nested: str = "verifiable"
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What the desk says and did, and which fault lies on the reply."""

    answer: Answer
    fault: Fault
    story: Story | None
    did: str


class AcquireDesk:
    """Answers form requests; every cancel is decided under one lock, one after another."""

    def __init__(
        self,
        *,
        keys: SandboxKeys,
        portal: Portal,
        ledger: Ledger,
        log: RequestLog,
        settings: DeskSettings,
        now: Callable[[], datetime],
    ) -> None:
        self._keys = keys
        self._portal = portal
        self._ledger = ledger
        self._log = log
        self._settings = settings
        self._now = now
        self._lock = threading.Lock()
        self._cancels: Counter[str] = Counter()

    def answer(self, raw: RawRequest) -> RawReply:
        """Answer one request; a faulty one gets the unsigned refusal of gateways.md A1.3."""
        try:
            request = read_form(raw.query, raw.body)
        except RequestRefused as refusal:
            place = self._log.enter(ReceivedRequest("", {}, raw.body, self._now()))
            self._log.complete(place, story="", did=f"refused {refusal.code}")
            return refused_reply(refusal.code, refusal.codec)
        service = request.params.get("service", "")
        place = self._log.enter(ReceivedRequest(service, request.params, raw.body, self._now()))
        try:
            decision = self._decide(request, service)
        except RequestRefused as refusal:
            self._log.complete(place, story="", did=f"refused {refusal.code}")
            return refused_reply(refusal.code, request.codec)
        ending = decision.story.ending if decision.story else ""
        self._log.complete(place, story=ending, did=decision.did)
        writer = Writer(request, self._keys, nested_as_sent=self._settings.nested != "unverifiable")
        return reply_to(decision.answer, decision.fault, writer, self._settings.pace)

    def _decide(self, request: FormRequest, service: str) -> Decision:
        public = self._portal.newest(FORM_GATEWAY)
        check_request(request, self._keys, public, frozenset(ID_NAMES))
        check_timestamp(request.params, self._now())
        number, trade_no = read_ids(request.params, *ID_NAMES[service])
        if trade_no is not None and len(trade_no) < SHORTEST_TRADE_NO:
            # This is about a sale, so it is a business answer: signed, and naming the sale.
            ids = dict(zip(ID_NAMES[service], (number, trade_no), strict=True))
            answer = failure(Says("FAIL", "INVALID_PARAMETER"), None, ids)
            return Decision(answer, Fault(), None, "refused INVALID_PARAMETER")
        with self._lock:
            story = self._story(number, trade_no)
            if service == CANCEL:
                return self._cancel(number, trade_no, story)
            return self._query(service, number, trade_no, story)

    def _story(self, number: str | None, trade_no: str | None) -> Story | None:
        """Find the story of a number, or of a trade number's sale, and make its trade."""
        if trade_no:
            trade = self._ledger.find(trade_no=trade_no)
            return story_of(trade.number) if trade else None
        # A sale of another gateway is unknown here, whatever its ending tells.
        if not number or self._ledger.gateway_of(number) not in (None, FORM_GATEWAY):
            return None
        story = story_of(number)
        if story is not None:
            bear(self._ledger, number, story.birth, self._now())
        return story

    def _cancel(self, number: str | None, trade_no: str | None, story: Story | None) -> Decision:
        trade = self._ledger.find(number=number, trade_no=trade_no)
        key = trade.number if trade else number or trade_no or ""
        if trade and story and not self._cancels[key]:
            trade = befall(self._ledger, trade, story.meanwhile)
        fault = story.fault(self._cancels[key]) if story else Fault()
        self._cancels[key] += 1
        if not fault.executes:
            result, did = _as_if_done(trade), "nothing"
        else:
            result = self._ledger.cancel(number=number, trade_no=trade_no)
            did = _deed(result)
            self._plan_late_payment(number, story, result)
        ids = {"out_trade_no": number, "trade_no": trade_no}
        answer = said_instead(fault.says, trade, ids) or cancel_answer(
            result, ids, repeat_fails=self._settings.repeat == "status_error"
        )
        return Decision(answer, fault, story, did)

    def _plan_late_payment(self, number: str | None, story: Story | None, result: CancelResult) -> None:
        if story is None or story.paid_after_s is None or not number or result.trade:
            return
        at = self._now() + timedelta(seconds=story.paid_after_s * self._settings.pace)
        self._ledger.expect_payment(number, STORY_AMOUNT, at)

    def _query(self, service: str, number: str | None, trade_no: str | None, story: Story | None) -> Decision:
        trade = self._ledger.find(number=number, trade_no=trade_no)
        fault = story.queries if story else Fault()
        number_name, trade_no_name = ID_NAMES[service]
        ids = {number_name: number, trade_no_name: trade_no}
        answer = said_instead(fault.says, trade, ids)
        if answer is None and service == QUERY:
            answer = query_answer(trade, ids, self._keys.partner, nested=self._settings.nested != "none")
        if answer is None:
            answer = overseas_query_answer(trade, ids)
        return Decision(answer, fault, story, "told")


def _as_if_done(trade: Trade | None) -> CancelResult:
    """Tell a refund that did not happen, for the stories that answer without doing."""
    return CancelResult(trade, "refund" if trade else None)


def _deed(result: CancelResult) -> str:
    if result.refusal or result.repeated or result.action is None:
        return "nothing"
    return result.action
