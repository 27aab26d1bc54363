"""Exports of many forms, made one after another in a process of their own while the page shows how far they are."""

import logging
import queue
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fuhe.errors import UsageError
from fuhe.intake.bounded import Apart
from fuhe.store.database import Store
from fuhe.web.work.batch_exports import ParcelKind, batch_export
from fuhe.web.work.form_exports import ExportTerms

SECONDS = 900.0
_KEPT = 50
_TOO_MUCH = "这批表太多，导出没有完成，请少选一些再试"
log = logging.getLogger("fuhe.web")


@dataclass(frozen=True)
class ExportOrder:
    """What is to be exported; with a batch's id its files without forms are in it too."""

    ids: Sequence[int]
    kind: ParcelKind
    terms: ExportTerms
    title: str
    batch_id: int | None


@dataclass
class OrderedExport:
    """An export that was asked for: whose, how far it is, and where its file lies once it is there."""

    id: int
    by: str
    order: ExportOrder
    counted: Path
    state: str = "waiting"
    name: str = ""
    path: str = ""
    told: str = ""

    @property
    def total(self) -> int:
        """How many forms it is of."""
        return len(self.order.ids)

    @property
    def done(self) -> int:
        """How many forms are in it so far."""
        try:
            return min(int(self.counted.read_text() or 0), self.total)
        except (OSError, ValueError):
            return 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come."""
        return self.state in ("done", "failed")

    def forget(self) -> None:
        """Delete its files."""
        self.counted.unlink(missing_ok=True)
        if self.path:
            Path(self.path).unlink(missing_ok=True)


@dataclass
class ExportOrders:
    """The exports of a server; `press` is the process they are made in, `pressing` whose turn it is."""

    address: str
    press: Apart = field(default_factory=Apart)
    pressing: threading.Lock = field(default_factory=threading.Lock)
    _known: dict[int, OrderedExport] = field(default_factory=dict)
    _waiting: "queue.Queue[OrderedExport | None]" = field(default_factory=queue.Queue)
    _thread: threading.Thread | None = None

    def ask(self, by: str, order: ExportOrder, done: Callable[[OrderedExport], None]) -> OrderedExport:
        """Have an export made; `done` is called when its file is there."""
        with tempfile.NamedTemporaryFile(prefix="fuhe-", delete=False) as counted:
            asked = OrderedExport(max(self._known, default=0) + 1, by, order, Path(counted.name))
        self._known[asked.id] = asked
        for old in list(self._known.values())[:-_KEPT]:
            if old.is_over:
                self._known.pop(old.id).forget()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, args=(done,), name="fuhe-exports", daemon=True)
            self._thread.start()
        self._waiting.put(asked)
        return asked

    def of(self, by: str, number: int) -> OrderedExport | None:
        """Return an export by its number, None where it is another person's or gone."""
        asked = self._known.get(number)
        return asked if asked is not None and asked.by == by else None

    def make_now(self, order: ExportOrder, counted: str = "") -> tuple[str, str]:
        """Make an export and return its name and where it lies; others wait for their turn."""
        with self.pressing:
            made: tuple[str, str] = self.press.call(SECONDS, make, self.address, order, counted)
        return made

    def close(self) -> None:
        """End the process; what is not made is given up."""
        self._waiting.put(None)
        self.press.close()
        for asked in self._known.values():
            asked.forget()

    def _work(self, done: Callable[[OrderedExport], None]) -> None:
        while (asked := self._waiting.get()) is not None:
            asked.state = "running"
            try:
                asked.name, asked.path = self.make_now(asked.order, str(asked.counted))
                done(asked)
                asked.state = "done"
            except (EOFError, OSError) as error:
                log.error("export %s: %s", asked.id, error)
                asked.told, asked.state = _TOO_MUCH, "failed"
            except UsageError as error:
                asked.told, asked.state = str(error), "failed"
            except Exception:  # every later export waits for this thread
                log.exception("export %s", asked.id)
                asked.told, asked.state = "导出时程序出了错，已记入日志", "failed"


def make(address: str, order: ExportOrder, counted: str) -> tuple[str, str]:
    """Make a file of many forms, counting them in a file where one is named; return its name and where it lies."""

    def count(done: int) -> None:
        if counted:
            Path(counted).write_text(str(done))

    with Store(address) as store, store.reading() as connection:
        made = batch_export(connection, order.ids, order.kind, order.terms, order.title, order.batch_id, count)
    with tempfile.NamedTemporaryFile(prefix="fuhe-", delete=False) as file:
        file.write(made.data)
    return made.name, file.name
