"""A file put in its place when it is whole: written beside it first, so that what stood there stays until then."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fuhe.errors import OutputError, reason
from fuhe.outputs.in_words import free_name


@contextlib.contextmanager
def placed(out: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """Open a file to write that becomes `out` at the end of the context; raises OutputError where it cannot be written.

    A `private` one can be read by its owner alone.
    """
    part: Path | None = None
    try:
        if out.exists() and not out.is_file() and not out.is_dir():
            with out.open("wb") as device:  # a device or a pipe is written to; in its place it must stay
                yield device
            return
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=".fuhe-", delete=False) as file:
            part = Path(file.name)
            yield file
        part.chmod(0o600 if private else 0o666 & ~_umask())
        part.replace(out)
        part = None
    except OSError as error:
        raise OutputError(
            f"写不了这个文件（{reason(error)}）",
            where=str(out),
            todo="请检查文件夹是否存在、是否有写入权限、磁盘是否已满，或文件是否正在 Word、Excel 里打开",
        ) from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def set_apart(path: Path, sha256: str) -> str | None:
    """Give a file another name where somebody has changed it since it was written; return that name, None if nobody has.

    Raises OutputError where it cannot be renamed.
    """
    try:
        if not path.is_file() or sha256_of(path) == sha256:
            return None
        name = free_name(f"{path.stem}（改动过）{path.suffix}", {entry.name for entry in path.parent.iterdir()})
        path.rename(path.with_name(name))
    except OSError as error:
        raise OutputError(
            f"读写不了这个文件（{reason(error)}）",
            where=str(path),
            todo="请关闭正在打开它的 Word、Excel 再试",
        ) from error
    return name


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
