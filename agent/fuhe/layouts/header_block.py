"""The header of an indicator table as a block of one to three rows, and the headings that stand over each column."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from fuhe.layouts.grid_rows import GridRow, Spot
from fuhe.layouts.heading_grammar import LONGEST, indicator_role, narrative_role, said
from fuhe.readings.levels import class_of, subclass_of

_VALUES = frozenset(("target", "actual", "adjusted_target"))
_POINTS = frozenset(("weight", "score"))
_LEVELS = frozenset(("level1", "level2", "name"))
_BELOW = frozenset(
    (
        *_VALUES,
        *_POINTS,
        "measure",
        "actual_measure",
        "nature",
        "rate",
        "reason",
        "review_score",
        "last_actual",
        "other",
    )
)
_UNDER = {
    "target": {"target": 1.0, "adjusted_target": 1.0, "nature": 1.0, "measure": 1.0, "last_actual": 1.0, "actual": 0.5},
    "actual": {"actual": 1.0, "rate": 1.0, "actual_measure": 1.0, "measure": 0.6, "target": 0.5, "other": 0.7},
    "score": {"score": 1.0, "weight": 1.0, "review_score": 1.0, "rate": 0.5, "other": 0.5},
    "weight": {"weight": 1.0, "score": 0.2},
    "reason": {"reason": 1.0, "": 0.4},
    "other": {"other": 0.5, "": 0.5},
    "thing": {"level1": 1.0, "level2": 1.0, "name": 1.0},
}
"""How well a heading of one role stands under a wider one."""
_MOST_ROWS = 3
_SAME_WORD = 0.1
_DIVIDED_BY_ONE = 0.6
"""What it costs to put one lower heading alone under a wider one: a heading is divided into two or more."""
_FIGURE = re.compile(r"\d+(?:\.\d+)?分?")


@dataclass(frozen=True, slots=True)
class Heading:
    """The texts over one column, outermost first, and the grid columns [start, end) they cover."""

    path: tuple[str, ...]
    start: int
    end: int
    spot: Spot


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The headings of an indicator table and how many rows they take."""

    headings: tuple[Heading, ...]
    height: int


def _roles(row: GridRow) -> list[str | None]:
    return [indicator_role((spot.text,)) for spot in row.filled]


def prints_levels(row: GridRow) -> bool:
    """Tell whether a row prints the levels of indicators, or 绩效指标 alone beside values and points."""
    return _has_levels(row) or _has_things(row)


def _named(row: GridRow) -> frozenset[str]:
    """Return the roles of a row whose cells are headings for the greater part, else nothing."""
    return _named_by(tuple([spot.text for spot in row.filled]))


@functools.lru_cache(maxsize=1 << 9)
def _named_by(texts: tuple[str, ...]) -> frozenset[str]:
    if len(texts) < 2 or not any(indicator_role((text,)) for text in texts[:3]):
        return frozenset()
    known = [role for text in texts if (role := indicator_role((text,)))]
    prints_money = any(said(text).has("budget") for text in texts)
    return frozenset(known) if len(known) * 2 >= len(texts) and not prints_money else frozenset()


def _has_levels(row: GridRow) -> bool:
    """Tell whether a row prints 一级指标 and 二级指标, or 三级指标 or 指标名称 beside a value."""
    named = _named(row)
    return len(named & _LEVELS) >= 2 or bool("name" in named and named & (_VALUES | _POINTS))


def _has_things(row: GridRow) -> bool:
    named = _named(row)
    return "thing" in named and bool(named & _VALUES) and bool(named & _POINTS)


def block_at(rows: Sequence[GridRow], index: int) -> HeaderBlock | None:
    """Return the header block that begins at a row, or None; a group row above the levels belongs to it."""
    height = _rows_above(rows, index)
    if height is None:
        return None
    bottom = index + height
    while bottom < len(rows) and bottom - index < _MOST_ROWS and _divides(rows[bottom], rows[index:bottom]):
        bottom += 1
    lines = [row for row in rows[index:bottom] if row.filled]
    return HeaderBlock(_headings(lines), bottom - index)


def _rows_above(rows: Sequence[GridRow], index: int) -> int | None:
    """Count the rows down to the one with the levels, where all of them are headings."""
    for depth in range(_MOST_ROWS):
        if index + depth >= len(rows):
            break
        row = rows[index + depth]
        if _has_levels(row):
            above = rows[index : index + depth]
            return depth + 1 if all(_groups(upper, row) for upper in above) else None
        if not _is_heading_row(row):
            break
    return 1 if _has_things(rows[index]) else None


def _is_heading_row(row: GridRow) -> bool:
    roles = _roles(row)
    known = [role for role in roles if role]
    return len(known) >= 2 and len(known) * 5 >= len(roles) * 3


def _groups(upper: GridRow, levels: GridRow) -> bool:
    """Tell whether a row of headings divides into the row with the levels, and is no row of 预期目标 above its own texts."""
    texts = [spot.text for spot in upper.filled]
    if any(
        said(text).has("budget", "spent") or narrative_role(text) == "goal" or len(text) > LONGEST for text in texts
    ):
        return False
    own = {indicator_role((text,)) for text in texts if not narrative_role(text)}
    if not own & (_VALUES | _POINTS | {"reason"}):
        return False
    below = set(_roles(levels))
    return not (below & _VALUES and below & _POINTS and "actual" in below and {"target"} & below) or len(own) >= 3


def _divides(row: GridRow, above: Sequence[GridRow]) -> bool:
    """Tell whether a row under the levels still prints headings: 年初值 | 实际值 under 指标值."""
    filled = row.filled
    if not filled:
        return False
    if any(indicator_role((spot.text,)) in _LEVELS for spot in row.carried):
        return all(len(spot.text) <= LONGEST for spot in filled)
    if any(_FIGURE.search(spot.text) for spot in filled):
        return False
    if len(filled) > 2 and all(len(spot.text) <= 2 and spot.text.isalpha() for spot in filled):
        return True
    if not _reads_as_lower(filled):
        return False
    return len(filled) >= 2 and (row.kind == "ragged" or filled[0].start > above[0].filled[0].start)


def _reads_as_lower(filled: Sequence[Spot]) -> bool:
    """Tell whether cells read as lower headings; where some are in words of the form's own, others say so, the first too."""
    known = [indicator_role((spot.text,)) in _BELOW for spot in filled]
    if any(len(spot.text) > 16 or class_of(spot.text) or subclass_of(spot.text) for spot in filled):
        return False
    return all(known) or (len(known) > 2 and known[0] and sum(known) * 3 >= len(known))


def _headings(lines: Sequence[GridRow]) -> tuple[Heading, ...]:
    if len(lines) == 1 and not lines[0].carried:
        return tuple(Heading((spot.text,), spot.start, spot.end, spot) for spot in _with_blanks(lines[0]))
    placed = _by_columns(lines)
    if len(lines) > 1 and lines[0].kind == "ragged":
        spliced = _spliced(lines[-2].filled, lines[-1].filled)
        if _agreement(spliced) > _agreement(placed):
            return spliced
    return placed


def _with_blanks(row: GridRow) -> tuple[Spot, ...]:
    """Keep empty cells between headings: a column without a heading is a column still."""
    filled = row.filled
    return tuple(spot for spot in row.spots if spot.text or (spot.start > filled[0].start and row.kind == "spans"))


def _by_columns(lines: Sequence[GridRow]) -> tuple[Heading, ...]:
    """Read the headings over one another by the columns they cover."""
    spans = [_extended(line, lines[depth + 1 :]) for depth, line in enumerate(lines)]
    found: list[Heading] = []
    for depth, line in enumerate(spans):
        for start, end, spot in line:
            if any(s < end and e > start for lower in spans[depth + 1 :] for s, e, _ in lower):
                continue
            path = [other for upper in spans[:depth] for other in upper if other[0] <= start < other[1]]
            found.append(Heading((*(_over(path, spans)), spot.text), start, end, spot))
    return tuple(sorted(found, key=lambda heading: heading.start))


def _over(path: Sequence[tuple[int, int, Spot]], spans: Sequence[Sequence[tuple[int, int, Spot]]]) -> list[str]:
    """Return the headings above a column; one that also stands above levels and values alike says nothing about it."""
    kept = []
    for start, end, spot in path:
        below = {indicator_role((other.text,)) for line in spans[1:] for at, _, other in line if start <= at < end}
        if not (below & _LEVELS and below & (_VALUES | _POINTS)):
            kept.append(spot.text)
    return kept


def _extended(line: GridRow, lower: Sequence[GridRow]) -> list[tuple[int, int, Spot]]:
    """Return the columns a heading covers; without merges it goes on over blank cells that have headings below."""
    filled = line.filled
    if line.kind == "spans":
        return [(spot.start, spot.end, spot) for spot in filled]
    spans = []
    for number, spot in enumerate(filled):
        limit = filled[number + 1].start if number + 1 < len(filled) else 1 << 16
        below = [other.end for row in lower for other in row.filled if spot.start <= other.start < limit]
        spans.append((spot.start, max([spot.end, *below]), spot))
    return spans


def _agreement(headings: Sequence[Heading]) -> float:
    """Weigh how well the outer headings suit the inner ones, and how many roles stand once."""
    roles = [indicator_role(heading.path) for heading in headings]
    pairs = sum(_suits(heading.path[0], heading.path[-1]) for heading in headings if len(heading.path) > 1)
    return pairs + len({role for role in roles if role}) - 0.5 * sum(role is None for role in roles)


def _suits(upper: str, lower: str) -> float:
    over, under = (indicator_role((text,)) or "" for text in (upper, lower))
    under = (indicator_role((upper, lower)) or "") if under == "other" else under
    shared = any(upper[at : at + 2] in lower for at in range(len(upper) - 1))
    fits = _UNDER.get("thing" if over == "name" else over, {}).get(under, -1.0)
    return fits + (_SAME_WORD if shared and under else 0.0)


def _spliced(upper: Sequence[Spot], lower: Sequence[Spot]) -> tuple[Heading, ...]:
    """Put a lower row that lost its blanks under the headings it divides, both in printed order, at the best fit."""
    best: dict[int, tuple[float, tuple[tuple[Spot, int, int], ...]]] = {0: (0.0, ())}
    for above in upper:
        after: dict[int, tuple[float, tuple[tuple[Spot, int, int], ...]]] = {}
        for used, (score, way) in best.items():
            total = score - (0.5 if indicator_role((above.text,)) in (None, "thing") else 0.0)
            for end in range(used, len(lower) + 1):
                if end > used:
                    total = (score if end == used + 1 else total) + _suits(above.text, lower[end - 1].text)
                worth = total - (_DIVIDED_BY_ONE if end == used + 1 else 0.0)
                if end not in after or worth > after[end][0]:
                    after[end] = (worth, (*way, (above, used, end)))
        best = after
    way = best.get(len(lower), (0.0, ()))[1]
    found: list[Heading] = []
    for above, start, end in way:
        for spot in lower[start:end] or (above,):
            path = (above.text, spot.text) if end > start else (above.text,)
            found.append(Heading(path, len(found), len(found) + 1, spot))
    return tuple(found)
