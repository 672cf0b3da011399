"""No command prints or writes anything of a private key, in whatever spelling."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import secretstorage
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from pos_cancel.gateways.keys import expand
from tests.integration.cli.command_line import Done, Gateway, Till
from tests.integration.keyring_session import keyring_session
from tests.key_traces import found_in, secrets_of, traces_of

pytestmark = pytest.mark.daemon

NAME = "secret-acquire"
OF = ("--profile", NAME)
LOOKS = (
    ("key", "check", *OF, "--online"),
    ("key", "check", "--all", "--json"),
    ("key", "show", *OF, "--json"),
    ("key", "show", *OF, "--form", "pem"),
    ("key", "rotate", *OF, "--finish"),
    ("key", "rotate", *OF, "--replace", "--json"),
    ("key", "receive"),
    ("key", "shop", "show", "--json"),
    ("profile", "export", NAME),
    ("doctor", "--json"),
    ("cancel", "SECRET-REFUND", "--yes", "--json"),
    ("history", "--json"),
    ("journal", "verify"),
)


@pytest.fixture
def till(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    """A till with a keyring in which there are no keys but its own; this process may look into it."""
    with keyring_session(tmp_path / "keyring") as environment:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", environment["DBUS_SESSION_BUS_ADDRESS"])
        yield Till(tmp_path / "till", environment)


def in_keyring() -> list[bytes]:
    """Everything secret that the keyring holds now."""
    with closing(secretstorage.dbus_init()) as bus:
        items = list(secretstorage.get_default_collection(bus).get_all_items())
        values = {item.get_attributes()["service"]: item.get_secret().decode() for item in items}
    secrets: list[bytes] = []
    for service, value in values.items():
        if service.endswith("gateway-public"):
            continue
        key = json.loads(value)["key"]
        if "/private" in service:
            secrets += secrets_of(expand(key))
        else:
            secrets.append(key.encode() if service.endswith("md5") else base64.b64decode(key))
    return secrets


def test_no_command_gives_a_key_away(till: Till, sandbox: Gateway, tmp_path: Path) -> None:
    told: list[Done] = []
    secrets: set[bytes] = set()

    def run(*arguments: str, typed: str = "") -> Done:
        done = till.run(*arguments, typed=typed)
        told.append(done)
        secrets.update(in_keyring())
        return done

    set_up(run, sandbox, tmp_path)
    for arguments in LOOKS:
        run(*arguments)
    moved(run, tmp_path)
    run("key", "remove", *OF)
    # Two private keys of the account, what was replaced, one-time keys, a shop key, an MD5 key.
    assert len(secrets) > 24

    traces = traces_of(secrets)
    for number, done in enumerate(told):
        seen = found_in((done.out + done.err).encode(), traces)
        assert seen == set(), number
    written = [path for path in (*till.home.rglob("*"), *tmp_path.glob("out-*")) if path.is_file()]
    assert len(written) > 5
    for path in written:
        seen = found_in(path.read_bytes(), traces)
        assert seen == set(), path


def set_up(run: Callable[..., Done], sandbox: Gateway, folder: Path) -> None:
    """Bring keys in every way, with the mistakes that people make."""
    profile = (sandbox.folder / "acquire.toml").read_text().replace("training-acquire", NAME)
    (folder / "account.toml").write_text(profile)
    run("profile", "import", str(folder / "account.toml"))
    private, public = (str(sandbox.folder / f"acquire.{name}.pem") for name in ("private", "gateway-public"))
    run("key", "generate", *OF)
    run("key", "import", *OF, "--gateway-public", private)
    run("key", "import", *OF, "--private", private, "--gateway-public", public)
    run("key", "import", *OF, "--md5-key-stdin", typed=(sandbox.folder / "acquire.md5").read_text())
    locked = folder / "locked.pem"
    locked.write_bytes(
        generate_private_key(65537, 2048).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"right horse"),
        )
    )
    run("key", "rotate", *OF, "--private", str(locked), "--password-stdin", typed="wrong horse\n")
    done = run("key", "rotate", *OF, "--private", str(locked), "--password-stdin", typed="right horse\n")
    assert done.code == 0, done.err
    run("key", "rotate", *OF, "--replace", "--public-out", str(folder / "out-public.txt"))
    run("key", "shop", "make")


def moved(run: Callable[..., Done], folder: Path) -> None:
    """Send the account to this very till, sealed as to any other."""
    out = folder / "out-sealed.txt"
    invitation = run("key", "receive", "--json").json["one_time_key"]
    arguments = ("key", "send", *OF, "--shop", "--to", invitation)
    assert run(*arguments, "--out", str(out), "--qr").code == 0
    sealed = out.read_text().strip()
    body = sealed.removeprefix("PCM1")
    (folder / "out-opened").write_bytes(base64.b32decode(body + "=" * (-len(body) % 8)))
    (folder / "altered.txt").write_text(sealed[:-1] + ("A" if sealed[-1] != "A" else "B"))
    run("key", "receive", str(folder / "altered.txt"), "--yes")
    assert run("key", "receive", str(out), "--yes", "--json").code == 0
