"""Noun 1: the form as it was read, every value as printed and with its place.

One English name per form word:

    项目名称 project · 主管部门 department · 实施单位 unit · 年度 year · 预期目标 goal · 实际完成情况 outcome
    年初预算数 initial_budget · 全年预算数 full_year_budget · 全年执行数 executed · 分值 weight · 执行率 rate · 得分 score
    一级指标 level1 · 二级指标 level2 · 三级指标 name · 年度指标值 target · 实际完成值 actual · 偏差原因及改进措施 reason
    上年完成值 last_actual · 赋分规则 scoring_rule · 佐证资料 evidence · 复核分 review_score
    总分 total_weight, total_score · 等级 grade · 存在问题等文字栏 remarks · 表下注 notes
"""

import functools
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, PlainSerializer

Names = Annotated[frozenset[str], PlainSerializer(sorted, return_type=list[str], when_used="json")]
"""A set of names, written in one order whatever order a process holds it in."""

FormType = Literal["project", "department", "transfer", "target", "report"]

FORM_TYPES: dict[FormType, str] = {
    "project": "项目支出绩效自评表",
    "department": "部门整体支出绩效自评表",
    "transfer": "转移支付绩效自评表",
    "target": "绩效目标表",
    "report": "绩效自评报告",
}

LABELS: dict[str, str] = {
    "project": "项目名称",
    "department": "主管部门",
    "unit": "实施单位",
    "year": "年度",
    "goal": "预期目标",
    "outcome": "实际完成情况",
    "funding": "项目资金",
    "label": "资金项目",
    "initial_budget": "年初预算数",
    "full_year_budget": "全年预算数",
    "executed": "全年执行数",
    "rate": "执行率",
    "level1": "一级指标",
    "level2": "二级指标",
    "name": "三级指标",
    "target": "年度指标值",
    "actual": "实际完成值",
    "weight": "分值",
    "score": "得分",
    "reason": "偏差原因及改进措施",
    "last_actual": "上年完成值",
    "scoring_rule": "赋分规则",
    "evidence": "佐证资料",
    "review_score": "复核分",
    "total_weight": "总分（分值）",
    "total_score": "总分（得分）",
    "grade": "等级",
    "fund_unit": "金额单位",
}


class Frozen(BaseModel):
    """What every noun is: validated once, never changed, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(Frozen):
    """Where a value stands in its file; all counts start at 1, fields a format lacks are None."""

    table: int | None = None
    row: int | None = None
    col: int | None = None
    line: int | None = None
    cell: int | None = None
    sheet: str | None = None
    address: str | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


class Problem(Frozen):
    """Something a reader could not settle or had to refuse: a stable code and one Chinese sentence."""

    code: str
    message: str
    place: Place | None = None


class FundingRow(Frozen):
    """One row of 项目资金, amounts as printed, in `Record.fund_unit`."""

    label: str | None = None
    initial_budget: str | None = None
    full_year_budget: str | None = None
    executed: str | None = None
    weight: str | None = None
    rate: str | None = None
    score: str | None = None
    reason: str | None = None


class Indicator(Frozen):
    """One scored row; `target` joins operator, value and unit where the layout splits them."""

    level1: str | None = None
    level2: str | None = None
    name: str | None = None
    target: str | None = None
    actual: str | None = None
    weight: str | None = None
    score: str | None = None
    reason: str | None = None
    last_actual: str | None = None
    scoring_rule: str | None = None
    evidence: str | None = None
    review_score: str | None = None


class Remark(Frozen):
    """A free-text box beside the national columns, such as 存在问题 or 改进措施."""

    label: str
    text: str | None = None


class Record(Frozen):
    """The printed texts of one form; what its layout lacks is None."""

    project: str | None = None
    department: str | None = None
    unit: str | None = None
    year: str | None = None
    goal: str | None = None
    outcome: str | None = None
    total_weight: str | None = None
    total_score: str | None = None
    grade: str | None = None
    fund_unit: str | None = None
    funding: tuple[FundingRow, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    remarks: tuple[Remark, ...] = ()
    notes: tuple[str, ...] = ()


class PrintedCell(Frozen):
    """One cell of the form as printed: its table within the form, row, column and spans, counted from 1."""

    table: int
    row: int
    col: int
    rowspan: int = 1
    colspan: int = 1
    text: str = ""
    place: Place = Place()


@functools.lru_cache(maxsize=1 << 12)
def _steps(field: str) -> tuple[str | int, ...]:
    """Split a field path once: indicators[5].name is indicators, 5, name."""
    parts = field.replace("]", "").replace("[", ".").split(".")
    return tuple(int(part) if part.isdigit() else part for part in parts)


class Form(Frozen):
    """One form of a file: its record, the place of every value, and what the layout prints.

    `columns` names the fields whose heading this layout prints; `inferred` the field paths that are settled but not
    printed in their row; `doubts` what could not be placed; `cells` the printed table, empty where columns may be shifted;
    `around` is what the file prints beside its forms that no field took;
    `unread` the field paths whose cell shows something that could not be read, so that nothing may rest on them.
    """

    id: str
    title: str | None = None
    form_type: FormType = "project"
    truncated: bool = False
    record: Record
    places: dict[str, Place] = {}
    inferred: tuple[str, ...] = ()
    columns: Names = frozenset()
    doubts: tuple[Problem, ...] = ()
    cells: tuple[PrintedCell, ...] = ()
    unread: tuple[str, ...] = ()
    around: tuple[str, ...] = ()

    def text(self, field: str) -> str | None:
        """Return the printed text at a field path such as `indicators[5].name`."""
        value: object = self.record
        for part in _steps(field):
            value = value[part] if type(part) is int else value.__dict__[part]  # type: ignore[index]
        return value if isinstance(value, str) else None


FileStatus = Literal["ok", "partial", "failed", "skipped"]


class File(Frozen):
    """One input and the forms read from it; `failed` and `skipped` say why in `problems`."""

    path: str
    status: FileStatus
    sha256: str | None = None
    problems: tuple[Problem, ...] = ()
    forms: tuple[Form, ...] = ()
