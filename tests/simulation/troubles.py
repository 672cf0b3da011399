"""What befalls the till itself, until all faults end: clock, disk and keyring."""

from typing import TYPE_CHECKING

from pos_cancel.engine.ports import KeyTrouble

if TYPE_CHECKING:
    from tests.simulation.world import World

KEY_TROUBLES = (
    KeyTrouble.LOCKED,
    KeyTrouble.HUNG,
    KeyTrouble.MISSING,
    KeyTrouble.LOADING,
    KeyTrouble.NO_KEYRING,
)
# The product asks fifty times a second while a key is being fetched.
LOADING_S = 1.0
LONGEST_S = 600.0


class Troubles:
    """The state of the till's surroundings; `is_faulty` until everything heals, for good."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.is_faulty = True
        self.skew_s = 0.0
        self.disk_is_full = False
        self.disk_free_s = 0.0
        self.locked: dict[str, KeyTrouble] = {}

    def plan(self, span_s: float) -> None:
        """Draw when what happens."""
        rng, climate, agenda = self._world.rng, self._world.climate, self._world.agenda
        for name, trouble in (("jump", self._jump), ("disk", self._fill_disk), ("keys", self._lock_keys)):
            for _ in range(round(climate.rate(name) * 10 * rng.random())):
                agenda.after(rng.uniform(0, span_s), trouble)
        if rng.random() < climate.rate("skew"):
            self.skew_s = self._drawn_jump_s()
        agenda.after(span_s + rng.uniform(0, 1800), self._heal)

    def _drawn_jump_s(self) -> float:
        return self._world.rng.choice((-1, 1)) * 10 ** self._world.rng.uniform(0, 5)

    def _jump(self) -> None:
        if self.is_faulty:
            self.skew_s += self._drawn_jump_s()
            self._world.note("clock", f"{self.skew_s:.0f} s off")
            self._world.wake_all()

    def _fill_disk(self) -> None:
        if self.is_faulty:
            self.disk_is_full = True
            self._world.note("disk full")
            self._world.agenda.after(self._world.rng.expovariate(1 / 30), self._free_disk)

    def _free_disk(self) -> None:
        self.disk_is_full, self.disk_free_s = False, self._world.agenda.now_s
        self._world.note("disk free")

    def _lock_keys(self) -> None:
        if self.is_faulty:
            rng = self._world.rng
            name, trouble = rng.choice(self._world.profile_names), rng.choice(KEY_TROUBLES)
            self.locked[name] = trouble
            self._world.note("keys", name, trouble)
            longest_s = LOADING_S if trouble is KeyTrouble.LOADING else LONGEST_S
            self._world.agenda.after(min(rng.expovariate(1 / 60), longest_s), lambda: self._unlock(name))

    def _unlock(self, name: str) -> None:
        if self.locked.pop(name, None) is not None:
            self._world.note("keys", name, "back")
            for process in self._world.processes:
                process.do(lambda runner: runner.key_loaded(name))

    def _heal(self) -> None:
        self._world.note("all faults end")
        self.is_faulty = False
        self._free_disk()
        self.skew_s = 0.0
        for name in list(self.locked):
            self._unlock(name)
        self._world.wake_all()
