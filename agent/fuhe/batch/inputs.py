"""A folder to inputs: walked in order, links that lead back noted, earlier results left out, files of records line by line."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from fuhe.errors import UsageError
from fuhe.intake.paths import SUFFIXES
from fuhe.readers import MAX_BYTES
from fuhe.records import FileStatus, Problem

RECORD = "运行记录.json"
"""The record of a run; the folder it stands in holds results and is never read."""

_LINES = ".jsonl"
_SYSTEM = ("thumbs.db", "desktop.ini", "__macosx")
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Source:
    """One input: the name the store knows it by, its place on the disk, and its part of the file where it is not the whole.

    With a `problem` it is not read at all, and the problem says why.
    """

    path: str
    place: str
    member: str | None = None
    line: bytes | None = None
    status: FileStatus = "ok"
    problem: Problem | None = None

    @property
    def is_lines(self) -> bool:
        """Whether it is a file with a form on every line, to be opened by `opened`."""
        return self.problem is None and self.line is None and self.path.lower().endswith(_LINES)


def sources(start: Path, out: Path) -> list[Source]:
    """Return the files under a folder in order of name, or the one file named; `out` is never entered.

    Raises UsageError where there is nothing to read.
    """
    if start.is_file():
        return [Source(_shown(start.name), str(start))]
    if not start.is_dir():
        raise UsageError("没有这个文件或文件夹", where=str(start), todo="请检查路径是否写对")
    if start.resolve() == out.resolve():
        raise UsageError("结果文件夹就是原表所在的文件夹", where=str(out), todo="请用 --out 另指一个文件夹")
    found = list(_Walk(start.resolve(), out.resolve()).inside(start, ""))
    if not any(source.problem is None for source in found):
        raise UsageError("文件夹里没有能读的文件", where=str(start), todo=f"能读的有：{'、'.join(SUFFIXES)}、{_LINES}")
    return found


@dataclass(frozen=True)
class _Walk:
    """One walk: where it began, what it must not enter, and the linked folders it has been in."""

    start: Path
    out: Path
    linked: set[Path] = field(default_factory=set)

    def inside(self, folder: Path, prefix: str) -> Iterator[Source]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield _refused(
                prefix.rstrip("/"), folder, "failed", f"打不开文件夹（{error.strerror}）。请检查权限后重新运行。"
            )
            return
        if prefix and any(entry.name == RECORD for entry in entries):
            yield _refused(prefix.rstrip("/"), folder, "skipped", "这是以前的结果文件夹，没有读。", "results")
            return
        for entry in entries:
            if not entry.name.startswith((".", "~$")) and entry.name.lower() not in _SYSTEM:
                yield from self._entry(entry, f"{prefix}{_shown(entry.name)}")

    def _entry(self, entry: os.DirEntry[str], path: str) -> Iterator[Source]:
        place = Path(entry.path)
        try:
            if entry.is_symlink() and (told := self._led_back(place)):
                yield _refused(path, place, "skipped", told, "link")
            elif entry.is_dir():
                if place.resolve() != self.out:
                    yield from self.inside(place, f"{path}/")
            else:
                yield _file(entry, path)
        except OSError as error:
            yield _refused(path, place, "failed", f"打不开文件（{error.strerror}）。请检查链接和权限后重新运行。")

    def _led_back(self, place: Path) -> str:
        """Say where a link leads that is read, or would be, without it; raises OSError where it leads nowhere."""
        target = Path(os.path.realpath(place, strict=True))
        if target.is_relative_to(self.start):
            return "这是链接，所指的文件就在本文件夹内，没有重复读。"
        if target in self.linked or (target.is_dir() and self.start.is_relative_to(target)):
            return "这是链接，指回了上级或已读的文件夹，没有读。"
        self.linked.add(target)
        return ""


def _file(entry: os.DirEntry[str], path: str) -> Source:
    suffix = Path(entry.name).suffix.lower()
    if not entry.is_file():
        entry.stat()  # tells a broken link from a device
        return _refused(path, entry.path, "skipped", "这不是普通文件，没有读。", "not_a_file")
    if suffix not in (*SUFFIXES, _LINES):
        kind = f"{suffix} 文件" if suffix else "没有扩展名的文件"
        return _refused(path, entry.path, "skipped", f"不读{kind}。如果是自评表，请另存为 .docx 或 .xlsx。", "kind")
    return Source(path, entry.path)


def _refused(path: str, place: Path | str, status: FileStatus, message: str, code: str = "unreadable") -> Source:
    return Source(path, str(place), status=status, problem=Problem(code=code, message=message))


def _shown(name: str) -> str:
    """Return a file name as text; a name that is not UTF-8 was most likely written in GBK."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name


def opened(found: Iterable[Source]) -> Iterator[tuple[Source, ...]]:
    """Return the inputs in the groups they are worked on: a file alone, the lines of a file of records many at once."""
    for source in found:
        if source.is_lines:
            yield from _grouped(_lines(source))
        else:
            yield (source,)


def _grouped(lines: Iterator[Source]) -> Iterator[tuple[Source, ...]]:
    while group := tuple(islice(lines, _AT_ONCE)):
        yield group


def _lines(source: Source) -> Iterator[Source]:
    try:
        with Path(source.place).open("rb") as stream:
            number = 0
            while line := stream.readline(MAX_BYTES + 1):
                number += 1
                if line.strip():
                    yield Source(f"{source.path}!{number:07}", source.place, line=line)
    except OSError as error:
        yield _refused(source.path, source.place, "failed", f"打不开文件（{error.strerror}）。请检查权限后重新运行。")


def count(found: Iterable[Source]) -> int:
    """Count the inputs; an archive counts as one until it is opened."""
    return sum(_line_count(source.place) if source.is_lines else 1 for source in found)


def _line_count(place: str) -> int:
    try:
        with Path(place).open("rb") as stream:
            return sum(part.count(b"\n") for part in iter(lambda: stream.read(1 << 20), b""))
    except OSError:
        return 1
