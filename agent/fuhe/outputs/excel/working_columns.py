"""The columns of a worksheet and of 汇总: one list for the writer and for the reader of what comes back."""

from collections.abc import Sequence

from fuhe.outputs.excel.row_heights import letters
from fuhe.worksheets import Worksheet

COLUMNS = {
    "level1": "一级指标",
    "level2": "二级指标",
    "name": "三级指标",
    "nature": "指标性质",
    "target": "指标值",
    "unit": "度量单位",
    "weight": "权重",
    "actual": "自评完成值",
    "self_score": "自评得分",
    "review_actual": "复核完成值",
    "score": "复核得分",
    "deviation": "偏差",
    "reason": "扣分原因",
}
BEHIND = {
    "proposed": "建议得分",
    "words": "建议原因",
    "base": "未勾选时的建议原因",
    "lost": "扣分",
    "key": "行标记（勿改）",
}
"""Columns behind the ticks: what the formulas of the sheet rest on, and the mark a row is known again by."""
SUMMARY = (
    "序号",
    "项目名称",
    "主管部门",
    "实施单位",
    "全年预算数\n（万元）",
    "全年执行数\n（万元）",
    "自评得分",
    "复核得分",
    "偏差",
    "偏离度",
    "等次",
    "主要扣分原因",
)
SUMMARY_SHEET, READ_BACK_SHEET = "汇总", "读回说明"
TICK, NO_TICK, TOTAL = "√", "—", "合计"
FORM_MARK = "底稿标记："
HEAD_ROW = 3
"""The row of the headings counted from 0; the rows of the form come behind it."""
TICK_HEAD = "勾选："


def tick_labels(sheet: Worksheet) -> tuple[str, ...]:
    """Return the ticks that some row of a sheet offers, in the order of the standard."""
    return tuple(dict.fromkeys(tick.label for row in sheet.rows for tick in row.ticks))


def column_names(labels: Sequence[str]) -> list[str]:
    """Return the headings of a sheet with these ticks, left to right."""
    return [*COLUMNS.values(), *(TICK_HEAD + label for label in labels), *BEHIND.values()]


def column_letters(labels: Sequence[str]) -> dict[str, str]:
    """Return the letters of every column by its name in the program, a tick's by its label."""
    names = [*COLUMNS, *labels, *BEHIND]
    return {name: letters(number) for number, name in enumerate(names)}
