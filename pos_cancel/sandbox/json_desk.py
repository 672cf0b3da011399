"""The desk of Antom, APO and the Alipay+ acquirer: from a request's bytes to a decision and its reply.

Serves `cancel` and `inquiryPayment`, for Alipay+ `cancelPayment` and `inquiryPayment`
(gateways.md A2, A3, A4 and E2).  Antom and APO share their addresses; the client id
tells them apart.
"""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pos_cancel.sandbox.exchange import RawReply, RawRequest, ReceivedRequest, RequestLog
from pos_cancel.sandbox.faults import Fault, Harm, Story
from pos_cancel.sandbox.json_answers import (
    Body,
    cancelled_body,
    inquiry_body,
    refused_body,
    result_body,
    said_instead,
)
from pos_cancel.sandbox.json_reply import Writer, reply_to, unsigned_reply
from pos_cancel.sandbox.json_request import (
    ALIPAYPLUS_PAYMENTS,
    CANCEL,
    INQUIRY,
    Call,
    CallRefused,
    account_of,
    check_call,
    read_ids,
    signed_path,
)
from pos_cancel.sandbox.keys import SandboxKeys
from pos_cancel.sandbox.ledger import CancelResult, Ledger, Trade
from pos_cancel.sandbox.portal import Portal
from pos_cancel.sandbox.story_book import story_of
from pos_cancel.sandbox.story_trades import bear, befall

PREFIXES = ("/ams/", "/aps/")


@dataclass(frozen=True, slots=True)
class Decision:
    """What the desk says and did, and which fault lies on the reply."""

    content: Body
    fault: Fault
    story: Story | None
    did: str


class JsonDesk:
    """Answers JSON calls; every cancel is decided under one lock, one after another."""

    def __init__(
        self,
        *,
        keys: SandboxKeys,
        portal: Portal,
        ledger: Ledger,
        log: RequestLog,
        pace: float,
        now: Callable[[], datetime],
    ) -> None:
        self._accounts = tuple(keys.accounts.values())
        self._portal = portal
        self._ledger = ledger
        self._log = log
        self._pace = pace
        self._now = now
        self._lock = threading.Lock()
        self._cancels: Counter[str] = Counter()

    def serves(self, path: str) -> bool:
        """Tell whether a path is one of the JSON gateways'."""
        return path.startswith(PREFIXES)

    def answer(self, raw: RawRequest) -> RawReply:
        """Answer one call; whoever is not who he says gets an unsigned F (gateways.md A2.3)."""
        asked_for = raw.path.rpartition("/")[2]
        received = ReceivedRequest(asked_for, {}, raw.body, self._now(), gateway="")
        gateway = "acqp" if raw.path.startswith(ALIPAYPLUS_PAYMENTS) else "antom"
        try:
            account = account_of(raw, self._accounts)
            gateway = account.gateway_name
            received = replace(received, gateway=gateway)
            name = check_call(raw, account, self._portal)
        except CallRefused as refusal:
            self._refuse(received, refusal)
            call_name = INQUIRY if asked_for == INQUIRY else CANCEL
            return unsigned_reply(result_body(gateway, call_name, "F", refusal.code))
        writer = Writer(account, signed_path(raw), self._now())
        try:
            call = Call(account, name, writer.path, *read_ids(raw.body))
        except CallRefused as refusal:
            self._refuse(received, refusal)
            return writer.write(result_body(gateway, name, "F", refusal.code), Harm.NONE)
        return self._serve(call, received, writer)

    def _refuse(self, received: ReceivedRequest, refusal: CallRefused) -> None:
        self._log.complete(self._log.enter(received), story="", did=f"refused {refusal.code}")

    def _serve(self, call: Call, received: ReceivedRequest, writer: Writer) -> RawReply:
        ids = {"paymentRequestId": call.number, "paymentId": call.trade_no}
        params = {name: value for name, value in ids.items() if value}
        place = self._log.enter(replace(received, params=params))
        with self._lock:
            story = self._story(call)
            decision = self._cancel(call, story) if call.name == CANCEL else self._inquiry(call, story)
        ending = decision.story.ending if decision.story else ""
        self._log.complete(place, story=ending, did=decision.did)
        return reply_to(decision.content, decision.fault, writer, self._pace)

    def _find(self, call: Call) -> Trade | None:
        return self._ledger.find(number=call.number, trade_no=call.trade_no, gateway=call.gateway)

    def _story(self, call: Call) -> Story | None:
        """Find the story of a number, or of a payment id's sale, and make its trade."""
        if call.trade_no:
            trade = self._find(call)
            return story_of(trade.number, call.gateway) if trade else None
        # A sale of another gateway is unknown here, whatever its ending tells.
        if not call.number or self._ledger.gateway_of(call.number) not in (None, call.gateway):
            return None
        story = story_of(call.number, call.gateway)
        if story is not None:
            bear(self._ledger, call.number, story.birth, self._now(), call.gateway)
        return story

    def _cancel(self, call: Call, story: Story | None) -> Decision:
        trade = self._find(call)
        key = trade.number if trade else call.number or call.trade_no or ""
        if trade and story and not self._cancels[key]:
            trade = befall(self._ledger, trade, story.meanwhile)
        fault = story.fault(self._cancels[key]) if story else Fault()
        self._cancels[key] += 1
        result = CancelResult(trade, "refund")
        if fault.executes:
            result = self._ledger.cancel(number=call.number, trade_no=call.trade_no, gateway=call.gateway)
            self._plan_late_payment(story, result)
        did = result.action if fault.executes and result.action and not result.repeated else "nothing"
        return Decision(self._cancel_content(call, fault, result), fault, story, did)

    def _cancel_content(self, call: Call, fault: Fault, result: CancelResult) -> Body:
        if fault.says is not None:
            return said_instead(call.gateway, CANCEL, fault.says)
        if result.trade is None or result.refusal is not None:
            return refused_body(call.gateway, result.refusal)
        return cancelled_body(result.trade, self._now())

    def _plan_late_payment(self, story: Story | None, result: CancelResult) -> None:
        trade = result.trade
        if story is None or story.paid_after_s is None or trade is None or result.action != "close":
            return
        at = self._now() + timedelta(seconds=story.paid_after_s * self._pace)
        self._ledger.expect_payment(trade.number, trade.amount, at)

    def _inquiry(self, call: Call, story: Story | None) -> Decision:
        trade = self._find(call)
        fault = story.queries if story else Fault()
        if fault.says is not None:
            content = said_instead(call.gateway, INQUIRY, fault.says)
        elif trade is None:
            content = result_body(call.gateway, INQUIRY, "F", "ORDER_NOT_EXIST")
        else:
            if fault.harm is Harm.AS_REFUND:
                trade = replace(trade, cancel_action=None)
            content = inquiry_body(trade, self._ledger.refunds(trade.number))
        return Decision(content, fault, story, "told")
