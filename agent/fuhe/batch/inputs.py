"""A folder to inputs: earlier results left out, files of records line by line."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from fuhe.errors import UsageError, reason
from fuhe.intake.folders import Source, inside, shown_name
from fuhe.intake.paths import SUFFIXES
from fuhe.readers import MAX_BYTES
from fuhe.readers.own_marks import RECORD
from fuhe.records import Problem

__all__ = ["RECORD", "Source", "count", "opened", "sources"]

_AT_ONCE = 64


def sources(start: Path, out: Path) -> list[Source]:
    """Return the files under a folder in order of name, or the one file named; `out` is never entered.

    Raises UsageError where there is nothing to read.
    """
    if start.is_file():
        return [Source(shown_name(start.name), str(start))]
    if not start.is_dir():
        raise UsageError("没有这个文件或文件夹", where=str(start), todo="请检查路径是否写对")
    if start.resolve() == out.resolve():
        raise UsageError("结果文件夹就是原表所在的文件夹", where=str(out), todo="请用 --out 另指一个文件夹")
    found = inside(start, out)
    if not found:
        raise UsageError("文件夹里没有能读的文件", where=str(start), todo=f"能读的有：{'、'.join(SUFFIXES)}、.jsonl")
    return found


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
        told = Problem(code="unreadable", message=f"打不开文件（{reason(error)}）。请检查权限后重新运行。")
        yield replace(source, status="failed", problem=told)


def count(found: Iterable[Source]) -> int:
    """Count the inputs; an archive counts as one until it is opened."""
    return sum(_line_count(source.place) if source.is_lines else 1 for source in found)


def _line_count(place: str) -> int:
    try:
        with Path(place).open("rb") as stream:
            return sum(part.count(b"\n") for part in iter(lambda: stream.read(1 << 20), b""))
    except OSError:
        return 1
