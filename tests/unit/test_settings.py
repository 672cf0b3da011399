"""The till's home and settings: where they lie, who may read them, and one sentence for what is wrong."""

import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from pos_cancel.adapters.clock import SystemClock
from pos_cancel.adapters.settings import (
    Home,
    Settings,
    home_path,
    load_settings,
    open_home,
    replace_file,
    save_settings,
)
from pos_cancel.domain.errors import InvalidInput, LocalError, PosCancelError

KEPT = Settings(
    language="zh_CN",
    theme="high_contrast",
    till="T1",
    default_profile="shop",
    operator="陈",
    sounds=False,
    take_back_s=5,
    text_size="largest",
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(str(tmp_path / "deep" / "home"))


def sentence(error: PosCancelError) -> str:
    assert error.way_on
    assert "\n" not in error.sentence
    return error.sentence


def test_the_argument_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("POS_CANCEL_HOME", str(tmp_path / "from environment"))
    assert home_path("/given") == Path("/given")
    assert home_path(None) == tmp_path / "from environment"
    assert home_path("") == tmp_path / "from environment"
    assert home_path("~/till") == Path(os.environ["HOME"]) / "till"


@pytest.mark.parametrize(
    ("platform", "variable", "value", "expected"),
    [
        ("linux", "XDG_STATE_HOME", "/state", "/state/pos-cancel"),
        ("linux", "XDG_STATE_HOME", "", "HOME/.local/state/pos-cancel"),
        ("darwin", "XDG_STATE_HOME", "/state", "HOME/Library/Application Support/pos-cancel"),
        ("win32", "LOCALAPPDATA", "/local", "/local/pos-cancel"),
    ],
)
def test_each_system_has_its_own_place(
    monkeypatch: pytest.MonkeyPatch, platform: str, variable: str, value: str, expected: str
) -> None:
    monkeypatch.delenv("POS_CANCEL_HOME", raising=False)
    monkeypatch.setenv(variable, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert home_path(None) == Path(expected.replace("HOME", os.environ["HOME"]))


def test_a_home_is_made_for_its_owner_only(home: Home) -> None:
    for folder in (home.path, home.profiles_dir, home.logs_dir):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert open_home(str(home.path)) == home


def test_a_home_of_a_user_that_there_is_not() -> None:
    with pytest.raises(LocalError) as raised:
        open_home("~nobody-has-this-name/till")
    assert "user that there is not" in sentence(raised.value)


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "home", Path("/proc/till")):
        with pytest.raises(LocalError) as raised:
            open_home(str(place))
        assert str(place) in sentence(raised.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_is_read_only(home: Home) -> None:
    home.path.chmod(0o500)
    with pytest.raises(LocalError, match="read-only"):
        open_home(str(home.path))
    home.path.chmod(0o700)


def test_settings_come_back_as_they_were_saved(home: Home) -> None:
    assert load_settings(home) == Settings()
    for settings in (KEPT, Settings()):
        save_settings(home, settings)
        assert load_settings(home) == settings
    assert stat.S_IMODE(home.settings_path.stat().st_mode) == 0o600
    assert [path.name for path in home.path.glob("settings*")] == ["settings.toml"]


def test_what_a_newer_release_wrote_is_passed_over(home: Home) -> None:
    home.settings_path.write_text('till = "T9"\nsomething_new = 3\n')
    assert load_settings(home) == Settings(till="T9")


@pytest.mark.parametrize(
    "content",
    [
        b"till = ",
        b"\xff\xfe\x00",
        b"till = " + b"9" * 5_000,
        b'language = "klingon"',
        b'theme = "pink"',
        b'key_store = "drawer"',
        b'key_store = ""',
        b'sounds = "yes"',
        b"sounds = 1",
        b"take_back_s = 6",
        b"take_back_s = -1",
        b"take_back_s = true",
        b"take_back_s = 1.5",
        b'text_size = "huge"',
        b'take_back_s = "3"',
        b"till = 1\ntill = 2",
    ],
)
def test_broken_settings_are_told_and_left_as_they_are(home: Home, content: bytes) -> None:
    home.settings_path.write_bytes(content)
    with pytest.raises(InvalidInput) as raised:
        load_settings(home)
    sentence(raised.value)
    assert home.settings_path.read_bytes() == content


def test_settings_nested_without_end_are_broken_too(home: Home) -> None:
    home.settings_path.write_text("till = " + "[" * 5_000)
    # In a thread of its own: a stack that overflows ends the tracing of the thread that it happens in.
    with ThreadPoolExecutor(1) as other, pytest.raises(InvalidInput, match="not readable"):
        other.submit(load_settings, home).result()


def test_settings_that_cannot_be_read_or_written(home: Home) -> None:
    home.settings_path.mkdir()
    with pytest.raises(LocalError, match="cannot be read"):
        load_settings(home)
    with pytest.raises(LocalError, match="cannot be written") as raised:
        save_settings(home, KEPT)
    sentence(raised.value)


def test_a_file_is_replaced_whole_or_not_at_all(home: Home) -> None:
    path = home.path / "file"
    replace_file(path, "old")
    (home.path / "file.new").mkdir()
    with pytest.raises(LocalError):
        replace_file(path, "new")
    assert path.read_text() == "old"


def test_the_machines_clock_is_aware_and_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() <= clock.monotonic()
