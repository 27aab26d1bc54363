"""Rows of a grid as the form mapping sees them: own cells, and text merged into the row from above."""

import functools
from collections import defaultdict
from dataclasses import dataclass, field

from fuhe.readers.grid import Grid, GridCell, GridKind
from fuhe.text import tidy


@dataclass(frozen=True)
class Spot:
    """A cell with its text tidied."""

    text: str
    cell: GridCell

    @functools.cached_property
    def start(self) -> int:
        """First grid column."""
        return self.cell.col

    @functools.cached_property
    def end(self) -> int:
        """One past the last grid column."""
        return self.cell.col + self.cell.colspan


@dataclass(frozen=True)
class GridRow:
    """One grid row: `spots` its own cells in order, `carried` those merged into it from rows above."""

    kind: GridKind
    spots: tuple[Spot, ...]
    carried: tuple[Spot, ...] = field(default=())

    @functools.cached_property
    def filled(self) -> tuple[Spot, ...]:
        """The row's own cells that print something."""
        return tuple(spot for spot in self.spots if spot.text)

    def blank(self, start: int, end: int) -> Spot | None:
        """Return the row's own empty cell over the columns [start, end): where a missing value would stand."""
        return next((spot for spot in self.spots if not spot.text and spot.start < end and spot.end > start), None)

    def covering(self, start: int, end: int) -> Spot | None:
        """Return the merged cell from above that lies over the columns [start, end), if it prints something."""
        return next((spot for spot in self.carried if spot.text and spot.start < end and spot.end > start), None)


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


def _column(spot: Spot) -> int:
    return spot.start
