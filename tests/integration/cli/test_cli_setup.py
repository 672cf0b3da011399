"""`pos-cancel setup`: by questions at a terminal, and all by flags and stdin; the same steps and words."""

import tomllib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from pos_cancel.gateways.keys import read_private
from tests.integration.cli.command_line import Done, Gateway, Till
from tests.integration.cli.conftest import MakeTill

pytestmark = pytest.mark.daemon

PARTNER = "2088000000000001"
CLIENTS = {
    "antom": "SANDBOX_5X00000000000001",
    "apo": "5X00000000000002",
    "acqp": "SANDBOX_5Y00000000000003",
}
PASSWORD = "open sesame"
END_OF_INPUT = "\x04"


def account(gateway: Gateway, name: str = "acquire") -> tuple[str, ...]:
    """The flags that say whose account it is."""
    whose = ("--id", PARTNER, "--currency", "CNY") if name == "acquire" else ("--id", CLIENTS[name])
    ca_file = str(gateway.folder / "ca.pem")
    return "setup", "--gateway", name, "--endpoint", gateway.ready[name], "--ca-file", ca_file, *whose


def keys(gateway: Gateway, name: str = "acquire") -> tuple[str, ...]:
    """The flags that bring the right keys."""
    private, public = (gateway.folder / f"{name}.{role}.pem" for role in ("private", "gateway-public"))
    return "--private", str(private), "--gateway-public", str(public)


def nothing_is_there(till: Till) -> None:
    assert till.json("profile", "list") == []


@pytest.mark.parametrize("name", ["acquire", "antom", "apo", "acqp"])
def test_an_account_is_set_up_by_flags_alone(new_till: MakeTill, sandbox: Gateway, name: str) -> None:
    till = new_till()
    done = till.run(*account(sandbox, name), *keys(sandbox, name), "--json")
    assert done.code == 0, done.err
    told = done.json
    assert (told["profile"], told["verdict"], told["tested"]) == (name, "passed", True)
    assert told["fingerprint"] == till.json("key", "show")["private_fingerprint"]
    assert till.json("key", "check", "--online")["verdict"] == "passed"
    settings = tomllib.loads((till.home / "settings.toml").read_text())
    assert settings["default_profile"] == name
    again = till.run(*account(sandbox, name), *keys(sandbox, name), "--name", name)
    assert (again.code, again.err.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        (("--id", "2088000000000009"), "test_account"),
        (("--private", "antom.private.pem"), "test_our_key"),
        (("--gateway-public", "antom.gateway-public.pem"), "test_their_key"),
        (("--ca-file", ""), "test_certificate"),
        (("--endpoint", "https://127.0.0.1:9"), "test_network"),
    ],
)
def test_a_test_that_fails_names_the_part_and_keeps_nothing(
    new_till: MakeTill, sandbox: Gateway, flags: tuple[str, str], code: str
) -> None:
    till = new_till()
    value = str(sandbox.folder / flags[1]) if flags[1].endswith(".pem") else flags[1]
    done = till.run(*account(sandbox), *keys(sandbox), flags[0], value, "--json")
    assert done.code == 5
    assert set(done.json["error"]) == {"code", "sentence", "way_on"}
    assert done.json["error"]["code"] == code
    nothing_is_there(till)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "--gateway"),
        (("--gateway", "paypal"), "paypal"),
        (("--gateway", "acquire"), "--region"),
        (("--gateway", "acquire", "--region", "mars"), "mars"),
        (("--gateway", "acquire", "--region", "test"), "--id"),
        (("--gateway", "acquire", "--region", "test", "--id", "2088", "--currency", "HKD"), "16 digits"),
        (("--gateway", "acquire", "--region", "test", "--id", PARTNER, "--currency", "HK"), "three letters"),
        (("--gateway", "acquire", "--region", "test", "--id", PARTNER, "--currency", "HKD"), "--make"),
        (("--gateway", "antom", "--region", "sea", "--id", PARTNER), "client id"),
        (("--gateway", "antom", "--endpoint", "ftp://x", "--id", "5X1234"), "address"),
        (("--profile-file", "/nowhere.toml"), "cannot be read"),
    ],
)
def test_without_a_terminal_what_is_missing_or_wrong_is_one_sentence(
    new_till: MakeTill, arguments: tuple[str, ...], word: str
) -> None:
    till = new_till()
    done = till.run("setup", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert word in done.err
    nothing_is_there(till)


def test_secrets_come_by_stdin_and_never_by_argument(
    new_till: MakeTill, sandbox: Gateway, tmp_path: Path
) -> None:
    private = read_private((sandbox.folder / "acquire.private.pem").read_bytes())
    lock = BestAvailableEncryption(PASSWORD.encode())
    locked = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode()
    public = ("--gateway-public", str(sandbox.folder / "acquire.gateway-public.pem"))
    till = new_till()
    wrong = till.run(*account(sandbox), "--private", "-", *public, typed=locked)
    assert (wrong.code, "password" in wrong.err) == (2, True)
    shut = till.run(*account(sandbox), "--private", "-", "--password-stdin", *public, typed=f"shut\n{locked}")
    assert shut.code == 2
    nothing_is_there(till)
    done = till.run(
        *account(sandbox), "--private", "-", "--password-stdin", *public, typed=f"{PASSWORD}\n{locked}"
    )
    assert done.code == 0, done.err
    md5 = (sandbox.folder / "acquire.md5").read_text()
    short = till.run(*account(sandbox), "--md5-key-stdin", "--name", "second", typed=md5.strip()[1:] + "\n")
    assert (short.code, "31 characters" in short.err) == (2, True)
    with_md5 = till.run(*account(sandbox), "--md5-key-stdin", "--name", "second", "--json", typed=md5 + "\n")
    assert (with_md5.code, with_md5.json["public_key"]) == (0, None)


def test_a_pair_that_is_made_is_kept_untested_and_its_public_half_told(
    new_till: MakeTill, sandbox: Gateway, tmp_path: Path
) -> None:
    till, out = new_till(), tmp_path / "ours.pem"
    public = ("--gateway-public", str(sandbox.folder / "acquire.gateway-public.pem"))
    done = till.run(
        *account(sandbox), "--make", "--bits", "3072", "--public-out", str(out), "--qr", *public, "--json"
    )
    assert (done.code, done.json["tested"], done.json["verdict"]) == (0, False, None)
    assert "█" in done.err
    assert "BEGIN PUBLIC KEY" in out.read_text()
    checked = till.run("key", "check", "--online", "--json")
    assert (checked.code, checked.json["verdict"]) == (5, "our_key")
    assert "does not accept our key" in checked.json["findings"][0]


def test_what_was_uploaded_is_compared(new_till: MakeTill, sandbox: Gateway, tmp_path: Path) -> None:
    till, uploaded = new_till(), ("--uploaded-public", str(sandbox.folder / "antom.gateway-public.pem"))
    done = till.run(*account(sandbox), *keys(sandbox), *uploaded)
    assert (done.code, "do not belong together" in done.err) == (2, True)
    nothing_is_there(till)


def test_an_account_is_kept_though_the_test_fails_where_that_is_wanted(
    new_till: MakeTill, sandbox: Gateway
) -> None:
    till = new_till()
    arguments = (*account(sandbox), *keys(sandbox), "--endpoint", "https://127.0.0.1:9")
    done = till.run(*arguments, "--keep-anyway", "--json")
    assert (done.code, done.json["tested"], done.json["verdict"]) == (0, False, "network")
    assert till.run(*arguments, "--no-test", "--name", "two").code == 0


def test_a_profile_file_wants_only_its_keys(new_till: MakeTill, sandbox: Gateway) -> None:
    till = new_till()
    done = till.run("setup", "--profile-file", str(sandbox.folder / "antom.toml"), *keys(sandbox, "antom"))
    assert done.code == 0, done.err
    assert [profile["name"] for profile in till.json("profile", "list")] == ["training-antom"]


# --- a person at the terminal


def asked(till: Till, sandbox: Gateway, *lines: str, flags: tuple[str, ...] = ()) -> Done:
    ca_file = ("--ca-file", str(sandbox.folder / "ca.pem"))
    return till.at_terminal("setup", *ca_file, *flags, typed="".join(f"{line}\n" for line in lines))


def test_every_refusal_is_told_and_asked_again(new_till: MakeTill, sandbox: Gateway) -> None:
    till, folder = new_till(), sandbox.folder
    done = asked(
        till,
        sandbox,
        *("nonsense", "1"),  # gateway
        *("mars", "7", "ftp://x", sandbox.ready["acquire"]),  # region, another address
        *("2088", "CNY", PARTNER, "HK", PARTNER, ""),  # partner id, currency
        *(
            "2",
            "/nowhere.pem",
            str(folder / "acquire.gateway-public.pem"),
            str(folder / "acquire.private.pem"),
        ),
        *(str(folder / "antom.gateway-public.pem"), ""),  # what was uploaded; then on
        *(str(folder / "acquire.private.pem"), str(folder / "acquire.gateway-public.pem")),
    )
    assert done.code == 0, done.err
    for word in ("no gateway", "no address", "not the address", "16 digits", "three letters"):
        assert word in done.err
    for word in ("cannot be read", "This is a public key", "do not belong together", "This is a private key"):
        assert word in done.err
    assert "The gateway accepted our signature" in done.err
    assert [profile["name"] for profile in till.json("profile", "list")] == ["acquire"]


def test_a_key_that_is_pasted_is_not_shown_and_its_password_asked(
    new_till: MakeTill, sandbox: Gateway, tmp_path: Path
) -> None:
    private = rsa.generate_private_key(65537, 2048)
    lock = BestAvailableEncryption(PASSWORD.encode())
    locked = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode().rstrip()
    till, public = new_till(), sandbox.folder / "antom.gateway-public.pem"
    done = asked(
        till,
        sandbox,
        *("antom", "other", sandbox.ready["antom"], CLIENTS["antom"], "2"),
        *("", locked, "shut", PASSWORD, "", str(public)),
        *("t", "s"),
    )
    assert done.code == 0, done.err
    assert "does not open" in done.err
    assert "does not accept our key" in done.err
    assert till.json("key", "show")["private_bits"] == 2048


def test_a_pair_made_at_the_terminal_waits_for_the_portal(
    new_till: MakeTill, sandbox: Gateway, tmp_path: Path
) -> None:
    till, out = new_till(), tmp_path / "ours.pem"
    public = str(sandbox.folder / "acquire.gateway-public.pem")
    steps = ("1", "7", sandbox.ready["acquire"], PARTNER, "CNY", "1", str(out), "", public)
    ended = asked(till, sandbox, *steps, "e")
    assert (ended.code, "Nothing was kept" in ended.err) == (5, True)
    assert "BEGIN PUBLIC KEY" in out.read_text()
    nothing_is_there(till)


def test_the_md5_key_is_typed_unseen(new_till: MakeTill, sandbox: Gateway) -> None:
    till, md5 = new_till(), (sandbox.folder / "acquire.md5").read_text().strip()
    done = asked(till, sandbox, "1", "7", sandbox.ready["acquire"], PARTNER, "CNY", "4", md5[:-1], md5)
    assert done.code == 0, done.err
    assert "31 characters" in done.err
    assert till.json("key", "show")["has_md5"]


def test_in_chinese_too(new_till: MakeTill, sandbox: Gateway) -> None:
    done = asked(new_till(), sandbox, "1", "7", "", END_OF_INPUT, flags=("--language", "zh_CN"))
    assert done.code == 2
    assert "输入已结束" in done.err
    assert "合同是哪个网关" in done.err
    assert "这不是网关的地址" in done.err
