"""Whether the characters made out of a line of print account for all of its ink."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from fuhe.readers.scans.recogniser import Pixels, SeenChar

_DARK = 150  # of 255
_LEAST = 2  # dark pixels of a column that is part of a character
_JOINED, _WIDE, _NEAR = 0.12, 0.15, 0.35  # of the line's height
_TALL, _OF_PERCENT = 0.6, 3  # of the line's height; pieces a percent sign may fall into
_IN_FIGURES = frozenset("0123456789.,%")
_WHOLE = 0.6  # of a usual letter's height: a lower line holds no whole ideograph
_FLAT = "一二三"


def accounted(crop: Pixels, chars: Sequence[SeenChar]) -> bool:
    """Tell whether every piece of ink in a cut-out line has a character at it; `crop` is dark on white, as recognised."""
    inked = [char for char in chars if not char.char.isspace()]
    rows = np.flatnonzero((crop < _DARK).any(axis=1))
    if not len(rows) or not inked:
        return True
    dark = crop[rows[0] : rows[-1] + 1] < _DARK
    return _has_characters(dark, np.array([char.at * crop.shape[1] for char in inked])) and _has_digits(dark, inked)


def is_cut(height: int, chars: Sequence[SeenChar], unit: float) -> bool:
    """Tell whether a line is too low for the ideographs read in it: part of a letter was taken for a whole one."""
    return height < _WHOLE * unit and any(
        "\u4e00" <= char.char <= "\u9fff" and char.char not in _FLAT for char in chars
    )


def doubted(chars: Sequence[SeenChar]) -> tuple[SeenChar, ...]:
    """Return a reading that nothing may rest on."""
    return tuple(char._replace(sure=0.0) for char in chars)


def _has_characters(dark: NDArray[np.bool_], middles: NDArray[np.float64]) -> bool:
    """Tell whether a character's middle lies at every piece as wide as a comma."""
    height = len(dark)
    return all(
        bool(((middles >= left - _NEAR * height) & (middles <= right + _NEAR * height)).any())
        for left, right in _pieces(dark, _JOINED * height)
        if right - left >= _WIDE * height
    )


def _has_digits(dark: NDArray[np.bool_], chars: Sequence[SeenChar]) -> bool:
    """Tell whether a figure has as many digits as tall pieces of ink: a one beside a point is easily passed over."""
    if not {char.char for char in chars} <= _IN_FIGURES:
        return True
    rows = (np.flatnonzero(dark[:, left:right].any(axis=1)) for left, right in _pieces(dark, 1))
    tall = sum(int(each[-1] - each[0]) + 1 >= _TALL * len(dark) for each in rows)
    return tall <= sum(_OF_PERCENT if char.char == "%" else char.char.isdecimal() for char in chars)


def _pieces(dark: NDArray[np.bool_], gap: float) -> Iterator[tuple[int, int]]:
    """Yield where ink stands along the line; what less than `gap` pixels of paper part is one piece."""
    inked = dark.sum(axis=0) >= _LEAST
    edges = np.flatnonzero(np.diff(np.concatenate(([0], inked.astype(np.int8), [0])))).tolist()
    if not edges:
        return
    left, right = edges[0], edges[1]
    for start, end in zip(edges[2::2], edges[3::2], strict=True):
        if start - right >= gap:
            yield left, right
            left = start
        right = end
    yield left, right
