"""What lies in the keyring, entry by entry, and what comes of it."""

import dataclasses
import traceback

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.keyring_contents import KeySummary
from pos_cancel.adapters.keyring_entries import MOST_PARTS, PART, read_entry, service_of, write_entry
from pos_cancel.domain.errors import KeyStoreError
from pos_cancel.domain.profile import Profile, SignType
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.keys import fingerprint
from pos_cancel.gateways.signing import Keys, sign
from tests.fake_keyring import LONGEST_VALUE, FakeKeyring
from tests.key_store_contract import TRAINING, make_keys, settled

PLANTED = "p-q-of-the-merchant"


def store_of(backend: FakeKeyring) -> KeyringStore:
    return KeyringStore(backend=backend, deadline_s=2.0, retry_s=0.02)


def put(store: KeyringStore, profile: Profile, keys: Keys) -> None:
    store.store(profile, private=keys.private, gateway_public=keys.gateway_public, md5=keys.md5)


@pytest.fixture
def backend() -> FakeKeyring:
    return FakeKeyring()


@pytest.fixture(scope="module")
def keys() -> Keys:
    return make_keys()


def test_a_key_of_4096_bits_fits_into_one_narrow_value(backend: FakeKeyring) -> None:
    private = rsa.generate_private_key(65537, 4096)
    store_of(backend).store(TRAINING, private=private, gateway_public=private.public_key())
    assert len(backend.values) == 2
    assert max(map(len, backend.values.values())) <= LONGEST_VALUE
    found = settled(store_of(backend), TRAINING)
    assert isinstance(found, Keys)
    assert sign(b"a", SignType.RSA2, found) == sign(b"a", SignType.RSA2, Keys(private=private))


@pytest.mark.parametrize("length", [1, PART, PART + 1, 3 * PART, MOST_PARTS * PART])
def test_long_values_are_split_and_shorter_ones_leave_no_rest(backend: FakeKeyring, length: int) -> None:
    assert write_entry(backend, "shop", "private", "a" * MOST_PARTS * PART)
    text = ("0123456789" * length)[:length]
    assert write_entry(backend, "shop", "private", text)
    assert read_entry(backend, "shop", "private") == text
    assert len(backend.values) == -(-length // PART)
    assert len({service for service, _ in backend.values}) == len(backend.values)


def test_a_value_that_is_too_long_is_not_kept(backend: FakeKeyring) -> None:
    assert not write_entry(backend, "shop", "private", "a" * (MOST_PARTS * PART + 1))


def test_what_is_there_is_told_without_showing_it(backend: FakeKeyring, keys: Keys) -> None:
    store = store_of(backend)
    assert store.describe(TRAINING) == KeySummary()
    put(store, TRAINING, keys)
    assert keys.private is not None
    assert keys.gateway_public is not None
    told = store.describe(TRAINING)
    assert told == KeySummary(
        private_fingerprint=fingerprint(keys.private.public_key()),
        private_bits=2048,
        gateway_fingerprint=fingerprint(keys.gateway_public),
        gateway_bits=2048,
        has_md5=True,
        public=keys.private.public_key(),
        private_since=told.private_since,
        md5_since=told.md5_since,
    )
    assert told.private_since is not None
    assert told.private_since == told.md5_since
    assert str(keys.private.private_numbers().p) not in repr(told)


def test_a_key_that_is_not_given_stays_as_it_is(backend: FakeKeyring, keys: Keys) -> None:
    store = store_of(backend)
    put(store, TRAINING, keys)
    before = dict(backend.values)
    store.store(TRAINING, md5=b"a" * 32)
    changed = {service for (service, user), value in backend.values.items() if before[service, user] != value}
    assert changed == {service_of(TRAINING.name, "md5")}


def test_removed_keys_are_gone_and_the_next_profile_keeps_its_own(backend: FakeKeyring, keys: Keys) -> None:
    store, other = store_of(backend), dataclasses.replace(TRAINING, name="training/private")
    put(store, TRAINING, keys)
    put(store, other, keys)
    assert isinstance(settled(store, TRAINING), Keys)
    store.remove(TRAINING)
    assert settled(store, TRAINING) is KeyTrouble.MISSING
    assert isinstance(settled(store, other), Keys)


def test_a_new_key_is_seen_at_once(backend: FakeKeyring, keys: Keys) -> None:
    store = store_of(backend)
    assert settled(store, TRAINING) is KeyTrouble.MISSING
    put(store, TRAINING, keys)
    assert isinstance(settled(store, TRAINING), Keys)


@pytest.mark.parametrize("half", ["private", "gateway_public"])
def test_half_of_the_keys_is_none(backend: FakeKeyring, keys: Keys, half: str) -> None:
    store = store_of(backend)
    put(store, TRAINING, dataclasses.replace(Keys(), **{half: getattr(keys, half)}))
    assert settled(store, TRAINING) is KeyTrouble.MISSING


@pytest.mark.parametrize(
    "stored",
    [
        PLANTED,
        "{}",
        "[1]",
        '{"form": 2, "key": "65537.AAAA"}',
        '{"form": 1, "key": "65537.AAAA"}',
        '{"form": 1, "key": 7}',
        f"1/2 {PLANTED}",
    ],
)
def test_values_that_are_no_key(
    backend: FakeKeyring, keys: Keys, stored: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = store_of(backend)
    put(store, TRAINING, keys)
    backend.values[service_of(TRAINING.name, "private"), "pos-cancel"] = stored
    assert settled(store, TRAINING) is KeyTrouble.UNREADABLE
    with pytest.raises(KeyringTrouble) as raised:
        store.describe(TRAINING)
    assert raised.value.trouble is KeyTrouble.UNREADABLE
    # Neither the words nor any exception behind them may lead to the value.
    assert raised.value.__context__ is None
    for frame, _ in traceback.walk_tb(raised.value.__traceback__):
        if frame.f_code.co_filename != __file__:
            assert PLANTED not in repr(frame.f_locals)
    assert PLANTED not in caplog.text


def test_a_keyring_that_forgets_is_noticed(backend: FakeKeyring, keys: Keys) -> None:
    backend.forgetful = True
    with pytest.raises(KeyStoreError, match="did not keep"):
        put(store_of(backend), TRAINING, keys)
