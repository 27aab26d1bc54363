"""A tilted or slantwise photographed page made straight by its own rulings."""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from fuhe.readers.scans.recogniser import Pixels

_MOST_TILT = math.radians(25)
_STRAIGHT = 0.0006  # radians: less is not worth a new picture
_LOOKED_AT = 1200  # pixels of the long side on which rulings are looked for
_FEW = 4
_AGREES = 0.005  # radians: strokes that differ by less run alike
_PROPOSE, _APART = 40, 200  # strokes, pixels
_THICK, _LONG = 7, 60  # pixels there: no ruling is so thick, no letter so long

Strokes = NDArray[np.float64]


def straightened(picture: Pixels, drawn: Pixels) -> Pixels:
    """Return the picture turned and stretched so that its rulings run level and upright; as it is where it has none."""
    scale = min(1.0, _LOOKED_AT / max(drawn.shape))
    level, upright = _strokes(drawn, scale)
    height, width = drawn.shape
    if len(level) < _FEW:
        return picture
    across = _slopes(level, 1)
    down = _slopes(upright, 0) if len(upright) >= _FEW else (-across[0] - across[1] * height / 2, 0.0)
    corners = _corners(across, down, width, height)
    if corners is None:
        return picture
    return _pulled(picture, corners)


def _strokes(drawn: Pixels, scale: float) -> tuple[Strokes, Strokes]:
    """Find long straight strokes: those near level, and those near upright, as x0, y0, x1, y1 in full size."""
    small = cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.threshold(small, 60, 255, cv2.THRESH_BINARY)[1]
    small[_desk(np.asarray(small, np.uint8)) > 0] = 0  # its edges are not the table's
    shortest = max(small.shape) // 14
    found = cv2.HoughLinesP(small, 1, math.pi / 1440, shortest, minLineLength=shortest, maxLineGap=4)
    if found is None:
        return np.zeros((0, 4)), np.zeros((0, 4))
    strokes = found.reshape(-1, 4).astype(np.float64) / scale
    angle = np.arctan2(strokes[:, 3] - strokes[:, 1], strokes[:, 2] - strokes[:, 0])
    level = np.abs(angle) < _MOST_TILT
    upright = np.abs(np.abs(angle) - math.pi / 2) < _MOST_TILT
    return strokes[level], strokes[upright]


def _desk(small: Pixels) -> Pixels:
    """Return where something thick and long is dark: the desk a sheet lies on, its shadow; letters are neither."""
    square = np.ones((_THICK, _THICK), np.uint8)
    thick = np.asarray(cv2.morphologyEx(small, cv2.MORPH_OPEN, square), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(thick, connectivity=8)
    long = np.max(stats[:count, 2:4], axis=1) > _LONG
    long[0] = False
    return np.asarray(cv2.dilate(np.where(long[labels], np.uint8(255), np.uint8(0)), square), np.uint8)


def _slopes(strokes: Strokes, axis: int) -> tuple[float, float]:
    """Return how the slope of strokes changes over the page, slope = a + b * place, as most of their length has it.

    A table's rulings agree; strokes of letters, of shade and of a bent edge each go their own way, so no mean is taken.
    """
    along, beside = (0, 1) if axis else (1, 0)
    run = strokes[:, along + 2] - strokes[:, along]
    slope = (strokes[:, beside + 2] - strokes[:, beside]) / np.where(run == 0, 1e-9, run)
    place = (strokes[:, beside] + strokes[:, beside + 2]) / 2
    weight = np.abs(run) ** (2 if axis else 1)
    off = [slope - a - b * place for a, b in _proposed(place, slope, weight)]
    agreed = [float((weight * np.clip(1 - (each / _AGREES) ** 2, 0, None)).sum()) for each in off]
    kept = np.abs(off[int(np.argmax(agreed))]) < _AGREES
    return _fit(place[kept], slope[kept], weight[kept])


def _proposed(place: Strokes, slope: Strokes, weight: Strokes) -> Iterator[tuple[float, float]]:
    """Yield the changes of slope that one of the longest strokes, or two far enough apart, would have."""
    longest = np.argsort(weight)[::-1][:_PROPOSE]
    yield from ((float(slope[one]), 0.0) for one in longest)
    for one, other in combinations(longest, 2):
        if abs(place[other] - place[one]) >= _APART:
            b = (slope[other] - slope[one]) / (place[other] - place[one])
            yield float(slope[one] - b * place[one]), float(b)


def _fit(place: Strokes, slope: Strokes, weight: Strokes) -> tuple[float, float]:
    if len(place) < _FEW or np.ptp(place) < _APART:
        return float(np.average(slope, weights=weight)), 0.0
    b, a = np.polyfit(place, slope, 1, w=np.sqrt(weight))
    return float(a), float(b)


def _corners(
    across: tuple[float, float], down: tuple[float, float], width: int, height: int
) -> Sequence[tuple[float, float]] | None:
    """Return where the corners of an upright frame around the page lie in the picture; None where it is straight."""
    tilts = [across[0], across[0] + across[1] * height, down[0], down[0] + down[1] * width]
    if max(map(abs, tilts)) < _STRAIGHT:
        return None
    middle_x, middle_y = width / 2, height / 2
    top, bottom, left, right = tilts
    lines_across = ((top, 0.0), (bottom, float(height)))
    lines_down = ((left, 0.0), (right, float(width)))
    return [
        _crossing(slope_y, y, slope_x, x, middle_x, middle_y)
        for slope_y, y in lines_across
        for slope_x, x in lines_down
    ]


def _crossing(
    slope_y: float, y: float, slope_x: float, x: float, middle_x: float, middle_y: float
) -> tuple[float, float]:
    """Cross y + slope_y * (px - middle_x) with x + slope_x * (py - middle_y)."""
    at_x = (x + slope_x * (y - slope_y * middle_x - middle_y)) / (1 - slope_x * slope_y)
    return at_x, y + slope_y * (at_x - middle_x)


def _pulled(picture: Pixels, corners: Sequence[tuple[float, float]]) -> Pixels:
    height, width = picture.shape[:2]
    margin = 0.5 * max(
        abs(x - tx) + abs(y - ty) for (x, y), (tx, ty) in zip(corners, _frame(width, height), strict=True)
    )
    size = (round(width + 2 * margin), round(height + 2 * margin))
    target = np.array([(x + margin, y + margin) for x, y in _frame(width, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(corners, np.float32), target)
    return np.asarray(
        cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255)), np.uint8
    )


def _frame(width: int, height: int) -> list[tuple[float, float]]:
    return [(0.0, 0.0), (float(width), 0.0), (0.0, float(height)), (float(width), float(height))]
