"""The desk every page works at: the store, what is set, the rules in force, the clock."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from fuhe.checking import Options, chosen, chosen_for_batch
from fuhe.policy import Pack, pack
from fuhe.settings import Settings
from fuhe.store import schema
from fuhe.store.database import Store, inserted
from fuhe.store.rows import BatchRow, fetch_one, select_of
from fuhe.web.model_health import ModelProbe
from fuhe.web.preferences import Preferences

Mode = Literal["single", "shared"]
FIRST_BATCH = "自评表"


@dataclass
class Desk:
    """What all pages share; `clock` gives seconds since the epoch, `port` the port people reach the pages by.

    `shared` holds the hints most forms of a batch carry, with the set of forms they were counted over."""

    store: Store
    base: Settings = field(default_factory=Settings)
    mode: Mode = "single"
    clock: Callable[[], float] = time.time
    port: int = 8765
    hosts: frozenset[str] = frozenset()
    owner: str = "复核人"
    shared: dict[int, tuple[tuple[int | None, ...], dict[str, int]]] = field(default_factory=dict)
    _kept: tuple[schema.Json, Preferences] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _probe: ModelProbe = field(default_factory=ModelProbe)

    def now(self) -> str:
        """Return the local time to the second in ISO form."""
        return datetime.fromtimestamp(self.clock()).astimezone().isoformat(timespec="seconds")

    def preferences(self) -> Preferences:
        """Return what is set on the pages; another process may have changed it a moment ago."""
        with self.store.reading() as connection:
            raw = Preferences.raw(connection)
        kept = self._kept
        if kept is None or kept[0] != raw:
            kept = (raw, Preferences.of(raw))
            self._kept = kept
        return kept[1]

    @property
    def settings(self) -> Settings:
        """The settings in force: files and environment, and over them what is set on the pages."""
        return self.preferences().over(self.base)

    @property
    def pack(self) -> Pack:
        """The policy pack in force."""
        return pack(self.settings.policy)

    @property
    def options(self) -> Options:
        """The rules in force."""
        return Options.of(self.settings)

    @property
    def rules_run(self) -> int:
        """How many rules are in force."""
        options = self.options
        return len(chosen(options)) + len(chosen_for_batch(options))

    @property
    def model_state(self) -> Literal["none", "up", "down", "unknown"]:
        """How the model was when last looked at; never waits."""
        return self._probe.state(self.settings.model)

    def batch(self, connection: Connection, batch_id: int | None = None) -> BatchRow | None:
        """Return a batch, the newest where none is named; None where there is none."""
        table = schema.batch
        newest = select_of(BatchRow, table).order_by(table.c.id.desc()).limit(1)
        return fetch_one(connection, BatchRow, newest if batch_id is None else newest.where(table.c.id == batch_id))

    def open_batch(self, connection: Connection, name: str = FIRST_BATCH) -> int:
        """Return the id of the batch of that name, begun where there is none."""
        table = schema.batch
        found: int | None = connection.execute(select(table.c.id).where(table.c.name == name)).scalar()
        return found or inserted(connection, table, name=name, policy=self.settings.policy, created_at=self.now())
