"""A table of many projects' results (自评结果汇总表): recognised as such, so that it is never read as one form."""

import re
from collections.abc import Sequence
from dataclasses import replace

from fuhe.layouts.grid_rows import GridRow, rows_of
from fuhe.layouts.headings import field_of
from fuhe.layouts.indicators import is_indicator_header
from fuhe.policy import lexicon
from fuhe.readers.grid import Document, Grid
from fuhe.readings.levels import label
from fuhe.records import Place

SUMMARY = "是各项目的自评结果汇总表，不是自评表"
_LEAST_HEADS, _LOOK_BELOW = 4, 6
_FIGURE = re.compile(r"\d{1,3}(?:\.\d+)?分?")


def without_summaries(document: Document) -> tuple[Document, tuple[Place, ...]]:
    """Return a document without its summary tables, and where they stand."""
    found = [block for block in document.blocks if isinstance(block, Grid) and is_summary(block)]
    if not found:
        return document, ()
    left = tuple(block for block in document.blocks if block not in found)
    return replace(document, blocks=left), tuple(grid.place for grid in found)


def is_summary(grid: Grid) -> bool:
    """Tell whether a grid lists projects, one a line with its score, and no indicators."""
    heads = [at for at, row in enumerate(rows_of(_upper_part(grid))) if _heads_projects(row)]
    if not heads:
        return False
    rows = rows_of(grid)
    return any(_lists_scores(rows[at], rows[at + 1 :]) for at in heads) and not any(map(is_indicator_header, rows))


def _upper_part(grid: Grid) -> Grid:
    """Return the rows of a grid among which the headings of a summary stand."""
    rows = set(sorted({cell.row for cell in grid.cells})[:_LOOK_BELOW])
    return replace(grid, cells=tuple(cell for cell in grid.cells if cell.row in rows))


def _heads_projects(row: GridRow) -> bool:
    texts = [spot.text for spot in row.filled]
    headed = len(texts) >= _LEAST_HEADS and not any(char.isdigit() for text in texts for char in text)
    return headed and any(field_of(text, "head") == "project" for text in texts) and any(map(_heads_score, texts))


def _heads_score(text: str) -> bool:
    return field_of(text, "head") == "total_score" or label(text) in lexicon("headings")["summary_scores"]


def _lists_scores(head: GridRow, below: Sequence[GridRow]) -> bool:
    """Tell whether under the score there are figures, beside names under the project."""
    score = next(spot for spot in head.filled if _heads_score(spot.text))
    project = next(spot for spot in head.filled if field_of(spot.text, "head") == "project")
    for row in below[:_LOOK_BELOW]:
        under = {spot.start: spot.text for spot in row.filled}
        if under.get(project.start) and _FIGURE.fullmatch(under.get(score.start, "").replace(" ", "")):
            return True
    return False
