"""Since when a key is in the keyring, and keys of which nobody wrote it down."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.keyring_entries import service_of
from pos_cancel.domain.profile import SignType
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.keys import compact
from pos_cancel.gateways.signing import Keys, sign
from tests.fake_keyring import FakeKeyring
from tests.key_store_contract import TRAINING, make_keys, settled

PLACE = (service_of(TRAINING.name, "private"), "pos-cancel")


@pytest.fixture(scope="module")
def keys() -> Keys:
    return make_keys()


@pytest.fixture
def backend(keys: Keys) -> FakeKeyring:
    backend = FakeKeyring()
    store_of(backend).store(TRAINING, private=keys.private, gateway_public=keys.gateway_public, md5=keys.md5)
    return backend


def store_of(backend: FakeKeyring) -> KeyringStore:
    return KeyringStore(backend=backend, deadline_s=2.0, retry_s=0.02)


def found_in(backend: FakeKeyring) -> Keys:
    found = settled(store_of(backend), TRAINING)
    assert isinstance(found, Keys)
    return found


def test_keys_of_before_have_no_age_and_no_version_of_their_own(backend: FakeKeyring, keys: Keys) -> None:
    assert keys.private is not None
    assert keys.md5 is not None
    backend.values[PLACE] = json.dumps({"form": 1, "key": compact(keys.private)})
    backend.values[service_of(TRAINING.name, "md5"), "pos-cancel"] = keys.md5.decode()
    store = store_of(backend)
    told = store.describe(TRAINING)
    assert (told.private_since, told.md5_since, told.key_version, told.has_md5) == (None, None, "", True)
    assert found_in(backend).key_version == ""
    found = settled(store, replace(TRAINING, sign_type=SignType.MD5))
    assert isinstance(found, Keys)
    assert found.md5 == keys.md5


def test_a_key_tells_since_when_it_is_here(backend: FakeKeyring) -> None:
    since = store_of(backend).describe(TRAINING).private_since
    assert since is not None
    assert timedelta(seconds=-1) <= datetime.now(UTC) - since < timedelta(minutes=2)


@pytest.mark.parametrize("since", ["soon", 7, None, "2026-11-21T10:00:00"])
def test_a_time_that_cannot_be_read_takes_no_key_out_of_use(
    backend: FakeKeyring, keys: Keys, since: object
) -> None:
    backend.values[PLACE] = json.dumps(json.loads(backend.values[PLACE]) | {"since": since})
    assert store_of(backend).describe(TRAINING).private_since is None
    assert sign(b"a", SignType.RSA2, found_in(backend)) == sign(b"a", SignType.RSA2, keys)


def test_a_version_that_cannot_be_read_does(backend: FakeKeyring) -> None:
    backend.values[PLACE] = json.dumps(json.loads(backend.values[PLACE]) | {"version": 2})
    assert settled(store_of(backend), TRAINING) is KeyTrouble.UNREADABLE
