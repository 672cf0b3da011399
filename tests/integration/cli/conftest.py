"""A keyring and a training gateway for each file of tests of the command line; a till for each test."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.integration.cli.command_line import Gateway, Till, gateway
from tests.integration.keyring_session import keyring_session

# Fast enough for a test, slow enough that a held answer is seen to be held.
PACE = "0.05"

MakeTill = Callable[[], Till]


@pytest.fixture(scope="module")
def keyring_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    with keyring_session(tmp_path_factory.mktemp("keyring")) as environment:
        yield environment


@pytest.fixture(scope="module")
def sandbox(
    tmp_path_factory: pytest.TempPathFactory, keyring_environment: Mapping[str, str]
) -> Iterator[Gateway]:
    with gateway(tmp_path_factory.mktemp("gateway"), keyring_environment, "--pace", PACE) as running:
        yield running


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, keyring_environment: Mapping[str, str], sandbox: Gateway
) -> Till:
    """A till that is set up; the tests of a file share it and use numbers of their own."""
    till = Till(tmp_path_factory.mktemp("shop") / "home", keyring_environment)
    sandbox.set_up(till)
    return till


@pytest.fixture
def new_till(tmp_path: Path, keyring_environment: Mapping[str, str]) -> MakeTill:
    """Make tills with nothing on them."""
    counter = itertools.count(1)
    return lambda: Till(tmp_path / f"till-{next(counter)}", keyring_environment)
