"""The unit's own workbook revised: drafts in their cells, in the cell's style, what stood there in a comment."""

import io
from pathlib import Path

import openpyxl
from openpyxl.cell.rich_text import CellRichText

from fuhe.outputs.returned import revised
from libreoffice import needs_libreoffice, saved_again
from officeforms import ROWS, STAMP, changed_parts, checked, codes, saved, workbook


def sheet_of(data: bytes, *, rich: bool = False) -> "openpyxl.worksheet.worksheet.Worksheet":
    return openpyxl.load_workbook(io.BytesIO(data), rich_text=rich).active


def test_draft_stands_in_its_cell(tmp_path: Path) -> None:
    file = checked(workbook(), tmp_path / "表.xlsx")
    cell = sheet_of(revised(file, workbook(), STAMP).data)["H4"]
    assert cell.value == next(
        entry.text for entry in file.forms[0].drafts or () if entry.field == "indicators[0].reason"
    )
    assert (cell.font.bold, cell.font.name) == (True, "楷体")
    assert all(part in cell.comment.text for part in ("【建议】", "原填：完成", "建议稿", "规则包 national-2020"))


def test_blanks_are_red_in_the_cells_own_letters(tmp_path: Path) -> None:
    data = revised(checked(workbook(), tmp_path / "表.xlsx"), workbook(), STAMP).data
    text = sheet_of(data, rich=True)["H4"].value
    assert isinstance(text, CellRichText)
    blanks = [part for part in text if not isinstance(part, str) and part.font.color is not None]
    assert blanks
    assert all(part.text.startswith("【待补充") and part.font.rFont == "楷体" for part in blanks)


def test_typo_is_corrected_with_what_stood_there(tmp_path: Path) -> None:
    cell = sheet_of(revised(checked(workbook(), tmp_path / "表.xlsx"), workbook(), STAMP).data)["C5"]
    assert cell.value == "群众出行不断改善"
    assert "原填：群众出行不段改善" in cell.comment.text


def test_revised_workbook_answers_its_codes(tmp_path: Path) -> None:
    file = checked(workbook(), tmp_path / "表.xlsx")
    again = checked(revised(file, workbook(), STAMP).data, tmp_path / "改后.xlsx")
    assert {"S001", "N006"} <= set(codes(file))
    assert not {"S001", "N006"} & set(codes(again))
    assert "F006" in codes(again)


def test_only_sheet_and_comments_change(tmp_path: Path) -> None:
    data = workbook()  # once: a workbook carries the second it was made in
    done = revised(checked(data, tmp_path / "表.xlsx"), data, STAMP).data
    assert {name.split("/")[1] for name in changed_parts(data, done)} == {"worksheets", "comments", "drawings"}


def test_row_of_forty_lines_grows_with_its_draft(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[3][2] = "\n".join(f"第{number}项里程" for number in range(40))
    book = openpyxl.load_workbook(io.BytesIO(workbook(rows)))
    book.active.row_dimensions[4].height = 20
    data = saved(book)
    sheet = sheet_of(revised(checked(data, tmp_path / "表.xlsx"), data, STAMP).data)
    assert sheet["C4"].value.count("\n") == 39
    assert sheet.row_dimensions[4].height > 100


def test_row_that_fits_itself_still_shows_all_it_holds(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[3][2] = "\n".join(f"第{number}项里程" for number in range(25))
    data = workbook(rows)
    sheet = sheet_of(revised(checked(data, tmp_path / "表.xlsx"), data, STAMP).data)
    assert sheet.row_dimensions[4].height > 25 * 13
    assert sheet.row_dimensions[5].height is None or sheet["C5"].comment


def test_formula_is_left_to_the_unit(tmp_path: Path) -> None:
    text = openpyxl.load_workbook(io.BytesIO(workbook()))
    text.active["H4"] = '="完"&"成"'
    data = saved(text)
    done = revised(checked(data, tmp_path / "表.xlsx"), data, STAMP).data
    assert sheet_of(done)["H4"].value == '="完"&"成"'


@needs_libreoffice
def test_libreoffice_opens_the_revised_workbook(tmp_path: Path) -> None:
    done = revised(checked(workbook(), tmp_path / "表.xlsx"), workbook(), STAMP).data
    again = sheet_of(saved_again(done, ".xlsx", tmp_path / "lo"))
    assert again["H4"].value == sheet_of(done)["H4"].value
    assert "原填：完成" in again["H4"].comment.text
