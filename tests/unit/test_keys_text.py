"""Key texts as people have them: every form that is a key is read, every other gets one clear sentence."""

import base64
import textwrap
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from pos_cancel.domain.errors import KeyTextError
from pos_cancel.domain.profile import SignType
from pos_cancel.gateways import keys
from pos_cancel.gateways.signing import Keys, sign

PRIVATE = rsa.generate_private_key(65537, 2048)
PUBLIC = PRIVATE.public_key()
SHORT = """\
-----BEGIN RSA PRIVATE KEY-----
MIIBPAIBAAJBALSVn+dRq9gGr0BK27XVBWmeCaZ5Wfb8lleIdJNOA9ZwGMlZ39yo
JpR+pWbqLTLH/Y0zZW+96BJxinfbv0Xn2DkCAwEAAQJBAIpUW0r8uuAeLrzXGvps
lVrUXpwRNSMHVbrzoij8h+AIcOuGS9ZBtBjEdEHM6zE2EMz+u8XIonT8vB0rM2lX
iqECIQDX9jUQfcWAl/4JqrAYniWkVORPqKgFJh3kUMr28+90hQIhANYQXwSQk4Od
Ln4bQNZOW6kcpvQ4k1xpxBCT2XN5QE0lAiEAoLM901Kzp7fyOkFAHmF4AyuEZN5M
gOBXN/ECxvbHxX0CIQCNPQYEdAPwnf/0ErVH8TGHNjFuB/oqyloj+flKuGDVxQIg
ATB2e1ryJ7R1/EgKS4oYk014zwacqaQaixGPLlDTEiI=
-----END RSA PRIVATE KEY-----
"""
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIB+jCCAWOgAwIBAgIUIG5GSecISrgREwu/rpILzssHnsYwDQYJKoZIhvcNAQEL
BQAwDzENMAsGA1UEAwwEdGVzdDAeFw0yNjExMjEwODE2MzVaFw0zNjExMTgwODE2
MzVaMA8xDTALBgNVBAMMBHRlc3QwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGB
AK2oZRQvcR0DGSxPA67TXqUaGgKgNDL2nQ5dZzpEkKNSE1zgP+WmH6Ee7eUWJVIl
PvzUBo00uVYVJNyM0VkYa9edSZyxsN7WL0ytN22NYCBAjQ7jbCOm0Yh47gHWuCog
T5v0VLRIWZsMnN2XJArSgHTmHUvbm0pxUta+WkBYvwMNAgMBAAGjUzBRMB0GA1Ud
DgQWBBRxAxoROGofZg46+964iDdBKe5ERDAfBgNVHSMEGDAWgBRxAxoROGofZg46
+964iDdBKe5ERDAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4GBADha
dXOo8PH4ZQE3csHnCQfryeKNWs3RtluTp7iF1D1fp7+2pN/PTbMc6x/BcfO5QCGj
GZRZ9T1nBTD13BQg4fDlPpPAz9x+Ae0RZleLcnzvXDUbmCnGO96rm76ncj4z1ZH4
RlOZDqXtN0QXpdmDWPUhTlWAtuSA4DWCD/Voi9NW
-----END CERTIFICATE-----
"""


def private_bytes(
    encoding: Encoding,
    form: PrivateFormat,
    encryption: KeySerializationEncryption | None = None,
) -> bytes:
    return PRIVATE.private_bytes(encoding, form, encryption or NoEncryption())


PKCS1 = private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL)
PKCS8 = private_bytes(Encoding.DER, PrivateFormat.PKCS8)
SPKI = PUBLIC.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
PUBLIC_PKCS1 = PUBLIC.public_bytes(Encoding.DER, PublicFormat.PKCS1)
LOCK = BestAvailableEncryption(b"open sesame")
LOCKED_PKCS8 = private_bytes(Encoding.DER, PrivateFormat.PKCS8, LOCK)
LOCKED_PKCS1_PEM = private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, LOCK)
EC_PRIVATE = ec.generate_private_key(ec.SECP256R1())


def one_line(der: bytes) -> str:
    return base64.b64encode(der).decode()


def armoured(der: bytes, label: str) -> str:
    return f"-----BEGIN {label}-----\n{textwrap.fill(one_line(der), 64)}\n-----END {label}-----\n"


DRESSES: dict[str, Callable[[bytes, str], str | bytes]] = {
    "bare": lambda der, _label: one_line(der),
    "bare, wrapped and indented": lambda der, _label: textwrap.indent(textwrap.fill(one_line(der), 64), "  "),
    "bare, padding lost": lambda der, _label: one_line(der).rstrip("="),
    "bare, odd blanks": lambda der, _label: f"\u00a0{one_line(der)[:99]}\u200b{one_line(der)[99:]}\u3000",
    "pem": armoured,
    "pem in bytes": lambda der, label: armoured(der, label).encode(),
    "pem, CRLF": lambda der, label: armoured(der, label).replace("\n", "\r\n"),
    "pem, BOM": lambda der, label: "\ufeff" + armoured(der, label),
    "pem, BOM in bytes": lambda der, label: armoured(der, label).encode("utf-8-sig"),
    "pem, UTF-16": lambda der, label: armoured(der, label).encode("utf-16"),
    "pem, doubled blanks": lambda der, label: armoured(der, label.replace(" ", "  ")),
    "pem, one line": lambda der, label: armoured(der, label).replace("\n", ""),
    "pem, text around": lambda der, label: f"Our key of May:\n{armoured(der, label)}regards",
    "der": lambda der, _label: der,
}


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("label", ["PRIVATE KEY", "RSA PRIVATE KEY", "PUBLIC KEY"])
@pytest.mark.parametrize("der", [PKCS1, PKCS8], ids=["pkcs1", "pkcs8"])
def test_every_form_of_a_private_key_is_read_whatever_its_armour(der: bytes, label: str, dress: str) -> None:
    private = keys.read_private(DRESSES[dress](der, label))
    assert private.private_numbers() == PRIVATE.private_numbers()


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("label", ["PUBLIC KEY", "RSA PUBLIC KEY"])
@pytest.mark.parametrize("der", [SPKI, PUBLIC_PKCS1], ids=["x509", "pkcs1"])
def test_every_form_of_a_public_key_is_read_whatever_its_armour(der: bytes, label: str, dress: str) -> None:
    assert keys.read_public(DRESSES[dress](der, label)) == PUBLIC


LOCKED: dict[str, str | bytes] = {
    "pkcs8 pem": armoured(LOCKED_PKCS8, "ENCRYPTED PRIVATE KEY"),
    "pkcs8 bare": one_line(LOCKED_PKCS8),
    "pkcs8 der": LOCKED_PKCS8,
    "pkcs1 pem": LOCKED_PKCS1_PEM,
    "pkcs1 pem, CRLF": LOCKED_PKCS1_PEM.decode().replace("\n", "\r\n"),
}


@pytest.mark.parametrize("form", LOCKED)
def test_an_encrypted_key_asks_for_its_password(form: str) -> None:
    with pytest.raises(KeyTextError, match="encrypted") as told:
        keys.read_private(LOCKED[form])
    assert "password" in told.value.way_on
    with pytest.raises(KeyTextError, match="password does not open"):
        keys.read_private(LOCKED[form], b"open barley")
    private = keys.read_private(LOCKED[form], b"open sesame")
    assert private.private_numbers() == PRIVATE.private_numbers()
    with pytest.raises(KeyTextError, match="a private key; a public key is needed"):
        keys.read_public(LOCKED[form])


def test_a_password_that_is_not_needed_does_no_harm() -> None:
    assert keys.read_private(one_line(PKCS8), b"x").private_numbers() == PRIVATE.private_numbers()


@pytest.mark.parametrize("der", [PKCS1, PKCS8])
def test_a_private_key_in_the_place_of_a_public_one(der: bytes) -> None:
    with pytest.raises(KeyTextError, match="a private key; a public key is needed"):
        keys.read_public(one_line(der))


@pytest.mark.parametrize("der", [SPKI, PUBLIC_PKCS1])
def test_a_public_key_in_the_place_of_a_private_one(der: bytes) -> None:
    with pytest.raises(KeyTextError, match="a public key; a private key is needed"):
        keys.read_private(one_line(der))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not a"),
        ("hello", "not a"),
        ("2019090422001436530558497325", "not a"),
        (b"0\x82\x01\x00oops", "not a"),
        ("密钥", "not a"),
        (CERTIFICATE, "certificate"),
        ("".join(CERTIFICATE.splitlines()[1:-1]), "certificate"),
        (armoured(PKCS8, "PRIVATE KEY").replace("M", "!", 3), "damaged"),
        (armoured(PKCS8[:400], "PRIVATE KEY"), "damaged"),
        (armoured(SPKI[:100], "PUBLIC KEY"), "damaged"),
    ],
)
def test_what_is_no_key_is_said_in_one_sentence(text: str | bytes, sentence: str) -> None:
    for reader in (keys.read_private, keys.read_public):
        with pytest.raises(KeyTextError, match=sentence) as told:
            reader(text)
        assert told.value.way_on


def test_keys_that_are_not_rsa() -> None:
    private = EC_PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = EC_PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(KeyTextError, match="not an RSA key"):
        keys.read_private(private)
    with pytest.raises(KeyTextError, match="not an RSA key"):
        keys.read_public(public)
    with pytest.raises(KeyTextError, match="a private key; a public key is needed"):
        keys.read_public(private)


def test_keys_that_are_too_short() -> None:
    with pytest.raises(KeyTextError, match="only 512 bits"):
        keys.read_private(SHORT)


def test_no_sentence_holds_a_part_of_the_key() -> None:
    texts = [SHORT, one_line(PKCS8), armoured(PKCS8[:400], "PRIVATE KEY"), str(LOCKED["pkcs8 bare"])]
    for text in texts:
        with pytest.raises(KeyTextError) as told:
            keys.read_public(text)
        pieces = {text[at : at + 12] for at in range(40, len(text) - 60, 7)}
        shown = f"{told.value!r} {told.value} {told.value.way_on} {told.value.__cause__}"
        assert not [piece for piece in pieces if piece in shown]


def test_the_merchants_own_public_key_is_not_the_gateways() -> None:
    other = rsa.generate_private_key(65537, 2048).public_key()
    keys.check_pair(PRIVATE, other)
    with pytest.raises(KeyTextError, match="your own public key"):
        keys.check_pair(PRIVATE, PUBLIC)


def test_a_weak_key_is_usable_and_warned_about() -> None:
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 - its weakness is what this is about
    assert keys.warnings_for(weak, SignType.RSA) == ()
    assert keys.warnings_for(PUBLIC, SignType.RSA2) == ()
    for sign_type in (SignType.RSA2, SignType.RSA256):
        (warning,) = keys.warnings_for(weak.public_key(), sign_type)
        assert "1024 bits" in warning


def test_the_md5_secret() -> None:
    assert keys.read_md5(" 0123456789abcdefghijklmnopqrstuv\r\n") == b"0123456789abcdefghijklmnopqrstuv"
    assert (
        keys.read_md5(b"\xef\xbb\xbf0123456789abcdefghijklmnopqrstuv") == b"0123456789abcdefghijklmnopqrstuv"
    )
    for text, sentence in (
        ("", "0 characters"),
        ("0" * 31, "31"),
        ("0" * 33, "33"),
        ("A" * 32, "small letters"),
    ):
        with pytest.raises(KeyTextError, match=sentence) as told:
            keys.read_md5(text)
        assert not text or text not in str(told.value)


@pytest.mark.parametrize(("bits", "longest"), [(1024, 200), (2048, 360), (4096, 700)])
def test_the_compact_form_fits_every_keyring_and_signs_the_same(bits: int, longest: int) -> None:
    private = rsa.generate_private_key(65537, bits)
    text = keys.compact(private)
    assert len(text) < longest
    again = keys.expand(text)
    assert keys.fingerprint(again.public_key()) == keys.fingerprint(private.public_key())
    for sign_type in (SignType.RSA, SignType.RSA2):
        told = [sign(b"text", sign_type, Keys(private=key)) for key in (private, again)]
        assert told[0] == told[1]


@pytest.mark.parametrize(
    "text", ["", ".", "65537.", "65537.AAAA", "65537.!!", "x.AAAA", "65537." + "/" * 344, "3." + "A" * 344]
)
def test_a_damaged_compact_form(text: str) -> None:
    with pytest.raises(KeyTextError, match="damaged") as told:
        keys.expand(text)
    assert told.value.__cause__ is None


def test_a_compact_form_with_one_character_changed() -> None:
    text = keys.compact(PRIVATE)
    at = len(text) // 2
    with pytest.raises(KeyTextError, match="damaged"):
        keys.expand(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_no_text_breaks_the_readers(text: str | bytes) -> None:
    for reader in (keys.read_private, keys.read_public, keys.read_md5):
        with suppress(KeyTextError):
            reader(text)


# No other thread, the window's neither, runs while a key is loaded; the window has promised 100 ms.
LONGEST_LOAD_S = 0.1


def test_loading_the_longest_key_holds_nobody_up() -> None:
    private = rsa.generate_private_key(65537, keys.MOST_BITS)
    locked = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, LOCK)
    plain = private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    began = time.thread_time()
    keys.read_private(plain)
    keys.read_private(locked, b"open sesame")
    keys.expand(keys.compact(private))
    assert (time.thread_time() - began) / 3 < LONGEST_LOAD_S
