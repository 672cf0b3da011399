"""Whatever bytes come, nothing unverified is believed and nothing breaks."""

from dataclasses import replace
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from pos_cancel.domain.outcome import Cancelled, Effect, Found, NotFound, NotSent, Refused, Signature, Unknown
from pos_cancel.domain.profile import SignType
from pos_cancel.gateways.signing import Keys
from tests.unit.acquire_replies import (
    BILLS,
    GATEWAY,
    KEYS,
    PROFILE,
    QUESTION,
    REFUNDED,
    TRADE_NO,
    XML_HEADERS,
    answered,
    cancelled,
    document,
)

# Whatever comes.

HEADER = st.tuples(
    st.sampled_from(["Content-Type", "Date", "Retry-After", "content-type"]),
    st.sampled_from(["text/xml", "text/xml; charset=GBK", "text/html"]) | st.text(max_size=40),
)
FIELD = st.sampled_from(
    [
        "result_code",
        "action",
        "out_trade_no",
        "trade_no",
        "detail_error_code",
        "trade_status",
        "total_fee",
        "sign",
    ]
)
VALUE = st.sampled_from(["SUCCESS", "FAIL", "close", "refund", "R-1", TRADE_NO, "TRADE_SUCCESS", "", "1e9"])
FORGED = st.builds(
    document,
    st.dictionaries(FIELD, VALUE),
    is_success=st.sampled_from(["T", "F", "t", "X", ""]),
    error=st.sampled_from(["", "ILLEGAL_SIGN", "SUCCESS"]),
    keys=st.sampled_from([None, Keys(md5=b"another shop's secret 0123456789")]),
    nested=st.sampled_from(["", BILLS, "<trade_status><a/></trade_status>"]),
    encoding=st.sampled_from(["UTF-8", "GBK"]),
)


@given(
    st.integers(100, 599) | st.just(200),
    st.lists(HEADER, max_size=3).map(tuple) | st.just(XML_HEADERS),
    FORGED | st.binary(max_size=400),
)
def test_no_reply_breaks_the_reader_and_none_is_believed_unverified(
    status: int, headers: tuple[tuple[str, str], ...], body: bytes
) -> None:
    exchange = answered(body, status, headers)
    for reading in (
        GATEWAY.read_cancel(QUESTION, KEYS, exchange),
        GATEWAY.read_inquiry(QUESTION, KEYS, exchange),
    ):
        assert reading.signature is not Signature.VERIFIED
        assert not isinstance(reading.outcome, Cancelled | NotFound | NotSent)
        assert not isinstance(reading.outcome, Found) or reading.signature is Signature.UNCHECKED
        assert not isinstance(reading.outcome, Refused) or not reading.outcome.bound


@pytest.mark.parametrize("sign_type", [SignType.MD5, SignType.RSA2])
def test_no_flipped_bit_gives_a_success_another_meaning(sign_type: SignType, rng: Random) -> None:
    private = generate_private_key(65537, 2048)
    keys = Keys(private=private, gateway_public=private.public_key(), md5=KEYS.md5)
    question = replace(QUESTION, profile=replace(PROFILE, sign_type=sign_type))
    body = document(REFUNDED, keys=keys, sign_type=sign_type)
    places = range(len(body) * 8)
    for place in places if sign_type is SignType.MD5 else rng.sample(places, 1000):
        flipped = bytearray(body)
        flipped[place // 8] ^= 1 << place % 8
        reading = cancelled(bytes(flipped), question, keys)
        wanted = Cancelled(Effect.REFUND, TRADE_NO, "R-1")
        assert reading.outcome == wanted or isinstance(reading.outcome, Unknown), bytes(flipped)
