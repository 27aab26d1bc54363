"""fuhe read: what was understood of every form, with places and doubts."""

from pathlib import Path

import click

from fuhe.cli.common import (
    close,
    columns_option,
    format_option,
    load_settings,
    paths_argument,
    read_inputs,
    unread_status,
)
from fuhe.cli.delivery import deliver
from fuhe.outputs.console import records_text
from fuhe.outputs.contract import Report, form_report, to_json


@click.command("read", help="显示读懂了什么：各栏内容、在文件中的位置，以及没有认准的地方。")
@paths_argument
@format_option("text", "json")
@columns_option
def command(paths: tuple[str, ...], form: str, out: Path | None, columns: str | None) -> int:
    """Read every input and show its records; status 3 when an input could not be read."""
    report = Report(policy=load_settings(paths).policy)
    for file in read_inputs(paths, columns or ""):
        report.add(file, [form_report(entry) for entry in file.forms])
    deliver(to_json(report) if form == "json" else records_text(report), out, paths, utf8=form == "json")
    close(report)
    return unread_status(report)
