"""The only reader of `resources/`: code tables, wording, styles, icons, fonts and sounds, for who needs them.

In a wheel the folder lies inside the package, in a checkout at its top. Nothing is kept: who reads, keeps.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pos_cancel.domain.errors import LocalError

if TYPE_CHECKING:
    # The window reads its words and styles before the gateways are loaded.
    from pos_cancel.gateways import CodeRow, CodeTable

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*", re.ASCII)
FONTS = frozenset({".otf", ".ttc", ".ttf"})
WAY_ON = "Install pos_cancel again."


def found(package: Path) -> Path:
    """Give the folder of the resources that belong to the package."""
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


FOLDER = found(Path(__file__).resolve().parent.parent)


def gateway_table(name: str, folder: Path = FOLDER) -> "CodeTable":
    """Give the codes and presets of a gateway. Raises `LocalError` where they are missing or broken."""
    parsed = _toml(folder, f"gateways/{_plain(name)}.toml")
    try:
        return _table(parsed)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LocalError(f"The code table of {name} is broken: {error}.", WAY_ON) from None


def endpoints(name: str, folder: Path = FOLDER) -> Mapping[str, str]:
    """Give the gateway's known addresses by preset name."""
    return gateway_table(name, folder).endpoints


def wording(language: str, folder: Path = FOLDER) -> Mapping[str, object]:
    """Give the sentences of a language, as they stand in its file."""
    return _toml(folder, f"wording/{_plain(language)}.toml")


def languages(folder: Path = FOLDER) -> tuple[str, ...]:
    """Give the languages that there are sentences for."""
    return tuple(sorted(path.stem for path in (folder / "wording").glob("*.toml")))


def style(name: str, folder: Path = FOLDER) -> str:
    """Give the text of a style sheet."""
    return _text(folder, f"styles/{_plain(name)}.qss")


def styles(folder: Path = FOLDER) -> Mapping[str, str]:
    """Give all style sheets by name."""
    return {path.stem: path.read_text("utf-8") for path in sorted((folder / "styles").glob("*.qss"))}


def icons(folder: Path = FOLDER) -> Mapping[str, str]:
    """Give all icons, as SVG text, by name."""
    return {path.stem: path.read_text("utf-8") for path in sorted((folder / "icons").glob("*.svg"))}


def icon_path(name: str, folder: Path = FOLDER) -> Path:
    """Give the file of an icon. Raises `LocalError` where there is none of that name."""
    path = folder / f"icons/{_plain(name)}.svg"
    if not path.is_file():
        raise _missing(path.name)
    return path


def font_paths(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Give the files of the fonts that come with the product."""
    return tuple(sorted(path for path in (folder / "fonts").glob("*") if path.suffix in FONTS))


def sounds(folder: Path = FOLDER) -> Mapping[str, str]:
    """Give the files of the sound cues by name."""
    return {path.stem: str(path) for path in sorted((folder / "sounds").glob("*.wav"))}


def _table(parsed: Mapping[str, Mapping[str, object]]) -> "CodeTable":
    from pos_cancel.gateways import CodeTable

    rows = {code: _row(row) for code, row in parsed["codes"].items()}
    return CodeTable(rows, _texts(parsed["aliases"]), _texts(parsed["endpoints"]))


def _row(row: object) -> "CodeRow":
    from pos_cancel.domain.outcome import Advice
    from pos_cancel.gateways import CodeRow

    fields = _texts(row)
    return CodeRow(Advice(fields["advice"]), fields.get("setup", ""))


def _texts(table: object) -> dict[str, str]:
    if not isinstance(table, Mapping) or not all(isinstance(value, str) for value in table.values()):
        raise TypeError("a table of texts was expected")
    return dict(table)


def _toml(folder: Path, path: str) -> dict[str, dict[str, object]]:
    try:
        return tomllib.loads(_text(folder, path))
    except tomllib.TOMLDecodeError as error:
        raise LocalError(f"The file {path} is broken: {error}.", WAY_ON) from None


def _text(folder: Path, path: str) -> str:
    try:
        return (folder / path).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise _missing(path) from None


def _plain(name: str) -> str:
    if not NAME.fullmatch(name):
        raise LocalError(f"{name[:40]!r} is not the name of a resource.", "Use letters, digits, - and _.")
    return name


def _missing(path: str) -> LocalError:
    return LocalError(f"The file {path} of this program is missing or cannot be read.", WAY_ON)
