"""Every character a file prints is in the form that was read: record, notes, printed cells, or what stands around it."""

import io

import docx
import openpyxl
import pytest

from fuhe.intake.around import _said
from fuhe.intake.reading import read_file
from fuhe.text import squeeze
from intake.conftest import FORM

BEFORE, AFTER = "附件3　水利系统", "填表人：某某　联系电话：0000"
ROWS = [line.split("\t") for line in FORM.splitlines()]


def as_text() -> bytes:
    return f"{BEFORE}\n{FORM}{AFTER}\n".encode()


def as_page() -> bytes:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
    return f"<html><body><p>{BEFORE}</p><table>{rows}</table><p>{AFTER}</p></body></html>".encode()


def as_word() -> bytes:
    document = docx.Document()
    document.add_paragraph(BEFORE)
    table = document.add_table(rows=len(ROWS), cols=8)
    for row, values in zip(table.rows, ROWS, strict=True):
        for cell, value in zip(row.cells, values, strict=False):
            cell.text = value
    document.add_paragraph(AFTER)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in ([BEFORE], *ROWS, [AFTER]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("make", [as_text, as_page, as_word, as_workbook])
def test_no_character_is_dropped(make: object) -> None:
    file = read_file(make(), "表")  # type: ignore[operator]
    kept = "".join(squeeze(text) for form in file.forms for text in (*_said(form), *form.around))
    printed = [squeeze(part) for part in (BEFORE, AFTER, *(cell for row in ROWS for cell in row))]
    assert [text for text in printed if text not in kept] == []
