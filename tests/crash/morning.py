"""A till's whole day from an empty folder on: set up, orders, cancels, a request, a backup, pruning."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pos_cancel import bootstrap
from pos_cancel.adapters.durable import make_folders
from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.memory_keys import MemoryKeys
from pos_cancel.adapters.orders import Order
from pos_cancel.adapters.profile_files import export_profile, import_profile, read_profile
from pos_cancel.adapters.pruning import prune
from pos_cancel.adapters.settings import Settings, open_home, save_settings
from tests.crash.nursery import Json, Wire
from tests.crash.till_day import Day

ACCOUNT = "training-acquire"


class Morning:
    """Everything that writes to the home, each act told as a person would be told."""

    def __init__(self, config: Json, wire: Wire, keys: MemoryKeys) -> None:
        self._config = config
        self._wire = wire
        self._keys = keys
        self._path = Path(config["home"])

    def live(self) -> None:
        """From the first start to the evening; a later life of the same till skips what is done."""
        self._wire.hold()
        if not (self._path / "journal").exists():
            self._set_up()
        Day(self._config | {"held": False}, self._wire, self._keys).live()
        self._close_up()
        self._wire.tell("closed")

    def _set_up(self) -> None:
        home = open_home(str(self._path))
        profile = read_profile(Path(self._config["profile_file"]))
        self._wire.tell("writes", path=f"profiles/{profile.name}.toml", text=export_profile(profile))
        import_profile(home, Path(self._config["profile_file"]))
        self._wire.tell("kept", path=f"profiles/{profile.name}.toml")
        for till in ("T1", "T2"):
            settings = Settings(till=till)
            self._wire.tell("writes", path="settings.toml", text=self._text_of(settings))
            save_settings(home, settings)
            self._wire.tell("kept", path="settings.toml")
        with Journal.open(self._path) as journal:
            self._wire.tell("journal")
            for number in self._config["ordered"]:
                journal.add_orders([Order(profile=ACCOUNT, number=number)])
                self._wire.tell("ordered", number=number)
            self._wire.tell("posted", request=journal.post_request({"do": "cancel"}))

    def _text_of(self, settings: Settings) -> str:
        """Give the text of a settings file, written where nobody looks."""
        elsewhere = open_home(str(Path(self._config["profile_file"]).with_name("elsewhere")))
        save_settings(elsewhere, settings)
        return elsewhere.settings_path.read_text()

    def _close_up(self) -> None:
        """Copy the journal, then take old messages out of it."""
        name = f"evening-{datetime.now(UTC):%H%M%S%f}"
        with bootstrap.open_journal(bootstrap.open_shop(str(self._path))) as journal:
            count = len(journal.history())
            make_folders(self._path / "backups")
            journal.backup(self._path / "backups" / name)
            self._wire.tell("backed up", path=f"backups/{name}", count=count)
        prune(self._path, datetime.now(UTC) + timedelta(days=1))
