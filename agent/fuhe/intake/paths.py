"""Paths to files: a file, a folder walked in order, the members of a .zip, or pasted text."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fuhe.errors import ReadError, UsageError
from fuhe.intake.bounded import Worker
from fuhe.layouts.profiles import LayoutProfile, beside
from fuhe.readers import MAX_BYTES
from fuhe.readers.sniff import sniff
from fuhe.records import File, Problem

if TYPE_CHECKING:
    from fuhe.readers.package import Package

SUFFIXES = (
    *(".docx", ".docm", ".xlsx", ".xlsm", ".xls", ".et", ".doc", ".wps", ".pdf", ".html", ".htm", ".mht", ".mhtml"),
    *(".txt", ".tsv", ".csv", ".md", ".rtf", ".odt", ".ods", ".xml", ".zip"),
)
STDIN = "-"


def read_paths(paths: Iterable[str], pasted: bytes = b"", profile: LayoutProfile | None = None) -> Iterator[File]:
    """Read every file named or found in a folder, one by one; raises UsageError for a path that does not exist.

    Columns are settled by `profile`, else by the one that lies beside the file.
    """
    found = sources(paths)
    with Worker() as worker:
        for source in found:
            if source == STDIN:
                yield worker.read(pasted, "（粘贴的文字）", *([profile] if profile else []))
            else:
                yield from _read_path(Path(source), worker, profile or beside(Path(source).parent))


def sources(paths: Iterable[str]) -> list[str]:
    """Expand folders to the files in them, in order of name; temporary and hidden files are left out."""
    found: list[str] = []
    for path in paths:
        if path == STDIN:
            found.append(path)
        elif Path(path).is_dir():
            found.extend(_inside(Path(path)))
        elif Path(path).is_file():
            found.append(path)
        else:
            raise UsageError("没有这个文件或文件夹", where=path, todo="请检查路径是否写对")
    return found


def _inside(folder: Path) -> list[str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in SUFFIXES)
    kept = [str(path) for path in files if not _is_set_aside(path.relative_to(folder))]
    if not kept:
        raise UsageError("文件夹里没有能读的文件", where=str(folder), todo=f"能读的有：{'、'.join(SUFFIXES)}")
    return kept


def _is_set_aside(path: Path) -> bool:
    """Tell whether a file is hidden or an editor's lock file."""
    return any(part.startswith((".", "~$")) for part in path.parts)


def _read_path(path: Path, worker: Worker, profile: LayoutProfile | None) -> Iterator[File]:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        problem = Problem(
            code="unreadable", message=f"打不开文件（{error.strerror}）。请检查权限，或复制到本机后再试。"
        )
        yield File(path=str(path), status="failed", problems=(problem,))
        return
    settled = [profile] if profile else []
    if sniff(data) == "zip":
        yield from _members(data, str(path), worker, settled)
    else:
        yield worker.read(data, str(path), *settled)


def members(package: "Package") -> list[str]:
    """Return the names of an archive's readable files; raises ReadError where there is none."""
    names = [name for name in package.names if Path(name).suffix in SUFFIXES and not _is_set_aside(Path(name))]
    if not names:
        raise ReadError("no_form", "压缩包里没有能读的文件", todo="请确认里面有自评表的 Word、Excel 或 PDF 文件")
    return names


def _members(data: bytes, path: str, worker: Worker, settled: Sequence[LayoutProfile]) -> Iterator[File]:
    """Read the files inside a .zip, each as path!member; archives inside it are not opened."""
    from fuhe.readers.package import Package

    try:
        package = Package(data)
        names = members(package)
    except ReadError as error:
        yield _failed(path, error)
        return
    for name in names:
        shown = f"{path}!{package.title(name)}"
        try:
            member = package.read(name)
        except ReadError as error:
            yield _failed(shown, error)
        else:
            yield worker.read(member, shown, *settled)


def _failed(path: str, error: ReadError) -> File:
    return File(path=path, status="failed", problems=(Problem(code=error.code, message=str(error)),))
