"""Every character a file prints is in the form that was read: record, notes, doubts, what stands around it, or a heading."""

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest

from fuhe.intake.around import taken_in
from fuhe.intake.reading import read_file
from fuhe.layouts.headings import is_heading
from fuhe.readers.file_kinds import open_document
from fuhe.readers.grid import Document, Para
from fuhe.text import squeeze, tidy
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


LAYOUTS = sorted((Path(__file__).parents[2] / "evals" / "data" / "fresh").glob("layouts_*/*.*"))
FILES = [path for path in LAYOUTS if not path.name.endswith(".json")]


def _dropped(data: bytes) -> list[str]:
    file = read_file(data, "表")
    kept = "".join(squeeze(text) for form in file.forms for text in (*taken_in(form), *form.around))
    kept += "".join(squeeze(problem.message) for problem in file.problems)
    return [text for text in _printed(open_document(data)) if squeeze(text) not in kept and not is_heading(text)]


def _printed(document: Document) -> Iterator[str]:
    for block in document.blocks:
        yield from (tidy(part.text) for part in ((block,) if isinstance(block, Para) else block.cells))


@pytest.mark.parametrize("make", [as_text, as_page, as_word, as_workbook])
def test_no_character_is_dropped(make: object) -> None:
    assert _dropped(make()) == []  # type: ignore[operator]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_character_of_a_strange_layout_is_dropped(path: Path) -> None:
    assert _dropped(path.read_bytes()) == []
