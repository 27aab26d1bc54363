"""What the tests of a review share: worksheets of the samples, and a workbook edited as by hand."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl

from conftest import findings_of
from fuhe.outputs.excel.working_book import to_working_book
from fuhe.policy import pack
from fuhe.records import Form, Problem
from fuhe.rescoring.proposing import propose
from fuhe.rescoring.standard import standard
from fuhe.worksheets import Worksheet

LINE = "复核 fuhe 0.2.0　规则包 national-2020　2025-03-01 09:30　建议稿，未经人工核定"
HEAD = 4
"""The line of the headings in a worksheet, counted from 1."""


def sheets_of(forms: Sequence[Form], name: str = "district-2025") -> list[Worksheet]:
    return [propose("表.txt", form, findings_of(form), standard(name), pack("national-2020")) for form in forms]


def edited(sheets: Sequence[Worksheet], edit: Callable[[Any], None], told: Sequence[Problem] = ()) -> bytes:
    """Return the workbook of some worksheets after a person worked on it."""
    book = openpyxl.load_workbook(io.BytesIO(to_working_book(sheets, LINE, told)))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def columns(page: Any) -> dict[str, str]:
    """Return the letter of every column by its heading."""
    return {cell.value: cell.column_letter for cell in page[HEAD] if cell.value}


def at(page: Any, name: str, row: int) -> Any:
    """Return a cell by its column's heading and the number of the row, the first row of the form being 0."""
    return page[f"{columns(page)[name]}{HEAD + 1 + row}"]
