"""Each story does what its table says, and none gives a sale's money back twice."""

import contextlib
import http.client
import re
import time
from datetime import timedelta
from decimal import Decimal

import pytest

from pos_cancel.sandbox import STORIES, Sandbox, story_of
from tests.plain_client import (
    NOON,
    OVERSEAS_QUERY,
    QUERY,
    ask,
    connected,
    post,
    request_params,
    signed,
    training_keys,
)
from tests.plain_teller import TrainersClock, quick, send, told

PACE = 0.01
# outcomes.md section 1: where a story may end.
STATES = frozenset(
    {
        "closed",
        "closed_unscanned",
        "no_payment_found",
        "refunded",
        "cancelled",
        "already_closed",
        "already_refunded",
        "use_refund",
        "wrong_number",
        "retry_pending",
        "call_support",
        "setup_problem",
    }
)


# What the first cancels of a paid sale are answered with, and what an inquiry then says.
TOLD = {
    "REFUND": (["refund", "refund"], "TRADE_CLOSED"),
    "CLOSE": (["close", "close"], "TRADE_CLOSED"),
    "NOSCAN": (["success", "success"], "FAIL TRADE_NOT_EXIST N"),
    "PAIDLATE": (["success", "success"], "FAIL TRADE_NOT_EXIST N"),
    "BUSY": (["FAIL SYSTEM_ERROR Y", "FAIL SYSTEM_ERROR Y", "refund"], "TRADE_CLOSED"),
    "BUSYF": (["F SYSTEM_ERROR", "F SYSTEM_ERROR", "refund"], "TRADE_CLOSED"),
    "UNKNOWN": (["UNKNOWN  Y", "UNKNOWN  Y", "refund"], "TRADE_CLOSED"),
    "FAILED": (["FAILED SYSTEM_ERROR", "FAILED SYSTEM_ERROR", "refund"], "TRADE_CLOSED"),
    "LOST": (["RemoteDisconnected", "refund"], "TRADE_CLOSED"),
    "LOSTSTATUS": (["RemoteDisconnected", "FAIL TRADE_STATUS_ERROR N"], "TRADE_CLOSED"),
    "LOSTGONE": (["RemoteDisconnected", "FAIL TRADE_NOT_EXIST N"], "TRADE_CLOSED"),
    "LOSTCLOSE": (["RemoteDisconnected", "close"], "TRADE_CLOSED"),
    "LATE": (["refund", "refund"], "TRADE_CLOSED"),
    "TOOLATE": (["refund", "refund"], "TRADE_CLOSED"),
    "HTML": (["200 text/html", "200 text/html", "refund"], "TRADE_CLOSED"),
    "REDIRECT": (["302 text/html", "302 text/html", "refund"], "TRADE_CLOSED"),
    "HTTP500": (["500 text/html", "500 text/html", "refund"], "TRADE_CLOSED"),
    "HTTP502": (["502 text/plain", "502 text/plain", "refund"], "TRADE_CLOSED"),
    "HTTP503": (["503 text/plain", "refund"], "TRADE_CLOSED"),
    "BADSIGN": (["refund badly signed", "refund badly signed"], "TRADE_CLOSED badly signed"),
    "UNSIGNED": (["refund unsigned", "refund unsigned"], "TRADE_CLOSED"),
    "GBK": (["refund in GBK", "refund in GBK"], "TRADE_CLOSED in GBK"),
    "OTHER": (["refund of another sale"] * 5, "TRADE_SUCCESS"),
    "NOACTION": (["success", "refund"], "TRADE_CLOSED"),
    "TRUNC": (["unreadable", "refund"], "TRADE_CLOSED"),
    "FAILY": (["FAIL TRAINING_UNLISTED Y"] * 5, "TRADE_SUCCESS"),
    "TRY": (["FAIL TRADE_STATUS_ERROR Y"] * 5, "TRADE_SUCCESS"),
    "LIMIT": (["FAIL FREQUENCY_LIMITED Y", "FAIL FREQUENCY_LIMITED Y", "refund"], "TRADE_CLOSED"),
    "FUNDS": (["FAIL MERCHANT_BALANCE_NOT_ENOUGH N"] * 3 + ["refund"], "TRADE_CLOSED"),
    "CHARGE": (["FAIL REFUND_CHARGE_ERROR N"] * 2 + ["refund"], "TRADE_CLOSED"),
    "WINDOW": (["FAIL TRADE_CANCEL_TIME_OUT N"] * 2, "TRADE_SUCCESS"),
    "FINISHED": (["FAIL TRADE_HAS_FINISHED N"] * 2, "TRADE_FINISHED"),
    "FROZEN": (["FAIL REASON_TRADE_BEEN_FREEZEN N"] * 2, "TRADE_PENDING"),
    "FEE": (["FAIL REASON_TRADE_REFUND_FEE_ERR N"] * 2, "TRADE_SUCCESS"),
    "FEEFULL": (["FAIL REASON_TRADE_REFUND_FEE_ERR N"] * 2, "TRADE_CLOSED"),
    "GONE": (["FAIL TRADE_NOT_EXIST N"] * 2, "FAIL TRADE_NOT_EXIST N"),
    "CLOSED": (["FAIL TRADE_STATUS_ERROR N"] * 2, "TRADE_CLOSED"),
    "BLIND": (["refund", "refund"], "PROCESS_EXCEPTION SYSTEM_ERROR N"),
    "SETUP": (["F ILLEGAL_PARTNER_EXTERFACE"] * 2, "F ILLEGAL_PARTNER_EXTERFACE"),
    "WRONGKEY": (["F ILLEGAL_SIGN"] * 2, "F ILLEGAL_SIGN"),
}
# Their answers are bytes that say two things at once, or half of one; they are looked at below.
LOOKED_AT_BELOW = {"DROP", "DUP", "DOCTYPE"}
REFUNDED_BEFORE = {"FEE": Decimal("20.00"), "FEEFULL": Decimal("128.00")}


def test_every_story_is_looked_at_and_ends_in_a_state_there_is() -> None:
    assert set(TOLD) | LOOKED_AT_BELOW == {story.ending for story in STORIES}
    for story in STORIES:
        assert story.expected in STATES
        assert story.expected_known in STATES | {""}
        assert story.what.endswith(".")


@pytest.mark.parametrize("ending", TOLD)
def test_a_story_answers_as_its_table_says(ending: str) -> None:
    cancels, inquiry = TOLD[ending]
    number = f"4711-{ending.lower()}"

    with quick() as sandbox:
        assert [told(sandbox, number) for _ in cancels] == cancels
        assert told(sandbox, number, QUERY) == inquiry

        did = [request.did for request in sandbox.requests]
        assert {request.story for request in sandbox.requests} == {ending}
        assert did[-1] == "told"
        expected = {"close": [], "nothing": []}.get(deed(did), [Decimal("128.00")])
        if ending in REFUNDED_BEFORE:
            expected = [REFUNDED_BEFORE[ending]]
        assert [row.amount for row in sandbox.ledger.refunds(number)] == expected


def deed(did: list[str]) -> str:
    """The one thing that was done; doing two is a fault of the gateway."""
    done = [each for each in did if each in ("close", "refund")]
    assert len(done) <= 1
    return done[0] if done else "nothing"


def test_a_story_follows_its_sale_when_it_is_asked_by_trade_number() -> None:
    with quick() as sandbox:
        trade_no = sandbox.ledger.make_trade("4715-busy", "1.00", state="TRADE_SUCCESS").trade_no

        first = ask(sandbox, trade_no=trade_no)
        told(sandbox, "4715-busy")
        third = ask(sandbox, trade_no=trade_no)

    assert first.fields["detail_error_code"] == "SYSTEM_ERROR"
    assert (third.fields["action"], third.fields["out_trade_no"]) == ("refund", "4715-busy")


def test_a_story_takes_the_trade_it_finds() -> None:
    with quick() as sandbox:
        sandbox.ledger.make_trade("4716-REFUND", "9.99")

        assert told(sandbox, "4716-REFUND") == "close"
        assert sandbox.ledger.movements == ()


def test_a_late_payment_comes_after_the_cancel_and_shows_in_the_inquiry() -> None:
    clock = TrainersClock()
    with Sandbox(keys=training_keys(), tls=False, pace=2.0, now=clock) as sandbox:
        assert told(sandbox, "4717-PAIDLATE") == "success"
        clock.now = NOON + timedelta(seconds=59)
        assert told(sandbox, "4717-PAIDLATE", QUERY) == "FAIL TRADE_NOT_EXIST N"
        clock.now = NOON + timedelta(seconds=60)
        assert told(sandbox, "4717-PAIDLATE", QUERY) == "TRADE_SUCCESS"
        assert [row.kind for row in sandbox.ledger.movements] == ["pay"]


def test_two_results_in_one_answer_contradict_each_other() -> None:
    with quick() as sandbox:
        body = send(sandbox, "4718-DUP").body

    assert re.findall(rb"<result_code>(\w+)</result_code>", body) == [b"FAIL", b"SUCCESS"]


def test_a_document_type_names_an_outside_file() -> None:
    with quick() as sandbox:
        body = send(sandbox, "4719-DOCTYPE").body

    assert body.startswith(b'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE alipay [<!ENTITY')
    assert b"<action>refund</action>" in body


@pytest.mark.parametrize("tls", [False, True])
def test_a_dropped_line_breaks_half_way_after_the_refund(tls: bool) -> None:
    with Sandbox(keys=training_keys(), tls=tls, pace=PACE) as sandbox:
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            send(sandbox, "4720-DROP")

        assert len(sandbox.ledger.refunds("4720-DROP")) == 1
        assert told(sandbox, "4720-DROP") == "refund"


def test_the_answer_of_a_lost_refund_is_held_in_silence() -> None:
    with Sandbox(keys=training_keys(), tls=False, pace=1.0) as sandbox:
        params = signed(sandbox.keys, request_params(sandbox.keys, out_trade_no="4721-LOST"))
        with connected(sandbox, timeout_s=0.3) as connection, pytest.raises(TimeoutError):
            post(connection, params)

        assert len(sandbox.ledger.refunds("4721-LOST")) == 1
        assert told(sandbox, "4721-LOST") == "refund"
        assert len(sandbox.ledger.refunds("4721-LOST")) == 1


def test_a_late_answer_takes_its_time() -> None:
    with Sandbox(keys=training_keys(), tls=False, pace=0.05) as sandbox:
        began = time.monotonic()

        assert told(sandbox, "4722-LATE") == "refund"

    assert time.monotonic() - began >= 0.39


def test_an_overloaded_gateway_and_a_guest_network_say_where_to_go() -> None:
    with quick() as sandbox:
        overloaded = dict(send(sandbox, "4723-HTTP503").headers)
        sent_away = dict(send(sandbox, "4723-REDIRECT").headers)

    assert overloaded["retry-after"] == "45"
    assert sent_away["location"].startswith("http://127.0.0.1:")


def test_a_number_gbk_does_not_have_is_answered_in_the_requests_charset() -> None:
    with quick() as sandbox:
        assert told(sandbox, "🧾4724-GBK") == "refund"


def test_a_client_that_gives_up_does_not_disturb_the_next() -> None:
    with quick() as sandbox:
        for _ in range(5):
            params = signed(sandbox.keys, request_params(sandbox.keys, out_trade_no="4725-TOOLATE"))
            with connected(sandbox, timeout_s=0.02) as connection, contextlib.suppress(TimeoutError):
                post(connection, params)
        assert told(sandbox, "4725-REFUND") == "refund"


def test_the_overseas_inquiry_tells_stories_too() -> None:
    assert story_of("4726-WRONGKEY") is not None
    with quick() as sandbox:
        assert told(sandbox, "4726-WRONGKEY", OVERSEAS_QUERY) == "F ILLEGAL_SIGN"
