"""Rows of a Word 97-2003 table, each with cell edges of its own, become one grid."""

from collections.abc import Iterator
from typing import NamedTuple

from fuhe.errors import ReadError
from fuhe.readers.doc_props import DocRow
from fuhe.readers.grid import Grid, GridCell
from fuhe.records import Place

MAX_CELLS = 400_000
_NEAR = 20  # twips; edges closer than 0.35 mm are one edge
_CONTINUES = 1  # vertical merge: goes on from the row above


class CellBox(NamedTuple):
    """A cell between two edges, before rows are joined; `down` is its vertical merge flag."""

    left: int
    right: int
    text: str
    down: int


def grid(rows: list[tuple[list[str], DocRow | None]], number: int) -> Grid:
    """Lay out rows of cell texts on the grid that the edges of all rows make; raises ReadError "too_large"."""
    if sum(len(texts) for texts, _ in rows) > MAX_CELLS:
        raise ReadError("too_large", f"表格超过 {MAX_CELLS} 格的上限", todo="请只保留自评表，再试一次")
    boxes = [_boxes(texts, row) for texts, row in rows]
    columns = _columns({edge for row in boxes for box in row for edge in (box.left, box.right)})
    return Grid(tuple(_cells(boxes, columns, number)), "spans", Place(table=number))


def _boxes(texts: list[str], row: DocRow | None) -> list[CellBox]:
    if row is None or len(row.joins) < len(texts):
        return [CellBox(1000 * index, 1000 * index + 1000, text, 0) for index, text in enumerate(texts)]
    boxes: list[CellBox] = []
    for index, text in enumerate(texts):
        across, down = row.joins[index]
        left, right = row.edges[index], row.edges[index + 1]
        if across == 2 and boxes:
            boxes[-1] = boxes[-1]._replace(right=right)
        else:
            boxes.append(CellBox(left, right, text, down))
    return boxes


def _columns(edges: set[int]) -> dict[int, int]:
    """Number the grid lines from the left; edges that lie close together are one line."""
    columns: dict[int, int] = {}
    number, line = -1, -(10**6)
    for edge in sorted(edges):
        if edge - line > _NEAR:
            number, line = number + 1, edge
        columns[edge] = number
    return columns


def _cells(rows: list[list[CellBox]], columns: dict[int, int], table: int) -> Iterator[GridCell]:
    found: list[tuple[int, int, int, str]] = []
    heights: list[int] = []
    above: dict[tuple[int, int], int] = {}
    for number, row in enumerate(rows):
        here: dict[tuple[int, int], int] = {}
        for col, width, box in _placed(row, columns):
            if box.down == _CONTINUES and (col, width) in above:
                here[col, width] = above[col, width]
                heights[above[col, width]] += 1
                continue
            if box.down:
                here[col, width] = len(found)
            found.append((number, col, width, box.text))
            heights.append(1)
        above = here
    for (row_at, col, width, text), height in zip(found, heights, strict=True):
        yield GridCell(row_at, col, text, Place(table=table, row=row_at + 1, col=col + 1), height, width)


def _placed(row: list[CellBox], columns: dict[int, int]) -> Iterator[tuple[int, int, CellBox]]:
    """Yield column and width of each cell; a cell narrower than a line still gets a column."""
    end = 0
    for box in row:
        col = max(columns[box.left], end)
        end = max(columns[box.right], col + 1)
        yield col, end - col, box
