"""Forms drawn in text (`项目名称>2|…`): as merged tables, and as the texts that copying and publishing make of them."""

import re
from collections.abc import Iterator

Cells = list[tuple[str, int, int]]
_CELL = re.compile(r"(.*?)((?:[>^]\d+)*)")


def drawn(text: str) -> tuple[list[str], list[Cells]]:
    """Return the lines above a table and its rows of (text, rowspan, colspan)."""
    lines = text.splitlines()
    return [line for line in lines if "|" not in line], [_cells(line) for line in lines if "|" in line]


def _cells(line: str) -> Cells:
    cells = []
    for part in line.split("|"):
        found = _CELL.fullmatch(part)
        assert found
        spans = dict(re.findall(r"([>^])(\d+)", found[2]))
        cells.append((found[1].strip(), int(spans.get("^", 1)), int(spans.get(">", 1))))
    return cells


def as_grid(rows: list[Cells]) -> list[list[str]]:
    """Return the rows with an empty cell wherever a merged one reaches."""
    taken: set[tuple[int, int]] = set()
    lines: list[dict[int, str]] = []
    for at, row in enumerate(rows):
        line, column = {}, 0
        for text, down, across in row:
            while (at, column) in taken:
                column += 1
            line[column] = text
            taken |= {(at + i, column + j) for i in range(down) for j in range(across)}
            column += across
        lines.append(line)
    width = max(column for _, column in taken) + 1
    return [[line.get(column, "") for column in range(width)] for line in lines]


def as_texts(before: list[str], rows: list[Cells]) -> Iterator[tuple[str, str]]:
    """Yield the texts of a table: every grid column kept, only the cells there are, and these between bars."""
    head = "\n".join(before) + "\n"
    yield "columns", head + "\n".join("\t".join(line) for line in as_grid(rows))
    yield "cells", head + "\n".join("\t".join(text for text, _, _ in row) for row in rows)
    yield "bars", head + "\n".join(f"| {' | '.join(text for text, _, _ in row)} |" for row in rows)
