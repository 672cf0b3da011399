"""Making a key pair, and the forms in which its public half is handed to the portal."""

import base64

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

BITS = (2048, 3072, 4096)
# What the portal wants pasted is the bare one; PEM is for files.
FORMS = ("bare", "pem", "pkcs1")
PORTAL_FORMS = dict.fromkeys(("acquire", "antom", "apo", "acqp"), "bare")
_SPKI = serialization.PublicFormat.SubjectPublicKeyInfo


def generate(bits: int) -> RSAPrivateKey:
    """Make a private key of one of `BITS`."""
    return rsa.generate_private_key(65537, bits)


def public_text(key: RSAPublicKey, form: str) -> str:
    """Give the public key as one line of base64 ("bare"), as PEM, or as PKCS#1 PEM."""
    if form == "bare":
        return base64.b64encode(key.public_bytes(serialization.Encoding.DER, _SPKI)).decode("ascii")
    layout = serialization.PublicFormat.PKCS1 if form == "pkcs1" else _SPKI
    return key.public_bytes(serialization.Encoding.PEM, layout).decode("ascii").rstrip()


def portal_text(key: RSAPublicKey, gateway: str) -> str:
    """Give the public key in the form that the gateway's portal wants it pasted."""
    return public_text(key, PORTAL_FORMS[gateway])
