"""Glyphs become lines, and lines the text of a cell: order by line then x, spaces at real gaps, wraps undone."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from fuhe.readers.lattice import Glyph
from fuhe.text import HAN

_HAN = re.compile(f"[{HAN}\u3000-\u303f\uff00-\uffef]")
# What a line break must not part: opening marks, a Latin word or one Chinese character, closing marks.
_UNIT = re.compile(r"[(（“‘《【\[〔]*(?:[A-Za-z0-9.,%‰/+\-]+|.)[，。；：、？！）)》”’】\]〕,.;:?!%‰]*")
_MOST_MARGIN = 8.0


class Line(NamedTuple):
    """Glyphs on one line, from left to right."""

    glyphs: tuple[Glyph, ...]

    @property
    def x0(self) -> float:
        """Left end of the ink, spaces left out."""
        return next((g.x0 for g in self.glyphs if not g.char.isspace()), self.glyphs[0].x0)

    @property
    def x1(self) -> float:
        """Right end of the ink, spaces left out."""
        return next((g.x1 for g in reversed(self.glyphs) if not g.char.isspace()), self.glyphs[-1].x1)

    @property
    def y0(self) -> float:
        """Top of the line."""
        return min(g.y0 for g in self.glyphs)

    @property
    def y1(self) -> float:
        """Bottom of the line."""
        return max(g.y1 for g in self.glyphs)

    @property
    def text(self) -> str:
        """The characters, with a space where a gap is too wide to be letter spacing."""
        out = [self.glyphs[0].char]
        for left, right in pairwise(self.glyphs):
            if _gap(left, right):
                out.append(" ")
            out.append(right.char)
        return "".join(out)


def lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """Group glyphs whose middles lie on one height into lines, top to bottom."""
    rows: list[list[Glyph]] = []
    middle = height = 0.0
    for glyph in sorted(glyphs, key=lambda g: g.y0 + g.y1):
        here = (glyph.y0 + glyph.y1) / 2
        if not rows or here - middle > 0.5 * max(height, glyph.y1 - glyph.y0):
            rows.append([])
            middle, height = here, glyph.y1 - glyph.y0
        rows[-1].append(glyph)
    return [Line(row) for row in map(_in_order, rows) if any(not g.char.isspace() for g in row)]


def margins(spans: Iterable[tuple[Line, float, float]]) -> float:
    """Return the free width all cells of a table keep beside their text, from (line, left wall, right wall)."""
    left = right = _MOST_MARGIN
    for line, x0, x1 in spans:
        left, right = min(left, max(0.0, line.x0 - x0)), min(right, max(0.0, x1 - line.x1))
    return left + right


def text_of(rows: Sequence[Line], width: float) -> str:
    """Join lines in a space `width` wide: a break stays only where the next word would still have fitted."""
    out = [rows[0].text] if rows else []
    for line, after in pairwise(rows):
        wrapped = line.glyphs[-1].x1 - line.x0 + _first_width(after) > width + 0.3
        out += [after.text] if wrapped else ["\n", after.text.lstrip()]
    return "".join(out).replace(" \n", "\n").strip()


def is_full(line: Line, width: float) -> bool:
    """Tell whether one more character would not fit on the line."""
    last = line.glyphs[-1]
    return line.x1 - line.x0 + max(last.x1 - last.x0, last.y1 - last.y0) > width


def _in_order(row: list[Glyph]) -> tuple[Glyph, ...]:
    """Sort by x and drop a glyph printed twice, which is how some writers make bold."""
    out: list[Glyph] = []
    for glyph in sorted(row, key=lambda g: g.x0):
        if any(g.char == glyph.char and glyph.x0 - g.x0 < 0.3 * (g.x1 - g.x0) for g in out[-2:]):
            continue
        out.append(glyph)
    return tuple(out)


def _gap(left: Glyph, right: Glyph) -> bool:
    if left.char.isspace() or right.char.isspace():
        return False
    size = max(left.y1 - left.y0, right.y1 - right.y0)
    wide = 0.7 if _HAN.match(left.char) and _HAN.match(right.char) else 0.4 if _either_han(left, right) else 0.22
    return right.x0 - left.x1 > wide * size


def _either_han(left: Glyph, right: Glyph) -> bool:
    return bool(_HAN.match(left.char) or _HAN.match(right.char))


def _first_width(line: Line) -> float:
    """Width of what would have had to fit on the line before."""
    inked = [g for g in line.glyphs if not g.char.isspace()]
    found = _UNIT.match("".join(g.char[:1] for g in line.glyphs).lstrip())
    count = len(found.group()) if found else 1
    return inked[min(count, len(inked)) - 1].x1 - inked[0].x0
