"""JSON requests of other people's clients, recorded with their keys, are accepted by the training gateway."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pos_cancel.sandbox import Account, Sandbox, SandboxKeys
from tests.plain_client import connected, training_keys
from tests.plain_json_client import path_of, read_json, send

VECTORS = Path(__file__).parent.parent / "vectors"
# What each recorded request is, and what a gateway without trades says to it.
RECORDED = {
    "wire-antom-python-inquirypayment": "ORDER_NOT_EXIST",
    "run-php-ams-api-v1-payments-cancel-10-rsa256": "ORDER_NOT_EXIST",
    "run-aplus-aps-api-v1-payments-inquirypayment-12-rsa256": "ORDER_NOT_EXIST",
}
# A refund is verified like the others; this gateway just does not offer one.
REFUNDS = ("wire-antom-python-refund", "run-ams-refund-rsa256")


def vector(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def whole(recorded: Mapping[str, Any]) -> tuple[str, dict[str, str], bytes]:
    """The recorded request: target, headers, body; those that were only signed get the headers they need."""
    given = recorded["input"]
    body = given["body"].encode()
    if "headers" in given:
        return given["target"], {name: value for name, value in given["headers"] if name != "Host"}, body
    headers = {
        "client-id": given["client_id"],
        "request-time": given["time"],
        "signature": recorded["expected"]["header"],
        "content-type": "application/json; charset=UTF-8",
    }
    return given["path"], headers, body


def account_of(sandbox: Sandbox, recorded: Mapping[str, Any]) -> Account:
    return sandbox.keys.accounts[{"ams": "antom", "acqp": "acqp"}[recorded["input"]["system"]]]


def replayed(recorded: Mapping[str, Any]) -> Sandbox:
    headers = {name.lower(): value for name, value in whole(recorded)[1].items()}
    keys = SandboxKeys.from_text(
        merchant_private_pem=recorded["key"]["private_pem"],
        gateway_private_pem=vector("run-resp-acqp-cancel-s-pretty")["key"]["private_pem"],
        md5_secret=training_keys().md5_secret(),
        client_ids={
            {"ams": "antom", "acqp": "acqp"}[recorded["input"]["system"]]: headers["client-id"],
        },
    )
    return Sandbox(keys=keys, tls=False)


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_request_is_accepted_and_answered_signed(name: str) -> None:
    recorded = vector(name)
    target, headers, body = whole(recorded)
    call = target.rpartition("/")[2]

    with replayed(recorded) as sandbox, connected(sandbox) as connection:
        account = account_of(sandbox, recorded)
        reply = read_json(account, path_of(account, call), send(connection, target, headers, body))

    assert (reply.status, reply.code, reply.valid) == ("F", RECORDED[name], True)
    (received,) = sandbox.requests
    assert received.body == body
    assert dict(received.params) == json.loads(body)


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_request_finds_its_payment(name: str) -> None:
    recorded = vector(name)
    target, headers, body = whole(recorded)
    number = json.loads(body).get("paymentRequestId")
    if number is None:
        # The recorded payment id is not one of ours, so there is none to find.
        return
    call = target.rpartition("/")[2]

    with replayed(recorded) as sandbox, connected(sandbox) as connection:
        account = account_of(sandbox, recorded)
        sandbox.ledger.make_trade(number, "5.00", "USD", "TRADE_SUCCESS", gateway=account.gateway_name)
        reply = read_json(account, path_of(account, call), send(connection, target, headers, body))

    assert (reply.status, reply.code, reply.valid) == ("S", "SUCCESS", True)
    assert reply.content["paymentRequestId"] == number


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_request_with_another_body_is_not(name: str) -> None:
    recorded = vector(name)
    target, headers, body = whole(recorded)
    headers.pop("Content-Length", None)

    with replayed(recorded) as sandbox, connected(sandbox) as connection:
        reply = send(connection, target, headers, body + b" ")

    code = json.loads(reply.body)["result"]["resultCode"]
    assert code == ("INVALID_SIGNATURE" if "/aps/" in target else "SIGNATURE_INVALID")


@pytest.mark.parametrize("name", REFUNDS)
def test_a_recorded_refund_meets_a_call_that_is_not_offered(name: str) -> None:
    recorded = vector(name)
    target, headers, body = whole(recorded)

    with replayed(recorded) as sandbox, connected(sandbox) as connection:
        reply = send(connection, target, headers, body)

    assert json.loads(reply.body)["result"]["resultCode"] == "NO_INTERFACE_DEF"
    assert sandbox.requests[0].gateway == "antom"
