"""How high a row of a workbook has to be for its texts, from the widths of its columns and the size of its letters."""

import math
import re
from collections.abc import Callable

from lxml import etree

from fuhe.readers.xlsxbook import S
from fuhe.text import display_width

_DEFAULT_WIDTH, _DEFAULT_HEIGHT, _MOST = 8.43, 13.5, 409.0
_COLUMN_POINTS = 11
"""A column's width counts characters of this size."""


def corner(address: str) -> tuple[int, int]:
    """Return row and column from 0 of an address such as C5."""
    found = re.match(r"([A-Z]+)(\d+)", address)
    if found is None:
        return 0, 0
    col = 0
    for letter in found[1]:
        col = col * 26 + ord(letter) - 64
    return int(found[2]) - 1, col - 1


def letters(col: int) -> str:
    """Return the letters of a column counted from 0."""
    name = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        name = chr(65 + rest) + name
    return name


def grow(
    root: etree._Element, cell: etree._Element, text: str, points: float, text_of: Callable[[etree._Element], str]
) -> None:
    """Make a cell's row high enough for a text in letters of this size; no row becomes lower.

    A row without a height of its own, which fits its texts when opened, is also made to fit what else it holds.
    """
    row = cell.getparent()
    assert row is not None
    rows, cols = _span(root, cell.get("r", "A1"))
    wanted = _lines(text, _width(root, cols) * _COLUMN_POINTS / points) * points * 1.4 + 4
    own = row.get("ht")
    if own is None:
        others = [
            _lines(text_of(other), _width(root, _span(root, other.get("r", "A1"))[1]))
            for other in row
            if other is not cell
        ]
        own = str(max([1, *others]) * _DEFAULT_HEIGHT)
    shared = sum(_height(root, number) for number in range(rows[0] + 1, rows[1] + 1))
    row.set("ht", f"{min(_MOST, max(float(own), wanted - shared)):g}")
    row.set("customHeight", "1")


def _lines(text: str, width: float) -> int:
    return sum(max(1, math.ceil(display_width(line) / max(width, 1))) for line in text.split("\n"))


def _span(root: etree._Element, address: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the first and last row and the first and last column a cell covers, merged or not."""
    row, col = corner(address)
    for area in root.iterfind(f"{S}mergeCells/{S}mergeCell"):
        first, _, last = area.get("ref", "").partition(":")
        if first == address and last:
            return (row, corner(last)[0]), (col, corner(last)[1])
    return (row, row), (col, col)


def _width(root: etree._Element, cols: tuple[int, int]) -> float:
    """Return the width of some columns in characters."""
    default = root.find(f"{S}sheetFormatPr")
    usual = float(default.get("defaultColWidth") or _DEFAULT_WIDTH) if default is not None else _DEFAULT_WIDTH
    told = [
        (int(entry.get("min", "0")) - 1, int(entry.get("max", "0")) - 1, float(entry.get("width") or usual))
        for entry in root.iterfind(f"{S}cols/{S}col")
    ]
    return sum(
        next((width for first, last, width in told if first <= col <= last), usual)
        for col in range(cols[0], cols[1] + 1)
    )


def _height(root: etree._Element, number: int) -> float:
    """Return the height of a row counted from 0, in points."""
    row = next((entry for entry in root.iterfind(f"{S}sheetData/{S}row") if entry.get("r") == str(number + 1)), None)
    return float(row.get("ht") or _DEFAULT_HEIGHT) if row is not None else _DEFAULT_HEIGHT
