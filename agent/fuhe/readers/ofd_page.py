"""What the objects of one OFD page draw: rulings, letters with their boxes, pictures, and what the page hides."""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise, repeat
from typing import NamedTuple

from lxml import etree

from fuhe.errors import ReadError
from fuhe.readers.drawn_page import (
    THIN,
    Drawn,
    Matrix,
    Point,
    char_of,
    is_light,
    leaves_nothing,
    middle_line,
    moved,
    overprinted,
    settle_pale,
    times,
)
from fuhe.readers.lattice import Glyph, Ruling

MOST_OBJECTS = 60_000  # objects, letters and path points of one page
POINTS = 72 / 25.4  # to a millimetre, the unit of the format
_DEEPEST = 8  # blocks within blocks
_ABOVE, _BELOW = 0.86, 0.14  # of the letter size, over and under its baseline
_SLANT = 0.05
_ARGUMENTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_CURVES = ("Q", "B", "A")
_NO_CODE = ("\ufffd", "¤")
_BLACK = (0, 0, 0, 255)

Composites = Mapping[str, etree._Element]
Colour = tuple[int, ...]


class PlacedPicture(NamedTuple):
    """A picture on a page: its resource, and the matrix from its own unit square to the page in points."""

    resource: str
    matrix: Matrix


@dataclass(slots=True)
class OfdSheet:
    """A page being drawn: what is seen, and what can only be judged when all of it is known."""

    out: Drawn = field(default_factory=Drawn)
    room: int = MOST_OBJECTS
    pictures: list[PlacedPicture] = field(default_factory=list)
    turns: Counter[int] = field(default_factory=Counter)
    grounds: list[tuple[float, float, float, float]] = field(default_factory=list)
    white: list[Glyph] = field(default_factory=list)
    pale: dict[int | None, list[Glyph]] = field(default_factory=dict)
    colours: dict[int | None, Colour] = field(default_factory=dict)

    def spend(self, count: int) -> None:
        """Take objects, letters or points off what a page may hold; raises ReadError."""
        self.room -= count
        if self.room < 0:
            raise ReadError("too_large", f"OFD 有一页的内容超过 {MOST_OBJECTS} 项", todo="请只提交含自评表的页")


def draw(block: etree._Element, sheet: OfdSheet, composites: Composites, outer: Matrix) -> None:
    """Draw the objects of a layer, template or annotation; `outer` leads from millimetres to the page in points."""
    _draw(block, sheet, composites, outer, 0)


def finish(sheet: OfdSheet, size: tuple[float, float]) -> Drawn:
    """Settle what is a watermark or white on white, and turn a page upright whose letters stand sideways."""
    out = sheet.out
    out.covered = max(map(_size, sheet.pictures), default=0.0) / max(size[0] * size[1], 1.0)
    for glyph in sheet.white:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
        if any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in sheet.grounds):
            out.glyphs.append(glyph)
        else:
            out.hidden += 1
    if sheet.pale:
        settle_pale(sheet.pale, sheet.colours, out)
    out.doubtful += overprinted(out.glyphs)
    if sheet.turns and (turn := sheet.turns.most_common(1)[0][0]):
        _turn(out, turn, size)
    return out


def kids(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the children of these names, whatever name space a writer uses."""
    return (child for child in element if named(child) in names)


def named(element: etree._Element) -> str:
    """Return an element's name without its name space."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def numbers(text: str | None) -> list[float]:
    """Return the numbers of a list, in which `g 3 1.5` is 1.5 three times; what is no number ends it."""
    out: list[float] = []
    words = iter((text or "").split())
    try:
        for word in words:
            count = int(next(words)) if word == "g" else 1
            value = float(next(words) if word == "g" else word)
            if not math.isfinite(value):
                break
            out += repeat(value, max(0, min(count, MOST_OBJECTS - len(out))))
    except (ValueError, StopIteration, OverflowError):
        pass
    return out


def _draw(block: etree._Element, sheet: OfdSheet, composites: Composites, outer: Matrix, depth: int) -> None:
    for item in block:
        sheet.spend(1)
        if item.get("Visible") == "false":
            sheet.out.hidden += named(item) == "TextObject"
            continue
        match named(item):
            case "TextObject":
                _text(item, sheet, _own(item, outer))
            case "PathObject":
                _path(item, sheet, _own(item, outer))
            case "ImageObject":
                sheet.out.images += 1
                sheet.pictures.append(PlacedPicture(item.get("ResourceID", ""), _square(item, outer)))
                sheet.grounds.append(_frame(item, outer))
            case "PageBlock" | "Layer" if depth < _DEEPEST:
                _draw(item, sheet, composites, outer, depth + 1)
            case "CompositeObject" if depth < _DEEPEST:
                for content in kids(composites.get(item.get("ResourceID", ""), item), "Content"):
                    _draw(content, sheet, composites, _own(item, outer), depth + 1)


def _square(item: etree._Element, outer: Matrix) -> Matrix:
    """Return the matrix that lays a picture's unit square: its CTM, or, where it has none, its boundary."""
    if len(numbers(item.get("CTM"))) == 6:
        return _own(item, outer)
    x, y, width, height, *_ = [*numbers(item.get("Boundary")), 0.0, 0.0, 0.0, 0.0]
    return times((width, 0, 0, height, x, y), outer)


def _size(picture: PlacedPicture) -> float:
    """Return the area of a picture on the page in square points."""
    a, b, c, d, _, _ = picture.matrix
    return abs(a * d - b * c)


def _own(item: etree._Element, outer: Matrix) -> Matrix:
    """Return the matrix of an object's own space: its CTM, then the corner of its boundary."""
    x, y, *_ = [*numbers(item.get("Boundary")), 0.0, 0.0]
    placed = times((1, 0, 0, 1, x, y), outer)
    match numbers(item.get("CTM")):
        case [a, b, c, d, e, f]:
            return times((a, b, c, d, e, f), placed)
    return placed


def _frame(item: etree._Element, outer: Matrix) -> tuple[float, float, float, float]:
    x, y, width, height, *_ = [*numbers(item.get("Boundary")), 0.0, 0.0, 0.0, 0.0]
    return _bounds([moved((x, y), outer), moved((x + width, y + height), outer)])


def _bounds(points: list[Point]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _colour(item: etree._Element, kind: str) -> Colour:
    """Return red, green, blue and cover from 0 to 255; black where the file does not say."""
    stated = next(kids(item, kind), None)
    alpha = numbers(item.get("Alpha")) or [255.0]
    if stated is None:
        return *_BLACK[:3], int(alpha[0])
    cover = (numbers(stated.get("Alpha")) or [255.0])[0] * alpha[0] / 255
    parts = [_part(word) for word in (stated.get("Value") or "0 0 0").split()[:4]]
    if len(parts) == 4:
        *inks, black = parts
        parts = [(255 - ink) * (255 - black) // 255 for ink in inks]
    return *(parts * 3 if len(parts) == 1 else parts[:3] if len(parts) == 3 else _BLACK[:3]), int(cover)


def _part(word: str) -> int:
    try:
        return int(word[1:], 16) if word.startswith("#") else int(float(word))
    except (ValueError, OverflowError):
        return 0


def _path(item: etree._Element, sheet: OfdSheet, own: Matrix) -> None:
    strokes = item.get("Stroke") != "false" and not leaves_nothing(_colour(item, "StrokeColor"))
    fills = item.get("Fill") == "true" and not leaves_nothing(_colour(item, "FillColor"))
    data = next(kids(item, "AbbreviatedData"), None)
    for points in _outlines((data.text or "") if data is not None else "", sheet, own):
        if strokes:
            sheet.out.rules += (Ruling(*a, *b) for a, b in pairwise(points))
        elif fills:
            sheet.out.rules += middle_line(points)
            x0, y0, x1, y1 = _bounds(points)
            if min(x1 - x0, y1 - y0) > THIN:
                sheet.grounds.append((x0, y0, x1, y1))


def _outlines(data: str, sheet: OfdSheet, own: Matrix) -> Iterator[list[Point]]:
    """Yield the corners of each piece of a path; pieces with curves are no rulings."""
    points: list[Point] = []
    curved = False
    for verb, values in _steps(data):
        sheet.spend(1)
        if verb in "SM":
            if len(points) > 1 and not curved:
                yield points
            points, curved = [], False
        if verb == "C":
            points += points[:1]
        elif len(values) >= 2:
            points.append(moved((values[-2], values[-1]), own))
        curved |= verb in _CURVES
    if len(points) > 1 and not curved:
        yield points


def _steps(data: str) -> Iterator[tuple[str, list[float]]]:
    words = iter(data.split())
    for word in words:
        if word in _ARGUMENTS:
            yield word, numbers(" ".join(islice(words, _ARGUMENTS[word])))


def _text(item: etree._Element, sheet: OfdSheet, own: Matrix) -> None:
    glyphs = list(_glyphs(item, sheet, own))
    inked = [glyph for glyph in glyphs if not glyph.char.isspace()]
    colour = _colour(item, "FillColor")
    if (item.get("Fill") == "false" and item.get("Stroke") != "true") or (colour and colour[3] == 0):
        sheet.out.hidden += len(inked)
    elif _is_slanted(own):
        sheet.out.doubtful += 0 if is_light(colour) else len(inked)
    elif leaves_nothing(colour):
        sheet.white += inked
    else:
        sheet.turns[_quarter(own)] += len(inked)
        sheet.out.unmapped += sum(_has_no_code(glyph.char) for glyph in inked)
        if is_light(colour) and inked:
            sheet.pale[len(sheet.pale)] = glyphs
            sheet.colours[len(sheet.colours)] = colour
        else:
            sheet.out.glyphs += glyphs


def _glyphs(item: etree._Element, sheet: OfdSheet, own: Matrix) -> Iterator[Glyph]:
    """Yield the letters of a text with their boxes, as wide as they advance."""
    size = (numbers(item.get("Size")) or [0.0])[0]
    scale = (numbers(item.get("HScale")) or [1.0])[0]
    x = y = 0.0
    for code in kids(item, "TextCode"):
        text = code.text or ""
        sheet.spend(len(text))
        x, y = (numbers(code.get("X")) or [x])[0], (numbers(code.get("Y")) or [y])[0]
        across, down = numbers(code.get("DeltaX")), numbers(code.get("DeltaY"))
        steps = zip(chain(across, repeat(None)), chain(down, repeat(0.0)), strict=False)
        for char, (right, lower) in zip(text, steps, strict=False):
            wide = size * scale * _width(char)
            shown = min(wide, right) if right is not None and right > 0 else wide
            corners = ((x, y - _ABOVE * size), (x + shown, y + _BELOW * size))
            box = _bounds([moved(corner, own) for corner in corners])
            if all(map(math.isfinite, box)):
                yield Glyph(char_of(char), *box)
            x, y = x + (right if right is not None else 0.0 if down else wide), y + lower


def _width(char: str) -> float:
    """Return how wide a letter is beside its height where the file does not say."""
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5


def _has_no_code(char: str) -> bool:
    return char in _NO_CODE or 0xE000 <= ord(char) < 0xF900


def _is_slanted(own: Matrix) -> bool:
    a, b = abs(own[0]), abs(own[1])
    return min(a, b) > _SLANT * max(a, b)


def _quarter(own: Matrix) -> int:
    """Return the quarter turns, clockwise, a text is drawn with."""
    return round(math.atan2(own[1], own[0]) / (math.pi / 2)) % 4


def _turn(out: Drawn, quarter: int, size: tuple[float, float]) -> None:
    """Turn rulings and letters back by quarter turns."""
    width, height = size
    turned: Matrix = {1: (0, -1, 1, 0, 0, width), 2: (-1, 0, 0, -1, width, height), 3: (0, 1, -1, 0, height, 0)}[
        quarter
    ]
    out.rules = [Ruling(*moved((x0, y0), turned), *moved((x1, y1), turned)) for x0, y0, x1, y1 in out.rules]
    out.glyphs = [
        Glyph(char, *_bounds([moved((x0, y0), turned), moved((x1, y1), turned)]))
        for char, x0, y0, x1, y1, _ in out.glyphs
    ]
