"""The life of a key from the command line: beside the old one, tried, in use, told over the telephone."""

import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tests.integration.cli.command_line import Gateway, Till, gateway

pytestmark = pytest.mark.daemon

MakeTill = Callable[[], Till]


def account(till: Till, sandbox: Gateway, name: str, system: str = "acquire") -> str:
    """An account of the training gateway under a name of its own, for all tills here share one keyring."""
    text = (sandbox.folder / f"{system}.toml").read_text()
    file = till.home.with_name(f"{name}.toml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.replace(f'"training-{system}"', f'"{name}"'))
    assert till.run("profile", "import", str(file)).code == 0
    return name


def give(till: Till, sandbox: Gateway, name: str, *halves: str, system: str = "acquire") -> None:
    for half in halves:
        file = sandbox.folder / f"{system}.{half}.pem"
        option = "--private" if half == "private" else "--gateway-public"
        done = till.run("key", "import", "--profile", name, option, str(file))
        assert done.code == 0, done.err


def new_key(folder: Path) -> Path:
    pem = generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "new.pem").write_bytes(pem)
    return folder / "new.pem"


def test_a_new_pair_waits_until_the_gateway_accepts_it(
    new_till: MakeTill, sandbox: Gateway, tmp_path: Path
) -> None:
    till = new_till()
    name = account(till, sandbox, "turning-acquire")
    of = ("--profile", name)
    give(till, sandbox, name, "gateway-public")
    assert till.run("key", "rotate", *of).code == 2
    give(till, sandbox, name, "private")
    before = till.json("key", "show", *of)

    made = till.json("key", "rotate", *of)
    assert made["new"] is True
    assert made["key_version"] is made["next_key_version"] is None
    assert made["private_fingerprint"] == before["private_fingerprint"]
    assert made["fingerprint"] == made["next_fingerprint"] != before["private_fingerprint"]
    assert made["fingerprint_grouped"].replace(" ", "") == made["fingerprint"]

    again = till.json("key", "rotate", *of)
    assert (again["new"], again["fingerprint"]) == (False, made["fingerprint"])
    shown = till.run("key", "rotate", *of, "--public-out", str(tmp_path / "next.txt"))
    assert shown.out == (tmp_path / "next.txt").read_text() == made["public_key"] + "\n"
    assert "--finish" in shown.err
    other = till.json("key", "rotate", *of, "--replace", "--bits", "3072")
    assert other["new"] is True
    assert other["next_bits"] == 3072

    # The gateway does not know it: nothing changes, and the old key goes on working.
    refused = till.run("key", "rotate", *of, "--finish", "--json")
    assert refused.code == 5
    assert refused.json["finished"] is False
    assert "ILLEGAL_SIGN" in " ".join(refused.json["findings"])
    assert "waits on" in refused.json["findings"][-1]
    assert refused.json["next_fingerprint"] == other["fingerprint"]
    assert till.run("key", "check", *of, "--online").code == 0

    assert till.json("key", "rotate", *of, "--abort") == {"profile": name, "dropped": True}
    assert till.json("key", "rotate", *of, "--abort")["dropped"] is False
    assert till.run("key", "rotate", *of, "--finish").code == 2
    after = till.json("key", "show", *of)
    assert (after["next_fingerprint"], after["private_fingerprint"]) == (None, before["private_fingerprint"])


def hand_in(gateway: Gateway, name: str, public_key: str) -> None:
    """Paste a public key into the portal."""
    url = f"{gateway.ready['portal']}/{name}"
    with urllib.request.urlopen(url, data=public_key.encode(), timeout=10) as reply:  # noqa: S310 - loopback
        assert reply.status == 200


@pytest.fixture
def own_gateway(tmp_path: Path, keyring_environment: Mapping[str, str]) -> Iterator[Gateway]:
    """A gateway whose keys may change without anybody else noticing."""
    (tmp_path / "own").mkdir()
    with gateway(tmp_path / "own", keyring_environment) as running:
        yield running


def test_accepted_it_is_the_key_in_use(new_till: MakeTill, own_gateway: Gateway, tmp_path: Path) -> None:
    till = new_till()
    name = account(till, own_gateway, "taken-antom", "antom")
    of = ("--profile", name)
    give(till, own_gateway, name, "gateway-public", "private", system="antom")
    right = own_gateway.folder / "antom.private.pem"
    assert till.run("key", "rotate", *of, "--private", str(right)).code == 2

    waiting = till.json("key", "rotate", *of)
    assert (waiting["key_version"], waiting["next_key_version"]) == ("1", "2")
    hand_in(own_gateway, "antom", waiting["public_key"])
    # The portal has it, and the till does not know yet.
    assert "--finish" in till.json("key", "check", *of, "--online")["findings"][-1]
    done = till.json("key", "rotate", *of, "--finish")
    assert (done["finished"], done["findings"], done["key_version"]) == (True, [], "2")
    assert (done["private_fingerprint"], done["next_fingerprint"]) == (waiting["fingerprint"], None)
    assert till.run("key", "check", *of, "--online").code == 0
    cancelled = till.run("cancel", "antom-turned-REFUND", "--yes", *of, "--json")
    assert (cancelled.json["state"], cancelled.code) == ("refunded", 0)

    # A pair that was made elsewhere waits in the same way.
    third = till.json("key", "rotate", *of, "--private", str(new_key(tmp_path)), "--key-version", "7")
    assert (third["new"], third["next_key_version"]) == (True, "7")
    assert till.run("key", "rotate", *of, "--key-version", "seven").code == 2


def test_a_key_that_waits_cannot_be_had_for_an_md5_account(new_till: MakeTill, sandbox: Gateway) -> None:
    till = new_till()
    name = account(till, sandbox, "md5-acquire")
    file = till.home / "profiles" / f"{name}.toml"
    file.write_text(file.read_text().replace('"RSA2"', '"MD5"'))
    secret = (sandbox.folder / "acquire.md5").read_text()
    of = ("--profile", name)
    assert till.run("key", "import", *of, "--md5-key-stdin", typed=secret).code == 0
    done = till.run("key", "rotate", *of)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    told = till.json("key", "check", *of)
    assert (told["can_sign"], told["can_verify"], told["ok"], told["age_days"]) == (True, True, True, 0)
    assert "MD5, here since" in till.run("key", "check", "--all").out


def test_check_says_what_each_account_can_do(new_till: MakeTill, sandbox: Gateway) -> None:
    till = new_till()
    assert till.run("key", "check").code == 5
    assert till.json("key", "check", "--all") == []
    whole = account(till, sandbox, "check-whole")
    give(till, sandbox, whole, "private", "gateway-public")
    # One account alone is told in full, as ever.
    alone = till.json("key", "check")
    assert (alone["profile"], alone["ok"], alone["can_sign"], alone["can_verify"]) == (
        whole,
        True,
        True,
        True,
    )
    assert alone["age_days"] == 0
    assert alone["private_fingerprint_grouped"].replace(" ", "") == alone["private_fingerprint"]
    assert [each["profile"] for each in till.json("key", "check", "--all")] == [whole]

    half = account(till, sandbox, "check-half")
    give(till, sandbox, half, "private")
    bare = account(till, sandbox, "check-none")
    done = till.run("key", "check", "--json")
    assert done.code == 5
    told = {each["profile"]: (each["can_sign"], each["can_verify"]) for each in done.json}
    assert told == {whole: (True, True), half: (True, False), bare: (False, False)}
    lines = till.run("key", "check").out.splitlines()
    assert sum(line.startswith("check-") for line in lines) == 3
    assert next(line for line in lines if line.startswith(whole)).startswith(
        f"{whole}  signs, verifies, RSA2"
    )
    assert "    The gateway's public key is missing." in lines

    till.run("key", "rotate", "--profile", whole)
    assert "a new key waits" in till.run("key", "check", "--all").out


def test_our_public_key_is_shown_before_the_gateways_is_there(new_till: MakeTill, sandbox: Gateway) -> None:
    till = new_till()
    name = account(till, sandbox, "show-first")
    made = till.json("key", "generate", "--profile", name)
    shown = till.run("key", "show", "--profile", name, "--json")
    assert (shown.code, shown.json["public_key"]) == (0, made["public_key"])
    assert shown.json["private_fingerprint_grouped"] == made["fingerprint_grouped"]


def test_removed_the_waiting_key_goes_with_the_other(new_till: MakeTill, sandbox: Gateway) -> None:
    till = new_till()
    name = account(till, sandbox, "gone")
    till.json("key", "generate", "--profile", name)
    till.json("key", "rotate", "--profile", name)
    assert till.run("key", "remove", "--profile", name).code == 0
    told = till.json("key", "show", "--profile", name)
    assert (told["private_fingerprint"], told["next_fingerprint"]) == (None, None)
