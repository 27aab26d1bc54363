"""fuhe read: what was understood of every form, with places and doubts; of scans with the pictures of doubted cells."""

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
from fuhe.intake.bounded import Worker
from fuhe.intake.paths import original
from fuhe.outputs.console import records_text
from fuhe.outputs.contract import Report, form_report, to_json
from fuhe.outputs.html.reading_page import ReadFile, doubted_places, to_reading
from fuhe.outputs.meaning import meaning_text
from fuhe.policy import pack
from fuhe.readings.sheet import Sheet
from fuhe.records import File


@click.command("read", help="显示读懂了什么：各栏内容、在文件中的位置，以及没有认准的地方。")
@paths_argument
@format_option("text", "json", "html")
@columns_option
@click.option(
    "--meaning", is_flag=True, help="逐格说明每句话是怎样理解的：目标的承诺、名称考核什么、完成值、原因和措施、资金。"
)
def command(paths: tuple[str, ...], form: str, out: Path | None, columns: str | None, *, meaning: bool) -> int:
    """Read every input and show its records; status 3 when an input could not be read."""
    settings = load_settings(paths)
    report = Report(policy=settings.policy)
    meanings: list[str] = []
    read: list[File] = []
    for file in read_inputs(paths, columns or ""):
        report.add(file, [form_report(entry) for entry in file.forms])
        read += [file] if form == "html" else []
        meanings += [meaning_text(Sheet(entry, pack(settings.policy))) for entry in file.forms if meaning]
    if form == "html":
        deliver(_page(read, paths), out, paths, utf8=True)
    else:
        text = "\n".join(meanings) if meaning else records_text(report)
        deliver(to_json(report) if form == "json" and not meaning else text, out, paths, utf8=form == "json")
    close(report)
    return unread_status(report)


def _page(files: list[File], paths: tuple[str, ...]) -> str:
    """Return the page on which doubted cells stand beside their pictures, cut from the files once more."""
    shown: list[ReadFile] = []
    with Worker() as worker:
        for file in files:
            places = doubted_places(file)
            data = original(file.path, paths) if places else None
            shown.append(ReadFile(file, worker.cell_pictures(data, places) if data else {}))
    return to_reading(shown)
