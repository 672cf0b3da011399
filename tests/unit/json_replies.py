"""Replies as the JSON gateways would write and sign them, for the tests of their readers."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pos_cancel.adapters import resources
from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.outcome import Progress, Reading
from pos_cancel.domain.profile import Profile, ProfileKind, SignType, Timestamp
from pos_cancel.gateways import Question, keys, signature_header
from pos_cancel.gateways.acqp import Acqp
from pos_cancel.gateways.antom import Antom
from pos_cancel.gateways.apo import Apo
from pos_cancel.gateways.http import Exchange, HttpReply
from pos_cancel.gateways.json_envelope import content
from pos_cancel.gateways.json_gateway import JsonGateway
from pos_cancel.gateways.signing import Keys, sign
from tests.unit.vector_files import VECTORS

Headers = tuple[tuple[str, str], ...]

NOW = datetime(2019, 6, 12, 11, 7, 11, 250_000, tzinfo=UTC)
CLIENT = "CID_5X00000000000000"
RESPONSE_TIME = "2019-06-12T19:07:11+08:00"
REQUEST_ID = "R-1"
PAYMENT_ID = "2019061218401080010018882020035001"
OTHER_ID = "R-2"
JSON_TYPE = ("Content-Type", "application/json; charset=UTF-8")
DATE = ("Date", "Wed, 12 Jun 2019 11:07:12 GMT")


def pair_of(vector: str) -> Keys:
    """A vector's pair, which serves as both sides'."""
    private = keys.read_private(VECTORS[vector]["key"]["private_pem"])
    return Keys(private=private, gateway_public=private.public_key())


KEYS = pair_of("run-ams-refund-rsa256")
FOREIGN = pair_of("run-resp-acqp-cancel-s-pretty")
GATEWAYS: Mapping[str, JsonGateway] = {
    "antom": Antom(resources.gateway_table("antom")),
    "apo": Apo(resources.gateway_table("apo")),
    "acqp": Acqp(resources.gateway_table("acqp")),
}
CANCEL_PATHS = {
    "antom": "/ams/api/v1/payments/cancel",
    "apo": "/ams/api/v1/payments/cancel",
    "acqp": "/aps/api/v1/payments/cancelPayment",
}
INQUIRY_PATHS = {
    "antom": "/ams/api/v1/payments/inquiryPayment",
    "apo": "/ams/api/v1/payments/inquiryPayment",
    "acqp": "/aps/api/v1/payments/inquiryPayment",
}


def profile_of(gateway: str) -> Profile:
    return Profile(
        name="shop",
        kind=ProfileKind.LIVE,
        gateway=gateway,
        endpoint="https://open.example",
        merchant_id=CLIENT,
        sign_type=SignType.RSA256,
        timestamp=Timestamp.ISO if gateway == "acqp" else Timestamp.MS,
        currency="USD",
    )


def question_of(gateway: str, number: str = REQUEST_ID) -> Question:
    kind = NumberKind.PAYMENT_ID if number == PAYMENT_ID else NumberKind.PAYMENT_REQUEST_ID
    return Question(profile=profile_of(gateway), number=SaleNumber(number, kind))


def result(status: str, code: str) -> dict[str, Any]:
    return {"result": {"resultCode": code, "resultMessage": "in words", "resultStatus": status}}


SUCCESS = result("S", "SUCCESS")
IDS = {"paymentId": PAYMENT_ID, "paymentRequestId": REQUEST_ID}
CANCELLED = {**SUCCESS, **IDS, "cancelTime": RESPONSE_TIME}
# The acquirer's reply to a cancel holds no id of the sale.
DONE: Mapping[str, dict[str, Any]] = {
    "antom": CANCELLED,
    "apo": CANCELLED,
    "acqp": {**SUCCESS, "acquirerId": "1111088000000000000", "pspId": "1022172000000000000"},
}
FIVE = {"currency": "USD", "value": "500"}
MORE = {
    **IDS,
    "paymentAmount": FIVE,
    "paymentCreateTime": "2019-06-12T19:00:00+08:00",
    "paymentTime": "2019-06-12T19:01:02+08:00",
    "transactions": None,
}
PAID: Mapping[str, dict[str, Any]] = {
    "antom": {**SUCCESS, **MORE, "paymentStatus": "SUCCESS"},
    "apo": {**SUCCESS, **MORE, "paymentStatus": "SUCCESS"},
    "acqp": {**SUCCESS, **MORE, "paymentResult": SUCCESS["result"]},
}


def body_of(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def signed_headers(
    body: bytes, path: str, *, keys: Keys = KEYS, client: str = CLIENT, time: str = RESPONSE_TIME
) -> Headers:
    """The headers of a reply, in lower case as the real gateways write them."""
    signature = sign(content(path, client, time, body), SignType.RSA256, keys)
    header = signature_header.write("1", signature).replace(" ", "")
    return (("client-id", client), ("response-time", time), ("signature", header), JSON_TYPE, DATE)


def answered(body: bytes, headers: Headers, status: int = 200) -> Exchange:
    """The exchange that brought this reply."""
    return Exchange(progress=Progress.ANSWERED, reply=HttpReply(status, headers, body))


def cancelled(
    gateway: str, fields: Mapping[str, Any], number: str = REQUEST_ID, headers: Headers | None = None
) -> Reading:
    """What a reply to a cancel is read as; it is signed where no headers are given."""
    body = body_of(fields)
    told = signed_headers(body, CANCEL_PATHS[gateway]) if headers is None else headers
    return GATEWAYS[gateway].read_cancel(question_of(gateway, number), KEYS, answered(body, told))


def looked(
    gateway: str, fields: Mapping[str, Any], number: str = REQUEST_ID, headers: Headers | None = None
) -> Reading:
    """What a reply to an inquiry is read as; it is signed where no headers are given."""
    body = body_of(fields)
    told = signed_headers(body, INQUIRY_PATHS[gateway]) if headers is None else headers
    return GATEWAYS[gateway].read_inquiry(question_of(gateway, number), KEYS, answered(body, told))


def with_client(question: Question, client: str) -> Question:
    return replace(question, profile=replace(question.profile, merchant_id=client))
