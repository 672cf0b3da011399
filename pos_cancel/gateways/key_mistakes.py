"""What a text is that holds no key which can be used here, each in one sentence of its own.

No sentence holds any part of the text.
"""

import re
from collections.abc import Callable, Iterable

from cryptography.x509 import load_der_x509_certificate, load_der_x509_csr

from pos_cancel.domain.errors import KeyMistake, KeyTextError
from pos_cancel.gateways.key_text import KEY, Block, decoded

COPY_AGAIN = "Copy the whole text again, from the first to the last character."
EXPORT_AGAIN = "Export it again from Alipay's key tool, as PEM or as one line of base64."
OUT_OF_IT = "Export the key itself from it, as PEM (PKCS#8)."
MD5_LENGTH = 32
MD5_SECRET = re.compile(r"[0-9a-z]{32}", re.ASCII)
# Which file it is: by its first bytes, by its label, by its first words.
JAVA = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
PKCS12 = re.compile(rb"0(?:\x80|\x81.|\x82..|\x83...)\x02\x01\x03", re.DOTALL)
FOREIGN = {
    "a PuTTY key": re.compile(r"PuTTY-User-Key-File"),
    "an OpenSSH key": re.compile(r"OPENSSH|SSH2|\bssh-(?:rsa|dss|ed25519)\b|\becdsa-sha2-"),
    "a PGP key": re.compile(r"BEGIN PGP "),
}
# Long enough for the length and the version of any key.
LEAST_SEQUENCE = 16


def not_a_key(text: str | bytes, blocks: Iterable[Block], role: str) -> KeyTextError:
    """Give the error for a text without a key; `role` is the key that was wanted: private or public."""
    found = list(blocks)
    labels = " ".join(block.label for block in found)
    container = _container(text, found)
    if container:
        return KeyTextError(f"This is {container}, not the key alone.", OUT_OF_IT, KeyMistake.CONTAINER)
    if "REQUEST" in labels or any(_loads(load_der_x509_csr, block.der) for block in found):
        sentence = "This is a request for a certificate, not a key."
        return KeyTextError(sentence, f"Give the {role} key itself.", KeyMistake.CERTIFICATE)
    if "CERTIFICATE" in labels or any(_loads(load_der_x509_certificate, block.der) for block in found):
        sentence = "This is a certificate, not a key."
        return KeyTextError(sentence, f"Give the {role} key itself.", KeyMistake.CERTIFICATE)
    if KEY in labels or any(_is_like_a_key(block.der) for block in found):
        return KeyTextError("This key is damaged or not complete.", COPY_AGAIN, KeyMistake.DAMAGED)
    if MD5_SECRET.fullmatch(decoded(text).strip()):
        sentence = f"This is an MD5 key; a {role} key is needed here."
        return KeyTextError(sentence, EXPORT_AGAIN, KeyMistake.MD5_FOR_KEY)
    sentence = f"This text is not a {role} key."
    return KeyTextError(sentence, EXPORT_AGAIN, KeyMistake.NOT_A_KEY, topic=f"key_not_{role}")


def not_rsa() -> KeyTextError:
    """Give the error for a key of another kind."""
    return KeyTextError("This is not an RSA key; Alipay takes no others.", EXPORT_AGAIN, KeyMistake.NOT_RSA)


def not_md5(secret: str) -> KeyTextError | None:
    """Say what is wrong with a shared secret of sign type MD5, None where nothing is."""
    if len(secret) > 2 * MD5_LENGTH:
        sentence = f"This is far too long for an MD5 key, which has {MD5_LENGTH} characters."
        return KeyTextError(sentence, COPY_AGAIN, KeyMistake.KEY_FOR_MD5)
    if re.search(r"\s", secret):
        return KeyTextError("This MD5 key has a blank in it.", COPY_AGAIN, KeyMistake.MD5_BLANK)
    if len(secret) != MD5_LENGTH:
        sentence = f"This MD5 key has {len(secret)} characters, not {MD5_LENGTH}."
        return KeyTextError(sentence, COPY_AGAIN, KeyMistake.MD5_LENGTH, count=len(secret))
    if MD5_SECRET.fullmatch(secret):
        return None
    if MD5_SECRET.fullmatch(secret.lower()):
        sentence = "This MD5 key has capital letters; Alipay's has small letters and digits."
        return KeyTextError(sentence, COPY_AGAIN, KeyMistake.MD5_CAPITALS)
    sentence = "This MD5 key holds characters other than small letters and digits."
    return KeyTextError(sentence, COPY_AGAIN, KeyMistake.MD5_CHARACTERS)


def _container(text: str | bytes, blocks: Iterable[Block]) -> str:
    if isinstance(text, bytes) and text.startswith(JAVA):
        return "a Java key store"
    if any(PKCS12.match(block.der) for block in blocks):
        return "a PKCS#12 file (.p12, .pfx)"
    words = decoded(text)
    return next((name for name, sign in FOREIGN.items() if sign.search(words)), "")


def _is_like_a_key(der: bytes) -> bool:
    return len(der) >= LEAST_SEQUENCE and der[:1] == b"0"


def _loads(load: Callable[[bytes], object], der: bytes) -> bool:
    try:
        load(der)
    except ValueError:
        return False
    return True
