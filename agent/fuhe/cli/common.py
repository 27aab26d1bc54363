"""What several verbs share: options, settings, reading the inputs, writing the result."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from fuhe import county
from fuhe import settings as settings_file
from fuhe.cli import EXIT_UNREAD
from fuhe.cli.progress_line import ProgressLine
from fuhe.errors import UsageError
from fuhe.intake.paths import STDIN, read_paths, sources
from fuhe.layouts.profiles import from_option
from fuhe.outputs.console import count_fields, summary_line
from fuhe.outputs.contract import Report
from fuhe.policy import check_lexicons
from fuhe.records import File
from fuhe.rules.own_rules import own_rules
from fuhe.settings import RulesSettings, Settings

_Command = Callable[..., Any]
_MANY = 5


def paths_argument(command: _Command) -> _Command:
    """Take one or more files or folders; `-` is pasted text on standard input."""
    return click.argument("paths", nargs=-1, required=True, metavar="路径…")(command)


def format_option(*formats: str, handed_back: bool = False) -> Callable[[_Command], _Command]:
    """Choose the output format and file; without a format the file's ending tells, else it is the first.

    `handed_back`: docx is the input itself handed back, so that a workbook asks for the same.
    """

    def added(command: _Command) -> _Command:
        command = click.option(
            "-o", "--out", type=click.Path(path_type=Path), is_eager=True, help="写到这个文件（或文件夹）"
        )(command)
        return click.option(
            "-f", "--format", "form", type=click.Choice(formats), help=f"输出格式（默认按 -o 的后缀，否则 {formats[0]}）",
            callback=lambda ctx, _, value: value or _by_ending(ctx.params.get("out"), formats, handed_back),
        )(command)  # fmt: skip

    return added


def _by_ending(out: Path | None, formats: tuple[str, ...], handed_back: bool) -> str:
    """Return the format a file's ending asks for; raises UsageError where nothing here writes such a file."""
    ending = out.suffix.lstrip(".").lower() if out else ""
    if ending in formats:
        return ending
    if handed_back and ending == "xlsx":
        return "docx"
    if out is None or ending in ("", "txt") or out.is_dir():
        return formats[0]
    known = "、".join(f".{name}" for name in ("txt", *formats, *(["xlsx"] if handed_back else [])) if name != "text")
    raise UsageError(
        f"这条命令写不了 .{ending} 文件，没有写",
        where=str(out),
        todo=f"请把 -o 的后缀改为 {known} 之一，或用 -f 指定格式",
    )


def model_options(command: _Command) -> _Command:
    """Choose whether a language model writes."""
    command = click.option("--require-llm", is_flag=True, help="没有大模型可用时以状态 4 结束")(command)
    return click.option("--no-llm", is_flag=True, help="不用大模型，按规则起草")(command)


def rule_options(command: _Command) -> _Command:
    """Choose rules and policy."""
    command = click.option("--ignore", help="不运行的代码或类别，逗号分隔，如 V,S006")(command)
    command = click.option("--select", help="只运行的代码或类别，逗号分隔，如 A,S001")(command)
    command = click.option("--words", metavar="文件夹", help="本地的词表，盖在自带的词表上")(command)
    command = click.option("--extra", metavar="文件", help="本地的规则（.py）")(command)
    return click.option("--policy", help="政策包名称或 .yaml 文件")(command)


def load_settings(paths: tuple[str, ...] = (), **flags: Any) -> Settings:
    """Merge fuhe.toml of the first path's folder or of the present one, the environment and the flags given."""
    for name in ("select", "ignore"):
        if flags.get(name):
            flags[name] = tuple(part.strip() for part in flags[name].split(",") if part.strip())
    own = {name: flags.pop(name, None) for name in ("words", "extra")}
    flags["rules"] = {name: value for name, value in own.items() if value} or None
    first = next((Path(path) for path in paths if path != STDIN), None)
    settings = settings_file.load(Path.cwd(), flags, forms=first)
    _add_own(settings.rules)
    return settings


def _add_own(rules: RulesSettings) -> None:
    """Take the county's words and rules in; raises PolicyError with what is wrong with them."""
    if rules.words:
        folder = Path(rules.words)
        if not folder.is_dir():
            raise UsageError(f"没有“{folder}”这个文件夹", todo="给出放词表（如 typos.yaml）的文件夹")
        check_lexicons(folder)
        county.add_words(folder)
    if rules.extra:
        county.add_rules(Path(rules.extra))
        own_rules()


def columns_option(command: _Command) -> _Command:
    """Settle columns whose headings are not known, or known for something else."""
    what = "表头各栏的含义，如“评价值=实际完成值，折算分=不读”，或写有 columns 一节的 .yaml 文件"
    return click.option("--columns", metavar="对照", help=what)(command)


def read_inputs(paths: tuple[str, ...], columns: str = "") -> Iterator[File]:
    """Read every input; pasted text comes from standard input when `-` is named.

    `columns` is a layout profile as `--columns` takes it, else the settings name one for all inputs.
    """
    pasted = sys.stdin.buffer.read() if STDIN in paths else b""
    named = columns or load_settings().columns
    files = read_paths(paths, pasted, from_option(named) if named else None, _show_page)
    return _watched(files, paths) if sys.stderr.isatty() else files


def _show_page(page: int, pages: int) -> None:
    """Say on a console which scanned page is being recognised; a single page is done before anyone asks."""
    if pages > 1 and sys.stderr.isatty():
        click.echo(f"\r正在识别第 {page} 页，共 {pages} 页", err=True, nl=page == pages)


def _watched(files: Iterator[File], paths: tuple[str, ...]) -> Iterator[File]:
    """Show on the console how far reading is, where there are many files; an archive counts as one until it is opened."""
    total, progress = len(sources(paths)), ProgressLine()
    for done, file in enumerate(files, 1):
        if total >= _MANY:
            progress.step("检查", done, total, file.path)
        yield file
    progress.end()


def inputs_of(paths: tuple[str, ...], report: Report) -> tuple[str, ...]:
    """Return every path that was named or read: none of them may be written over."""
    return (*paths, *(file.path for file in report.files))


def close(report: Report) -> None:
    """Print the last line on standard error: how much was read, run and found."""
    fields = sum(count_fields(form.record) for file in report.files for form in file.forms)
    click.echo(summary_line(report, fields), err=True)


def unread_status(report: Report) -> int:
    """Return 3 when some input could not be read, else 0."""
    return EXIT_UNREAD if any(file.status == "failed" for file in report.files) else 0
