"""The used part of a sheet: cells far from the rest are left out, merges are clipped, every cell stands once."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from fuhe.errors import ReadError

GAP_ROWS, GAP_COLS = 200, 60
MAX_AREA = 400_000

Merge = tuple[int, int, int, int]  # first row, first column, end row, end column; ends are exclusive
Spot = tuple[int, int]


class CellRange(NamedTuple):
    """A cell's place and size on the grid, counted from 0."""

    row: int
    col: int
    rowspan: int = 1
    colspan: int = 1


def cut_far(filled: Collection[Spot]) -> set[Spot]:
    """Return the filled cells without those behind an empty stretch of 200 rows or 60 columns."""
    last_row = _before_gap({row for row, _ in filled}, GAP_ROWS)
    near = [(row, col) for row, col in filled if row <= last_row]
    last_col = _before_gap({col for _, col in near}, GAP_COLS)
    return {(row, col) for row, col in near if col <= last_col}


def _before_gap(used: Iterable[int], gap: int) -> int:
    last = -1
    for index in sorted(used):
        if index - last > gap:
            break
        last = index
    return last


def lay_out(filled: Collection[Spot], merges: Iterable[Merge]) -> list[CellRange]:
    """Return every cell of the used area, in reading order; a merge that runs far past the text ends with the text.

    Raises ReadError "too_large" when the area has more than 400,000 cells.
    """
    if not filled:
        return []
    height, width = max(row for row, _ in filled) + 1, max(col for _, col in filled) + 1
    starting = sorted(merge for merge in merges if merge[0] < height and merge[1] < width)
    near = [(rows, cols) for _, _, rows, cols in starting if rows <= height + GAP_ROWS and cols <= width + GAP_COLS]
    height, width = max([height, *(rows for rows, _ in near)]), max([width, *(cols for _, cols in near)])
    if height * width > MAX_AREA:
        todo = "请删去多余的行列，只保留自评表，再试一次"
        raise ReadError("too_large", f"工作表有 {height} 行 {width} 列，超过 {MAX_AREA} 格的上限", todo=todo)
    tops, covered = _merged(starting, height, width)
    whole = (CellRange(row, col) for row in range(height) for col in range(width))
    return [tops.get(span[:2], span) for span in whole if span[:2] not in covered]


def _merged(merges: list[Merge], height: int, width: int) -> tuple[dict[Spot, CellRange], set[Spot]]:
    tops: dict[Spot, CellRange] = {}
    covered: set[Spot] = set()
    budget = height * width  # merges that do not overlap never need more; overlapping ones are damage
    for top, left, bottom, right in merges:
        bottom, right = min(bottom, height), min(right, width)
        size = (bottom - top) * (right - left)
        if size < 2 or (top, left) in covered or (top, left) in tops or size > budget:
            continue
        budget -= size
        tops[top, left] = CellRange(top, left, bottom - top, right - left)
        covered.update((row, col) for row in range(top, bottom) for col in range(left, right))
        covered.discard((top, left))
    return tops, covered
