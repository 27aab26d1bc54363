"""Excel 97-2003 and WPS .et workbooks: every visible sheet becomes a grid of printed texts."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import xlrd  # type: ignore[import-untyped]
from xlrd.compdoc import CompDocError  # type: ignore[import-untyped]

from fuhe.errors import ReadError
from fuhe.readers.grid import Document, Grid, GridCell
from fuhe.readers.numfmt import BUILTIN, printed, printed_text
from fuhe.readers.used import CellRange, Spot, cut_far, lay_out
from fuhe.records import Place, Problem

# xlrd trusts the file's own lengths and indexes, so a damaged file ends in one of these.
_DAMAGE = (
    xlrd.XLRDError,
    CompDocError,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)
_BY_LOCALE = {14, 22, *range(27, 37), *range(50, 59)}
_NAMED = 12  # cells of one kind named one by one
_WHITE = (255, 255, 255)
_RESAVE = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再试"


class XlsSheet(NamedTuple):
    """What a sheet prints, what it hides, and where."""

    texts: dict[Spot, str]
    hidden: list[Spot]
    spans: list[CellRange]
    is_cut: bool
    errors: list[Spot]
    struck: list[Spot]

    @property
    def unread(self) -> set[Spot]:
        """The cells whose value is not read."""
        return {
            spot for spot in (*self.hidden, *self.errors, *self.struck) if spot not in self.texts or spot in self.errors
        }


def read(data: bytes) -> Document:
    """Read a .xls or .et file; raises ReadError "encrypted", "unsupported", "broken" or "too_large"."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise _encrypted()
    try:
        with Path(os.devnull).open("w") as silence:
            book = xlrd.open_workbook(
                file_contents=data, logfile=silence, formatting_info=True, ragged_rows=True, use_mmap=False
            )
        return _document(book, has_macros="_VBA_PROJECT_CUR".encode("utf-16-le") in data)
    except _DAMAGE as error:
        raise _refusal(str(error)) from error


def _document(book: Any, *, has_macros: bool) -> Document:
    blocks: list[Grid] = []
    unread: set[Place] = set()
    problems = [Problem(code="macros", message="文件带有宏；宏没有运行，只读了单元格。")] if has_macros else []
    for sheet in book.sheets():
        if sheet.visibility:
            problems += _hidden_sheet(sheet)
            continue
        seen = _see(book, sheet)
        problems += _flags(sheet.name, seen)
        if seen.spans:
            blocks.append(_grid(sheet.name, seen, table=len(blocks) + 1))
            unread |= {cell.place for cell in blocks[-1].cells if (cell.row, cell.col) in seen.unread}
    return Document("xls", tuple(blocks), tuple(problems), frozenset(unread))


def _refusal(reason: str) -> ReadError:
    if "encrypted" in reason:
        return _encrypted()
    if "Can't find workbook" in reason or "Unsupported format" in reason or "not supported" in reason:
        return ReadError("unsupported", "不是 Excel 97-2003 工作簿", todo=_RESAVE)
    return ReadError("broken", "工作簿已损坏，读不出内容", todo=_RESAVE)


def _encrypted() -> ReadError:
    return ReadError("encrypted", "工作簿设有密码", todo="请用 Excel 或 WPS 打开，取消密码后保存再试")


def _see(book: Any, sheet: Any) -> XlsSheet:
    rows = {index for index, info in sheet.rowinfo_map.items() if info.hidden}
    cols = {index for index, info in sheet.colinfo_map.items() if info.hidden}
    texts: dict[Spot, str] = {}
    hidden: list[Spot] = []
    errors: list[Spot] = []
    struck: list[Spot] = []
    for row, col, text, is_plain in _texts(book, sheet):
        cell = sheet.cell(row, col)
        if cell.ctype == xlrd.XL_CELL_ERROR:
            errors.append((row, col))
        if _is_struck(book, cell):
            struck.append((row, col))
        elif is_plain and row not in rows and col not in cols:
            texts[row, col] = text
        else:
            hidden.append((row, col))
    near = cut_far(texts)
    merges = [(top, left, bottom, right) for top, bottom, left, right in sheet.merged_cells]
    spans = [span for span in lay_out(near, merges) if _is_shown(span, rows, cols)]
    return XlsSheet(texts, hidden, spans, len(near) < len(texts), errors, struck)


def _is_shown(span: CellRange, rows: set[int], cols: set[int]) -> bool:
    return not (
        all(row in rows for row in range(span.row, span.row + span.rowspan))
        or all(col in cols for col in range(span.col, span.col + span.colspan))
    )


def _texts(book: Any, sheet: Any) -> Iterator[tuple[int, int, str, bool]]:
    """Yield row, column and text of each cell that holds something, and whether a person can see it."""
    for row in range(sheet.nrows):
        for col, cell in enumerate(sheet.row(row)):
            if cell.value == "" or cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            text = _text(book, cell)
            yield row, col, text, bool(text) and not _is_white(book, cell)


def _text(book: Any, cell: Any) -> str:
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return printed_text(cell.value, _pattern(book, cell))
    return printed(cell.value, _pattern(book, cell), date1904=book.datemode == 1)


def _pattern(book: Any, cell: Any) -> str:
    key = book.xf_list[cell.xf_index].format_key
    # Some numbered formats mean the reader's own country: 14 prints 2024/5/1 on a Chinese computer.
    if key in _BY_LOCALE:
        return BUILTIN[key]
    found = book.format_map.get(key)
    return str(found.format_str) if found else BUILTIN.get(key, "General")


def _is_struck(book: Any, cell: Any) -> bool:
    return bool(book.font_list[book.xf_list[cell.xf_index].font_index].struck_out)


def _is_white(book: Any, cell: Any) -> bool:
    style = book.xf_list[cell.xf_index]
    if style.background and style.background.fill_pattern:
        return False
    return bool(book.colour_map.get(book.font_list[style.font_index].colour_index) == _WHITE)


def _grid(name: str, sheet: XlsSheet, table: int) -> Grid:
    cells = (_cell(name, span, sheet.texts.get((span.row, span.col), ""), table) for span in sheet.spans)
    return Grid(tuple(cells), "spans", Place(table=table, sheet=name))


def _cell(name: str, span: CellRange, text: str, table: int) -> GridCell:
    place = Place(table=table, row=span.row + 1, col=span.col + 1, sheet=name, address=_address(span.row, span.col))
    return GridCell(span.row, span.col, text, place, span.rowspan, span.colspan)


def _address(row: int, col: int) -> str:
    return f"{xlrd.colname(col)}{row + 1}"


def _flags(name: str, sheet: XlsSheet) -> Iterator[Problem]:
    if sheet.hidden:
        first = _address(*sheet.hidden[0])
        message = f"工作表“{name}”有 {len(sheet.hidden)} 格隐藏内容（如 {first}），没有读取。"
        yield Problem(code="hidden_text", message=message, place=Place(sheet=name, address=first))
    if sheet.errors:
        shown = "、".join(f"{_address(*spot)} {sheet.texts.get(spot, '')}" for spot in sheet.errors[:_NAMED])
        message = f"工作表“{name}”有 {len(sheet.errors)} 格公式的结果是错误值（{shown}），请更正公式后再试。"
        yield Problem(
            code="formula_error", message=message, place=Place(sheet=name, address=_address(*sheet.errors[0]))
        )
    if sheet.struck:
        shown = "、".join(_address(*spot) for spot in sheet.struck[:_NAMED])
        message = f"工作表“{name}”有 {len(sheet.struck)} 格的文字全部划掉（{shown}），没有读入。"
        yield Problem(code="cell_struck", message=message, place=Place(sheet=name, address=_address(*sheet.struck[0])))
    if sheet.is_cut:
        message = f"工作表“{name}”在远离表格的地方还有内容，没有读取。"
        yield Problem(code="far_cells", message=message, place=Place(sheet=name))


def _hidden_sheet(sheet: Any) -> Iterator[Problem]:
    if any(value != "" for row in range(sheet.nrows) for value in sheet.row_values(row)):
        message = f"工作表“{sheet.name}”是隐藏的，没有读取。"
        yield Problem(code="hidden_sheet", message=message, place=Place(sheet=sheet.name))
