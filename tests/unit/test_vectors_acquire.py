"""Every vector that concerns acquire, its keys, its XML and its times goes through the product's own code.

The vectors come from outside: recordings, published samples, what other clients were seen to do. Where
a vector's classification and outcomes.md differ, outcomes.md wins, and the test names the code and says so.
"""

import base64
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from pos_cancel.adapters import resources
from pos_cancel.domain.errors import KeyTextError, ReplyError, SignatureError
from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.outcome import (
    Advice,
    Cancelled,
    Effect,
    Outcome,
    Progress,
    Reason,
    Refused,
    Signature,
    Unknown,
)
from pos_cancel.domain.profile import Profile, ProfileKind, SignType
from pos_cancel.gateways import Question, keys, xml_reply
from pos_cancel.gateways.acquire import Acquire
from pos_cancel.gateways.acquire_reply import check, signed_forms
from pos_cancel.gateways.http import Exchange, HttpReply
from pos_cancel.gateways.signing import Keys, canonical, sign, verify
from pos_cancel.gateways.times import parse_time
from tests.unit.acquire_replies import NOW, TABLE, document
from tests.unit.vector_files import SKIPPED, VECTORS, Vector


def keys_of(vector: Vector) -> Keys:
    """The vector's keys; a pair serves as both sides, since the vectors do not tell whose it is."""
    given = vector["key"]
    if given["type"] == "md5":
        # Some recordings have secrets of other lengths than live accounts do.
        return Keys(md5=given["secret"].encode())
    private = keys.read_private(given["private_pem"]) if "private_pem" in given else None
    public = keys.read_public(given["public_pem"]) if "public_pem" in given else None
    if public is None and private is not None:
        public = private.public_key()
    return Keys(private=private, gateway_public=public)


def body_of(vector: Vector) -> bytes:
    given = vector["input"]
    if "xml_base64" in given:
        return base64.b64decode(given["xml_base64"])
    text: str = given["xml"]
    return text.encode("gb18030" if given["encoding"].upper().startswith("GB") else given["encoding"])


def check_sign(vector: Vector) -> None:
    text = canonical(vector["input"]["params"])
    assert text == vector["expected"]["string_to_sign"]
    if vector["algorithm"] != "none":
        sign_type, charset = SignType(vector["algorithm"]), vector["input"]["charset"]
        assert sign(text.encode(charset), sign_type, keys_of(vector)) == vector["expected"]["sign"]


def check_request(vector: Vector) -> None:
    given, expected = vector["input"], vector["expected"]
    address = urlsplit(given.get("url") or given["target"])
    pairs = [
        *parse_qsl(address.query, encoding=given["charset"], strict_parsing=True),
        *parse_qsl(given.get("body", ""), encoding=given["charset"]),
    ]
    params = dict(pairs)
    assert len(params) == len(pairs)
    text = canonical(params)
    if given["system"] == "openapi":
        # The contrast: there sign_type is signed. Our rule must not accept it, the primitive must.
        assert text != expected["string_to_sign"]
        with pytest.raises(SignatureError):
            verify(text.encode(given["charset"]), params["sign"], SignType.RSA2, keys_of(vector))
        text = expected["string_to_sign"]
    assert text == expected["string_to_sign"]
    verify(text.encode(given["charset"]), params["sign"], SignType(vector["algorithm"]), keys_of(vector))


def check_text(vector: Vector) -> None:
    given, expected = vector["input"], vector["expected"]
    text = canonical(given["params"]) if "params" in given else given["text"]
    assert text == expected["string_to_sign"]
    with nullcontext() if expected["valid"] else pytest.raises(SignatureError):
        verify(text.encode(given["encoding"]), given["sign"], SignType(vector["algorithm"]), keys_of(vector))


def check_reply(vector: Vector) -> None:
    reply = xml_reply.read(body_of(vector))
    sign_type, expected = SignType(vector["algorithm"]), vector["expected"]
    wanted = Signature.VERIFIED if expected["valid"] else Signature.FAILED
    assert check(reply, sign_type, keys_of(vector)) is wanted
    if "string_to_sign" in expected:
        assert list(signed_forms(reply)) == [expected["string_to_sign"]]
    compare_document(reply, {name: value for name, value in expected.items() if hasattr(reply, name)})


def compare_document(reply: xml_reply.XmlReply, expected: Mapping[str, Any]) -> None:
    for name, value in expected.items():
        told = getattr(reply, name)
        if name == "nested":
            told = {field: as_lists(nested.items) for field, nested in told.items()}
        assert told == value, name


def as_lists(items: tuple[xml_reply.Node, ...]) -> list[list[Any]]:
    return [[name, inside if isinstance(inside, str) else as_lists(inside)] for name, inside in items]


# What the vectors call the reason, and a word of our sentence.
REASONS: Mapping[str, str] = {
    "not well-formed": "not well-formed",
    "not an alipay document": "not an Alipay document",
    "DOCTYPE refused": "DOCTYPE",
    "duplicate element": "duplicate element",
    "encrypted": "encrypted",
    "private key given where public is needed": "a private key; a public key is needed",
    "public key given where private is needed": "a public key; a private key is needed",
}


def check_xml(vector: Vector) -> None:
    expected = dict(vector["expected"])
    if not expected.pop("ok"):
        with pytest.raises(ReplyError, match=REASONS[expected["reason"]]):
            xml_reply.read(body_of(vector))
        return
    reply = xml_reply.read(body_of(vector))
    compare_document(reply, expected)
    assert ("nested" in expected) == bool(reply.nested)


def check_key(vector: Vector) -> None:
    text, expected = vector["input"]["text"], vector["expected"]
    is_private = vector["input"]["role"] == "private"
    if not expected["ok"]:
        with pytest.raises(KeyTextError, match=REASONS[expected["reason"]]):
            _ = keys.read_private(text) if is_private else keys.read_public(text)
        return
    public = keys.read_private(text).public_key() if is_private else keys.read_public(text)
    assert (public.key_size, keys.fingerprint(public)) == (expected["bits"], expected["spki_sha256"])


def check_times(vector: Vector) -> None:
    told = [parse_time(text).isoformat() for text in vector["input"]["values"]]
    assert told == vector["expected"]["utc"]


SECRET = Keys(md5=b"0123456789abcdefghijklmnopqrstuv")
PROFILE = Profile(
    name="v",
    kind=ProfileKind.LIVE,
    gateway="acquire",
    endpoint="https://g.example/gateway.do",
    merchant_id="2088000000000001",
    sign_type=SignType.MD5,
)
QUESTION = Question(profile=PROFILE, number=SaleNumber("R-1", NumberKind.OUT_TRADE_NO))


def outcome_of(case: Mapping[str, Any]) -> Outcome:
    """What the product makes of a case of the vectors: they give fields, so the reply is made from them."""
    if "transport" in case:
        exchange = Exchange(progress=Progress.SENT, fault=Reason.SILENCE)
        return Acquire(TABLE).read_cancel(QUESTION, SECRET, exchange).outcome
    if case["is_success"] == "F":
        body = document({}, is_success="F", error=case["error"])
    else:
        body = document({"out_trade_no": "R-1", **case["response"]}, keys=SECRET)
    reply = HttpReply(200, (("Content-Type", "text/xml;charset=UTF-8"),), body)
    exchange = Exchange(progress=Progress.ANSWERED, reply=reply)
    return Acquire(TABLE).read_cancel(QUESTION, SECRET, exchange).outcome


def check_case(vector: Vector) -> None:
    outcome, expected = outcome_of(vector["input"]), vector["expected"]
    match expected["effect"], expected["retry"]:
        case "none", False:
            assert outcome == Cancelled(Effect.NONE, "", "R-1")
        case "unknown", True:
            again = isinstance(outcome, Refused) and outcome.advice is Advice.SYSTEM
            assert again or isinstance(outcome, Unknown)
        case "not_cancelled", True:
            assert isinstance(outcome, Refused)
            assert outcome.advice in {Advice.BUSY, Advice.FUNDS, Advice.IN_PROGRESS}
        case _:
            assert isinstance(outcome, Refused)
            assert outcome.advice is Advice.SETUP


# The class of each code by its published action, in our words.
CLASSES: Mapping[str, frozenset[Advice]] = {
    "retry_same": frozenset({Advice.SYSTEM}),
    "fix_then_retry": frozenset({Advice.SETUP, Advice.PARAMETER, Advice.NOT_FOUND, Advice.STATUS}),
    "support": frozenset({Advice.BLOCKED}),
    "retry_later": frozenset({Advice.BUSY, Advice.FUNDS, Advice.IN_PROGRESS}),
    "use_refund": frozenset({Advice.WINDOW}),
}
# outcomes.md §2 differs from the published action on purpose.
DIFFERENT: Mapping[str, Advice] = {
    "HAS_NO_PRIVILEGE": Advice.SETUP,  # a matter of the contract: nothing a cashier can do by waiting
    "SELLER_ERROR": Advice.SETUP,  # the account of the shop, not the sale
    "REASON_TRADE_REFUND_FEE_ERR": Advice.REFUND_FEE,  # as a rule an earlier refund: the inquiry decides
}


def check_codes(vector: Vector) -> None:
    classes = vector["expected"]["action_class"]
    assert set(classes) == set(vector["input"]["codes"])
    table = resources.gateway_table("acquire")
    for code, kind in classes.items():
        wanted = {DIFFERENT[code]} if code in DIFFERENT else CLASSES[kind]
        assert table.row(code).advice in wanted, code


def runner_of(vector: Vector) -> Callable[[Vector], None] | None:
    """Which of the checks a vector is for, or None where there is none yet."""
    given = vector["input"]
    if vector["kind"] == "sign" and given.get("system") == "mapi":
        return check_sign
    if vector["kind"] == "verify" and vector["algorithm"] != "RSA256":
        for field, check_it in (("method", check_request), ("xml", check_reply), ("xml_base64", check_reply)):
            if field in given:
                return check_it
        return check_text
    return {
        "xml": check_xml,
        "key": check_key,
        "time": check_times,
        "mapi-case": check_case,
        "code-table": check_codes if given.get("system") == "mapi" else None,
    }.get(vector["algorithm"])


def test_no_vector_is_left_out_unsaid() -> None:
    unused = {name for name, vector in VECTORS.items() if runner_of(vector) is None}
    assert unused == set(SKIPPED)
    assert len(VECTORS) - len(unused) == 88


@pytest.mark.parametrize("name", [name for name in VECTORS if name not in SKIPPED])
def test_vector(name: str) -> None:
    vector = VECTORS[name]
    runner = runner_of(vector)
    assert runner is not None
    runner(vector)


@pytest.mark.parametrize(
    "name",
    [
        "wire-melitigo-cancel-rsa2",
        "wire-melitigo-cancel-unicode-rsa2",
        "wire-melitigo-cancel-unicode-gbk-rsa2",
    ],
)
def test_our_request_is_byte_for_byte_what_another_client_sent(name: str) -> None:
    given, expected = VECTORS[name]["input"], VECTORS[name]["expected"]
    params = tuple(expected["params"].items())
    number = SaleNumber(expected["params"]["out_trade_no"], NumberKind.OUT_TRADE_NO)
    profile = Profile(
        name="v",
        kind=ProfileKind.LIVE,
        gateway="acquire",
        endpoint="https://g.example/gateway.do",
        merchant_id=expected["params"]["partner"],
        charset=given["charset"],
    )
    question = Question(profile=profile, number=number, params=params)
    request = Acquire(TABLE).cancel(question, keys_of(VECTORS[name]), NOW)
    assert request.url == f"https://g.example{given['target']}"
    assert request.body.decode() == given["body"]
