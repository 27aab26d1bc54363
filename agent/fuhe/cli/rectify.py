"""fuhe rectify: letters to the units, the ledger of what is to be put right, and the first against the second hand-in."""

from collections.abc import Sequence
from pathlib import Path

import click

from fuhe.cli import common, reviewed
from fuhe.cli.delivery import deliver
from fuhe.errors import ReadError, UsageError
from fuhe.follow_up import DutyItem, FormChange
from fuhe.outputs.excel.duty_ledger import LEDGER, read_ledger, to_ledger
from fuhe.outputs.stamp import stamp_of
from fuhe.outputs.word.before_after import to_before_after
from fuhe.outputs.word.notice_paper import to_notices
from fuhe.records import Problem
from fuhe.rescoring.rectifying import CheckedForm, compare, items_of, with_outcomes

NOTICE, BEFORE_AFTER = "整改通知.docx", "整改前后对照.docx"


@click.command(
    "rectify",
    help="写整改通知（每个单位一份，Word）和整改台账（Excel）；填过的台账用 --ledger 读回；"
    "单位重报以后加 --resubmitted，写整改前后对照，逐项标明已改、部分改、未改、新出现。",
)
@common.paths_argument
@click.option("-o", "--out", type=click.Path(path_type=Path), default=Path("整改"), help="写到这个文件夹（默认 整改）")
@click.option(
    "-f", "--format", "form", type=click.Choice(["files", "json"]), default="files", help="写文件，或输出 JSON"
)
@click.option("--due", default="", help="整改时限，如 2026年1月15日；不给时留空待填")
@click.option("--office", default="", help="发通知的单位；不给时留空")
@click.option("--ledger", type=click.Path(path_type=Path), help="读回填过的整改台账，写到另一个文件夹")
@click.option("--resubmitted", multiple=True, metavar="路径", help="单位重报的自评表，可写几次")
@common.rule_options
def command(
    paths: tuple[str, ...],
    out: Path,
    form: str,
    due: str,
    office: str,
    ledger: Path | None,
    resubmitted: tuple[str, ...],
    **chosen: str | None,
) -> int:
    """Write the letters and the ledger, or with a second hand-in what became of each item; 3 when an input was not read."""
    settings = common.load_settings(paths, **chosen)
    first = reviewed.review(paths, settings)
    again = reviewed.review(resubmitted, settings) if resubmitted else None
    if not first.forms:
        raise UsageError("没有自评表，没有写", todo="请给出自评表的文件或文件夹")
    changes = compare(_checked(first), _checked(again)) if again else []
    items = [item for one in _checked(first) for item in items_of(one)]
    items, told = _with_ledger(with_outcomes(items, changes), ledger)
    if form == "json":
        deliver(_json(first, items, changes, told), None, utf8=True)
    else:
        inputs = (*common.inputs_of(paths, first.report), *resubmitted, *([str(ledger)] if ledger else []))
        _write(out, inputs, _files(first, items, changes, due, office))
    reviewed.tell(told)
    common.close(first.report)
    return max(common.unread_status(run.report) for run in (first, again) if run)


def _checked(run: reviewed.ReviewRun) -> list[CheckedForm]:
    return [CheckedForm(form, findings) for _, form, findings in run.forms]


def _with_ledger(items: list[DutyItem], path: Path | None) -> tuple[list[DutyItem], list[Problem]]:
    if path is None:
        return items, []
    try:
        return read_ledger(reviewed.filled(path), items)
    except ReadError as error:
        raise reviewed.named(error, path) from error


def _files(
    run: reviewed.ReviewRun, items: Sequence[DutyItem], changes: Sequence[FormChange], due: str, office: str
) -> dict[str, bytes]:
    line = stamp_of(run.report).line
    dated = [
        item.model_copy(update={"hand": item.hand.model_copy(update={"due": item.hand.due or due})}) for item in items
    ]
    made = {f"{LEDGER}.xlsx": to_ledger(dated, line)}
    if changes:
        return made | {BEFORE_AFTER: to_before_after(changes, line)}
    asked = [item for item in items if item.codes]
    forms = [one.for_letter for one in _checked(run)]
    return made | {NOTICE: to_notices(forms, asked, due=due, office=office, line=line)}


def _write(out: Path, inputs: tuple[str, ...], files: dict[str, bytes]) -> None:
    for name in files:
        reviewed.keep_filled(out / name)
    for name, data in files.items():
        deliver(data, out / name, inputs)


def _json(
    run: reviewed.ReviewRun, items: Sequence[DutyItem], changes: Sequence[FormChange], told: Sequence[Problem]
) -> str:
    return reviewed.in_json(
        run,
        items=[item.model_dump(mode="json") for item in items],
        changes=[change.model_dump(mode="json") for change in changes],
        read_back=[problem.model_dump(exclude_none=True) for problem in told],
    )
