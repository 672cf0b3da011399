"""Certificates, containers, MD5 keys and plain words in the place of a key."""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from pos_cancel.domain.errors import KeyMistake, KeyTextError
from pos_cancel.gateways import keys
from tests.unit import key_forms as forms
from tests.unit.key_forms import MD5, PEM, PKCS8, PRIVATE, SPKI, one_line, told

M = KeyMistake


def named(value: object) -> str:
    """Name a test after its mistake, not after a text that may be a key."""
    return value.value if isinstance(value, KeyMistake) else type(value).__name__


def certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop")])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder(name, name, PRIVATE.public_key(), 1, day, day + dt.timedelta(9))
    return made.sign(PRIVATE, hashes.SHA256())


def request() -> x509.CertificateSigningRequest:
    return x509.CertificateSigningRequestBuilder(x509.Name([])).sign(PRIVATE, hashes.SHA256())


def test_certificates_and_requests_for_them() -> None:
    for made in (certificate(), request()):
        der = made.public_bytes(Encoding.DER)
        for text in (der, one_line(der), made.public_bytes(Encoding.PEM), one_line(der)[:-3]):
            for is_private in (True, False):
                wanted = M.DAMAGED if text == one_line(der)[:-3] else M.CERTIFICATE
                assert told(text, is_private=is_private) is wanted
        both = made.public_bytes(Encoding.PEM).decode() + PEM
        assert keys.read_private(both).private_numbers() == PRIVATE.private_numbers()


SSH = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
SSH_PUBLIC = PRIVATE.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (forms.container(), "PKCS#12"),
        (one_line(forms.container()), "PKCS#12"),
        (b"0\x80\x02\x01\x03" + b"\0" * 400, "PKCS#12"),
        (b"\xfe\xed\xfe\xed\0\0\0\x02" + bytes(range(256)), "Java key store"),
        (b"\xce\xce\xce\xce\0\0\0\x02" + bytes(range(256)), "Java key store"),
        (SSH, "OpenSSH"),
        (SSH_PUBLIC, "OpenSSH"),
        (
            "---- BEGIN SSH2 PUBLIC KEY ----\nComment: x\nAAAAB3NzaC1yc2E\n---- END SSH2 PUBLIC KEY ----",
            "OpenSSH",
        ),
        ("PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nPublic-Lines: 6\nAAAAB3NzaC1yc2E\n", "PuTTY"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBGJ\n-----END PGP PRIVATE KEY BLOCK-----", "PGP"),
    ],
    ids=named,
)
def test_files_that_hold_more_than_a_key_are_named(text: str | bytes, name: str) -> None:
    for is_private in (True, False):
        assert told(text, is_private=is_private) is M.CONTAINER
    with pytest.raises(KeyTextError, match=name):
        keys.read_private(text)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", M.NOT_A_KEY),
        ("MII", M.NOT_A_KEY),
        ("the MINUTES of MIIT", M.NOT_A_KEY),
        ("https://open.alipay.com/develop/manage", M.NOT_A_KEY),
        (MD5, M.MD5_FOR_KEY),
        (f" {MD5}\r\n", M.MD5_FOR_KEY),
        ("-----BEGIN PRIVATE KEY-----", M.DAMAGED),
        ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", M.DAMAGED),
        (PEM.replace("MIIE", "M*IE"), M.DAMAGED),
        (PEM.replace("\n", "\n…\n", 5), M.DAMAGED),
        ("A" * 400, M.DAMAGED),
        (PKCS8[:-1], M.DAMAGED),
        (PKCS8[:20] + b"\xff" + PKCS8[21:], M.DAMAGED),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), M.NOT_A_KEY),
        (bytes(5000), M.NOT_A_KEY),
    ],
    ids=named,
)
def test_texts_without_a_key(text: str | bytes, mistake: KeyMistake) -> None:
    for is_private in (True, False):
        assert told(text, is_private=is_private) is mistake


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (MD5[:-1], M.MD5_LENGTH),
        (MD5 + "w", M.MD5_LENGTH),
        ("", M.MD5_LENGTH),
        (MD5 * 2, M.MD5_LENGTH),
        (MD5.upper(), M.MD5_CAPITALS),
        (MD5.replace("a", "A"), M.MD5_CAPITALS),
        (f"{MD5[:16]} {MD5[16:]}", M.MD5_BLANK),
        (f"{MD5[:15]}\u00a0{MD5[16:]}", M.MD5_BLANK),
        (MD5.replace("a", "-"), M.MD5_CHARACTERS),
        (MD5.replace("a", "é"), M.MD5_CHARACTERS),
        (MD5.replace("0", "０"), M.MD5_CHARACTERS),
        (PEM, M.KEY_FOR_MD5),
        (one_line(SPKI), M.KEY_FOR_MD5),
    ],
    ids=named,
)
def test_texts_that_are_no_md5_key(text: str, mistake: KeyMistake) -> None:
    for form in (text, text.encode(), text.encode("utf-16")):
        with pytest.raises(KeyTextError) as caught:
            keys.read_md5(form)
        assert caught.value.mistake is mistake
        assert caught.value.way_on
        assert not text or text not in str(caught.value)


@pytest.mark.parametrize("around", ["", " ", "\u00a0", "\u3000", "\ufeff", "\u200b", "\r\n", "\r"])
def test_blanks_around_an_md5_key_do_no_harm(around: str) -> None:
    for form in (f"{around}{MD5}{around}", f"{around}{MD5}{around}".encode("utf-16-le")):
        assert keys.read_md5(form) == MD5.encode()
