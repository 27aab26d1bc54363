"""The unit's own workbook annotated: comments at their cells in every dialect, all else kept."""

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from fuhe.outputs.notes import note_text
from fuhe.outputs.returned import annotated
from fuhe.point import HINTS
from libreoffice import needs_libreoffice, saved_again
from officeforms import ROWS, STAMP, changed_parts, checked, crowded, packed, parts, replaced, saved, workbook

SHEET = "xl/worksheets/sheet1.xml"
LINKS = "xl/worksheets/_rels/sheet1.xml.rels"
THREAD = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"


def inline() -> bytes:
    """Make a form whose texts stand in the cells themselves, rich in places, without addresses."""
    rows = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><r><t>{text}</t></r></is></c>' for text in values) + "</row>"
        for values in ROWS
    )
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    return packed(parts(plain()) | {SHEET: sheet.encode()})


def plain() -> bytes:
    """Make a form with shared strings, a chart, a merge, and no comment yet."""
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(list(row))
    book.active.merge_cells("B1:H1")
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=6, min_row=4, max_row=6))
    book.active.add_chart(chart, "K2")
    return saved(book)


def threaded() -> bytes:
    """Make a form with a threaded comment where findings stand, as Excel 365 writes it."""
    thread = f'<ThreadedComments xmlns="{THREAD}"><threadedComment ref="H4" dT="2025-01-01T00:00:00.00" id="{{1}}"><text>请核</text></threadedComment></ThreadedComments>'
    link = '<Relationship Id="rIdThread" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    data = replaced(workbook(), LINKS, ("</Relationships>", link))
    return packed(parts(data) | {"xl/threadedComments/threadedComment1.xml": thread.encode()})


def told(data: bytes) -> dict[str, str]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}


@pytest.mark.parametrize("make", [workbook, plain, inline])
def test_each_point_stands_at_its_main_cell(tmp_path: Path, make: object) -> None:
    data = make()  # type: ignore[operator]
    file = checked(data, tmp_path / "表.xlsx")
    points = [point for point in file.forms[0].points or () if point.kind != HINTS]
    placed = [(note_text(point), where.address) for point in points if (where := point.subject[0].place)]
    notes = told(annotated(file, data, STAMP).data)
    assert placed
    assert all(message in notes[str(address)] for message, address in placed)


def test_comment_of_unit_comes_first_and_stays(tmp_path: Path) -> None:
    notes = told(annotated(checked(workbook(), tmp_path / "表.xlsx"), workbook(), STAMP).data)
    assert notes["A1"].startswith("单位自己的批注")
    assert "复核意见共" in notes["A1"]


def test_sheet_with_comments_keeps_its_bytes(tmp_path: Path) -> None:
    data = workbook()  # once: a workbook carries the second it was made in
    done = annotated(checked(data, tmp_path / "表.xlsx"), data, STAMP).data
    assert {name.split("/")[1] for name in changed_parts(data, done)} == {"comments", "drawings"}


def test_chart_and_merge_stay(tmp_path: Path) -> None:
    done = annotated(checked(plain(), tmp_path / "表.xlsx"), plain(), STAMP).data
    changed = changed_parts(plain(), done)
    assert not [name for name in changed if "chart" in name or name.endswith("drawing1.xml")]
    assert "B1:H1" in [str(area) for area in openpyxl.load_workbook(io.BytesIO(done)).active.merged_cells.ranges]


def test_drawing_that_is_no_xml_keeps_its_bytes(tmp_path: Path) -> None:
    data = workbook()
    name = next(name for name in parts(data) if name.endswith(".vml"))
    old = parts(data)[name].replace(b"</xml>", b"<v:textbox><br></v:textbox></xml>")
    data = packed(parts(data) | {name: old})
    done = annotated(checked(data, tmp_path / "表.xlsx"), data, STAMP)
    assert done.name == "表_批注.xlsx"
    assert parts(done.data)[name].startswith(old.removesuffix(b"</xml>"))


def test_thread_of_a_cell_is_not_written_into(tmp_path: Path) -> None:
    done = annotated(checked(threaded(), tmp_path / "表.xlsx"), threaded(), STAMP).data
    notes = told(done)
    assert "H4" not in notes
    assert notes["I4"].startswith("（针对 H4）")


def test_workbook_with_macros_keeps_its_kind(tmp_path: Path) -> None:
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    data = replaced(workbook(), "[Content_Types].xml", (main, "application/vnd.ms-excel.sheet.macroEnabled.main+xml"))
    assert annotated(checked(data, tmp_path / "表.xlsm"), data, STAMP).name == "表_批注.xlsm"


@needs_libreoffice
@pytest.mark.parametrize("rows", [ROWS, crowded()], ids=["usual", "crowded"])
def test_libreoffice_shows_every_comment(tmp_path: Path, rows: object) -> None:
    data = workbook(rows)  # type: ignore[arg-type]
    done = annotated(checked(data, tmp_path / "表.xlsx"), data, STAMP).data
    assert set(told(saved_again(done, ".xlsx", tmp_path / "lo"))) == set(told(done))
