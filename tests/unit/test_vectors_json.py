"""Every vector that concerns the JSON gateways goes through the product's own code.

With test_vectors_acquire this covers all of them. Where a vector's classification and outcomes.md differ,
outcomes.md wins, and the test says so.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from pos_cancel.domain.errors import ReplyError
from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import (
    Advice,
    Cancelled,
    Effect,
    Found,
    NotFound,
    Outcome,
    Progress,
    Reason,
    Refused,
    Signature,
    Unknown,
)
from pos_cancel.domain.profile import SignType
from pos_cancel.gateways import Question, json_reply, keys, signature_header
from pos_cancel.gateways.http import Exchange, HttpReply
from pos_cancel.gateways.json_envelope import check, content
from pos_cancel.gateways.json_sale import money_of
from pos_cancel.gateways.signing import Keys, sign, verify
from pos_cancel.gateways.times import parse_time
from tests.unit.json_replies import (
    CANCEL_PATHS,
    GATEWAYS,
    IDS,
    INQUIRY_PATHS,
    JSON_TYPE,
    KEYS,
    PAID,
    answered,
    cancelled,
    looked,
    profile_of,
    question_of,
    result,
    signed_headers,
)
from tests.unit.vector_files import SKIPPED, VECTORS, Vector

# The vectors call Antom by its other name.
NAMES = {"ams": "antom", "apo": "apo", "acqp": "acqp"}
# What no test of ours can run, with the reason: nothing.
LEFT_OUT: Mapping[str, str] = {}


def keys_of(vector: Vector) -> Keys:
    private = keys.read_private(vector["key"]["private_pem"])
    return Keys(private=private, gateway_public=keys.read_public(vector["key"]["public_pem"]))


def check_sign(vector: Vector) -> None:
    given, expected = vector["input"], vector["expected"]
    text = content(given["path"], given["client_id"], given["time"], given["body"].encode())
    assert text == expected["content_to_sign"].encode()
    signature = sign(text, SignType.RSA256, keys_of(vector))
    assert signature == expected["signature_base64"]
    assert quote(signature, safe="") == expected["signature_urlencoded"]
    assert signature_header.write("1", signature) == expected["header"]


def check_request(vector: Vector) -> None:
    given, expected = vector["input"], vector["expected"]
    headers = {name.lower(): value for name, value in given["headers"]}
    path, body = urlsplit(given["target"]).path, given["body"].encode()
    text = content(path, headers["client-id"], headers["request-time"], body)
    assert text == expected["content_to_sign"].encode()
    signature = signature_header.parse(headers["signature"]).signature
    verify(text, signature, SignType.RSA256, keys_of(vector))


def check_reply(vector: Vector) -> None:
    given, expected = vector["input"], vector["expected"]
    headers = tuple((name, value) for name, value in given["headers"])
    reply = HttpReply(given["status"], headers, given["body"].encode())
    name = NAMES[given["system"]]
    profile = replace(profile_of(name), merchant_id=reply.header("client-id"))
    wanted = Signature.VERIFIED if expected["valid"] else Signature.FAILED
    assert check(reply, given["path"], profile, keys_of(vector)) is wanted
    question = Question(profile=profile, number=question_of(name).number)
    # One of the recordings was kept without its content type, which no reply goes without.
    exchange = answered(reply.body, (*headers, JSON_TYPE), reply.status)
    reading = GATEWAYS[name].read_cancel(question, keys_of(vector), exchange)
    assert reading.signature is wanted
    if not expected["valid"]:
        assert reading.outcome == Unknown(Reason.BAD_SIGNATURE, reading.code)
        return
    text = content(given["path"], profile.merchant_id, reply.header("response-time"), reply.body)
    assert text == expected["content_to_sign"].encode()
    is_done = reading.code == "SUCCESS"
    assert reading.outcome == (
        Cancelled(Effect.UNTOLD)
        if is_done
        else Refused("ORDER_NOT_EXIST", Advice.NOT_FOUND, None, bound=True)
    )


def check_header(vector: Vector) -> None:
    expected = dict(vector["expected"])
    text = vector["input"]["header"]
    if not expected.pop("ok"):
        with pytest.raises(ReplyError, match=expected["reason"]):
            signature_header.parse(text)
        return
    told = signature_header.parse(text)
    assert (told.algorithm, told.key_version) == (expected["algorithm"], expected["keyVersion"])
    assert told.signature == expected["signature_base64"]
    assert len(base64.b64decode(told.signature)) == expected["signature_bytes"]


def check_json(vector: Vector) -> None:
    given, expected = vector["input"], dict(vector["expected"])
    if not expected.pop("ok"):
        with pytest.raises(ReplyError, match=expected["reason"]):
            json_reply.read(given["body"].encode())
        return
    reply = json_reply.read(given["body"].encode())
    told = reply.result
    assert told == json_reply.Result(*(expected.pop(name) for name in ("status", "code", "message")))
    for name, value in expected.items():
        compare_field(reply, name, value)
    if given["api"] in {"cancel", "cancelPayment", "inquiryPayment"}:
        check_outcome(vector)


def compare_field(reply: json_reply.JsonReply, name: str, value: Any) -> None:  # noqa: ANN401 - as the vector has it
    field, _, form = name.partition("_")
    if form == "utc":
        assert parse_time(reply.text(field)).isoformat() == value
    elif form == "normalised":
        assert reply.text(field).upper() == value
    elif name == "amount":
        amount = reply.fields.get("paymentAmount") or reply.fields.get("refundAmount")
        assert money_of(amount) == Money(int(value["value"]), value["currency"])
    else:
        assert reply.text(name) == (value or "")


def check_outcome(vector: Vector) -> None:
    """The same body, signed, as the answer to our own request."""
    name, body = NAMES[vector["input"]["system"]], vector["input"]["body"].encode()
    fields = json.loads(body)
    number = SaleNumber(fields.get("paymentRequestId", "R-1"), NumberKind.PAYMENT_REQUEST_ID)
    question = Question(profile=profile_of(name), number=number)
    gateway = GATEWAYS[name]
    if vector["input"]["api"] == "inquiryPayment":
        exchange = answered(body, signed_headers(body, INQUIRY_PATHS[name]))
        outcome = gateway.read_inquiry(question, KEYS, exchange).outcome
        assert isinstance(outcome, Found)
        assert outcome.sale.amount == Money(500, "USD")
        return
    exchange = answered(body, signed_headers(body, CANCEL_PATHS[name]))
    ids = fields.get("paymentId", ""), fields.get("paymentRequestId", "")
    assert gateway.read_cancel(question, KEYS, exchange).outcome == Cancelled(Effect.UNTOLD, *ids)


# What the vectors tell to do next, in our words. A key that the gateway does not find is by outcomes.md
# a matter of this till's set-up, not of the sale: the support is told through the S-code.
NEXT: Mapping[str, frozenset[Advice]] = {
    "support": frozenset({Advice.SETUP, Advice.PROCESS_FAIL}),
    "check_refunded": frozenset({Advice.PROCESS_FAIL}),
    "refund": frozenset({Advice.WINDOW}),
}


def outcome_of(given: Mapping[str, Any]) -> Outcome:
    """What the product makes of a case; Antom and APO name the sale in a success, so that is added."""
    name = NAMES[given["system"]]
    if "transport" in given:
        exchange = Exchange(progress=Progress.SENT, fault=Reason.SILENCE)
        return GATEWAYS[name].read_cancel(question_of(name), KEYS, exchange).outcome
    return cancelled(name, given["body"] | (IDS if name != "acqp" else {})).outcome


def check_case(vector: Vector) -> None:
    outcome, expected = outcome_of(vector["input"]), vector["expected"]
    match expected["outcome"]:
        case "cancelled":
            assert isinstance(outcome, Cancelled)
        case "unknown":
            assert isinstance(outcome, Unknown)
        case _:
            assert isinstance(outcome, Refused)
            assert outcome.advice in NEXT[expected["next"]]
    assert expected["retry"] == isinstance(outcome, Unknown)


def check_codes(vector: Vector) -> None:
    """Each code under its own status; for calls that the product does not make the status decides as well."""
    name, api = NAMES[vector["input"]["system"]], vector["input"]["api"].lower()
    statuses = vector["expected"]["status"]
    assert set(statuses) == set(vector["input"]["codes"])
    for code, status in statuses.items():
        fields = PAID[name] | result(status, code)
        outcome = (looked if "inquirypayment" in api else cancelled)(name, fields).outcome
        wanted = {"S": Cancelled | Found, "F": Refused | NotFound, "U": Unknown}[status]
        assert isinstance(outcome, wanted), code
        assert not isinstance(outcome, Refused | NotFound | Unknown) or outcome.code == code
        if "cancel" in api and isinstance(outcome, Refused):
            assert outcome.advice is not Advice.UNLISTED, code


def runner_of(vector: Vector) -> Callable[[Vector], None] | None:
    """Which of the checks a vector is for, or None where it is none of these gateways'."""
    given, kind = vector["input"], vector["kind"]
    if vector["algorithm"] == "RSA256":
        return check_sign if kind == "sign" else check_request if "target" in given else check_reply
    return {
        "json": check_json,
        "json-case": check_case,
        "signature-header": check_header,
        "code-table": check_codes if given.get("system") in NAMES else None,
    }.get(vector["algorithm"])


def test_what_the_other_test_leaves_out_is_run_here() -> None:
    ours = {name for name, vector in VECTORS.items() if runner_of(vector) is not None}
    assert ours == set(SKIPPED) - set(LEFT_OUT)
    assert len(ours) == 45


@pytest.mark.parametrize("name", [name for name in SKIPPED if name not in LEFT_OUT])
def test_vector(name: str) -> None:
    runner = runner_of(VECTORS[name])
    assert runner is not None
    runner(VECTORS[name])


def test_our_request_is_byte_for_byte_what_another_client_sent() -> None:
    vector = VECTORS["run-aplus-aps-api-v1-payments-inquirypayment-12-rsa256"]
    given, expected = vector["input"], vector["expected"]
    number = SaleNumber(json.loads(given["body"])["paymentRequestId"], NumberKind.PAYMENT_REQUEST_ID)
    profile = replace(profile_of("acqp"), merchant_id=given["client_id"])
    question = Question(profile=profile, number=number)
    request = GATEWAYS["acqp"].inquiry(question, keys_of(vector), datetime.fromisoformat(given["time"]))
    assert request.url == f"https://open.example{given['path']}"
    assert request.body == given["body"].encode()
    headers = dict(request.headers)
    assert (headers["request-time"], headers["signature"]) == (given["time"], expected["header"])
