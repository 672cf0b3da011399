"""10,000 planted secrets, written to the log in every way a record can carry one: none is found there."""

import logging
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_cancel.adapters import logs
from tests.planting import COUNT, Secret, found_in, secrets_from

LOG = logging.getLogger("pos_cancel.tests.planted")
BATCH = 250
NAMES = {"key": "key", "md5": "the secret ", "password": "password=", "pin": "pin "}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    handler = logs.setup(tmp_path)
    # The root has other handlers here, which show and keep everything.
    LOG.addHandler(handler)
    LOG.propagate = False
    yield tmp_path
    LOG.removeHandler(handler)
    logs.stop(handler)


def log_in_every_way(secret: Secret) -> None:
    """A word without a name is any word, so passwords and PINs stand beside theirs."""
    name, text = NAMES[secret.kind], secret.text
    LOG.info("%s%s", name, text)
    LOG.warning(f"{name}{text} in the message")  # noqa: G004 - this is a way as well
    LOG.info("in a container %r", {name.strip(" ="): text})
    try:
        raise ValueError(text)
    except ValueError as error:
        LOG.exception("in an exception")
        try:
            raise RuntimeError(name) from error
        except RuntimeError:
            LOG.exception("in the cause of an exception")


@pytest.mark.timeout(300)
def test_no_planted_secret_is_found_in_the_log(home: Path, rng: random.Random) -> None:
    planted = secrets_from(rng)
    assert len(planted) == COUNT
    hits: list[str] = []
    for start in range(0, COUNT, BATCH):
        batch = planted[start : start + BATCH]
        for secret in batch:
            log_in_every_way(secret)
        files = sorted(home.glob(f"{logs.NAME}*"))
        hits += found_in("".join(file.read_text("utf-8") for file in files), batch)
        for file in files:
            file.write_text("")
    assert hits == []


def test_the_search_finds_what_is_there(rng: random.Random) -> None:
    planted = secrets_from(rng, 400)
    for secret in planted:
        assert found_in(f"a line with {secret.text} in it", [secret])
        assert found_in(f"a line with {secret.text} in it".encode(), [secret])
    assert found_in("nothing here", planted) == []
