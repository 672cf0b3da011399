"""Sound cues: by a player that never makes anything wait, by a beep where there is none."""

import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QElapsedTimer, QProcess
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_cancel.adapters import resources
from pos_cancel.gui import chime as chimes
from pos_cancel.gui.chime import Chime
from pos_cancel.presenters.news import Cue

PATIENCE_MS = 5_000
Make = Callable[..., Chime]


class Player:
    """A player that writes down what it is given; `body` is what it does besides."""

    def __init__(self, folder: Path, name: str = "paplay", body: str = "") -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self.path = folder / name
        self.path.write_text(f'#!/bin/sh\necho "$@" >> "{self.log}"\n{body}\n')
        self.path.chmod(0o755)

    @property
    def played(self) -> list[str]:
        return self.log.read_text().split("\n")[:-1] if self.log.exists() else []


@pytest.fixture
def beeps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    heard: list[str] = []
    monkeypatch.setattr(QApplication, "beep", lambda: heard.append("beep"))
    return heard


@pytest.fixture
def make(qapp: QApplication) -> Iterator[Make]:
    made: list[Chime] = []

    def build(*players: Player, on: bool = True) -> Chime:
        known = {player.name: str(player.path) for player in players}
        chime = Chime({cue.value: f"{cue.value}.wav" for cue in Cue}, on=on, find=known.get)
        made.append(chime)
        return chime

    yield build
    for chime in made:
        chime.close()


def test_a_cue_is_played_and_nothing_waits_for_it(
    make: Make, qtbot: QtBot, tmp_path: Path, beeps: list[str]
) -> None:
    player = Player(tmp_path, body="exec sleep 0.3")
    chime, passed = make(player), QElapsedTimer()
    passed.start()
    chime.play(Cue.DONE)
    assert passed.elapsed() < 250
    qtbot.waitUntil(lambda: player.played == ["done.wav"], timeout=PATIENCE_MS)
    assert not beeps


def test_a_hundred_cues_make_two_sounds_and_never_two_processes(
    make: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    player = Player(tmp_path, body="exec sleep 0.2")
    chime = make(player)
    for _ in range(99):
        chime.play(Cue.DONE)
    chime.play(Cue.CALL)
    assert len(chime.findChildren(QProcess)) == 1
    qtbot.waitUntil(lambda: len(player.played) == 2, timeout=PATIENCE_MS)
    assert player.played == ["done.wav", "call.wav"]


def test_the_first_player_that_is_there_is_taken(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    players = Player(tmp_path, "aplay"), Player(tmp_path, "afplay")
    make(*players).play(Cue.ACT)
    qtbot.waitUntil(lambda: players[0].played == ["-q act.wav"], timeout=PATIENCE_MS)
    assert not players[1].played


def test_a_player_that_fails_is_not_asked_again(
    make: Make, qtbot: QtBot, tmp_path: Path, beeps: list[str]
) -> None:
    broken, sound = Player(tmp_path, "paplay", "exit 1"), Player(tmp_path, "aplay")
    chime = make(broken, sound)
    chime.play(Cue.DONE)
    qtbot.waitUntil(lambda: beeps == ["beep"], timeout=PATIENCE_MS)
    chime.play(Cue.CALL)
    qtbot.waitUntil(lambda: sound.played == ["-q call.wav"], timeout=PATIENCE_MS)
    assert broken.played == ["done.wav"]


def test_a_player_that_hangs_is_ended(
    make: Make, qtbot: QtBot, tmp_path: Path, beeps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chimes, "LONGEST_MS", 200)
    chime = make(Player(tmp_path, body="exec sleep 60"))
    chime.play(Cue.DONE)
    qtbot.waitUntil(lambda: beeps == ["beep"], timeout=PATIENCE_MS)
    chime.play(Cue.DONE)
    assert beeps == ["beep", "beep"]


def test_a_player_that_cannot_start_leaves_the_beep(
    make: Make, qtbot: QtBot, tmp_path: Path, beeps: list[str]
) -> None:
    player = Player(tmp_path)
    player.path.chmod(0o644)
    make(player).play(Cue.DONE)
    qtbot.waitUntil(lambda: beeps == ["beep"], timeout=PATIENCE_MS)


def test_without_a_player_it_beeps(make: Make, beeps: list[str]) -> None:
    make().play(Cue.DONE)
    assert beeps == ["beep"]


def test_turned_off_nothing_is_heard(make: Make, tmp_path: Path, beeps: list[str]) -> None:
    player = Player(tmp_path)
    chime = make(player, on=False)
    chime.play(Cue.CALL)
    chime.on = True
    chime.close()
    chime.play(Cue.CALL)
    assert not player.played
    assert not beeps


def test_every_cue_has_a_short_tone_of_our_own() -> None:
    files = resources.sounds()
    assert set(files) == {cue.value for cue in Cue}
    for path in files.values():
        with wave.open(path) as tone:
            assert tone.getnframes() / tone.getframerate() < 0.7
        assert Path(path).stat().st_size < 20_000
