"""The search for leaked keys finds every spelling; a search that finds nothing would prove nothing."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from pos_cancel.gateways.keys import compact
from tests.key_traces import found_in, secrets_of, traces_of


@pytest.fixture(scope="module")
def private() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def test_every_spelling_is_found(private: RSAPrivateKey) -> None:
    traces = traces_of(secrets_of(private))
    number = private.private_numbers().d
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    pem, der = (
        private.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        for form in (serialization.Encoding.PEM, serialization.Encoding.DER)
    )
    for told in (
        pem,
        pem.replace(b"\n", b"\r\n"),
        json.dumps({"key": pem.decode()}).encode(),
        der,
        repr(der).encode(),
        compact(private).encode(),
        str(private.private_numbers().p).encode(),
        hex(private.private_numbers().q).encode(),
        raw.hex(":").upper().encode(),
        str(list(raw)).encode(),
        raw[::-1],
        *(compact(private)[at : at + 60].encode() for at in (10, 100, 200, 280)),
        *(base64.b32encode(b"x" * offset + raw) for offset in range(5)),
        *(base64.urlsafe_b64encode(b"x" * offset + raw) for offset in range(3)),
    ):
        assert found_in(told, traces), told[:80]


def test_nothing_else_is(private: RSAPrivateKey) -> None:
    other = generate_private_key(65537, 2048)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert not found_in(compact(other).encode() + public, traces_of(secrets_of(private)))
