"""What a fresh machine meets first: the commands, the lock files, the wheel."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.unit.sources import ROOT

SCRIPTS = (".ci/run", "packaging/environment.sh", "packaging/lock", "packaging/run", "packaging/system.sh")
LOCKS = ("packaging/requirements.lock", "packaging/requirements-dev.lock")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def words() -> list[str]:
    """The words that `packaging/run` explains."""
    run = subprocess.run([ROOT / "packaging/run", "help"], capture_output=True, text=True, check=True)
    return re.findall(r"^ {2}([a-z]+) {2,}", run.stdout, re.MULTILINE)


def pins(lock: str) -> dict[str, set[str]]:
    """Name to locked versions; there are two where the newest one needs a newer Python."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([a-z0-9-]+)==(\S+)", line):
            found.setdefault(match[1], set()).add(match[2])
    return found


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_sound_bash(script: str) -> None:
    subprocess.run(["bash", "-n", ROOT / script], check=True)


@pytest.mark.parametrize("script", [".ci/run", "packaging/lock", "packaging/run"])
def test_scripts_can_be_called(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)


def test_the_readme_explains_every_word() -> None:
    assert words()
    assert [word for word in words() if f"packaging/run {word}" not in README] == []


def test_an_unknown_word_is_refused_in_words() -> None:
    run = subprocess.run(
        [ROOT / "packaging/run", "nonsense"], capture_output=True, text=True, check=False, cwd="/"
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert 'there is no word "nonsense"' in run.stderr


def test_continuous_integration_runs_the_readmes_command() -> None:
    assert "packaging/run test" in README
    assert 'packaging/run" test' in (ROOT / ".ci/run").read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash_and_none_an_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--hash=sha256:" in text
    for block in re.split(r"\n(?=[a-z])", text)[1:]:
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_both_locks_agree() -> None:
    run, test = (pins(lock) for lock in LOCKS)
    assert {name: versions for name, versions in run.items() if test.get(name) != versions} == {}


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.split(r"[><=; ]", line, maxsplit=1)[0].lower() for line in project["dependencies"]}
    assert asked <= pins(LOCKS[0]).keys()


def test_the_wheel_carries_the_resources(tmp_path: Path) -> None:
    build = "import sys, hatchling.build; hatchling.build.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, tmp_path], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    shipped = {file for file in (ROOT / "resources").rglob("*") if file.is_file()}
    assert {
        f"pos_cancel/resources/{file.relative_to(ROOT / 'resources').as_posix()}" for file in shipped
    } <= names
    assert not any(name.startswith(("tests/", "packaging/", "resources/")) for name in names)
