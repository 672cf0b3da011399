"""Profile files are read strictly: what is wrong is told in one sentence, and no key stands in them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import tomlkit

from pos_cancel.adapters.profile_files import export_profile, parse_profile
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.profile import Profile, ProfileKind, SignType, Timestamp

LIVE: dict[str, Any] = {
    "name": "shop",
    "kind": "live",
    "gateway": "acquire",
    "endpoint": "https://globalmapi.alipay.com/gateway.do",
    "partner": "2088000000000001",
}
TRAINING = LIVE | {"kind": "training", "endpoint": "https://127.0.0.1:8443/gateway.do"}
JSON = {name: value for name, value in LIVE.items() if name != "partner"} | {"client_id": "SANDBOX_5Y1"}
NUMBERED = ("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]")
PEM = "-----BEGIN PRIVATE KEY----- MIIE -----END PRIVATE KEY-----"


def parsed(values: dict[str, Any]) -> Profile:
    return parse_profile(tomlkit.dumps(values), "shop.toml")


def refused(values: dict[str, Any]) -> str:
    with pytest.raises(InvalidInput) as raised:
        parsed(values)
    assert raised.value.way_on
    assert "\n" not in raised.value.sentence
    return raised.value.sentence


def test_what_is_not_said_has_a_default() -> None:
    profile = parsed(LIVE)
    assert (profile.kind, profile.sign_type, profile.timestamp) == (
        ProfileKind.LIVE,
        SignType.RSA2,
        Timestamp.DATETIME,
    )
    assert (profile.query, profile.charset, profile.schedule.pace) == ("acquire", "UTF-8", 1.0)
    assert parsed(JSON | {"gateway": "acqp"}).timestamp is Timestamp.ISO
    assert parsed(JSON | {"gateway": "antom"}).sign_type is SignType.RSA256


def test_everything_that_can_be_said() -> None:
    profile = parsed(
        TRAINING
        | {
            "sign_type": "MD5",
            "timestamp": "ms",
            "query": "overseas",
            "charset": "utf8",
            "currency": "JPY",
            "time_zone": "Asia/Hong_Kong",
            "account": "总店",
            "pace": 0.05,
            "extra": {"industry": "retail"},
            "timeouts": {"connect_s": 1, "total_s": 20.5},
            "schedule": {"gaps_s": [1, 2.5], "foreground_s": 30},
        }
    )
    assert (profile.charset, profile.time_zone, profile.label) == ("UTF-8", "Asia/Hong_Kong", "总店")
    assert (profile.timeouts.connect_s, profile.timeouts.total_s) == (1.0, 20.5)
    assert (profile.schedule.gaps_s, profile.schedule.foreground_s, profile.schedule.pace) == (
        (1.0, 2.5),
        30.0,
        0.05,
    )
    assert profile.extra == (("industry", "retail"),)


def test_a_profile_may_choose_its_key_store() -> None:
    assert parsed(LIVE).key_store == ""
    for place in ("keyring", "sealed"):
        chosen = parsed(LIVE | {"key_store": place})
        assert chosen.key_store == place
        assert parse_profile(export_profile(chosen), "shop.toml") == chosen
    for other in ("drawer", "Sealed"):
        assert "key_store is keyring, sealed; not" in refused(LIVE | {"key_store": other})
    assert "key_store" in refused(LIVE | {"key_store": ""})


@pytest.mark.parametrize(
    "address",
    [
        "https://gateway.example/gateway.do",
        "https://93.184.216.34/gateway.do",
        "http://gateway.example/",
    ],
)
def test_training_names_this_machine_and_nothing_else(address: str) -> None:
    assert "training" in refused(TRAINING | {"endpoint": address})
    assert "training" in refused(TRAINING | {"backup_endpoint": address})


@pytest.mark.parametrize("kind", ["live", "test"])
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.9.9.9:8443", "localhost", "LocalHost", "localhost.", "a.localhost", *NUMBERED],
)
def test_no_other_profile_names_this_machine(host: str, kind: str) -> None:
    own = {"kind": kind, "endpoint": f"https://{host}/gateway.do"}
    assert "only a training profile" in refused(LIVE | own)
    assert "only a training profile" in refused(LIVE | {"backup_endpoint": f"https://{host}/"})
    assert parsed(TRAINING | {"endpoint": f"http://{host}/gateway.do"}).is_training


@pytest.mark.parametrize(
    "address",
    [
        "http://globalmapi.alipay.com/gateway.do",
        "ftp://globalmapi.alipay.com/",
        "globalmapi.alipay.com",
        "https://",
        "https://[::1",
        "https://host:port/",
        "https://host:99999/",
        "https://host:0/",
        "https://name:word@host/",
        "https://:word@host/",
        "https://host/#part",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_none(address: str) -> None:
    assert refused(LIVE | {"endpoint": address}).startswith("shop.toml: endpoint")


def test_training_goes_through_no_proxy() -> None:
    assert "proxy" in refused(TRAINING | {"proxy": "http://proxy.example:3128"})
    assert parsed(LIVE | {"proxy": "http://proxy.example:3128"}).proxy


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"partner": "2088"}, "16 digits"),
        ({"partner": "1088000000000001"}, "16 digits"),
        ({"partner": "208800000000000١"}, "16 digits"),
        ({"partner": 2088000000000001}, "partner is missing or not a text"),
        ({"name": "../shop"}, "letters, digits"),
        ({"name": ""}, "name is missing"),
        ({"name": "x" * 49}, "48 at most"),
        ({"kind": "real"}, "kind is live, test, training"),
        ({"gateway": "alipay"}, "gateway is acquire"),
        ({"sign_type": "RSA3"}, "sign_type is"),
        ({"timestamp": "unix"}, "timestamp is"),
        ({"query": "domestic"}, "query is"),
        ({"charset": "Big5"}, "charset is"),
        ({"time_zone": "Mars/Olympus"}, "no time zone"),
        ({"time_zone": "../../etc/passwd"}, "no time zone"),
        ({"pace": 0.5}, "only a training profile may have a pace"),
        ({"kind": "test", "pace": 2}, "only a training profile may have a pace"),
        ({"pace": 0}, "pace is a number"),
        ({"pace": True}, "pace is a number"),
        ({"pace": 101}, "pace is a number"),
        ({"pace": float("nan")}, "pace is a number"),
        ({"timeouts": {"total_s": -1}}, "timeouts.total_s"),
        ({"timeouts": {"total_s": True}}, "timeouts.total_s"),
        ({"timeouts": {"total_s": float("inf")}}, "timeouts.total_s"),
        ({"timeouts": {"idle_s": 1}}, "timeouts.idle_s"),
        ({"timeouts": 3}, "timeouts is a table"),
        ({"schedule": {"least_tries": 1}}, "schedule.least_tries"),
        ({"schedule": {"gaps_s": []}}, "gaps_s"),
        ({"schedule": {"gaps_s": 3}}, "gaps_s"),
        ({"schedule": {"gaps_s": [2, 0]}}, "gaps_s"),
        ({"schedule": {"gaps_s": [2, -1]}}, "gaps_s"),
        ({"schedule": {"gaps_s": [float("nan")]}}, "gaps_s"),
        ({"schedule": {"gaps_s": [True]}}, "gaps_s"),
        ({"schedule": {"gaps_s": [float("inf")]}}, "gaps_s"),
        ({"account": "two\nlines"}, "does not belong"),
        ({"account": ""}, "account is missing"),
        ({"extra": 3}, "extra is a table"),
        ({"extra": {"industry": 3}}, "industry is missing or not a text"),
        ({"colour": "red"}, "'colour' is not known"),
        ({"client_id": "x", "partner": None}, "partner"),
    ],
)
def test_a_wrong_entry_is_named(changes: dict[str, Any], words: str) -> None:
    values = {name: value for name, value in (LIVE | changes).items() if value is not None}
    assert words in refused(values)


@pytest.mark.parametrize(
    "changes",
    [
        {"private_key": "x"},
        {"md5_key": "x"},
        {"md5_secret": "x"},
        {"password": "x"},
        {"extra": {"md5_key": "0123456789abcdefghijklmnopqrstuv"}},
        {"extra": {"note": PEM}},
        {"support": PEM},
        {"support": "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" * 50},
        {"endpoint": "https://host/" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" * 50},
    ],
)
def test_a_key_in_a_profile_is_refused_and_not_repeated(changes: dict[str, Any]) -> None:
    sentence = refused(LIVE | changes)
    assert "MIIE" not in sentence
    assert "0123456789" not in sentence


@pytest.mark.parametrize("text", ["name = ", "name", "a = " + "9" * 5_000, 'name = "a"\nname = "b"', "\x00"])
def test_a_text_that_is_no_toml(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a profile file"):
        parse_profile(text, "shop.toml")


def test_a_text_nested_without_end_is_no_toml() -> None:
    # In a thread of its own: a stack that overflows ends the tracing of the thread that it happens in.
    with ThreadPoolExecutor(1) as other, pytest.raises(InvalidInput, match="not a profile file"):
        other.submit(parse_profile, "a = " + "[" * 5_000, "shop.toml").result()


def test_a_window_is_a_time_or_a_number_of_days() -> None:
    for window in ("00:15", "7d"):
        assert parsed(JSON | {"gateway": "apo", "window": window}).window == window
    for window in ("soon", "24:00", "00:60", "0:15", "-1d", "d", "٣d", "00:15 ", "9999999999d"):
        assert "window is a time" in refused(JSON | {"gateway": "apo", "window": window})


def test_an_empty_file_says_what_is_missing() -> None:
    with pytest.raises(InvalidInput, match="gateway is missing"):
        parse_profile("", "shop.toml")
