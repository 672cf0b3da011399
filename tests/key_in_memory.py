"""What of a private key and its password may not be found in a program's memory, and what may."""

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pos_cancel.gateways.keys import compact

FORMS = {"PKCS#8": PrivateFormat.PKCS8, "PKCS#1": PrivateFormat.TraditionalOpenSSL}
# The first lines of a PEM: armour, what kind of key it is, and the modulus, which is public.
PUBLIC_LINES = 8


def texts_of(private: RSAPrivateKey) -> dict[str, bytes]:
    """Give what must not be found: the key's text in the forms that it is given, kept and carried in."""
    pems = {
        name: private.private_bytes(Encoding.PEM, form, NoEncryption()).splitlines()
        for name, form in FORMS.items()
    }
    return {
        **{name: b"".join(lines[PUBLIC_LINES:-1]) for name, lines in pems.items()},
        "the keyring's form": compact(private).partition(".")[2].encode(),
    }


def words_of(private: RSAPrivateKey, password: str) -> dict[str, list[bytes | str]]:
    """Give the password, and what the cached key itself looks like in the order of the processor's words."""
    prime = private.private_numbers().p
    return {
        "password": [password],
        "prime": [prime.to_bytes((prime.bit_length() + 7) // 8, "little")[16:64]],
    }
