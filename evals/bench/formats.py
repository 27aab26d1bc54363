"""CPU of reading one table per format, beside the bare parse of the same file and what other readers need for it."""

import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import docx
import olefile  # type: ignore[import-untyped]
import openpyxl
import pypdfium2  # type: ignore[import-untyped]
import xlrd  # type: ignore[import-untyped]
from lxml import etree, html

from evals.bench.figure import Figure, alternated
from fuhe.intake.reading import read_file
from fuhe.readers.file_kinds import open_document

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests/fixtures"


def rows() -> list[list[str]]:
    """Return the cells of the first sample form."""
    text = (ROOT / "data/samples/zhongwei_2024.txt").read_text("utf-8").split("附件 2")[0]
    return [f"{line}{chr(9) * 9}".split("\t")[:9] for line in text.splitlines() if "\t" in line]


def as_docx() -> bytes:
    """Write the sample form with python-docx."""
    document = docx.Document()
    table = document.add_table(0, 9)
    for values in rows():
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def as_xlsx() -> bytes:
    """Write the sample form with openpyxl."""
    book = openpyxl.Workbook()
    for values in rows():
        book.active.append(values)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def as_html() -> bytes:
    """Write the sample form as a plain page."""
    body = "".join("<tr>" + "".join(f"<td>{value}</td>" for value in values) + "</tr>" for values in rows())
    return f"<html><body><table>{body}</table></body></html>".encode()


def _unzip_and_parse(data: bytes) -> None:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith(("document.xml", "sheet1.xml", "sharedStrings.xml", "styles.xml", "workbook.xml")):
                etree.fromstring(archive.read(name))


def _pdf_text(data: bytes) -> None:
    pdf = pypdfium2.PdfDocument(data)
    for page in pdf:
        page.get_textpage().get_text_range()
    pdf.close()


def _python_docx(data: bytes) -> None:
    for table in docx.Document(BytesIO(data)).tables:
        for row in table.rows:
            [cell.text for cell in row.cells]


def _openpyxl(data: bytes) -> None:
    for sheet in openpyxl.load_workbook(BytesIO(data)).worksheets:
        list(sheet.iter_rows(values_only=True))


def readings() -> dict[str, dict[str, Callable[[], object]]]:
    """Return format → name → one reading; the bare parse stands first, other readers last."""
    word, sheet, page = as_docx(), as_xlsx(), as_html()
    old_word, old_sheet = (FIXTURES / "table.doc").read_bytes(), (FIXTURES / "book.xls").read_bytes()
    pdf = (FIXTURES / "cut_rows_landscape.pdf").read_bytes()
    text = "\n".join("\t".join(values) for values in rows())
    return {
        "docx": {
            "unzip + parse (floor)": lambda: _unzip_and_parse(word),
            "fuhe cells": lambda: open_document(word),
            "fuhe record": lambda: read_file(word, ""),
            "python-docx row.cells": lambda: _python_docx(word),
        },
        "xlsx": {
            "unzip + parse (floor)": lambda: _unzip_and_parse(sheet),
            "fuhe cells": lambda: open_document(sheet),
            "fuhe record": lambda: read_file(sheet, ""),
            "openpyxl": lambda: _openpyxl(sheet),
        },
        "xls": {
            "xlrd open (floor)": lambda: xlrd.open_workbook(file_contents=old_sheet, formatting_info=True),
            "fuhe cells": lambda: open_document(old_sheet),
        },
        "doc": {
            "olefile stream (floor)": lambda: olefile.OleFileIO(old_word).openstream("WordDocument").read(),
            "fuhe cells": lambda: open_document(old_word),
        },
        "pdf": {"open + text (floor)": lambda: _pdf_text(pdf), "fuhe cells": lambda: open_document(pdf)},
        "html": {"lxml parse (floor)": lambda: html.fromstring(page), "fuhe cells": lambda: open_document(page)},
        "text": {
            "split lines and cells (floor)": lambda: [line.split("\t") for line in text.splitlines()],
            "fuhe record": lambda: read_file(text.encode(), ""),
        },
    }


def measures() -> Iterator[Figure]:
    """Yield CPU of reading one form, format by format."""
    for format_, actions in readings().items():
        yield from alternated({f"{format_}: {name}": action for name, action in actions.items()})
