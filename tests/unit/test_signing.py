"""Signing and verifying, and that keys show nothing of themselves."""

import base64
import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from pos_cancel.domain.errors import SignatureError
from pos_cancel.domain.profile import SignType
from pos_cancel.gateways.signing import Keys, canonical, sign, verify

SECRET = b"0123456789abcdefghijklmnopqrstuv"
PRIVATE = generate_private_key(65537, 2048)
PAIR = Keys(private=PRIVATE, gateway_public=PRIVATE.public_key(), md5=SECRET)
TEXT = "out_trade_no=收据-001 号&A=B+C%".encode()
BASE64_TYPES = [SignType.RSA, SignType.RSA2, SignType.RSA256]


def test_canonical_sorts_drops_and_keeps_values_raw() -> None:
    params = {"b": "1&c=2", "_a": " x ", "empty": "", "sign": "s", "sign_type": "MD5", "B": "收"}
    assert canonical(params) == "B=收&_a= x &b=1&c=2"
    assert canonical({}) == ""


def test_md5_appends_the_secret_directly() -> None:
    assert sign(TEXT, SignType.MD5, PAIR) == hashlib.md5(TEXT + SECRET).hexdigest()


@pytest.mark.parametrize("sign_type", list(SignType))
def test_what_is_signed_verifies_and_nothing_else_does(sign_type: SignType) -> None:
    signature = sign(TEXT, sign_type, PAIR)
    verify(TEXT, signature, sign_type, PAIR)
    for text, other in ((TEXT + b" ", signature), (TEXT, ""), (TEXT, signature + "="), (TEXT, "收据")):
        with pytest.raises(SignatureError, match="does not match"):
            verify(text, other, sign_type, PAIR)


def test_md5_is_lower_case_only() -> None:
    with pytest.raises(SignatureError):
        verify(TEXT, sign(TEXT, SignType.MD5, PAIR).upper(), SignType.MD5, PAIR)


def test_the_two_hashes_are_not_mixed_up() -> None:
    with pytest.raises(SignatureError):
        verify(TEXT, sign(TEXT, SignType.RSA, PAIR), SignType.RSA2, PAIR)
    assert sign(TEXT, SignType.RSA2, PAIR) == sign(TEXT, SignType.RSA256, PAIR)


@pytest.mark.parametrize("sign_type", BASE64_TYPES)
def test_base64_is_strict(sign_type: SignType) -> None:
    signature = sign(TEXT, sign_type, PAIR)
    assert signature.endswith("=")
    # The last character before the padding has bits that decode to nothing.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = len(signature.rstrip("=")) - 1
    stray = signature[:at] + alphabet[alphabet.index(signature[at]) ^ 1] + signature[at + 1 :]
    assert base64.b64decode(stray) == base64.b64decode(signature)
    for spelling in (stray, signature.rstrip("="), f" {signature}", signature[:64] + "\n" + signature[64:]):
        with pytest.raises(SignatureError, match="does not match"):
            verify(TEXT, spelling, sign_type, PAIR)


@pytest.mark.parametrize("sign_type", list(SignType))
def test_a_missing_key_is_one_clear_sentence(sign_type: SignType) -> None:
    with pytest.raises(SignatureError, match="There is no") as signing:
        sign(TEXT, sign_type, Keys())
    with pytest.raises(SignatureError, match="There is no") as verifying:
        verify(TEXT, "x", sign_type, Keys())
    assert "key import" in signing.value.way_on
    assert "key import" in verifying.value.way_on


def test_keys_show_nothing_of_themselves() -> None:
    shown = f"{PAIR!r} {PAIR!s} {[PAIR]}"
    assert shown == "Keys() Keys() [Keys()]"


def test_the_next_key_takes_over_with_its_version() -> None:
    other = generate_private_key(65537, 2048)
    waiting = replace(PAIR, key_version="1", next_private=other, next_key_version="2")
    turned = waiting.with_next()
    assert turned == replace(PAIR, private=other, key_version="2")
    assert turned.with_next() is turned
    assert repr(waiting) == "Keys()"
