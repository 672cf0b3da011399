"""The key store over sealed files: every trouble in words without a secret, and the ways on."""

import dataclasses
import logging
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.signing import Keys
from tests.key_store_contract import LIVE, make_keys, settled
from tests.sealed_till import SealedTill


@pytest.fixture
def till(tmp_path: Path) -> SealedTill:
    return SealedTill(tmp_path)


@pytest.fixture(scope="module")
def keys() -> Keys:
    return make_keys(1024)


def put(store: KeyringStore, profile: Profile, keys: Keys) -> None:
    store.store(profile, private=keys.private, gateway_public=keys.gateway_public, md5=keys.md5)


@pytest.mark.parametrize(
    ("harm", "trouble"),
    [
        (lambda till: till.credential.unlink(), KeyTrouble.NO_CREDENTIAL),
        (lambda till: till.renew(), KeyTrouble.WRONG_CREDENTIAL),
        (lambda till: till.damage("shop"), KeyTrouble.ALTERED),
        (lambda till: till.block("shop"), KeyTrouble.OUT_OF_REACH),
    ],
)
def test_every_trouble_is_told_in_words_and_holds_nothing(
    till: SealedTill,
    monkeypatch: pytest.MonkeyPatch,
    keys: Keys,
    harm: Callable[[SealedTill], None],
    trouble: KeyTrouble,
    caplog: pytest.LogCaptureFixture,
) -> None:
    till.start(monkeypatch)
    put(till.store(), LIVE, keys)
    assert keys.md5 is not None
    harm(till)
    store = till.store()
    works = (lambda: put(store, LIVE, keys), lambda: store.remove(LIVE), lambda: store.describe(LIVE))
    with caplog.at_level(logging.DEBUG):
        assert settled(store, LIVE) is trouble
        for work in works:
            with pytest.raises(KeyringTrouble) as raised:
                work()
            assert raised.value.trouble is trouble
            assert raised.value.sentence.endswith(".")
            assert raised.value.way_on.endswith((".", "--help"))
            assert raised.value.__context__ is None
            told = "".join(traceback.format_exception(raised.value))
            assert keys.md5.decode() not in told
    assert keys.md5.decode() not in caplog.text


def test_a_till_that_is_mended_goes_on(till: SealedTill, monkeypatch: pytest.MonkeyPatch, keys: Keys) -> None:
    till.start(monkeypatch)
    put(till.store(), LIVE, keys)
    store, file = till.store(), till.folder / "shop.sealed"
    kept = file.read_bytes()
    file.write_bytes(kept[:-1])
    assert settled(store, LIVE) is KeyTrouble.ALTERED
    file.write_bytes(kept)
    store.forget()
    assert isinstance(settled(store, LIVE), Keys)
    # The other way on: away with it, and the keys come anew.
    file.write_bytes(kept[:-1])
    file.rename(till.home / "damaged")
    put(store, LIVE, keys)
    assert isinstance(settled(store, LIVE), Keys)


def test_training_has_sealed_keys_too(till: SealedTill, monkeypatch: pytest.MonkeyPatch, keys: Keys) -> None:
    till.start(monkeypatch)
    training = dataclasses.replace(LIVE, key_store="sealed", name="training")
    put(KeyringStore(home=till.folder.parent), training, keys)
    assert isinstance(settled(KeyringStore(home=till.folder.parent), training), Keys)
