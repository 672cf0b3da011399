"""When a reply of acquire is believed at all: transport, signature, the sale it names (R8)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.outcome import (
    Advice,
    Cancelled,
    Effect,
    NotSent,
    Outcome,
    Progress,
    Reading,
    Reason,
    Refused,
    Signature,
    Unknown,
)
from pos_cancel.domain.profile import SignType
from pos_cancel.gateways import Question
from pos_cancel.gateways.http import Exchange
from pos_cancel.gateways.signing import Keys
from tests.unit.acquire_replies import (
    BILLS,
    BY_TRADE_NO,
    GATEWAY,
    KEYS,
    PAID,
    PROFILE,
    QUESTION,
    REFUNDED,
    TRADE_NO,
    XML_HEADERS,
    answered,
    cancelled,
    document,
    looked,
    refusal,
    signed,
    without,
)

# Transport.


@pytest.mark.parametrize(
    ("exchange", "outcome"),
    [
        (Exchange(progress=Progress.SECURED, fault=Reason.SILENCE), NotSent(Reason.SILENCE)),
        (Exchange(progress=Progress.SENT, fault=Reason.RESET), Unknown(Reason.RESET)),
        (Exchange(progress=Progress.ANSWERED, fault=Reason.CUT), Unknown(Reason.CUT)),
    ],
)
def test_no_reply(exchange: Exchange, outcome: Outcome) -> None:
    reading = GATEWAY.read_cancel(QUESTION, KEYS, exchange)
    assert reading == Reading(outcome=outcome, progress=exchange.progress)
    assert GATEWAY.read_inquiry(QUESTION, KEYS, exchange) == reading


HTML = (("Content-Type", "text/html"),)
LATER = ("Retry-After", "Tue, 22 Feb 2022 18:16:28 GMT")


@pytest.mark.parametrize(
    ("status", "headers", "body", "outcome"),
    [
        (404, HTML, b"<html>", Unknown(Reason.NOT_FOUND_ADDRESS)),
        (301, (), b"", Unknown(Reason.LOGIN_PAGE)),
        (302, XML_HEADERS, signed(REFUNDED), Unknown(Reason.LOGIN_PAGE)),
        (511, (), b"", Unknown(Reason.LOGIN_PAGE)),
        (403, HTML, b"", Unknown(Reason.LOGIN_PAGE)),
        (403, XML_HEADERS, b"\xef\xbb\xbf\n<HTML><body>", Unknown(Reason.LOGIN_PAGE)),
        (403, XML_HEADERS, b"", Unknown(Reason.HTTP_STATUS)),
        (200, HTML, signed(REFUNDED), Unknown(Reason.LOGIN_PAGE)),
        (200, XML_HEADERS, b"<!DOCTYPE html><html>", Unknown(Reason.LOGIN_PAGE)),
        (200, (("Content-Type", "application/json"),), b"{}", Unknown(Reason.UNREADABLE)),
        (200, (("Content-Type", "text/plain"),), signed(REFUNDED), Unknown(Reason.UNREADABLE)),
        (200, (), signed(REFUNDED), Unknown(Reason.UNREADABLE)),
        (200, XML_HEADERS, b"", Unknown(Reason.UNREADABLE)),
        (200, XML_HEADERS, signed(REFUNDED)[:-9], Unknown(Reason.UNREADABLE)),
        (201, XML_HEADERS, signed(REFUNDED), Unknown(Reason.HTTP_STATUS)),
        (500, XML_HEADERS, signed(REFUNDED), Unknown(Reason.HTTP_STATUS)),
        (502, HTML, b"<html>Bad Gateway", Unknown(Reason.HTTP_STATUS)),
        (503, (), b"", Unknown(Reason.BUSY)),
        (429, (("Retry-After", " 120 "),), b"", Unknown(Reason.BUSY, retry_after_s=120.0)),
        (429, (("retry-after", "9" * 40),), b"", Unknown(Reason.BUSY, retry_after_s=86_400.0)),
        (429, (("Retry-After", "-5"),), b"", Unknown(Reason.BUSY)),
        (503, (LATER, *XML_HEADERS), b"", Unknown(Reason.BUSY, retry_after_s=30.0)),
        (
            503,
            (LATER, ("Date", "Tue, 22 Feb 2022 18:20:00 GMT")),
            b"",
            Unknown(Reason.BUSY, retry_after_s=0.0),
        ),
        (503, (LATER,), b"", Unknown(Reason.BUSY)),
    ],
)
def test_what_the_transport_tells(
    status: int, headers: tuple[tuple[str, str], ...], body: bytes, outcome: Outcome
) -> None:
    exchange = answered(body, status, headers)
    for reading in (
        GATEWAY.read_cancel(QUESTION, KEYS, exchange),
        GATEWAY.read_inquiry(QUESTION, KEYS, exchange),
    ):
        assert reading.outcome == outcome
        assert (reading.signature, reading.http_status) == (Signature.NONE, status)


def test_application_xml_will_do_and_the_time_is_the_replys() -> None:
    exchange = answered(signed(REFUNDED), headers=(("content-type", "Application/XML"), XML_HEADERS[1]))
    assert GATEWAY.read_cancel(QUESTION, KEYS, exchange) == Reading(
        outcome=Cancelled(Effect.REFUND, TRADE_NO, "R-1"),
        signature=Signature.VERIFIED,
        progress=Progress.ANSWERED,
        code="SUCCESS",
        gateway_time=datetime(2022, 2, 22, 18, 15, 58, tzinfo=UTC),
        http_status=200,
    )


# Signature.


@pytest.mark.parametrize("code", ["ILLEGAL_SIGN", "SYSTEM_ERROR", "TRADE_NOT_EXIST", "NEVER_HEARD_OF"])
def test_an_unsigned_f_is_information_that_names_no_sale(code: str) -> None:
    body = document({}, is_success="F", error=code)
    for reading in (cancelled(body), looked(body)):
        assert reading.outcome == refusal(code, bound=False)
        assert (reading.signature, reading.code) == (Signature.UNSIGNED, code)


def test_an_unsigned_f_with_a_whole_answer_is_no_more_than_that() -> None:
    reading = cancelled(document(REFUNDED, is_success="F", error=" ILLEGAL_SIGN\n"))
    assert reading.outcome == Refused("ILLEGAL_SIGN", Advice.SETUP, None, bound=False, setup_code="S-03")


def test_an_unsigned_t_is_unknown_whatever_it_says() -> None:
    for reading in (cancelled(document(REFUNDED)), looked(document(PAID)), cancelled(document({}))):
        assert isinstance(reading.outcome, Unknown)
        assert (reading.outcome.reason, reading.signature) == (Reason.UNSIGNED, Signature.UNSIGNED)


SIGNED = signed(REFUNDED).decode()
SIGN = SIGNED[SIGNED.index("<sign>") : SIGNED.index("<sign_type>")]
SIGN_TYPE = "<sign_type>MD5</sign_type>"


@pytest.mark.parametrize(
    "body",
    [
        SIGNED.replace("refund", "close"),
        SIGNED.replace(SIGN, ""),
        SIGNED.replace(SIGN_TYPE, ""),
        SIGNED.replace(SIGN, "<sign/>"),
        SIGNED.replace(SIGN_TYPE, "<sign_type/>"),
        SIGNED.replace(SIGN, "<sign/>").replace(SIGN_TYPE, "<sign_type/>"),
        SIGNED.replace(SIGN_TYPE, "<sign_type>RSA2</sign_type>"),
        SIGNED.replace(SIGN, SIGN.upper().replace("SIGN>", "sign>")),
        SIGNED.replace("UTF-8", "GBK").replace("R-1", "收据"),
        SIGNED.replace(">T<", ">F<").replace("R-1", "R-2"),
        f"<alipay><is_success>F</is_success><error>ILLEGAL_SIGN</error>{SIGN_TYPE}</alipay>",
        SIGNED.replace("</alipay></response>", BILLS + "</alipay></response>"),
    ],
)
def test_a_signature_that_is_wrong_or_incomplete_is_unknown_whatever_the_reply_says(body: str) -> None:
    codec = "gbk" if "GBK" in body else "utf-8"
    reading = cancelled(body.encode(codec))
    assert isinstance(reading.outcome, Unknown)
    assert (reading.outcome.reason, reading.signature) == (Reason.BAD_SIGNATURE, Signature.FAILED)


def test_the_signature_is_checked_in_the_charset_of_the_document_on_decoded_values() -> None:
    fields = {**REFUNDED, "out_trade_no": "收据 & 号", "memo": "  padded ", "none": ""}
    question = replace(QUESTION, number=SaleNumber("收据 & 号", NumberKind.OUT_TRADE_NO))
    for encoding in ("UTF-8", "GBK", "gb2312"):
        reading = cancelled(document(fields, keys=KEYS, encoding=encoding), question)
        assert reading.outcome == Cancelled(Effect.REFUND, TRADE_NO, "收据 & 号")


@pytest.mark.parametrize("sign_type", [SignType.RSA, SignType.RSA2])
def test_rsa_replies_verify_with_the_gateways_key_alone(sign_type: SignType) -> None:
    gateway, merchant = (generate_private_key(65537, 2048) for _ in range(2))
    body = document(REFUNDED, keys=Keys(private=gateway), sign_type=sign_type)
    question = replace(QUESTION, profile=replace(PROFILE, sign_type=sign_type))
    told = {
        name: cancelled(body, question, keys).outcome
        for name, keys in (
            ("gateway", Keys(gateway_public=gateway.public_key())),
            ("merchant", Keys(gateway_public=merchant.public_key())),
            ("none", Keys()),
        )
    }
    assert told["gateway"] == Cancelled(Effect.REFUND, TRADE_NO, "R-1")
    assert told["merchant"] == told["none"] == Unknown(Reason.BAD_SIGNATURE, "SUCCESS")


def test_blanks_around_the_signature_and_case_do_no_harm() -> None:
    body = (
        SIGNED.replace(SIGN, SIGN.replace(">", ">\n ", 1))
        .replace(">MD5<", "> md5\t<")
        .replace(">T<", "> t <")
    )
    assert cancelled(body.encode()).outcome == Cancelled(Effect.REFUND, TRADE_NO, "R-1")


def test_a_signature_over_nothing_proves_nothing() -> None:
    refused = cancelled(document({}, is_success="F", error="ILLEGAL_SIGN", keys=KEYS))
    assert refused.outcome == Refused("ILLEGAL_SIGN", Advice.SETUP, None, bound=False, setup_code="S-03")
    assert refused.signature is Signature.UNSIGNED
    assert cancelled(document({}, keys=KEYS)).outcome == Unknown(Reason.UNSIGNED)


def test_an_f_around_a_verified_answer() -> None:
    body = SIGNED.replace(">T<", ">F<").encode()
    assert cancelled(body).outcome == Unknown(Reason.RESULT_UNKNOWN, "SUCCESS")
    fields = {"detail_error_code": "TRADE_STATUS_ERROR", "out_trade_no": "R-1", "result_code": "FAIL"}
    # The outer code is not signed: the inner one counts.
    reading = cancelled(document(fields, is_success="F", error="TRADE_CANCEL_TIME_OUT", keys=KEYS))
    assert reading.outcome == Refused("TRADE_STATUS_ERROR", Advice.STATUS, None, bound=True)


# Which sale.


@pytest.mark.parametrize("question", [QUESTION, BY_TRADE_NO])
def test_a_success_must_name_the_number_that_was_sent(question: Question) -> None:
    name = question.number.kind.value
    for fields in (
        without(REFUNDED, name),
        {**REFUNDED, name: ""},
        {**REFUNDED, name: question.number.text + " "},
    ):
        assert cancelled(signed(fields), question).outcome == Unknown(Reason.OTHER_SALE, "SUCCESS")
    for fields in (without(PAID, name), {**PAID, name: question.number.text.lower() + "x"}):
        assert looked(signed(fields), question).outcome == Unknown(Reason.OTHER_SALE, "SUCCESS")
    assert cancelled(signed(REFUNDED), question).outcome == Cancelled(Effect.REFUND, TRADE_NO, "R-1")


@pytest.mark.parametrize("code", ["TRADE_STATUS_ERROR", "TRADE_CANCEL_TIME_OUT"])
def test_a_failure_may_leave_the_number_out_but_not_name_another(code: str) -> None:
    fields = {"detail_error_code": code, "result_code": "FAIL"}
    for read in (cancelled, looked):
        assert read(signed(fields)).outcome == refusal(code, bound=False)
        assert read(signed({**fields, "out_trade_no": "R-1"})).outcome == refusal(code)
        assert read(signed({**fields, "out_trade_no": "R-2"})).outcome == Unknown(Reason.OTHER_SALE, code)


def test_a_number_of_another_gateway_is_never_echoed() -> None:
    question = replace(QUESTION, number=SaleNumber("R-1", NumberKind.PAYMENT_ID))
    assert cancelled(signed(REFUNDED), question).outcome == Unknown(Reason.OTHER_SALE, "SUCCESS")
