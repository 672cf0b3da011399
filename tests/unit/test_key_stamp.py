"""A key that one process changed is fetched anew by the others."""

from pathlib import Path

from pos_cancel.adapters.key_stamp import NAME
from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.gateways.signing import Keys
from tests.fake_keyring import FakeKeyring
from tests.key_store_contract import TRAINING, make_keys, settled


def kept(store: KeyringStore, keys: Keys) -> None:
    store.store(TRAINING, private=keys.private, gateway_public=keys.gateway_public)


def fetched(store: KeyringStore) -> str:
    found = settled(store, TRAINING)
    assert isinstance(found, Keys)
    return found.key_id


def test_a_window_signs_with_the_key_that_the_command_line_imported(tmp_path: Path) -> None:
    backend, old, new = FakeKeyring(), make_keys(), make_keys()
    window = KeyringStore(backend=backend, home=tmp_path)
    kept(window, old)
    assert fetched(window) == old.key_id
    kept(KeyringStore(backend=backend, home=tmp_path), new)
    assert fetched(window) == new.key_id
    calls = backend.calls
    assert fetched(window) == new.key_id
    assert backend.calls == calls


def test_a_home_that_cannot_be_written_keeps_no_key_from_being_stored(tmp_path: Path) -> None:
    keys, store = make_keys(), KeyringStore(backend=FakeKeyring(), home=tmp_path / "gone")
    kept(store, keys)
    assert fetched(store) == keys.key_id
    assert not (tmp_path / "gone" / NAME).exists()
