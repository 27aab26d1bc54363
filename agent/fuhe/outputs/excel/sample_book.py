"""抽样清单.xlsx: who was picked, by what, why, and all who could have been, so that anyone can check the draw."""

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from fuhe.follow_up import Candidate, Sample
from fuhe.outputs.excel.plain_list import (
    TEXT_OPTIONS,
    Value,
    head_list,
    height_of,
    looks_of,
    write_formula,
    write_value,
)
from fuhe.outputs.excel.working_columns import TOTAL
from fuhe.outputs.in_words import file_name

_PICKED: tuple[tuple[str, float], ...] = (
    ("序号", 5),
    ("项目名称", 36),
    ("主管部门", 20),
    ("实施单位", 20),
    ("全年预算数\n（万元）", 12),
    ("抽取方式", 9),
    ("抽取理由", 56),
    ("文件", 28),
)
_ALL: tuple[tuple[str, float], ...] = (
    ("序号", 5),
    ("项目名称", 36),
    ("实施单位", 20),
    ("全年预算数\n（万元）", 12),
    ("错误", 7),
    ("警告", 7),
    ("风险分", 8),
    ("抽签号", 16),
    ("抽中", 8),
)
_FIRST = 3


def to_sample_book(sample: Sample, line: str) -> bytes:
    """Return the workbook: 抽样清单 with the reasons, 全部项目 with the figures they rest on."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, TEXT_OPTIONS) as book:
        book.set_properties({"title": "抽样清单", "comments": line})
        looks = looks_of(book)
        _picks(book.add_worksheet("抽样清单"), looks, sample, line)
        _everybody(book.add_worksheet("全部项目"), looks, sample, line)
    return out.getvalue()


def how_drawn(sample: Sample) -> str:
    """Say how many were picked by what, and how to draw the same lots again."""
    ways = [pick.by for pick in sample.picks]
    counts = "、".join(f"{by} {ways.count(by)} 个" for by in dict.fromkeys(ways))
    return (
        f"共 {len(sample.candidates)} 个项目，抽取 {len(sample.picks)} 个：{counts}。"
        f"随机种子 {sample.seed}；抽签号为“种子|项目|单位”（去空格）的 SHA-256 前 12 位，由小到大取。"
    )


def _picks(page: Any, looks: dict[str, Any], sample: Sample, line: str) -> None:
    head_list(page, looks, "绩效自评复核抽样清单", how_drawn(sample), _PICKED)
    widths = [width for _, width in _PICKED]
    for row, pick in enumerate(sample.picks, _FIRST):
        one = pick.candidate
        values: Sequence[Value] = (
            row - _FIRST + 1, one.project, one.department, one.unit, one.budget, pick.by, pick.reason, file_name(one.file),
        )  # fmt: skip
        _line(page, looks, row, values, widths)
    _sum(page, looks, _FIRST + len(sample.picks), 4, [pick.candidate for pick in sample.picks], len(_PICKED))
    page.write_string(_FIRST + len(sample.picks) + 2, 0, line, looks["small"])


def _everybody(page: Any, looks: dict[str, Any], sample: Sample, line: str) -> None:
    head_list(page, looks, "全部项目", "风险分＝错误×3＋警告×1，由公式算出；抽签号见抽样清单。", _ALL)
    by = {(pick.candidate.file, pick.candidate.form): pick.by for pick in sample.picks}
    widths = [width for _, width in _ALL]
    for row, one in enumerate(sample.candidates, _FIRST):
        values = (row - _FIRST + 1, one.project, one.unit, one.budget, one.errors, one.warnings, None, one.lot)
        _line(page, looks, row, (*values, by.get((one.file, one.form), "")), widths)
        write_formula(page, row, 6, f"=E{row + 1}*3+F{row + 1}", looks["number"], one.risk)
    _sum(page, looks, _FIRST + len(sample.candidates), 3, sample.candidates, len(_ALL))
    page.write_string(_FIRST + len(sample.candidates) + 2, 0, line, looks["small"])


def _line(page: Any, looks: dict[str, Any], row: int, values: Sequence[Value], widths: Sequence[float]) -> None:
    for col, value in enumerate(values):
        write_value(page, row, col, value, looks["body" if isinstance(value, str) else "number"])
    page.set_row(row, height_of(values, widths))


def _sum(page: Any, looks: dict[str, Any], row: int, col: int, counted: Sequence[Candidate], width: int) -> None:
    for other in range(width):
        write_value(page, row, other, None, looks["total"])
    write_value(page, row, 1, TOTAL, looks["total"])
    total = sum((one.budget or Decimal(0) for one in counted), Decimal(0))
    letter = chr(65 + col)
    write_formula(page, row, col, f"=SUM({letter}{_FIRST + 1}:{letter}{row})", looks["total"], total)
