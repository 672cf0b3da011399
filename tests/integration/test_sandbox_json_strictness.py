"""The JSON gateways judge a request as strictly as the real ones (gateways.md A2, A4, E2)."""

import json
from collections.abc import Iterator, Mapping

import pytest

from pos_cancel.sandbox import Account, Sandbox
from tests.plain_client import NOON, HttpReply, connected, training_keys
from tests.plain_json_client import (
    CANCEL,
    INQUIRY,
    ISO,
    MS,
    content_of,
    path_of,
    post,
    read_json,
    send,
    sign,
    signed_headers,
)

GATEWAYS = ("antom", "apo", "acqp")
BODY = b'{"paymentRequestId":"7-REFUND"}'
# The same fault, as Antom and as Alipay+ call it.
SIGNATURE = {"antom": "SIGNATURE_INVALID", "apo": "SIGNATURE_INVALID", "acqp": "INVALID_SIGNATURE"}
CLIENT = {"antom": "CLIENT_INVALID", "apo": "CLIENT_INVALID", "acqp": "INVALID_CLIENT"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(keys=training_keys(), tls=False, now=lambda: NOON) as running:
        yield running


def account_at(gateway: str) -> Account:
    return training_keys().accounts[gateway]


def sent(
    sandbox: Sandbox, target: str, headers: Mapping[str, str], body: bytes = BODY, method: str = "POST"
) -> HttpReply:
    with connected(sandbox) as connection:
        return send(connection, target, headers, body, method)


def assert_refused(sandbox: Sandbox, reply: HttpReply, code: str) -> None:
    """An unsigned F without any of the three headers of a signature, and nothing done."""
    assert reply.status == 200
    content = json.loads(reply.body)
    assert (content["result"]["resultStatus"], content["result"]["resultCode"]) == ("F", code)
    assert not {"signature", "response-time", "client-id"} & set(dict(reply.headers))
    assert sandbox.requests[-1].did.startswith("refused ")
    assert sandbox.ledger.trades == ()


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("time", [MS, ISO, "2026-11-21T03:20:00+0800", "2025-02-20T08:51:49.09Z"])
def test_both_forms_of_the_time_are_accepted(sandbox: Sandbox, gateway: str, time: str) -> None:
    account = account_at(gateway)
    reply = read_json(account, path_of(account, CANCEL), post(sandbox, gateway, CANCEL, BODY, time))

    assert (reply.status, reply.code, reply.valid) == ("S", "SUCCESS", True)
    assert reply.headers["response-time"] == "2026-11-21T12:00:00+08:00"
    assert reply.headers["signature"].startswith("algorithm=RSA256,keyVersion=1,signature=")


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("change", [str.lower, str.upper, str.title], ids=["lower", "upper", "title"])
def test_header_names_come_in_any_case_and_targets_as_whole_addresses(
    sandbox: Sandbox, gateway: str, change: object
) -> None:
    assert callable(change)
    account = account_at(gateway)
    path = path_of(account, CANCEL)
    headers = {change(name): value for name, value in signed_headers(account, path, BODY).items()}

    reply = read_json(account, path, sent(sandbox, f"https://127.0.0.2{path}", headers))

    assert (reply.status, reply.valid) == ("S", True)


@pytest.mark.parametrize(
    "header",
    [
        "algorithm=RSA256,keyVersion=0,signature={}",
        "algorithm=RSA256, keyVersion=1, signature={}",
        "signature={} , clientId=X,algorithm=RSA256",
        "keyVersion=1,signature={},algorithm=RSA256,later=1",
    ],
)
def test_the_pairs_of_a_signature_come_in_any_order_with_others(sandbox: Sandbox, header: str) -> None:
    account = account_at("antom")
    path = path_of(account, CANCEL)
    headers = signed_headers(account, path, BODY)
    headers["Signature"] = header.format(headers["Signature"].rpartition("=")[2])

    assert read_json(account, path, sent(sandbox, path, headers)).status == "S"


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_the_very_bytes_of_the_body_are_what_is_signed(sandbox: Sandbox, gateway: str) -> None:
    account = account_at(gateway)
    path = path_of(account, CANCEL)
    indented = json.dumps({"paymentRequestId": "收据 7-REFUND", "x": None}, indent=3).encode()
    plain = json.dumps({"paymentRequestId": "收据 7-REFUND"}, ensure_ascii=False).encode()

    for body in (indented, plain):
        reply = read_json(account, path, post(sandbox, gateway, CANCEL, body))
        assert (reply.status, reply.valid) == ("S", True)
    assert len(sandbox.ledger.refunds("收据 7-REFUND")) == 1


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_one_changed_byte_is_an_invalid_signature(sandbox: Sandbox, gateway: str) -> None:
    account = account_at(gateway)
    path = path_of(account, CANCEL)
    headers = signed_headers(account, path, BODY)
    elsewhere = path_of(account, INQUIRY)

    for target, changed, body in (
        (path, headers, BODY + b" "),
        (path, headers, BODY.replace(b"7", b"8")),
        (path, headers | {"Request-Time": MS}, BODY),
        (elsewhere, headers, BODY),
        (f"{path}?x=1", headers, BODY),
    ):
        assert_refused(sandbox, sent(sandbox, target, changed, body), SIGNATURE[gateway])


def test_a_query_belongs_to_the_signed_path(sandbox: Sandbox) -> None:
    account = account_at("apo")
    target = f"{path_of(account, CANCEL)}?x=1"

    reply = read_json(account, target, sent(sandbox, target, signed_headers(account, target, BODY)))

    assert (reply.status, reply.valid) == ("S", True)


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        "algorithm=RSA256, keyVersion=1",
        "algorithm=RSA256,keyVersion=1,signature=%ZZ%",
        "algorithm=RSA256,keyVersion=1,signature=AAAA",
        "algorithm=RSA,keyVersion=1,signature={}",
        "keyVersion=1,signature={}",
        "algorithm=RSA256,algorithm=RSA256,signature={}",
    ],
)
def test_a_signature_header_that_is_none_is_an_invalid_signature(
    sandbox: Sandbox, gateway: str, header: str
) -> None:
    account = account_at(gateway)
    path = path_of(account, CANCEL)
    headers = signed_headers(account, path, BODY)
    headers["Signature"] = header.format(headers["Signature"].rpartition("=")[2])

    assert_refused(sandbox, sent(sandbox, path, headers), SIGNATURE[gateway])


def test_a_signature_that_was_not_url_encoded_is_refused(sandbox: Sandbox) -> None:
    account = account_at("antom")
    path = path_of(account, CANCEL)
    bodies = (json.dumps({"paymentRequestId": f"{number}-REFUND"}).encode() for number in range(200))
    # A signature without a plus sign would not show the difference.
    body = next(each for each in bodies if "%2B" in signed_headers(account, path, each)["Signature"])
    headers = signed_headers(account, path, body)
    headers["Signature"] = headers["Signature"].replace("%2B", "+")

    assert_refused(sandbox, sent(sandbox, path, headers, body), "SIGNATURE_INVALID")


def test_the_keys_of_one_account_do_not_open_another(sandbox: Sandbox) -> None:
    antom, apo = account_at("antom"), account_at("apo")
    path = path_of(apo, CANCEL)
    headers = signed_headers(apo, path, BODY)
    foreign = sign(antom.merchant, content_of(path, apo.client_id, ISO, BODY))
    headers["Signature"] = f"algorithm=RSA256,keyVersion=1,signature={foreign}"

    assert_refused(sandbox, sent(sandbox, path, headers), "SIGNATURE_INVALID")


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_an_unknown_client_and_a_client_at_anothers_address_are_refused(
    sandbox: Sandbox, gateway: str
) -> None:
    account = account_at(gateway)
    path = path_of(account, CANCEL)
    headers = signed_headers(account, path, BODY)

    assert_refused(sandbox, sent(sandbox, path, headers | {"Client-Id": "5X9"}), CLIENT[gateway])
    without = {name: value for name, value in headers.items() if name != "Client-Id"}
    assert_refused(sandbox, sent(sandbox, path, without), CLIENT[gateway])
    for other in GATEWAYS:
        if other != gateway:
            target = path_of(account_at(other), CANCEL)
            reply = sent(sandbox, target, signed_headers(account, target, BODY))
            assert_refused(sandbox, reply, CLIENT[other])


def test_a_sandbox_client_is_served_at_the_sandbox_path_alone(sandbox: Sandbox) -> None:
    antom, apo, acqp = (account_at(gateway) for gateway in GATEWAYS)

    assert path_of(antom, CANCEL).startswith("/ams/sandbox/api/v1/")
    assert path_of(apo, CANCEL).startswith("/ams/api/v1/")
    # Alipay+ has no path of its own for them.
    assert acqp.client_id.startswith("SANDBOX_")
    assert path_of(acqp, CANCEL).startswith("/aps/api/v1/")
    assert_refused(
        sandbox,
        sent(
            sandbox,
            "/ams/api/v1/payments/cancel",
            signed_headers(antom, "/ams/api/v1/payments/cancel", BODY),
        ),
        "CLIENT_INVALID",
    )


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize(
    ("headers", "method", "code"),
    [
        ({"Request-Time": ""}, "POST", "PARAM_ILLEGAL"),
        ({"Request-Time": "2026-11-21T12:00:00"}, "POST", "PARAM_ILLEGAL"),
        ({"Request-Time": "12345"}, "POST", "PARAM_ILLEGAL"),
        ({"Content-Type": "text/plain"}, "POST", "MEDIA_TYPE_NOT_ACCEPTABLE"),
        ({"Content-Type": "application/json; charset=GBK"}, "POST", "MEDIA_TYPE_NOT_ACCEPTABLE"),
        ({"Signature": "algorithm=RSA256,keyVersion=2,signature=AAAA"}, "POST", "KEY_NOT_FOUND"),
        ({}, "GET", "METHOD_NOT_SUPPORTED"),
    ],
)
def test_a_faulty_request_is_refused_by_its_code(
    sandbox: Sandbox, gateway: str, headers: Mapping[str, str], method: str, code: str
) -> None:
    account = account_at(gateway)
    path = path_of(account, CANCEL)

    reply = sent(sandbox, path, signed_headers(account, path, BODY) | dict(headers), BODY, method)

    assert_refused(sandbox, reply, code)


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_call_of_another_gateway_is_not_there(sandbox: Sandbox, gateway: str) -> None:
    account = account_at(gateway)
    mine = path_of(account, CANCEL)
    swapped = {"cancel": "cancelPayment", "cancelPayment": "cancel"}
    folder, _, name = mine.rpartition("/")
    for target in (f"{folder}/{swapped[name]}", f"{folder}/refund", f"{mine}/"):
        reply = sent(sandbox, target, signed_headers(account, target, BODY))
        assert_refused(sandbox, reply, "NO_INTERFACE_DEF")
