"""What rescore, sample and rectify share: every form with its findings, and files of people's own never written over."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from fuhe import __version__, checking
from fuhe.cli import common
from fuhe.errors import ReadError, UsageError
from fuhe.findings import Finding
from fuhe.outputs.contract import Report, form_report
from fuhe.pipeline import check_file
from fuhe.policy import Pack, pack
from fuhe.records import Form, Problem
from fuhe.settings import Settings


@dataclass
class ReviewRun:
    """The report on all inputs, and every form with the file it stands in and its findings."""

    settings: Settings
    pack: Pack
    report: Report
    forms: list[tuple[str, Form, Sequence[Finding]]] = field(default_factory=list)


def review(paths: tuple[str, ...], settings: Settings) -> ReviewRun:
    """Check every form of every input."""
    options, chosen = checking.options_of(settings), pack(settings.policy)
    run = ReviewRun(settings, chosen, Report(policy=chosen.name, rules_run=len(checking.chosen(options))))
    for file in common.read_inputs(paths):
        entries = check_file(file, chosen, options)
        run.report.add(
            file, [form_report(entry.form, entry.findings) for entry in entries], sum(one.suppressed for one in entries)
        )
        run.forms += [(file.path, entry.form, entry.findings) for entry in entries]
    return run


def keep_filled(out: Path | None) -> None:
    """Refuse to write over a file people may have filled in; raises UsageError."""
    if out is not None and out.is_file():
        raise UsageError(
            "已有这个文件，里面可能有手填的内容，没有写", where=str(out), todo="请换一个文件名，或先把原来的移开"
        )


def filled(path: Path) -> bytes:
    """Return the bytes of a filled-in workbook; raises UsageError where there is none."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError("读不了这个文件", where=str(path), todo="请确认文件存在、没有在别处打开") from error


def named(error: ReadError, path: Path) -> ReadError:
    """Return a reading error that says which file it was."""
    return ReadError(error.code, error.what, where=str(path), todo=error.todo or "请给出 .xlsx 文件")


def tell(problems: Iterable[Problem]) -> None:
    """Say on standard error what could not be taken over, each with its cell."""
    for problem in problems:
        place = problem.place
        spot = f"［{' '.join(part for part in (place.sheet, place.address) if part)}］" if place else ""
        click.echo(f"读回：{problem.message}{spot}", err=True)


def in_json(run: ReviewRun, **content: Any) -> str:
    """Frame a result: who made it, from which files, what could not be read."""
    files = [
        {
            "path": file.path,
            "status": file.status,
            "problems": [one.model_dump(exclude_none=True) for one in file.problems],
        }
        for file in run.report.files
    ]
    head = {"fuhe": __version__, "policy": run.report.policy, "made": run.report.made, "files": files}
    return json.dumps({**head, **content}, ensure_ascii=False, indent=1) + "\n"
