"""Every row of the code table of outcomes.md §2 for acquire: reply → state, variant, next ask."""

from dataclasses import dataclass, replace

import pytest

from pos_cancel.domain.case import Ask, Case, State
from pos_cancel.domain.identifiers import NumberKind
from pos_cancel.domain.outcome import Reading, Reason
from tests.unit.till_stories import (
    BLANK,
    MD5_KEY,
    NUMBER,
    PAID,
    UNPAID,
    answer,
    document,
    exchange,
    fail,
    looked_up,
    outer,
    silence,
    success,
    unanswered,
    wait_s,
)

S = State
CANCEL, INQUIRY = Ask.CANCEL, Ask.INQUIRY
KNOWN_ORDER = replace(BLANK, known_order=True)
SHORT = replace(
    BLANK,
    number="2026112200",
    number_kind=NumberKind.TRADE_NO,
    trade_no="2026112200",
    out_trade_no="",
    params=(("_input_charset", "UTF-8"), ("trade_no", "2026112200")),
)


@dataclass(frozen=True)
class Then:
    """What is expected; `ask` "any" where the table leaves it open, None where nothing is asked."""

    state: State
    variant: str | None = None
    ask: Ask | str | None = "any"


STOPPED = Then(S.RETRY_PENDING, "stopped", None)
PENDING = Then(S.RETRY_PENDING)
TRY_AGAIN = Then(S.RETRY_PENDING, "", CANCEL)
ASK_FIRST = Then(S.RETRY_PENDING, None, INQUIRY)
SETUP = Then(S.SETUP_PROBLEM, None, None)


def ends(state: State, variant: str | None = None) -> Then:
    """Expect a final state; what is asked afterwards is the watch's matter."""
    return Then(state, variant)


Row = tuple[Case, Reading, Then, Then]
SETUP_CODES = (
    "ILLEGAL_SIGN",
    "ILLEGAL_SIGN_TYPE",
    "ILLEGAL_PARTNER",
    "ILLEGAL_EXTERFACE",
    "ILLEGAL_PARTNER_EXTERFACE",
    "HAS_NO_PRIVILEGE",
    "SELLER_ERROR",
    "ACCESS_FORBIDDEN",
)
PARAMETER_CODES = ("INVALID_PARAMETER", "ILLEGAL_ARGUMENT")
BLOCKED_CODES = ("REASON_TRADE_BEEN_FREEZEN", "BUYER_ERROR", "BUYER_ENABLE_STATUS_FORBID")
WINDOW_CODES = ("TRADE_CANCEL_TIME_OUT", "TRADE_HAS_FINISHED")
FEE = "REASON_TRADE_REFUND_FEE_ERR"
WAITING_CODES = {
    "MERCHANT_BALANCE_NOT_ENOUGH": "funds",
    "SELLER_BALANCE_NOT_ENOUGH": "funds",
    "REFUND_CHARGE_ERROR": "in_progress",
    "FREQUENCY_LIMITED": "busy",
}
MOCK = {"error": "SYSTEM_ERROR", "result_code": "FAILED"}
HTML = b"<html><body>Welcome to the hotel. Please log in.</body></html>"

SYSTEM_ROWS: dict[str, Row] = {
    f"system {code} {flag or 'no flag'}": (BLANK, fail(code, flag), TRY_AGAIN, PENDING)
    for code in ("SYSTEM_ERROR", "AQC.SYSTEM_ERROR")
    for flag in ("", "Y", "N")
} | {
    "system FAILED": (BLANK, answer(document(MOCK, signed_with=MD5_KEY)), PENDING, PENDING),
    # R8: any other code in an unsigned F is Q.
    "system unsigned F": (BLANK, outer("SYSTEM_ERROR"), ASK_FIRST, PENDING),
}
SETUP_ROWS: dict[str, Row] = (
    {f"setup {code}": (BLANK, fail(code), SETUP, STOPPED) for code in SETUP_CODES}
    | {f"setup unsigned F {code}": (BLANK, outer(code), SETUP, STOPPED) for code in SETUP_CODES}
    | {f"parameter {code}": (BLANK, fail(code), SETUP, STOPPED) for code in PARAMETER_CODES}
    | {f"parameter unsigned F {code}": (BLANK, outer(code), SETUP, STOPPED) for code in PARAMETER_CODES}
    | {
        f"parameter short number {code}": (SHORT, fail(code, case=SHORT), ends(S.WRONG_NUMBER), STOPPED)
        for code in PARAMETER_CODES
    }
    | {
        # R8: an unsigned F may end only in setup_problem.
        f"parameter short number unsigned F {code}": (SHORT, outer(code, case=SHORT), ASK_FIRST, PENDING)
        for code in PARAMETER_CODES
    }
)
REFUSED_ROWS: dict[str, Row] = (
    {
        "not found": (BLANK, fail("TRADE_NOT_EXIST"), Then(S.WRONG_NUMBER, None, None), ASK_FIRST),
        "status": (BLANK, fail("TRADE_STATUS_ERROR"), ASK_FIRST, ASK_FIRST),
        "status Y": (BLANK, fail("TRADE_STATUS_ERROR", "Y"), ASK_FIRST, ASK_FIRST),
        "refund fee": (BLANK, fail(FEE), ASK_FIRST, ASK_FIRST),
        "unlisted": (BLANK, fail("A_NEW_CODE"), ASK_FIRST, PENDING),
        "unlisted N": (BLANK, fail("A_NEW_CODE", "N"), ASK_FIRST, PENDING),
        "unlisted Y": (BLANK, fail("A_NEW_CODE", "Y"), TRY_AGAIN, PENDING),
    }
    | {
        f"blocked {code}": (BLANK, fail(code), ends(S.CALL_SUPPORT, "refused"), ASK_FIRST)
        for code in BLOCKED_CODES
    }
    | {f"window {code}": (BLANK, fail(code), ASK_FIRST, ASK_FIRST) for code in WINDOW_CODES}
    | {
        f"waiting {code}": (BLANK, fail(code), Then(S.WAITING, variant), PENDING)
        for code, variant in WAITING_CODES.items()
    }
    | {
        f"unsigned F {code}": (BLANK, outer(code), ASK_FIRST, PENDING)
        for code in (
            "TRADE_NOT_EXIST",
            "TRADE_STATUS_ERROR",
            *BLOCKED_CODES,
            *WINDOW_CODES,
            FEE,
            *WAITING_CODES,
        )
    }
)
HTTP_ROWS: dict[str, Row] = {
    f"http {status}": (BLANK, answer(b"", status=status), PENDING, PENDING)
    for status in (301, 302, 400, 401, 403, 404, 429, 500, 502, 503, 504, 511)
} | {
    "http html": (BLANK, answer(HTML, Content_Type="text/html"), PENDING, PENDING),
    "http json": (BLANK, answer(b'{"result": "S"}', Content_Type="application/json"), PENDING, PENDING),
    "http neither": (BLANK, answer(b"502 Bad Gateway"), PENDING, PENDING),
    "http empty": (BLANK, answer(b""), PENDING, PENDING),
    "no reply": (BLANK, silence(), TRY_AGAIN, PENDING),
}
DOUBTFUL_ROWS: dict[str, Row] = (
    {
        f"{name} success {action or 'without action'}": (case, success(action, key=key), PENDING, PENDING)
        for action in ("close", "refund", "")
        for case in (KNOWN_ORDER,)
        for name, key in (("unsigned", None), ("badly signed", b"another secret"))
    }
    | {
        f"badly signed {code}": (BLANK, fail(code, key=b"another secret"), PENDING, PENDING)
        for code in ("ILLEGAL_SIGN", "TRADE_NOT_EXIST", *BLOCKED_CODES, *WINDOW_CODES, FEE)
    }
    | {
        f"other sale {action or 'without action'}": (BLANK, success(action, number="OTHER"), PENDING, PENDING)
        for action in ("close", "refund", "")
    }
    | {
        f"result {result or 'missing'}": (
            BLANK,
            answer(document({"result_code": result, "out_trade_no": NUMBER}, signed_with=MD5_KEY)),
            PENDING,
            PENDING,
        )
        for result in ("UNKNOWN", "PROCESS_EXCEPTION", "OK", "")
    }
    | {
        "unknown action": (BLANK, success("void"), PENDING, PENDING),
        "other sign_type": (
            BLANK,
            answer(
                document(
                    {"result_code": "SUCCESS", "out_trade_no": NUMBER, "action": "refund"},
                    signed_with=MD5_KEY,
                    sign_type="RSA2",
                )
            ),
            PENDING,
            PENDING,
        ),
    }
)
NOTHING_PAID = ends(S.NO_PAYMENT_FOUND)
SUCCESS_ROWS: dict[str, Row] = {
    "close": (BLANK, success("close"), ends(S.CLOSED), ends(S.CANCELLED)),
    "close, looked up unpaid": (
        looked_up(BLANK, UNPAID),
        success("close"),
        ends(S.CLOSED),
        ends(S.CANCELLED),
    ),
    "refund": (BLANK, success("refund"), ends(S.REFUNDED), ends(S.REFUNDED)),
    "refund, looked up paid": (looked_up(BLANK, PAID), success("refund"), ends(S.REFUNDED), ends(S.REFUNDED)),
    "no action": (BLANK, success(), NOTHING_PAID, NOTHING_PAID),
    "no action, looked up unpaid": (looked_up(BLANK, UNPAID), success(), NOTHING_PAID, ends(S.CANCELLED)),
    # §1 says what a success without action may be after a look that said paid: asked about, also after U.
    "no action, looked up paid": (looked_up(BLANK, PAID), success(), ASK_FIRST, ASK_FIRST),
    "no action, known order": (KNOWN_ORDER, success(), ends(S.CLOSED_UNSCANNED), ends(S.CANCELLED)),
}
ROWS = SYSTEM_ROWS | SETUP_ROWS | REFUSED_ROWS | HTTP_ROWS | DOUBTFUL_ROWS | SUCCESS_ROWS


def check(case: Case, then: Then) -> None:
    assert case.state is then.state, f"{case.state} {case.variant}, asks {case.next_ask}"
    assert then.variant is None or case.variant == then.variant
    assert then.ask == "any" or case.next_ask is then.ask
    assert (case.next_ask is None) == (case.next_try_at is None)
    assert case.state.is_open or case.next_ask is not CANCEL


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_a_first_try(row: Row) -> None:
    case, reply, first, _ = row
    check(exchange(case, reply), first)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_a_try_after_an_unanswered_one(row: Row) -> None:
    case, reply, _, later = row
    check(exchange(unanswered(case), reply), later)


@pytest.mark.parametrize("action", ["close", ""])
def test_a_success_after_a_system_error_does_not_say_that_nobody_paid(action: str) -> None:
    """The try that met the system error may have given the money back; its repetition finds a closed sale."""
    assert exchange(KNOWN_ORDER, fail("SYSTEM_ERROR", "Y"), success(action)).state is S.CANCELLED


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_a_try_after_an_unanswered_one_of_an_earlier_case(row: Row) -> None:
    """R7 counts over all cases of the sale: a new case that knows of one is judged alike."""
    case, reply, _, later = row
    check(exchange(replace(case, unanswered=True, doubtful=True), reply), later)


@pytest.mark.parametrize("code", [*SETUP_CODES, *PARAMETER_CODES])
def test_what_is_stopped_says_why_and_can_go_on(code: str) -> None:
    stopped = exchange(unanswered(), fail(code))
    assert stopped.stopped.startswith("S-")


@pytest.mark.parametrize("code", [*SETUP_CODES, *PARAMETER_CODES])
def test_a_setup_problem_has_its_code_for_the_telephone(code: str) -> None:
    assert exchange(BLANK, fail(code)).setup_code.startswith("S-")


@pytest.mark.parametrize("code", WINDOW_CODES)
def test_a_window_code_ends_the_cancels(code: str) -> None:
    assert exchange(BLANK, fail(code)).cancels_over
    assert exchange(unanswered(), fail(code)).cancels_over


@pytest.mark.parametrize("code", WAITING_CODES)
def test_try_again_later_waits_longer_after_an_unanswered_try(code: str) -> None:
    assert wait_s(exchange(unanswered(), fail(code))) >= 30


@pytest.mark.parametrize(
    ("status", "media_type", "reason"),
    [
        (404, "text/xml", Reason.NOT_FOUND_ADDRESS),
        (302, "text/xml", Reason.LOGIN_PAGE),
        (511, "text/xml", Reason.LOGIN_PAGE),
        (200, "text/html", Reason.LOGIN_PAGE),
        (500, "text/xml", Reason.HTTP_STATUS),
    ],
)
def test_the_manager_is_told_what_stands_in_the_way(status: int, media_type: str, reason: Reason) -> None:
    case = exchange(BLANK, answer(HTML if status == 200 else b"", status=status, Content_Type=media_type))
    assert case.retry_reason == reason.value
    assert case.unanswered


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(status: int) -> None:
    assert wait_s(exchange(BLANK, answer(b"", status=status, Retry_After="95"))) >= 95
    assert wait_s(exchange(BLANK, answer(b"", status=status, Retry_After="1"))) >= 30
