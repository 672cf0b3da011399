"""A new account against the training gateway over TLS: the test says which of its parts is wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pos_cancel.adapters.settings import open_home
from pos_cancel.adapters.setup import Setup, Tools
from pos_cancel.adapters.transport import RequestsTransport
from pos_cancel.bootstrap import make_gateways
from pos_cancel.engine.probe import Verdict
from pos_cancel.gateways.keys import compact
from pos_cancel.sandbox import GATEWAYS, Sandbox, SandboxKeys
from tests.unit.accounts import KeptKeys


@pytest.fixture(scope="module")
def gateway() -> Iterator[Sandbox]:
    with Sandbox(keys=SandboxKeys.generate(), pace=0.01) as running:
        yield running


class Shop:
    """A set-up in front of the training gateway, filled in rightly."""

    def __init__(self, gateway: Sandbox, folder: Path, name: str) -> None:
        self.gateway, self.name = gateway, name
        self.keys = gateway.keys if name == "acquire" else gateway.keys.accounts[name]
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(gateway.ca_pem)
        self.now = datetime.now(UTC)
        tools = Tools(
            home=open_home(str(folder / "home")),
            keeper=KeptKeys(),
            gateways=make_gateways,
            transport=RequestsTransport,
            now=lambda: self.now,
        )
        self.setup = Setup(tools)
        self.setup.choose_gateway(name)
        self.setup.write_address(gateway.urls[name], str(self.ca_file))
        self.say(gateway.keys.partner if name == "acquire" else gateway.keys.accounts[name].client_id)
        self.setup.take_private(self.keys.merchant_private_pem().encode())
        self.setup.take_gateway_key(self.keys.gateway_public_pem().encode())

    def say(self, merchant_id: str) -> None:
        self.setup.say_account(merchant_id, currency="CNY")

    def verdict(self) -> Verdict:
        return self.setup.test().verdict


@pytest.fixture(params=GATEWAYS)
def shop(gateway: Sandbox, tmp_path: Path, request: pytest.FixtureRequest) -> Shop:
    return Shop(gateway, tmp_path, request.param)


def test_an_account_that_is_right_passes_and_moves_nothing(shop: Shop) -> None:
    before = len(shop.gateway.ledger.movements)
    assert shop.verdict() is Verdict.PASSED
    assert len(shop.gateway.ledger.movements) == before
    assert shop.setup.keep().gateway == shop.name


def test_a_key_that_the_gateway_does_not_know(shop: Shop) -> None:
    shop.setup.make(2048)
    proof = shop.setup.test()
    assert proof.verdict is Verdict.OUR_KEY
    assert proof.code in {"ILLEGAL_SIGN", "SIGNATURE_INVALID", "INVALID_SIGNATURE"}


def test_an_account_that_the_gateway_does_not_know(shop: Shop) -> None:
    shop.say("2088000000009999" if shop.name == "acquire" else "5X9999")
    assert shop.verdict() is Verdict.ACCOUNT


def test_a_public_key_that_is_not_the_gateways(shop: Shop) -> None:
    other = SandboxKeys.generate() if shop.name == "antom" else None
    wrong = (
        other or shop.gateway.keys.accounts["apo" if shop.name != "apo" else "acqp"]
    ).gateway_public_pem()
    shop.setup.take_gateway_key(wrong.encode())
    assert shop.verdict() is Verdict.THEIR_KEY


def test_what_answers_elsewhere_is_not_the_gateway(gateway: Sandbox, tmp_path: Path) -> None:
    shop = Shop(gateway, tmp_path, "acquire")
    for path in ("ledger", "nothing"):
        address = gateway.urls["antom"] + f"/{path}"
        shop.setup.write_address(address, str(shop.ca_file))
        assert shop.verdict() is Verdict.ADDRESS


def test_a_certificate_that_is_not_trusted(shop: Shop) -> None:
    shop.setup.write_address(shop.gateway.urls[shop.name])
    assert shop.verdict() is Verdict.CERTIFICATE


def test_nobody_at_the_address(shop: Shop) -> None:
    shop.setup.write_address("https://127.0.0.1:9/gateway.do", str(shop.ca_file))
    assert shop.verdict() is Verdict.NETWORK


def test_a_certificate_file_that_is_not_there(shop: Shop) -> None:
    shop.setup.write_address(shop.gateway.urls[shop.name], "/nowhere/ca.pem")
    assert shop.verdict() is Verdict.LOCAL


def test_a_clock_that_is_an_hour_slow(gateway: Sandbox, tmp_path: Path) -> None:
    shop = Shop(gateway, tmp_path, "acquire")
    shop.now -= timedelta(hours=1)
    assert shop.verdict() is Verdict.CLOCK


def test_a_shared_secret(gateway: Sandbox, tmp_path: Path) -> None:
    shop = Shop(gateway, tmp_path, "acquire")
    shop.setup.sign_with("MD5")
    shop.setup.take_md5(gateway.keys.md5_secret())
    assert shop.verdict() is Verdict.PASSED
    shop.setup.take_md5("0" * 32)
    assert shop.verdict() is Verdict.OUR_KEY


def test_nothing_of_a_key_is_in_what_can_be_shown(shop: Shop) -> None:
    private = shop.setup.draft.keys.private
    assert private is not None
    secret = compact(private).partition(".")[2]
    assert not any(secret[at : at + 12] in repr(shop.setup.draft) for at in range(0, 100, 12))
