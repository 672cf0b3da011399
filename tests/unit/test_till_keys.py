"""The till's own keys: one for a move, for an hour; one that the tills of a shop share."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.moving import Place, opened, sealed_for, take_over
from pos_cancel.adapters.profile_files import NAME, parse_profile
from pos_cancel.adapters.sealed_move import LIFETIME
from pos_cancel.adapters.settings import open_home
from pos_cancel.adapters.till_keys import TILL, TillKeys
from pos_cancel.domain.profile import SEALED
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.signing import Keys
from tests.fake_keyring import LONGEST_VALUE, FakeKeyring
from tests.key_store_contract import make_keys, settled
from tests.sealed_till import SealedTill
from tests.unit.test_moving import ACCOUNT, till_at
from tests.unit.test_moving import TILL as TRAINING_TILL

NOW = datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def backend() -> FakeKeyring:
    return FakeKeyring()


def keys_in(backend: FakeKeyring) -> TillKeys:
    return TillKeys(KeyringStore(backend=backend, deadline_s=2.0, retry_s=0.02), TRAINING_TILL)


def test_no_account_can_have_the_tills_name() -> None:
    assert NAME.fullmatch(TILL.name) is None
    assert not TILL.is_training


def test_a_one_time_key_waits_its_hour_over_restarts(backend: FakeKeyring) -> None:
    assert keys_in(backend).one_time(NOW) is None
    made = keys_in(backend).await_move(NOW)
    for later in (timedelta(0), timedelta(minutes=59)):
        waiting = keys_in(backend).await_move(NOW + later)
        assert (waiting.invitation, waiting.expires_at) == (made.invitation, made.expires_at)
    assert max(map(len, backend.values.values())) <= LONGEST_VALUE


@pytest.mark.parametrize("later", [LIFETIME, timedelta(days=-1)])
def test_then_it_is_gone(backend: FakeKeyring, later: timedelta) -> None:
    made = keys_in(backend).await_move(NOW)
    assert keys_in(backend).one_time(NOW + later) is None
    assert backend.values == {}
    assert keys_in(backend).await_move(NOW).invitation != made.invitation


def test_forgotten_it_is_gone_at_once(backend: FakeKeyring) -> None:
    keys_in(backend).await_move(NOW)
    assert keys_in(backend).forget_one_time() is True
    assert keys_in(backend).forget_one_time() is False
    assert backend.values == {}


def test_a_one_time_key_without_its_time_is_dropped(backend: FakeKeyring) -> None:
    keys_in(backend).await_move(NOW)
    place = next(iter(backend.values))
    backend.values[place] = backend.values[place].partition(', "since"')[0] + "}"
    assert keys_in(backend).one_time(NOW) is None
    assert backend.values == {}


def test_the_shop_key_is_kept_shown_and_removed(backend: FakeKeyring) -> None:
    keys = keys_in(backend)
    assert keys.shop() is None
    made = keys.make_shop(NOW)
    found = keys_in(backend).shop()
    assert found is not None
    assert (found.fingerprint, found.public_text) == (made.fingerprint, made.public_text)
    assert found.since == NOW.replace(microsecond=0)
    assert made.private.private_bytes_raw().hex() not in repr(made)
    signature = found.private.sign(b"slip")
    made.private.public_key().verify(signature, b"slip")
    assert keys.make_shop(NOW).fingerprint != made.fingerprint
    assert keys.remove_shop() is True
    assert keys.remove_shop() is False
    assert backend.values == {}


@pytest.mark.parametrize("stored", ["nonsense", '{"form": 1, "key": "AAAA"}', '{"form": 1, "key": "?"}'])
def test_a_damaged_key_is_told(backend: FakeKeyring, stored: str) -> None:
    keys = keys_in(backend)
    keys.make_shop(NOW)
    backend.values = dict.fromkeys(backend.values, stored)
    with pytest.raises(KeyringTrouble) as raised:
        keys.shop()
    assert raised.value.trouble is KeyTrouble.UNREADABLE
    # A damaged one-time key is worth nothing; a new one is made in its place.
    keys.await_move(NOW)
    backend.values = dict.fromkeys(backend.values, stored)
    assert keys.one_time(NOW) is None
    assert keys.remove_shop() is True
    assert backend.values == {}


def test_a_keyring_that_is_not_the_systems_is_refused() -> None:
    keys = TillKeys(KeyringStore(backend=FakeKeyring(), deadline_s=2.0))
    with pytest.raises(KeyringTrouble) as raised:
        keys.await_move(NOW)
    assert raised.value.trouble is KeyTrouble.REFUSED


def test_an_account_goes_from_a_keyring_to_a_kiosk_with_sealed_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = till_at(tmp_path / "sender")
    profile, keys = parse_profile(ACCOUNT, "test"), make_keys()
    sender.store.store(profile, private=keys.private, gateway_public=keys.gateway_public)
    sealed = SealedTill(tmp_path / "kiosk")
    sealed.start(monkeypatch)
    store = sealed.store()
    kiosk = Place(open_home(str(sealed.folder.parent)), {}, store, TillKeys(store))

    invitation = kiosk.till_keys.await_move(NOW).invitation
    parcel = opened(kiosk, sealed_for(sender, invitation, profile, with_shop=False), NOW)
    take_over(kiosk, parcel, replaces=False)
    assert parcel.profile is not None
    # The sender's account named its keyring; here the till's own place is meant.
    assert store.place_of(parcel.profile) == SEALED
    found = settled(sealed.store(), parcel.profile)
    assert isinstance(found, Keys)
    assert found.key_id == keys.key_id
    # Of the one-time key nothing is left.
    assert [path.name for path in sealed.folder.glob("*.sealed")] == ["counter.sealed"]
