"""A cell that begins as a formula does stays text in whatever is written, and is never a link."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest

from fuhe.outputs.contract import Report
from fuhe.outputs.report_formats import render
from fuhe.outputs.returned import annotated, revised
from fuhe.outputs.stamp import Stamp
from officeforms import ROWS, checked, word, workbook

STAMP = Stamp("national-2020", "2025-03-01T09:00:00")
LINK = '=HYPERLINK("http://x.example","y")'
STARTS = (LINK, "+1+1", "-2+3", "@SUM(1)", "=1+1|cmd", "\t=1", "\r=1")


def _rows(start: str) -> list[list[str]]:
    rows = [list(row) for row in ROWS]
    rows[0][1] = rows[1][4] = rows[3][2] = rows[3][3] = rows[3][4] = rows[3][7] = start
    return rows


def _report(start: str, folder: Path) -> Report:
    report = Report(policy="national-2020")
    report.files.append(checked(word(_rows(start)), folder / f"{'=1+1'}.docx"))
    return report


def _sheets(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return "".join(file.read(name).decode() for name in file.namelist() if name.startswith("xl/worksheets/"))


@pytest.mark.parametrize("start", STARTS)
def test_lists_hold_no_formula(start: str, tmp_path: Path) -> None:
    report = _report(start, tmp_path)
    table, book = render(report, "csv"), render(report, "xlsx")
    assert isinstance(table, str)
    assert isinstance(book, bytes)
    cells = [cell for row in csv.reader(io.StringIO(table.removeprefix("\ufeff"))) for cell in row]
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []
    assert not re.search(r"<f[ >]|<hyperlink ", _sheets(book))


@pytest.mark.parametrize("start", STARTS)
def test_pages_and_papers_hold_it_as_text(start: str, tmp_path: Path) -> None:
    report = _report(start, tmp_path)
    page = render(report, "html")
    assert isinstance(page, str)
    assert 'x.example"' not in re.sub(r">[^<]*<", "><", page)
    data = word(_rows(start))
    for made in (annotated(report.files[0], data, STAMP), revised(report.files[0], data, STAMP)):
        with zipfile.ZipFile(io.BytesIO(made.data)) as file:
            assert b"fldSimple" not in file.read("word/document.xml")
            assert b"instrText" not in file.read("word/document.xml")


def test_what_is_put_into_a_workbook_is_text(tmp_path: Path) -> None:
    data = workbook()
    file = checked(data, tmp_path / "表.xlsx")
    form = file.forms[0]
    assert form.drafts
    drafts = tuple(draft.model_copy(update={"text": LINK}) for draft in form.drafts)
    made = revised(file.model_copy(update={"forms": [form.model_copy(update={"drafts": drafts})]}), data, STAMP).data
    assert "HYPERLINK" in _sheets(made)
    assert not re.search(r"<f[ >]|<hyperlink ", _sheets(made))
