"""The training gateway's portal: a shop's new public key takes the old one's place, or stands beside it."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from pos_cancel.adapters.key_forms import public_text
from pos_cancel.sandbox import Sandbox, SandboxKeys

OURS = rsa.generate_private_key(65537, 2048).public_key()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(keys=SandboxKeys.generate(), tls=False) as running:
        yield running


def asked(sandbox: Sandbox, path: str, text: str | None = None) -> tuple[int, dict[str, object]]:
    place = urlsplit(sandbox.urls["portal"])
    connection = HTTPConnection(str(place.hostname), place.port, timeout=5)
    try:
        connection.request("GET" if text is None else "POST", f"{place.path}/{path}", text)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())
    finally:
        connection.close()


@pytest.mark.parametrize("form", ["bare", "pem"])
@pytest.mark.parametrize("gateway", ["acquire", "antom", "apo", "acqp"])
def test_a_new_key_takes_the_place_of_the_old_one(sandbox: Sandbox, gateway: str, form: str) -> None:
    version = "1" if gateway == "acquire" else "2"
    told = {"gateway": gateway, "key_version": version}
    assert asked(sandbox, gateway, public_text(OURS, form)) == (200, told)
    assert sandbox.portal.newest(gateway) == OURS
    assert sandbox.portal.public(gateway, "0") == OURS
    assert (sandbox.portal.public(gateway, "1") == OURS) is (version == "1")


def test_an_older_key_stays_where_that_is_asked_for(sandbox: Sandbox) -> None:
    assert asked(sandbox, "antom?keep=1", public_text(OURS, "bare"))[0] == 200
    old = sandbox.keys.accounts["antom"].merchant.public_key()
    assert (sandbox.portal.public("antom", "1"), sandbox.portal.public("antom", "2")) == (old, OURS)
    assert asked(sandbox, "antom")[1]["key_versions"] == ["1", "2"]


def test_the_gateways_own_key_can_be_copied(sandbox: Sandbox) -> None:
    assert asked(sandbox, "apo")[1]["gateway_public"] == sandbox.keys.accounts["apo"].gateway_public_pem()


@pytest.mark.parametrize(
    "text",
    ["", "no key", "BEGIN", public_text(ec.generate_private_key(ec.SECP256R1()).public_key(), "bare")],  # type: ignore[arg-type]
)
def test_what_is_no_rsa_key_is_refused(sandbox: Sandbox, text: str) -> None:
    assert asked(sandbox, "acquire", text) == (400, {"error": "This is not an RSA public key."})
    assert asked(sandbox, "paypal", text)[0] == 404
