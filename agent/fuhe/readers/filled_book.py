"""A workbook of fuhe's own as a person filled it in: every cell with its text, its number and its formula."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree

from fuhe.readers.package import Package
from fuhe.readers.xlsxbook import Book, BookSheet, S, number, open_book, rich_text, unescape


@dataclass(frozen=True, slots=True)
class FilledCell:
    """One cell: its text as stored, its number where it is one, its formula ("" for one Excel shares), None for none."""

    address: str
    text: str = ""
    number: Decimal | None = None
    formula: str | None = None


@dataclass(frozen=True)
class FilledSheet:
    """A sheet and its cells row by row, by column counted from 0."""

    name: str
    rows: dict[int, dict[int, FilledCell]]


def filled_sheets(data: bytes) -> list[FilledSheet]:
    """Read an .xlsx file cell by cell, hidden rows and columns too; raises ReadError."""
    package = Package(data)
    book = open_book(package)
    return [_sheet(package, book, sheet) for sheet in book.sheets]


def _sheet(package: Package, book: Book, sheet: BookSheet) -> FilledSheet:
    rows: dict[int, dict[int, FilledCell]] = {}
    for cell in package.xml(sheet.part).iterfind(f"{S}sheetData/{S}row/{S}c"):
        address = cell.get("r", "")
        read = _cell(book, cell, address)
        if read.text or read.formula is not None:
            row, col = _spot(address)
            rows.setdefault(row, {})[col] = read
    return FilledSheet(sheet.name, rows)


def _cell(book: Book, cell: etree._Element, address: str) -> FilledCell:
    formula, value = cell.find(f"{S}f"), cell.findtext(f"{S}v")
    kind = cell.get("t", "n")
    text = _text(book, cell, kind, value)
    return FilledCell(
        address,
        text.strip(),
        _number(value) if kind == "n" else None,
        None if formula is None else (formula.text or ""),
    )


def _text(book: Book, cell: etree._Element, kind: str, value: str | None) -> str:
    if kind == "inlineStr":
        held = cell.find(f"{S}is")
        return "" if held is None else rich_text(held)
    if kind == "s":
        at = number(value)
        return book.strings[at] if at < len(book.strings) else ""
    if kind == "b":
        return "是" if value == "1" else "否"
    return unescape(value or "")


def _number(value: str | None) -> Decimal | None:
    try:
        found = Decimal(value or "")
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _spot(address: str) -> tuple[int, int]:
    """Return row and column from 0 of an address such as C5."""
    name = address.rstrip("0123456789")
    col = 0
    for letter in name:
        col = col * 26 + ord(letter) - 64
    return int(address[len(name) :] or 1) - 1, col - 1
