"""The rulings of one page become tables: lines, their crossings, an edge test, and the rectangles that remain.

Points, y grows downwards from the top of the page as it is seen; nothing here knows which format drew the page.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

TOUCH = 2.5  # rulings nearer than this are one ruling, or meet
DRAWN = 0.88  # share of a cell's side that must carry ink before it counts as an edge
MOST_RULES = 2000  # a page with more rulings is a drawing, not a form; so is one with more crossings
MOST_CROSSINGS = 40_000
_FARTHEST = 50_000.0  # points: what lies farther off is on no page


class Ruling(NamedTuple):
    """A straight stroke; one that is neither upright nor level is ignored."""

    x0: float
    y0: float
    x1: float
    y1: float


class Glyph(NamedTuple):
    """A character and its box, as high as its line; `sure`, from 0 to 1, is less than 1 where it was made out in a picture."""

    char: str
    x0: float
    y0: float
    x1: float
    y1: float
    sure: float = 1.0


class Run(NamedTuple):
    """An unbroken ruling: where it lies on one axis and from where to where it goes on the other."""

    at: float
    start: float
    end: float


class LatticeSlot(NamedTuple):
    """A rectangle between ruling numbers: rows r0..r1, columns c0..c1, ends excluded."""

    r0: int
    c0: int
    r1: int
    c1: int


@dataclass(slots=True)
class Box:
    """A cell of one page and the glyphs whose centre lies in it; a side left open was not drawn at the table's end."""

    row: int
    rowspan: int
    x0: float
    y0: float
    x1: float
    y1: float
    open_top: bool = False
    open_bottom: bool = False
    glyphs: list[Glyph] = field(default_factory=list)

    def reaches(self, x: float, y: float) -> bool:
        """Tell whether a point lies where the cell would go on if the page had not ended."""
        return self.x0 < x < self.x1 and ((self.open_top and y < self.y0) or (self.open_bottom and y > self.y1))


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table on one page."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    boxes: tuple[Box, ...]
    owner: dict[tuple[int, int], Box]
    open: tuple[Box, ...]

    def box_at(self, x: float, y: float) -> Box | None:
        """Return the cell around a point, or the open cell that would reach it, or None."""
        box = self.owner.get((bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1))
        return box or next((box for box in self.open if box.reaches(x, y)), None)


def tables(rules: Iterable[Ruling]) -> list[Ruled]:
    """Find the ruled tables of a page, from the top down; a frame around one single cell is no table."""
    level, upright = _runs(rules)
    if len(level) + len(upright) > MOST_RULES:
        return []
    found = [_ruled(rows, columns) for rows, columns in _groups(level, upright)]
    return sorted((t for t in found if t and len(t.boxes) > 1), key=lambda t: (t.ys[0], t.xs[0]))


def share_out(glyphs: Iterable[Glyph], ruled: Sequence[Ruled]) -> list[Glyph]:
    """Put each glyph into the smallest table cell around its centre and return those outside every table."""
    inner_first = sorted(ruled, key=lambda t: (t.xs[-1] - t.xs[0]) * (t.ys[-1] - t.ys[0]))
    outside: list[Glyph] = []
    for glyph in glyphs:
        _, x0, y0, x1, y1, _ = glyph
        for table in inner_first:
            if box := table.box_at((x0 + x1) / 2, (y0 + y1) / 2):
                box.glyphs.append(glyph)
                break
        else:
            outside.append(glyph)
    return outside


def clusters(values: Iterable[float], near: float = TOUCH) -> list[float]:
    """Return one value for each group of values that lie within `near` of the group's first."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > near:
            out.append(value)
    return out


def nearest(places: Sequence[float], value: float) -> int:
    """Return the index of the place nearest to a value; `places` ascend and are not empty."""
    right = bisect_left(places, value)
    if right == 0 or right == len(places):
        return min(right, len(places) - 1)
    return right if places[right] - value < value - places[right - 1] else right - 1


def _runs(rules: Iterable[Ruling]) -> tuple[list[Run], list[Run]]:
    level, upright = [], []
    for x0, y0, x1, y1 in rules:
        if not all(-_FARTHEST < value < _FARTHEST for value in (x0, y0, x1, y1)):
            continue
        if abs(y1 - y0) <= 1 < abs(x1 - x0):
            level.append(Run((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= 1 < abs(y1 - y0):
            upright.append(Run((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return _merged(level), _merged(upright)


def _merged(runs: list[Run]) -> list[Run]:
    """Lay runs on common places and close their small gaps: writers draw a ruling cell by cell, or twice."""
    if not runs:
        return []
    places = clusters(run.at for run in runs)
    on_place = sorted(Run(places[bisect_right(places, run.at) - 1], run.start, run.end) for run in runs)
    out = [on_place[0]]
    for run in on_place[1:]:
        last = out[-1]
        if run.at == last.at and run.start - last.end <= TOUCH:
            out[-1] = Run(last.at, last.start, max(last.end, run.end))
        else:
            out.append(run)
    return out


def _groups(level: list[Run], upright: list[Run]) -> list[tuple[list[Run], list[Run]]]:
    """Gather rulings that meet, directly or over others: each gathering is one table."""
    columns = [run.at for run in upright]  # ascending, as _merged leaves it
    parent = list(range(len(level) + len(upright)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, run in enumerate(level):
        for j in range(bisect_left(columns, run.start - TOUCH), bisect_right(columns, run.end + TOUCH)):
            if upright[j].start - TOUCH <= run.at <= upright[j].end + TOUCH:
                parent[root(len(level) + j)] = root(i)
    groups: dict[int, tuple[list[Run], list[Run]]] = {}
    for i, run in enumerate(level + upright):
        groups.setdefault(root(i), ([], []))[i >= len(level)].append(run)
    whole = [group for group in groups.values() if group[0] and group[1]]
    for stray in (run for above, beside in groups.values() if not above for run in beside):
        _adopt(stray, whole)
    return whole


def _adopt(stray: Run, groups: list[tuple[list[Run], list[Run]]]) -> None:
    """Add an upright that meets nothing to the table it begins or ends level with: the side of cut merged cells."""
    for _, upright in groups:
        top, bottom = min(run.start for run in upright), max(run.end for run in upright)
        inside = top - TOUCH <= stray.start and stray.end <= bottom + TOUCH
        if inside and (abs(stray.start - top) <= TOUCH or abs(stray.end - bottom) <= TOUCH):
            upright.append(stray)
            return


def _ruled(level: list[Run], upright: list[Run]) -> Ruled | None:
    xs, ys = _places(upright, level), _places(level, upright)
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > MOST_CROSSINGS:
        return None
    walls, floors = _edges(upright, xs, ys), _edges(level, ys, xs)
    return _table(xs, ys, [s for s in _rectangles(walls, floors) if not _outside(s, walls, floors)], floors)


def _places(runs: list[Run], crossing: list[Run]) -> list[float]:
    """Where the rulings lie, with an undrawn outer side wherever two crossing rulings end on one line beyond."""
    places = clusters(run.at for run in runs)
    firsts, lasts = sorted(run.start for run in crossing), sorted(run.end for run in crossing)
    if len(crossing) > 1 and firsts[1] - firsts[0] <= TOUCH and firsts[0] < places[0] - 2 * TOUCH:
        places.insert(0, firsts[0])
    if len(crossing) > 1 and lasts[-1] - lasts[-2] <= TOUCH and lasts[-1] > places[-1] + 2 * TOUCH:
        places.append(lasts[-1])
    return places


def _edges(runs: list[Run], places: list[float], crossing: list[float]) -> list[list[bool]]:
    """Tell for each ruling place and each band between crossing places whether the side is drawn."""
    ink = [[0.0] * (len(crossing) - 1) for _ in places]
    for at, start, end in runs:
        row = ink[nearest(places, at)]
        for band in range(max(0, bisect_right(crossing, start) - 1), min(len(row), bisect_left(crossing, end))):
            row[band] += max(0.0, min(end, crossing[band + 1]) - max(start, crossing[band]))
    spans = [after - before for before, after in pairwise(crossing)]
    return [[drawn >= DRAWN * (span - TOUCH) for drawn, span in zip(row, spans, strict=True)] for row in ink]


def _rectangles(walls: list[list[bool]], floors: list[list[bool]]) -> list[LatticeSlot]:
    """Grow each free slot to the right until a wall, then down until a floor: merged cells come out whole."""
    rows, cols = len(floors) - 1, len(walls) - 1
    free = [[True] * cols for _ in range(rows)]
    out = []
    for r in range(rows):
        for c in range(cols):
            if not free[r][c]:
                continue
            c1 = c + 1
            while c1 < cols and free[r][c1] and not walls[c1][r]:
                c1 += 1
            r1 = r + 1
            while r1 < rows and _goes_on(r1, c, c1, walls, floors, free):
                r1 += 1
            for row in free[r:r1]:
                row[c:c1] = [False] * (c1 - c)
            out.append(LatticeSlot(r, c, r1, c1))
    return out


def _goes_on(
    r: int, c: int, c1: int, walls: list[list[bool]], floors: list[list[bool]], free: list[list[bool]]
) -> bool:
    return all(free[r][c:c1]) and not any(floors[r][c:c1]) and not any(walls[inner][r] for inner in range(c + 1, c1))


def _outside(slot: LatticeSlot, walls: list[list[bool]], floors: list[list[bool]]) -> bool:
    """Tell whether a slot only lies beside the table: most of its sides are undrawn."""
    r0, c0, r1, c1 = slot
    sides = (all(walls[c0][r0:r1]), all(walls[c1][r0:r1]), all(floors[r0][c0:c1]), all(floors[r1][c0:c1]))
    return sum(sides) < 2


def _table(xs: list[float], ys: list[float], slots: list[LatticeSlot], floors: list[list[bool]]) -> Ruled:
    """Build the table on the rulings its cells use; an underline inside a cell makes no row."""
    rows = sorted({edge for s in slots for edge in (s.r0, s.r1)})
    row_of = {edge: i for i, edge in enumerate(rows)}
    boxes = tuple(
        Box(
            row_of[s.r0],
            row_of[s.r1] - row_of[s.r0],
            *(xs[s.c0], ys[s.r0], xs[s.c1], ys[s.r1]),
            open_top=s.r0 == 0 and not any(floors[0][s.c0 : s.c1]),
            open_bottom=s.r1 == len(ys) - 1 and not any(floors[-1][s.c0 : s.c1]),
        )
        for s in slots
    )
    places = zip(slots, boxes, strict=True)
    owner = {(r, c): box for s, box in places for r in range(s.r0, s.r1) for c in range(s.c0, s.c1)}
    return Ruled(tuple(xs), tuple(ys), boxes, owner, tuple(box for box in boxes if box.open_top or box.open_bottom))
