"""The README's generated parts are those that the product's own tables make."""

import importlib.util
from types import ModuleType

from tests.unit.sources import ROOT


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_readme", ROOT / "packaging" / "make_readme.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_readme_is_what_the_tables_make() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert maker().filled(text) == text, "run: .venv/bin/python packaging/make_readme.py"
    assert "stateDiagram-v2" in text
    assert text.count("| `-LOST` |") == 2
    assert "| `-UNSURE` |" in text
