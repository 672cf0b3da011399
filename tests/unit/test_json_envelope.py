"""Requests as they leave, and what the signature of a reply is worth."""

import json
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from pos_cancel.domain.errors import InvalidNumber, SignatureError
from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.outcome import Signature
from pos_cancel.domain.profile import SignType, Timestamp
from pos_cancel.gateways import Gateway, Question, signature_header
from pos_cancel.gateways.http import HttpReply, HttpRequest
from pos_cancel.gateways.json_envelope import check, content
from pos_cancel.gateways.signing import Keys, verify
from tests.unit.json_replies import (
    CANCEL_PATHS,
    CLIENT,
    DATE,
    DONE,
    FOREIGN,
    GATEWAYS,
    INQUIRY_PATHS,
    JSON_TYPE,
    KEYS,
    NOW,
    PAYMENT_ID,
    REQUEST_ID,
    RESPONSE_TIME,
    Headers,
    body_of,
    profile_of,
    question_of,
    signed_headers,
)

NAMES = tuple(GATEWAYS)
RECEIPT = SaleNumber("收据-001 号", NumberKind.PAYMENT_REQUEST_ID)


def frozen(gateway: str, question: Question) -> Question:
    return replace(question, params=GATEWAYS[gateway].freeze(question.profile, question.number, NOW))


def verified(request: HttpRequest) -> dict[str, str]:
    """The headers of a request whose signature holds for exactly what is sent."""
    headers = dict(request.headers)
    parsed = signature_header.parse(headers["signature"])
    path = urlsplit(request.url).path
    text = content(path, headers["client-id"], headers["request-time"], request.body)
    verify(text, parsed.signature, SignType.RSA256, KEYS)
    return headers


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_gateway_without_a_backup(name: str) -> None:
    gateway: Gateway = GATEWAYS[name]
    assert (gateway.name, gateway.has_backup) == (name, False)


@pytest.mark.parametrize(
    ("number", "body"),
    [
        (SaleNumber(PAYMENT_ID, NumberKind.PAYMENT_ID), f'{{"paymentId":"{PAYMENT_ID}"}}'),
        (SaleNumber(REQUEST_ID, NumberKind.PAYMENT_REQUEST_ID), f'{{"paymentRequestId":"{REQUEST_ID}"}}'),
        (SaleNumber("2019", NumberKind.TRADE_NO), '{"paymentId":"2019"}'),
        (SaleNumber("2019", NumberKind.OUT_TRADE_NO), '{"paymentRequestId":"2019"}'),
        (SaleNumber('a "b" \\', NumberKind.PAYMENT_REQUEST_ID), '{"paymentRequestId":"a \\"b\\" \\\\"}'),
        (RECEIPT, '{"paymentRequestId":"收据-001 号"}'),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_exactly_one_id_is_frozen_and_sent(name: str, number: SaleNumber, body: str) -> None:
    profile = profile_of(name)
    params = GATEWAYS[name].freeze(profile, number, NOW)
    assert params == (("body", body),)
    question = Question(profile=profile, number=number, params=params)
    request = GATEWAYS[name].cancel(question, KEYS, NOW)
    assert (request.method, request.body) == ("POST", body.encode())
    assert GATEWAYS[name].inquiry(question, KEYS, NOW).body == body.encode()
    verified(request)


def test_there_is_nothing_to_renew() -> None:
    params = (("body", '{"paymentId":"P1"}'),)
    assert GATEWAYS["antom"].renew(params, profile_of("antom"), NOW) is params


def test_what_was_frozen_is_sent_even_if_the_profile_has_changed() -> None:
    question = replace(question_of("antom"), params=(("body", '{"paymentRequestId": "R-1" }'),))
    changed = replace(question, profile=replace(question.profile, merchant_account_id="M1"))
    assert GATEWAYS["antom"].cancel(changed, KEYS, NOW).body == b'{"paymentRequestId": "R-1" }'


def test_the_extra_pairs_stand_in_the_body_and_none_of_them_is_empty_or_a_second_id() -> None:
    profile = replace(
        profile_of("acqp"),
        merchant_account_id="M1",
        extra=(
            ("pspId", "102"),
            ("acquirerId", "111"),
            ("empty", ""),
            ("paymentId", "P9"),
            ("paymentRequestId", ""),
        ),
    )
    (_, body), *_ = GATEWAYS["acqp"].freeze(profile, RECEIPT, NOW)
    assert list(json.loads(body).items()) == [
        ("acquirerId", "111"),
        ("merchantAccountId", "M1"),
        ("paymentRequestId", RECEIPT.text),
        ("pspId", "102"),
    ]
    told = replace(profile, merchant_account_id="", extra=(("merchantAccountId", "M2"),))
    (_, body), *_ = GATEWAYS["acqp"].freeze(told, RECEIPT, NOW)
    assert json.loads(body)["merchantAccountId"] == "M2"


def test_a_number_that_is_no_text_is_refused_before_anything_is_frozen() -> None:
    with pytest.raises(InvalidNumber, match="half a character"):
        GATEWAYS["apo"].freeze(profile_of("apo"), SaleNumber("R\ud83d", NumberKind.PAYMENT_REQUEST_ID), NOW)


@pytest.mark.parametrize("name", NAMES)
def test_the_headers(name: str) -> None:
    request = GATEWAYS[name].cancel(frozen(name, question_of(name)), KEYS, NOW)
    headers = verified(request)
    assert headers["signature"].startswith("algorithm=RSA256, keyVersion=1, signature=")
    assert headers["Content-Type"] == "application/json; charset=UTF-8"
    assert headers["client-id"] == CLIENT
    assert len(headers) == len(request.headers) == 4


@pytest.mark.parametrize(
    ("name", "form", "time"),
    [
        ("antom", Timestamp.MS, "1560337631250"),
        ("antom", Timestamp.ISO, "2019-06-12T19:07:11+08:00"),
        ("antom", Timestamp.DATETIME, "1560337631250"),
        ("apo", Timestamp.NONE, "1560337631250"),
        ("acqp", Timestamp.ISO, "2019-06-12T19:07:11+08:00"),
        ("acqp", Timestamp.MS, "1560337631250"),
        ("acqp", Timestamp.DATETIME, "2019-06-12T19:07:11+08:00"),
    ],
)
def test_the_request_time(name: str, form: Timestamp, time: str) -> None:
    question = question_of(name)
    question = replace(question, profile=replace(question.profile, timestamp=form))
    assert verified(GATEWAYS[name].inquiry(question, KEYS, NOW))["request-time"] == time


def test_the_key_version_is_the_profiles() -> None:
    question = question_of("antom")
    question = replace(question, profile=replace(question.profile, key_version="7"))
    assert "keyVersion=7," in verified(GATEWAYS["antom"].inquiry(question, KEYS, NOW))["signature"]
    # What lies beside the key knows better.
    keys = replace(KEYS, key_version="8")
    assert "keyVersion=8," in verified(GATEWAYS["antom"].inquiry(question, keys, NOW))["signature"]


@pytest.mark.parametrize(
    ("name", "client", "prefix", "cancel_path"),
    [
        ("antom", CLIENT, "", CANCEL_PATHS["antom"]),
        ("apo", CLIENT, "", CANCEL_PATHS["apo"]),
        ("acqp", CLIENT, "", CANCEL_PATHS["acqp"]),
        ("antom", "SANDBOX_5X", "", "/ams/sandbox/api/v1/payments/cancel"),
        ("apo", "SANDBOX_5X", "", "/ams/sandbox/api/v1/payments/cancel"),
        ("acqp", "SANDBOX_5Y", "", CANCEL_PATHS["acqp"]),
        ("antom", "sandbox_5X", "", CANCEL_PATHS["antom"]),
        ("antom", "SANDBOX_5X", "/own/v2/", "/own/v2/payments/cancel"),
        ("acqp", CLIENT, "aps/api/intl/wallet/v1", "/aps/api/intl/wallet/v1/payments/cancelPayment"),
        ("acqp", CLIENT, "/a b?c=%2F收", "/a%20b%3Fc%3D%2F%E6%94%B6/payments/cancelPayment"),
    ],
)
@pytest.mark.parametrize("endpoint", ["https://open.example:8443", "https://open.example:8443/"])
def test_the_path_that_is_signed_is_the_path_that_is_sent(
    name: str, client: str, prefix: str, cancel_path: str, endpoint: str
) -> None:
    question = question_of(name)
    profile = replace(question.profile, merchant_id=client, path_prefix=prefix, endpoint=endpoint)
    question = frozen(name, replace(question, profile=profile))
    request = GATEWAYS[name].cancel(question, KEYS, NOW)
    assert request.url == f"https://open.example:8443{cancel_path}"
    verified(request)
    other = GATEWAYS[name].inquiry(question, KEYS, NOW)
    assert other.url == f"https://open.example:8443{cancel_path.rpartition('/')[0]}/inquiryPayment"
    verified(other)


def test_a_missing_key_is_said() -> None:
    with pytest.raises(SignatureError, match="no merchant private key"):
        GATEWAYS["antom"].inquiry(question_of("antom"), Keys(), NOW)


# Replies.

BODY = body_of(DONE["antom"])
PATH = CANCEL_PATHS["antom"]
SIGNED = signed_headers(BODY, PATH)


def worth(headers: Headers, *, body: bytes = BODY, path: str = PATH, keys: Keys = KEYS) -> Signature:
    return check(HttpReply(200, headers, body), path, profile_of("antom"), keys)


def changed(**values: str) -> Headers:
    return tuple((name, values.get(name.replace("-", "_"), value)) for name, value in SIGNED)


def header_of(name: str) -> str:
    return dict(SIGNED)[name]


def test_a_good_signature_is_verified_whatever_its_headers_look_like() -> None:
    assert worth(SIGNED) is Signature.VERIFIED
    assert (
        worth(tuple((name.title(), f" {value} ") for name, value in reversed(SIGNED))) is Signature.VERIFIED
    )
    assert worth(tuple((name.upper(), value) for name, value in SIGNED)) is Signature.VERIFIED
    version = header_of("signature").replace("keyVersion=1", "keyversion=0, clientId=X")
    assert worth(changed(signature=version.replace("RSA256", "rsa256"))) is Signature.VERIFIED


def test_a_reply_without_any_of_the_three_headers_is_unsigned() -> None:
    assert worth((JSON_TYPE, DATE)) is Signature.UNSIGNED
    assert worth((("signature", ""), ("client-id", " "), JSON_TYPE)) is Signature.UNSIGNED


@pytest.mark.parametrize("kept", range(1, 7))
def test_a_reply_with_only_some_of_them_is_no_better_than_forged(kept: int) -> None:
    three = SIGNED[:3]
    some = tuple(pair for place, pair in enumerate(three) if kept & 1 << place)
    assert worth((*some, JSON_TYPE)) is Signature.FAILED


@pytest.mark.parametrize(
    "headers",
    [
        changed(response_time="2019-06-12T19:07:12+08:00"),
        changed(signature=header_of("signature").replace("RSA256", "NONE")),
        changed(signature=header_of("signature").replace("RSA256", "RSA")),
        changed(signature="algorithm=RSA256,keyVersion=1,signature=QUJD"),
        changed(signature="algorithm=RSA256,keyVersion=1,signature=%ZZ%"),
        changed(signature="nonsense"),
        changed(client_id="CID_OTHER"),
        signed_headers(BODY, PATH, client="CID_OTHER"),
        signed_headers(BODY, PATH, keys=FOREIGN),
        signed_headers(BODY, INQUIRY_PATHS["antom"]),
        signed_headers(BODY + b" ", PATH),
    ],
)
def test_what_was_signed_otherwise_fails(headers: Headers) -> None:
    assert worth(headers) is Signature.FAILED


def test_the_very_bytes_of_the_body_count() -> None:
    spaced = BODY.replace(b":", b": ", 1)
    assert worth(SIGNED, body=spaced) is Signature.FAILED
    assert worth(signed_headers(spaced, PATH), body=spaced) is Signature.VERIFIED
    marked = b"\xef\xbb\xbf" + BODY
    assert worth(signed_headers(marked, PATH), body=marked) is Signature.VERIFIED


def test_nothing_verifies_without_the_gateways_key() -> None:
    assert worth(SIGNED, keys=Keys()) is Signature.FAILED


def test_a_response_time_that_is_none_is_signed_like_any_other() -> None:
    assert worth(signed_headers(BODY, PATH, time="时\ud83d")) is Signature.VERIFIED
    assert header_of("response-time") == RESPONSE_TIME
