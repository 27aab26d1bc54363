"""One alignment for every format: the non-empty cells of a row to the fields of the header, both in printed order."""

import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fuhe.readers.grid import GridKind
from fuhe.readings.levels import PARENT, class_of, label, points_of, subclass_of
from fuhe.text import is_blank, squeeze

Fit = GridKind | Literal["short"]
"""How far columns can be trusted; `short`: a text row with fewer cells than its header has lost blanks somewhere."""

# How much one column of distance costs against a cell whose content does not suit its field.
_DISTANCE = {"spans": 6.0, "padded": 4.0, "ragged": 0.55, "short": 0.2}
_SKIPPED_CELL = 9.0
_SKIPPED_BLANK = 1.2
_LONGEST_LEVEL = 14
_BOTH, _CELL, _FIELD = range(3)
"""How an alignment goes on: a cell under a column, a cell left over, a column left empty."""
_SHIFTED = 0.3
_MOST_SHIFT = 4
_SKIPPED_FIELD = {"name": 1.5, "weight": 0.8, "score": 0.8, "target": 0.1, "actual": 0.1}
_MOST_UNLIKE = 4.0
_SURE = 0.5
"""A row whose cells stand under their headings and cost no more than this need not be tried otherwise."""

_NUMBER = re.compile(r"\d+(\.\d+)?分?")
_SHARE = re.compile(r"\d{1,3}(\.\d+)?[%％]")
_AMOUNT = re.compile(r"[≥≤><=≧≦约达]*[\d,.]+\S{0,8}")
_SIGN = re.compile(r"[≥≤><=＝≧≦⩾⩽═]+|定[性量](?:指标)?|[正反负]向(?:指标)?|大于等于|小于等于|等于|[<>]=")
_RATIO = re.compile(r"\d+(?:\.\d+)?[%％]?")
_VALUE_LIKE = re.compile(r"[≥≤><=≧≦]|\d|%|％|达成|效果|显著|明显|提升|提高|持续|长期|完成|良好|是|否|优|及时")


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the header and the grid columns [start, end) its heading covers; `loose`: a level in the form's own words."""

    field: str
    start: int
    end: int
    loose: bool = False

    def distance(self, start: int, end: int) -> int:
        """Count the columns between this heading and a cell; 0 when they overlap."""
        return max(0, self.start - end + 1, start - self.end + 1)


@dataclass(frozen=True, slots=True)
class RowPiece:
    """A cell to be placed: its columns and tidied text; an empty one stands between cells that are not."""

    start: int
    end: int
    text: str


def align(pieces: Sequence[RowPiece], columns: Sequence[Column], kind: Fit) -> list[int | None]:
    """Return for each piece the index of its column, or None where it fits nowhere; order is kept on both sides.

    A text row that lost blanks at its left has slipped as a whole: the shift under which it fits best is taken.
    """
    best, placed = align_cost(pieces, columns, kind)
    room = columns[-1].start + 1 - pieces[-1].end if kind in ("short", "ragged") and pieces else 0
    if best <= _SURE or room <= 0:
        return placed
    for shift in range(1, min(room, _MOST_SHIFT) + 1):
        if _SHIFTED * shift >= best:
            break
        moved = [RowPiece(piece.start + shift, piece.end + shift, piece.text) for piece in pieces]
        cost, way = align_cost(moved, columns, kind)
        if cost + _SHIFTED * shift < best:
            best, placed = cost + _SHIFTED * shift, way
    return placed


def under_headings(
    pieces: Sequence[RowPiece], columns: Sequence[Column], kind: Fit, in_place: bool = False
) -> list[int | None] | None:
    """Return the columns the pieces stand under where that is beyond question, else None: the quick way for most rows.

    Where a text page kept its blanks (`in_place`), a level may be in any words.
    """
    placed: list[int | None] = []
    cost, column = 0.0, -1
    for piece in pieces:
        over = [i for i, c in enumerate(columns) if c.start < piece.end and c.end > piece.start]
        if len(over) != 1 or over[0] <= column:
            return None
        column = over[0]
        cost += _unlike(piece.text, columns[column], in_place)
        placed.append(column)
    is_loose = kind in ("ragged", "short") and not in_place
    return placed if cost <= (_SURE if is_loose else _MOST_UNLIKE) else None


def align_cost(pieces: Sequence[RowPiece], columns: Sequence[Column], kind: Fit) -> tuple[float, list[int | None]]:
    """Return the cost of the best placing beside the placing itself."""
    passed = [_SKIPPED_FIELD.get(column.field, 0.0) for column in columns]
    row = list(itertools.accumulate(passed, initial=0.0))
    steps = [[_FIELD] * len(row)]
    for piece in pieces:
        skipped = _SKIPPED_CELL if piece.text else _SKIPPED_BLANK
        above, row, step = row, [row[0] + skipped], [_CELL]
        for j, column in enumerate(columns):
            best, way = above[j] + _cost(piece, column, kind), _BOTH
            if (cost := above[j + 1] + skipped) < best:
                best, way = cost, _CELL
            if (cost := row[j] + passed[j]) < best:
                best, way = cost, _FIELD
            row.append(best)
            step.append(way)
        steps.append(step)
    return row[-1], _walk_back(steps)


def _walk_back(step: list[list[int]]) -> list[int | None]:
    i, j = len(step) - 1, len(step[0]) - 1
    placed: list[int | None] = [None] * i
    while i or j:
        if step[i][j] == _FIELD:
            j -= 1
        elif step[i][j] == _CELL:
            i -= 1
        else:
            i, j = i - 1, j - 1
            placed[i] = j
    return placed


def _cost(piece: RowPiece, column: Column, kind: Fit) -> float:
    if not piece.text:
        return 0.0
    apart = column.distance(piece.start, piece.end) if piece.start >= column.end or piece.end <= column.start else 0
    return _DISTANCE[kind] * apart + _unlike(piece.text, column)


def _unlike(text: str, column: Column, in_place: bool = False) -> float:
    loose = column.loose or (in_place and column.field in ("level1", "level2"))
    if loose and len(text) <= _LONGEST_LEVEL and not _AMOUNT.fullmatch(squeeze(text)):
        return 0.1
    return _misfit(text, column.field)


@functools.lru_cache(maxsize=1 << 14)
def _misfit(text: str, field: str) -> float:
    """Return 0 where the text is what the field usually holds, up to 5 where it never is."""
    bare = squeeze(text)
    if field in ("other", "side", "gap"):
        return _misfit_of_rest(text, field)
    if field in ("weight", "score", "review_score"):
        return 0.0 if _NUMBER.fullmatch(bare) or is_blank(bare) else (0.4 if _SHARE.fullmatch(bare) else 5.0)
    if field == "level1":
        known = class_of(text) or (points_of(text) and not subclass_of(text))
        return 0.0 if known else (3.0 if subclass_of(text) in PARENT else 4.0)
    if field == "level2":
        return 0.0 if subclass_of(text) else 4.0
    if label(text).endswith("指标") and (class_of(text) or subclass_of(text)):
        return 3.0
    return _misfit_of_content(bare, field)


def _misfit_of_rest(text: str, field: str) -> float:
    """Return what a cell costs under a heading that is not kept: levels and names have columns of their own."""
    known = class_of(text) or subclass_of(text)
    return (2.0 if known else 0.3) if field == "other" else (4.0 if known else 2.5)


def _misfit_of_content(bare: str, field: str) -> float:
    if field == "nature":
        return 0.0 if _SIGN.fullmatch(bare) or is_blank(bare) else 3.0
    if field in ("measure", "actual_measure"):
        return 0.0 if len(bare) <= 6 and not any(char.isdigit() for char in bare) and not _SIGN.fullmatch(bare) else 3.0
    if field == "rate":
        return 0.0 if _RATIO.fullmatch(bare) or is_blank(bare) else 2.0
    if _SIGN.fullmatch(bare):
        return 2.5
    if field == "name":
        return 4.0 if _NUMBER.fullmatch(bare) else (2.5 if _AMOUNT.fullmatch(bare) else 0.0)
    if field in ("target", "actual", "last_actual", "adjusted_target"):
        return 0.0 if len(bare) <= 8 or _VALUE_LIKE.search(bare) else 1.5
    if field in ("reason", "scoring_rule", "evidence"):
        return 2.5 if _NUMBER.fullmatch(bare) else (1.0 if _AMOUNT.fullmatch(bare) else 0.0)
    return 0.0
