"""What every key store has to do, whatever it keeps its keys in; a store's tests inherit from this class."""

import dataclasses
import functools
import time
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.keyring_contents import KeySummary
from pos_cancel.adapters.till_keys import TILL, TillKeys
from pos_cancel.domain.profile import Profile, ProfileKind, SignType
from pos_cancel.engine.ports import KeyStore, KeyTrouble
from pos_cancel.gateways.keys import fingerprint
from pos_cancel.gateways.signing import Keys, sign

AT_ONCE_S = 0.1
PATIENCE_S = 10.0
# A busy machine is no trouble of a store.
DEADLINE_S = 20.0
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
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


@functools.cache
def longest_key() -> rsa.RSAPrivateKey:
    """Made once: it takes seconds."""
    return rsa.generate_private_key(65537, 4096)


@functools.cache
def spare_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def settled(store: KeyStore, profile: Profile) -> Keys | KeyTrouble:
    """Peek until it is no longer being fetched."""
    ends_at = time.monotonic() + PATIENCE_S
    while (found := store.peek(profile)) is KeyTrouble.LOADING:
        assert time.monotonic() < ends_at, "the store never came to an end"
        time.sleep(0.005)
    return found


class KeyStoreContract:
    """Inherit, and give a store that holds exactly these keys for exactly this profile."""

    account: ClassVar[Profile] = TRAINING

    def make_store(self, profile: Profile, keys: Keys) -> KeyStore:
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def keys(cls) -> Keys:
        return make_keys()

    @pytest.fixture
    def store(self, keys: Keys) -> KeyStore:
        return self.make_store(self.account, keys)

    def test_it_gives_back_the_keys(self, store: KeyStore, keys: Keys) -> None:
        found = settled(store, self.account)
        assert isinstance(found, Keys)
        assert found.gateway_public is not None
        assert keys.gateway_public is not None
        assert fingerprint(found.gateway_public) == fingerprint(keys.gateway_public)
        assert sign(b"a", SignType.RSA2, found) == sign(b"a", SignType.RSA2, keys)

    def test_it_gives_back_the_shared_secret(self, store: KeyStore, keys: Keys) -> None:
        found = settled(store, dataclasses.replace(self.account, sign_type=SignType.MD5))
        assert isinstance(found, Keys)
        assert found.md5 == keys.md5

    def test_the_same_objects_come_back_at_once(self, store: KeyStore) -> None:
        first = settled(store, self.account)
        began = time.monotonic()
        assert store.peek(self.account) is first
        assert time.monotonic() - began < AT_ONCE_S

    def test_a_profile_without_keys(self, store: KeyStore) -> None:
        assert settled(store, dataclasses.replace(self.account, name="other")) is KeyTrouble.MISSING

    def test_nothing_of_a_key_is_shown(self, store: KeyStore, keys: Keys) -> None:
        found = settled(store, self.account)
        assert keys.md5 is not None
        for shown in (repr(store), str(store), repr(found), str(found)):
            assert keys.md5.decode() not in shown
            assert "RSA" not in shown


class KeptKeysContract(KeyStoreContract):
    """For stores that a person puts keys into: inherit, and give a store over the place of this test.

    Each call of `open_store` stands for a program that was started anew.
    """

    def open_store(self) -> KeyringStore:
        raise NotImplementedError

    def make_store(self, profile: Profile, keys: Keys) -> KeyStore:
        self.put(profile, keys)
        return self.open_store()

    def put(self, profile: Profile, keys: Keys) -> None:
        self.open_store().store(
            profile, private=keys.private, gateway_public=keys.gateway_public, md5=keys.md5
        )

    def other(self, name: str) -> Profile:
        return dataclasses.replace(self.account, name=name)

    def test_what_is_there_is_told_without_showing_it(self, keys: Keys) -> None:
        assert self.open_store().describe(self.account) == KeySummary()
        self.put(self.account, keys)
        assert keys.private is not None
        assert keys.gateway_public is not None
        told = self.open_store().describe(self.account)
        assert told.private_fingerprint == fingerprint(keys.private.public_key())
        assert told.gateway_fingerprint == fingerprint(keys.gateway_public)
        assert (told.private_bits, told.gateway_bits, told.has_md5) == (2048, 2048, True)

    def test_a_key_that_is_not_given_stays_as_it_is(self, keys: Keys) -> None:
        self.put(self.account, keys)
        before = self.open_store().describe(self.account)
        self.put(self.account, Keys(md5=b"a" * 32))
        assert self.open_store().describe(self.account).private_fingerprint == before.private_fingerprint
        found = settled(self.open_store(), dataclasses.replace(self.account, sign_type=SignType.MD5))
        assert isinstance(found, Keys)
        assert found.md5 == b"a" * 32

    def test_a_new_key_takes_the_place_of_the_old(self, keys: Keys) -> None:
        self.put(self.account, keys)
        new = longest_key()
        self.put(self.account, Keys(private=new))
        found = settled(self.open_store(), self.account)
        assert isinstance(found, Keys)
        assert sign(b"a", SignType.RSA2, found) == sign(b"a", SignType.RSA2, Keys(private=new))

    @pytest.mark.parametrize("name", ["Shop 一", "shop/private", "..", "SHOP", "shop.private-2"])
    def test_profiles_do_not_touch_each_other(self, keys: Keys, name: str) -> None:
        self.put(self.account, keys)
        other = make_keys(1024)
        self.put(self.other(name), other)
        self.open_store().remove(self.account)
        assert settled(self.open_store(), self.account) is KeyTrouble.MISSING
        found = settled(self.open_store(), self.other(name))
        assert isinstance(found, Keys)
        assert sign(b"a", SignType.RSA2, found) == sign(b"a", SignType.RSA2, other)

    def test_removed_keys_are_gone_and_nothing_more_is_removed_from_nothing(self, keys: Keys) -> None:
        self.open_store().remove(self.account)
        self.put(self.account, keys)
        self.open_store().remove(self.account)
        self.open_store().remove(self.account)
        assert self.open_store().describe(self.account) == KeySummary()

    def test_a_program_that_is_open_sees_a_new_key_once_it_forgets(self, keys: Keys) -> None:
        window = self.open_store()
        assert settled(window, self.account) is KeyTrouble.MISSING
        self.put(self.account, keys)
        window.forget()
        assert isinstance(settled(window, self.account), Keys)

    @pytest.mark.parametrize("half", ["private", "gateway_public"])
    def test_half_of_the_keys_is_none(self, keys: Keys, half: str) -> None:
        self.put(self.account, dataclasses.replace(Keys(), **{half: getattr(keys, half)}))
        assert settled(self.open_store(), self.account) is KeyTrouble.MISSING

    def test_a_key_that_waits_takes_over_and_the_old_one_goes(self, keys: Keys) -> None:
        self.put(self.account, keys)
        before = self.open_store().describe(self.account)
        new = spare_key()
        self.open_store().store_next(self.account, new, "2")
        waiting = self.open_store().describe(self.account)
        assert waiting.private_fingerprint == before.private_fingerprint
        assert waiting.next_fingerprint == fingerprint(new.public_key())
        self.open_store().promote(self.account, waiting.next_fingerprint)
        after = self.open_store().describe(self.account)
        assert (after.private_fingerprint, after.key_version) == (waiting.next_fingerprint, "2")
        assert after.next_fingerprint == ""

    def test_the_tills_own_keys_lie_there_too(self, keys: Keys) -> None:
        self.put(self.account, keys)
        place = dataclasses.replace(TILL, kind=self.account.kind)
        made = TillKeys(self.open_store(), place).make_shop(NOW)
        found = TillKeys(self.open_store(), place).shop()
        assert found is not None
        assert found.fingerprint == made.fingerprint
        assert TillKeys(self.open_store(), place).remove_shop()
        assert TillKeys(self.open_store(), place).shop() is None
        assert self.open_store().describe(self.account).private_bits == 2048
