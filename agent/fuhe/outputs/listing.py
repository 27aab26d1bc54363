"""问题清单: every point of a report as one flat row, every finding as another, and the points as CSV and Markdown."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import count

from fuhe.findings import OPEN_LABEL, SEVERITY_LABELS, STATE_LABELS, BatchFinding, Decision, Finding, worst_first
from fuhe.outputs.contract import FileReport, FormReport, Report
from fuhe.outputs.in_words import cell_name, file_name, grounds, sum_line, where
from fuhe.outputs.stamp import stamp_of
from fuhe.point import Point
from fuhe.pointing.phrasebook import kinds, phrasings, theme_names
from fuhe.text import one_line

COLUMNS = {
    "number": "序号",
    "unit": "单位",
    "project": "项目",
    "file": "文件",
    "place": "位置",
    "level": "级别",
    "code": "代码",
    "title": "问题",
    "message": "表内情况",
    "basis": "依据",
    "advice": "修改建议",
    "state": "状态",
    "reason": "处理说明",
}
POINT_COLUMNS = {
    "number": "序号",
    "unit": "单位",
    "project": "项目",
    "file": "文件",
    "place": "位置",
    "theme": "方面",
    "headline": "要点",
    "says": "表内情况",
    "ask": "请修改",
    "stake": "涉及分值",
    "count": "问题条数",
    "state": "状态",
}
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_NUMBER = re.compile(r"^[+-]?\d+(\.\d+)?%?$")


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One line of 问题清单, every field a text but the running number."""

    number: int
    unit: str
    project: str
    file: str
    place: str
    level: str
    code: str
    title: str
    message: str
    basis: str
    advice: str
    state: str
    reason: str

    def values(self) -> list[str | int]:
        """Return the fields in the order of COLUMNS."""
        return [getattr(self, field.name) for field in fields(self)]


@dataclass(frozen=True, slots=True)
class PointRow:
    """One point as a line of 问题清单."""

    number: int
    unit: str
    project: str
    file: str
    place: str
    theme: str
    headline: str
    says: str
    ask: str
    stake: str
    count: int
    state: str
    fault: str

    def values(self) -> list[str | int]:
        """Return the fields in the order of POINT_COLUMNS; `fault`, by which points are counted, is none of them."""
        return [getattr(self, name) for name in POINT_COLUMNS]


def point_rows(report: Report) -> Iterator[PointRow]:
    """Return the points of every form, weightiest first in each, then those over several forms."""
    numbers = count(1)
    yield from points_of_files(report.files, numbers)
    forms = {(file.path, form.id): form.record for file in report.files for form in file.forms}
    for point in report.batch.points:
        members = [(one.file, one.form) for one in point.forms]
        named = [(forms[one].unit or forms[one].department, forms[one].project) for one in members if one in forms]
        told = (point.headline, point.says, point.ask.removesuffix("。"))
        yield _of_several(
            next(numbers), theme_names()[point.theme], told, members, named, len(point.facts) or len(members)
        )


def points_of_files(files: Iterable[FileReport], numbers: Iterator[int]) -> Iterator[PointRow]:
    """Return the points of the forms of files, weightiest first in each."""
    for file in files:
        for form in file.forms:
            yield from (_point_row(next(numbers), file, form, point) for point in form.points or ())


def point_of_batch(
    finding: BatchFinding, named: Sequence[tuple[str | None, str | None]], numbers: Iterator[int]
) -> PointRow:
    """Return what shows over several forms as a line of the points."""
    phrasing = phrasings()[finding.code]
    told = (phrasing.head, finding.message, "；".join(finding.fix))
    theme = theme_names()[kinds()[phrasing.kind].theme]
    return _of_several(next(numbers), theme, told, _members(finding), named, 1)


def _of_several(
    number: int,
    theme: str,
    told: tuple[str, str, str],
    members: Sequence[tuple[str, str]],
    named: Sequence[tuple[str | None, str | None]],
    counted: int,
) -> PointRow:
    return PointRow(
        number=number,
        unit=_some(list(dict.fromkeys(unit or "" for unit, _ in named)), "个单位"),
        project=_some(list(dict.fromkeys(one_line(project or "") for _, project in named)), "个项目"),
        file=_some(list(dict.fromkeys(file_name(file) for file, _ in members)), "个文件"),
        place=f"{len(members)} 张表",
        theme=theme,
        headline=told[0],
        says=told[1],
        ask=told[2],
        stake="",
        count=counted,
        state=OPEN_LABEL,
        fault=told[0],
    )


def _point_row(number: int, file: FileReport, form: FormReport, point: Point) -> PointRow:
    cell = point.subject[0]
    return PointRow(
        number=number,
        unit=form.record.unit or form.record.department or "",
        project=one_line(form.record.project or ""),
        file=file_name(file.path),
        place="　".join(part for part in (cell_name(form.record, cell.field), where(cell.place)) if part),
        theme=theme_names()[point.theme],
        headline=point.headline,
        says=point.says,
        ask=point.ask.removesuffix("。"),
        stake=f"{point.stake:g}" if point.stake else "",
        count=len(point.facts),
        state=_states(form, point),
        fault=kinds()[point.kind].judged or point.headline,
    )


def _states(form: FormReport, point: Point) -> str:
    """Return the states of a point's findings, each once."""
    decided = (form.decisions.get((form.findings or ())[fact].fingerprint) for fact in point.facts)
    return "、".join(dict.fromkeys(STATE_LABELS[entry.state] if entry else OPEN_LABEL for entry in decided))


def entries(report: Report) -> Iterator[ListedRow]:
    """Return the lines of every form, worst first in each, then those that show over several forms."""
    numbers = count(1)
    yield from of_files(report.files, numbers)
    forms = {(file.path, form.id): form.record for file in report.files for form in file.forms}
    for finding in report.batch.findings:
        records = [forms[member] for member in _members(finding) if member in forms]
        yield of_batch(finding, [(record.unit or record.department, record.project) for record in records], numbers)


def of_files(files: Iterable[FileReport], numbers: Iterator[int]) -> Iterator[ListedRow]:
    """Return the lines of the forms of files, worst first in each."""
    for file in files:
        for form in file.forms:
            for finding in worst_first(form.findings or ()):
                yield _entry(next(numbers), file, form, finding)


def _entry(number: int, file: FileReport, form: FormReport, finding: Finding) -> ListedRow:
    decision = form.decisions.get(finding.fingerprint)
    cell = finding.cells[0]
    told = [finding.message, f"算式：{sum_line(finding)}" if finding.calc else "", finding.guess or ""]
    return ListedRow(
        number=number,
        unit=form.record.unit or form.record.department or "",
        project=one_line(form.record.project or ""),
        file=file_name(file.path),
        place="　".join(part for part in (cell_name(form.record, cell.field), where(cell.place)) if part),
        level=SEVERITY_LABELS[finding.severity] + ("（模型提示）" if finding.source == "model" else ""),
        code=finding.code,
        title=finding.title,
        message="\n".join(part for part in told if part),
        basis=grounds(finding),
        advice="；".join(finding.fix),
        state=STATE_LABELS[decision.state] if decision else OPEN_LABEL,
        reason=_told(decision),
    )


def _told(decision: Decision | None) -> str:
    if decision is None:
        return ""
    return "；".join(filter(None, (decision.reason, f"改写为：{decision.text}" if decision.text else "")))


def _members(finding: BatchFinding) -> list[tuple[str, str]]:
    return list(dict.fromkeys((cell.file, cell.form) for cell in finding.cells))


def of_batch(
    finding: BatchFinding, named: Sequence[tuple[str | None, str | None]], numbers: Iterator[int]
) -> ListedRow:
    """Return the line of what shows over several forms; `named` are unit and project of each form it rests on."""
    members = _members(finding)
    units = list(dict.fromkeys(unit or "" for unit, _ in named))
    projects = list(dict.fromkeys(one_line(project or "") for _, project in named))
    return ListedRow(
        number=next(numbers),
        unit=_some(units, "个单位"),
        project=_some(projects, "个项目"),
        file=_some(list(dict.fromkeys(file_name(file) for file, _ in members)), "个文件"),
        place=f"{len(members)} 张表、{len(finding.cells)} 处",
        level=SEVERITY_LABELS[finding.severity],
        code=finding.code,
        title=finding.title,
        message=finding.message,
        basis="；".join(dict.fromkeys(entry.document for entry in finding.basis)) or "复核惯例",
        advice="；".join(finding.fix),
        state=OPEN_LABEL,
        reason="",
    )


def _some(names: list[str], counted: str) -> str:
    shown = "、".join(name for name in names[:3] if name)
    return shown if len(names) <= 3 else f"{shown}等 {len(names)} {counted}"


def to_csv(report: Report) -> str:
    """Write the list for a spreadsheet, UTF-8 with BOM; what a spreadsheet would run as a formula is kept as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*POINT_COLUMNS.values(), "来源"])
    origin = stamp_of(report).line
    writer.writerows([*(inert(value) for value in entry.values()), origin] for entry in point_rows(report))
    return f"\ufeff{out.getvalue()}"


def inert(value: str | int) -> str | int:
    """Return a value no spreadsheet runs as a formula."""
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.match(value):
        return f"'{value}"
    return value


def to_markdown(report: Report) -> str:
    """Write the list as one table a form, with the provenance under it."""
    lines = ["# 问题清单", ""]
    for file in report.files:
        lines += [f"- {file_name(file.path)}：{problem.message}" for problem in file.problems]
    shown = ("number", "place", "headline", "says", "ask", "stake", "state")
    heading: tuple[str, str] | None = None
    for entry in point_rows(report):
        if heading != (entry.unit, entry.project):
            heading = (entry.unit, entry.project)
            lines += ["", f"## {_plain(entry.project) or '（没有项目名称）'}　{_plain(entry.unit)}", ""]
            lines += [f"| {' | '.join(POINT_COLUMNS[name] for name in shown)} |", f"|{' --- |' * len(shown)}"]
        lines.append(f"| {' | '.join(_plain(str(getattr(entry, name))) for name in shown)} |")
    return "\n".join([*lines, "", stamp_of(report).line, ""])


def _plain(text: str) -> str:
    """Keep a cell's text from being read as Markdown or as a further column."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", text).replace("\n", "<br>")
