"""Requests of other people's clients, recorded with their keys, are accepted by the training gateway."""

import http.client
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pos_cancel.sandbox import Sandbox, SandboxKeys
from tests.plain_client import (
    GatewayReply,
    HttpReply,
    connected,
    form,
    post,
    read_xml,
    training_keys,
)

VECTORS = Path(__file__).parent.parent / "vectors"
# The recordings carry the times of their samples; each is replayed at its own time.
WRITTEN_AT = {
    "2022-02-23 02:15:57": datetime(2022, 2, 22, 18, 16, tzinfo=UTC),
    "1456507704121": datetime(2016, 2, 26, 17, 30, tzinfo=UTC),
    None: datetime(2026, 11, 21, 4, 0, tzinfo=UTC),
}
WHOLE = (
    "wire-lxneng-cancel-unicode-md5",
    "wire-melitigo-cancel-rsa2",
    "wire-melitigo-cancel-unicode-rsa2",
    "wire-melitigo-cancel-unicode-gbk-rsa2",
)
PARAMETERS = (
    "run-yurun-cancel-ms-timestamp-ascii-rsa",
    "run-yurun-cancel-ms-timestamp-unicode-rsa",
    "run-req-cancel-out-trade-no-md5",
    "run-req-query-unicode-specials-rsa",
    "real-2014-acquire-cancel-request-md5",
)


def vector(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def keys_of(recorded: Mapping[str, Any], partner: str) -> SandboxKeys:
    """The recorded key on its side, our own on the other."""
    return SandboxKeys.from_text(
        merchant_private_pem=recorded["key"].get("private_pem", training_keys().merchant_private_pem()),
        gateway_private_pem=vector("run-resp-query-wait-rsa2")["key"]["private_pem"],
        md5_secret=recorded["key"].get("secret", training_keys().md5_secret()),
        partner=partner,
    )


def replayed_at(recorded: Mapping[str, Any], params: Mapping[str, str]) -> Sandbox:
    at = WRITTEN_AT[params.get("timestamp")]
    return Sandbox(keys=keys_of(recorded, params["partner"]), tls=False, now=lambda: at)


def assert_accepted(reply: GatewayReply, params: Mapping[str, str], codec: str) -> None:
    assert (reply.is_success, reply.error, reply.valid) == ("T", None, True)
    assert reply.encoding == {"utf-8": "UTF-8", "gbk": "GBK"}[codec]
    assert reply.fields["out_trade_no"] == params["out_trade_no"]
    expected = "FAIL" if params["service"].endswith("query") else "SUCCESS"
    assert reply.fields["result_code"] == expected


def send_whole(connection: http.client.HTTPConnection, request: Mapping[str, Any]) -> HttpReply:
    """Send exactly the recorded bytes and headers."""
    connection.putrequest(request["method"], request["target"], skip_host=True, skip_accept_encoding=True)
    for name, value in request["headers"]:
        connection.putheader(name, value)
    connection.endheaders(request["body"].encode() or None)
    with connection.getresponse() as response:
        return HttpReply(response.status, tuple(response.getheaders()), response.read())


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("absolute", [False, True], ids=["path", "whole address"])
def test_a_whole_recorded_request_is_accepted(name: str, absolute: bool) -> None:
    recorded = vector(name)
    params = recorded["expected"]["params"]
    request = dict(recorded["input"])
    codec = "gbk" if request["charset"] == "GBK" else "utf-8"
    if absolute:
        request["target"] = f"http://127.0.0.2{request['target']}"

    with replayed_at(recorded, params) as sandbox, connected(sandbox) as connection:
        reply = read_xml(sandbox.keys, send_whole(connection, request))

    assert_accepted(reply, params, codec)
    (received,) = sandbox.requests
    assert {k: v for k, v in received.params.items() if not k.startswith("sign")} == params
    assert received.body == request["body"].encode()


@pytest.mark.parametrize("name", PARAMETERS)
def test_recorded_parameters_with_their_sign_are_accepted(name: str) -> None:
    recorded = vector(name)
    params = recorded["input"]["params"]
    codec = "gbk" if recorded["input"]["charset"] == "GBK" else "utf-8"

    with replayed_at(recorded, params) as sandbox, connected(sandbox) as connection:
        sent = {**params, "sign": recorded["expected"]["sign"]}
        reply = read_xml(sandbox.keys, post(connection, sent, codec))

    assert_accepted(reply, params, codec)


@pytest.mark.parametrize("name", WHOLE)
def test_a_recorded_request_with_another_number_is_not(name: str) -> None:
    recorded = vector(name)
    params = recorded["expected"]["params"]
    codec = "gbk" if recorded["input"]["charset"] == "GBK" else "utf-8"
    signature = {"sign": recorded["expected"]["sign"], "sign_type": recorded["expected"]["sign_type"]}

    with replayed_at(recorded, params) as sandbox, connected(sandbox) as connection:
        reply = read_xml(sandbox.keys, post(connection, {**params, **signature, "out_trade_no": "1"}, codec))

    assert reply.error == "ILLEGAL_SIGN"


def test_the_real_request_of_2014_gets_the_real_answer_of_2014() -> None:
    """The account's secret is published, so even the answer's signature must come out the same."""
    recorded = vector("real-2014-acquire-cancel-request-md5")
    params = recorded["input"]["params"]

    with replayed_at(recorded, params) as sandbox, connected(sandbox) as connection:
        sent = form({**params, "sign": recorded["expected"]["sign"]}).decode()
        connection.request("GET", f"/gateway.do?{sent}")
        with connection.getresponse() as response:
            body = response.read()

    assert b"<sign>8de5efd328e5a8a529db1bb0ddb00dc4</sign>" in body
