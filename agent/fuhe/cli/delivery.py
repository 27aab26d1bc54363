"""Deliver: put a result on standard output or into a file, whole or not at all, and never over an input."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from fuhe.errors import OutputError, UsageError


def deliver(content: str | bytes, out: Path | None, inputs: Iterable[str] = (), *, utf8: bool = False) -> None:
    """Write a result; a text goes to the console when no file is named (`utf8` whatever the console is), bytes need a file.

    Raises UsageError where a file is missing or is one of the inputs, OutputError where it cannot be written.
    """
    if out is not None:
        save(content, out, inputs)
        click.echo(f"已写出 {out}", err=True)
    elif isinstance(content, bytes):
        raise UsageError("这种格式要写到文件里", todo="请用 -o 指定文件名，例如 -o 问题清单.xlsx")
    elif utf8:
        sys.stdout.buffer.write(content.encode("utf-8"))
        sys.stdout.buffer.flush()
    else:
        click.echo(content)


def save(content: str | bytes, out: Path, inputs: Iterable[str] = ()) -> None:
    """Write a file beside its place and move it there when it is whole."""
    if any(_same(out, Path(source)) for source in inputs):
        raise UsageError("输出文件就是输入文件，没有写", where=str(out), todo="原件不覆盖，请换一个文件名")
    data = content.encode("utf-8") if isinstance(content, str) else content
    part: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=".fuhe-", delete=False) as file:
            part = Path(file.name)
            file.write(data)
        part.chmod(0o666 & ~_umask())
        part.replace(out)
    except OSError as error:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()
        raise OutputError(
            f"写不了这个文件（{error.strerror or error}）",
            where=str(out),
            todo="请检查文件夹是否存在、是否有写入权限、磁盘是否已满，或文件是否正在 Word、Excel 里打开",
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _same(one: Path, other: Path) -> bool:
    try:
        return one.exists() and other.exists() and one.samefile(other)
    except OSError:
        return False
