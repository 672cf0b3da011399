"""Secrets planted everywhere a record can carry one, and looked for in the log."""

import base64
import logging
import random
import stat
import string
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from pos_cancel.adapters import logs
from pos_cancel.adapters.logs import GONE, LONGEST_FILE, NAME, OwnersFile, Redactor
from pos_cancel.domain.errors import LocalError

LOG = logging.getLogger("pos_cancel.tests")
TOLD = "correct horse/battery+staple="
MD5_SECRET = "0123456789abcdefghijklmnopqrstuv"
HEX_SIGN = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
BASE64 = string.ascii_letters + string.digits + "+/"
CASE_ID = "6f1c2b3a4d5e6f708192a3b4c5d6e7f8"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "till"
    folder.mkdir()
    return folder


@pytest.fixture
def log(home: Path) -> Iterator[OwnersFile]:
    root = logging.getLogger()
    level = root.level
    handler = logs.setup(home, logging.DEBUG)
    yield handler
    logs.stop(handler)
    root.setLevel(level)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def written(home: Path) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in home.glob(f"{NAME}*"))


def forms_of(key: rsa.RSAPrivateKey) -> list[str]:
    """Give the key in every form that could find its way into a text."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    naked = base64.b64encode(der).decode()
    return [pem.decode(), repr(pem), naked, quote(naked, safe=""), str(key.private_numbers().p), der.hex()]


def pieces_of(form: str) -> list[str]:
    """Give what must not be left of a form: any of its runs of 40 characters."""
    return [form[start : start + 40] for start in range(60, len(form) - 140, 20)]


def test_no_form_of_a_key_gets_through(log: OwnersFile, home: Path, key: rsa.RSAPrivateKey) -> None:
    for form in forms_of(key):
        LOG.info("in the message %s", form)
        LOG.warning(form)
        try:
            raise ValueError(form)
        except ValueError:
            LOG.exception("in the exception")
        LOG.info("in a container %r", {"key": [form]})
    text = written(home)
    assert text.count("in the message") == len(forms_of(key))
    assert "ValueError" in text
    for form in forms_of(key):
        assert not [piece for piece in pieces_of(form) if piece in text]


def test_der_bytes_are_taken_out(log: OwnersFile, home: Path, key: rsa.RSAPrivateKey) -> None:
    number = key.private_numbers().p.to_bytes(128, "big")
    LOG.info("bytes %r", number)
    assert repr(number)[20:60] not in written(home)


def test_no_key_of_many_leaves_its_bytes(rng: random.Random) -> None:
    redactor = Redactor()
    for _ in range(300):
        number = repr(rng.randbytes(128))
        left = redactor.clean(f"bytes {number} and more")
        assert not [start for start in range(2, len(number) - 26) if number[start : start + 24] in left]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"service=x&sign={HEX_SIGN}&sign_type=MD5", HEX_SIGN),
        (f"<sign>{HEX_SIGN}</sign>", HEX_SIGN),
        (f"'sign': '{HEX_SIGN}'", HEX_SIGN),
        ("signature=Zm9vYmFyYmF6cXV4%3D", "Zm9vYmFyYmF6cXV4"),
        (f"md5_key={MD5_SECRET}", MD5_SECRET),
        (f"the secret {MD5_SECRET} alone", MD5_SECRET),
        ("pin=4821", "4821"),
        ("PIN: 482163", "482163"),
        ('"pin": "4821"', "4821"),
        ("the pin was 4821", "4821"),
        ("password='hunter2x'", "hunter2x"),
        ("approval_code: 993311", "993311"),
        ("Proxy-Authorization: Basic c2hvcDp3b3Jk", "c2hvcDp3b3Jk"),
        (f"told {TOLD} here", TOLD),
        (f"told {quote(TOLD, safe='')} here", "battery"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n", "MIIEow"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str, secret: str) -> None:
    redactor = Redactor()
    redactor.tell(TOLD)
    clean = redactor.clean(text)
    assert secret not in clean
    assert GONE in clean


@pytest.mark.parametrize(
    "text",
    [
        f"case {CASE_ID} K7-204 sent, try 3, out_trade_no 20251120-0042-7731",
        "trade 2025112022001482150501234567 refunded 128.00",
        "https://globalmapi.alipay.com/gateway.do?_input_charset=UTF-8",
        'File "/opt/pos-cancel/lib/python3.11/site-packages/pos_cancel/adapters/transport.py", line 12',
        "pin refused; signed with RSA2",
        f"cases {CASE_ID} {CASE_ID} {CASE_ID}",
        "numbers 2025112022001482150501234567 2025112022001482150501234568 2025112022001482150501234569",
        "gaps of 2, 4, 8, 16, 32 s; card 00:1a:2b:3c:4d:5e at 12:34:56",
    ],
)
def test_what_helps_to_find_a_fault_stays(text: str) -> None:
    assert Redactor().clean(text) == text


def test_a_very_short_secret_does_not_hollow_out_the_log() -> None:
    redactor = Redactor()
    redactor.tell("12")
    redactor.tell("")
    assert redactor.clean("try 12 of 12") == "try 12 of 12"
    assert "12" not in repr(redactor)


def test_only_the_owner_can_read_it_also_after_it_was_turned(log: OwnersFile, home: Path) -> None:
    line = "the till says good morning. " * 40
    for _ in range(LONGEST_FILE // len(line) + 10):
        LOG.info(line)
    files = sorted(home.iterdir())
    assert [file.name for file in files] == [NAME, f"{NAME}.1"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_file_that_others_could_read_is_closed_to_them(home: Path) -> None:
    (home / NAME).touch(mode=0o644)
    logs.stop(logs.setup(home, logging.getLogger().level))
    assert stat.S_IMODE((home / NAME).stat().st_mode) == 0o600


def test_the_record_itself_is_left_to_other_handlers(
    log: OwnersFile, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    LOG.info("pin=%s", "4821")
    assert "4821" in caplog.text
    assert "4821" not in written(home)


def test_a_record_that_cannot_be_formatted_shows_nothing(
    log: OwnersFile, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = LOG.makeRecord(LOG.name, logging.INFO, "", 0, "pin=%d", ("4821",), None)
    log.handle(record)
    assert "4821" not in capsys.readouterr().err
    assert written(home) == ""


def test_chatter_of_the_libraries_is_left_out(log: OwnersFile, home: Path) -> None:
    logging.getLogger("urllib3.connectionpool").debug("POST /gateway.do")
    assert written(home) == ""


def test_text_that_is_no_text_is_written_all_the_same(log: OwnersFile, home: Path) -> None:
    # Straight to the file: pytest's own copy of the log could not be told to another process.
    log.handle(logging.LogRecord(LOG.name, logging.INFO, __file__, 0, "half a character \ud800", None, None))
    assert "half a character" in written(home)


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="cannot write its log"):
        logs.setup(tmp_path / "absent")


def test_random_secrets_of_many_lengths(log: OwnersFile, home: Path, rng: random.Random) -> None:
    planted = ["".join(rng.choices(BASE64, k=length)) for length in range(60, 500, 7)]
    for secret in planted:
        LOG.info("a value %s in a line", secret)
    text = written(home)
    assert not [secret for secret in planted if secret in text]
