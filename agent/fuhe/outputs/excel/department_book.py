"""部门自评汇总表.xlsx: one sheet a department with all its projects: money, rate, self score, review score, grade."""

import io
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

import xlsxwriter

from fuhe.outputs.excel.plain_list import TEXT_OPTIONS, head_list, height_of, looks_of, write_formula, write_value
from fuhe.outputs.excel.row_heights import letters
from fuhe.outputs.excel.working_book import safe_sheet_name
from fuhe.outputs.excel.working_columns import TOTAL
from fuhe.worksheets import Worksheet

_HEADS: tuple[tuple[str, float], ...] = (
    ("序号", 5),
    ("项目名称", 36),
    ("实施单位", 20),
    ("全年预算数\n（万元）", 12),
    ("全年执行数\n（万元）", 12),
    ("执行率", 9),
    ("自评得分", 9),
    ("复核得分", 9),
    ("偏差", 8),
    ("偏离度", 9),
    ("等次", 7),
)
_FIRST = 3


def to_department_book(sheets: Sequence[Worksheet], line: str) -> bytes:
    """Return the workbook; rates and sums are live, the other figures those of the forms and of the worksheets."""
    out = io.BytesIO()
    ordered = sorted(sheets, key=_department)
    with xlsxwriter.Workbook(out, TEXT_OPTIONS) as book:
        book.set_properties({"title": "部门自评汇总表", "comments": line})
        looks = looks_of(book)
        for number, (name, group) in enumerate(groupby(ordered, key=_department), 1):
            _department_sheet(book.add_worksheet(safe_sheet_name(number, name)), looks, name, list(group), line)
    return out.getvalue()


def _department(sheet: Worksheet) -> str:
    return sheet.department or sheet.unit or "（未填主管部门）"


def _department_sheet(page: Any, looks: dict[str, Any], name: str, sheets: Sequence[Worksheet], line: str) -> None:
    told = (
        f"主管部门：{name}　共 {len(sheets)} 个项目　评分口径：{sheets[0].standard}　复核得分为建议稿，由复核人核定。"
    )
    head_list(page, looks, "项目支出绩效自评结果汇总表", told, _HEADS)
    for row, sheet in enumerate(sheets, _FIRST):
        _project(page, looks, row, sheet)
    _sums(page, looks, _FIRST + len(sheets), sheets)
    page.write_string(_FIRST + len(sheets) + 2, 0, line, looks["small"])


def _project(page: Any, looks: dict[str, Any], row: int, sheet: Worksheet) -> None:
    at = row + 1
    write_value(page, row, 0, row - _FIRST + 1, looks["centred"])
    write_value(page, row, 1, sheet.project, looks["body"])
    write_value(page, row, 2, sheet.unit, looks["body"])
    write_value(page, row, 3, sheet.budget, looks["number"])
    write_value(page, row, 4, sheet.executed, looks["number"])
    rate = sheet.executed / sheet.budget if sheet.budget and sheet.executed is not None else None
    write_formula(page, row, 5, f'=IF(N(D{at})=0,"",E{at}/D{at})', looks["share"], rate)
    write_value(page, row, 6, sheet.self_score, looks["number"])
    write_value(page, row, 7, sheet.score, looks["number"])
    write_value(page, row, 8, sheet.deviation, looks["number"])
    whole = f"G{at}" if sheet.over == "自评得分" else f"{float(sheet.weight):g}"
    write_formula(page, row, 9, f'=IF({whole}=0,"",I{at}/{whole})', looks["share"], sheet.deviation_share)
    write_value(page, row, 10, sheet.grade, looks["centred"])
    page.set_row(row, height_of([sheet.project, sheet.unit], [_HEADS[1][1], _HEADS[2][1]]))


def _sums(page: Any, looks: dict[str, Any], row: int, sheets: Sequence[Worksheet]) -> None:
    zero, at = Decimal(0), row + 1
    for col in range(len(_HEADS)):
        write_value(page, row, col, None, looks["total"])
        write_value(page, row + 1, col, None, looks["total"])
    write_value(page, row, 1, TOTAL, looks["total"])
    write_value(page, row + 1, 1, "平均", looks["total"])
    budget = sum((sheet.budget or zero for sheet in sheets), zero)
    executed = sum((sheet.executed or zero for sheet in sheets), zero)
    for col, value in ((3, budget), (4, executed)):
        write_formula(page, row, col, f"=SUM({_down(col, row)})", looks["total"], value)
    rate = executed / budget if budget else None
    write_formula(page, row, 5, f'=IF(D{at}=0,"",E{at}/D{at})', looks["total_share"], rate)
    own, reviewed, off = (
        sum(values, zero)
        for values in zip(*((sheet.self_score, sheet.score, sheet.deviation) for sheet in sheets), strict=True)
    )
    for col, value in ((6, own), (7, reviewed), (8, off)):
        write_formula(page, row, col, f"=SUM({_down(col, row)})", looks["total"], value)
        mean = round(value / len(sheets), 2)
        write_formula(page, row + 1, col, f"=ROUND(AVERAGE({_down(col, row)}),2)", looks["total"], mean)
    share = off / own if own else None
    write_formula(page, row, 9, f'=IF(G{at}=0,"",I{at}/G{at})', looks["total_share"], share)


def _down(col: int, row: int) -> str:
    letter = letters(col)
    return f"{letter}{_FIRST + 1}:{letter}{row}"
