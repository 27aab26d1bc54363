"""A page picture without its shade and its seals: grey for the letters, black and white for the rulings."""

from typing import NamedTuple

import cv2
import numpy as np

from fuhe.readers.scans.recogniser import Pixels

_SHRINK = 4  # the shade of paper is smooth: a quarter of the size tells it
_INK = 175  # of 255: darker than this beside its paper is ink
_SPECK = 4  # pixels
_FAINT = 205  # a ruling is thin and prints paler than a letter
_BESIDE_STREAK, _STREAK, _WHOLE = 4, 12, 0.8  # pixels, of 255, share of the page's height
_DARK, _SHOWS_THROUGH = 110, 205  # of 255
_RED = 40  # more red than green and blue by this much is a seal, or red ink


class PageInk(NamedTuple):
    """`grey`: letters dark on white, seals gone; `flat`: the same with seals; `drawn`: anything dark, for rulings."""

    grey: Pixels
    flat: Pixels
    drawn: Pixels


def page_ink(picture: Pixels) -> PageInk:
    """Part the ink of a colour picture (blue, green, red) from its paper."""
    blue, green, red = (np.asarray(part) for part in cv2.split(picture))
    flat = _flattened(red)
    excess = cv2.subtract(red, cv2.max(blue, green))
    redness = np.asarray(cv2.threshold(excess, _RED, 255, cv2.THRESH_BINARY)[1], np.uint8)
    grey = _without_red(flat, redness)
    drawn = np.asarray(cv2.threshold(flat, _FAINT, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    return PageInk(grey, flat, drawn)


def without_faint(grey: Pixels, letters: Pixels) -> Pixels:
    """Whiten what shows through from the other side of a page whose own letters are dark."""
    ink = grey[letters > 0]
    if not ink.size or float(np.median(ink)) > _DARK:
        return grey.copy()
    return np.asarray(cv2.convertScaleAbs(grey, alpha=255 / _SHOWS_THROUGH), np.uint8)


def without_streaks(picture: Pixels) -> Pixels:
    """Take away lines a dirty scanner glass or drum draws from edge to edge: no table reaches so far."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    away = _BESIDE_STREAK
    beside = cv2.min(grey[:, : -2 * away], grey[:, 2 * away :])
    darker = cv2.subtract(beside, grey[:, away:-away]) > _STREAK
    columns = np.flatnonzero(darker.mean(axis=0) > _WHOLE) + away
    if not len(columns):
        return picture
    out = picture.copy()
    for column in {near for at in columns.tolist() for near in range(at - 1, at + 2)}:
        sides = picture[:, [max(0, column - away), min(picture.shape[1] - 1, column + away)]]
        out[:, column] = sides.max(axis=1)
    return out


def inked(grey: Pixels) -> Pixels:
    """Return where letters are: 255, else 0; specks of a few pixels are left out."""
    dark = np.asarray(cv2.threshold(grey, _INK, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    specks = stats[:count, cv2.CC_STAT_AREA] <= _SPECK
    specks[0] = False
    return np.where(specks[labels], np.uint8(0), dark)


def _flattened(channel: Pixels) -> Pixels:
    """Divide by the paper's own brightness, so that shade and yellowing go."""
    height, width = channel.shape
    small = cv2.resize(channel, (max(1, width // _SHRINK), max(1, height // _SHRINK)), interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 21)
    paper = cv2.resize(cv2.max(paper, 32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(channel, paper, scale=255), np.uint8)


def _without_red(flat: Pixels, redness: Pixels) -> Pixels:
    """Whiten what is red and not dark in the red channel itself: black letters under a seal stay."""
    if not redness.any():
        return flat
    pale = cv2.inRange(flat, 110, 255)
    out = flat.copy()
    out[(redness > 0) & (pale > 0)] = 255
    return out
