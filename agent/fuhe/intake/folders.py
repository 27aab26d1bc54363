"""A folder to inputs: walked in order, every file named, links that lead back noted, fuhe's own files passed over."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from fuhe.errors import reason
from fuhe.intake.archives import is_debris
from fuhe.layouts.profiles import FILE as COLUMNS
from fuhe.readers.own_marks import RECORD, SETTINGS, handed_back
from fuhe.records import FileStatus, Problem

_OWN = (SETTINGS, COLUMNS, "fuhe.db", "fuhe.db-wal", "fuhe.db-shm", "fuhe.db-journal")
COPY = Problem(code="own_output", message="这是复核程序交回的批注件或修改稿，原件也在，没有重复读。")


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
        return self.problem is None and self.line is None and self.path.lower().endswith(".jsonl")


def inside(start: Path, out: Path | None = None) -> list[Source]:
    """Return every file under a folder in order of name, those not to be read with the reason; `out` is never entered."""
    found = list(_Walk(start.resolve(), out.resolve() if out else None).inside(start, ""))
    copies = handed_back(source.path for source in found if source.problem is None)
    return [replace(s, status="skipped", problem=COPY) if s.path in copies else s for s in found]


@dataclass(frozen=True)
class _Walk:
    """One walk: where it began, what it must not enter, and the linked folders it has been in."""

    start: Path
    out: Path | None
    linked: set[Path] = field(default_factory=set)

    def inside(self, folder: Path, prefix: str) -> Iterator[Source]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            shown = prefix.rstrip("/") or shown_name(folder.name)
            yield _refused(shown, folder, "failed", f"打不开文件夹（{reason(error)}）。请检查权限后重新运行。")
            return
        if prefix and any(entry.name == RECORD for entry in entries):
            yield _refused(prefix.rstrip("/"), folder, "skipped", "这是以前的结果文件夹，没有读。", "results")
            return
        for entry in entries:
            if not is_debris(entry.name):
                yield from self._entry(entry, f"{prefix}{shown_name(entry.name)}")

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
            yield _refused(path, place, "failed", f"打不开文件（{reason(error)}）。请检查链接和权限后重新运行。")

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
    if not entry.is_file():
        entry.stat()  # tells a broken link from a device
        return _refused(path, entry.path, "skipped", "这不是普通文件，没有读。", "not_a_file")
    if entry.name in _OWN:
        return _refused(path, entry.path, "skipped", "这是复核程序自己的设置或存储，没有读。", "own_output")
    return Source(path, entry.path)


def _refused(path: str, place: Path | str, status: FileStatus, message: str, code: str = "unreadable") -> Source:
    return Source(path, str(place), status=status, problem=Problem(code=code, message=message))


def shown_name(name: str) -> str:
    """Return a file name as text; a name that is not UTF-8 was most likely written in GBK."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name
