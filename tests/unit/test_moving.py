"""An account on its way between two tills: what is in the parcel, what is refused, what a crash leaves."""

import json
import random
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.move_parcel import Parcel, pack, unpack
from pos_cancel.adapters.moving import Place, clashes, here, opened, parcel_of, sealed_for, take_over
from pos_cancel.adapters.profile_files import load_profiles, parse_profile
from pos_cancel.adapters.sealed_move import LIFETIME, make_one_time, seal
from pos_cancel.adapters.settings import open_home
from pos_cancel.adapters.till_keys import TillKeys
from pos_cancel.domain.errors import InvalidInput, PosCancelError
from pos_cancel.domain.profile import Profile
from pos_cancel.gateways.keys import fingerprint
from pos_cancel.gateways.signing import Keys
from tests.fake_keyring import FakeKeyring
from tests.key_store_contract import TRAINING, make_keys, settled

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
ACCOUNT = """\
name = "counter"
kind = "training"
gateway = "antom"
endpoint = "https://127.0.0.1:8443"
client_id = "SANDBOX_5Y1234567890"
account = "Tea house"
till = "T1"
key_store = "keyring"
"""
# A till's own keys in a keyring that a real till would refuse.
TILL = replace(TRAINING, name=".till")


@pytest.fixture(scope="module")
def profile() -> Profile:
    return parse_profile(ACCOUNT, "test")


@pytest.fixture(scope="module")
def keys() -> Keys:
    return make_keys()


@pytest.fixture(scope="module")
def new() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def till_at(folder: Path, backend: FakeKeyring | None = None) -> Place:
    home = open_home(str(folder))
    store = KeyringStore(backend=backend or FakeKeyring(), deadline_s=2.0, retry_s=0.02)
    return Place(home, load_profiles(home), store, TillKeys(store, TILL))


def again(place: Place, backend: FakeKeyring) -> Place:
    """The same till, started anew."""
    return till_at(place.home.path, backend)


@pytest.fixture
def sender(tmp_path: Path, profile: Profile, keys: Keys, new: RSAPrivateKey) -> Place:
    """A till with the account, a key that waits, and a shop key."""
    place = till_at(tmp_path / "sender")
    place.store.store(profile, private=keys.private, key_version="4", gateway_public=keys.gateway_public)
    place.store.store_next(profile, new, "5")
    place.till_keys.make_shop(NOW)
    return place


@pytest.fixture
def parcel(sender: Place, profile: Profile) -> Parcel:
    return unpack(pack(parcel_of(sender, profile, with_shop=True)))


def found(place: Place, profile: Profile) -> Keys:
    keys = settled(place.store, profile)
    assert isinstance(keys, Keys)
    return keys


def test_all_of_an_account_arrives(
    sender: Place, parcel: Parcel, profile: Profile, new: RSAPrivateKey, tmp_path: Path
) -> None:
    receiver = till_at(tmp_path / "receiver")
    receiver.till_keys.await_move(NOW)
    take_over(receiver, here(receiver, parcel), replaces=False)
    arrived = load_profiles(receiver.home)["counter"]
    # What a till is called and where it keeps its keys stays behind.
    assert arrived == replace(profile, till="", key_store=TRAINING.key_store)
    assert receiver.store.describe(arrived) == sender.store.describe(profile)
    assert (found(receiver, arrived).key_version, found(receiver, arrived).next_key_version) == ("4", "5")
    assert found(receiver, arrived).with_next().key_id == Keys(private=new).key_id
    shops = [place.till_keys.shop() for place in (sender, receiver)]
    assert shops[0] is not None
    assert shops[1] is not None
    assert shops[0].fingerprint == shops[1].fingerprint
    assert shops[0].since == shops[1].since == NOW
    assert receiver.till_keys.one_time(NOW) is None


def test_the_shop_key_alone(sender: Place, tmp_path: Path) -> None:
    parcel = unpack(pack(parcel_of(sender, None, with_shop=True)))
    assert parcel.profile is None
    receiver = till_at(tmp_path / "receiver")
    take_over(receiver, here(receiver, parcel), replaces=False)
    assert receiver.till_keys.shop() is not None
    assert load_profiles(receiver.home) == {}


def test_nothing_to_send_is_said(tmp_path: Path, profile: Profile) -> None:
    place = till_at(tmp_path / "empty")
    with pytest.raises(InvalidInput, match="no shop key"):
        parcel_of(place, None, with_shop=True)
    with pytest.raises(InvalidInput, match="no keys"):
        parcel_of(place, profile, with_shop=False)


@pytest.mark.parametrize(("bits", "waits", "longest"), [(2048, False, 1700), (4096, True, 4296)])
def test_sealed_it_fits_one_qr_code(tmp_path: Path, bits: int, longest: int, *, waits: bool) -> None:
    text = ACCOUNT + 'support = "+852 1234 5678"\ntime_zone = "Asia/Hong_Kong"\nlanguage = "zh_TW"\n'
    profile, keys = parse_profile(text, "test"), make_keys(bits)
    place = till_at(tmp_path / "sender")
    place.store.store(profile, private=keys.private, key_version="1", gateway_public=keys.gateway_public)
    if waits:
        place.store.store_next(profile, generate_private_key(65537, bits), "2")
    sealed = seal(pack(parcel_of(place, profile, with_shop=False)), make_one_time(NOW).public)
    # The largest code holds 4,296 letters and digits.
    assert len(sealed) <= longest


def test_sealed_for_another_till_it_opens_there_once(sender: Place, profile: Profile, tmp_path: Path) -> None:
    receiver = till_at(tmp_path / "receiver")
    invitation = receiver.till_keys.await_move(NOW).invitation
    sealed = sealed_for(sender, invitation, profile, with_shop=False)
    parcel = opened(receiver, sealed, NOW)
    assert load_profiles(receiver.home) == {}
    take_over(receiver, parcel, replaces=False)
    with pytest.raises(InvalidInput, match="waits for nothing"):
        opened(receiver, sealed, NOW)
    receiver.till_keys.await_move(NOW)
    with pytest.raises(InvalidInput, match="another till"):
        opened(receiver, sealed, NOW)
    with pytest.raises(InvalidInput, match="hour is over"):
        opened(receiver, sealed, NOW + LIFETIME)


# --- what is here already


def test_the_same_again_is_no_clash(parcel: Parcel, tmp_path: Path) -> None:
    backend = FakeKeyring()
    receiver = till_at(tmp_path / "receiver", backend)
    take_over(receiver, here(receiver, parcel), replaces=False)
    receiver = again(receiver, backend)
    assert clashes(receiver, here(receiver, parcel)) == []


def test_a_till_keeps_its_own_name_and_key_store(parcel: Parcel, profile: Profile, tmp_path: Path) -> None:
    receiver = till_at(tmp_path / "receiver")
    own = replace(profile, till="T2")
    receiver = Place(receiver.home, {"counter": own}, receiver.store, receiver.till_keys)
    assert here(receiver, parcel).profile == own
    assert clashes(receiver, here(receiver, parcel)) == []


def test_what_is_different_is_named(
    parcel: Parcel, profile: Profile, new: RSAPrivateKey, tmp_path: Path
) -> None:
    receiver = till_at(tmp_path / "receiver")
    other = replace(profile, merchant_id="SANDBOX_5Y0000000000")
    receiver = Place(receiver.home, {"counter": other}, receiver.store, receiver.till_keys)
    assert [clash.split("'")[0] for clash in clashes(receiver, here(receiver, parcel))] == [
        "There is another account "
    ]
    receiver.store.store(profile, private=new)
    receiver.till_keys.make_shop(NOW)
    told = " ".join(clashes(receiver, here(receiver, parcel)))
    for words in ("another account", "has other keys", "another shop key"):
        assert words in told


def test_a_damaged_key_here_is_another_key(parcel: Parcel, profile: Profile, tmp_path: Path) -> None:
    backend = FakeKeyring()
    receiver = till_at(tmp_path / "receiver", backend)
    receiver.store.store(profile, md5=b"0" * 32, private=generate_private_key(65537, 2048))
    backend.values["pos-cancel/counter/private", "pos-cancel"] = "nonsense"
    assert len(clashes(receiver, here(receiver, parcel))) == 1
    backend.values["pos-cancel/counter/md5", "pos-cancel"] = "{"
    with_md5 = Parcel(parcel.profile, {**parcel.keys, "md5": "0" * 32})
    assert len(clashes(receiver, here(receiver, with_md5))) == 1


def test_replaced_nothing_of_the_old_stays(
    sender: Place, profile: Profile, keys: Keys, new: RSAPrivateKey, tmp_path: Path
) -> None:
    sender.store.drop_next(profile)
    parcel = unpack(pack(parcel_of(sender, profile, with_shop=False)))
    receiver = till_at(tmp_path / "receiver")
    receiver.store.store(profile, private=new, md5=b"0" * 32)
    receiver.store.store_next(profile, generate_private_key(65537, 2048), "9")
    take_over(receiver, here(receiver, parcel), replaces=True)
    told = receiver.store.describe(profile)
    assert keys.private is not None
    assert told.private_fingerprint == fingerprint(keys.private.public_key())
    assert (told.next_bits, told.has_md5) == (0, False)


# --- crashes


def test_after_every_crash_the_same_text_is_taken_over_once_more(
    parcel: Parcel, profile: Profile, tmp_path: Path
) -> None:
    ends = 0
    for allowed in range(30):
        backend = FakeKeyring()
        place = till_at(tmp_path / f"till-{allowed}", backend)
        waiting = place.till_keys.await_move(NOW)
        backend.changes_left = allowed
        try:
            take_over(place, here(place, parcel), replaces=False)
            ends += 1
        except KeyringTrouble:
            backend.changes_left = 99
            place = again(place, backend)
            left = place.till_keys.one_time(NOW)
            assert left is not None
            assert left.invitation == waiting.invitation
            take_over(place, here(place, parcel), replaces=False)
        assert place.till_keys.one_time(NOW) is None
        assert found(place, profile).next_key_version == "5"
        assert "counter" in load_profiles(place.home)
    assert 0 < ends < 30


# --- what is no parcel

Change = Callable[[dict[str, object]], Mapping[str, object]]
CHANGES: Mapping[str, Change] = {
    "another form": lambda told: told | {"form": 2},
    "no form": lambda told: {name: value for name, value in told.items() if name != "form"},
    "neither account nor shop key": lambda told: {"form": 1, "keys": told["keys"]},
    "an account without keys": lambda told: told | {"keys": {}},
    "keys that are no table": lambda told: told | {"keys": [1]},
    "an account that is no text": lambda told: told | {"profile": 7},
    "an account that is none": lambda told: told | {"profile": "name = 1"},
    "an account elsewhere": lambda told: told | {"profile": str(told["profile"]).replace("127.0.0.1", "x.y")},
    "a foreign entry": lambda told: told | {"keys": {"../shop": "x"}},
    "a key that is no text": lambda told: told | {"keys": {"private": 1}},
    "a key that is none": lambda told: told | {"keys": {"private": "nonsense"}},
    "a damaged key": lambda told: told | {"keys": {"private": '{"form": 1, "key": "65537.AAAA"}'}},
    "a shop key that is none": lambda told: told | {"shop": '{"form": 1, "key": "AAAA"}'},
    "a shop key that is no text": lambda told: told | {"shop": '{"form": 1, "key": "?"}'},
    "a shop that is no text": lambda told: told | {"shop": 1},
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_no_parcel_is_refused_before_anything_is_stored(parcel: Parcel, name: str) -> None:
    told = json.loads(zlib.decompress(pack(parcel)))
    with pytest.raises(PosCancelError) as raised:
        unpack(zlib.compress(json.dumps(CHANGES[name](told)).encode()))
    assert raised.value.sentence.endswith(".")
    assert "65537" not in raised.value.sentence


def test_our_own_public_key_in_the_place_of_the_gateways_is_refused(
    sender: Place, profile: Profile, keys: Keys
) -> None:
    assert keys.private is not None
    sender.store.store(profile, gateway_public=keys.private.public_key())
    with pytest.raises(PosCancelError, match="your own public key"):
        unpack(pack(parcel_of(sender, profile, with_shop=False)))


def test_bytes_of_any_kind_are_refused(parcel: Parcel, rng: random.Random) -> None:
    whole = pack(parcel)
    bomb = zlib.compress(b"[" * 10_000_000)
    texts = [b"", b"null", zlib.compress(b"[]"), zlib.compress(b"[" * 60_000), zlib.compress(b"\xff"), bomb]
    for _ in range(200):
        at = rng.randrange(len(whole))
        texts += [whole[:at], rng.randbytes(rng.randrange(80))]
    for text in texts:
        with pytest.raises(InvalidInput):
            unpack(text)
