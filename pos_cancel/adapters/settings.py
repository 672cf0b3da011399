"""The home folder of the product and the till's own settings."""

import os
import sys
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from pos_cancel.adapters.durable import flush_folder, make_folders
from pos_cancel.domain.errors import InvalidInput, LocalError
from pos_cancel.domain.profile import KEY_STORES, KEYRING

HOME_VARIABLE = "POS_CANCEL_HOME"
LANGUAGES = ("en", "zh_CN", "zh_TW")
MOST_TAKE_BACK_S = 5
# Shows developers what is not translated or does not fit; it is offered to nobody.
PSEUDO_LANGUAGE = "pseudo"
THEMES = ("system", "light", "dark")


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
    keys of profiles that name no store of their own. `sounds` turns the sound cues on; for `take_back_s`
    seconds (0 to 5) a confirmed cancel can be taken back before its case is opened.
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
    known = {field.name for field in fields(Settings)}
    try:
        settings = Settings(**{name: _typed(name, value) for name, value in values.items() if name in known})
    except ValueError as error:
        raise InvalidInput(f"The settings are not readable: {error}.", way_on) from None
    if settings.language not in {"", *LANGUAGES, PSEUDO_LANGUAGE} or settings.theme not in THEMES:
        raise InvalidInput("The settings name a language or theme that there is not.", way_on)
    if settings.key_store not in KEY_STORES:
        raise InvalidInput(f"key_store in the settings is {' or '.join(KEY_STORES)}, nothing else.", way_on)
    return settings


def _typed(name: str, value: object) -> Any:  # noqa: ANN401 - each key has a type of its own
    if name == "sounds":
        if not isinstance(value, bool):
            raise ValueError("sounds is true or false")
        return value
    if name == "take_back_s":
        if type(value) is not int or not 0 <= value <= MOST_TAKE_BACK_S:
            raise ValueError(f"take_back_s is a whole number from 0 to {MOST_TAKE_BACK_S}")
        return value
    return str(value)


def save_settings(home: Home, settings: Settings) -> None:
    """Write the till's settings, whole or not at all."""
    import tomlkit

    usual = asdict(Settings())
    told = {name: value for name, value in asdict(settings).items() if value != usual[name]}
    text = tomlkit.dumps(told)
    replace_file(home.settings_path, text)


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
