"""Setting up an account, step by step, without a window: what is refused, what is kept, and when."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from pos_cancel.adapters.key_forms import public_text
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.new_account import Draft, free_name, places, profile_of
from pos_cancel.adapters.profile_files import load_profiles
from pos_cancel.adapters.settings import Home, load_settings
from pos_cancel.adapters.setup import Setup
from pos_cancel.domain.errors import InvalidInput, KeyStoreError, KeyTextError, LocalError, PosCancelError
from pos_cancel.domain.profile import ProfileKind, SignType
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.engine.probe import Verdict
from pos_cancel.gateways.keys import fingerprint
from tests.unit.accounts import KeptKeys, ScriptedLine, new_setup
from tests.unit.gateway_answers import answered, silence, turned_away
from tests.unit.till_stories import document

ID = "2088621887001234"
OURS = rsa.generate_private_key(65537, 2048)
THEIRS = rsa.generate_private_key(65537, 2048).public_key()
SECRET = "0123456789abcdefghijklmnopqrstuv"


def pem(password: bytes | None = None) -> bytes:
    lock = BestAvailableEncryption(password) if password else NoEncryption()
    return OURS.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


def text_of(public: RSAPublicKey) -> bytes:
    return public_text(public, "bare").encode()


def topic(job: Callable[[], object]) -> str:
    with pytest.raises(PosCancelError) as told:
        job()
    return told.value.topic


def has_ours(setup: Setup) -> bool:
    return setup.draft.keys.private is not None


@pytest.fixture
def keeper() -> KeptKeys:
    return KeptKeys()


@pytest.fixture
def setup(tmp_path: Path, keeper: KeptKeys) -> Setup:
    found = new_setup(tmp_path, keeper)
    found.choose_gateway("acquire")
    found.choose_place("global")
    found.say_account(ID, currency="HKD", label="Counter 1")
    return found


def test_an_account_is_kept_whole(setup: Setup, keeper: KeptKeys, tmp_path: Path) -> None:
    setup.sign_with("RSA2")
    seen = setup.take_private(pem())
    assert (seen.key.bits, seen.key.fingerprint) == (2048, fingerprint(OURS.public_key()))
    assert seen.text == public_text(OURS.public_key(), "bare")
    assert setup.compare(text_of(OURS.public_key())).bits == 2048
    assert setup.take_gateway_key(text_of(THEIRS)).fingerprint == fingerprint(THEIRS)
    assert keeper.kept == {}
    assert not list((tmp_path / "profiles").iterdir())
    profile = setup.keep()
    assert keeper.kept["acquire"].gateway_public == THEIRS
    assert load_profiles(Home(tmp_path)) == {"acquire": profile}
    assert (profile.kind, profile.currency, profile.account) == (ProfileKind.LIVE, "HKD", "Counter 1")
    assert (profile.endpoint, profile.backup_endpoint) == (
        "https://globalmapi.alipay.com/gateway.do",
        "https://intlmapi.alipay.com/gateway.do",
    )
    assert load_settings(Home(tmp_path)).default_profile == "acquire"
    assert setup.draft == Draft()


def test_a_second_account_leaves_the_default_alone(setup: Setup, tmp_path: Path) -> None:
    setup.sign_with("MD5")
    setup.take_md5(SECRET)
    setup.keep()
    setup.choose_gateway("antom")
    setup.choose_place("sea")
    setup.say_account("SANDBOX_5X1", key_version="2")
    setup.make(2048)
    setup.take_gateway_key(text_of(THEIRS))
    second = setup.keep()
    assert (second.kind, second.key_version, second.sign_type) == (ProfileKind.TEST, "2", SignType.RSA256)
    assert load_settings(Home(tmp_path)).default_profile == "acquire"
    setup.choose_gateway("antom")
    assert setup.draft.name == "antom-2"


def test_every_mistake_is_told_and_changes_nothing(setup: Setup, keeper: KeptKeys) -> None:
    own = text_of(OURS.public_key())
    other = text_of(rsa.generate_private_key(65537, 2048).public_key())
    assert topic(lambda: setup.take_private(own)) == "key_is_public"
    assert topic(lambda: setup.take_private(pem(b"open"))) == "key_encrypted"
    assert topic(lambda: setup.take_private(pem(b"open"), "shut")) == "key_password"
    assert topic(lambda: setup.take_private(b"hello")) == "key_not_private"
    assert not has_ours(setup)
    setup.take_private(pem(b"open"), "open")
    assert topic(lambda: setup.compare(other)) == "key_halves"
    assert topic(lambda: setup.compare(pem())) == "key_is_private"
    assert topic(lambda: setup.take_gateway_key(own)) == "key_own"
    assert topic(lambda: setup.take_gateway_key(pem())) == "key_is_private"
    assert topic(setup.keep) == "keys_missing"
    assert topic(lambda: setup.take_md5(SECRET[1:])) == "md5_length"
    assert has_ours(setup)
    assert topic(lambda: setup.say_account(ID[1:])) == "id_partner"
    assert setup.draft.merchant_id == ID
    assert (keeper.kept, keeper.removed) == ({}, [])


def test_our_own_key_that_was_taken_for_the_gateways_is_found_out_late(setup: Setup) -> None:
    setup.take_gateway_key(text_of(OURS.public_key()))
    setup.take_private(pem())
    assert setup.draft.keys.gateway_public is None
    assert topic(setup.test) == "keys_missing"


def test_another_kind_of_signature_wants_other_keys(setup: Setup) -> None:
    setup.take_private(pem())
    setup.sign_with("RSA")
    assert not has_ours(setup)
    weak = setup.make(2048)
    setup.sign_with("RSA")
    assert has_ours(setup)
    assert not weak.key.weak


def test_a_key_of_1024_bits_is_weak_and_taken(setup: Setup) -> None:
    small = rsa.generate_private_key(65537, 1024)  # noqa: S505 - its weakness is what this is about
    text = small.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert setup.take_private(text).key.weak
    setup.sign_with("RSA")
    assert not setup.take_private(text).key.weak


def test_another_gateway_begins_anew_and_the_same_one_does_not(setup: Setup) -> None:
    setup.choose_gateway("acquire")
    assert setup.draft.merchant_id == ID
    setup.choose_gateway("apo")
    assert (setup.draft.merchant_id, setup.draft.name) == ("", "apo")
    with pytest.raises(InvalidInput, match="There is no gateway"):
        setup.choose_gateway("paypal")
    with pytest.raises(InvalidInput, match="no address called 'global'"):
        setup.choose_place("global")


def test_an_address_on_this_machine_is_training_and_nothing_else(setup: Setup) -> None:
    setup.write_address("https://127.0.0.1:8443/gateway.do", "/tmp/ca.pem")  # noqa: S108 - it is only named
    assert setup.profile().kind is ProfileKind.TRAINING
    assert setup.profile().ca_file == "/tmp/ca.pem"  # noqa: S108 - as above
    setup.choose_place("test")
    assert (setup.profile().kind, setup.profile().ca_file) == (ProfileKind.TEST, "")
    setup.call_it("shop-1")
    assert setup.profile().name == "shop-1"


def test_a_profile_file_wants_only_its_keys(setup: Setup, tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.write_text(
        'name = "office"\nkind = "live"\ngateway = "acquire"\npartner = "2088621887001234"\n'
        'endpoint = "https://globalmapi.alipay.com/gateway.do"\nsign_type = "MD5"\n'
    )
    assert setup.import_profile(file).name == "office"
    setup.sign_with("RSA2")
    assert setup.draft.uses_md5
    setup.take_md5(SECRET)
    setup.keep()
    assert topic(lambda: setup.import_profile(file)) == "profile_taken"
    assert topic(lambda: setup.call_it("office")) == "profile_taken"


def test_names_that_are_free() -> None:
    assert free_name("antom", ()) == "antom"
    assert free_name("antom", {"antom", "antom-2", "other"}) == "antom-3"


@pytest.mark.parametrize("gateway", ["acquire", "antom", "apo", "acqp"])
def test_every_known_address_makes_a_profile(gateway: str) -> None:
    found = places(gateway)
    assert not found[0].spare
    merchant_id = ID if gateway == "acquire" else "5Y1234"
    for place in found:
        draft = Draft(gateway=gateway, place=place.name, merchant_id=merchant_id, name="shop")
        assert profile_of(draft).endpoint == place.endpoint


# --- nothing half made


def complete(setup: Setup) -> Setup:
    setup.sign_with("MD5")
    setup.take_md5(SECRET)
    return setup


@pytest.mark.parametrize(
    ("error", "removed"),
    [
        (KeyringTrouble(KeyTrouble.LOCKED), []),
        (KeyringTrouble(KeyTrouble.HUNG), []),
        (KeyringTrouble(KeyTrouble.NO_KEYRING), ["acquire"]),
        (KeyStoreError("The keyring did not keep the key whole."), ["acquire"]),
    ],
)
def test_a_key_ring_that_fails_leaves_no_profile_and_loses_nothing(
    setup: Setup, keeper: KeptKeys, tmp_path: Path, error: KeyStoreError, removed: list[str]
) -> None:
    keeper.error = error
    with pytest.raises(KeyStoreError):
        complete(setup).keep()
    assert keeper.removed == removed
    assert not list((tmp_path / "profiles").iterdir())
    keeper.error = None
    assert setup.keep().name == "acquire"


def test_a_profile_that_cannot_be_written_takes_its_keys_back(
    setup: Setup, keeper: KeptKeys, tmp_path: Path
) -> None:
    (tmp_path / "profiles" / "acquire.toml.new").mkdir()
    with pytest.raises(LocalError):
        complete(setup).keep()
    assert (keeper.kept, keeper.removed) == ({}, ["acquire"])


def test_settings_that_cannot_be_written_take_nothing_away(setup: Setup, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("language = ")
    assert complete(setup).keep().name == "acquire"


def test_a_name_that_was_taken_meanwhile_is_refused(setup: Setup, keeper: KeptKeys, tmp_path: Path) -> None:
    (tmp_path / "profiles" / "acquire.toml").write_text("broken")
    assert topic(complete(setup).keep) == "profile_taken"
    assert keeper.kept == {}


def test_forgetting_lets_the_keys_go(setup: Setup) -> None:
    complete(setup).forget()
    assert setup.draft == Draft()


# --- the test


def test_the_test_asks_once_and_closes_its_line(tmp_path: Path, keeper: KeptKeys) -> None:
    line = ScriptedLine([turned_away("ILLEGAL_PARTNER")])
    setup = complete(filled(new_setup(tmp_path, keeper, line)))
    assert setup.test().verdict is Verdict.ACCOUNT
    assert (len(line.asked), line.closed) == (1, 1)


def test_the_other_kind_of_inquiry_is_kept_where_only_that_one_passes(
    tmp_path: Path, keeper: KeptKeys
) -> None:
    line = ScriptedLine([turned_away("HAS_NO_PRIVILEGE"), silence()])
    setup = complete(filled(new_setup(tmp_path, keeper, line)))
    assert setup.test().verdict is Verdict.NOT_ENTITLED
    assert [b"overseas" in each.body for each in line.asked] == [False, True]
    assert setup.draft.query == ""
    fields = {"result_code": "FAIL", "detail_error_code": "TRADE_NOT_EXIST"}
    genuine = answered(document(fields, signed_with=SECRET.encode()))
    line.answers, line.asked = [turned_away("HAS_NO_PRIVILEGE"), genuine], []
    assert setup.test().passed
    assert setup.keep().query == "overseas"


def test_a_public_key_can_be_looked_at_before_there_is_a_private_one(setup: Setup) -> None:
    assert setup.compare(text_of(THEIRS)).bits == 2048
    with pytest.raises(InvalidInput, match="no gateway"):
        places("paypal")


def filled(setup: Setup) -> Setup:
    setup.choose_gateway("acquire")
    setup.choose_place("test")
    setup.say_account(ID, currency="CNY")
    return setup


def test_what_is_raised_is_of_the_kind_that_scripts_know(setup: Setup) -> None:
    with pytest.raises(KeyTextError) as told:
        setup.take_private(b"hello")
    assert told.value.code == "key_text"
