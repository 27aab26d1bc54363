"""Traces of many forms brought together on disk, exact keys first: memory grows with distinct keys, not with forms."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple

from fuhe.errors import OutputError
from fuhe.join.groups import near_groups
from fuhe.policy import Pack
from fuhe.rules.batch_rule import BatchRule, Gather, Group, Trace
from fuhe.traces import FormTrace

_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000; PRAGMA temp_store = FILE;
CREATE TABLE traces (seq INTEGER PRIMARY KEY, source INTEGER, topic TEXT, bucket BLOB, unit BLOB, rest TEXT);
CREATE TABLE members (
  id INTEGER PRIMARY KEY, grp INTEGER, source INTEGER, topic TEXT, bucket BLOB, unit BLOB, lead INTEGER
);
"""
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode
_AT_ONCE = 1000
_INSERT = "INSERT INTO traces (source, topic, bucket, unit, rest) VALUES (?, ?, ?, ?, ?)"
_ITEMS = "SELECT bucket, unit, count(*), min(seq) FROM traces WHERE source = ? AND topic = ? GROUP BY bucket, unit"
_EXACT = """
INSERT INTO members (grp, source, topic, bucket)
SELECT min(seq) AS first, source, topic, bucket FROM traces WHERE source = ?
GROUP BY topic, bucket HAVING count(*) > 1 ORDER BY first
"""
_READ = """
SELECT m.grp, t.topic, t.bucket, t.unit, t.rest FROM members m CROSS JOIN traces t
ON t.source = m.source AND t.topic = m.topic AND t.bucket = m.bucket
WHERE m.source = ? AND (m.unit IS NULL OR t.unit = m.unit) AND (m.lead IS NULL OR t.seq = m.lead)
ORDER BY m.id, t.seq
"""


class ShelfRow(NamedTuple):
    """A trace as it is written down: what it is grouped by, and the rest of it as JSON."""

    topic: str
    bucket: str
    unit: str
    rest: str


def row(found: Trace) -> ShelfRow:
    """Write a trace down."""
    rest = [found.file, found.form, found.project, found.field, found.text, found.facts]
    return ShelfRow(found.topic, found.bucket, found.unit, _ENCODE(rest))


def unrow(topic: str, bucket: str, unit: str, rest: str) -> Trace:
    """Read a trace that was written down."""
    file, form, project, field, text, facts = json.loads(rest)
    return Trace(bucket, topic, file, form, project, unit, field, text, tuple(facts))


@contextmanager
def _room() -> Iterator[None]:
    """Say what to do where the temporary file cannot grow."""
    try:
        yield
    except sqlite3.OperationalError as error:
        todo = "请清理磁盘空间，或用环境变量 TMPDIR 另指一个文件夹"
        raise OutputError(f"多表比对用的临时文件写不下（{error}）", todo=todo) from error


class Shelf:
    """The traces of a run, in a private temporary file that goes when it is closed; add every form, then read groups."""

    def __init__(self, rules: Sequence[BatchRule]) -> None:
        self._sources: dict[Gather, int] = {}
        for rule in rules:
            self._sources.setdefault(rule.gather, len(self._sources))
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.executescript(_TABLES)
        self._base.execute("BEGIN")
        self._waiting: list[tuple[int, str, bytes, bytes, str]] = []
        self._is_indexed = False

    def close(self) -> None:
        """Drop everything."""
        self._base.close()

    def add(self, gather: Gather, seen: FormTrace) -> None:
        """Take in what one way of gathering finds in one form; in the order of forms."""
        source = self._sources[gather]
        self._waiting += [
            (source, found.topic, _blob(found.bucket), _blob(found.unit), found.rest)
            for found in [row(found) for found in gather(seen)]
        ]
        if len(self._waiting) >= _AT_ONCE:
            self._write()

    def _write(self) -> None:
        with _room():
            self._base.executemany(_INSERT, self._waiting)
        self._waiting.clear()

    def groups(self, rule: BatchRule, pack: Pack) -> Iterator[Group]:
        """Yield what falls together, each group to be read before the next one is asked for."""
        source = self._sources[rule.gather]
        with _room():
            known = self._put_together(source, rule)
        for grp, rows in groupby(self._base.execute(_READ, (source,)), key=itemgetter(0)):
            traces = (unrow(topic, _text(bucket), _text(unit), rest) for _, topic, bucket, unit, rest in rows)
            first = next(traces)
            name, doubtful = known[grp] if rule.near else (first.bucket, False)
            yield Group(name, first.topic, chain((first,), traces), pack, doubtful)

    def _put_together(self, source: int, rule: BatchRule) -> list[tuple[str, bool]]:
        if not self._is_indexed:
            self._write()
            self._base.execute("CREATE INDEX by_bucket ON traces (source, topic, bucket, unit, seq)")
            self._is_indexed = True
        self._base.execute("DELETE FROM members")
        if rule.near:
            return self._near(source)
        self._base.execute(_EXACT, (source,))
        return []

    def _near(self, source: int) -> list[tuple[str, bool]]:
        """Put near-copies together; return name and doubt of every group."""
        known: list[tuple[str, bool]] = []
        topics = self._base.execute("SELECT DISTINCT topic FROM traces WHERE source = ? ORDER BY topic", (source,))
        for (topic,) in topics.fetchall():
            items = self._base.execute(_ITEMS, (source, topic))
            found = near_groups((_text(bucket), _text(unit), count, first) for bucket, unit, count, first in items)
            for group in found:
                self._base.executemany(
                    "INSERT INTO members (grp, source, topic, bucket, unit, lead) VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        (len(known), source, topic, _blob(m.key), None if m.unit is None else _blob(m.unit), m.lead)
                        for m in group.members
                    ],
                )
                known.append((group.name, group.doubtful))
        return known


def _blob(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(blob: bytes) -> str:
    return blob.decode("utf-8", "surrogatepass")
