"""The guard itself is tested, because a guard that sleeps looks just like one with nothing to do."""

import os
import socket
from pathlib import Path

import pytest

from tests import network_guard


def test_loopback_is_open() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_unix_sockets_are_open(tmp_path: Path) -> None:
    address = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(address)
        server.listen()
        client.connect(address)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "intlmapi.alipay.com"])
def test_outside_is_refused_and_remembered(host: str) -> None:
    with pytest.raises(network_guard.OutsideNetworkError, match=host):
        socket.create_connection((host, 443), timeout=1)
    assert network_guard.attempts
    network_guard.attempts.clear()


def test_serving_the_outside_is_refused() -> None:
    with socket.socket() as server, pytest.raises(network_guard.OutsideNetworkError):
        server.bind(("0.0.0.0", 0))  # noqa: S104 - the very mistake that the guard is to catch
    network_guard.attempts.clear()


def test_a_name_that_never_resolves_may_be_asked_for() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("gateway.invalid", 443)


def test_home_is_not_the_persons_own(isolated_home: Path, tmp_path: Path) -> None:
    assert tmp_path in isolated_home.parents
    assert Path.home() == tmp_path / "home"
    assert os.environ["PYTHON_KEYRING_BACKEND"].startswith("keyring.backends.fail")


def test_the_seed_is_printed(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    print("the seed was printed before this line")
    assert isinstance(seed, int)
    assert "before this line" in capsys.readouterr().out
