"""Readings only the table makes certain, put right; what was made out stays beside them."""

from collections.abc import Callable
from dataclasses import replace

from fuhe.readers.grid import Grid, GridCell, Para

_STROKES = frozenset("一-_－ー–‐")
DASH = "—"


def repaired(blocks: list[Para | Grid]) -> list[Para | Grid]:
    """Put right what a cell's place in its table leaves no doubt about."""
    return [_in_grid(block) if isinstance(block, Grid) else block for block in blocks]


def _in_grid(grid: Grid) -> Grid:
    return replace(grid, cells=tuple(map(_in_cell, grid.cells)))


def _in_cell(cell: GridCell) -> GridCell:
    for reading in _READINGS:
        text = reading(cell.text)
        if text != cell.text:
            return replace(cell, text=text, raw=cell.text)
    return cell


def _lone_stroke(text: str) -> str:
    """Read a cell that holds one level stroke as a dash: no form answers with the numeral 一."""
    return DASH if text.strip() in _STROKES else text


_READINGS: tuple[Callable[[str], str], ...] = (_lone_stroke,)
