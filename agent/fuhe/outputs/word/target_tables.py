"""下年度绩效目标表.docx: next year's table in the national target-form layout, and how each indicator is measured."""

from decimal import Decimal
from typing import Any

from docx.shared import Cm

from fuhe.drafts import Draft, Plan
from fuhe.outputs.contract import FormReport, Report
from fuhe.outputs.stamp import stamp_of
from fuhe.outputs.word.official import Paper
from fuhe.records import Record
from fuhe.text import one_line

_BLANK = "【待补充】"
_WIDTHS = (1.0, 2.4, 2.8, 4.7, 3.2, 1.5)
_LAST = len(_WIDTHS) - 1


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
    told = [(draft, draft.indicator) for draft in form.drafts or () if draft.indicator is not None]
    return [(draft, plan) for draft, plan in told if plan.action != "delete"]


def _table(paper: Paper, form: FormReport, year: str, *, new_page: bool) -> None:
    paper.title("项目支出绩效目标表", new_page=new_page)
    paper.note(f"（{year}年度）", centred=True)
    plans = _plans(form)
    grid = paper.grid(_WIDTHS)
    _head(paper, grid, form.record, year)
    first = len(grid.rows)
    _line(paper, grid, "", "一级指标", "二级指标", "三级指标", "指标值", "分值", bold=True)
    for _, plan in plans:
        _line(paper, grid, "", _whole(plan.level1), _whole(plan.class_), plan.name, plan.value, plan.weight or _BLANK)
    execution = _execution(form.record)
    _line(paper, grid, "", "预算执行", "", "预算执行率", "100%", execution)
    total = sum((Decimal(plan.weight or 0) for _, plan in plans), Decimal(execution))
    _line(paper, grid, "", "总分", "", "", "", f"{total.normalize():f}", bold=True)
    _merge_equal(grid, first + 1, 1, [_whole(plan.level1) for _, plan in plans])
    label = grid.cell(first, 0).merge(grid.cell(len(grid.rows) - 1, 0))
    _drop_empty(label)
    paper.write(label, "绩\n效\n指\n标" if plans else "绩效\n指标", bold=True)


def _execution(record: Record) -> str:
    """Return the points of the execution rate: the form's own, else the ten of the national scheme."""
    own = next((row.weight for row in record.funding if row.weight and row.weight.strip("—-－ ").isdigit()), None)
    return own or "10"


def _whole(name: str | None) -> str:
    """Write a class in the full form the table prints: 数量 is 数量指标."""
    return f"{name}指标" if name and not name.endswith("指标") else name or ""


def _head(paper: Paper, grid: Any, record: Record, year: str) -> None:
    _pair(paper, grid, "项目名称", one_line(record.project or _BLANK))
    row = _line(paper, grid, "", "", one_line(record.department or _BLANK), "", one_line(record.unit or _BLANK), "")
    row.cells[0].merge(row.cells[1])
    row.cells[4].merge(row.cells[_LAST])
    paper.write(row.cells[0], "主管部门", bold=True)
    paper.write(row.cells[3], "实施单位", bold=True)
    _money(paper, grid, record.fund_unit or "万元", year)
    goal = f"【待补充：{year}年度目标】"
    if record.goal:
        goal += f"\n（上年度目标：{one_line(record.goal)}）"
    _pair(paper, grid, "年度总体目标", goal)


def _money(paper: Paper, grid: Any, unit: str, year: str) -> None:
    first = len(grid.rows)
    for label in (f"年度资金总额（{unit}）", "其中：财政拨款", "其他资金"):
        blank = _BLANK if len(grid.rows) > first else f"【待补充：{year}年度预算数】"
        row = _line(paper, grid, "", "", label, "", blank, "")
        row.cells[2].merge(row.cells[3])
        row.cells[4].merge(row.cells[_LAST])
    merged = grid.cell(first, 0).merge(grid.cell(len(grid.rows) - 1, 1))
    _drop_empty(merged)
    paper.write(merged, "项目资金", bold=True)


def _pair(paper: Paper, grid: Any, label: str, text: str) -> None:
    row = _line(paper, grid)
    row.cells[0].merge(row.cells[1])
    row.cells[2].merge(row.cells[_LAST])
    paper.write(row.cells[0], label, bold=True)
    paper.write(row.cells[2], text)


def _line(paper: Paper, grid: Any, *texts: str, bold: bool = False) -> Any:
    row = grid.add_row()
    for cell, width in zip(row.cells, _WIDTHS, strict=True):
        cell.width = Cm(width)
    for cell, text in zip(row.cells, texts, strict=False):
        if text:
            paper.write(cell, text, bold=bold)
    return row


def _merge_equal(grid: Any, first: int, col: int, names: list[str]) -> None:
    """Merge the cells of a column in rows that follow one another under the same name."""
    start = 0
    for index in range(1, len(names) + 1):
        if index == len(names) or names[index] != names[start]:
            if index - start > 1 and names[start]:
                for below in range(start + 1, index):
                    for paragraph in grid.cell(first + below, col).paragraphs:
                        paragraph.clear()
                _drop_empty(grid.cell(first + start, col).merge(grid.cell(first + index - 1, col)))
            start = index


def _drop_empty(merged: Any) -> None:
    """Take away the empty paragraphs that merging leaves behind."""
    for paragraph in [entry for entry in merged.paragraphs[1:] if not entry.text]:
        paragraph._p.getparent().remove(paragraph._p)


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
