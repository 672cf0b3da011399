"""What holds for every test: no window, no network, no real home, no real keyring, a seed that is told."""

import os
import random
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import network_guard
from tests.proofs import Proofs

QT_FIXTURES = frozenset({"qapp", "qtbot", "qtmodeltester"})
SEED_VARIABLE = "POS_CANCEL_TEST_SEED"
# A test that wants a keyring starts one of its own and says so in its own environment.
NO_KEYRING = "keyring.backends.fail.Keyring"
# Settings of the person's own session that would change what a test sees.
FOREIGN_VARIABLES = (
    "DBUS_SESSION_BUS_ADDRESS",
    "LANGUAGE",
    "LC_ALL",
    "LC_MESSAGES",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "ALL_PROXY",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
)

settings.register_profile("test", deadline=None, derandomize=True, database=None, print_blob=True)
settings.register_profile("prove", deadline=None, max_examples=5_000, database=None, print_blob=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("pos_cancel")
    group.addoption("--onscreen", action="store_true", help="show the windows on the real display")
    group.addoption(
        "--seed", type=int, default=None, help="repeat a run that drew its numbers from this seed"
    )


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("prove" if config.getoption("markexpr") == "prove" else "test")
    for name in FOREIGN_VARIABLES:
        os.environ.pop(name, None)
    os.environ["PYTHON_KEYRING_BACKEND"] = NO_KEYRING
    os.environ["LANG"] = "C.UTF-8"
    os.environ["TZ"] = "UTC"
    time.tzset()
    if not config.getoption("onscreen"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ.pop("DISPLAY", None)
        os.environ.pop("WAYLAND_DISPLAY", None)
    # Programs that a test starts draw from the same seed.
    if config.getoption("seed") is not None:
        os.environ[SEED_VARIABLE] = str(config.getoption("seed"))
    os.environ.setdefault(SEED_VARIABLE, str(secrets.randbelow(2**32)))
    network_guard.install()
    # A worker's reports go to the process that started it.
    config.pluginmanager.register(Proofs(writes=not hasattr(config, "workerinput")))


def pytest_report_header() -> str:
    seed = os.environ[SEED_VARIABLE]
    return f"seed: {seed} (--seed {seed} repeats this run)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Qt, so that `packaging/run quick` can leave it out."""
    gui = Path(__file__).parent / "gui"
    for item in items:
        wants_qt = QT_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if wants_qt or gui in item.path.parents:
            item.add_marker(pytest.mark.qt)


@pytest.fixture(autouse=True)
def isolated_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for each test, and for the programs it starts.

    Returns:
        The folder that stands in POS_CANCEL_HOME; nothing has been put into it.
    """
    home = tmp_path / "home"
    folders = {
        "HOME": home,
        "USERPROFILE": home,
        "POS_CANCEL_HOME": home / "pos_cancel",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_STATE_HOME": home / ".local" / "state",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_RUNTIME_DIR": home / "run",
    }
    for variable, folder in folders.items():
        # Qt and D-Bus refuse a runtime folder that others may read.
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        monkeypatch.setenv(variable, str(folder))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", NO_KEYRING)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    return folders["POS_CANCEL_HOME"]


@pytest.fixture(autouse=True)
def loopback_only() -> Iterator[None]:
    """Fail the test that tried to leave this machine, even if the product swallowed the refusal."""
    network_guard.attempts.clear()
    yield
    if network_guard.attempts:
        pytest.fail(f"left the loopback interface: {', '.join(network_guard.attempts)}")


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The number this test may draw from; pytest shows it when the test fails."""
    drawn = random.Random(f"{os.environ[SEED_VARIABLE]} {request.node.nodeid}").getrandbits(32)
    print(f"seed of {request.node.nodeid}: {drawn} (run with --seed {os.environ[SEED_VARIABLE]})")
    return drawn


@pytest.fixture
def rng(seed: int) -> random.Random:
    """Random numbers from the printed seed."""
    return random.Random(seed)
