"""Where the lines of print lie on a page picture: cell by cell inside the tables, by their own shape outside."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from fuhe.readers.scans.recogniser import Pixels

_SPECK = 0.12  # of a letter: what is smaller both ways is dirt
_FLAT = 0.3
_DASH = 0.22  # of a letter: no dash is shorter, in whatever print
_ONE_LINE = 1.25  # of a usual letter: a large one, its parts well apart
_LOWEST, _ENOUGH = 0.85, 30  # a letter beside its line's height; pieces to tell a height by
_LARGEST = 10.0
_LEAST_INK = 6  # pixels of a whole line
_MOST_LINES = 400  # of one cell


class PrintedLine(NamedTuple):
    """A line of print: its ink's box in pixels, and between where its paler marks may reach."""

    x0: int
    y0: int
    x1: int
    y1: int
    first: int
    last: int


def lines_in(ink: Pixels, box: tuple[float, float, float, float], unit: float) -> list[PrintedLine]:
    """Find the lines of one cell; `ink` is without rulings, `unit` a usual letter's height."""
    x0, y0, x1, y1 = (max(0, round(value)) for value in box)
    cell = ink[y0:y1, x0:x1]
    if not cell.size:
        return []
    spans = _joined(_spans(np.atleast_1d(cell.any(axis=1))), unit)
    heights = sorted(bottom - top for top, bottom in spans)
    usual = heights[len(heights) // 2] if len(heights) > 2 else unit
    usual = min(max(usual, 0.6 * unit), 1.4 * unit)
    cut = [piece for span in spans for piece in _divided(cell, span, usual)][:_MOST_LINES]
    return [line for top, bottom in cut if (line := _line(cell, top, bottom, x0, y0, unit))]


def lines_beside(left: Pixels, unit: float) -> list[PrintedLine]:
    """Find the lines in what is left of the ink outside the tables; what no letter is large enough for is left out."""
    left = _without_large(left, _LARGEST * unit)
    joined = cv2.morphologyEx(
        left, cv2.MORPH_CLOSE, np.ones((max(1, round(unit / 4)), max(1, round(1.6 * unit))), np.uint8)
    )
    count, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(joined, np.uint8), connectivity=8)
    out: list[PrintedLine] = []
    for x, y, width, height, _area in stats[1 : min(count, 4000)].tolist():
        if 0.35 * unit < height < 4 * unit and width > 0.35 * unit:
            more = round(0.3 * unit)
            out.append(PrintedLine(x, y, x + width, y + height, max(0, x - more), x + width + more))
        elif height >= 4 * unit:
            out += lines_in(left, (x, y, x + width, y + height), unit)
    return sorted(out, key=lambda line: (line.y0, line.x0))[:_MOST_LINES]


def _without_large(ink: Pixels, side: float) -> Pixels:
    """Take away frames, underlines and the edge of the paper."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    large = np.max(stats[:count, 2:4], axis=1) > side
    large[0] = False
    return np.where(large[labels], np.uint8(0), ink) if large.any() else ink


def letter_height(ink: Pixels) -> float:
    """Return a usual letter's height in pixels: of the pieces about as wide as high, the middle one of the larger half.

    Small print runs together and leaves few such pieces, often only figures: there the height of its lines bounds it.
    """
    pieces = _heights(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), 0.6, 1.6, 0.2)
    usual = float(pieces[len(pieces) * 3 // 5]) if len(pieces) >= 10 else ink.shape[0] / 80
    if len(pieces) >= _ENOUGH or (lines := _height_of_lines(ink)) is None:
        return usual
    return min(max(usual, _LOWEST * lines), lines)


def _height_of_lines(ink: Pixels) -> float | None:
    """Return the middle height of what is joined along lines when the rulings are gone; None where that is little."""
    left = _without_large(ink, ink.shape[0] / 4)
    shape = (1, max(1, ink.shape[1] // 120))
    heights = _heights(cv2.morphologyEx(left, cv2.MORPH_CLOSE, np.ones(shape, np.uint8)), 1.7, 1000, 0.4)
    return float(heights[len(heights) // 2]) if len(heights) >= _ENOUGH else None


def _heights(mask: "cv2.typing.MatLike", narrowest: float, widest: float, fullest: float) -> list[int]:
    """Return, in order, the heights of the pieces no flatter or higher than said, and at least so full of ink."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(mask, np.uint8), connectivity=8)
    return sorted(
        height
        for _, _, width, height, area in stats[1:count].tolist()
        if 8 <= height <= mask.shape[0] / 20 and narrowest < width / height < widest and area > fullest * width * height
    )


def _spans(rows: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], rows.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _joined(spans: list[tuple[int, int]], unit: float) -> list[tuple[int, int]]:
    """Join what is only part of a line to the nearer neighbour: the strokes of 二, the dot of a mark, a loose dash."""
    out = list(spans)
    while (at := _next_join(out, unit)) is not None:
        out[at : at + 2] = [(out[at][0], out[at + 1][1])]
    return out


def _next_join(spans: list[tuple[int, int]], unit: float) -> int | None:
    best: tuple[int, int] | None = None
    for index, (above, below) in enumerate(pairwise(spans)):
        gap, whole = below[0] - above[1], below[1] - above[0]
        thin = min(above[1] - above[0], below[1] - below[0]) < 0.55 * unit
        if thin and gap < 0.5 * unit and whole <= _ONE_LINE * unit and (best is None or gap < best[0]):
            best = (gap, index)
    return best[1] if best else None


def _divided(cell: Pixels, span: tuple[int, int], usual: float) -> Iterator[tuple[int, int]]:
    """Cut a span as high as several lines where it carries least ink."""
    top, bottom = span
    count = round((bottom - top) / (1.15 * usual))
    if bottom - top < 1.65 * usual or count < 2:
        yield span
        return
    profile = (cell[top:bottom] > 0).sum(axis=1)
    pitch, start = (bottom - top) / count, 0
    for number in range(1, count):
        middle, reach = round(number * pitch), max(2, round(0.25 * pitch))
        cut = middle - reach + int(profile[middle - reach : middle + reach].argmin())
        yield top + start, top + cut
        start = cut
    yield top + start, bottom


def _line(cell: Pixels, top: int, bottom: int, left: int, above: int, unit: float) -> PrintedLine | None:
    band = cell[top:bottom]
    columns = np.flatnonzero(band.any(axis=0))
    if not len(columns) or int((band > 0).sum()) < _LEAST_INK:
        return None
    x0, x1 = int(columns[0]), int(columns[-1]) + 1
    if max(x1 - x0, bottom - top) < _SPECK * unit or _is_dirt(band[:, x0:x1], unit):
        return None
    return PrintedLine(left + x0, above + top, left + x1, above + bottom, left, left + cell.shape[1])


def _is_dirt(band: Pixels, unit: float) -> bool:
    """Tell whether a flat strip of ink is only specks: a dash is as flat, but whole."""
    height, width = band.shape
    return height < _FLAT * unit and (width < _DASH * unit or float((band > 0).mean()) < 0.45)
