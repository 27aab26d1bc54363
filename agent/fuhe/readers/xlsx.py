"""Excel workbooks (.xlsx, .xlsm): every visible sheet becomes a grid of printed texts."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from math import isfinite

from lxml import etree

from fuhe.errors import ReadError
from fuhe.readers.grid import Document, Grid, GridCell
from fuhe.readers.numfmt import printed, printed_text
from fuhe.readers.package import Package
from fuhe.readers.used import MAX_AREA, CellRange, Merge, Spot, cut_far, lay_out
from fuhe.readers.xlsxbook import Book, BookSheet, S, Style, is_struck, is_true, number, open_book, rich_text, unescape
from fuhe.records import Place, Problem

MAX_ROWS, MAX_COLS = 1_048_576, 16_384
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,9})")
_DISPIMG = "DISPIMG("
_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
_DRAWN = {_XDR + "pic": "picture", _XDR + "sp": "box", _XDR + "graphicFrame": "object", _XDR + "contentPart": "object"}
_NAMED = 12  # cells of one kind named one by one
_TOLD = {
    "uncached": (
        "formula_uncached",
        "工作表“{0}”有 {1} 格公式没有算出的结果（{2}），按空白读取；请用 Excel 或 WPS 打开并保存后再试。",
    ),
    "error": ("formula_error", "工作表“{0}”有 {1} 格公式的结果是错误值（{2}），请更正公式后再试。"),
    "picture": ("cell_picture", "工作表“{0}”有 {1} 格是图片或盖着图片（{2}），图片里的内容没有读取。"),
    "box": ("cell_box", "工作表“{0}”有 {1} 格盖着文本框（{2}），框里的文字没有读取，请填到单元格里。"),
    "object": ("cell_object", "工作表“{0}”有 {1} 格盖着嵌入的对象（{2}），其中的内容没有读取。"),
    "unseen": ("hidden_text", "工作表“{0}”有 {1} 格的数字格式使内容看不见（{2}），没有读取。"),
    "struck": ("cell_struck", "工作表“{0}”有 {1} 格里有划掉的文字（{2}），没有读入。"),
    "struck_whole": ("cell_struck", "工作表“{0}”有 {1} 格的文字全部划掉（{2}），没有读入。"),
}
_C, _V, _F, _IS = S + "c", S + "v", S + "f", S + "is"


@dataclass(slots=True)
class _Seen:
    """What a sheet prints and what it hides, by row and column from 0."""

    texts: dict[Spot, str] = field(default_factory=dict)
    hidden: list[Spot] = field(default_factory=list)
    unread: dict[str, list[Spot]] = field(default_factory=dict)

    def note(self, kind: str, spot: Spot) -> None:
        """Keep a cell that shows what is not read, or not in full."""
        self.unread.setdefault(kind, []).append(spot)


@dataclass(frozen=True, slots=True)
class _Shut:
    """Rows and columns that are hidden, and merges, which show their text while any part of them is visible."""

    rows: list[int]
    cols: list[int]
    merges: dict[Spot, Merge]

    def hides(self, row: int, col: int) -> bool:
        """Tell whether a cell cannot be seen."""
        top, left, bottom, right = self.merges.get((row, col), (row, col, row + 1, col + 1))
        return self.hides_all(range(top, bottom), range(left, right))

    def hides_all(self, rows: range, cols: range) -> bool:
        """Tell whether nothing of an area can be seen."""
        return _has_all(self.rows, rows) or _has_all(self.cols, cols)


def _has_all(hidden: list[int], wanted: range) -> bool:
    return bool(hidden) and bisect_left(hidden, wanted.stop) - bisect_left(hidden, wanted.start) == len(wanted)


def read(data: bytes) -> Document:
    """Read an .xlsx or .xlsm file; raises ReadError "broken", "encrypted", "unsafe", "too_large" or "unsupported"."""
    package = Package(data)
    book = open_book(package)
    blocks: list[Grid] = []
    problems = list(_macros(package))
    unread: set[Place] = set()
    for sheet in book.sheets:
        try:
            grid, found, missed = _sheet(package, book, sheet, table=len(blocks) + 1)
        except ReadError as error:
            if error.code != "too_large" or len(book.sheets) == 1:
                raise
            # A long list on another sheet does not keep the form from being read.
            problems.append(Problem(code=error.code, message=f"工作表“{sheet.name}”没有读取：{error}"))
            continue
        problems += found
        unread |= missed
        blocks += [grid] if grid.cells else []
    return Document("xlsx", tuple(blocks), tuple(problems), frozenset(unread))


def _macros(package: Package) -> Iterator[Problem]:
    if any(name.endswith("vbaproject.bin") for name in package.names):
        yield Problem(code="macros", message="文件带有宏；宏没有运行，只读了单元格。")


def _sheet(package: Package, book: Book, sheet: BookSheet, table: int) -> tuple[Grid, list[Problem], set[Place]]:
    root = package.xml(sheet.part)
    if sheet.is_hidden:
        return Grid((), "spans"), list(_hidden_sheet(sheet, root)), set()
    merges = _merges(root)
    shut = _Shut(_hidden_rows(root), _hidden_cols(root), {merge[:2]: merge for merge in merges})
    seen = _see(book, root, shut)
    if root.find(f"{S}drawing") is not None:
        _see_drawn(package, sheet, seen, merges)
    near = cut_far(seen.texts)
    spans = [span for span in lay_out(near, merges) if not shut.hides_all(*_area(span))]
    shown = {span[:2] for span in spans}
    seen.hidden += [spot for spot in near if spot not in shown]
    cells = tuple(_cell(sheet.name, span, seen.texts.get(span[:2], ""), table) for span in spans)
    grid = Grid(cells, "spans", Place(table=table, sheet=sheet.name))
    flags = list(_flags(sheet.name, seen, is_cut=len(near) < len(seen.texts)))
    missing = {spot for spots in (*seen.unread.values(), seen.hidden) for spot in spots}
    missing -= {spot for spot in missing if seen.texts.get(spot) and spot not in seen.unread.get("error", ())}
    return grid, flags, {cell.place for cell in cells if (cell.row, cell.col) in missing}


def _area(span: CellRange) -> tuple[range, range]:
    return range(span.row, span.row + span.rowspan), range(span.col, span.col + span.colspan)


def _cell(sheet: str, span: CellRange, text: str, table: int) -> GridCell:
    place = Place(table=table, row=span.row + 1, col=span.col + 1, sheet=sheet, address=_address(span.row, span.col))
    return GridCell(span.row, span.col, text, place, span.rowspan, span.colspan)


def _see(book: Book, root: etree._Element, shut: _Shut) -> _Seen:
    seen = _Seen()
    for row, col, cell in _cells(root):
        style = _style(book, cell)
        text = "" if _is_picture(cell) else _text(book, cell, style)
        if kind := _trouble(book, cell, style, text):
            seen.note(kind, (row, col))
        if not text or kind == "struck_whole":
            continue
        if style.is_white or shut.hides(row, col):
            seen.hidden.append((row, col))
        else:
            seen.texts[row, col] = text
        if len(seen.texts) > MAX_AREA:
            raise ReadError("too_large", f"工作表超过 {MAX_AREA} 格的上限", todo="请只保留自评表，再试一次")
    return seen


def _trouble(book: Book, cell: etree._Element, style: Style, text: str | None) -> str:
    """Say what of a cell is not read: "" where all of it is."""
    kind = cell.get("t", "n")
    if text is None:
        return "uncached"
    if not text:
        return "picture" if _is_picture(cell) else "unseen" if _holds(cell, kind) else ""
    if kind == "e":
        return "error"
    if style.is_struck:
        return "struck_whole"
    if kind == "s" and book.struck:
        value = next((child.text for child in cell.iterchildren(_V)), None)
        return "struck" if number(value) in book.struck else ""
    if kind == "inlineStr" and any(is_struck(look) for look in cell.iter(S + "rPr")):
        return "struck"
    return ""


def _is_picture(cell: etree._Element) -> bool:
    """Recognise a picture in a cell: WPS writes it as a formula, Excel as an error that stands for it."""
    kind = cell.get("t")
    if kind == "e":
        return "vm" in cell.attrib
    value = next((child.text or "" for child in cell if child.tag in (_V, _F)), "") if kind == "str" else ""
    return _DISPIMG in value


def _holds(cell: etree._Element, kind: str) -> bool:
    """Tell whether a cell that prints nothing holds more than nothing: a number but 0, or letters."""
    value = next((child.text for child in cell.iterchildren(_V)), None) or ""
    return (kind in ("n", "d") and value.strip() not in ("", "0", "0.0")) or (kind == "str" and bool(value.strip()))


def _see_drawn(package: Package, sheet: BookSheet, seen: _Seen, merges: list[Merge]) -> None:
    """Note the cells that pictures, text boxes and embedded objects lie on."""
    links = [link.target for link in package.relations(sheet.part).values() if link.kind == "drawing"]
    for anchor in (child for name in links if name in package for child in package.xml(name)):
        row, col = anchor.find(f"{_XDR}from/{_XDR}row"), anchor.find(f"{_XDR}from/{_XDR}col")
        kind = next((_DRAWN[child.tag] for child in anchor.iter(*_DRAWN)), "")
        if not kind or row is None or col is None or (kind == "box" and not _words_in(anchor)):
            continue
        spot = number(row.text), number(col.text)
        top = next((merge[:2] for merge in merges if _covers(merge, spot)), spot)
        seen.note(kind, top)


def _words_in(anchor: etree._Element) -> str:
    return "".join(piece.text or "" for piece in anchor.iter(_TEXT)).strip()


def _covers(merge: Merge, spot: Spot) -> bool:
    return merge[0] <= spot[0] < merge[2] and merge[1] <= spot[1] < merge[3]


def _cells(root: etree._Element) -> Iterator[tuple[int, int, etree._Element]]:
    """Yield row, column and element of the cells inside Excel's own limits; addresses may be left out."""
    row = -1
    for line in root.iterfind(f"{S}sheetData/{S}row"):
        row = number(line.get("r")) - 1 if line.get("r") else row + 1
        col = -1
        for cell in line.iterchildren(_C):
            spot = _spot(cell.get("r", ""))
            at, col = (row, col + 1) if spot is None else (spot[0], spot[1])
            if 0 <= at < MAX_ROWS and col < MAX_COLS:
                yield at, col, cell


def _style(book: Book, cell: etree._Element) -> Style:
    index = number(cell.get("s"))
    return book.styles[index] if index < len(book.styles) else Style()


def _text(book: Book, cell: etree._Element, style: Style) -> str | None:
    """Return what a cell prints; None for a formula whose result the file does not hold."""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inside = cell.find(_IS)
        return "" if inside is None else printed_text(rich_text(inside), style.pattern)
    value = next((child.text for child in cell.iterchildren(_V)), None)
    if not value:
        return None if kind != "str" and cell.find(_F) is not None else ""
    if kind == "s":
        index = number(value)
        return printed_text(book.strings[index], style.pattern) if index < len(book.strings) else ""
    if kind == "str":
        return printed_text(unescape(value), style.pattern)
    if kind == "b":
        return "TRUE" if is_true(value) else "FALSE"
    return value if kind == "e" else _number(value, kind, style.pattern, date1904=book.date1904)


def _number(value: str, kind: str, pattern: str, *, date1904: bool) -> str:
    if pattern == "General" and _PLAIN_NUMBER.fullmatch(value):
        return value
    try:
        stored = _serial(value, date1904=date1904) if kind == "d" else float(value)
    except (ValueError, OverflowError):
        return value
    return printed(stored, pattern, date1904=date1904) if isfinite(stored) else value


def _serial(value: str, *, date1904: bool) -> float:
    day = datetime.fromisoformat(value).replace(tzinfo=None) - datetime(1904 if date1904 else 1900, 1, 1)
    serial = day.days + day.seconds / 86400
    return serial if date1904 else serial + (1 if serial < 59 else 2)


@lru_cache(maxsize=4096)
def _column(letters: str) -> int:
    at = 0
    for letter in letters.upper():
        at = at * 26 + ord(letter) - 64
    return at - 1


def _spot(address: str) -> Spot | None:
    found = _ADDRESS.fullmatch(address)
    return (int(found[2]) - 1, _column(found[1])) if found else None


def _address(row: int, col: int) -> str:
    return f"{_letters(col)}{row + 1}"


@lru_cache(maxsize=4096)
def _letters(col: int) -> str:
    head, last = divmod(col, 26)
    return (_letters(head - 1) if head else "") + chr(65 + last)


def _merges(root: etree._Element) -> list[Merge]:
    merges = []
    for merge in root.iterfind(f"{S}mergeCells/{S}mergeCell"):
        first, _, last = merge.get("ref", "").partition(":")
        start, end = _spot(first), _spot(last)
        if start and end and end[0] >= start[0] >= 0 and end[1] >= start[1]:
            merges.append((*start, min(end[0], MAX_ROWS - 1) + 1, min(end[1], MAX_COLS - 1) + 1))
    return merges


def _hidden_rows(root: etree._Element) -> list[int]:
    rows: set[int] = set()
    at = -1
    for line in root.iterfind(f"{S}sheetData/{S}row"):
        at = number(line.get("r")) - 1 if line.get("r") else at + 1
        if is_true(line.get("hidden")) or line.get("ht") == "0":
            rows.add(at)
    return sorted(rows)


def _hidden_cols(root: etree._Element) -> list[int]:
    cols: set[int] = set()
    budget = MAX_COLS  # ranges that do not overlap never need more; overlapping ones are damage
    for column in root.iterfind(f"{S}cols/{S}col"):
        if is_true(column.get("hidden")) or column.get("width") == "0":
            wanted = range(number(column.get("min")) - 1, min(number(column.get("max")), MAX_COLS))
            budget -= len(wanted)
            if budget < 0:
                break
            cols.update(wanted)
    return sorted(cols)


def _flags(name: str, seen: _Seen, *, is_cut: bool) -> Iterator[Problem]:
    if seen.hidden:
        yield _flag("hidden_text", name, seen.hidden, "工作表“{0}”有 {1} 格隐藏内容（如 {2}），没有读取。")
    for kind, (code, text) in _TOLD.items():
        if kind in seen.unread:
            yield _flag(code, name, seen.unread[kind], text, seen.texts if kind == "error" else {})
    if is_cut:
        message = f"工作表“{name}”在远离表格的地方还有内容，没有读取。"
        yield Problem(code="far_cells", message=message, place=Place(sheet=name))


def _flag(code: str, name: str, spots: list[Spot], text: str, values: Mapping[Spot, str] = {}) -> Problem:
    first = _address(*min(spots))
    shown = "、".join(f"{_address(*spot)} {values.get(spot, '')}".strip() for spot in sorted(spots)[:_NAMED])
    return Problem(code=code, message=text.format(name, len(spots), shown), place=Place(sheet=name, address=first))


def _hidden_sheet(sheet: BookSheet, root: etree._Element) -> Iterator[Problem]:
    if any(cell.find(_V) is not None or cell.find(_IS) is not None for _, _, cell in _cells(root)):
        message = f"工作表“{sheet.name}”是隐藏的，没有读取。"
        yield Problem(code="hidden_sheet", message=message, place=Place(sheet=sheet.name))
