"""The folder of the POS: everything is taken over once, and bad lines are named in the log."""

import logging
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from pos_cancel import bootstrap
from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.orders import Order
from pos_cancel.adapters.settings import save_settings
from pos_cancel.adapters.watched_folder import EVERY_S, WatchedFolder
from pos_cancel.domain.errors import JournalError
from tests.integration.scripted_till import until

HEAD = "number,profile,status\n"
LONG_AGO = 1_700_000_000.0


def put(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


class Hands:
    """Somewhere for orders to go, and a clock that stands still."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.fault: JournalError | None = None
        self.now = 0.0

    def add(self, orders: Iterable[Order]) -> int:
        if self.fault is not None:
            raise self.fault
        kept = list(orders)
        self.orders += kept
        return len(kept)

    def watch(self, folder: Path | str) -> WatchedFolder:
        return WatchedFolder(str(folder), self.add, seconds=lambda: self.now)

    @property
    def numbers(self) -> list[str]:
        return [order.number for order in self.orders]


@pytest.fixture
def hands() -> Hands:
    return Hands()


def test_files_are_taken_once_and_put_aside(tmp_path: Path, hands: Hands) -> None:
    put(tmp_path, "a.csv", HEAD + "R-1,shop,open\n")
    put(tmp_path, "b.JSON", '[{"number": "R-2", "profile": "shop", "status": "paid"}]')
    put(tmp_path, "notes.txt", "not for us")
    put(tmp_path, ".hidden.csv", HEAD)
    watched = hands.watch(tmp_path)
    assert (watched.take(), watched.take()) == (2, 0)
    assert hands.numbers == ["R-1", "R-2"]
    assert sorted(path.name for path in (tmp_path / "done").iterdir()) == ["a.csv", "b.JSON"]
    put(tmp_path, "a.csv", HEAD + "R-3,shop,open\n")
    assert watched.take() == 1
    assert (tmp_path / "done" / "a-2.csv").exists()


def test_a_bad_line_is_named_in_the_log_and_a_bad_file_put_apart(
    tmp_path: Path, hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    put(tmp_path, "a.csv", HEAD + "R-1,shop,open\n,shop,open\n")
    put(tmp_path, "b.csv", "nothing that is known\n")
    with caplog.at_level(logging.WARNING):
        assert hands.watch(tmp_path).take() == 1
    assert "a.csv: line 3 is skipped" in caplog.text
    assert "does not begin with the names" in caplog.text
    assert (tmp_path / "refused" / "b.csv").exists()


def test_a_file_that_may_still_grow_is_left_alone(tmp_path: Path, hands: Hands) -> None:
    path = put(tmp_path, "a.csv", HEAD + "R-1,shop,open\n")
    os.utime(path)
    assert hands.watch(tmp_path).take() == 0
    assert path.exists()


def test_what_cannot_be_moved_is_remembered(tmp_path: Path, hands: Hands) -> None:
    put(tmp_path, "a.csv", HEAD + "R-1,shop,open\n")
    (tmp_path / "done").write_text("no folder")
    watched = hands.watch(tmp_path)
    assert (watched.take(), watched.take()) == (1, 0)
    assert hands.numbers == ["R-1"]


def test_a_journal_that_cannot_write_leaves_the_file_and_is_told_once(
    tmp_path: Path, hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    path = put(tmp_path, "a.csv", HEAD + "R-1,shop,open\n")
    hands.fault = JournalError("The disk is full.", "Free some space.")
    watched = hands.watch(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert (watched.take(), watched.take()) == (0, 0)
    assert caplog.text.count("The disk is full.") == 1
    assert path.exists()
    hands.fault = None
    assert watched.take() == 1


def test_it_looks_every_few_seconds_and_never_without_a_folder(tmp_path: Path, hands: Hands) -> None:
    watched = hands.watch(tmp_path)
    watched.tend()
    put(tmp_path, "a.csv", HEAD + "R-1,shop,open\n")
    watched.tend()
    assert hands.numbers == []
    hands.now += EVERY_S
    watched.tend()
    assert hands.numbers == ["R-1"]
    nowhere = hands.watch("")
    nowhere.tend()
    assert nowhere.take() == 0
    assert hands.watch(tmp_path / "gone").take() == 0


def test_a_running_till_takes_over_what_the_pos_writes(tmp_path: Path) -> None:
    folder = tmp_path / "pos"
    with bootstrap.training_shop() as (shop, _):
        save_settings(shop.home, replace(shop.settings, watch_folder=str(folder)))
        watching = replace(shop, settings=replace(shop.settings, watch_folder=str(folder)))
        put(folder, "before.csv", HEAD + "W-1,training-acquire,open\n")
        runner = bootstrap.make_runner(watching)
        runner.start(sends=False)
        try:
            with Journal.open(shop.home.path) as journal:
                assert journal.known_order("training-acquire", "W-1")
                put(folder, "later.csv", HEAD + "W-2,training-acquire,open\n")
                until(lambda: journal.known_order("training-acquire", "W-2"))
        finally:
            runner.stop()


def test_a_folder_that_a_person_chooses_later_is_taken_over(tmp_path: Path, hands: Hands) -> None:
    chosen = [""]
    watched = WatchedFolder("", hands.add, seconds=lambda: hands.now, chosen=lambda: chosen[0])
    put(tmp_path, "a.csv", HEAD + "R-1,shop,open\n")
    watched.tend()
    assert not hands.numbers
    chosen[0] = str(tmp_path)
    watched.tend()
    assert not hands.numbers
    hands.now += EVERY_S
    watched.tend()
    assert hands.numbers == ["R-1"]
