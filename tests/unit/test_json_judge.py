"""What the JSON gateways' replies amount to, in the order of R8: the rules that all three share."""

import pytest

from pos_cancel.adapters import resources
from pos_cancel.domain.outcome import (
    Advice,
    Cancelled,
    Effect,
    Found,
    NotFound,
    NotSent,
    Outcome,
    Progress,
    Reason,
    Refused,
    Signature,
    Unknown,
)
from pos_cancel.gateways.http import Exchange, HttpReply
from tests.unit.json_replies import (
    CANCEL_PATHS,
    DATE,
    DONE,
    FOREIGN,
    GATEWAYS,
    IDS,
    INQUIRY_PATHS,
    JSON_TYPE,
    KEYS,
    NOW,
    OTHER_ID,
    PAID,
    PAYMENT_ID,
    SUCCESS,
    Headers,
    answered,
    body_of,
    cancelled,
    looked,
    question_of,
    result,
    signed_headers,
)

NAMES = tuple(GATEWAYS)
TABLES = {name: resources.gateway_table(name) for name in NAMES}
CODES = [
    (name, code) for name in NAMES for code in (*TABLES[name].rows, *TABLES[name].aliases, "NEVER_HEARD_OF")
]
UNSIGNED = (JSON_TYPE, DATE)


def refusal(name: str, code: str, *, bound: bool = True) -> Refused:
    row = TABLES[name].row(code)
    return Refused(code, row.advice, None, bound, row.setup_code)


# The code table.


def test_every_code_has_the_advice_of_the_specification() -> None:
    antom: dict[Advice, set[str]] = {}
    for code, row in TABLES["antom"].rows.items():
        antom.setdefault(row.advice, set()).add(code)
    assert antom == {
        Advice.SETUP: {
            "ACCESS_DENIED",
            "CLIENT_INVALID",
            "INVALID_API",
            "KEY_NOT_FOUND",
            "MEDIA_TYPE_NOT_ACCEPTABLE",
            "METHOD_NOT_SUPPORTED",
            "NO_INTERFACE_DEF",
            "SIGNATURE_INVALID",
        },
        Advice.PARAMETER: {"PARAM_ILLEGAL"},
        Advice.NOT_FOUND: {"ORDER_NOT_EXIST"},
        Advice.STATUS: {"ORDER_STATUS_INVALID"},
        Advice.WINDOW: {"CANCEL_WINDOW_EXCEED", "PAYMENT_METHOD_NOT_SUPPORTED"},
        Advice.PROCESS_FAIL: {"PROCESS_FAIL"},
        Advice.SYSTEM_FINAL: {"SYSTEM_ERROR"},
        Advice.BLOCKED: {"USER_NOT_EXIST", "USER_STATUS_ABNORMAL"},
        Advice.FUNDS: {"MERCHANT_BALANCE_NOT_ENOUGH"},
        Advice.BUSY: {"REQUEST_TRAFFIC_EXCEED_LIMIT"},
    }
    assert TABLES["apo"].rows == TABLES["antom"].rows
    shared = set(TABLES["acqp"].rows) - {"INVALID_CLIENT", "INVALID_SIGNATURE"}
    assert {code: TABLES["antom"].rows[code] for code in shared} == {
        code: TABLES["acqp"].rows[code] for code in shared
    }


@pytest.mark.parametrize("name", NAMES)
def test_both_spellings_mean_the_same_and_every_fault_of_the_set_up_has_its_code(name: str) -> None:
    table = TABLES[name]
    assert table.row("INVALID_CLIENT") == table.row("CLIENT_INVALID")
    assert table.row("INVALID_SIGNATURE") == table.row("SIGNATURE_INVALID")
    for row in table.rows.values():
        assert bool(row.setup_code) == (row.advice in {Advice.SETUP, Advice.PARAMETER})


def test_the_addresses_are_those_of_the_specification() -> None:
    assert dict(TABLES["antom"].endpoints) == {
        "na": "https://open-na-global.alipay.com",
        "sea": "https://open-sea-global.alipay.com",
        "eu": "https://open-de-global.alipay.com",
        "us": "https://open.antglobal-us.com",
        "na-common": "https://open-na.alipay.com",
        "sea-common": "https://open-sea.alipay.com",
        "eu-common": "https://open-eu.alipay.com",
    }
    assert TABLES["apo"].endpoints == TABLES["antom"].endpoints
    assert dict(TABLES["acqp"].endpoints) == {"sea": "https://open-sea.alipayplus.com"}


@pytest.mark.parametrize(("name", "code"), CODES)
@pytest.mark.parametrize("ids", [{}, IDS])
def test_a_verified_f_is_a_refusal_with_its_advice(name: str, code: str, ids: dict[str, str]) -> None:
    reading = cancelled(name, {**result("F", code), **ids})
    assert reading.outcome == refusal(name, code)
    assert (reading.code, reading.signature) == (code, Signature.VERIFIED)
    assert (reading.gateway_time, reading.http_status) == (NOW.replace(second=12, microsecond=0), 200)


@pytest.mark.parametrize(("name", "code"), CODES)
@pytest.mark.parametrize("headers", [None, UNSIGNED])
def test_the_same_code_under_u_is_unknown(name: str, code: str, headers: Headers | None) -> None:
    busy = code == "REQUEST_TRAFFIC_EXCEED_LIMIT"
    wanted = Unknown(Reason.BUSY if busy else Reason.RESULT_UNKNOWN, code)
    assert cancelled(name, result("U", code), headers=headers).outcome == wanted
    assert looked(name, result("U", code), headers=headers).outcome == wanted


@pytest.mark.parametrize(("name", "code"), CODES)
def test_an_unsigned_f_is_bound_to_nothing(name: str, code: str) -> None:
    for read in (cancelled, looked):
        reading = read(name, {**result("F", code), **IDS}, headers=UNSIGNED)
        assert reading.outcome == refusal(name, code, bound=False)
        assert reading.signature is Signature.UNSIGNED


@pytest.mark.parametrize(("name", "code"), CODES)
def test_a_refused_inquiry(name: str, code: str) -> None:
    outcome = looked(name, result("F", code)).outcome
    assert outcome == (NotFound(code) if code == "ORDER_NOT_EXIST" else refusal(name, code))


def test_codes_are_looked_up_in_any_case_and_shown_as_they_came() -> None:
    outcome = cancelled("antom", result("f", "order_not_exist")).outcome
    assert outcome == Refused("order_not_exist", Advice.NOT_FOUND, None, bound=True)


# Success.


@pytest.mark.parametrize("name", NAMES)
def test_an_unsigned_success_is_none(name: str) -> None:
    wanted = Unknown(Reason.UNSIGNED, "SUCCESS")
    assert cancelled(name, DONE[name], headers=UNSIGNED).outcome == wanted
    assert looked(name, PAID[name], headers=UNSIGNED).outcome == wanted


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", ["S", "F", "U"])
def test_a_signature_that_is_wrong_or_incomplete_says_nothing_whatever_the_reply_says(
    name: str, status: str
) -> None:
    fields = {**DONE[name], **PAID[name], **result(status, "SIGNATURE_INVALID")}
    for read, paths in ((cancelled, CANCEL_PATHS), (looked, INQUIRY_PATHS)):
        good = signed_headers(body_of(fields), paths[name])
        forged = signed_headers(body_of(fields), paths[name], keys=FOREIGN)
        for headers in (forged, good[:1] + good[3:], good[1:], (*good[:2], *good[3:])):
            reading = read(name, fields, headers=headers)
            assert reading.outcome == Unknown(Reason.BAD_SIGNATURE, "SIGNATURE_INVALID")
            assert reading.signature is Signature.FAILED


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", ["", "X", "SUCCESS", "T"])
def test_a_status_that_is_none_of_the_three_is_unknown(name: str, status: str) -> None:
    fields = {**DONE[name], **PAID[name], **result(status, "SUCCESS")}
    assert cancelled(name, fields).outcome == Unknown(Reason.RESULT_UNKNOWN, "SUCCESS")
    assert looked(name, fields).outcome == Unknown(Reason.RESULT_UNKNOWN, "SUCCESS")
    assert cancelled(name, fields, headers=UNSIGNED).outcome == Unknown(Reason.UNSIGNED, "SUCCESS")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", ["S", "F", "U"])
def test_a_reply_that_names_another_sale_is_about_another_sale(name: str, status: str) -> None:
    for number, echo in (("R-1", "paymentRequestId"), (PAYMENT_ID, "paymentId")):
        fields = {**DONE[name], **PAID[name], **result(status, "SUCCESS"), **IDS, echo: OTHER_ID}
        wanted = Unknown(Reason.OTHER_SALE, "SUCCESS")
        assert cancelled(name, fields, number).outcome == wanted
        assert looked(name, fields, number).outcome == wanted


@pytest.mark.parametrize("name", NAMES)
def test_an_inquiry_that_names_no_sale_shows_none(name: str) -> None:
    for missing in ({"paymentRequestId": None}, {"paymentRequestId": ""}, {"paymentRequestId": 7}):
        assert looked(name, PAID[name] | missing).outcome == Unknown(Reason.RESULT_UNKNOWN, "SUCCESS")


@pytest.mark.parametrize("name", ["antom", "apo"])
@pytest.mark.parametrize("number", ["R-1", PAYMENT_ID])
def test_a_success_that_names_the_sale_is_done_without_a_word_on_the_money(name: str, number: str) -> None:
    reading = cancelled(name, DONE[name], number)
    assert reading.outcome == Cancelled(Effect.UNTOLD, PAYMENT_ID, "R-1")
    assert (reading.signature, reading.progress) == (Signature.VERIFIED, Progress.ANSWERED)


@pytest.mark.parametrize("name", ["antom", "apo"])
def test_a_success_that_names_no_sale_proves_nothing(name: str) -> None:
    assert cancelled(name, SUCCESS).outcome == Unknown(Reason.RESULT_UNKNOWN, "SUCCESS")
    only = {**SUCCESS, "paymentId": PAYMENT_ID}
    assert cancelled(name, only).outcome == Unknown(Reason.RESULT_UNKNOWN, "SUCCESS")
    assert cancelled(name, only, PAYMENT_ID).outcome == Cancelled(Effect.UNTOLD, PAYMENT_ID, "")


# What comes before the body.


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_to_one_call_is_none_to_the_other(name: str) -> None:
    for read, paths in ((cancelled, INQUIRY_PATHS), (looked, CANCEL_PATHS)):
        fields = {**DONE[name], **PAID[name]}
        headers = signed_headers(body_of(fields), paths[name])
        assert read(name, fields, headers=headers).outcome == Unknown(Reason.BAD_SIGNATURE, "SUCCESS")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("exchange", "outcome"),
    [
        (Exchange(progress=Progress.SENT, fault=Reason.SILENCE), Unknown(Reason.SILENCE)),
        (Exchange(progress=Progress.CONNECTED, fault=Reason.DNS), NotSent(Reason.DNS)),
        (answered(b"", (JSON_TYPE,), 503), Unknown(Reason.BUSY)),
        (answered(b"", (JSON_TYPE, ("Retry-After", "40")), 429), Unknown(Reason.BUSY, retry_after_s=40.0)),
        (answered(b"", (JSON_TYPE,), 404), Unknown(Reason.NOT_FOUND_ADDRESS)),
        (answered(b"", (JSON_TYPE,), 302), Unknown(Reason.LOGIN_PAGE)),
        (answered(b"", (JSON_TYPE,), 500), Unknown(Reason.HTTP_STATUS)),
        (answered(b"<html></html>", (("Content-Type", "text/html"),)), Unknown(Reason.LOGIN_PAGE)),
        (answered(b"<html></html>", (JSON_TYPE,)), Unknown(Reason.LOGIN_PAGE)),
        (answered(b"{}", (("Content-Type", "text/plain"),)), Unknown(Reason.UNREADABLE)),
        (answered(b"{}", ()), Unknown(Reason.UNREADABLE)),
        (answered(b"{}", (JSON_TYPE,)), Unknown(Reason.UNREADABLE)),
        (answered(b'{"result":', (("content-type", "APPLICATION/JSON"),)), Unknown(Reason.UNREADABLE)),
    ],
)
def test_a_reply_that_cannot_be_the_gateways_is_read_no_further(
    name: str, exchange: Exchange, outcome: Outcome
) -> None:
    for reading in (
        GATEWAYS[name].read_cancel(question_of(name), KEYS, exchange),
        GATEWAYS[name].read_inquiry(question_of(name), KEYS, exchange),
    ):
        assert (reading.outcome, reading.progress) == (outcome, exchange.progress)
        assert (reading.signature, reading.code) == (Signature.NONE, "")
        assert reading.http_status == (exchange.reply.status if exchange.reply else None)


@pytest.mark.parametrize("name", NAMES)
def test_a_good_body_under_another_status_is_not_read(name: str) -> None:
    body = body_of(PAID[name])
    reply = HttpReply(201, signed_headers(body, INQUIRY_PATHS[name]), body)
    exchange = Exchange(progress=Progress.ANSWERED, reply=reply)
    outcome = GATEWAYS[name].read_inquiry(question_of(name), KEYS, exchange).outcome
    assert outcome == Unknown(Reason.HTTP_STATUS)
    assert isinstance(looked(name, PAID[name]).outcome, Found)
