"""Antom's own client and this product understand each other, over TLS and to the byte."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pos_cancel.adapters.resources import gateway_table
from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.profile import Profile, ProfileKind, SignType, Timestamp
from pos_cancel.gateways import CodeTable, Question
from pos_cancel.gateways.antom import Antom
from pos_cancel.gateways.apo import Apo
from pos_cancel.gateways.json_gateway import JsonGateway
from pos_cancel.gateways.signing import Keys
from pos_cancel.sandbox import Account, Sandbox
from tests.plain_client import training_keys
from tests.plain_json_client import ISO, content_of, sign

PEER = Path(__file__).with_name("antom_peer.py")
PEERS = Path(sys.prefix) / "peers"
GATEWAYS: Mapping[str, Callable[[CodeTable], JsonGateway]] = {"antom": Antom, "apo": Apo}
NOW = datetime(2026, 11, 21, 4, 0, 43, 250_000, tzinfo=UTC)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(keys=training_keys(), pace=0.01) as running:
        yield running


@pytest.fixture
def authority(sandbox: Sandbox, tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    file.write_bytes(sandbox.ca_pem)
    return file


def ordered(order: Mapping[str, object], authority: Path | None = None) -> dict[str, Any]:
    """Have the client do something; gives what was done, or what it refused with."""
    assert PEERS.is_dir(), "Antom's client is not here: packaging/run test fetches it."
    trust = {"SSL_CERT_FILE": str(authority)} if authority else {}
    run = subprocess.run(
        [sys.executable, PEER],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(PEERS), "PYTHONUTF8": "1", **trust},
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def called(
    sandbox: Sandbox, authority: Path | None, gateway: str, call: str, **given: object
) -> dict[str, Any]:
    account = sandbox.keys.accounts[gateway]
    place = urlsplit(sandbox.urls[gateway])
    order: dict[str, object] = {
        "do": "call",
        "call": call,
        "port": place.port,
        "url": f"{place.scheme}://{place.hostname}",
        "client_id": account.client_id,
        "private_key": pkcs1_pem(account),
        "public_key": account.gateway_public_pem(),
        "ids": {},
    }
    return ordered(order | given, authority)


def accepted(told: Mapping[str, Any]) -> dict[str, Any]:
    assert "refused" not in told, told
    content: dict[str, Any] = json.loads(told["done"])
    return content


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_the_client_inquires_cancels_and_accepts_our_replies(
    sandbox: Sandbox, authority: Path, gateway: str
) -> None:
    number = f"{gateway} 收据 1-REFUND"
    ids = {"payment_request_id": number}

    before = accepted(called(sandbox, authority, gateway, "inquiryPayment", ids=ids))
    cancelled = accepted(called(sandbox, authority, gateway, "cancel", ids=ids))
    by_payment_id = {"payment_id": cancelled["paymentId"]}
    after = accepted(
        called(sandbox, authority, gateway, "inquiryPayment", ids=by_payment_id, key_version="0")
    )

    assert (before["result"]["resultStatus"], before["paymentStatus"]) == ("S", "SUCCESS")
    assert before["paymentAmount"] == {"value": "12800", "currency": "CNY"}
    assert (cancelled["result"]["resultStatus"], cancelled["paymentRequestId"]) == ("S", number)
    assert after["paymentStatus"] == "CANCELLED"
    assert len(sandbox.ledger.refunds(number)) == 1
    assert sandbox.requests[-1].gateway == gateway


def test_the_client_accepts_a_refusal_that_we_signed(sandbox: Sandbox, authority: Path) -> None:
    told = called(sandbox, authority, "antom", "cancel", ids={"payment_request_id": "nobody's"})

    assert accepted(told)["result"]["resultCode"] == "ORDER_NOT_EXIST"


@pytest.mark.parametrize(
    ("ending", "words"),
    [("BADSIGN", "verify failed"), ("UNSIGNED", "signature not exist"), ("HTTP500", "invalid http status")],
)
def test_the_client_refuses_what_we_spoiled(
    sandbox: Sandbox, authority: Path, ending: str, words: str
) -> None:
    told = called(sandbox, authority, "antom", "cancel", ids={"payment_request_id": f"2-{ending}"})

    assert words in told["refused"].lower()


def test_the_client_refuses_a_gateway_whose_authority_it_does_not_trust(sandbox: Sandbox) -> None:
    told = called(sandbox, None, "antom", "cancel", ids={"payment_request_id": "3-REFUND"})

    assert "CERTIFICATE_VERIFY_FAILED" in told["refused"]
    assert sandbox.ledger.refunds("3-REFUND") == ()


def profile_of(account: Account, timestamp: Timestamp) -> Profile:
    return Profile(
        name="interop",
        kind=ProfileKind.TRAINING,
        gateway=account.gateway_name,
        endpoint="https://127.0.0.1",
        merchant_id=account.client_id,
        sign_type=SignType.RSA256,
        timestamp=timestamp,
    )


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("timestamp", [Timestamp.MS, Timestamp.ISO])
@pytest.mark.parametrize("kind", [NumberKind.PAYMENT_REQUEST_ID, NumberKind.PAYMENT_ID])
def test_the_clients_own_check_accepts_our_requests_and_no_others(
    gateway: str, timestamp: Timestamp, kind: NumberKind
) -> None:
    account = training_keys().accounts[gateway]
    keys = Keys(private=account.merchant, gateway_public=account.gateway.public_key())
    ours = GATEWAYS[gateway](gateway_table(gateway))
    profile, number = profile_of(account, timestamp), SaleNumber("收据 7+8/9", kind)
    question = Question(profile=profile, number=number, params=ours.freeze(profile, number, NOW))

    for request in (ours.cancel(question, keys, NOW), ours.inquiry(question, keys, NOW)):
        headers = {name.lower(): value for name, value in request.headers}
        order = {
            "do": "check",
            "method": request.method,
            "path": urlsplit(request.url).path,
            "client_id": headers["client-id"],
            "time": headers["request-time"],
            "body": request.body.decode(),
            "signature": headers["signature"],
            "public_key": public_pem(account),
        }
        assert ordered(order) == {"done": True}
        assert "refused" in ordered(order | {"body": order["body"] + " "})


def pkcs1_pem(account: Account) -> str:
    """The shop's private key in the one form that the client and a new cryptography both take."""
    encoded = account.merchant.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return encoded.decode()


def public_pem(account: Account) -> str:
    """The shop's public key, which it would have uploaded."""
    swapped = Account(account.gateway_name, account.client_id, account.gateway, account.merchant)
    return swapped.gateway_public_pem()


def test_the_clients_own_check_accepts_the_plain_signer() -> None:
    account = training_keys().accounts["antom"]
    path, body = "/ams/api/v1/payments/cancel", '{\n "paymentRequestId": "收据"\n}'
    signature = sign(account.merchant, content_of(path, account.client_id, ISO, body.encode()))
    order = {
        "do": "check",
        "method": "POST",
        "path": path,
        "client_id": account.client_id,
        "time": ISO,
        "body": body,
        "signature": f"algorithm=RSA256,keyVersion=1,signature={signature}",
        "public_key": public_pem(account),
    }

    assert ordered(order) == {"done": True}
