"""A command about money ends as it ended, whether or not anybody can read its answer."""

import sys
from pathlib import Path

import pytest

from pos_cancel.cli.output import Output


def test_without_a_stdout_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    out = Output(wants_json=True)
    out.answer("", {"state": "refunded"})
    out.note("a word")
    assert not out.has_terminal


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_does_not_change_how_it_ended() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        out = Output(wants_json=True, stdout=full)
        out.answer("", {"state": "refunded"})
        out.answer("", {"state": "refunded"})
