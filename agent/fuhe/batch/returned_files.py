"""The unit's own files with findings or drafts in them, made by the working processes, only where something changed."""

import contextlib
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

from sqlalchemy import func, select

from fuhe.batch.inputs import Source
from fuhe.batch.one_input import load
from fuhe.batch.results import safe_name
from fuhe.errors import OutputError, ReadError, reason
from fuhe.outputs.contract import FileReport
from fuhe.outputs.placing import placed, set_apart, sha256_of
from fuhe.outputs.stamp import Stamp
from fuhe.store import schema
from fuhe.store.database import Store
from fuhe.store.lease import Lease

How = Literal["annotated", "revised"]
FOLDERS: dict[How, str] = {"annotated": "带批注原表", "revised": "修改稿"}
_MADE = ".已写出.jsonl"
Note = Callable[[Sequence[str]], None]
"""Puts a line down in the list of what was written."""


class WrittenFile(NamedTuple):
    """A file written before: the key it was written under, its name below the folder, its SHA-256."""

    key: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ReturnJob:
    """A file to hand back: where it comes from, its row in the store, folder and name it gets, what stands there."""

    source: Source
    file_id: int
    key: str
    folder: str
    stem: str
    before: WrittenFile | None


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """A file that was handed back: its name and SHA-256, the name a changed one was set apart under, or why it is not there."""

    job: ReturnJob
    name: str = ""
    sha256: str = ""
    kept: str | None = None
    fault: str = ""


class ReturnFolder:
    """A folder of files handed back: which of them are to be made in this run, and what is to be told of it, a line each."""

    def __init__(self, home: Path, how: How, todo: Mapping[int, ReturnJob], told: list[str], note: Note) -> None:
        """Hold the jobs by the file's id in the store, and where it is put down what was made."""
        self.home, self.how, self.todo, self.told = home, how, todo, told
        self._note, self._made = note, 0

    def take(self, made: ReturnedFile, progress: Callable[[int, int, str], None]) -> None:
        """Note a file that was made, or that could not be."""
        path = made.job.source.path
        self._made += 1
        self.told += [kept(made.kept)] if made.kept else []
        if made.fault:
            self.told.append(f"没有写成：{path}：{made.fault}")
        else:
            self._note([path, made.job.key, made.name, made.sha256])
        progress(self._made, len(self.todo), path)


@contextlib.contextmanager
def return_folder(lease: Lease, found: Sequence[Source], home: Path, how: How) -> Iterator[ReturnFolder]:
    """Find what a folder of files with findings, or drafts, lacks, and keep note of what is made as long as the context lasts.

    What stands there from an earlier run is kept where file, findings and decisions are the same, and taken away where
    the file is gone; one that somebody has changed is never lost. Raises OutputError where nothing can be written.
    """
    before = made_before(home)
    wanted = list(_jobs(lease.store, lease.batch_id, found, how, before))
    paths = {job.source.path for job in wanted}
    gone = {path: there for path, there in before.items() if path not in paths}
    if not (wanted or gone):
        yield ReturnFolder(home, how, {}, [], lambda _: None)
        return
    with _noting(home) as note:
        todo = {job.file_id: job for job in wanted if not _stands(home, job)}
        yield ReturnFolder(home, how, todo, _taken_away(home, gone, note), note)


def kept(name: str) -> str:
    """Say that a file somebody has changed was set apart."""
    return f"原来的文件改动过，留作“{name}”，另写了新的"


@contextlib.contextmanager
def _noting(home: Path) -> Iterator[Note]:
    """Keep a list of what is written here and taken away, a line each; raises OutputError where that cannot be."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / _MADE).open("a", encoding="utf-8") as noted:
            yield lambda parts: print(json.dumps(parts, ensure_ascii=False), file=noted, flush=True)
    except OSError as error:
        raise OutputError(
            f"写不了这个文件夹（{reason(error)}）", where=str(home), todo="请检查写入权限和磁盘空间后重新运行"
        ) from error


def _jobs(
    store: Store, batch_id: int, found: Sequence[Source], how: How, before: Mapping[str, WrittenFile]
) -> Iterator[ReturnJob]:
    rows = _rows(store, batch_id, how)
    places = {source.path: source for source in found if source.problem is None}
    parts = {path: part for path in rows if (part := _part_of(path, places)) is not None}
    stems = Counter(part.name.with_suffix("") for part in parts.values())
    for path, part in parts.items():
        number, key = rows[path]
        stem = part.name.stem if stems[part.name.with_suffix("")] == 1 else part.name.name
        whole = Source(path, part.source.place, part.member)
        yield ReturnJob(whole, number, key, str(part.name.parent), stem, before.get(path))


class _OnDisk(NamedTuple):
    """An input as it lies on the disk: in which file, as which member of it, and the name it has without marks."""

    source: Source
    member: str | None
    name: PurePosixPath


def _part_of(path: str, places: Mapping[str, Source]) -> _OnDisk | None:
    """Find the file an input is in, itself or an archive; lines of a file have none to hand back."""
    for outer, member in ((path, None), *((path[: cut.start()], path[cut.end() :]) for cut in re.finditer("!", path))):
        source = places.get(outer)
        if source is not None:
            return (
                None
                if source.is_lines
                else _OnDisk(source, member, PurePosixPath(safe_name(f"{outer}/{member or ''}")))
            )
    return None


def _rows(store: Store, batch_id: int, how: How) -> dict[str, tuple[int, str]]:
    """Return the files to hand back by path: id, and a key that changes with what would be written."""
    file, form, decision = schema.file, schema.form, schema.decision
    decided = (
        select(form.c.file_id, func.count().label("number"), func.max(decision.c.at).label("at"))
        .join(decision, decision.c.form_id == form.c.id)
        .where(form.c.batch_id == batch_id, form.c.current)
        .group_by(form.c.file_id)
        .subquery()
    )
    has = form.c.drafts.is_not(None) if how == "revised" else form.c.errors + form.c.warnings + form.c.infos > 0
    with store.reading() as connection:
        rows = connection.execute(
            select(file.c.path, file.c.id, func.sum(func.length(form.c.drafts)), decided.c.number, decided.c.at)
            .join(form, form.c.file_id == file.c.id)
            .outerjoin(decided, decided.c.file_id == file.c.id)
            .where(file.c.batch_id == batch_id, file.c.current, has)
            .group_by(file.c.path, file.c.id, decided.c.number, decided.c.at)
            .order_by(file.c.path)
        )
        return {row[0]: (row[1], "-".join(str(part or "") for part in row[1:])) for row in rows}


def made_before(home: Path) -> dict[str, WrittenFile]:
    """Return what runs have written into a folder, by input path."""
    try:
        lines = (home / _MADE).read_text("utf-8").splitlines()
    except OSError:
        return {}
    made: dict[str, WrittenFile | None] = {}
    for line in lines:
        try:
            path, *noted = json.loads(line)
            made[path] = WrittenFile(*noted) if noted else None
        except (ValueError, TypeError):  # cut short when a run was killed
            continue
    return {path: there for path, there in made.items() if there is not None}


def _stands(home: Path, job: ReturnJob) -> bool:
    return job.before is not None and job.before.key == job.key and (home / job.before.name).is_file()


def _taken_away(home: Path, gone: Mapping[str, WrittenFile], note: Note) -> list[str]:
    """Remove what this program wrote here for files that are gone, or have nothing to say any more."""
    told = []
    for path, there in gone.items():
        if name := set_apart(home / there.name, there.sha256):
            told.append(f"原来的文件改动过，留作“{name}”；它的原件已经不在，或者没有问题了")
        (home / there.name).unlink(missing_ok=True)
        note([path])
    return told


def make(job: ReturnJob, how: How, home: Path, file: FileReport, stamp: Stamp) -> ReturnedFile:
    """Write one file, in a working process."""
    from fuhe.outputs import returned

    work = returned.annotated if how == "annotated" else returned.revised
    own = Stamp(stamp.pack, stamp.at, (file.sha256,) if file.sha256 else (), stamp.accepted_by)
    made = work(file, _original(job.source, file.sha256), own)
    ending = made.name.removeprefix(PurePosixPath(file.path.replace("\\", "/").replace("!", "/")).stem)
    name = safe_name(str(PurePosixPath(job.folder, job.stem + ending)))
    digest, kept = hashlib.sha256(made.data).hexdigest(), None
    try:
        kept = _made_way(home, job.before, name, digest) if job.before else None
        with placed(home / name) as out:
            out.write(made.data)
    except OutputError as error:
        return ReturnedFile(job, kept=kept, fault=str(error))
    return ReturnedFile(job, name, digest, kept)


def _made_way(home: Path, before: WrittenFile, name: str, digest: str) -> str | None:
    """Put away what stands in a file's place; return the name it was set apart under, where somebody had changed it."""
    there = home / before.name
    if before.name == name and there.is_file() and sha256_of(there) == digest:
        return None  # made already, by a process that did not come to say so
    kept = set_apart(there, before.sha256)
    if before.name != name:
        there.unlink(missing_ok=True)
    return kept


def _original(source: Source, sha256: str | None) -> bytes | None:
    """Return the input's bytes where they are still what was read."""
    try:
        data = load(source)
    except ReadError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None
