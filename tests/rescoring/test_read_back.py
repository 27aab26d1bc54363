"""A filled-in 复核底稿 read back: what a person wrote stays, what cannot be taken over is named with its cell."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fuhe.errors import ReadError
from fuhe.outputs.excel.working_back import read_back
from fuhe.outputs.excel.working_book import to_working_book
from fuhe.outputs.worksheet_words import reason_of
from fuhe.records import Form, Problem
from fuhe.rescoring.revising import all_revised
from fuhe.worksheets import Worksheet
from libreoffice import needs_libreoffice, saved_again
from worksheet_desk import HEAD, LINE, at, columns, edited, sheets_of


@pytest.fixture
def sheets(sample_forms: list[Form]) -> list[Worksheet]:
    return sheets_of(sample_forms[:2])


def _back(sheets: list[Worksheet], edit: Callable[[Any], None]) -> tuple[list[Worksheet], list[Problem]]:
    handed, told = read_back(edited(sheets, edit), sheets)
    return all_revised(sheets, handed), told


def _spots(told: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, (problem.place and problem.place.address) or "") for problem in told]


def test_an_untouched_workbook_changes_nothing(sheets: list[Worksheet]) -> None:
    assert _back(sheets, lambda book: None) == (sheets, [])


def test_score_reason_tick_and_actual_come_back(sheets: list[Worksheet]) -> None:
    def fill(book: Any) -> None:
        page = book.worksheets[1]
        at(page, "复核得分", 1).value = 7
        at(page, "扣分原因", 1).value = "扣30%：人员名册少3人"
        at(page, "勾选：无佐证", 2).value = "√"
        at(page, "复核完成值", 5).value = "节约12万元"

    made, told = _back(sheets, fill)
    rows = made[0].rows
    assert told == []
    assert [float(rows[place].score) for place in (1, 2)] == [7, 0]
    assert reason_of(rows[1]) == "扣30%：人员名册少3人"
    assert reason_of(rows[2]).startswith("扣100%（10分）：没有提供佐证资料")
    assert rows[5].shown_actual == "节约12万元"
    assert made[0].score == 81 - 3 - 10


def test_what_came_back_is_written_and_read_again(sheets: list[Worksheet]) -> None:
    def fill(book: Any) -> None:
        page = book.worksheets[1]
        at(page, "复核得分", 1).value = 7
        at(page, "扣分原因", 1).value = "扣30%：人员名册少3人"
        at(page, "勾选：与项目无关", 3).value = "是"

    made, told = _back(sheets, fill)
    handed, again = read_back(to_working_book(made, LINE, told), sheets)
    assert (all_revised(sheets, handed), again) == (made, [])


def test_formulas_stay_live_after_reading_back(sheets: list[Worksheet]) -> None:
    made, _ = _back(sheets, lambda book: setattr(at(book.worksheets[1], "复核得分", 1), "value", 7))

    def look(book: Any) -> None:
        page = book.worksheets[1]
        assert at(page, "复核得分", 1).value == 7
        assert at(page, "复核得分", 2).value == f"={columns(page)['建议得分']}7"
        assert at(page, "偏差", 1).value.startswith("=IF(")
        assert page["K14"].value == "=SUM(K5:K13)"

    edited(made, look)


BAD: list[tuple[str, str, str, str, Any]] = [
    ("score-out", "K6", "复核得分12超过分值10，没有采用", "复核得分", 12),
    ("score-out", "K6", "复核得分-1小于0", "复核得分", -1),
    ("score-text", "K6", "复核得分写着“七分”，不是数", "复核得分", "七分"),
    ("score-blank", "K6", "复核得分是空的，按建议得分10", "复核得分", None),
    ("formula-uncached", "K6", "没有算出得数", "复核得分", "=G6*0.7"),
    ("row-renamed", "C6", "三级指标写作“座席”，单位的表上是“话务人员坐席数量”", "三级指标", "座席"),
    ("own-changed", "G6", "权重写作“20”，单位的表上是10", "权重", 20),
    ("own-changed", "I6", "自评得分写作“9”，单位的表上是10", "自评得分", 9),
    ("tick-unread", "N6", "勾选栏写着“待查”", "勾选：无佐证", "待查"),
    ("tick-not-offered", "Q6", "不适用“无调查资料”", "勾选：无调查资料", "√"),
    ("reason-blank", "M6", "扣分原因是空的，按建议写", "扣分原因", None),
]


@pytest.mark.parametrize(
    ("code", "address", "says", "column", "value"), BAD, ids=[f"{case[0]}-{case[4]}" for case in BAD]
)
def test_bad_entries_are_named_and_not_taken(
    sheets: list[Worksheet], code: str, address: str, says: str, column: str, value: Any
) -> None:
    made, told = _back(sheets, lambda book: setattr(at(book.worksheets[1], column, 1), "value", value))
    assert _spots(told) == [(code, address)]
    assert says in told[0].message
    assert told[0].place
    assert told[0].place.sheet == "01 2024 年中卫市 12345 政务服务热线政府购买服务费"[:31].rstrip()
    assert made == sheets


def test_a_number_kept_as_text_is_a_number(sheets: list[Worksheet]) -> None:
    made, _ = _back(sheets, lambda book: setattr(at(book.worksheets[1], "复核得分", 1), "value", "８.５分"))
    assert float(made[0].rows[1].score) == 8.5


def test_a_score_without_a_reason_asks_for_one(sheets: list[Worksheet]) -> None:
    made, told = _back(sheets, lambda book: setattr(at(book.worksheets[1], "复核得分", 1), "value", 7))
    assert _spots(told) == [("reason-wanted", "M6")]
    assert reason_of(made[0].rows[1]) == "扣30%（3分）：复核人核定【待补充：扣分原因】"


def test_a_reason_with_another_percent_is_kept_and_named(sheets: list[Worksheet]) -> None:
    def fill(book: Any) -> None:
        at(book.worksheets[1], "复核得分", 1).value = 7
        at(book.worksheets[1], "扣分原因", 1).value = "扣20%：名册少人"

    made, told = _back(sheets, fill)
    assert _spots(told) == [("reason-off", "M6")]
    assert reason_of(made[0].rows[1]) == "扣20%：名册少人"


def test_missing_moved_copied_and_added_rows_are_named(sheets: list[Worksheet]) -> None:
    def shuffle(book: Any) -> None:
        page = book.worksheets[1]
        lines = [[cell.value for cell in row] for row in page.iter_rows(min_row=6, max_row=9)]
        for number, values in zip((6, 7, 8), (lines[1], lines[0], lines[0]), strict=True):
            for col, value in enumerate(values, 1):
                page.cell(number, col).value = value
        for col in range(1, page.max_column + 1):
            page.cell(9, col).value = None
        page["C9"] = "另加的指标"

    made, told = _back(sheets, shuffle)
    codes = [code for code, _ in _spots(told)]
    assert sorted(codes) == ["row-added", "row-missing", "row-missing", "row-moved", "row-moved", "row-twice"]
    assert made == sheets


def test_rows_the_unit_has_changed_since_are_quoted(sheets: list[Worksheet]) -> None:
    def fill(book: Any) -> None:
        at(book.worksheets[1], "复核得分", 1).value = 7
        at(book.worksheets[1], "扣分原因", 1).value = "扣30%：名册少3人"

    data = edited(sheets, fill)
    rows = (sheets[0].rows[0], sheets[0].rows[1].model_copy(update={"key": "另一行"}), *sheets[0].rows[2:])
    _, told = read_back(data, [sheets[0].model_copy(update={"rows": rows}), sheets[1]])
    assert [problem.code for problem in told] == ["row-unknown", "row-missing"]
    assert "复核得分“7”、扣分原因“扣30%：名册少3人”" in told[0].message


def test_a_hand_formula_with_its_result_is_kept(sheets: list[Worksheet]) -> None:
    from decimal import Decimal

    row = sheets[0].rows[1]
    hand = row.hand.model_copy(update={"score": Decimal(7), "formula": "=G6*0.7", "reason": "扣30%：名册少3人"})
    rows = (sheets[0].rows[0], row.model_copy(update={"hand": hand}), *sheets[0].rows[2:])
    filled = [sheets[0].model_copy(update={"rows": rows}), sheets[1]]
    handed, told = read_back(to_working_book(filled, LINE), sheets)
    assert (all_revised(sheets, handed), told) == (filled, [])


def test_a_formula_that_reaches_out_becomes_its_number(sheets: list[Worksheet]) -> None:
    from decimal import Decimal

    row = sheets[0].rows[1]
    hand = row.hand.model_copy(update={"score": Decimal(7), "formula": "=别处!A1", "reason": "扣30%：名册少3人"})
    rows = (sheets[0].rows[0], row.model_copy(update={"hand": hand}), *sheets[0].rows[2:])
    handed, told = read_back(to_working_book([sheets[0].model_copy(update={"rows": rows})], LINE), sheets[:1])
    assert [problem.code for problem in told] == ["formula-as-number"]
    entry = handed[0].entries[row.key]
    assert (entry.score, entry.formula) == (Decimal(7), None)


def test_strange_and_missing_sheets_are_named(sheets: list[Worksheet]) -> None:
    def fill(book: Any) -> None:
        book.remove(book.worksheets[2])
        book.create_sheet("随手记")["A1"] = "记一下"
        book.worksheets[1].title = "01 热线"
        book.copy_worksheet(book.worksheets[1])

    _, told = _back(sheets, fill)
    assert sorted(problem.code for problem in told) == ["no-sheet", "sheet-twice", "strange-sheet"]


def test_a_sheet_without_its_columns_is_named(sheets: list[Worksheet]) -> None:
    def fill(book: Any) -> None:
        page = book.worksheets[1]
        at(page, "行标记（勿改）", -1).value = "标记"
        book.worksheets[2][f"C{HEAD}"] = "指标"

    made, told = _back(sheets, fill)
    assert [problem.code for problem in told] == ["no-column", "no-head"]
    assert made == sheets


def test_what_is_no_workbook_is_refused(sheets: list[Worksheet]) -> None:
    with pytest.raises(ReadError):
        read_back("不是工作簿".encode(), sheets)


def test_problems_stand_in_the_new_workbook(sheets: list[Worksheet]) -> None:
    made, told = _back(sheets, lambda book: setattr(at(book.worksheets[1], "复核得分", 1), "value", "七分"))

    def look(book: Any) -> None:
        page = book["读回说明"]
        assert (page["B4"].value, "七分" in page["C4"].value) == ("K6", True)

    edited(made, look, told)


@needs_libreoffice
def test_libreoffice_saves_what_can_be_read_back(sheets: list[Worksheet], tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        page = book.worksheets[1]
        at(page, "复核得分", 1).value = "=G6*0.7"
        at(page, "扣分原因", 1).value = "扣30%：名册少3人"
        at(page, "勾选：无佐证", 2).value = "√"

    data = saved_again(edited(sheets, fill), ".xlsx", tmp_path)
    handed, told = read_back(data, sheets)
    rows = all_revised(sheets, handed)[0].rows
    assert told == []
    assert (float(rows[1].score), rows[1].hand.formula, float(rows[2].score)) == (7, "=G6*0.7", 0)
