"""Whether the numbers of a private key are one key: by arithmetic and by a signature.

The library would test the primes as well, and let no other thread run meanwhile: a tenth of a second for
3,072 bits, a quarter for 4,096. Numbers that fit together and sign what their public half verifies are a
key that works, and nothing more is asked of it here.
"""

from cryptography.exceptions import InternalError, InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPrivateNumbers
from cryptography.hazmat.primitives.hashes import SHA256

PROBE = b"pos-cancel"
LEAST_EXPONENT = 3


def is_whole(key: RSAPrivateKey) -> bool:
    """Tell whether the key can sign; its numbers have not been tested by the library."""
    return _fits(key.private_numbers()) and _signs(key)


def _fits(numbers: RSAPrivateNumbers) -> bool:
    p, q, d = numbers.p, numbers.q, numbers.d
    e, n = numbers.public_numbers.e, numbers.public_numbers.n
    # The last ones are what signatures are made with.
    return (
        p != q
        and p * q == n
        and e >= LEAST_EXPONENT
        and (e * d - 1) % (p - 1) == (e * d - 1) % (q - 1) == 0
        and (numbers.dmp1, numbers.dmq1) == (d % (p - 1), d % (q - 1))
        and numbers.iqmp * q % p == 1
    )


def _signs(key: RSAPrivateKey) -> bool:
    try:
        signature = key.sign(PROBE, PKCS1v15(), SHA256())
        key.public_key().verify(signature, PROBE, PKCS1v15(), SHA256())
    except (InvalidSignature, InternalError, ValueError):
        return False
    return True
