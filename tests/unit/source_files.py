"""The Python files of the house, and what can be read in them without running any."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.unit.house import PACKAGE, ROOT


def product_files() -> list[Path]:
    """Every Python file of the product."""
    return sorted(PACKAGE.rglob("*.py"))


def written_files() -> list[Path]:
    """Every Python file that people write here: product, tests and packaging."""
    return sorted(
        file for folder in ("pos_cancel", "tests", "packaging") for file in (ROOT / folder).rglob("*.py")
    )


def name_of(file: Path) -> str:
    """How a file is called in a message: its path inside the checkout."""
    return file.relative_to(ROOT).as_posix()


def tree_of(file: Path) -> ast.Module:
    """The file as a syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def imported_packages(file: Path) -> Iterator[str]:
    """Top-level names of the packages that the file imports, wherever in the file it does."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
            yield node.module.partition(".")[0]


def functions_of(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of the file."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the function without its docstring: explaining more must not cost anything."""
    last = function.end_lineno or function.lineno
    length = last - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length
