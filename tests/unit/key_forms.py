"""Keys of the vectors and keys of the test, in forms that people and programs give them."""

import base64
import json
import textwrap
from collections.abc import Callable, Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)

from pos_cancel.domain.errors import KeyMistake, KeyTextError
from pos_cancel.gateways import keys
from pos_cancel.gateways.key_text import blocks_of
from tests.unit.vector_files import VECTORS

PASSWORD = "密码 é"
PRIVATE, OTHER, SMALL = (rsa.generate_private_key(65537, bits) for bits in (2048, 2048, 1024))
Other = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | dsa.DSAPrivateKey
KINDS: Mapping[str, Other] = {
    "EC": ec.generate_private_key(ec.SECP256R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    "DSA": dsa.generate_private_key(1024),  # noqa: S505 - it is to be refused
}
# Two primes whose product has 1,023 bits.
NARROW = (
    0xFAFFF4146EF4AC5A765C404A97E5A8AF2FA672F01C63AD2324234C7AF48843292D87600E28377C4911A69B68521D4A689C956B019782B21B9A34C1B532531715,
    0x6544F43758EC9E4BA51AE94AD2B5605B16B1ABDDB082777E6911D82297509BA4B65261BDC9D7A82A43F8CB5E47838B62388DA1673B45FEA618DA6F85CB513BDF,
)
# An SM2 key, which Alipay's open platform knows and this gateway does not.
SM2_PRIVATE = (
    "MHcCAQEEIGLnoBJiWPfc3gAwzuxBu0CCuSmy9Ky2La8+oPLIFZBkoAoGCCqBHM9VAYItoUQDQgAEbR9RzAU9AhWwjelEjman1J8LseCP"
    "jgRlRVJA+F8T/uTgpm6BzGH9ZW53bSVCI5H3Lvl1Uc5pQY9zWlkrW5LcWA=="
)


def private_der(
    key: rsa.RSAPrivateKey,
    form: PrivateFormat = PrivateFormat.PKCS8,
    encryption: KeySerializationEncryption | None = None,
) -> bytes:
    return key.private_bytes(Encoding.DER, form, encryption or NoEncryption())


def public_der(key: rsa.RSAPrivateKey, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, form)


def one_line(der: bytes) -> str:
    return base64.b64encode(der).decode()


def armoured(der: bytes, label: str) -> str:
    return f"-----BEGIN {label}-----\n{textwrap.fill(one_line(der), 64)}\n-----END {label}-----\n"


def locked(password: str = PASSWORD, key: rsa.RSAPrivateKey = PRIVATE) -> str:
    lock = BestAvailableEncryption(password.encode())
    return armoured(private_der(key, encryption=lock), "ENCRYPTED PRIVATE KEY")


def container() -> bytes:
    return pkcs12.serialize_key_and_certificates(b"shop", PRIVATE, None, None, NoEncryption())


def narrow_key() -> rsa.RSAPrivateKey:
    p, q = NARROW
    d = pow(65537, -1, (p - 1) * (q - 1))
    numbers = RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), RSAPublicNumbers(65537, p * q)
    )
    return numbers.private_key()


def pkcs1(p: int, q: int, d: int, n: int = 0, e: int = 65537, dmp1: int = 0, iqmp: int = 0) -> bytes:
    """Write a private key with whatever numbers, as no library would."""
    inverse = iqmp or (pow(q, -1, p) if p != q else 1)
    numbers = (0, n or p * q, e, d, p, q, dmp1 or d % (p - 1), d % (q - 1), inverse)
    return _tagged(0x30, b"".join(_tagged(2, _bytes(number)) for number in numbers))


def _bytes(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _tagged(tag: int, value: bytes) -> bytes:
    size = len(value)
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, size] if size < 0x80 else [tag, 0x80 + len(length), *length]) + value


def told(text: str | bytes, *, is_private: bool = True, password: bytes | None = None) -> KeyMistake:
    """Give the mistake; its sentence and way on are there and show nothing of the text."""
    with pytest.raises(KeyTextError) as caught:
        _ = keys.read_private(text, password) if is_private else keys.read_public(text)
    error = caught.value
    assert error.sentence.endswith(".")
    assert error.way_on.endswith(".")
    assert error.__cause__ is None
    shown = f"{error!r} {error.sentence} {error.way_on}"
    words = text if isinstance(text, str) else text.decode("latin-1")
    assert not [
        at for at in range(len(words) - 12) if words[at : at + 12] in shown and words[at : at + 12].strip()
    ]
    return error.mistake


PKCS8 = private_der(PRIVATE)
SPKI = public_der(PRIVATE)
PEM = armoured(PKCS8, "PRIVATE KEY")
PUBLIC_PEM = armoured(SPKI, "PUBLIC KEY")
OTHER_PEM = armoured(private_der(OTHER), "PRIVATE KEY")
OTHER_PUBLIC_PEM = armoured(public_der(OTHER), "PUBLIC KEY")
MD5 = "0123456789abcdefghijklmnopqrstuv"


# What the vectors give, as (name, is private, text).
GOOD = [
    (name, vector["input"]["role"] == "private", vector["input"]["text"], vector["expected"]["spki_sha256"])
    for name, vector in VECTORS.items()
    if name.startswith("key-") and vector["expected"]["ok"]
]


def _parts(text: str) -> tuple[str, str]:
    (block,) = blocks_of(text)
    return block.label or "PRIVATE KEY", one_line(block.der)


def _pem(text: str) -> str:
    label, body = _parts(text)
    return f"-----BEGIN {label}-----\n{textwrap.fill(body, 64)}\n-----END {label}-----\n"


def _bare(text: str) -> str:
    return _parts(text)[1]


def _lines(text: str, form: str) -> str:
    return "\n".join(form.format(number=at, line=line) for at, line in enumerate(_pem(text).splitlines(), 1))


def _wide(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


Dress = Callable[[str], str | bytes]
DRESSES: Mapping[str, Dress] = {
    "text after it": lambda text: f"{_pem(text)}\nBest regards, Li 13912345678",
    "text before it": lambda text: f"应用私钥 2048:\n\n{_pem(text)}",
    "bare, a word after it": lambda text: f"{_bare(text)} regards",
    "bare, a word glued to its end": lambda text: f"{_bare(text)}regards",
    "bare, a name before it": lambda text: f"merchant_key={_bare(text)}",
    "UTF-16 little end first, marked": lambda text: b"\xff\xfe" + _pem(text).encode("utf-16-le"),
    "UTF-16 big end first, marked": lambda text: b"\xfe\xff" + _pem(text).encode("utf-16-be"),
    "UTF-16 little end first, unmarked": lambda text: _pem(text).encode("utf-16-le"),
    "UTF-16 big end first, unmarked": lambda text: _pem(text).encode("utf-16-be"),
    "UTF-16 read as UTF-8": lambda text: _pem(text).encode("utf-16-le").decode(),
    "UTF-8 with its mark": lambda text: _pem(text).encode("utf-8-sig"),
    "GBK around it": lambda text: f"支付宝公钥\n{_pem(text)}".encode("gbk"),
    "no-break blanks": lambda text: _pem(text).replace("\n", "\u00a0\n").replace(" ", "\u00a0"),
    "zero-width blanks": lambda text: "\u200b".join(_pem(text)[at : at + 9] for at in range(0, 9999, 9)),
    "ideographic blanks": lambda text: f"\u3000\u3000{_bare(text)}\u3000",
    "full-width letters": lambda text: _wide(_pem(text)),
    "CRLF": lambda text: _pem(text).replace("\n", "\r\n").encode(),
    "CR only": lambda text: _pem(text).replace("\n", "\r").encode(),
    "quotes around it": lambda text: f'"{_bare(text)}"',
    "curly quotes around it": lambda text: f"\u201c{_bare(text)}\u201d",
    "JSON": lambda text: json.dumps({"merchant_private_key": _pem(text), "x": 1}),
    "JSON in JSON": lambda text: json.dumps({"config": json.dumps({"key": _pem(text)})}),
    "JSON with escaped letters": lambda text: (
        json.dumps(_bare(text)).replace("/", "\\/").replace("=", "\\u003d").replace("+", "\\u002B")
    ),
    "JSON, a list of lines": lambda text: json.dumps(_pem(text).splitlines(), indent=1),
    "properties": lambda text: "key=" + textwrap.fill(_bare(text), 60).replace("\n", "\\n\\\n   "),
    "a program's text": lambda text: "+\n".join(f'"{line}\\n" ' for line in _pem(text).splitlines()),
    "numbered lines": lambda text: _lines(text, "{number:6d}\t{line}"),
    "numbered lines with colons": lambda text: _lines(text, "{number}: {line}"),
    "quoted in a mail": lambda text: _lines(text, "> {line}"),
    "armour twice": lambda text: f"-----BEGIN PUBLIC KEY-----\n{_pem(text)}-----END PUBLIC KEY-----\n",
    "the other armour": lambda text: _pem(text).replace("PRIVATE", "PUBLIC"),
    "RSA armour": lambda text: armoured(blocks_of(text)[0].der, "RSA PRIVATE KEY"),
    "base64 of the whole file": lambda text: one_line(_pem(text).encode()),
    "base64 for addresses": lambda text: _bare(text).translate(str.maketrans("+/", "-_")),
    "padding lost": lambda text: _bare(text).rstrip("="),
    "long dashes": lambda text: _pem(text).replace("-----", "\u2014\u2013-"),
    "the end line lost": lambda text: _pem(text).partition("-----END")[0],
    "the first line lost": lambda text: _pem(text).partition("\n")[2],
    "the same key twice": lambda text: f"{_pem(text)}\n{_bare(text)}\n",
    "bytes, a line end after them": lambda text: blocks_of(text)[0].der + b"\r\n",
}
