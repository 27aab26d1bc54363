"""Readings only the table makes certain, put right; what was made out stays beside them."""

import re
from dataclasses import replace

from fuhe.readers.grid import Grid, GridCell, Para

DASH = "—"
_STROKES = frozenset("一-_－ー–‐")
_TWO_STROKES = frozenset("二ニ")
_OPERATORS = frozenset({"≥", "≤", ">", "<", "=", "＝", "＞", "＜", "≧", "≦", "定性"})
_BOUND = re.compile("[≥≤≧≦]")
_OVER_HUNDRED = re.compile(r"2\d\d(\.\d+)?%")


def repaired(blocks: list[Para | Grid]) -> list[Para | Grid]:
    """Put right what a cell's place in its table leaves no doubt about."""
    return [_in_grid(block) if isinstance(block, Grid) else block for block in blocks]


def _in_grid(grid: Grid) -> Grid:
    columns: dict[int, list[str]] = {}
    for cell in grid.cells:
        columns.setdefault(cell.col, []).append(cell.text.strip())
    return replace(grid, cells=tuple(_in_column(cell, columns[cell.col]) for cell in grid.cells))


def _in_column(cell: GridCell, column: list[str]) -> GridCell:
    text = cell.text.strip()
    if text in _TWO_STROKES and sum(other in _OPERATORS for other in column) >= 2:
        return replace(cell, text="=", raw=cell.text)
    if text in _STROKES:  # a cell that holds one level stroke: no form answers with the numeral 一
        return replace(cell, text=DASH, raw=cell.text, sure=1.0)
    if text == DASH:
        return replace(cell, sure=1.0)
    if "|" in text or "｜" in text:
        return replace(cell, sure=0.0)  # a ruling that was not found may part two cells here
    if _OVER_HUNDRED.fullmatch(text) and any(map(_BOUND.match, column)):
        return replace(cell, sure=0.0)  # ≥90% is misread as 290%, but 290% may be meant
    return cell
