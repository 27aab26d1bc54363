"""复核底稿.xlsx: known columns, live formulas, texts that stay texts."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from conftest import build
from fuhe.outputs.excel.department_book import to_department_book
from fuhe.outputs.excel.working_book import sheet_names, to_working_book
from fuhe.outputs.worksheet_words import reason_of
from fuhe.records import Form
from libreoffice import needs_libreoffice, saved_again
from worksheet_desk import HEAD, LINE, at, columns, edited, sheets_of

KNOWN = [
    "一级指标",
    "二级指标",
    "三级指标",
    "指标性质",
    "指标值",
    "度量单位",
    "权重",
    "自评完成值",
    "自评得分",
    "复核完成值",
    "复核得分",
    "偏差",
    "扣分原因",
]


def _open(data: bytes, *, values: bool = False) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def _computed(data: bytes, room: Path) -> Any:
    """Return a workbook as LibreOffice computes it; openpyxl drops every stored result before that."""
    out = io.BytesIO()
    _open(data).save(out)
    return _open(saved_again(out.getvalue(), ".xlsx", room), values=True)


def test_one_sheet_a_project_in_the_known_columns(sample_forms: list[Form]) -> None:
    book = _open(to_working_book(sheets_of(sample_forms), LINE))
    assert book.sheetnames[0] == "汇总"
    assert len(book.sheetnames) == 7
    for page in book.worksheets[1:]:
        assert [cell.value for cell in page[HEAD]][:13] == KNOWN
        assert page.cell(HEAD + 1, 1).value == "预算执行"
        assert "合计" in [row[0].value for row in page.iter_rows(min_row=HEAD + 1)]


def test_figures_that_follow_are_formulas(sample_forms: list[Form]) -> None:
    page = _open(to_working_book(sheets_of(sample_forms), LINE)).worksheets[1]
    total = next(row for row in page.iter_rows(min_row=HEAD + 1) if row[0].value == "合计")
    assert [total[col].value for col in (6, 8, 10, 11)] == [f"=SUM({letter}5:{letter}13)" for letter in "GIKL"]
    assert page["B15"].value == '=IF(I14=0,"",L14/I14)'
    assert at(page, "偏差", 0).value == '=IF(ISNUMBER(I5),I5-K5,"")'


def test_the_summary_points_at_the_sheets(sample_forms: list[Form]) -> None:
    page = _open(to_working_book(sheets_of(sample_forms), LINE))["汇总"]
    assert page["H4"].value.endswith("'!K14")
    assert page["D4"].value == "中卫市审批服务管理局"
    assert [page[f"{letter}4"].value for letter in "EF"] == [100, 100]


def test_stored_results_are_those_of_the_worksheet(sample_forms: list[Form]) -> None:
    sheets = sheets_of(sample_forms)
    book = _open(to_working_book(sheets, LINE), values=True)
    for page, sheet in zip(book.worksheets[1:], sheets, strict=True):
        for number, row in enumerate(sheet.rows):
            assert at(page, "复核得分", number).value == float(row.score)
            assert at(page, "扣分原因", number).value == reason_of(row)


@needs_libreoffice
def test_libreoffice_computes_the_same(sample_forms: list[Form], tmp_path: Path) -> None:
    sheets = sheets_of(sample_forms)
    book = _computed(to_working_book(sheets, LINE), tmp_path)
    for number, (page, sheet) in enumerate(zip(book.worksheets[1:], sheets, strict=True), 4):
        scores = [at(page, "复核得分", place).value for place in range(len(sheet.rows))]
        assert scores == [pytest.approx(float(row.score)) for row in sheet.rows]
        assert [at(page, "扣分原因", place).value for place in range(len(sheet.rows))] == [
            reason_of(row) for row in sheet.rows
        ]
        total = HEAD + 1 + len(sheet.rows)
        assert page[f"K{total}"].value == pytest.approx(float(sheet.score))
        assert page[f"B{total + 1}"].value == pytest.approx(float(sheet.deviation_share or 0))
        assert page[f"B{total + 2}"].value == sheet.grade
        assert book["汇总"][f"H{number}"].value == pytest.approx(float(sheet.score))
        assert book["汇总"][f"K{number}"].value == sheet.grade
    assert book["汇总"]["L4"].value.startswith("充分利用购买服务优势")


@needs_libreoffice
def test_a_tick_changes_score_reason_and_sums(sample_forms: list[Form], tmp_path: Path) -> None:
    def tick(book: Any) -> None:
        page = book.worksheets[1]
        at(page, "勾选：无佐证", 1).value = "√"
        at(page, "复核得分", 2).value = 7

    page = _computed(edited(sheets_of(sample_forms), tick), tmp_path).worksheets[1]
    assert at(page, "复核得分", 1).value == 0
    assert at(page, "扣分原因", 1).value.startswith("扣100%（10分）：没有提供佐证资料，不计分（“某区2025年口径”第1项）")
    assert at(page, "扣分原因", 2).value == "扣30%（3分）：复核人核定【待补充：扣分原因】"
    assert page["K14"].value == 81 - 10 - 3


def test_no_text_of_a_form_becomes_a_formula() -> None:
    form = build(
        {
            "project": '=HYPERLINK("x")',
            "unit": "=1+1",
            "rows": ["数量｜=SUM(A1:A9)｜=2+3｜=cmd｜10｜10｜", "社会效益｜+人居环境｜@效果显著｜-效果显著｜10｜10"],
        }
    )
    book = _open(to_working_book(sheets_of([form]), LINE))
    page = book.worksheets[1]
    cells = [at(page, name, 1) for name in ("三级指标", "指标值", "自评完成值")] + [
        book["汇总"]["B4"],
        book["汇总"]["D4"],
    ]
    assert [cell.data_type for cell in cells] == ["s"] * 5
    assert at(page, "三级指标", 1).value == "=SUM(A1:A9)"
    department = _open(to_department_book(sheets_of([form]), LINE)).worksheets[0]
    assert department["B4"].data_type == "s"


def test_quotes_in_a_standards_words_stay_text(sample_forms: list[Form]) -> None:
    sheet = sheets_of(sample_forms)[0]
    ticks = (sheet.rows[1].ticks[0].model_copy(update={"words": '写有"引号"&A1'}),)
    rows = (sheet.rows[0], sheet.rows[1].model_copy(update={"ticks": ticks}), *sheet.rows[2:])
    page = _open(to_working_book([sheet.model_copy(update={"rows": rows})], LINE)).worksheets[1]
    assert '写有""引号""&A1' in at(page, "建议原因", 1).value


def test_sheet_names_are_short_and_of_their_own() -> None:
    forms = [
        build({"project": name, "rows": ["数量｜里程｜≥2公里｜2公里｜10｜10"]})
        for name in ("某项目/[一]" * 9, "某项目/[一]" * 9, None)
    ]
    names = sheet_names(sheets_of(forms))
    assert len(set(names)) == 3
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


@needs_libreoffice
def test_department_sheet_sums_live(sample_forms: list[Form], tmp_path: Path) -> None:
    sheets = sheets_of(sample_forms)
    page = _computed(to_department_book(sheets, LINE), tmp_path).worksheets[0]
    assert [page[f"{letter}10"].value for letter in "DEH"] == [
        pytest.approx(393.63), pytest.approx(379.31), pytest.approx(float(sum(sheet.score for sheet in sheets))),
    ]  # fmt: skip
    assert page["F9"].value == pytest.approx(70.31 / 84.63)
    assert page["F10"].value == pytest.approx(379.31 / 393.63)


def test_every_department_has_its_sheet(sample_forms: list[Form]) -> None:
    sheets = [
        sheet.model_copy(update={"department": name})
        for sheet, name in zip(sheets_of(sample_forms), "甲乙甲丙乙甲", strict=True)
    ]
    book = _open(to_department_book(sheets, LINE))
    assert book.sheetnames == ["01 丙", "02 乙", "03 甲", "各单位偏离度"]


def test_columns_are_found_by_their_headings(sample_forms: list[Form]) -> None:
    page = _open(to_working_book(sheets_of(sample_forms), LINE)).worksheets[1]
    assert list(columns(page))[13:17] == ["勾选：无佐证", "勾选：与项目无关", "勾选：效益真实", "勾选：无调查资料"]


def test_every_number_is_one_of_the_form_or_a_formula(sample_forms: list[Form]) -> None:
    sheets = sheets_of(sample_forms)
    book = _open(to_working_book(sheets, LINE))
    for page, sheet in zip(book.worksheets[1:], sheets, strict=True):
        printed = {float(value) for row in sheet.rows for value in (row.weight, row.self_score) if value is not None}
        typed = [cell for line in page.iter_rows() for cell in line if cell.data_type == "n" and cell.value is not None]
        assert {cell.column_letter for cell in typed} <= {"G", "I"}
        assert {float(cell.value) for cell in typed} <= printed
    summary = [
        cell for line in book["汇总"].iter_rows() for cell in line if cell.data_type == "n" and cell.value is not None
    ]
    money = {float(value) for sheet in sheets for value in (sheet.budget, sheet.executed) if value is not None}
    assert {cell.column_letter for cell in summary} == {"A", "E", "F"}
    assert {float(cell.value) for cell in summary if cell.column_letter != "A"} == money


def test_the_department_book_holds_the_worksheets_figures(sample_forms: list[Form]) -> None:
    sheets = sheets_of(sample_forms)
    page = _open(to_department_book(sheets, LINE)).worksheets[0]
    for line, sheet in enumerate(sheets, 4):
        figures = [page[f"{letter}{line}"].value for letter in "DEGHI"]
        own = (sheet.budget, sheet.executed, sheet.self_score, sheet.score, sheet.deviation)
        assert figures == [float(value or 0) for value in own]
        assert page[f"F{line}"].data_type == page[f"J{line}"].data_type == "f"


def test_the_department_book_ends_with_a_line_a_unit(sample_forms: list[Form]) -> None:
    sheets = sheets_of(sample_forms)
    there = [sheets[0].model_copy(update={"unit": "县水利局"}), *sheets[1:]]
    page = _open(to_department_book(there, LINE)).worksheets[-1]
    lines = [[cell.value for cell in row] for row in page.iter_rows(min_row=4, max_row=6)]
    assert {line[1]: line[2] for line in lines} == {"县水利局": 1, sheets[1].unit: len(sheets) - 1, "合计": len(sheets)}
    assert lines[0][10] >= lines[1][10]
    whole = sum(sheet.deviation for sheet in sheets) / sum(sheet.self_score for sheet in sheets)
    assert lines[2][10] == pytest.approx(float(whole))
    assert lines[2][8] == sum(1 for sheet in sheets if sheet.deviation)
