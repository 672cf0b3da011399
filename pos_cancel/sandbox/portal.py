"""The merchant portal of the training gateway: a shop hands its public key in and copies the gateway's.

As in life, the form gateway has one key of a shop, which a new one replaces at once; the JSON gateways
number them, and keep the older ones where they are asked to (gateways.md A2.3, keyVersion).
"""

import base64
import binascii
import json
import threading
from collections.abc import Mapping
from http import HTTPStatus

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from pos_cancel.sandbox.exchange import RawReply, RawRequest
from pos_cancel.sandbox.keys import Account, SandboxKeys

PREFIX = "/portal/"
FIRST = "1"
# What a client announces that does not know of versions.
NEWEST = "0"
KEEP = "keep=1"


class Portal:
    """The public keys of the shop, by gateway and version. Safe to be called from several threads."""

    def __init__(self, keys: SandboxKeys) -> None:
        accounts: dict[str, SandboxKeys | Account] = {"acquire": keys, **keys.accounts}
        self._gateway_publics = {name: account.gateway_public_pem() for name, account in accounts.items()}
        self._publics = {name: {FIRST: account.merchant.public_key()} for name, account in accounts.items()}
        self._lock = threading.Lock()

    def newest(self, gateway: str) -> RSAPublicKey:
        """Give the key that the shop handed in last."""
        with self._lock:
            versions = self._publics[gateway]
            return versions[_newest(versions)]

    def public(self, gateway: str, version: str) -> RSAPublicKey | None:
        """Give the shop's public key of a version, "0" for the newest; None where it is not known."""
        if version == NEWEST:
            return self.newest(gateway)
        with self._lock:
            return self._publics[gateway].get(version)

    def upload(self, gateway: str, text: str, *, keep: bool = False) -> str:
        """Take a public key in PEM or as one line of base64; gives its version.

        The older ones go, unless `keep` is asked for. Raises ValueError for a text that is no RSA key.
        """
        public = _public(text)
        with self._lock:
            versions = self._publics[gateway]
            version = FIRST if gateway == "acquire" else str(int(_newest(versions)) + 1)
            if not keep:
                versions.clear()
            versions[version] = public
        return version

    def answer(self, request: RawRequest) -> RawReply:
        """Show a gateway's public key (GET), or take the shop's (POST); `?keep=1` keeps the older ones."""
        gateway = request.path.removeprefix(PREFIX)
        if gateway not in self._publics:
            return _told(HTTPStatus.NOT_FOUND, {"error": "The portal knows no such gateway."})
        if request.method == "GET":
            with self._lock:
                versions = sorted(self._publics[gateway])
            shown = {"gateway_public": self._gateway_publics[gateway], "key_versions": versions}
            return _told(HTTPStatus.OK, shown)
        try:
            version = self.upload(gateway, request.body.decode("ascii"), keep=request.query == KEEP)
        except ValueError:
            return _told(HTTPStatus.BAD_REQUEST, {"error": "This is not an RSA public key."})
        return _told(HTTPStatus.OK, {"gateway": gateway, "key_version": version})


def _newest(versions: dict[str, RSAPublicKey]) -> str:
    return max(versions, key=int)


def _public(text: str) -> RSAPublicKey:
    try:
        if "BEGIN" in text:
            key = serialization.load_pem_public_key(text.strip().encode())
        else:
            key = serialization.load_der_public_key(base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, UnsupportedAlgorithm) as error:
        raise ValueError("This is not a key.") from error
    if not isinstance(key, RSAPublicKey):
        raise ValueError("This is not an RSA key.")  # noqa: TRY004 - the text's content is wrong, not its type
    return key


def _told(status: HTTPStatus, content: Mapping[str, object]) -> RawReply:
    return RawReply(status.value, "application/json", json.dumps(content).encode())
