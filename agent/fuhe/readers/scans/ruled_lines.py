"""The rulings of a straight page picture: long level and upright strokes that meet, told from the strokes of letters."""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from fuhe.readers.lattice import Ruling, nearest
from fuhe.readers.scans.recogniser import Pixels

_LEVEL, _UPRIGHT = 2.6, 1.15  # times a letter's height: the shortest pieces looked for
_GAP = 0.8
_REACH = 0.45  # how far an upright piece may end from the level ruling it meets
_MOST_THICK = 0.45
_SHORT = 2.5  # a piece no higher than a row, which letters may fill
_ASIDE, _CLEAR, _CROWDED = (
    (0.12, 0.17, 0.24),
    0.05,
    0.14,
)  # how far beside a piece ink is looked for, and shares of its length
_EVEN, _UNEVEN, _OF_LETTERS = 40, 65, 120  # of 255
_IN_LINE = 0.15
_UNBROKEN, _BROKEN = 0.92, 0.7  # share of such a piece, and of a longer one, that must be ink

_Piece = tuple[int, int, int, int]


class _Wall(NamedTuple):
    """An upright ruling within one row; one not plain to see needs another in line with it."""

    piece: _Piece
    is_plain: bool


def ruled_lines(drawn: Pixels, flat: Pixels, unit: float) -> tuple[list[Ruling], Pixels]:
    """Return the rulings in pixels and a mask of their ink; `unit` is a usual letter's height in pixels."""
    level = _long(drawn, round(_LEVEL * unit), round(_GAP * unit), across=True)
    upright = _long(drawn, round(_UPRIGHT * unit), round(_GAP * unit), across=False)
    reach = max(3, round(_REACH * unit))
    rows = list(_pieces(level, _LEVEL * unit, unit, across=True))
    floor = _spread(drawn, [(x - reach, y, w + 2 * reach, h) for x, y, w, h in rows], 1)
    upright[floor > 0] = 0  # row by row, so that no stroke of a letter clings to a ruling further down
    pieces = _pieces(upright, 0.8 * unit, unit, across=False)
    columns = _walls([wall for piece in pieces if (wall := _wall(piece, floor, drawn, flat, unit))], unit)
    walls = _spread(drawn, columns, reach)
    rows = [(x, y, w, h) for x, y, w, h in rows if walls[y : y + h, x : x + w].any()]
    rules = [Ruling(x, y + height / 2, x + width, y + height / 2) for x, y, width, height in rows]
    rules += [Ruling(x + width / 2, y, x + width / 2, y + height) for x, y, width, height in columns]
    return rules, _spread(drawn, [*rows, *columns], 1)


def _long(drawn: Pixels, length: int, gap: int, *, across: bool) -> Pixels:
    """Keep strokes at least `length` long; small gaps in them are closed."""
    shape = (lambda n: (n, 1)) if across else (lambda n: (1, n))
    thick = cv2.dilate(drawn, np.ones((3, 1) if across else (1, 3), np.uint8))  # a slightly bent line stays whole
    kept = cv2.morphologyEx(thick, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, shape(length)))
    kept = cv2.morphologyEx(kept, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, shape(gap)))
    return np.asarray(kept, np.uint8)


def _pieces(mask: Pixels, length: float, unit: float, *, across: bool) -> Iterator[_Piece]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for x, y, width, height, _area in stats[1:count].tolist():
        long, thick = (width, height) if across else (height, width)
        if long >= length and thick <= max(_MOST_THICK * unit, 0.02 * long):
            yield x, y, width, height


def _wall(piece: _Piece, floor: Pixels, drawn: Pixels, flat: Pixels, unit: float) -> _Wall | None:
    """Return an upright piece drawn out to the level rulings above and below; None where it ends before, as letters do."""
    x, y, width, height = piece
    reach = max(3, round(_REACH * unit))
    middle = min(floor.shape[1] - 1, x + width // 2)
    first = max(0, y - reach)
    above = np.flatnonzero(floor[first : y + reach, middle])
    last = max(0, y + height - reach)
    below = np.flatnonzero(floor[last : y + height + reach, middle])
    if not len(above) or not len(below):
        return None
    top, bottom = first + int(above[-1]), last + int(below[0])
    run = np.atleast_1d(drawn[top : bottom + 1, max(0, x - 1) : x + width + 1].any(axis=1))
    whole = float(run.mean()) if len(run) else 0.0
    drawn_out = (x, top - 3, width, bottom - top + 6)
    inner = slice(top + 3, bottom - 2)
    beside, uneven = _beside(drawn[inner], x, width, unit), _unevenness(flat[inner], x, width)
    if height >= _SHORT * unit:
        if whole < _BROKEN or (uneven > _OF_LETTERS and beside > _CROWDED / 2):
            return None
        return _Wall(drawn_out, whole >= _UNBROKEN and beside <= _CROWDED)
    if whole < _UNBROKEN or beside > _CROWDED or uneven > _UNEVEN:
        return None
    return _Wall(drawn_out, beside <= _CLEAR and uneven <= _EVEN)


def _walls(found: list[_Wall], unit: float) -> list[_Piece]:
    """Keep the walls that are plain to see, and those in line with one."""
    plain = sorted(piece[0] + piece[2] / 2 for piece, is_plain in found if is_plain)
    near = max(3.0, _IN_LINE * unit)
    return [
        piece
        for piece, is_plain in found
        if is_plain or (plain and abs(plain[nearest(plain, piece[0] + piece[2] / 2)] - piece[0] - piece[2] / 2) <= near)
    ]


def _beside(band: Pixels, x: int, width: int, unit: float) -> float:
    """Return the share of a piece that has ink close on one side: a letter's strokes join, a ruling stands alone."""
    offs = {max(3, round(share * unit)) for share in _ASIDE}
    places = [place for off in offs for place in (x - off, x + width - 1 + off)]
    sides = [band[:, place] for place in places if 0 <= place < band.shape[1]]
    return max((float((side > 0).mean()) for side in sides if len(side)), default=0.0)


def _unevenness(band: Pixels, x: int, width: int) -> float:
    """Return how much darker a piece is here than there: strokes of letters run into each other."""
    if len(band) < 4:
        return 0.0
    shades = band[:, max(0, x - 1) : x + width + 1].min(axis=1)
    low, high = np.percentile(shades, (10, 90))
    return float(high - low)


def _spread(drawn: Pixels, pieces: list[_Piece], reach: int) -> Pixels:
    """Return a mask of the pieces, each larger by some pixels on every side."""
    mask = np.zeros_like(drawn)
    for x, y, width, height in pieces:
        cv2.rectangle(mask, (x - reach, y - reach), (x + width + reach - 1, y + height + reach - 1), 255, -1)
    return mask
