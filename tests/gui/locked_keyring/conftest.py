"""A gateway, and a till whose keyring holds the key; each test has a session of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gui.locked_keyring.story import PACE, RIGHT, Session, copied
from tests.integration.cli.command_line import Gateway, Till, gateway
from tests.integration.keyring_desk import keyring_desk


@pytest.fixture(scope="module")
def running_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    with (
        keyring_desk(tmp_path_factory.mktemp("none")) as desk,
        gateway(folder, desk.environment, "--pace", PACE) as found,
    ):
        yield found


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, running_gateway: Gateway) -> Path:
    """A session whose keyring holds the key, and a till that is set up; each test takes a copy."""
    folder = tmp_path_factory.mktemp("prepared")
    with keyring_desk(folder) as desk:
        desk.start(RIGHT)
        running_gateway.set_up(Till(folder / "till", desk.environment))
    return folder


@pytest.fixture
def session(prepared: Path, tmp_path: Path) -> Iterator[Session]:
    """A session of its own, without a daemon yet."""
    folder = copied(prepared, tmp_path)
    with keyring_desk(folder) as desk:
        yield desk, Till(folder / "till", desk.environment)


@pytest.fixture
def asking_session(prepared: Path, tmp_path: Path, display: str) -> Iterator[Session]:
    if not Path("/usr/share/dbus-1/services/org.gnome.keyring.SystemPrompter.service").exists():
        pytest.skip("this machine has no dialogue for passwords (gcr)")
    folder = copied(prepared, tmp_path)
    with keyring_desk(folder, display=display) as desk:
        desk.start(RIGHT)
        desk.lock()
        yield desk, Till(folder / "till", desk.environment)
