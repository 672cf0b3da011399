"""The acquire gateway: requests from a frozen case, and what each reply amounts to."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from pos_cancel.domain.errors import InvalidNumber, LocalError, SignatureError
from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.profile import Profile, ProfileKind, SignType, Timestamp
from pos_cancel.gateways import Gateway, Params, Question
from pos_cancel.gateways.acquire import Acquire
from pos_cancel.gateways.signing import Keys, canonical, sign, verify
from tests.unit.acquire_replies import NOW, TABLE

PRIVATE = generate_private_key(65537, 2048)
KEYS = Keys(private=PRIVATE, gateway_public=PRIVATE.public_key(), md5=b"0123456789abcdefghijklmnopqrstuv")
RECEIPT = SaleNumber("收据-001 号&A=B+C%", NumberKind.OUT_TRADE_NO)
TRADE = SaleNumber("2019090422001436530558497325", NumberKind.TRADE_NO)
PROFILE = Profile(
    name="shop",
    kind=ProfileKind.LIVE,
    gateway="acquire",
    endpoint="https://first.example/gateway.do",
    backup_endpoint="https://second.example/gateway.do",
    merchant_id="2088000000000001",
)
GATEWAY: Gateway = Acquire(TABLE)


def sent(url: str, body: bytes, charset: str = "UTF-8") -> list[tuple[str, str]]:
    """Address and body merged, as the gateway does it."""
    pairs = parse_qsl(urlsplit(url).query, encoding=charset) + parse_qsl(
        body.decode("ascii"), encoding=charset
    )
    assert len(dict(pairs)) == len(pairs)
    return pairs


def test_it_is_the_gateway_of_that_name_and_has_a_backup() -> None:
    assert (GATEWAY.name, GATEWAY.has_backup) == ("acquire", True)


@pytest.mark.parametrize(
    ("timestamp", "told"),
    [
        (Timestamp.DATETIME, (("timestamp", "2022-02-23 02:15:57"),)),
        (Timestamp.MS, (("timestamp", "1645553757250"),)),
        (Timestamp.NONE, ()),
    ],
)
@pytest.mark.parametrize("number", [RECEIPT, TRADE])
def test_frozen_are_all_parameters_but_the_signature(
    number: SaleNumber, timestamp: Timestamp, told: Params
) -> None:
    params = GATEWAY.freeze(replace(PROFILE, timestamp=timestamp), number, NOW)
    assert dict(params) == {
        "_input_charset": "UTF-8",
        "partner": "2088000000000001",
        "service": "alipay.acquire.cancel",
        number.kind.value: number.text,
        **dict(told),
    }
    assert list(params) == sorted(params)


def test_renewing_touches_the_timestamp_alone() -> None:
    params = GATEWAY.freeze(PROFILE, RECEIPT, NOW)
    later = GATEWAY.renew(params, PROFILE, NOW + timedelta(minutes=10))
    assert set(later) ^ set(params) == {
        ("timestamp", "2022-02-23 02:15:57"),
        ("timestamp", "2022-02-23 02:25:57"),
    }
    bare = replace(PROFILE, timestamp=Timestamp.NONE)
    assert GATEWAY.renew(params, bare, NOW + timedelta(minutes=10)) == params


@pytest.mark.parametrize("charset", ["UTF-8", "GBK", "gb2312"])
@pytest.mark.parametrize("sign_type", [SignType.MD5, SignType.RSA, SignType.RSA2])
@pytest.mark.parametrize("host", [0, 1])
def test_the_request(charset: str, sign_type: SignType, host: int) -> None:
    profile = replace(PROFILE, charset=charset, sign_type=sign_type)
    params = GATEWAY.freeze(profile, RECEIPT, NOW)
    question = Question(profile=profile, number=RECEIPT, params=params, host=host)
    request = GATEWAY.cancel(question, KEYS, NOW + timedelta(seconds=8))
    assert request.method == "POST"
    assert request.url == f"https://{('first', 'second')[host]}.example/gateway.do?_input_charset={charset}"
    assert request.headers == (("Content-Type", f"application/x-www-form-urlencoded; charset={charset}"),)
    assert b"_input_charset" not in request.body
    received = dict(sent(request.url, request.body, charset))
    assert received.pop("sign_type") == sign_type
    verify(canonical(received).encode(charset), received.pop("sign"), sign_type, KEYS)
    assert received == dict(params)


def test_a_retry_sends_the_same_bytes() -> None:
    question = Question(profile=PROFILE, number=RECEIPT, params=GATEWAY.freeze(PROFILE, RECEIPT, NOW))
    first, second = (GATEWAY.cancel(question, KEYS, NOW + timedelta(seconds=late)) for late in (0, 30))
    assert first == second
    assert repr(first) == f"HttpRequest(url={first.url!r}, method='POST')"


def test_without_a_backup_address_the_first_one_is_used_again() -> None:
    profile = replace(PROFILE, backup_endpoint="")
    question = Question(profile=profile, number=TRADE, params=GATEWAY.freeze(profile, TRADE, NOW), host=1)
    assert GATEWAY.cancel(question, KEYS, NOW).url.startswith("https://first.example/")


def test_what_else_stands_in_the_address_is_kept_and_signed() -> None:
    profile = replace(
        PROFILE, endpoint="https://first.example/g?route=a%20b&_input_charset=GBK&sign=x&service=y&z=#f"
    )
    question = Question(profile=profile, number=TRADE, params=GATEWAY.freeze(profile, TRADE, NOW))
    request = GATEWAY.cancel(question, KEYS, NOW)
    assert request.url == "https://first.example/g?route=a+b&_input_charset=UTF-8"
    received = dict(sent(request.url, request.body))
    assert received["route"] == "a b"
    assert received["sign"] == sign(canonical(received).encode(), SignType.RSA2, KEYS)


@pytest.mark.parametrize(
    ("query", "number", "service", "name"),
    [
        ("acquire", RECEIPT, "alipay.acquire.query", "out_trade_no"),
        ("acquire", TRADE, "alipay.acquire.query", "trade_no"),
        ("overseas", RECEIPT, "alipay.acquire.overseas.query", "partner_trans_id"),
        ("overseas", TRADE, "alipay.acquire.overseas.query", "alipay_trans_id"),
    ],
)
@pytest.mark.parametrize("by_profile", [False, True])
def test_the_inquiries(query: str, number: SaleNumber, service: str, name: str, by_profile: bool) -> None:
    profile = replace(PROFILE, query=query if by_profile else "nonsense")
    question = Question(profile=profile, number=number, query="" if by_profile else query)
    request = GATEWAY.inquiry(question, KEYS, NOW)
    received = dict(sent(request.url, request.body))
    verify(canonical(received).encode(), received.pop("sign"), SignType.RSA2, KEYS)
    assert received == {
        "_input_charset": "UTF-8",
        "partner": "2088000000000001",
        "service": service,
        "sign_type": "RSA2",
        "timestamp": "2022-02-23 02:15:57",
        name: number.text,
    }


def test_a_number_that_the_charset_cannot_hold_is_refused_before_anything_is_frozen() -> None:
    profile = replace(PROFILE, charset="GBK")
    number = SaleNumber("R-😀", NumberKind.OUT_TRADE_NO)
    with pytest.raises(InvalidNumber, match="cannot be sent in GBK"):
        GATEWAY.freeze(profile, number, NOW)
    with pytest.raises(InvalidNumber, match="cannot be sent in GBK"):
        GATEWAY.inquiry(Question(profile=profile, number=number), KEYS, NOW)
    assert dict(GATEWAY.freeze(PROFILE, number, NOW))["out_trade_no"] == "R-😀"


def test_a_profile_that_makes_no_sense_is_said() -> None:
    with pytest.raises(LocalError, match="unknown charset"):
        GATEWAY.freeze(replace(PROFILE, charset="EBCDIC"), TRADE, NOW)
    with pytest.raises(LocalError, match="an inquiry called 'none'"):
        GATEWAY.inquiry(Question(profile=PROFILE, number=TRADE, query="none"), KEYS, NOW)


def test_a_missing_key_is_said() -> None:
    question = Question(profile=PROFILE, number=TRADE, params=GATEWAY.freeze(PROFILE, TRADE, NOW))
    with pytest.raises(SignatureError, match="no merchant private key"):
        GATEWAY.cancel(question, Keys(), NOW)
