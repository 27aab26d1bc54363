"""复核底稿.xlsx: one sheet a project with live formulas, ticks for what only evidence tells, and 汇总 over all."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

from fuhe.outputs.excel.plain_list import (
    TEXT_OPTIONS,
    head_list,
    height_of,
    looks_of,
    to_print,
    write_formula,
    write_value,
)
from fuhe.outputs.excel.row_heights import letters
from fuhe.outputs.excel.working_columns import (
    COLUMNS,
    FORM_MARK,
    HEAD_ROW,
    NO_TICK,
    READ_BACK_SHEET,
    SUMMARY,
    SUMMARY_SHEET,
    TICK,
    TOTAL,
    column_letters,
    column_names,
    tick_labels,
)
from fuhe.outputs.worksheet_words import (
    BY_HAND,
    base_words,
    how_settled,
    main_reasons,
    reason_of,
    ticked_words,
    words_of_row,
)
from fuhe.readers.own_marks import WORKSHEET_TITLE
from fuhe.records import Place, Problem
from fuhe.worksheets import WorkRow, Worksheet

_WIDTHS = (9, 11, 24, 6, 13, 6, 6, 13, 7, 13, 7, 7, 46)
_TICK_WIDTH, _BEHIND_WIDTHS = 8, (8, 30, 30, 7, 14)
_SUMMARY_WIDTHS = (5, 30, 16, 16, 11, 11, 8, 8, 8, 8, 6, 60)
_LONGEST_LITERAL = 250
_BAD_IN_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31


@dataclass(frozen=True)
class _Laid:
    """A sheet that was written: its name and where its figures stand, for 汇总 to point at."""

    sheet: Worksheet
    name: str
    total: int
    letters: dict[str, str]

    def at(self, column: str, row: int | None = None) -> str:
        """Return the address of a figure from another sheet; rows counted from 1, the total's by default."""
        return f"'{self.name}'!{self.letters[column]}{row or self.total}"


def to_working_book(sheets: Sequence[Worksheet], line: str, told: Sequence[Problem] = ()) -> bytes:
    """Return the workbook; `line` says where it comes from, `told` what could not be taken over from an earlier one."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, TEXT_OPTIONS) as book:
        book.set_properties({"title": "复核底稿", "comments": line})
        looks = looks_of(book)
        summary = book.add_worksheet(SUMMARY_SHEET)
        names = sheet_names(sheets)
        laid = [_sheet(book, looks, name, sheet, line) for name, sheet in zip(names, sheets, strict=True)]
        _summary(summary, looks, laid, line)
        if told:
            _told(book, looks, told)
    return out.getvalue()


def sheet_names(sheets: Iterable[Worksheet]) -> list[str]:
    """Return a name for every sheet, numbered so that no two are the same."""
    return [safe_sheet_name(number, sheet.project or "未填项目名称") for number, sheet in enumerate(sheets, 1)]


def safe_sheet_name(number: int, name: str) -> str:
    """Return a numbered sheet name of 31 characters at most, without the signs Excel forbids."""
    bare = _BAD_IN_NAME.sub("", name).replace("\n", "")
    return f"{number:02d} {bare}"[:_LONGEST_NAME].rstrip()


def _sheet(book: Any, looks: dict[str, Any], name: str, sheet: Worksheet, line: str) -> _Laid:
    page = book.add_worksheet(name)
    labels = tick_labels(sheet)
    at = column_letters(labels)
    _top(page, looks, sheet, labels)
    for number, row in enumerate(sheet.rows, HEAD_ROW + 1):
        _row(page, looks, number, row, labels, at)
    total = HEAD_ROW + 1 + len(sheet.rows)
    _bottom(page, looks, sheet, total, at, line)
    _for_print(page, labels, total + 6 + len(sheet.notes))
    return _Laid(sheet, name, total + 1, at)


def _top(page: Any, looks: dict[str, Any], sheet: Worksheet, labels: Sequence[str]) -> None:
    widths = (*_WIDTHS, *(_TICK_WIDTH for _ in labels), *_BEHIND_WIDTHS)
    names = column_names(labels)
    for col, width in enumerate(widths):
        hidden = col >= len(_WIDTHS) + len(labels)
        page.set_column(col, col, width, None, {"level": 1, "hidden": True} if hidden else {})
    page.merge_range(0, 0, 0, len(COLUMNS) - 1, "", looks["title"])
    page.write_string(0, 0, WORKSHEET_TITLE, looks["title"])
    page.set_row(0, 26)
    who = (f"项目名称：{sheet.project or ''}", f"主管部门：{sheet.department or ''}", f"实施单位：{sheet.unit or ''}")
    page.write_string(1, 0, "　".join([*who, f"年度：{sheet.year or ''}"]), looks["line"])
    hint = "勾选栏看了佐证资料再选，不选的不扣；复核完成值、复核得分、扣分原因可直接改写。"
    page.write_string(2, 0, f"评分口径：{sheet.standard}　{how_settled([sheet])}{hint}", looks["small"])
    page.write_string(2, len(names) - 1, FORM_MARK + sheet.key, looks["small"])
    for col, title in enumerate(names):
        page.write_string(HEAD_ROW, col, title, looks["head"])
    page.set_row(HEAD_ROW, 42)


def _row(
    page: Any, looks: dict[str, Any], number: int, row: WorkRow, labels: Sequence[str], at: dict[str, str]
) -> None:
    line = number + 1
    write = _Writer(page, looks, number, at)
    for name in ("level1", "level2", "name", "target", "actual"):
        write.text(name, dict(row)[name] or "", "body")
    write.text("nature", row.nature, "centred")
    write.text("unit", row.unit or "", "centred")
    write.figure("weight", row.weight)
    write.figure("self_score", row.self_score)
    write.text("review_actual", row.shown_actual or "", "fill")
    if row.hand.formula is not None:
        write.formula("score", row.hand.formula, row.score, "fill")
    elif row.hand.score is not None:
        write.figure("score", row.hand.score, "fill")
    else:
        write.formula("score", f"={at['proposed']}{line}", row.proposed, "fill")
    own, reviewed = f"{at['self_score']}{line}", f"{at['score']}{line}"
    shown = "" if row.deviation is None else row.deviation
    write.formula("deviation", f'=IF(ISNUMBER({own}),{own}-{reviewed},"")', shown)
    if row.hand.reason is not None:
        write.text("reason", row.hand.reason, "reason")
    else:
        write.formula("reason", _reason_formula(at, line), reason_of(row), "reason")
    _ticks(page, looks, number, row, labels, at)
    _behind(write, row, at, line)
    page.set_row(number, _height(row))


@dataclass(frozen=True)
class _Writer:
    """Writes the cells of one row by the names of their columns."""

    page: Any
    looks: dict[str, Any]
    number: int
    at: dict[str, str]

    def text(self, name: str, value: str, look: str) -> None:
        """Write a text as text, whatever it begins with."""
        self.page.write_string(self.number, list(self.at).index(name), value, self.looks[look])

    def figure(self, name: str, value: Decimal | None, look: str = "number") -> None:
        """Write a number, or leave the cell blank where there is none."""
        col = list(self.at).index(name)
        if value is None:
            self.page.write_blank(self.number, col, None, self.looks[look])
        else:
            self.page.write_number(self.number, col, float(value), self.looks[look])

    def formula(self, name: str, formula: str, value: Decimal | str, look: str = "number") -> None:
        """Write a formula with the value it has now."""
        shown = float(value) if isinstance(value, Decimal) else value
        self.page.write_formula(self.number, list(self.at).index(name), formula, self.looks[look], shown)


def _reason_formula(at: dict[str, str], line: int) -> str:
    """Return the formula by which the percent in a reason is always the one really taken off."""
    weight, score = f"{at['weight']}{line}", f"{at['score']}{line}"
    share, lost = f"ROUND(({weight}-{score})/{weight}*100,2)", f"ROUND({weight}-{score},2)"
    taken = f'IF({weight}=0,"不计分：",IF({score}<{weight},"扣"&{share}&"%（"&{lost}&"分）：","不扣分："))'
    return f'={taken}&IF({score}={at["proposed"]}{line},{at["words"]}{line},"{BY_HAND}")'


def _ticks(
    page: Any, looks: dict[str, Any], number: int, row: WorkRow, labels: Sequence[str], at: dict[str, str]
) -> None:
    offered = {tick.label: tick for tick in row.ticks}
    for label in labels:
        col = list(at).index(label)
        if label in offered:
            page.write_string(number, col, TICK if offered[label].on else "", looks["fill"])
            page.data_validation(
                number, col, number, col,
                {"validate": "list", "source": [TICK], "error_title": "勾选", "error_message": f"只填“{TICK}”或留空"},
            )  # fmt: skip
        else:
            page.write_string(number, col, NO_TICK, looks["none"])


def _behind(write: _Writer, row: WorkRow, at: dict[str, str], line: int) -> None:
    score, words = f"{float(row.base_score):g}", f"{at['base']}{line}"
    for index in reversed(range(len(row.ticks))):
        tick = row.ticks[index]
        ticked = f'{at[tick.label]}{line}="{TICK}"'
        literal = ticked_words(row, index)[:_LONGEST_LITERAL].replace('"', '""')
        score, words = f"IF({ticked},{float(tick.score):g},{score})", f'IF({ticked},"{literal}",{words})'
    write.formula("proposed", f"={score}", row.proposed, "behind")
    write.formula("words", f"={words}", words_of_row(row), "behind")
    write.text("base", base_words(row), "behind")
    weight, reviewed = f"{at['weight']}{line}", f"{at['score']}{line}"
    # The share of a millionth keeps rows that lost alike apart, so that each is found once.
    apart = Decimal(line) / 1_000_000
    lost = row.lost - apart if row.lost > 0 else Decimal(0)
    write.formula("lost", f"=IF({weight}-{reviewed}>0,{weight}-{reviewed}-ROW()/1000000,0)", lost, "behind")
    write.text("key", row.key, "behind")


def _bottom(page: Any, looks: dict[str, Any], sheet: Worksheet, total: int, at: dict[str, str], line: str) -> None:
    first, last = HEAD_ROW + 2, total
    write = _Writer(page, looks, total, at)
    for name in COLUMNS:
        write.text(name, "", "total")
    write.text("level1", TOTAL, "total")
    sums = {"weight": sheet.weight, "self_score": sheet.self_score, "score": sheet.score, "deviation": sheet.deviation}
    for name, value in sums.items():
        write.formula(name, f"=SUM({at[name]}{first}:{at[name]}{last})", value, "total")
    share, grade = sheet.deviation_share, sheet.grade
    page.write_string(total + 1, 0, "偏离度", looks["total"])
    page.write_formula(
        total + 1, 1, _share_formula(sheet, at, total + 1), looks["total_share"], "" if share is None else float(share)
    )
    page.write_string(total + 1, 2, f"偏差÷{sheet.over}" + "（自评得分未填的行不计入偏差）", looks["small"])
    page.write_string(total + 2, 0, "等次", looks["total"])
    page.write_formula(total + 2, 1, _grade_formula(sheet, at, total + 1), looks["total"], grade)
    limits = "、".join(f"{name}{float(least):g}分以上" for name, least in sheet.grades.items() if least)
    page.write_string(total + 2, 2, f"复核得分按百分折算：{limits}", looks["small"])
    for below, note in enumerate([*sheet.notes, "复核人：　　　　　　　　复核日期：", line], total + 3):
        page.write_string(below, 0, note, looks["small"])


def _share_formula(sheet: Worksheet, at: dict[str, str], line: int) -> str:
    whole = f"{at['self_score' if sheet.over == '自评得分' else 'weight']}{line}"
    return f'=IF({whole}=0,"",{at["deviation"]}{line}/{whole})'


def _grade_formula(sheet: Worksheet, at: dict[str, str], line: int) -> str:
    weight, score = f"{at['weight']}{line}", f"{at['score']}{line}"
    share = f"ROUND({score}/{weight}*100,2)"
    nested = '""'
    for name, least in reversed(sheet.grades.items()):
        nested = f'IF({share}>={float(least):g},"{name}",{nested})'
    return f'=IF({weight}=0,"",{nested})'


def _height(row: WorkRow) -> float:
    texts = (row.level1, row.level2, row.name, "", row.target, row.unit, "", row.actual, "", row.shown_actual, "", "")
    return height_of((*texts, reason_of(row)), _WIDTHS)


def _for_print(page: Any, labels: Sequence[str], last: int) -> None:
    page.freeze_panes(HEAD_ROW + 1, 3)
    to_print(page)
    page.repeat_rows(HEAD_ROW)
    page.print_area(0, 0, last, len(COLUMNS) + len(labels) - 1)


def _summary(page: Any, looks: dict[str, Any], laid: Sequence[_Laid], line: str) -> None:
    standard = laid[0].sheet.standard if laid else ""
    told = f"评分口径：{standard}　各数都连到各项目的底稿，底稿改了这里跟着变。"
    head_list(page, looks, "复核结果汇总", told, list(zip(SUMMARY, _SUMMARY_WIDTHS, strict=True)))
    for number, entry in enumerate(laid, 3):
        _summary_row(page, looks, number, entry)
    _summary_total(page, looks, 3 + len(laid), [entry.sheet for entry in laid])
    page.write_string(5 + len(laid), 0, line, looks["small"])


def _summary_row(page: Any, looks: dict[str, Any], number: int, entry: _Laid) -> None:
    sheet = entry.sheet
    write_value(page, number, 0, number - 2, looks["centred"])
    for col, text in enumerate((sheet.project, sheet.department, sheet.unit), 1):
        write_value(page, number, col, text, looks["body"])
    for col, money in ((4, sheet.budget), (5, sheet.executed)):
        write_value(page, number, col, money, looks["number"])
    sums = (("self_score", sheet.self_score), ("score", sheet.score), ("deviation", sheet.deviation))
    for col, (name, value) in enumerate(sums, 6):
        write_formula(page, number, col, f"={entry.at(name)}", looks["number"], value)
    write_formula(page, number, 9, f"='{entry.name}'!B{entry.total + 1}", looks["share"], sheet.deviation_share)
    write_formula(page, number, 10, f"='{entry.name}'!B{entry.total + 2}", looks["centred"], sheet.grade)
    write_formula(page, number, 11, _main_formula(entry), looks["body"], main_reasons(sheet, 2))
    page.set_row(number, height_of([sheet.project, main_reasons(sheet, 2)], [_SUMMARY_WIDTHS[1], _SUMMARY_WIDTHS[11]]))


def _main_formula(entry: _Laid) -> str:
    """Return the formula that fetches the reasons of the two rows that lost most."""
    first, last = HEAD_ROW + 2, entry.total - 1

    def column(name: str) -> str:
        return f"'{entry.name}'!${entry.letters[name]}${first}:${entry.letters[name]}${last}"

    def nth(number: int) -> str:
        found = f"MATCH(LARGE({column('lost')},{number}),{column('lost')},0)"
        return f'INDEX({column("name")},{found})&"："&INDEX({column("reason")},{found})'

    lost = f'COUNTIF({column("lost")},">0")'
    return f'=IF({lost}=0,"没有扣分",{nth(1)}&IF({lost}>1,"；"&{nth(2)},""))'


def _summary_total(page: Any, looks: dict[str, Any], number: int, sheets: Sequence[Worksheet]) -> None:
    for col in range(len(SUMMARY)):
        write_value(page, number, col, None, looks["total"])
    write_value(page, number, 1, TOTAL, looks["total"])
    sums = dict(enumerate(_sums(sheets), 4))
    for col, value in sums.items():
        letter = letters(col)
        write_formula(page, number, col, f"=SUM({letter}4:{letter}{number})", looks["total"], value)
    share = sums[8] / sums[6] if sums[6] else None
    formula = f'=IF(G{number + 1}=0,"",I{number + 1}/G{number + 1})'
    write_formula(page, number, 9, formula, looks["total_share"], share)


def _sums(sheets: Sequence[Worksheet]) -> Iterator[Decimal]:
    """Yield what the sheets come to together: budget, executed, self score, review score, deviation."""
    zero = Decimal(0)
    yield sum((sheet.budget or zero for sheet in sheets), zero)
    yield sum((sheet.executed or zero for sheet in sheets), zero)
    yield sum((sheet.self_score for sheet in sheets), zero)
    yield sum((sheet.score for sheet in sheets), zero)
    yield sum((sheet.deviation for sheet in sheets), zero)


def _told(book: Any, looks: dict[str, Any], told: Sequence[Problem]) -> None:
    page = book.add_worksheet(READ_BACK_SHEET)
    heads = (("底稿", 30), ("格", 8), ("情况", 100))
    head_list(page, looks, "读回说明", "读回上一份底稿时，下列各处没有照收或需要核对；原来那一份没有改动。", heads)
    for number, problem in enumerate(told, 3):
        place = problem.place or Place()
        for col, text in enumerate((place.sheet, place.address, problem.message)):
            write_value(page, number, col, text, looks["body"])
