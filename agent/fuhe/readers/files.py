"""Paths to files: a file, a folder walked in order, or pasted text."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from fuhe.errors import UsageError
from fuhe.readers import MAX_BYTES, read_file
from fuhe.records import File, Problem

SUFFIXES = (".txt", ".tsv", ".csv", ".md")
STDIN = "-"


def read_paths(paths: Iterable[str], pasted: bytes = b"") -> Iterator[File]:
    """Read every file named or found in a folder, one by one; raises UsageError for a path that does not exist."""
    for source in sources(paths):
        yield read_file(pasted, "（粘贴的文字）") if source == STDIN else read_path(Path(source))


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
    kept = [str(path) for path in files if not any(part.startswith((".", "~$")) for part in path.parts[-2:])]
    if not kept:
        raise UsageError("文件夹里没有能读的文件", where=str(folder), todo=f"能读的有：{'、'.join(SUFFIXES)}")
    return kept


def read_path(path: Path) -> File:
    """Read one file from disk; an unreadable one becomes a `failed` file."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        problem = Problem(
            code="unreadable", message=f"打不开文件（{error.strerror}）。请检查权限，或复制到本机后再试。"
        )
        return File(path=str(path), status="failed", problems=(problem,))
    return read_file(data, str(path))
