"""部门自评汇总表.xlsx: one sheet a department with all its projects: money, rate, self score, review score, grade; then a line a unit."""

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
from fuhe.outputs.worksheet_words import how_settled
from fuhe.worksheets import Worksheet, by_unit, cents, share_off

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
_UNIT_HEADS: tuple[tuple[str, float], ...] = (
    ("序号", 5),
    ("实施单位", 30),
    ("项目数", 8),
    ("全年预算数\n（万元）", 12),
    ("全年执行数\n（万元）", 12),
    ("执行率", 9),
    ("自评得分\n平均", 10),
    ("复核得分\n平均", 10),
    ("得分有变动\n的项目", 11),
    ("变动比例", 10),
    ("偏离度", 9),
)
_BY_UNIT = "各单位偏离度"
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
        _unit_sheet(book.add_worksheet(_BY_UNIT), looks, ordered, line)
    return out.getvalue()


def _department(sheet: Worksheet) -> str:
    return sheet.department or sheet.unit or "（未填主管部门）"


def _department_sheet(page: Any, looks: dict[str, Any], name: str, sheets: Sequence[Worksheet], line: str) -> None:
    told = f"主管部门：{name}　共 {len(sheets)} 个项目　评分口径：{sheets[0].standard}　复核得分：{how_settled(sheets)}"
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


def _unit_sheet(page: Any, looks: dict[str, Any], sheets: Sequence[Worksheet], line: str) -> None:
    """Write a line a unit, the one furthest off first, then all of them."""
    units = by_unit(sheets)
    told = (
        f"共 {len(units)} 个单位 {len(sheets)} 个项目，偏离度大的在前。偏离度为偏差合计占{sheets[0].over}合计的比例。"
        + (
            "复核得分按读回的底稿，没有填的为建议稿。"
            if sheets[0].unconfirmed is None
            else f"复核得分：{how_settled(sheets)}"
        )
    )
    head_list(page, looks, "各单位自评与复核对照", told, _UNIT_HEADS)
    for row, (name, own) in enumerate(units, _FIRST):
        _unit_line(page, looks, row, name, own, number=row - _FIRST + 1)
    _unit_line(page, looks, _FIRST + len(units), TOTAL, sheets)
    page.write_string(_FIRST + len(units) + 2, 0, line, looks["small"])


def _unit_line(
    page: Any, looks: dict[str, Any], row: int, name: str, sheets: Sequence[Worksheet], *, number: int | None = None
) -> None:
    zero, count, at = Decimal(0), len(sheets), row + 1
    total = "total" if number is None else ""
    plain, share = total or "number", "total_share" if total else "share"
    budget = sum((sheet.budget or zero for sheet in sheets), zero)
    executed = sum((sheet.executed or zero for sheet in sheets), zero)
    changed = sum(1 for sheet in sheets if sheet.deviation)
    write_value(page, row, 0, number, looks[total or "centred"])
    write_value(page, row, 1, name, looks[total or "body"])
    write_value(page, row, 2, count, looks[total or "centred"])
    write_value(page, row, 3, budget, looks[plain])
    write_value(page, row, 4, executed, looks[plain])
    write_formula(page, row, 5, f'=IF(N(D{at})=0,"",E{at}/D{at})', looks[share], executed / budget if budget else None)
    for col, scores in ((6, [sheet.self_score for sheet in sheets]), (7, [sheet.score for sheet in sheets])):
        write_value(page, row, col, cents(sum(scores, zero) / count), looks[plain])
    write_value(page, row, 8, changed, looks[total or "centred"])
    write_formula(page, row, 9, f"=I{at}/C{at}", looks[share], Decimal(changed) / count)
    write_value(page, row, 10, share_off(sheets), looks[share])


def _down(col: int, row: int) -> str:
    letter = letters(col)
    return f"{letter}{_FIRST + 1}:{letter}{row}"
