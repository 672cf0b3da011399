"""The signature header in all the forms in which it is met."""

import base64
from random import Random

import pytest

from pos_cancel.domain.errors import ReplyError
from pos_cancel.gateways.signature_header import SignatureHeader, parse, write

SIGNATURE = base64.b64encode(bytes(range(240, 256)) * 2).decode()
ESCAPED = SIGNATURE.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
WANTED = SignatureHeader("RSA256", "1", SIGNATURE)


def test_what_is_written_is_read_again() -> None:
    assert write("1", SIGNATURE) == f"algorithm=RSA256, keyVersion=1, signature={ESCAPED}"
    assert parse(write("1", SIGNATURE)) == WANTED


@pytest.mark.parametrize(
    "text",
    [
        f"algorithm=RSA256,keyVersion=1,signature={ESCAPED}",
        f"  signature = {ESCAPED} ,\tkeyVersion = 1 , algorithm = RSA256 ",
        f"ALGORITHM=RSA256,KEYVERSION=1,Signature={ESCAPED}",
        f"algorithm=RSA256,keyVersion=1,signature={ESCAPED.replace('%2B', '%2b').replace('%2F', '%2f')}",
        f"algorithm=RSA256,keyVersion=1,signature={SIGNATURE}",
        f"algorithm=RSA256,keyVersion=1,clientId=C,signature={ESCAPED},more=,x",
    ],
)
def test_the_form_does_not_matter(text: str) -> None:
    assert parse(text) == WANTED


def test_the_order_does_not_matter(rng: Random) -> None:
    pairs = ["algorithm=RSA256", "keyVersion=0", f"signature={ESCAPED}", "clientId=CLIENT_001"]
    for _ in range(20):
        rng.shuffle(pairs)
        blanks = rng.choice(["", " ", "  "])
        assert parse(f",{blanks}".join(pairs)) == SignatureHeader("RSA256", "0", SIGNATURE)


@pytest.mark.parametrize("version", ["0", "1", "27", ""])
def test_any_key_version_is_read(version: str) -> None:
    assert parse(f"algorithm=RSA256,keyVersion={version},signature={ESCAPED}").key_version == version
    assert parse(f"algorithm=RSA256,signature={ESCAPED}").key_version == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no signature"),
        ("algorithm=RSA256,keyVersion=1", "no signature"),
        ("algorithm=RSA256,keyVersion=1,signature=", "no signature"),
        (ESCAPED, "no signature"),
        (f"keyVersion=1,signature={ESCAPED}", "no algorithm"),
        (f"algorithm=,signature={ESCAPED}", "no algorithm"),
        (f"algorithm=RSA256,signature={ESCAPED},Signature={ESCAPED}", "a pair twice"),
        (f"algorithm=RSA256,algorithm=NONE,signature={ESCAPED}", "a pair twice"),
        ("algorithm=RSA256,signature=%ZZ%", "not base64"),
        (f"algorithm=RSA256,signature={ESCAPED}%", "not base64"),
        (f"algorithm=RSA256,signature={ESCAPED}%3", "not base64"),
        (f"algorithm=RSA256,signature={ESCAPED[:-1]}", "not base64"),
        ("algorithm=RSA256,signature=QUJ D", "not base64"),
        ("algorithm=RSA256,signature=收据", "not base64"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text: str, words: str) -> None:
    with pytest.raises(ReplyError, match=words):
        parse(text)
