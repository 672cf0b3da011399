"""The files a training gateway writes for its clients: profile, keys, authority, sales."""

import csv
import stat
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from pos_cancel.sandbox import STORIES, Sandbox, write_profiles
from tests.plain_client import ask, training_keys


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
    assert set(files) == {
        "acquire.toml",
        "acquire.private.pem",
        "acquire.gateway-public.pem",
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


def test_the_written_sales_are_known_to_the_gateway(sandbox: Sandbox, tmp_path: Path) -> None:
    write_profiles(sandbox, tmp_path)

    with (tmp_path / "sales.csv").open(encoding="utf-8", newline="") as file:
        sales = list(csv.DictReader(file))
    assert list(sales[0]) == ["number", "amount", "currency", "time", "profile", "status"]
    assert [sale["number"].rpartition("-")[2] for sale in sales] == [story.ending for story in STORIES]
    assert {sale["status"] for sale in sales} == {"open", "paid"}
    assert all(datetime.fromisoformat(sale["time"]).tzinfo for sale in sales)
    refund = next(sale for sale in sales if sale["number"].endswith("-REFUND"))
    reply = ask(sandbox, out_trade_no=refund["number"])
    assert reply.fields["action"] == "refund"


def test_without_tls_there_is_no_authority_to_write(tmp_path: Path) -> None:
    with Sandbox(keys=training_keys(), tls=False) as sandbox:
        write_profiles(sandbox, tmp_path / "d")

    assert not (tmp_path / "d" / "ca.pem").exists()
    assert "ca_file" not in (tmp_path / "d" / "acquire.toml").read_text()
