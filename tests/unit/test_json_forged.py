"""Whatever bytes come, nothing unverified is believed by the JSON gateways and nothing breaks."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_cancel.domain.outcome import Cancelled, Effect, Found, NotFound, NotSent, Refused, Signature, Unknown
from tests.unit.json_replies import (
    CANCEL_PATHS,
    CLIENT,
    DONE,
    FOREIGN,
    GATEWAYS,
    INQUIRY_PATHS,
    JSON_TYPE,
    KEYS,
    PAID,
    PAYMENT_ID,
    RESPONSE_TIME,
    Headers,
    answered,
    body_of,
    question_of,
    signed_headers,
)

NAMES = tuple(GATEWAYS)
HEADER = st.tuples(
    st.sampled_from(["Content-Type", "Date", "signature", "Signature", "client-id", "Response-Time"]),
    st.sampled_from(
        [
            "application/json",
            "text/html",
            CLIENT,
            RESPONSE_TIME,
            "algorithm=RSA256,keyVersion=1,signature=QUJD",
        ]
    )
    | st.text(max_size=40),
)
WORD = st.sampled_from(
    [
        "S",
        "F",
        "U",
        "SUCCESS",
        "ORDER_NOT_EXIST",
        "KEY_NOT_FOUND",
        "FAIL",
        "R-1",
        PAYMENT_ID,
        "REFUND",
        "",
        "1e9",
    ]
)
RESULT = st.dictionaries(st.sampled_from(["resultStatus", "resultCode", "resultMessage"]), WORD)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORD, inner, max_size=3),
    max_leaves=8,
)
NAME = st.sampled_from(
    ["paymentId", "paymentRequestId", "paymentStatus", "paymentAmount", "paymentTime", "transactions"]
)
REFUND = st.dictionaries(
    st.sampled_from(["transactionType", "transactionStatus", "transactionAmount", "transactionResult"]),
    ANYTHING | st.just("REFUND"),
)
BODY = st.builds(
    lambda result, payment, fields, refunds: body_of(
        {**fields, "result": result, "paymentResult": payment}
        | ({"transactions": refunds} if refunds else {})
    ),
    RESULT | ANYTHING,
    RESULT | ANYTHING,
    st.dictionaries(NAME, ANYTHING),
    st.lists(REFUND, max_size=2),
)
HONEST = st.sampled_from([body_of(fields) for fields in (*DONE.values(), *PAID.values())])


def headers_for(body: bytes, kind: str) -> Headers:
    """Headers that look right and prove nothing."""
    own = signed_headers(body, "/ams/api/v1/payments/cancel", keys=FOREIGN)
    return {"foreign": own, "unsigned": (JSON_TYPE,), "partial": own[:2] + own[3:]}[kind]


@pytest.mark.parametrize("name", NAMES)
@given(
    st.just(200) | st.integers(100, 599),
    BODY | HONEST | st.binary(max_size=300),
    st.sampled_from(["foreign", "unsigned", "partial"]) | st.lists(HEADER, max_size=5).map(tuple),
)
def test_no_reply_breaks_the_reader_and_none_is_believed_unverified(
    name: str, status: int, body: bytes, headers: str | Headers
) -> None:
    told = headers_for(body, headers) if isinstance(headers, str) else headers
    gateway, question, exchange = GATEWAYS[name], question_of(name), answered(body, told, status)
    for reading in (
        gateway.read_cancel(question, KEYS, exchange),
        gateway.read_inquiry(question, KEYS, exchange),
    ):
        assert reading.signature is not Signature.VERIFIED
        assert isinstance(reading.outcome, Refused | Unknown)
        assert not isinstance(reading.outcome, Refused) or not reading.outcome.bound


@pytest.mark.parametrize("name", NAMES)
@given(BODY | HONEST)
def test_nothing_that_is_signed_breaks_the_reader_either(name: str, body: bytes) -> None:
    gateway, question = GATEWAYS[name], question_of(name)
    cancel = gateway.read_cancel(question, KEYS, answered(body, signed_headers(body, CANCEL_PATHS[name])))
    inquiry = gateway.read_inquiry(question, KEYS, answered(body, signed_headers(body, INQUIRY_PATHS[name])))
    assert isinstance(cancel.outcome, Cancelled | Refused | Unknown)
    assert isinstance(inquiry.outcome, Found | NotFound | Refused | Unknown)
    assert not isinstance(cancel.outcome, Cancelled) or cancel.outcome.effect is Effect.UNTOLD
    for reading in (cancel, inquiry):
        assert reading.signature in {Signature.VERIFIED, Signature.NONE}
        assert not isinstance(reading.outcome, NotSent)


@pytest.mark.parametrize("name", NAMES)
def test_no_flipped_bit_of_a_success_leaves_it_one(name: str, rng: Random) -> None:
    body = body_of(DONE[name])
    headers = signed_headers(body, CANCEL_PATHS[name])
    for place in rng.sample(range(len(body) * 8), 400):
        flipped = bytearray(body)
        flipped[place // 8] ^= 1 << place % 8
        exchange = answered(bytes(flipped), headers)
        outcome = GATEWAYS[name].read_cancel(question_of(name), KEYS, exchange).outcome
        assert isinstance(outcome, Unknown), bytes(flipped)
