"""Rows to the form as printed: every cell with what it spans, so that the table can be shown again as the unit knows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fuhe.layouts.grid_rows import GridRow
from fuhe.records import PrintedCell


@dataclass
class _Run:
    """Rows of one grid, by the grid rows they come from."""

    rows: list[GridRow]
    tops: list[int]


def printed(rows: Sequence[GridRow]) -> tuple[PrintedCell, ...]:
    """Return the cells of a form's rows, tables and rows counted anew from 1; nothing where columns may be shifted."""
    rows = [row for row in rows if row.spots]
    if any(row.kind == "ragged" for row in rows):
        return ()
    return tuple(cell for table, run in enumerate(_runs(rows), 1) for cell in _cells(table, run))


def _runs(rows: Sequence[GridRow]) -> list[_Run]:
    """Divide the rows where a further grid begins: there the count of grid rows starts again."""
    runs: list[_Run] = []
    for row in rows:
        top = row.spots[0].cell.row
        if not runs or top <= runs[-1].tops[-1]:
            runs.append(_Run([], []))
        runs[-1].rows.append(row)
        runs[-1].tops.append(top)
    return runs


def _cells(table: int, run: _Run) -> Iterator[PrintedCell]:
    for number, (row, top) in enumerate(zip(run.rows, run.tops, strict=True), 1):
        for spot in row.spots:
            height = spot.cell.rowspan
            below = sum(1 for other in run.tops if top <= other < top + height) if height > 1 else 1
            yield PrintedCell(
                table=table,
                row=number,
                col=spot.start + 1,
                rowspan=below,
                colspan=spot.cell.colspan,
                text=spot.text,
                place=spot.cell.place,
            )
