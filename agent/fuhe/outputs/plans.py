"""下年度绩效目标表.docx: next year's table in the national target-form layout, and how each indicator is measured."""

from typing import Any

from docx.shared import Cm

from fuhe.drafts import Draft, Plan
from fuhe.outputs.official import Paper
from fuhe.outputs.report import FormReport, Report
from fuhe.outputs.stamp import stamp_of
from fuhe.outputs.wording import one_line
from fuhe.records import Record

_BLANK = "【待补充】"
_WIDTHS = (2.3, 2.7, 5.4, 3.6, 1.6)


def to_plans(report: Report, year: str) -> bytes:
    """Return one document with the target table of every form for the given year."""
    paper = Paper()
    forms = [(file, form) for file in report.files for form in file.forms]
    for number, (file, form) in enumerate(forms):
        _table(paper, form, year, new_page=number > 0)
        _how(paper, form)
        paper.note("本表为草案，须经单位集体审定。黄底处由单位填写，不替单位定数。")
        paper.note(stamp_of(report, [file]).line)
    return paper.save(title=f"{year}年度绩效目标表", comments=stamp_of(report).line)


def _plans(form: FormReport) -> list[tuple[Draft, Plan]]:
    return [(draft, draft.indicator) for draft in form.drafts or () if draft.indicator is not None]


def _table(paper: Paper, form: FormReport, year: str, *, new_page: bool) -> None:
    paper.title("项目支出绩效目标表", new_page=new_page)
    paper.note(f"（{year}年度）", centred=True)
    plans = _plans(form)
    grid = paper.grid(_WIDTHS)
    _head(paper, grid, form.record, year)
    _line(paper, grid, "一级指标", "二级指标", "三级指标", "指标值", "分值", bold=True)
    first = len(grid.rows)
    for _, plan in plans:
        _line(paper, grid, _whole(plan.level1), _whole(plan.class_), plan.name, _value(plan), plan.weight or _BLANK)
    _merge_equal(grid, first, [_whole(plan.level1) for _, plan in plans])


def _whole(name: str | None) -> str:
    """Write a class in the full form the table prints: 数量 is 数量指标."""
    return f"{name}指标" if name and not name.endswith("指标") else name or ""


def _value(plan: Plan) -> str:
    return f"{plan.operator}{plan.target}{plan.unit}"


def _head(paper: Paper, grid: Any, record: Record, year: str) -> None:
    _pair(paper, grid, "项目名称", one_line(record.project or _BLANK))
    row = _line(paper, grid, "主管部门", one_line(record.department or _BLANK), "", one_line(record.unit or _BLANK), "")
    paper.write(row.cells[2], "实施单位", bold=True)
    row.cells[3].merge(row.cells[4])
    unit = record.fund_unit or "万元"
    for number, label in enumerate((f"年度资金总额（{unit}）", "其中：财政拨款", "其他资金")):
        blank = f"【待补充：{year}年度预算数】" if number == 0 else _BLANK
        row = _line(paper, grid, "项目资金" if number == 0 else "", label, "", blank, "")
        row.cells[1].merge(row.cells[2])
        row.cells[3].merge(row.cells[4])
    grid.cell(len(grid.rows) - 3, 0).merge(grid.cell(len(grid.rows) - 1, 0))
    goal = f"【待补充：{year}年度目标】"
    if record.goal:
        goal += f"\n（上年度目标：{one_line(record.goal)}）"
    _pair(paper, grid, "年度总体目标", goal)


def _pair(paper: Paper, grid: Any, label: str, text: str) -> None:
    row = _line(paper, grid, "", "", "", "", "")
    row.cells[1].merge(row.cells[4])
    paper.write(row.cells[0], label, bold=True)
    paper.write(row.cells[1], text)


def _line(paper: Paper, grid: Any, *texts: str, bold: bool = False) -> Any:
    row = grid.add_row()
    for cell, text, width in zip(row.cells, texts, _WIDTHS, strict=True):
        cell.width = Cm(width)
        if text:
            paper.write(cell, text, bold=bold)
    return row


def _merge_equal(grid: Any, first: int, names: list[str]) -> None:
    """Merge the 一级指标 cells of rows that follow one another under the same name."""
    start = 0
    for index in range(1, len(names) + 1):
        if index == len(names) or names[index] != names[start]:
            if index - start > 1 and names[start]:
                for below in range(start + 1, index):
                    for paragraph in grid.cell(first + below, 0).paragraphs:
                        paragraph.clear()
                merged = grid.cell(first + start, 0).merge(grid.cell(first + index - 1, 0))
                for paragraph in [entry for entry in merged.paragraphs[1:] if not entry.text]:
                    paragraph._p.getparent().remove(paragraph._p)
            start = index


def _how(paper: Paper, form: FormReport) -> None:
    plans = _plans(form)
    rows = [
        [
            plan.name,
            plan.formula,
            "\n".join(part for part in (plan.data_source, plan.evidence) if part),
            plan.scoring_rule,
            plan.why,
        ]
        for _, plan in plans
    ]
    if rows:
        paper.note("")
        heads = ("三级指标", "计算方法", "数据来源和佐证资料", "评分办法", "调整说明")
        paper.table(heads, rows, (2.9, 3.4, 3.4, 3.0, 2.9), caption="指标说明")
