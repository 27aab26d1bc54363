"""fuhe rescore: the working sheet a reviewer has to hand in, by the bureau's standard; filled-in ones are read back."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from fuhe.cli import common, reviewed
from fuhe.cli.delivery import deliver
from fuhe.errors import ReadError, UsageError
from fuhe.outputs.excel.department_book import to_department_book
from fuhe.outputs.excel.working_back import read_back
from fuhe.outputs.excel.working_book import to_working_book
from fuhe.outputs.stamp import stamp_of
from fuhe.outputs.worksheet_words import main_reasons, percent, sheet_in_json
from fuhe.readings.value import plain
from fuhe.records import Problem
from fuhe.rescoring.proposing import propose, why_not_scored, with_own_keys
from fuhe.rescoring.revising import all_revised
from fuhe.rescoring.standard import Standard, standard, standard_names
from fuhe.worksheets import Worksheet, cents


@click.command(
    "rescore",
    help="按评分口径填复核底稿：每个项目一张表，复核得分、偏差、扣分原因都是建议，由复核人核定；只有看佐证才知道的事留作勾选。"
    "填好的底稿用 --from 读回，手写的得分和原因不丢。",
)
@common.paths_argument
@common.format_option("text", "json", "xlsx")
@click.option(
    "--standard", "named", default="national-practice", help="评分口径的名称或 .yaml 文件（默认 national-practice）"
)
@click.option("--from", "handed", type=click.Path(path_type=Path), help="读回填过的复核底稿，写到另一个文件")
@click.option("--summary", type=click.Path(path_type=Path), help="另写部门自评汇总表（.xlsx）")
@common.rule_options
def command(
    paths: tuple[str, ...],
    form: str,
    out: Path | None,
    named: str,
    handed: Path | None,
    summary: Path | None,
    **chosen: str | None,
) -> int:
    """Propose, take over what people filled in, write; status 3 when an input could not be read."""
    by = standard(named)
    if form == "xlsx":
        reviewed.keep_filled(out)
    run = reviewed.review(paths, common.load_settings(paths, **chosen))
    sheets = with_own_keys(worksheets_of(run, by))
    if not sheets:
        raise UsageError(
            "没有可以打分的自评表，没有写", todo=f"请给出项目支出绩效自评表；可用的口径：{'、'.join(standard_names())}"
        )
    sheets, told = taken_over(sheets, handed)
    line = stamp_of(run.report).line
    inputs = (*common.inputs_of(paths, run.report), *([str(handed)] if handed else []))
    written = to_working_book(sheets, line, told) if form == "xlsx" else _shown(form, run, by, sheets, told)
    deliver(written, out, inputs, utf8=form == "json")
    if summary is not None:
        deliver(to_department_book(sheets, line), summary, inputs)
    reviewed.tell(told)
    common.close(run.report)
    return common.unread_status(run.report)


def worksheets_of(run: reviewed.ReviewRun, by: Standard) -> Iterator[Worksheet]:
    """Yield the proposal for every form that is scored, and say which are not."""
    for file, form, findings in run.forms:
        if why := why_not_scored(form):
            click.echo(f"略过：{file}【{form.id}】{form.record.project or ''}：{why}。", err=True)
        else:
            yield propose(file, form, findings, by, run.pack)


def taken_over(sheets: list[Worksheet], path: Path | None) -> tuple[list[Worksheet], list[Problem]]:
    """Return the sheets with what a person wrote into a 复核底稿, and what of it could not be taken over."""
    if path is None:
        return sheets, []
    try:
        handed, told = read_back(reviewed.filled(path), sheets)
    except ReadError as error:
        raise reviewed.named(error, path) from error
    return all_revised(sheets, handed), told


def _shown(
    form: str, run: reviewed.ReviewRun, by: Standard, sheets: Sequence[Worksheet], told: Sequence[Problem]
) -> str:
    if form == "text":
        return "\n".join(line for sheet in sheets for line in _lines(sheet))
    return reviewed.in_json(
        run,
        standard=by.model_dump(mode="json", exclude={"rows"})
        | {"rules": [one.model_dump(mode="json") for one in by.rules]},
        worksheets=[sheet_in_json(sheet) for sheet in sheets],
        read_back=[problem.model_dump(exclude_none=True) for problem in told],
    )


def _lines(sheet: Worksheet) -> Iterator[str]:
    yield f"【{sheet.form}】{sheet.project or '（没有项目名称）'}　{sheet.unit or ''}".rstrip()
    figures = (("自评", sheet.self_score), ("复核", sheet.score), ("偏差", sheet.deviation))
    told = "　".join(f"{name} {plain(cents(value))}" for name, value in figures)
    yield f"    {told}　偏离度 {percent(sheet.deviation_share) or '—'}　等次 {sheet.grade}"
    yield f"    {main_reasons(sheet)}"
    yield from (f"    注：{note}" for note in sheet.notes)
    ticks = dict.fromkeys(tick.label for row in sheet.rows for tick in row.ticks if not tick.on)
    if ticks:
        yield f"    看佐证资料后再定（未计入）：{'、'.join(ticks)}"
    yield ""
