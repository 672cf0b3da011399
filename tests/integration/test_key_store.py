"""The keyring store over a real keyring daemon: set, get, remove, locked, hung, missing."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Seen = dict[str, object]
Probe = Callable[[str], Seen]

NEEDED = ("gnome-keyring-daemon", "dbus-run-session", "dbus-daemon")
# No folders of services: nothing may start a daemon but the test itself.
BUS = """<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:tmpdir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

pytestmark = pytest.mark.daemon


@pytest.fixture
def probe(isolated_home: Path, tmp_path: Path) -> Probe:
    """Run a scenario in a session of its own; the real account in it may not be redirected."""
    for program in NEEDED:
        if shutil.which(program) is None:
            pytest.fail(f"{program} is not installed; `packaging/run test` installs what the tests need.")
    config = tmp_path / "bus.conf"
    config.write_text(BUS.format(folder="/tmp"))  # noqa: S108 - a socket's path must be short

    def run(scenario: str) -> Seen:
        environment = {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "KEYRING_PROPERTY_PREFERRED_COLLECTION": "/org/freedesktop/secrets/collection/session",
        }
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
            environment.pop(name, None)
        done = subprocess.run(
            [
                *("dbus-run-session", f"--config-file={config}", "--"),
                *(sys.executable, "-W", "error", "-m", "tests.keyring_probe", scenario),
            ],
            env=environment,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "Warning" not in done.stderr
        seen: Seen = json.loads(done.stdout)
        return seen

    return run


def number(value: object) -> float:
    assert isinstance(value, int | float)
    return value


def test_set_get_and_remove(probe: Probe) -> None:
    seen = probe("round_trip")
    assert (seen["first"], seen["after"], seen["md5"], seen["removed"]) == (
        "loading",
        "keys",
        "keys",
        "missing",
    )
    assert seen["same"] is seen["public"] is True
    assert seen["told"] == ["Shop 一"] * 3
    assert seen["services"] == [f"pos-cancel/Shop 一/{name}" for name in ("gateway-public", "md5", "private")]
    assert number(seen["longest"]) <= 1280
    assert "private_bits=2048" in str(seen["summary"])


def test_locked_and_a_wrong_password(probe: Probe) -> None:
    seen = probe("locked")
    assert [seen[name] for name in ("locked", "again", "wrong", "right")] == [*["locked"] * 3, "keys"]
    sentence = "locked: The keyring of this till is locked."
    assert [seen[name] for name in ("store", "describe", "remove")] == [sentence] * 3


def test_a_lock_drops_the_keys_in_memory(probe: Probe) -> None:
    seen = probe("lock_heard")
    assert (seen["first"], seen["after"], seen["threads"]) == ("keys", "locked", 1)
    print(f"heard after {number(seen['took_s']) * 1000:.0f} ms")
    assert number(seen["took_s"]) < 3


def test_hung(probe: Probe) -> None:
    seen = probe("hung")
    assert (seen["hung"], seen["after"]) == ("hung", "keys")
    assert number(seen["took_s"]) < 0.4 + 0.5
    assert number(seen["slowest_s"]) < 0.1
    assert seen["calls"] == 1
    assert seen["blocking"] == "hung: The key store of this till does not answer."


def test_a_dialogue_that_nobody_answers(probe: Probe) -> None:
    assert probe("asking") == {"asked": "locked", "again": "locked"}


def test_a_bus_without_a_keyring_service(probe: Probe) -> None:
    sentence = "no_keyring: There is no keyring on this till."
    assert probe("no_service") == {"peek": "no_keyring", "store": sentence, "describe": sentence}


def test_a_service_without_a_keyring(probe: Probe) -> None:
    seen = probe("absent")
    assert (seen["peek"], seen["remove"]) == ("missing", "done")
    assert "private_bits=0" in str(seen["describe"])
    assert seen["store"] == "locked: The keyring of this till is locked."


def test_an_empty_keyring(probe: Probe) -> None:
    assert probe("empty")["peek"] == "missing"
