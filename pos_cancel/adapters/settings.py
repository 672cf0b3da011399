"""The home folder of the product and the till's own settings."""

import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pos_cancel.adapters.durable import flush_folder, make_folders
from pos_cancel.domain.errors import InvalidInput, LocalError
from pos_cancel.domain.languages import LANGUAGES, PSEUDO_LANGUAGE
from pos_cancel.domain.profile import KEY_STORES, KEYRING

HOME_VARIABLE = "POS_CANCEL_HOME"
THEMES = ("system", "light", "dark", "high_contrast")
TEXT_SIZES = ("normal", "large", "largest")
LONGEST_TAKE_BACK_S = 5


@dataclass(frozen=True, slots=True)
class Home:
    """Where settings, profiles, journal and logs lie; readable by its owner only."""

    path: Path

    @property
    def profiles_dir(self) -> Path:
        """The folder of profile files."""
        return self.path / "profiles"

    @property
    def logs_dir(self) -> Path:
        """The folder of log files."""
        return self.path / "logs"

    @property
    def settings_path(self) -> Path:
        """The till's own settings."""
        return self.path / "settings.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a till can be told. `language` "" follows the system.

    `watch_folder` is where the POS puts its sales as CSV or JSON files; "" for none. `key_store` keeps the
    keys of profiles that name no store of their own. `sounds` turns the sound cues on. A press can be taken
    back for `take_back_s` seconds before a case is opened; 0 opens it at once.
    """

    language: str = ""
    theme: str = "system"
    till: str = ""
    default_profile: str = ""
    operator: str = ""
    watch_folder: str = ""
    key_store: str = KEYRING
    sounds: bool = True
    take_back_s: int = 0
    text_size: str = "normal"


def home_path(given: str | None) -> Path:
    """Give the folder: the argument, else POS_CANCEL_HOME, else the system's place for such data."""
    chosen = given or os.environ.get(HOME_VARIABLE)
    if chosen:
        return _expanded(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "pos-cancel"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "pos-cancel"
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "pos-cancel"


def _expanded(chosen: str) -> Path:
    try:
        return Path(chosen).expanduser()
    except RuntimeError:
        raise LocalError(
            f"The folder {chosen} names a user that there is not.",
            f"Write it out, or name another with --home or {HOME_VARIABLE}.",
        ) from None


def open_home(given: str | None = None) -> Home:
    """Make the home folder if need be. Raises `LocalError` when it cannot be used."""
    home = Home(home_path(given))
    try:
        for folder in (home.path, home.profiles_dir, home.logs_dir):
            make_folders(folder)
    except OSError as error:
        raise LocalError(
            f"The folder {home.path} cannot be used: {error.strerror}.",
            f"Make it writable for this user, or name another with --home or {HOME_VARIABLE}.",
        ) from None
    if not os.access(home.path, os.W_OK | os.X_OK):
        raise LocalError(
            f"The folder {home.path} is read-only.",
            f"Make it writable for this user, or name another with --home or {HOME_VARIABLE}.",
        )
    return home


def load_settings(home: Home) -> Settings:
    """Read the till's settings; a missing file means the defaults. Raises `InvalidInput` for a broken one."""
    way_on = f"Correct {home.settings_path}, or move it away to begin with the defaults."
    try:
        text = home.settings_path.read_text("utf-8")
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise LocalError(
            f"{home.settings_path} cannot be read: {error.strerror}.", "Check its owner."
        ) from None
    except UnicodeDecodeError:
        raise InvalidInput("The settings are not readable: they are not UTF-8 text.", way_on) from None
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"The settings are not readable: {error}.", way_on) from None
    return _checked(Settings(**_known(values, way_on)), way_on)


def _known(values: Mapping[str, object], way_on: str) -> dict[str, Any]:
    """Give what this release knows of, each of its own kind; texts may stand there as numbers."""
    blank, found = asdict(Settings()), dict[str, Any]()
    for name in blank.keys() & values.keys():
        value, kind = values[name], type(blank[name])
        if kind is not str and type(value) is not kind:
            told = "true or false" if kind is bool else "a whole number"
            raise InvalidInput(f"{name} in the settings is {told}, nothing else.", way_on)
        found[name] = str(value) if kind is str else value
    return found


def _checked(settings: Settings, way_on: str) -> Settings:
    if settings.language not in {"", *LANGUAGES, PSEUDO_LANGUAGE} or settings.theme not in THEMES:
        raise InvalidInput("The settings name a language or theme that there is not.", way_on)
    if settings.key_store not in KEY_STORES:
        raise InvalidInput(f"key_store in the settings is {' or '.join(KEY_STORES)}, nothing else.", way_on)
    if settings.text_size not in TEXT_SIZES:
        raise InvalidInput(f"text_size in the settings is {', '.join(TEXT_SIZES)}, nothing else.", way_on)
    if not 0 <= settings.take_back_s <= LONGEST_TAKE_BACK_S:
        raise InvalidInput(f"take_back_s in the settings is 0 to {LONGEST_TAKE_BACK_S}.", way_on)
    return settings


def save_settings(home: Home, settings: Settings) -> None:
    """Write the till's settings, whole or not at all."""
    import tomlkit

    blank = asdict(Settings())
    changed = {name: value for name, value in asdict(settings).items() if value != blank[name]}
    replace_file(home.settings_path, tomlkit.dumps(changed))


def change_settings(home: Home, changes: Mapping[str, object]) -> Settings:
    """Write these settings and leave all else in the file as it is, a newer release's entries too.

    Gives all settings as they are then. Raises `InvalidInput` or `LocalError`; then nothing has changed.
    """
    import tomlkit

    settings = _checked(replace(load_settings(home), **changes), "Choose another.")  # type: ignore[arg-type]
    text = home.settings_path.read_text("utf-8") if home.settings_path.exists() else ""
    document, blank = tomlkit.parse(text), asdict(Settings())
    for name, value in changes.items():
        if value != blank[name]:
            document[name] = value
        else:
            document.pop(name, None)
    replace_file(home.settings_path, tomlkit.dumps(document))
    return settings


def replace_file(path: Path, content: str | bytes) -> None:
    """Write a file atomically and durably, for its owner only; a text as UTF-8. Raises `LocalError`."""
    data = content.encode() if isinstance(content, str) else content
    beside = path.with_name(path.name + ".new")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        raise LocalError(
            f"{path} cannot be written: {error.strerror}.", "Check the disk and its owner."
        ) from None
