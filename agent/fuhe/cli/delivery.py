"""Deliver: put a result on standard output or into a file, whole or not at all, and never over an input."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from fuhe.errors import UsageError
from fuhe.outputs.placing import placed


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
    with placed(out) as file:
        file.write(data)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.exists() and other.exists() and one.samefile(other)
    except OSError:
        return False
