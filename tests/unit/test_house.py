"""The rules of the house that a linter does not know: layout, import contract, lengths, licences."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.house import NAMELESS, NOT_IN_THE_ENGINE, OWNERS, PACKAGE, ROOMS, ROOT
from tests.unit.source_files import (
    functions_of,
    imported_packages,
    length_of,
    name_of,
    product_files,
    tree_of,
    written_files,
)

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
TOP_LEVEL = frozenset(
    {
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "packaging",
        "pos_cancel",
        "pyproject.toml",
        "resources",
        "tests",
    }
)
# What the commands build; .gitignore names the same.
BUILT = frozenset({"build", "dist", "htmlcov", "pos-cancel-demo", "screenshots"})


def test_import_contracts_hold() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [lint_imports, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_top_level_is_given() -> None:
    seen = {entry.name for entry in ROOT.iterdir() if not entry.name.startswith(".")}
    assert seen - BUILT == TOP_LEVEL


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_has_the_files_it_is_known_for(room: str) -> None:
    seen = {file.stem for file in (PACKAGE / room).glob("*.py")} - {"__init__"}
    assert seen == ROOMS[room], f"enter or remove in tests/unit/house.py: {sorted(seen ^ ROOMS[room])}"


def test_there_are_no_other_rooms() -> None:
    seen = {file.parent.relative_to(PACKAGE).as_posix() for file in product_files()}
    assert seen == set(ROOMS)


def test_names_say_what_is_inside() -> None:
    assert [name_of(file) for file in written_files() if file.stem in NAMELESS] == []


def test_files_are_short() -> None:
    lengths = {name_of(file): len(file.read_text(encoding="utf-8").splitlines()) for file in written_files()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{name_of(file)}:{function.lineno} {function.name}": length_of(function)
        for file in written_files()
        for function in functions_of(file)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_the_domain_uses_the_standard_library_only() -> None:
    known = sys.stdlib_module_names | {"pos_cancel"}
    foreign = {
        f"{name_of(file)} imports {package}"
        for file in (PACKAGE / "domain").rglob("*.py")
        for package in imported_packages(file)
        if package not in known
    }
    assert foreign == set()


def test_the_engine_neither_waits_nor_starts_threads() -> None:
    found = {
        f"{name_of(file)} imports {package}"
        for file in (PACKAGE / "engine").rglob("*.py")
        for package in NOT_IN_THE_ENGINE.intersection(imported_packages(file))
    }
    assert found == set()


@pytest.mark.parametrize("library", OWNERS)
def test_each_library_has_its_owner(library: str) -> None:
    users = {
        file.relative_to(PACKAGE).as_posix() for file in product_files() if library in imported_packages(file)
    }
    assert {user for user in users if not user.startswith(OWNERS[library])} == set()


def test_no_lambda_is_connected_to_a_signal() -> None:
    # Connected to a worker's signal, a lambda would run in the worker's thread.
    found = [
        f"{name_of(file)}:{call.lineno}"
        for file in product_files()
        for call in ast.walk(tree_of(file))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "connect"
        and any(isinstance(argument, ast.Lambda) for argument in call.args)
    ]
    assert found == []


def test_none_keeps_its_references(qapp: object) -> None:
    # PySide6 6.12 on Python below 3.12 loses a reference with every void call, and the process dies of it.
    from PySide6.QtWidgets import QLabel

    label = QLabel()
    before = sys.getrefcount(None)
    for number in range(3_000):
        label.setText(str(number))
    # Python 3.12 and newer make None immortal and always tell the same count.
    assert abs(sys.getrefcount(None) - before) < 100


def test_every_font_has_its_licence() -> None:
    fonts = [*(ROOT / "resources" / "fonts").glob("*.otf"), *(ROOT / "resources" / "fonts").glob("*.ttf")]
    assert fonts
    for font in fonts:
        licence = font.with_name(f"{font.name.partition('-')[0]}-LICENSE.txt")
        assert "opyright" in licence.read_text(encoding="utf-8")


def test_the_version_stands_in_one_place() -> None:
    from pos_cancel import __version__

    pattern = re.compile(rf"version\w*\s*=\s*[\"']{re.escape(__version__)}[\"']")
    files = [*written_files(), ROOT / "pyproject.toml"]
    places = [name_of(file) for file in files if pattern.search(file.read_text(encoding="utf-8"))]
    assert places == ["pos_cancel/__init__.py"]
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_is_the_one_that_is_named() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
