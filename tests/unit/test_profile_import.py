"""Profiles on their way into a till, out of it and in again."""

import stat
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from pos_cancel.adapters.profile_files import (
    LARGEST,
    export_profile,
    import_profile,
    load_profiles,
    parse_profile,
    read_profile,
    remove_profile,
    write_profile,
)
from pos_cancel.adapters.settings import Home, open_home
from pos_cancel.domain.errors import InvalidInput, LocalError
from pos_cancel.domain.profile import Profile

LIVE: dict[str, Any] = {
    "name": "shop",
    "kind": "live",
    "gateway": "acquire",
    "endpoint": "https://globalmapi.alipay.com/gateway.do",
    "partner": "2088000000000001",
}
TRAINING = LIVE | {"kind": "training", "endpoint": "https://127.0.0.1:8443/gateway.do"}
JSON = {name: value for name, value in LIVE.items() if name != "partner"} | {"client_id": "SANDBOX_5Y1"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(str(tmp_path / "home"))


def parsed(values: dict[str, Any]) -> Profile:
    return parse_profile(tomlkit.dumps(values), "shop.toml")


def write(folder: Path, values: dict[str, Any], name: str = "handed.toml") -> Path:
    file = folder / name
    file.write_text(tomlkit.dumps(values), encoding="utf-8")
    return file


def test_an_imported_profile_is_one_of_the_tills(home: Home, tmp_path: Path) -> None:
    profile = import_profile(home, write(tmp_path, LIVE))
    path = home.profiles_dir / "shop.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_profiles(home) == {"shop": profile}
    assert import_profile(home, write(tmp_path, LIVE)) == profile
    changed = write(tmp_path, LIVE | {"account": "Second floor"})
    with pytest.raises(InvalidInput, match="another profile 'shop'"):
        import_profile(home, changed)
    assert load_profiles(home) == {"shop": profile}
    assert import_profile(home, changed, overwrite=True).account == "Second floor"
    remove_profile(home, "shop")
    assert load_profiles(home) == {}


@pytest.mark.parametrize("name", ["gone", "../../etc/passwd", ""])
def test_only_a_profile_that_is_there_can_be_removed(home: Home, name: str) -> None:
    with pytest.raises(InvalidInput, match="no profile"):
        remove_profile(home, name)


def test_a_profile_that_cannot_be_removed(home: Home) -> None:
    (home.profiles_dir / "shop.toml").mkdir()
    with pytest.raises(LocalError, match="cannot be removed"):
        remove_profile(home, "shop")


def test_a_broken_file_is_named_and_nothing_is_imported(home: Home, tmp_path: Path) -> None:
    for content in (b"\xff\xfe", b"name", b"#" * (LARGEST + 1)):
        (tmp_path / "broken.toml").write_bytes(content)
        with pytest.raises(InvalidInput, match=r"broken\.toml"):
            import_profile(home, tmp_path / "broken.toml")
    for missing in (tmp_path / "gone.toml", tmp_path):
        with pytest.raises(InvalidInput, match="cannot be read"):
            read_profile(missing)
    assert load_profiles(home) == {}


def test_a_mark_at_the_beginning_of_the_file_is_no_part_of_it(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text("\ufeff" + tomlkit.dumps(LIVE), encoding="utf-8")
    assert read_profile(file).name == "shop"


seconds = st.floats(min_value=1e-3, max_value=9e5).map(float)
texts = st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable() and "-----" not in text)
entries = st.fixed_dictionaries(
    {},
    optional={
        "sign_type": st.sampled_from(["MD5", "RSA", "RSA2"]),
        "timestamp": st.sampled_from(["datetime", "ms", "none"]),
        "query": st.sampled_from(["acquire", "overseas"]),
        "charset": st.sampled_from(["UTF-8", "GBK", "gb2312"]),
        "time_zone": st.sampled_from(["Asia/Shanghai", "Europe/Madrid"]),
        "pace": st.floats(min_value=1e-3, max_value=100),
        "extra": st.dictionaries(st.sampled_from(["a", "b.c", "餐", "x y"]), texts),
        "timeouts": st.dictionaries(st.sampled_from(["connect_s", "read_s", "total_s"]), seconds),
        "schedule": st.fixed_dictionaries(
            {}, optional={"gaps_s": st.lists(seconds, min_size=1), "busy_s": seconds, "unsent_s": seconds}
        ),
        **dict.fromkeys(("account", "network", "support", "till", "window", "key_version"), texts),
    },
)


@given(entries)
def test_what_goes_out_comes_in_again(values: dict[str, Any]) -> None:
    profile = parsed(TRAINING | values)
    assert parse_profile(export_profile(profile), "exported") == profile


@pytest.mark.parametrize("gateway", ["antom", "apo", "acqp"])
def test_the_json_gateways_go_out_and_in_again(home: Home, gateway: str) -> None:
    profile = parsed(JSON | {"gateway": gateway})
    write_profile(home, profile)
    assert load_profiles(home) == {"shop": profile}
