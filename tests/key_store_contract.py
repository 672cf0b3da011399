"""What every key store has to do, whatever it keeps its keys in; a store's tests inherit from this class."""

import dataclasses
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from pos_cancel.domain.profile import Profile, ProfileKind, SignType
from pos_cancel.engine.ports import KeyStore, KeyTrouble
from pos_cancel.gateways.keys import fingerprint
from pos_cancel.gateways.signing import Keys, sign

AT_ONCE_S = 0.1
PATIENCE_S = 10.0
TRAINING = Profile(
    name="training", kind=ProfileKind.TRAINING, gateway="acquire", endpoint="", merchant_id="2088000000000001"
)
LIVE = dataclasses.replace(TRAINING, name="shop", kind=ProfileKind.LIVE)


def make_keys(bits: int = 2048) -> Keys:
    return Keys(
        private=rsa.generate_private_key(65537, bits),
        gateway_public=rsa.generate_private_key(65537, bits).public_key(),
        md5=b"0123456789abcdefghijklmnopqrstuv",
    )


def settled(store: KeyStore, profile: Profile) -> Keys | KeyTrouble:
    """Peek until it is no longer being fetched."""
    ends_at = time.monotonic() + PATIENCE_S
    while (found := store.peek(profile)) is KeyTrouble.LOADING:
        assert time.monotonic() < ends_at, "the store never came to an end"
        time.sleep(0.005)
    return found


class KeyStoreContract:
    """Inherit, and give a store that holds exactly these keys for exactly this profile."""

    def make_store(self, profile: Profile, keys: Keys) -> KeyStore:
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def keys(cls) -> Keys:
        return make_keys()

    @pytest.fixture
    def store(self, keys: Keys) -> KeyStore:
        return self.make_store(TRAINING, keys)

    def test_it_gives_back_the_keys(self, store: KeyStore, keys: Keys) -> None:
        found = settled(store, TRAINING)
        assert isinstance(found, Keys)
        assert found.gateway_public is not None
        assert keys.gateway_public is not None
        assert fingerprint(found.gateway_public) == fingerprint(keys.gateway_public)
        assert sign(b"a", SignType.RSA2, found) == sign(b"a", SignType.RSA2, keys)

    def test_it_gives_back_the_shared_secret(self, store: KeyStore, keys: Keys) -> None:
        found = settled(store, dataclasses.replace(TRAINING, sign_type=SignType.MD5))
        assert isinstance(found, Keys)
        assert found.md5 == keys.md5

    def test_the_same_objects_come_back_at_once(self, store: KeyStore) -> None:
        first = settled(store, TRAINING)
        began = time.monotonic()
        assert store.peek(TRAINING) is first
        assert time.monotonic() - began < AT_ONCE_S

    def test_a_profile_without_keys(self, store: KeyStore) -> None:
        assert settled(store, dataclasses.replace(TRAINING, name="other")) is KeyTrouble.MISSING

    def test_nothing_of_a_key_is_shown(self, store: KeyStore, keys: Keys) -> None:
        found = settled(store, TRAINING)
        assert keys.md5 is not None
        for shown in (repr(store), str(store), repr(found), str(found)):
            assert keys.md5.decode() not in shown
            assert "RSA" not in shown
