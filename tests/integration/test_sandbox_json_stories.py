"""Each story of the JSON gateways does what its table says."""

import json
import time
from decimal import Decimal

import pytest

from pos_cancel.sandbox import JSON_STORIES, STORIES, Sandbox, Story, stories_of, story_of
from tests.plain_client import training_keys
from tests.plain_json_client import CANCEL, INQUIRY, ask, path_of, post, read_json
from tests.plain_json_teller import told
from tests.plain_teller import PACE, quick

GATEWAYS = ("antom", "apo", "acqp")
# outcomes.md section 1: where a story may end.
STATES = frozenset(
    {
        "closed",
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
GONE = ["F ORDER_NOT_EXIST"] * 2
TWICE = ["cancelled", "cancelled"]

# What the first cancels are answered with at Antom and APO, and what an inquiry then says.
TOLD = {
    "CLOSE": (TWICE, "CANCELLED"),
    "REFUND": (TWICE, "CANCELLED"),
    "NOSCAN": (TWICE, "CANCELLED"),
    "PAIDLATE": (TWICE, "CANCELLED"),
    "BUSY": (["U SYSTEM_ERROR"] * 2 + ["cancelled"], "CANCELLED"),
    "BUSYF": (["F SYSTEM_ERROR unsigned"] * 2 + ["cancelled"], "CANCELLED"),
    "UNKNOWN": (["U UNKNOWN_EXCEPTION"] * 2 + ["cancelled"], "CANCELLED"),
    "UNSURE": (["U KEY_NOT_FOUND"] * 2 + ["cancelled"], "CANCELLED"),
    "CHARGE": (["U PAYMENT_IN_PROCESS"] * 2 + ["cancelled"], "CANCELLED"),
    "LIMIT": (["U REQUEST_TRAFFIC_EXCEED_LIMIT"] * 2 + ["cancelled"], "CANCELLED"),
    "FUNDS": (["F MERCHANT_BALANCE_NOT_ENOUGH"] * 3 + ["cancelled"], "CANCELLED"),
    "LOST": (["RemoteDisconnected", "cancelled"], "CANCELLED"),
    "LOSTSTATUS": (["RemoteDisconnected", "F ORDER_STATUS_INVALID"], "CANCELLED"),
    "LOSTGONE": (["RemoteDisconnected", "F ORDER_NOT_EXIST"], "CANCELLED"),
    "LOSTFAIL": (["RemoteDisconnected", "F PROCESS_FAIL"], "SUCCESS refunded 12800"),
    "LOSTCLOSE": (["RemoteDisconnected", "cancelled"], "CANCELLED"),
    "LATE": (TWICE, "CANCELLED"),
    "TOOLATE": (TWICE, "CANCELLED"),
    "HTML": (["200 text/html"] * 2 + ["cancelled"], "CANCELLED"),
    "REDIRECT": (["302 text/html"] * 2 + ["cancelled"], "CANCELLED"),
    "HTTP500": (["500 text/html"] * 2 + ["cancelled"], "CANCELLED"),
    "HTTP502": (["502 text/plain"] * 2 + ["cancelled"], "CANCELLED"),
    "HTTP503": (["503 text/plain", "cancelled"], "CANCELLED"),
    "BADSIGN": (["cancelled badly signed"] * 2, "CANCELLED badly signed"),
    "UNSIGNED": (["cancelled unsigned"] * 2, "CANCELLED"),
    "HALFSIGN": (["cancelled badly signed"] * 2, "CANCELLED"),
    "PAIRS": (TWICE, "CANCELLED"),
    "OTHER": (["cancelled of another sale"] * 5, "SUCCESS"),
    "MIXED": (TWICE, "Cancelled"),
    "TRUNC": (["unreadable", "cancelled"], "CANCELLED"),
    "NORESULT": (["no result", "cancelled"], "CANCELLED"),
    "BLIND": (TWICE, "U UNKNOWN_EXCEPTION"),
    "UNLISTED": (["F TRAINING_UNLISTED"] * 5, "SUCCESS"),
    "SYSTEM": (["F SYSTEM_ERROR"] * 5, "SUCCESS"),
    "BLOCKED": (["F USER_STATUS_ABNORMAL"] * 2, "SUCCESS"),
    "CAPTURED": (["F PAYMENT_METHOD_NOT_SUPPORTED"] * 2, "SUCCESS"),
    "WINDOW": (["F CANCEL_WINDOW_EXCEED"] * 2, "SUCCESS"),
    "FROZEN": (["F ORDER_STATUS_INVALID"] * 2, "SUCCESS"),
    "FEE": (["F PROCESS_FAIL"] * 2, "SUCCESS refunded 2000"),
    "FEEFULL": (["F PROCESS_FAIL"] * 2, "SUCCESS refunded 12800"),
    "GONE": (GONE, "F ORDER_NOT_EXIST"),
    "CLOSED": (["F ORDER_STATUS_INVALID"] * 2, "FAIL"),
    "SETUP": (["F ACCESS_DENIED"] * 2, "F ACCESS_DENIED"),
    "WRONGKEY": (["F SIGNATURE_INVALID unsigned"] * 2, "F SIGNATURE_INVALID unsigned"),
}
# What the Alipay+ acquirer tells alone. Its success names no sale, so a stale one looks like any other.
TOLD_BY_ALIPAYPLUS = {
    "STALE": (["cancelled", "cancelled", "cancelled"], "ORDER_IS_CLOSED"),
    "NOTOK": (["S PROCESS_FAIL", "cancelled"], "ORDER_IS_CLOSED"),
}
# The words of Alipay+ for what Antom says; the first ones for cancels, the others for inquiries.
IN_CANCELS = {
    "U SYSTEM_ERROR": "U UNKNOWN_EXCEPTION",
    "U PAYMENT_IN_PROCESS": "U UNKNOWN_EXCEPTION",
    "F SYSTEM_ERROR unsigned": "F UNKNOWN_EXCEPTION unsigned",
    "F ORDER_STATUS_INVALID": "F PROCESS_FAIL",
    "F ORDER_NOT_EXIST": "F PROCESS_FAIL",
    "F SIGNATURE_INVALID unsigned": "F INVALID_SIGNATURE unsigned",
}
IN_INQUIRIES = {
    "CANCELLED": "ORDER_IS_CLOSED",
    "CANCELLED badly signed": "ORDER_IS_CLOSED badly signed",
    "FAIL": "ORDER_IS_CLOSED",
    "F SIGNATURE_INVALID unsigned": "F INVALID_SIGNATURE unsigned",
}
# Their answers are bytes that say two things at once, or half of one; they are looked at below.
LOOKED_AT_BELOW = {"DROP", "DUP", "NAN"}
REFUNDED_BEFORE = {"FEE": Decimal("20.00"), "FEEFULL": Decimal("128.00")}
# The thirteen codes of cancelPayment, and the one that is in no list on purpose.
ALIPAYPLUS_CODES = frozenset(
    {
        "SUCCESS",
        "ACCESS_DENIED",
        "CANCEL_WINDOW_EXCEED",
        "INVALID_CLIENT",
        "INVALID_SIGNATURE",
        "KEY_NOT_FOUND",
        "MEDIA_TYPE_NOT_ACCEPTABLE",
        "METHOD_NOT_SUPPORTED",
        "NO_INTERFACE_DEF",
        "PARAM_ILLEGAL",
        "PROCESS_FAIL",
        "REQUEST_TRAFFIC_EXCEED_LIMIT",
        "UNKNOWN_EXCEPTION",
        "TRAINING_UNLISTED",
    }
)

TELLINGS = [
    pytest.param(gateway, story, id=f"{gateway}-{story.ending}")
    for gateway in GATEWAYS
    for story in stories_of(gateway)
    if story.ending not in LOOKED_AT_BELOW
]


def table_of(gateway: str, ending: str) -> tuple[list[str], str]:
    if gateway != "acqp":
        return TOLD[ending]
    cancels, inquiry = {**TOLD, **TOLD_BY_ALIPAYPLUS}[ending]
    return [IN_CANCELS.get(each, each) for each in cancels], IN_INQUIRIES.get(inquiry, inquiry)


def test_every_story_is_looked_at_and_ends_in_a_state_there_is() -> None:
    assert {*TOLD, *TOLD_BY_ALIPAYPLUS, *LOOKED_AT_BELOW} == {story.ending for story in JSON_STORIES}
    for story in JSON_STORIES:
        assert set(story.gateways) <= set(GATEWAYS)
        assert set(story.expected_at) <= set(story.gateways)
        assert {story.expected_on(gateway) for gateway in story.gateways} <= STATES
        assert story.what.endswith(".")
        assert story.expected_known == ""


def test_endings_are_spoken_and_each_is_there_once_per_gateway() -> None:
    endings = [story.ending for story in JSON_STORIES]

    assert len(set(endings)) == len(endings)
    assert all(ending.isalnum() and ending == ending.upper() for ending in endings)
    assert stories_of("acquire") == STORIES
    assert story_of("1-FINISHED") is not None
    assert story_of("1-FINISHED", "antom") is None
    assert story_of("1-mixed", "antom") is not None
    assert story_of("1-mixed", "acqp") is None
    assert story_of("1-mixed") is None


def test_only_apo_never_calls_a_sale_closed() -> None:
    for story in JSON_STORIES:
        assert story.expected_on("apo") != "closed"
    close = story_of("1-CLOSE", "antom")
    assert close is not None
    assert [close.expected_on(gateway) for gateway in GATEWAYS] == ["closed", "cancelled", "closed"]


@pytest.mark.parametrize(("gateway", "story"), TELLINGS)
def test_a_story_answers_as_its_table_says(gateway: str, story: Story) -> None:
    cancels, inquiry = table_of(gateway, story.ending)
    number = f"4711-{story.ending.lower()}"

    with quick() as sandbox:
        assert [told(sandbox, gateway, number) for _ in cancels] == cancels
        assert told(sandbox, gateway, number, INQUIRY) == inquiry

        did = [request.did for request in sandbox.requests]
        assert {(request.story, request.gateway) for request in sandbox.requests} == {(story.ending, gateway)}
        assert did[-1] == "told"
        expected = {"close": [], "nothing": []}.get(deed(did), [Decimal("128.00")])
        if story.ending in REFUNDED_BEFORE:
            expected = [REFUNDED_BEFORE[story.ending]]
        assert [row.amount for row in sandbox.ledger.refunds(number)] == expected


def deed(did: list[str]) -> str:
    """The one thing that was done; doing two is a fault of the gateway."""
    done = [each for each in did if each in ("close", "refund")]
    assert len(done) <= 1
    return done[0] if done else "nothing"


@pytest.mark.parametrize("story", stories_of("acqp"), ids=lambda story: story.ending)
def test_alipayplus_cancels_are_answered_with_its_own_codes_alone(story: Story) -> None:
    with quick() as sandbox:
        for _ in range(4):
            word = told(sandbox, "acqp", f"4711-{story.ending}").split()
            if word[0] in ("S", "F", "U"):
                assert word[1] in ALIPAYPLUS_CODES


def test_mixed_case_is_mixed_before_the_cancel_as_well() -> None:
    with quick() as sandbox:
        assert told(sandbox, "antom", "4718-MIXED", INQUIRY) == "Success"


def test_a_stale_success_was_signed_an_hour_ago_and_nothing_was_done() -> None:
    with quick() as sandbox:
        stale = ask(sandbox, "acqp", number="4719-STALE")
        assert stale.valid is True
        assert stale.headers["response-time"] == "2026-11-21T11:00:00+08:00"
        assert sandbox.ledger.refunds("4719-STALE") == ()


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("ending", ["DUP", "NAN"])
def test_what_no_strict_reader_takes_is_signed_all_the_same(gateway: str, ending: str) -> None:
    with quick() as sandbox:
        account = sandbox.keys.accounts[gateway]
        path = path_of(account, CANCEL)
        body = json.dumps({"paymentRequestId": f"4718-{ending}"}).encode()
        reply = post(sandbox, gateway, CANCEL, body)

    # A lenient reader sees nothing wrong.
    read = read_json(account, path, reply)
    assert (read.status, read.code, read.valid) == ("S", "SUCCESS", True)
    assert reply.body.count(b'"resultStatus"') == (2 if ending == "DUP" else 1)
    assert (b"NaN" in reply.body) == (ending == "NAN")


@pytest.mark.parametrize("tls", [False, True])
def test_a_dropped_line_breaks_half_way_after_the_refund(tls: bool) -> None:
    with Sandbox(keys=training_keys(), tls=tls, pace=PACE) as sandbox:
        assert told(sandbox, "antom", "4720-DROP") in ("IncompleteRead", "ConnectionResetError")

        assert len(sandbox.ledger.refunds("4720-DROP")) == 1
        assert told(sandbox, "antom", "4720-DROP") == "cancelled"


def test_a_late_answer_takes_its_time() -> None:
    with Sandbox(keys=training_keys(), tls=False, pace=0.05) as sandbox:
        began = time.monotonic()

        assert told(sandbox, "apo", "4722-LATE") == "cancelled"

    assert time.monotonic() - began >= 0.39


def test_a_story_follows_its_sale_when_it_is_asked_by_payment_id() -> None:
    with quick() as sandbox:
        trade = sandbox.ledger.make_trade("4715-busy", "1.00", state="TRADE_SUCCESS", gateway="antom")

        first = ask(sandbox, "antom", payment_id=trade.trade_no)
        told(sandbox, "antom", "4715-busy")
        third = ask(sandbox, "antom", payment_id=trade.trade_no)

    assert (first.status, first.code) == ("U", "SYSTEM_ERROR")
    assert (third.status, third.content["paymentRequestId"]) == ("S", "4715-busy")
