"""Rows of a grid as the form mapping sees them: own cells, and text merged into the row from above."""

from collections import defaultdict
from dataclasses import dataclass, field
from operator import attrgetter

from fuhe.readers.grid import Grid, GridCell, GridKind
from fuhe.text import tidy


@dataclass(slots=True)
class Spot:
    """A cell with its text tidied, and the grid columns [start, end) it covers."""

    text: str
    cell: GridCell
    start: int = field(init=False, compare=False)
    end: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        self.start = self.cell.col
        self.end = self.start + self.cell.colspan


@dataclass(slots=True)
class GridRow:
    """One grid row: `spots` its own cells in order, `filled` those that print something, `carried` those merged into it."""

    kind: GridKind
    spots: tuple[Spot, ...]
    carried: tuple[Spot, ...] = field(default=())
    filled: tuple[Spot, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        self.filled = tuple([spot for spot in self.spots if spot.text])

    def blank(self, start: int, end: int) -> Spot | None:
        """Return the row's own empty cell over the columns [start, end): where a missing value would stand."""
        return next((spot for spot in self.spots if not spot.text and spot.start < end and spot.end > start), None)

    def covering(self, start: int, end: int) -> Spot | None:
        """Return the merged cell from above that lies over the columns [start, end), if it prints something."""
        return next((spot for spot in self.carried if spot.text and spot.start < end and spot.end > start), None)


_column = attrgetter("start")


def rows_of(grid: Grid) -> list[GridRow]:
    """Cut a grid into rows, top down; rows without any own cell are dropped."""
    own: dict[int, list[Spot]] = defaultdict(list)
    carried: dict[int, list[Spot]] = defaultdict(list)
    for cell in grid.cells:
        spot = Spot(tidy(cell.text), cell)
        own[cell.row].append(spot)
        for below in range(cell.row + 1, cell.row + cell.rowspan):
            carried[below].append(spot)
    return [
        GridRow(grid.kind, tuple(sorted(own[index], key=_column)), tuple(sorted(carried[index], key=_column)))
        for index in sorted(own)
    ]
