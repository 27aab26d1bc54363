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
from fuhe.outputs.meaning import meaning_text
from fuhe.policy import pack
from fuhe.readings.sheet import Sheet


@click.command("read", help="显示读懂了什么：各栏内容、在文件中的位置，以及没有认准的地方。")
@paths_argument
@format_option("text", "json")
@columns_option
@click.option(
    "--meaning", is_flag=True, help="逐格说明每句话是怎样理解的：目标的承诺、名称考核什么、完成值、原因和措施、资金。"
)
def command(paths: tuple[str, ...], form: str, out: Path | None, columns: str | None, *, meaning: bool) -> int:
    """Read every input and show its records; status 3 when an input could not be read."""
    settings = load_settings(paths)
    report = Report(policy=settings.policy)
    meanings: list[str] = []
    for file in read_inputs(paths, columns or ""):
        report.add(file, [form_report(entry) for entry in file.forms])
        meanings += [meaning_text(Sheet(entry, pack(settings.policy))) for entry in file.forms if meaning]
    text = "\n".join(meanings) if meaning else records_text(report)
    deliver(to_json(report) if form == "json" and not meaning else text, out, paths, utf8=form == "json")
    close(report)
    return unread_status(report)
