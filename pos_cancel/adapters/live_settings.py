"""The settings of a home as they are now: the window, the command line and hands may all change them."""

import contextlib

from pos_cancel.adapters.settings import Home, Settings, load_settings
from pos_cancel.domain.errors import PosCancelError

Stamp = tuple[int, int]


class LiveSettings:
    """Settings that are read again when their file has changed; a file that is broken now changes nothing."""

    def __init__(self, home: Home, settings: Settings) -> None:
        self._home = home
        self._settings = settings
        self._stamp = self._look()

    @property
    def now(self) -> Settings:
        """The settings as they stand."""
        stamp = self._look()
        if stamp != self._stamp:
            self._stamp = stamp
            with contextlib.suppress(PosCancelError):
                self._settings = load_settings(self._home)
        return self._settings

    def watch_folder(self) -> str:
        """Give where the POS puts its sales, "" for nowhere."""
        return self.now.watch_folder

    def key_store(self) -> str:
        """Give which place keeps the keys of profiles that name none."""
        return self.now.key_store

    def _look(self) -> Stamp | None:
        try:
            status = self._home.settings_path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size
