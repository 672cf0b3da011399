"""Settings, accounts and the check of a till, as the menu of the window uses them."""

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked

from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.live_settings import LiveSettings
from pos_cancel.adapters.settings import Settings, change_settings, load_settings, save_settings
from pos_cancel.domain.errors import InvalidInput, KeyStoreError, LocalError, PosCancelError
from pos_cancel.domain.profile import SEALED
from pos_cancel.engine.ports import Entry
from pos_cancel.engine.probe import Verdict
from tests.unit.back_offices import OTHER, TRAINING, Office
from tests.unit.gateway_answers import silence
from tests.unit.spoken_cases import NOW, pending


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, silence())


def test_a_change_is_kept_and_the_rest_of_the_file_stays(office: Office) -> None:
    office.home.settings_path.write_text('# ours\ntill = "T1"\nnewer = 3\n')
    settings = office.back.change({"text_size": "large", "sounds": False, "take_back_s": 3})
    assert settings == Settings(till="T1", text_size="large", sounds=False, take_back_s=3)
    assert load_settings(office.home) == settings
    text = office.home.settings_path.read_text()
    assert "# ours" in text
    assert "newer = 3" in text
    office.back.change({"sounds": True, "till": ""})
    assert load_settings(office.home) == Settings(text_size="large", take_back_s=3)
    assert "sounds" not in office.home.settings_path.read_text()


@pytest.mark.parametrize(
    "changes", [{"take_back_s": 6}, {"take_back_s": -1}, {"text_size": "huge"}, {"theme": "pink"}]
)
def test_what_there_is_not_is_refused(office: Office, changes: dict[str, object]) -> None:
    save_settings(office.home, Settings(till="T1"))
    with pytest.raises(InvalidInput):
        office.back.change(changes)
    assert load_settings(office.home) == Settings(till="T1")


def test_a_disk_that_cannot_be_written_changes_nothing(office: Office) -> None:
    save_settings(office.home, Settings(till="T1"))
    (office.home.path / "settings.toml.new").mkdir()
    with pytest.raises(LocalError, match="cannot be written"):
        office.back.change({"till": "T2"})
    assert load_settings(office.home) == Settings(till="T1")


def test_a_folder_has_to_be_there(office: Office, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as told:
        office.back.change({"watch_folder": str(tmp_path / "none")})
    assert told.value.topic == "folder"
    office.back.change({"watch_folder": str(tmp_path)})
    office.back.change({"watch_folder": ""})
    assert load_settings(office.home) == Settings()


def test_sealed_keys_need_the_systems_credential(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(KeyStoreError):
        office.back.change({"key_store": SEALED})
    assert load_settings(office.home) == Settings()


def test_accounts_keep_their_keys_where_they_are(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pos-cancel-keys").write_bytes(b"k" * 64)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    office.give_keys(TRAINING)
    office.back.change({"key_store": SEALED})
    assert office.store.describe(office.profiles["shop-1"]).private_bits == 2048
    assert office.profiles["shop-1"].key_store == "keyring"
    # An account that is new goes to the new place at once.
    assert office.store.place_of(replace(TRAINING, name="new")) == SEALED


def test_an_account_is_tested_with_the_keys_that_are_here(office: Office) -> None:
    with pytest.raises(KeyStoreError):
        office.back.test("shop-1")
    office.give_keys(TRAINING)
    assert office.back.test("shop-1").verdict is Verdict.NETWORK
    assert office.line.asked
    assert office.line.closed == 1
    with pytest.raises(InvalidInput):
        office.back.test("gone")


def test_an_account_goes_with_its_keys(office: Office) -> None:
    office.give_keys(TRAINING)
    save_settings(office.home, Settings(default_profile="shop-1", till="T1"))
    office.back.remove("shop-1")
    assert list(office.profiles) == ["shop-2"]
    assert not office.store.describe(TRAINING).private_bits
    assert load_settings(office.home) == Settings(till="T1")
    office.back.remove("shop-2")
    assert not office.profiles


def test_an_account_with_open_cases_stays(office: Office) -> None:
    with Journal.open(office.home.path) as journal, journal.transaction():
        journal.write(pending(), Entry("opened", NOW))
    with pytest.raises(InvalidInput) as told:
        office.back.remove("shop-1")
    assert told.value.topic == "profile_held"
    assert told.value.known == {"refs": "K7-204"}
    assert list(office.profiles) == ["shop-1", "shop-2"]


def test_the_check_says_what_is_wrong(office: Office) -> None:
    office.give_keys(TRAINING)
    (office.home.profiles_dir / "broken.toml").write_text("name = ")
    report = office.back.check_up()
    told = [(finding.code, finding.about) for finding in report.findings]
    assert told == [("invalid_input", "broken"), ("key_missing", "Counter 2")]
    assert report.facts["profiles"] == ["shop-1", "shop-2"]
    assert "sender" not in report.facts
    for finding in report.findings:
        assert finding.error is None or finding.error.__traceback__ is None
    office.back.forget()


def test_a_locked_key_ring_is_a_finding_of_each_account(office: Office) -> None:
    office.backend.raises = KeyringLocked("locked")
    found = office.back.check_up().findings
    assert [(each.code, each.about) for each in found] == [
        ("key_store", "Alipay in-store"),
        ("key_store", "Counter 2"),
    ]


def test_settings_are_read_again_when_the_file_has_changed(office: Office) -> None:
    live = LiveSettings(office.home, load_settings(office.home))
    assert live.watch_folder() == ""
    change_settings(office.home, {"watch_folder": "/sales"})
    assert live.watch_folder() == "/sales"
    office.home.settings_path.write_text("till = ")
    assert live.now.watch_folder == "/sales"
    with contextlib.suppress(PosCancelError):
        load_settings(office.home)
    office.home.settings_path.unlink()
    assert live.now == Settings()


def test_the_other_account_is_not_touched(office: Office) -> None:
    office.give_keys(OTHER)
    office.back.remove("shop-1")
    assert office.store.describe(OTHER).private_bits == 2048
