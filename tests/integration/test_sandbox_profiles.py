"""The files a training gateway writes for its clients: profile, keys, authority, sales."""

import csv
import stat
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from pos_cancel.sandbox import GATEWAYS, Sandbox, stories_of, write_profiles
from tests import plain_json_client
from tests.plain_client import ask, training_keys

JSON_GATEWAYS = ("antom", "apo", "acqp")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(keys=training_keys()) as running:
        yield running


def test_the_written_profile_leads_to_the_gateway(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / 'a "b" 收据'

    write_profiles(sandbox, folder)

    profile = tomllib.loads((folder / "acquire.toml").read_text(encoding="utf-8"))
    assert profile["endpoint"] == sandbox.urls["acquire"]
    assert (profile["name"], profile["kind"], profile["gateway"]) == (
        "training-acquire",
        "training",
        "acquire",
    )
    assert (profile["partner"], profile["pace"]) == (sandbox.keys.partner, 1.0)
    ca_file = Path(profile["ca_file"])
    assert ca_file.is_absolute()
    assert ca_file.read_bytes() == sandbox.ca_pem


def test_the_written_keys_are_the_shops_and_the_gateways(sandbox: Sandbox, tmp_path: Path) -> None:
    write_profiles(sandbox, tmp_path / "d")
    write_profiles(sandbox, tmp_path / "d")

    files = {path.name: path for path in (tmp_path / "d").iterdir()}
    endings = ("toml", "private.pem", "gateway-public.pem")
    assert set(files) == {f"{gateway}.{ending}" for gateway in GATEWAYS for ending in endings} | {
        "acquire.md5",
        "ca.pem",
        "sales.csv",
    }
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files.values())
    private = load_pem_private_key(files["acquire.private.pem"].read_bytes(), None)
    public = load_pem_public_key(files["acquire.gateway-public.pem"].read_bytes())
    assert private.public_key() == sandbox.keys.merchant.public_key()
    assert public == sandbox.keys.gateway.public_key()
    assert files["acquire.md5"].read_text() == sandbox.keys.md5_secret()


@pytest.mark.parametrize("gateway", JSON_GATEWAYS)
def test_a_json_gateways_profile_names_its_client_and_its_host(
    sandbox: Sandbox, tmp_path: Path, gateway: str
) -> None:
    write_profiles(sandbox, tmp_path)

    profile = tomllib.loads((tmp_path / f"{gateway}.toml").read_text(encoding="utf-8"))
    account = sandbox.keys.accounts[gateway]
    place = sandbox.urls["acquire"].removesuffix("/gateway.do")
    assert profile["endpoint"] == sandbox.urls[gateway] == place
    assert (profile["name"], profile["kind"], profile["gateway"]) == (
        f"training-{gateway}",
        "training",
        gateway,
    )
    assert (profile["client_id"], profile["sign_type"], profile["key_version"]) == (
        account.client_id,
        "RSA256",
        "1",
    )
    assert profile["timestamp"] == ("iso" if gateway == "acqp" else "ms")
    assert "partner" not in profile
    private = load_pem_private_key((tmp_path / f"{gateway}.private.pem").read_bytes(), None)
    public = load_pem_public_key((tmp_path / f"{gateway}.gateway-public.pem").read_bytes())
    assert private.public_key() == account.merchant.public_key()
    assert public == account.gateway.public_key()


def test_no_two_accounts_share_a_client_or_a_key(sandbox: Sandbox) -> None:
    accounts = list(sandbox.keys.accounts.values())
    publics = [sandbox.keys.gateway_public_pem(), *(account.gateway_public_pem() for account in accounts)]

    assert [account.gateway_name for account in accounts] == list(JSON_GATEWAYS)
    assert len({account.client_id for account in accounts}) == 3
    assert len(set(publics)) == 4


def test_the_written_sales_are_known_to_the_gateway(sandbox: Sandbox, tmp_path: Path) -> None:
    write_profiles(sandbox, tmp_path)

    with (tmp_path / "sales.csv").open(encoding="utf-8", newline="") as file:
        sales = list(csv.DictReader(file))
    assert list(sales[0]) == ["number", "amount", "currency", "time", "profile", "status"]
    for gateway in GATEWAYS:
        written = [sale["number"] for sale in sales if sale["profile"] == f"training-{gateway}"]
        endings = [story.ending for story in stories_of(gateway)]
        assert [number.rpartition("-")[2] for number in written] == endings
    assert len({sale["number"] for sale in sales}) == len(sales)
    assert {sale["status"] for sale in sales} == {"open", "paid"}
    assert all(datetime.fromisoformat(sale["time"]).tzinfo for sale in sales)
    refund = next(sale for sale in sales if sale["number"].endswith("-REFUND"))
    reply = ask(sandbox, out_trade_no=refund["number"])
    assert reply.fields["action"] == "refund"
    for gateway in JSON_GATEWAYS:
        number = next(
            sale["number"]
            for sale in sales
            if sale["profile"] == f"training-{gateway}" and sale["number"].endswith("-REFUND")
        )
        assert plain_json_client.ask(sandbox, gateway, number=number).status == "S"
        assert len(sandbox.ledger.refunds(number)) == 1


def test_without_tls_there_is_no_authority_to_write(tmp_path: Path) -> None:
    with Sandbox(keys=training_keys(), tls=False) as sandbox:
        write_profiles(sandbox, tmp_path / "d")

    assert not (tmp_path / "d" / "ca.pem").exists()
    assert "ca_file" not in (tmp_path / "d" / "acquire.toml").read_text()
