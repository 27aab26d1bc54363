"""Paths to files: a file, a folder walked in order, the files of an archive or mail, or pasted text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from fuhe.errors import ReadError, UsageError, reason
from fuhe.intake.archives import INSIDE, KINDS, Archive
from fuhe.intake.bounded import Worker
from fuhe.intake.folders import COPY, Source, inside, shown_name
from fuhe.layouts.profiles import LayoutProfile, beside
from fuhe.readers import MAX_BYTES
from fuhe.readers.page_progress import Listener
from fuhe.readers.sniff import sniff
from fuhe.records import File, Problem

SUFFIXES = (
    *(
        ".docx",
        ".docm",
        ".xlsx",
        ".xlsm",
        ".xls",
        ".et",
        ".doc",
        ".wps",
        ".pdf",
        ".ofd",
        ".html",
        ".htm",
        ".mht",
        ".mhtml",
    ),
    *(".txt", ".tsv", ".csv", ".md", ".rtf", ".odt", ".ods", ".xml", ".eml", ".msg", ".zip"),
    *(".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"),
)
"""The endings of what can be read, to be named in help; what a file is, its content tells."""
STDIN = "-"


def read_paths(
    paths: Iterable[str],
    pasted: bytes = b"",
    profile: LayoutProfile | None = None,
    on_page: Listener | None = None,
) -> Iterator[File]:
    """Read every file named or found in a folder, one by one; raises UsageError for a path that does not exist.

    Columns are settled by `profile`, else by the one that lies beside the file; `on_page` hears of scanned pages.
    """
    found = sources(paths)
    with Worker(on_page=on_page) as worker:
        for source in found:
            if source.path == STDIN:
                yield worker.read(pasted, "（粘贴的文字）", profile)
            elif source.problem is not None:
                yield File(path=source.path, status=source.status, problems=(source.problem,))
            else:
                yield from _read_path(source, worker, profile or beside(Path(source.place).parent))


def sources(paths: Iterable[str]) -> list[Source]:
    """Expand folders to the files in them, in order of name; temporary and hidden files are left out.

    Raises UsageError where a path does not exist or a folder is empty.
    """
    found: list[Source] = []
    for path in paths:
        if path == STDIN:
            found.append(Source(path, path))
        elif Path(path).is_dir():
            found += _under(path)
        elif Path(path).is_file():
            found.append(Source(_shown(path), path))
        else:
            raise UsageError("没有这个文件或文件夹", where=_shown(path), todo="请检查路径是否写对")
    return found


def _shown(path: str) -> str:
    return str(Path(*map(shown_name, Path(path).parts)))


def _under(folder: str) -> list[Source]:
    found = inside(Path(folder))
    if not found:
        raise UsageError("文件夹里没有能读的文件", where=_shown(folder), todo=f"能读的有：{'、'.join(SUFFIXES)}")
    top = Path(_shown(folder))
    return [replace(source, path=str(top / source.path) if source.place != folder else str(top)) for source in found]


def _read_path(source: Source, worker: Worker, profile: LayoutProfile | None) -> Iterator[File]:
    try:
        with Path(source.place).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        told = f"打不开文件（{reason(error)}）。请检查权限，或复制到本机后再试。"
        yield File(path=source.path, status="failed", problems=(Problem(code="unreadable", message=told),))
        return
    if len(data) <= MAX_BYTES and sniff(data) in KINDS:
        yield from _members(data, source.path, worker, profile)
    else:
        yield worker.read(data, source.path, profile)


def _members(data: bytes, path: str, worker: Worker, profile: LayoutProfile | None) -> Iterator[File]:
    """Read the files inside an archive, each as path!member."""
    try:
        archive = Archive(data)
    except ReadError as error:
        yield _failed(path, error)
        return
    for name in archive.names:
        shown = f"{path}{INSIDE}{name}"
        if name in archive.copies:
            yield File(path=shown, status="skipped", problems=(COPY,))
            continue
        try:
            member = archive.read(name)
        except ReadError as error:
            yield _failed(shown, error)
        else:
            yield worker.read(member, shown, profile)


def _failed(path: str, error: ReadError) -> File:
    return File(path=path, status="failed", problems=(Problem(code=error.code, message=str(error)),))


def original(path: str, named: Sequence[str] = ()) -> bytes | None:
    """Return the bytes behind the path a file was reported under, out of its archive too; None where they are gone.

    `named` are the paths the reading began with, among which a name that is not UTF-8 is looked for.
    """
    outer, _, member = _divided(path)
    place = _place_of(outer, named)
    if place is None:
        return None
    try:
        data = Path(place).read_bytes()
        return Archive(data).read(member) if member else data
    except (OSError, ValueError, ReadError):
        return None


def _divided(path: str) -> tuple[str, str, str]:
    """Cut a path at the first mark behind which an archive's file stands."""
    cuts = (index for index, char in enumerate(path) if char == INSIDE)
    at = next((cut for cut in cuts if Path(path[:cut]).is_file()), None)
    return (path, "", "") if at is None or Path(path).is_file() else (path[:at], INSIDE, path[at + 1 :])


def _place_of(path: str, named: Sequence[str]) -> str | None:
    if Path(path).is_file():
        return path
    try:
        found = sources(entry for entry in named if entry != STDIN and Path(entry).exists())
    except UsageError:
        return None
    return next((source.place for source in found if source.path == path and source.problem is None), None)
