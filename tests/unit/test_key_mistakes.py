"""The keys of the vectors as people have them: each is read, or told what is wrong with it."""

import subprocess
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from pos_cancel.domain.errors import KeyMistake, KeyTextError
from pos_cancel.gateways import keys
from pos_cancel.gateways.key_text import LEAST_LETTERS, blocks_of
from tests.unit import key_forms as forms
from tests.unit.key_forms import (
    DRESSES,
    GOOD,
    OTHER,
    OTHER_PEM,
    OTHER_PUBLIC_PEM,
    PEM,
    PKCS8,
    PRIVATE,
    PUBLIC_PEM,
    SPKI,
    armoured,
    locked,
    one_line,
    told,
)

M = KeyMistake
LIKE = pytest.mark.parametrize(
    ("is_private", "text", "fingerprint"), [row[1:] for row in GOOD], ids=[row[0] for row in GOOD]
)
LONGEST_S = 3.0


@pytest.mark.parametrize("dress", DRESSES)
@LIKE
def test_a_key_is_read_in_every_dress(is_private: bool, text: str, fingerprint: str, dress: str) -> None:
    dressed = DRESSES[dress](text)
    public = keys.read_private(dressed).public_key() if is_private else keys.read_public(dressed)
    assert keys.fingerprint(public) == fingerprint


@pytest.mark.parametrize("letters", [1, 2, 3, 4, 64, 200])
@pytest.mark.parametrize("is_armoured", [True, False])
@LIKE
def test_a_key_that_is_cut_off_is_told_to_be(
    is_private: bool, text: str, fingerprint: str, is_armoured: bool, letters: int
) -> None:
    """Cut before its last letters: whatever the armour says, it is not whole."""
    block = blocks_of(text)[0]
    body = one_line(block.der).rstrip("=")[:-letters]
    cut = f"-----BEGIN {block.label or 'KEY'}-----\n{body}\n" if is_armoured else body
    # A few letters alone may be anything.
    is_told = is_armoured or len(body) >= LEAST_LETTERS
    assert told(cut, is_private=is_private) is (M.DAMAGED if is_told else M.NOT_A_KEY)


@LIKE
def test_a_key_without_its_beginning_is_told_to_be_damaged(
    is_private: bool, text: str, fingerprint: str
) -> None:
    block = blocks_of(text)[0]
    body = one_line(block.der)
    for cut in (body[10:], f"{body[10:]}\n-----END {block.label or 'KEY'}-----", body[70:]):
        assert told(cut, is_private=is_private) is M.DAMAGED


def test_two_different_private_keys_are_never_chosen_between() -> None:
    first, second = one_line(PKCS8), one_line(forms.private_der(OTHER))
    for text in (
        PEM + OTHER_PEM,
        f"{first}\n{second}",
        f"old: {first}\nnew: {second}",
        f'["{first}","{second}"]',
    ):
        assert told(text) is M.TWO_KEYS
        assert told(text, is_private=False) is M.PRIVATE_FOR_PUBLIC
    assert told(PEM + one_line(PKCS8).rstrip("=") + second) is M.TWO_KEYS


def test_an_encrypted_key_beside_a_plain_one_may_be_another() -> None:
    """Only its password can tell."""
    assert told(PEM + locked()) is M.ENCRYPTED
    password = forms.PASSWORD.encode()
    assert keys.fingerprint(keys.read_private(PEM + locked(), password).public_key()) == keys.fingerprint(
        PRIVATE.public_key()
    )
    assert told(OTHER_PEM + locked(), password=password) is M.TWO_KEYS


def test_both_halves_in_one_text() -> None:
    """The private one is taken; the public one is our own, and never the gateway's."""
    for both in (PEM + PUBLIC_PEM, PUBLIC_PEM + PEM, f"private {one_line(PKCS8)} public {one_line(SPKI)}"):
        assert keys.read_private(both).private_numbers() == PRIVATE.private_numbers()
        assert told(both, is_private=False) is M.OWN_PUBLIC


def test_our_private_key_beside_the_gateways_public_one() -> None:
    """A note with both is what some people have: each is taken where it belongs."""
    note = PEM + OTHER_PUBLIC_PEM
    assert keys.read_private(note).private_numbers() == PRIVATE.private_numbers()
    assert keys.read_public(note) == OTHER.public_key()
    assert keys.read_public(PUBLIC_PEM + note) == OTHER.public_key()


def test_two_different_public_keys() -> None:
    assert told(PUBLIC_PEM + OTHER_PUBLIC_PEM, is_private=False) is M.TWO_KEYS
    assert told(PUBLIC_PEM + OTHER_PUBLIC_PEM) is M.PUBLIC_FOR_PRIVATE
    assert keys.read_public(PUBLIC_PEM + one_line(SPKI)) == PRIVATE.public_key()


def test_halves_that_do_not_belong_together() -> None:
    keys.check_halves(PRIVATE, PRIVATE.public_key())
    with pytest.raises(KeyTextError, match="do not belong together") as caught:
        keys.check_halves(PRIVATE, OTHER.public_key())
    assert (caught.value.mistake, bool(caught.value.way_on)) == (M.HALVES, True)
    with pytest.raises(KeyTextError, match="your own public key") as caught:
        keys.check_pair(PRIVATE, PRIVATE.public_key())
    assert caught.value.mistake is M.OWN_PUBLIC


PASSWORDS = [None, b"", b"wrong", "密码".encode(), "密码 é".encode("gbk"), b"\xff\xfe", b" " * 2000]


@pytest.mark.parametrize("password", PASSWORDS)
def test_an_encrypted_key_and_a_password_that_does_not_open_it(password: bytes | None) -> None:
    assert told(locked(), password=password) is (M.PASSWORD if password else M.ENCRYPTED)


def test_an_encrypted_key_and_its_password() -> None:
    private = keys.read_private(locked(), forms.PASSWORD.encode())
    assert private.private_numbers() == PRIVATE.private_numbers()
    assert told(locked(), is_private=False) is M.PRIVATE_FOR_PUBLIC
    narrow = locked(key=forms.SMALL)
    assert keys.read_private(narrow, forms.PASSWORD.encode()).key_size == 1024
    old = PRIVATE.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"x")
    ).decode()
    for text in (old, old.replace("\n", "\r"), f"key: {old} end", '"' + old.replace("\n", "\\n") + '"'):
        assert told(text) is M.ENCRYPTED
        assert keys.read_private(text, b"x").private_numbers() == PRIVATE.private_numbers()


def openssl(given: bytes, *arguments: str) -> bytes:
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout


@pytest.mark.parametrize("cipher", ["aria-256-cbc", "camellia-128-cbc"])
def test_an_encryption_that_is_not_known_here(cipher: str) -> None:
    secret = openssl(PEM.encode(), "pkcs8", "-topk8", "-v2", cipher, "-passout", "pass:x")
    assert (told(secret), told(secret, password=b"x")) == (M.ENCRYPTED, M.CIPHER)


@pytest.mark.parametrize("kind", forms.KINDS)
def test_keys_of_other_kinds(kind: str) -> None:
    private = forms.KINDS[kind].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = forms.KINDS[kind].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert told(private) is M.NOT_RSA
    assert told("".join(private.splitlines()[1:-1])) is M.NOT_RSA
    assert told(public) is M.NOT_RSA
    assert told(public, is_private=False) is M.NOT_RSA
    assert told(private, is_private=False) is M.PRIVATE_FOR_PUBLIC
    assert keys.read_private(private + PEM).private_numbers() == PRIVATE.private_numbers()


def test_a_key_for_a_curve_that_no_library_here_knows() -> None:
    pem = f"-----BEGIN EC PRIVATE KEY-----\n{forms.SM2_PRIVATE}\n-----END EC PRIVATE KEY-----\n".encode()
    public = openssl(pem, "pkey", "-pubout")
    for text in (forms.SM2_PRIVATE, pem):
        assert told(text) is M.NOT_RSA
        assert told(text, is_private=False) is M.PRIVATE_FOR_PUBLIC
    assert told(public) is told(public, is_private=False) is M.NOT_RSA
    secret = openssl(pem, "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:x")
    assert (told(secret), told(secret, password=b"x")) == (M.ENCRYPTED, M.NOT_RSA)


def test_sizes_that_are_not_taken() -> None:
    narrow = forms.narrow_key()
    assert told(forms.private_der(narrow)) is M.TOO_SHORT
    assert told(forms.public_der(narrow), is_private=False) is M.TOO_SHORT
    with pytest.raises(KeyTextError, match="only 1023 bits; 1024 is the least"):
        keys.read_private(forms.private_der(narrow))
    assert keys.read_private(forms.private_der(forms.SMALL)).key_size == 1024
    long = rsa.RSAPublicNumbers(65537, (1 << 4097) - 1).public_key()
    der = long.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(KeyTextError, match="4097 bits; 4096 is the most") as caught:
        keys.read_public(der)
    assert caught.value.mistake is M.TOO_LONG


@pytest.mark.parametrize("bits", [4104, 16384, 32768])
def test_a_key_of_a_monstrous_size_is_not_tried_out(bits: int) -> None:
    """Checking its numbers or signing with it could take minutes."""
    began = time.process_time()
    assert told(forms.pkcs1((1 << bits // 2) - 3, (1 << bits // 2) - 5, 12345)) is M.TOO_LONG
    assert time.process_time() - began < LONGEST_S


def test_numbers_that_are_no_key() -> None:
    whole = PRIVATE.private_numbers()
    p, q, d = whole.p, whole.q, whole.d
    wrong = [
        forms.pkcs1(p, p, d),
        forms.pkcs1(p, q, d + 2),
        forms.pkcs1(p, q, d, n=p * q + 2),
        forms.pkcs1(p, q, 1, e=1),
        forms.pkcs1(3 * p, q, d),
        forms.pkcs1(p, OTHER.private_numbers().q, d),
        forms.pkcs1(p, q, d, dmp1=1),
        forms.pkcs1(p, q, d, iqmp=1),
        # Numbers that fit together, of which one is no prime.
        forms.pkcs1(3 * p, q, pow(65537, -1, (3 * p - 1) * (q - 1))),
    ]
    assert keys.read_private(forms.pkcs1(p, q, d)).private_numbers() == whole
    for der in wrong:
        assert told(der) is M.DAMAGED
        assert told(armoured(der, "RSA PRIVATE KEY")) is M.DAMAGED


def test_lines_that_are_numbered_with_a_gap_are_left_alone() -> None:
    lines = [f"{number} {line}" for number, line in zip(range(2, 99, 2), PEM.splitlines(), strict=False)]
    assert told("\n".join(lines)) is M.DAMAGED


HOSTILE = ("-" * 65536, '"' + " " * 65536, "-----BEGIN " + " " * 65536, "MII " * 16384, "MIGf" * 16384)


@pytest.mark.parametrize("text", [*HOSTILE, "-----BEGIN X-----" * 3855, '",' * 32768, "> " * 32768])
def test_no_text_keeps_a_reader_busy(text: str) -> None:
    began = time.process_time()
    told(text)
    told(text, is_private=False)
    assert time.process_time() - began < LONGEST_S


def test_a_number_with_a_word_like_a_key_before_the_key() -> None:
    assert keys.read_private(f"MIIT permit 12\n{one_line(PKCS8)}").key_size == 2048
    cut = one_line(forms.private_der(OTHER))[:200]
    assert keys.read_private(f"{cut}!\n{one_line(PKCS8)}").private_numbers() == PRIVATE.private_numbers()
