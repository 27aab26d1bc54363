"""A folder through the working processes into the store: what changed is done, what is done stays whatever happens."""

import functools
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection, select

from fuhe.batch.inputs import Source, opened
from fuhe.batch.one_input import Asked, Result, failed, handle, packed
from fuhe.batch.processes import Crew, Work
from fuhe.batch.terms import Terms
from fuhe.errors import ReadError
from fuhe.intake.bounded import SECONDS, SLOW_SECONDS
from fuhe.outputs.contract import now
from fuhe.settings import Suppression
from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.store.lease import Lease
from fuhe.store.recording import FileRows, record_rows, set_aside, standing
from fuhe.store.rows import FileRow

# What goes through LibreOffice by its content may bear another name; these are the names it bears.
_SLOW = (".rtf", ".odt", ".ods", ".xml", ".doc", ".wps", ".et")
_LOOK_AHEAD = 64
_KEPT_EVERY = 0.2  # seconds: what is done in them goes into the store in one transaction, four times as fast


@dataclass
class RunCounts:
    """What a run did: inputs by outcome (`new`, `kept`, `gone`), fields read, findings suppressed, suppressions used."""

    counts: Counter[str] = field(default_factory=Counter)
    fields: int = 0
    suppressed: int = 0
    used: set[Suppression] = field(default_factory=set)

    @property
    def done(self) -> int:
        """How many inputs are done."""
        return self.counts["new"] + self.counts["kept"]

    @property
    def changed(self) -> bool:
        """Whether the batch is another than before."""
        return bool(self.counts["new"] or self.counts["gone"])


Progress = Callable[[RunCounts, str], None]


def run(crew: Crew, lease: Lease, terms: Terms, found: Sequence[Source], progress: Progress) -> RunCounts:
    """Read and check every input that changed, each into the store whole and once, and set aside what is gone.

    What ends the run loses the work of a moment at most; `progress` tells of what is stored.
    """
    inputs = _Inputs(lease, terms, found)
    handling = Work(functools.partial(handle, terms), _seconds, _given_up)
    for results in crew.results(handling, inputs.take):
        inputs.keep(results)
        progress(inputs.tally, results[-1].path)
    inputs.put()
    inputs.set_aside_gone()
    return inputs.tally


def _seconds(asked: Sequence[Asked]) -> float:
    return SLOW_SECONDS if asked[0][0].path.lower().endswith(_SLOW) else SECONDS


def _given_up(asked: Sequence[Asked], what: str) -> list[Result]:
    """One input that takes its process down has failed; of several each is tried again alone."""
    sources = [source for source, _ in asked]
    if len(sources) > 1:
        return [Result(source.path, instead=(source,)) for source in sources]
    todo = "请用 Word、Excel 或 WPS 打开，另存为 .docx 或 .xlsx 后再试"
    return [packed(failed(source.path, ReadError("unsafe", what, todo=todo))) for source in sources]


def _is_among(path: str, paths: set[str]) -> bool:
    """Tell whether an input is one of these paths or lies inside one of them."""
    return path in paths or any(path[: cut.start()] in paths for cut in re.finditer("!", path))


class _Inputs:
    """The inputs still to be done, and what becomes of them."""

    def __init__(self, lease: Lease, terms: Terms, found: Sequence[Source]) -> None:
        self.lease, self.ruleset, self.tally = lease, terms.ruleset, RunCounts()
        self._store: Store = lease.store
        self._groups, self._ready = opened(found), deque[tuple[Asked, ...]]()
        self._instead = deque[Source]()
        self._seen = set[int]()
        self._closed = list[str]()
        self._fresh, self._stored = list[FileRows](), time.monotonic()
        self._moved = self._missing({source.path for source in found})

    def _missing(self, paths: set[str]) -> dict[str | None, int]:
        """Return files of the store that are no longer where they were, by their hash: one may have been moved."""
        table = schema.file
        with self._store.reading() as connection:
            rows = connection.execute(
                select(table.c.path, table.c.sha256, table.c.id)
                .where(table.c.batch_id == self.lease.batch_id, table.c.current)
            )  # fmt: skip
            return {row.sha256: row.id for row in rows if row.sha256 and not _is_among(row.path, paths)}

    def take(self) -> tuple[Asked, ...] | None:
        """Return the next inputs to do, each with the hash under which its result is in the store already."""
        if not self._ready:
            self._look_ahead()
        return self._ready.popleft() if self._ready else None

    def _look_ahead(self) -> None:
        groups: list[tuple[Source, ...]] = [
            (self._instead.popleft(),) for _ in range(min(len(self._instead), _LOOK_AHEAD))
        ]
        groups = groups or list(islice(self._groups, 1))
        while groups and len(groups[0]) == 1 and len(groups) < _LOOK_AHEAD and (more := next(self._groups, None)):
            groups.append(more)
        paths = [source.path for group in groups for source in group]
        with self._store.reading() as connection:
            known = {
                path: row.sha256
                for path, row in standing(connection, self.lease.batch_id, paths).items()
                if row.ruleset == self.ruleset and row.status in ("ok", "partial")
            }
        self._ready += (tuple((source, known.get(source.path)) for source in group) for group in groups)

    def keep(self, results: Iterable[Result]) -> None:
        """Take what came of some inputs; with what came just before it goes into the store, whole or not at all."""
        for result in results:
            self._instead += result.instead
            if result.instead:
                continue
            self._seen.add(hash(result.path))
            self._count(result)
            if result.rows is not None:
                self._fresh.append(result.rows)
        if time.monotonic() - self._stored >= _KEPT_EVERY:
            self.put()

    def put(self) -> None:
        """Put what is not in the store yet there."""
        if self._fresh:
            with self._store.writing() as connection:
                self.lease.renew(connection)
                self._record(connection, self._fresh)
            self._fresh = []
        self._stored = time.monotonic()

    def _count(self, result: Result) -> None:
        self.tally.counts["kept"] += result.rows is None
        self.tally.fields += result.fields
        self.tally.suppressed += result.suppressed
        self.tally.used |= result.used

    def _record(self, connection: Connection, fresh: Sequence[FileRows]) -> None:
        old = standing(connection, self.lease.batch_id, [rows.head.path for rows in fresh])
        self._closed += [rows.head.path for rows in fresh if rows.head.status == "failed"]
        new = [rows for rows in fresh if not self._is_same(rows, old.get(rows.head.path))]
        for rows in new:
            there = old.get(rows.head.path)
            number = self._moved.pop(rows.head.sha256, None) if there is None else there.id
            if number is not None:
                rows.before.update(set_aside(connection, number))
        self.tally.counts["new"] += len(new)
        self.tally.counts["kept"] += len(fresh) - len(new)
        record_rows(connection, self.lease.batch_id, new, ruleset=self.ruleset, at=now())

    def _is_same(self, rows: FileRows, old: FileRow | None) -> bool:
        """Tell whether an input that cannot be read says again what it said before."""
        if old is None or rows.forms or old.ruleset != self.ruleset:
            return False
        now_, before = rows.head, (old.status, old.sha256, old.problems)
        return (now_.status, now_.sha256, schema.PROBLEMS.unpack(now_.problems)) == before

    def set_aside_gone(self) -> None:
        """Let inputs that are no longer there be current no longer; what lies behind a closed door stays."""
        table = schema.file
        with self._store.writing() as connection:
            self.lease.renew(connection)
            rows = connection.execute(
                select(table.c.id, table.c.path).where(table.c.batch_id == self.lease.batch_id, table.c.current)
            )
            gone = [row.id for row in rows if hash(row.path) not in self._seen and not self._is_behind(row.path)]
            for number in gone:
                set_aside(connection, number)
        self.tally.counts["gone"] = len(gone)

    def _is_behind(self, path: str) -> bool:
        return any(path.startswith((f"{door}/", f"{door}!")) for door in self._closed)
