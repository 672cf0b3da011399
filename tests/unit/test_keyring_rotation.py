"""A new pair beside the old one until the gateway accepts it, and what a crash leaves of the two."""

import threading
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.keyring_entries import service_of
from pos_cancel.domain.errors import KeyStoreError
from pos_cancel.domain.profile import SignType
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.keys import fingerprint
from pos_cancel.gateways.signing import Keys, sign
from tests.fake_keyring import LONGEST_VALUE, FakeKeyring
from tests.key_store_contract import TRAINING, make_keys, settled

OLD, NEW = "1", "2"
NEXT_PLACE = (service_of(TRAINING.name, "private-next"), "pos-cancel")
PLACE = (service_of(TRAINING.name, "private"), "pos-cancel")


@pytest.fixture(scope="module")
def keys() -> Keys:
    return make_keys()


@pytest.fixture(scope="module")
def new() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@pytest.fixture
def backend(keys: Keys) -> FakeKeyring:
    """A keyring with the old pair."""
    backend = FakeKeyring()
    store_of(backend).store(
        TRAINING, private=keys.private, key_version=OLD, gateway_public=keys.gateway_public
    )
    return backend


def store_of(backend: FakeKeyring) -> KeyringStore:
    return KeyringStore(backend=backend, deadline_s=2.0, retry_s=0.02)


def found_in(backend: FakeKeyring) -> Keys:
    found = settled(store_of(backend), TRAINING)
    assert isinstance(found, Keys)
    return found


def signs_like(keys: Keys, private: RSAPrivateKey | None) -> bool:
    return sign(b"a", SignType.RSA2, keys) == sign(b"a", SignType.RSA2, Keys(private=private))


def mark(private: RSAPrivateKey) -> str:
    return fingerprint(private.public_key())


def test_the_new_key_waits_beside_the_old(backend: FakeKeyring, keys: Keys, new: RSAPrivateKey) -> None:
    store = store_of(backend)
    store.store_next(TRAINING, new, NEW)
    found = settled(store, TRAINING)
    assert isinstance(found, Keys)
    assert signs_like(found, keys.private)
    assert signs_like(found.with_next(), new)
    assert (found.key_version, found.next_key_version) == (OLD, NEW)
    told = store.describe(TRAINING)
    assert (told.next_fingerprint, told.next_bits, told.next_key_version) == (mark(new), 2048, NEW)
    assert told.next_public == new.public_key()
    assert told.key_version == OLD
    assert not told.next_damaged


def test_taken_over_it_is_the_only_one(backend: FakeKeyring, new: RSAPrivateKey) -> None:
    store = store_of(backend)
    store.store_next(TRAINING, new, NEW)
    since = store.describe(TRAINING).next_since
    store.promote(TRAINING, mark(new))
    found = settled(store, TRAINING)
    assert isinstance(found, Keys)
    assert signs_like(found, new)
    assert (found.key_version, found.next_private, found.next_key_version) == (NEW, None, "")
    assert NEXT_PLACE not in backend.values
    # The age of a key does not begin anew with its use.
    assert store.describe(TRAINING).private_since == since
    before = dict(backend.values)
    store.promote(TRAINING)
    assert backend.values == before


def test_a_key_that_is_imported_is_announced_as_the_one_before(
    backend: FakeKeyring, keys: Keys, new: RSAPrivateKey
) -> None:
    store = store_of(backend)
    store.store(TRAINING, private=new)
    assert store.describe(TRAINING).key_version == OLD
    store.store(TRAINING, private=new, key_version="5")
    assert store.describe(TRAINING).key_version == "5"
    backend.values[PLACE] = "nonsense"
    store.store(TRAINING, private=new)
    assert store.describe(TRAINING).key_version == ""


def test_a_key_that_was_not_accepted_stays_waiting(backend: FakeKeyring, new: RSAPrivateKey) -> None:
    store = store_of(backend)
    store.store_next(TRAINING, new, NEW)
    before = dict(backend.values)
    store.promote(TRAINING, "0" * 64)
    assert backend.values == before


def test_a_dropped_key_waits_no_more(backend: FakeKeyring, keys: Keys, new: RSAPrivateKey) -> None:
    store = store_of(backend)
    before = dict(backend.values)
    store.store_next(TRAINING, new, NEW)
    store.drop_next(TRAINING)
    store.drop_next(TRAINING)
    assert backend.values == before
    assert signs_like(found_in(backend), keys.private)


def test_removed_the_waiting_key_goes_too(backend: FakeKeyring, new: RSAPrivateKey) -> None:
    store = store_of(backend)
    store.store_next(TRAINING, new, NEW)
    store.remove(TRAINING)
    assert backend.values == {}


def test_the_largest_keys_with_version_and_time_fit_narrow_values(backend: FakeKeyring) -> None:
    large = generate_private_key(65537, 4096)
    store = store_of(backend)
    store.store(TRAINING, private=large, key_version="9" * 32)
    store.store_next(TRAINING, large, "9" * 32)
    assert len(backend.values) == 3
    assert max(map(len, backend.values.values())) <= LONGEST_VALUE


# --- crashes


def steps_of(work: Callable[[KeyringStore], None], backend: FakeKeyring) -> list[FakeKeyring]:
    """The keyring as it was when the machine was switched off before each change, and after the last."""
    left = []
    for allowed in range(50):
        crashed = FakeKeyring()
        crashed.values = dict(backend.values)
        crashed.changes_left = allowed
        try:
            work(store_of(crashed))
        except KeyringTrouble:
            left.append(crashed)
        else:
            return [*left, crashed]
    raise AssertionError("it never came to its end")


def rebooted(crashed: FakeKeyring) -> FakeKeyring:
    again = FakeKeyring()
    again.values = dict(crashed.values)
    return again


def test_every_crash_of_taking_over_leaves_key_and_version_together(
    backend: FakeKeyring, keys: Keys, new: RSAPrivateKey
) -> None:
    store_of(backend).store_next(TRAINING, new, NEW)
    crashes = steps_of(lambda store: store.promote(TRAINING, mark(new)), backend)
    seen = []
    for crashed in map(rebooted, crashes):
        found = found_in(crashed)
        owner, version = (keys.private, OLD) if found.key_version == OLD else (new, NEW)
        assert (found.key_version, signs_like(found, owner)) == (version, True)
        # Either the old one signs and the new one is at hand, or the new one signs.
        assert signs_like(found.with_next(), new)
        seen.append(found.key_version)
        store_of(crashed).promote(TRAINING, mark(new))
        assert signs_like(found_in(crashed), new)
        assert NEXT_PLACE not in crashed.values
    assert seen == [OLD, NEW, NEW]


def test_the_same_key_in_both_places_is_one(backend: FakeKeyring, new: RSAPrivateKey) -> None:
    store = store_of(backend)
    store.store_next(TRAINING, new, NEW)
    backend.values[PLACE] = backend.values[NEXT_PLACE]
    assert found_in(backend).next_private is None
    told = store.describe(TRAINING)
    assert (told.private_fingerprint, told.next_fingerprint, told.next_public) == (mark(new), "", None)


def test_every_crash_of_storing_the_next_leaves_the_old_in_use(
    backend: FakeKeyring, keys: Keys, new: RSAPrivateKey
) -> None:
    for crashed in steps_of(lambda store: store.store_next(TRAINING, new, NEW), backend):
        assert signs_like(found_in(rebooted(crashed)), keys.private)


# --- what goes wrong


@pytest.mark.parametrize("stored", ["nonsense", "1/2 {", '{"form": 1, "key": "65537.AAAA"}', "[1]"])
def test_a_damaged_key_that_waits_stops_nobody(backend: FakeKeyring, keys: Keys, stored: str) -> None:
    backend.values[NEXT_PLACE] = stored
    store = store_of(backend)
    found = found_in(backend)
    assert signs_like(found, keys.private)
    assert found.next_private is None
    told = store.describe(TRAINING)
    assert (told.next_damaged, told.next_fingerprint) == (True, "")
    with pytest.raises(KeyringTrouble) as raised:
        store.promote(TRAINING)
    assert raised.value.trouble is KeyTrouble.UNREADABLE
    assert signs_like(found_in(backend), keys.private)
    store.drop_next(TRAINING)
    assert not store.describe(TRAINING).next_damaged


def test_a_keyring_that_forgets_keeps_the_new_key_waiting(backend: FakeKeyring, new: RSAPrivateKey) -> None:
    store = store_of(backend)
    store.store_next(TRAINING, new, NEW)
    backend.forgetful = True
    with pytest.raises(KeyStoreError, match="did not keep"):
        store.promote(TRAINING)
    backend.forgetful = False
    assert signs_like(found_in(backend).with_next(), new)


# --- without waiting


def test_taken_over_in_memory_at_once_and_in_the_keyring_soon(
    backend: FakeKeyring, keys: Keys, new: RSAPrivateKey
) -> None:
    store = store_of(backend)
    store.store_next(TRAINING, new, NEW)
    assert isinstance(settled(store, TRAINING), Keys)
    backend.gate.clear()
    store.accepted(TRAINING, Keys())
    store.accepted(TRAINING, keys)
    found = store.peek(TRAINING)
    assert isinstance(found, Keys)
    assert signs_like(found, keys.private)
    store.accepted(TRAINING, Keys(private=new))
    found = store.peek(TRAINING)
    assert isinstance(found, Keys)
    assert signs_like(found, new)
    assert (found.key_version, found.next_private) == (NEW, None)
    backend.gate.set()
    for thread in threading.enumerate():
        if thread.name == "key-promote":
            thread.join(5)
    assert signs_like(found_in(backend), new)


def test_with_nothing_fetched_only_the_keyring_changes(backend: FakeKeyring, new: RSAPrivateKey) -> None:
    store = store_of(backend)
    store.store_next(TRAINING, new, NEW)
    store.accepted(TRAINING, Keys(private=new))
    for thread in threading.enumerate():
        if thread.name == "key-promote":
            thread.join(5)
    assert signs_like(found_in(backend), new)
