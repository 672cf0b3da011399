"""The profiles of a home as they are now: a window stays open while the command line imports one."""

import contextlib
from collections.abc import Iterator, Mapping

from pos_cancel.adapters.profile_files import load_profiles, profile_paths
from pos_cancel.adapters.settings import Home
from pos_cancel.domain.errors import InvalidInput, LocalError
from pos_cancel.domain.profile import Profile

Stamp = tuple[tuple[str, int, int], ...]


class LiveProfiles(Mapping[str, Profile]):
    """Profiles by name, read again when a file in the folder has changed.

    The first reading raises `InvalidInput` for a broken file and `LocalError` for a folder that cannot be
    read; later ones keep what was good, because a file that is broken now must not take the account away
    from cases that are open.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._stamp: Stamp = ()
        with contextlib.suppress(LocalError, OSError):
            self._stamp = self._look()
        self._profiles: Mapping[str, Profile] = load_profiles(home)

    def __getitem__(self, name: str) -> Profile:
        return self._now()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def _now(self) -> Mapping[str, Profile]:
        with contextlib.suppress(InvalidInput, LocalError, OSError):
            stamp = self._look()
            if stamp != self._stamp:
                self._stamp = stamp
                self._profiles = load_profiles(self._home)
        return self._profiles

    def _look(self) -> Stamp:
        found = ((file.name, file.stat()) for file in profile_paths(self._home))
        return tuple((name, status.st_mtime_ns, status.st_size) for name, status in found)
