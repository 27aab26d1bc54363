"""Hand files back one by one: each beside the others in a folder, the original never touched."""

import hashlib
import importlib
from collections.abc import Sequence
from pathlib import Path

import click

from fuhe.cli.delivery import save
from fuhe.intake.paths import original
from fuhe.outputs.contract import FileReport, Report
from fuhe.outputs.in_words import free_name
from fuhe.outputs.stamp import stamp_of


def hand_back(report: Report, how: str, out: Path | None, inputs: tuple[str, ...], *, infos: bool = False) -> None:
    """Write one file for every input with forms, `how` being "annotated" or "revised"; into the folder `out`, or as `out` where it names a file and there is one."""
    work = getattr(importlib.import_module("fuhe.outputs.returned"), how)
    asked = {"infos": infos} if how == "annotated" else {}
    files = [file for file in report.files if file.forms]
    names = {Path(path).name for path in inputs}
    for file in files:
        made = work(file, _original(file, inputs), stamp_of(report, [file]), **asked)
        if out is not None and out.suffix in (".docx", ".xlsx") and len(files) == 1:
            target = out.with_suffix(Path(made.name).suffix)
            if target.suffix != out.suffix:
                click.echo(f"退回件随原件的格式，写不成 {out.suffix}，文件名改为 {target.name}", err=True)
        else:
            folder = _folder(out)
            target = folder / free_name(made.name, names)
        save(made.data, target, inputs)
        click.echo(f"已写出 {target}", err=True)


def _folder(out: Path | None) -> Path:
    """Return the folder several files go into; the name of one file loses its ending."""
    if out is None:
        return Path("退回件")
    return out.with_suffix("") if out.suffix in (".docx", ".xlsx") else out


def _original(file: FileReport, inputs: Sequence[str]) -> bytes | None:
    """Return the input's bytes where it is a file that has not changed since it was read."""
    data = original(file.path, inputs)
    return data if data is not None and hashlib.sha256(data).hexdigest() == file.sha256 else None
