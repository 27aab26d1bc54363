"""One page picture to what is drawn on it: made straight, rulings found, every cell's lines recognised."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np

from fuhe.readers.drawn_page import Drawn
from fuhe.readers.lattice import Glyph, Ruled, Ruling, tables
from fuhe.readers.scans.accounted import accounted, doubted, is_cut
from fuhe.readers.scans.line_crops import PrintedLine, letter_height, lines_beside, lines_in
from fuhe.readers.scans.page_ink import PageInk, inked, page_ink, without_faint, without_streaks
from fuhe.readers.scans.recogniser import Pixels, SeenChar, recognise
from fuhe.readers.scans.ruled_lines import ruled_lines
from fuhe.readers.scans.straighten import straightened

_LONG_SIDE = 842.0  # points: whatever its pixels, a page is taken for A4
_SMALL, _LARGE = 2300, 3600  # pixels of the long side
_GOOD = 0.965  # a page whose lines are surer than this stands upright: upright pages reach 0.98, lying ones 0.94
_SAMPLE = 8
_INSIDE = 0.1  # of a letter: what lies this near a ruling is its edge
_PAD = 0.15
_FLAT, _STROKE = 0.25, 0.55
_DARK, _LEAST, _LEANING, _STRAIGHT = 160, 12, 0.2, 0.93  # of a lone stroke: grey, pixels, width by height, correlation
_LONE, _NEAR, _TIMES = 1.3, 0.26, 3
_UNKNOWN = "□"  # ink that no character was made out of
_BAR, _PARTED = "|", 1.9  # of a letter, from the middle of one sign to that of the next


@dataclass(slots=True)
class SeenPage:
    """A page picture as read: in points, y downwards, from the top of the page held upright."""

    drawn: Drawn
    upright: Pixels
    scale: float  # points to a pixel of `upright`
    tables: int = 0
    lines: list[tuple[PrintedLine, tuple[SeenChar, ...]]] = field(default_factory=list)


def see(picture: Pixels) -> SeenPage:
    """Read a colour picture (blue, green, red) of one page."""
    first = _Look(without_streaks(_sized(picture)))
    best, surest = first, first.sureness()
    turned = 0
    if surest < _GOOD:
        for turn in (2, 1, 3):
            look = _Look(_turned(first.picture, turn))
            if (sure := look.sureness()) > surest:
                best, surest, turned = look, sure, turn
            if surest > _GOOD:
                break
    page = best.read()
    page.drawn.turn = turned
    return page


def held_upright(picture: Pixels, turn: int) -> tuple[Pixels, float]:
    """Return a picture as it was held when it was read in that turn, and the points to a pixel of it."""
    upright = _straight(_sized(picture))
    if turn:
        upright = _straight(_turned(upright, turn))
    return upright, _LONG_SIDE / max(upright.shape[:2])


def _straight(picture: Pixels) -> Pixels:
    return straightened(picture, page_ink(picture).drawn)


def _turned(picture: Pixels, turn: int) -> Pixels:
    return np.ascontiguousarray(np.rot90(picture, -turn))


def _sized(picture: Pixels) -> Pixels:
    """Bring a picture to a size at which letters can be told apart and no more."""
    side = max(picture.shape[:2])
    factor = _SMALL / side if side < _SMALL else _LARGE / side if side > _LARGE else 1.0
    if factor == 1.0:
        return picture
    how = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=how), np.uint8)


class _Look:
    """One way of holding the page: its ink, its rulings and where its lines of print are."""

    def __init__(self, picture: Pixels) -> None:
        ink = page_ink(picture)
        self.picture = straightened(picture, ink.drawn)
        self.ink: PageInk = ink if self.picture is picture else page_ink(self.picture)
        self.scale = _LONG_SIDE / max(self.picture.shape[:2])
        letters = inked(self.ink.grey)
        self.unit = letter_height(letters)
        self.rules, mask = ruled_lines(self.ink.drawn, self.ink.flat, self.unit)
        letters[mask > 0] = 0
        self.grey = without_faint(self.ink.grey, letters)
        self.grey[mask > 0] = 255
        self.ruled = tables(_moved(rule, self.scale) for rule in self.rules)
        self.lines, self.walls = _all_lines(letters, self.ruled, self.unit, self.scale)
        self._known: dict[PrintedLine, tuple[SeenChar, ...]] = {}

    def sureness(self) -> float:
        """Tell how sure a few of the longer lines are."""
        longest = sorted(self.lines, key=lambda line: line.x1 - line.x0, reverse=True)[:_SAMPLE]
        read = [chars for chars in self._recognised(longest) if chars]
        return sum(sum(char.sure for char in chars) / len(chars) for chars in read) / max(1, len(longest))

    def read(self) -> SeenPage:
        """Recognise every line."""
        read = self._recognised(self.lines)
        found = [self.settled(line, chars) for line, chars in zip(self.lines, read, strict=True)]
        out = Drawn(images=1, rules=[_moved(rule, self.scale) for rule in self.rules])
        page = SeenPage(out, self.picture, self.scale, len(self.ruled))
        for line, seen in zip(self.lines, found, strict=True):
            page.lines.append((line, seen))
            chars = seen or (SeenChar(_UNKNOWN, 0.5, 0.0),)
            out.glyphs += _glyphs(line, self.frame(line), chars, self.scale)
        return page

    def _recognised(self, lines: Sequence[PrintedLine]) -> list[tuple[SeenChar, ...]]:
        left = [line for line in dict.fromkeys(lines) if line not in self._known]
        self._known |= zip(left, recognise([self.crop(line) for line in left]), strict=True)
        return [self._known[line] for line in lines]

    def crop(self, line: PrintedLine) -> Pixels:
        """Cut out a line with a little paper around it; a sign or two on their own are set three times, as a word is."""
        x0, y0, x1, y1 = self.frame(line)
        if not self.is_lone(line):
            return self.grey[y0:y1, x0:x1]
        near = max(3, round(_NEAR * self.unit))
        lone = self.grey[y0:y1, max(0, line.x0 - near) : line.x1 + near]
        return np.asarray(np.hstack([lone] * _TIMES), np.uint8)

    def settled(self, line: PrintedLine, chars: tuple[SeenChar, ...]) -> tuple[SeenChar, ...]:
        """Return a line's reading; one that is only a level or a slanting stroke is told by its shape.

        What leaves ink over, or makes a whole letter of part of one, is not sure however sure the model is.
        """
        if line.y1 - line.y0 < _FLAT * self.unit and line.x1 - line.x0 >= _STROKE * self.unit:
            return (SeenChar("一", 0.5, 1.0),)
        if self.is_lone(line) and _is_slanting(self.grey[line.y0 : line.y1, line.x0 : line.x1]):
            return (SeenChar("/", 0.5, 1.0),)
        found = _once(chars) if self.is_lone(line) else chars
        if is_cut(line.y1 - line.y0, found, self.unit) or not accounted(self.crop(line), chars):
            return doubted(found)
        return self.parted(line, found)

    def parted(self, line: PrintedLine, chars: tuple[SeenChar, ...]) -> tuple[SeenChar, ...]:
        """Put a bar, sure of nothing, where a wide gap lies at a wall other rows have: two cells may stand here."""
        left, _, right, _ = self.frame(line)
        out = list(chars[:1])
        for before, char in pairwise(char for char in chars if not char.char.isspace()):
            a, b = (left + each.at * (right - left) for each in (before, char))
            if b - a > _PARTED * self.unit and any(a < wall < b for wall in self.walls.get(line, ())):
                out.append(SeenChar(_BAR, (before.at + char.at) / 2, 0.0))
            out.append(char)
        return tuple(out) if any(char.char == _BAR and not char.sure for char in out) else chars

    def is_lone(self, line: PrintedLine) -> bool:
        """Tell whether a line is no longer than a sign or two: too little for the model to tell what it sees."""
        return line.x1 - line.x0 < _LONE * self.unit

    def frame(self, line: PrintedLine) -> tuple[int, int, int, int]:
        """Return what to cut out: room for pale strokes at both ends, and for a lone dash the height of a letter."""
        x0, y0, x1, y1, first, last = line
        short = max(0, round((0.9 * self.unit - (y1 - y0)) / 2))
        pad = round(_PAD * max(y1 - y0, self.unit * 0.9))
        left = max(0, min(x0 - pad, max(first, x0 - round(self.unit))))
        right = max(x1 + pad, min(last, x1 + round(self.unit)))
        return left, max(0, y0 - short - pad), right, y1 + short + pad


def _is_slanting(stroke: Pixels) -> bool:
    """Tell whether the ink is one straight stroke from bottom left to top right."""
    down, across = np.nonzero(stroke < _DARK)
    if len(down) < _LEAST or np.ptp(across) < _LEANING * np.ptp(down):
        return False
    return float(np.corrcoef(across, down)[0, 1]) < -_STRAIGHT


def _once(chars: Sequence[SeenChar]) -> tuple[SeenChar, ...]:
    """Return what stands once in a reading of the same signs set three times; where the three differ, none is sure."""
    inked = [char for char in chars if not char.char.isspace()]
    count, rest = divmod(len(inked), _TIMES)
    parts = [inked[start : start + count] for start in range(0, len(inked), count)] if count else []
    same = not rest and len({"".join(char.char for char in part) for part in parts}) == 1
    if not same:
        return tuple(char._replace(sure=0.0) for char in inked[: max(1, round(len(inked) / _TIMES))])
    sure = [min(thrice, key=lambda char: char.sure) for thrice in zip(*parts, strict=True)]
    return tuple(char._replace(at=(index + 0.5) / count) for index, char in enumerate(sure))


def _moved(rule: Ruling, scale: float) -> Ruling:
    return Ruling(*(value * scale for value in rule))


def _all_lines(
    letters: Pixels, ruled: Sequence[Ruled], unit: float, scale: float
) -> tuple[list[PrintedLine], dict[PrintedLine, list[float]]]:
    """Find the lines of every cell, those of a table within a cell first, then what stands outside.

    Beside them, in pixels, the walls of other rows that run through a line's cell.
    """
    left = letters.copy()
    edge = _INSIDE * unit
    out: list[PrintedLine] = []
    walls: dict[PrintedLine, list[float]] = {}
    for table in sorted(ruled, key=lambda t: (t.xs[-1] - t.xs[0]) * (t.ys[-1] - t.ys[0])):
        for box in table.boxes:
            x0, y0, x1, y1 = (value / scale for value in (box.x0, box.y0, box.x1, box.y1))
            found = lines_in(left, (x0 + edge, y0 + edge, x1 - edge, y1 - edge), unit)
            if through := [x / scale for x in table.xs if x0 + unit < x / scale < x1 - unit]:
                walls |= dict.fromkeys(found, through)
            out += found
        x0, y0, x1, y1 = (max(0, round(v / scale)) for v in (table.xs[0], table.ys[0], table.xs[-1], table.ys[-1]))
        left[y0:y1, x0:x1] = 0
    return out + lines_beside(left, unit), walls


def _glyphs(
    line: PrintedLine, frame: tuple[int, int, int, int], chars: Sequence[SeenChar], scale: float
) -> list[Glyph]:
    """Give each character its part of the line: from half way to the one before to half way to the next."""
    left, right = frame[0] * scale, frame[2] * scale
    y0, y1 = line.y0 * scale, line.y1 * scale
    middles = [left + char.at * (right - left) for char in chars]
    edges = [line.x0 * scale, *((a + b) / 2 for a, b in pairwise(middles)), line.x1 * scale]
    return [
        Glyph(char.char, min(x0, at - 0.1), y0, max(at + 0.1, x1), y1, char.sure)
        for char, at, x0, x1 in zip(chars, middles, edges[:-1], edges[1:], strict=False)
    ]
