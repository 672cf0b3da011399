"""The training gateway opened behind a window that stands already, and the set-up's own thread."""

import queue
from pathlib import Path

import pytest

from pos_cancel import bootstrap
from pos_cancel.adapters.memory_keys import MemoryKeys
from pos_cancel.adapters.setup import Setup
from pos_cancel.adapters.setup_desk import FAULT, SetupDesk
from pos_cancel.domain.errors import KeyStoreError, KeyTextError, PosCancelError
from pos_cancel.domain.profile import ProfileKind
from tests.unit.accounts import KeptKeys, new_setup
from tests.unit.brought_keys import pem

PATIENCE_S = 30.0


def test_a_door_that_was_opened_leads_to_a_training_till_and_closes_behind_it() -> None:
    box: queue.SimpleQueue[PosCancelError | None] = queue.SimpleQueue()
    door = bootstrap.TrainingDoor()
    door.open(box.put)
    assert box.get(timeout=PATIENCE_S) is None
    with door as shop:
        assert shop is not None
        assert {profile.kind for profile in shop.profiles.values()} == {ProfileKind.TRAINING}
        folder = shop.home.path
        assert folder.exists()
        with pytest.raises(KeyStoreError):
            bootstrap.make_setup(shop)
        assert isinstance(shop.keys, MemoryKeys)
    assert not folder.exists()


def test_a_door_that_nobody_opened_leads_nowhere() -> None:
    with bootstrap.TrainingDoor() as shop:
        assert shop is None


def test_what_keeps_the_training_gateway_from_starting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    box: queue.SimpleQueue[PosCancelError | None] = queue.SimpleQueue()
    monkeypatch.setenv("TMPDIR", "/nowhere")
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    door = bootstrap.TrainingDoor()
    door.open(box.put)
    told = box.get(timeout=PATIENCE_S)
    assert told is not None
    assert "training gateway" in told.sentence
    with door as shop:
        assert shop is None


def test_jobs_are_done_one_after_another_and_nothing_breaks_the_desk(tmp_path: Path) -> None:
    made: list[Setup] = []

    def make() -> Setup:
        made.append(new_setup(tmp_path / "home", KeptKeys()))
        return made[-1]

    box: queue.SimpleQueue[object] = queue.SimpleQueue()
    desk = SetupDesk(make)
    desk.stop()
    desk.ask(lambda setup: setup.choose_gateway("acquire")[0].name, box.put)
    desk.ask(lambda setup: setup.take_private(pem(password="open").encode(), "shut"), box.put)
    desk.ask(lambda setup: 1 / 0, box.put)
    desk.ask(lambda setup: setup.make(2048).key.bits, box.put)
    found = [box.get(timeout=PATIENCE_S) for _ in range(4)]
    assert (found[0], found[2], found[3]) == ("global", FAULT, 2048)
    assert isinstance(found[1], KeyTextError)
    assert (found[1].__traceback__, found[1].__context__) == (None, None), "frames hold the text of a key"
    desk.stop()
    desk.ask(lambda setup: setup.draft.keys.private is None, box.put)
    assert box.get(timeout=PATIENCE_S) is True
    assert len(made) == 2
    desk.stop()
