"""What one PDF page draws, as pdfium sees it: rulings, characters with their boxes, images, and what it hides."""

import ctypes
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

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

MOST_OBJECTS = 60_000  # characters, and drawn objects, of one page
_DEEPEST = 8  # forms within forms
_SLANT = 0.05
_HAN = re.compile("[\u4e00-\u9fff]")
_UNSEEN = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
Bounds = tuple[float, float, float, float]


@dataclass(slots=True)
class _Objects:
    """The page's objects before its text is read; addresses of text objects that may not be seen."""

    paths: list[tuple[raw.FPDF_PAGEOBJECT, Matrix]] = field(default_factory=list)
    invisible: set[int | None] = field(default_factory=set)
    white: set[int | None] = field(default_factory=set)
    slanted: set[int | None] = field(default_factory=set)
    light: dict[int | None, tuple[int, ...]] = field(default_factory=dict)  # their colours
    grounds: list[Bounds] = field(default_factory=list)
    images: int = 0
    largest: float = 0.0  # square points of the largest picture
    dots: float = 0.0
    dark_slanted: bool = False


def drawn(page: pdfium.PdfPage) -> Drawn:
    """Read a page; one with more objects than any form raises ReadError."""
    text = page.get_textpage()  # must outlive every use of its raw pointer
    if max(text.count_chars(), raw.FPDFPage_CountObjects(page.raw)) > MOST_OBJECTS:
        raise ReadError("too_large", f"PDF 有一页的内容超过 {MOST_OBJECTS} 项", todo="请只提交含自评表的页")
    view = _view(page, _turn(text))
    found = _objects(page)
    out = Drawn(images=found.images, covered=found.largest / _area(page.get_bbox()), dots=found.dots)
    for path, matrix in found.paths:
        out.rules += _rules(path, times(matrix, view))
    _read_chars(text, found, view, page.get_bbox(), out)
    return out


def _area(bounds: Bounds) -> float:
    return max(1.0, (bounds[2] - bounds[0]) * (bounds[3] - bounds[1]))


def _dots(item: raw.FPDF_PAGEOBJECT, bounds: Bounds) -> float:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    raw.FPDFImageObj_GetImagePixelSize(item, width, height)
    return 72 * max(width.value, height.value) / max(1.0, bounds[2] - bounds[0], bounds[3] - bounds[1])


def _without_codes(text: pdfium.PdfTextPage, out: Drawn) -> int:
    """Count the characters whose font does not say what they are, on a page without one Chinese character."""
    if not out.glyphs or any(_HAN.match(glyph.char) for glyph in out.glyphs):
        return 0
    return sum(raw.FPDFText_HasUnicodeMapError(text.raw, i) == 1 for i in range(text.count_chars()))


def _turn(text: pdfium.PdfTextPage) -> int | None:
    """Return the quarter turns most characters are drawn with: they decide which side of the page is up."""
    sample = range(0, text.count_chars(), max(1, text.count_chars() // 100))
    angles = (raw.FPDFText_GetCharAngle(text.raw, i) for i in sample if raw.FPDFText_GetUnicode(text.raw, i) > 0x20)
    quarters = (-angle / (math.pi / 2) for angle in angles if angle >= 0)  # pdfium counts clockwise
    turns = Counter(round(quarter) % 4 for quarter in quarters if abs(quarter - round(quarter)) < _SLANT)
    return turns.most_common(1)[0][0] if turns else None


def _view(page: pdfium.PdfPage, turn: int | None) -> Matrix:
    left, bottom, right, top = page.get_bbox()
    turns: tuple[Matrix, ...] = (
        (1, 0, 0, -1, -left, top),
        (0, 1, 1, 0, -bottom, -left),
        (-1, 0, 0, 1, right, -bottom),
        (0, -1, -1, 0, top, right),
    )
    return turns[page.get_rotation() // 90 % 4 if turn is None else turn]


def _box(bounds: Bounds, matrix: Matrix) -> Bounds:
    """Move a box; quarter turns only, so that two corners tell all."""
    (left, bottom, right, top), (a, b, c, d, e, f) = bounds, matrix
    x0, y0, x1, y1 = (
        a * left + c * bottom + e,
        b * left + d * bottom + f,
        a * right + c * top + e,
        b * right + d * top + f,
    )
    return x0 if x0 < x1 else x1, y0 if y0 < y1 else y1, x1 if x0 < x1 else x0, y1 if y0 < y1 else y0


def _objects(page: pdfium.PdfPage) -> _Objects:
    """Sort the page's objects, forms opened with their matrices; a form within itself ends at a depth."""
    out = _Objects()
    identity: Matrix = (1, 0, 0, 1, 0, 0)
    queue = [(raw.FPDFPage_GetObject(page.raw, i), identity, 0) for i in range(raw.FPDFPage_CountObjects(page.raw))]
    for item, outer, depth in queue:
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            _sort_path(item, times(_matrix(item), outer), outer, out)
        elif kind == raw.FPDF_PAGEOBJ_TEXT:
            _sort_text(item, times(_matrix(item), outer), out)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            out.images += 1
            out.grounds.append(_bounds(item, outer))
            out.largest = max(out.largest, _area(out.grounds[-1]))
            out.dots = max(out.dots, _dots(item, out.grounds[-1]))
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            inner = times(_matrix(item), outer)
            count = min(raw.FPDFFormObj_CountObjects(item), MOST_OBJECTS - len(queue))
            queue += [(raw.FPDFFormObj_GetObject(item, i), inner, depth + 1) for i in range(count)]
    return out


def _sort_path(item: raw.FPDF_PAGEOBJECT, matrix: Matrix, outer: Matrix, out: _Objects) -> None:
    fill, stroke = _modes(item)
    if stroke and not _is_white(item, raw.FPDFPageObj_GetStrokeColor):
        out.paths.append((item, matrix))
    elif fill and not _is_white(item, raw.FPDFPageObj_GetFillColor):
        out.paths.append((item, matrix))
        bounds = _bounds(item, outer)
        if min(bounds[2] - bounds[0], bounds[3] - bounds[1]) > THIN:
            out.grounds.append(bounds)


def _sort_text(item: raw.FPDF_PAGEOBJECT, matrix: Matrix, out: _Objects) -> None:
    colour = _colour(item, raw.FPDFPageObj_GetFillColor)
    if raw.FPDFTextObj_GetTextRenderMode(item) in _UNSEEN:
        out.invisible.add(_address(item))
    elif leaves_nothing(colour):
        out.white.add(_address(item))
    elif min(abs(matrix[0]), abs(matrix[1])) > _SLANT * max(abs(matrix[0]), abs(matrix[1])):
        out.slanted.add(_address(item))
        if not is_light(colour):
            out.dark_slanted = True
    elif is_light(colour):
        out.light[_address(item)] = colour


def _address(item: raw.FPDF_PAGEOBJECT) -> int | None:
    return ctypes.cast(item, ctypes.c_void_p).value


def _matrix(item: raw.FPDF_PAGEOBJECT) -> Matrix:
    m = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, m)
    return m.a, m.b, m.c, m.d, m.e, m.f


def _bounds(item: raw.FPDF_PAGEOBJECT, outer: Matrix) -> Bounds:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    return _box((left.value, bottom.value, right.value, top.value), outer)


def _modes(item: raw.FPDF_PAGEOBJECT) -> tuple[bool, bool]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, fill, stroke)
    return bool(fill.value), bool(stroke.value)


def _is_white(item: raw.FPDF_PAGEOBJECT, colour_of: Callable[..., int]) -> bool:
    """Tell whether a colour leaves nothing to see on paper."""
    return leaves_nothing(_colour(item, colour_of))


def _colour(item: raw.FPDF_PAGEOBJECT, colour_of: Callable[..., int]) -> tuple[int, ...]:
    """Return red, green, blue and cover from 0 to 255; nothing where the file does not say."""
    parts = [ctypes.c_uint() for _ in range(4)]
    return tuple(part.value for part in parts) if colour_of(item, *parts) else ()


def _rules(path: raw.FPDF_PAGEOBJECT, matrix: Matrix) -> Iterator[Ruling]:
    """Yield a stroked path's straight pieces, or the middle line of each thin filled piece."""
    _, stroke = _modes(path)
    for points in _outlines(path, matrix):
        if stroke:
            yield from (Ruling(*a, *b) for a, b in pairwise(points))
        else:
            yield from middle_line(points)


def _outlines(path: raw.FPDF_PAGEOBJECT, matrix: Matrix) -> Iterator[list[Point]]:
    """Yield the corners of each piece of a path; pieces with curves are no rulings."""
    points: list[Point] = []
    curved = False
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(min(raw.FPDFPath_CountSegments(path), MOST_OBJECTS)):
        segment = raw.FPDFPath_GetPathSegment(path, i)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if len(points) > 1 and not curved:
                yield points
            points, curved = [], False
        points.append(moved((x.value, y.value), matrix))
        curved |= kind == raw.FPDF_SEGMENT_BEZIERTO
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1 and not curved:
        yield points


def _read_chars(text: pdfium.PdfTextPage, found: _Objects, view: Matrix, paper: Bounds, out: Drawn) -> None:
    """Add the glyphs a person sees; count the others."""
    rect, doubtful, high = raw.FS_RECTF(), found.invisible or found.white, 0
    pale: dict[int | None, list[Glyph]] = {}
    left, bottom, right, top = paper
    marked = bool(found.slanted or found.light)
    for i in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text.raw, i)
        if code <= 0x20 and (code != 0x20 or raw.FPDFText_IsGenerated(text.raw, i)):
            out.unmapped += code == 0 or (code < 0x20 and not raw.FPDFText_IsGenerated(text.raw, i))
            continue
        if 0xD800 <= code < 0xE000:
            high, code = (code, 0) if code < 0xDC00 else (0, _joined(high, code))
            if not code:
                continue
        raw.FPDFText_GetLooseCharBox(text.raw, i, rect)
        bounds = (rect.left, rect.bottom, rect.right, rect.top)
        if not (left < (bounds[0] + bounds[2]) / 2 < right and bottom < (bounds[1] + bounds[3]) / 2 < top):
            continue
        if doubtful and _is_unseen(text, i, bounds, found):
            out.hidden += code != 0x20
            continue
        out.unmapped += code >= 0xFFFD or 0xE000 <= code < 0xF900
        char = chr(code)
        glyph = _glyph(text, i, char_of(char), _box(bounds, view))
        if marked:
            owner = _address(raw.FPDFText_GetTextObject(text.raw, i))
            if owner in found.slanted:
                continue
            if owner in found.light:
                pale.setdefault(owner, []).append(glyph)
                continue
        out.glyphs.append(glyph)
    if pale:
        settle_pale(pale, found.light, out)
    out.doubtful += len(found.slanted) * found.dark_slanted + overprinted(out.glyphs)
    out.unmapped += _without_codes(text, out)


def _joined(high: int, low: int) -> int:
    """Return the character of two UTF-16 halves; a lone half counts as a character without code."""
    return 0x10000 + (high - 0xD800 << 10) + low - 0xDC00 if high else 0xFFFD


def _glyph(text: pdfium.PdfTextPage, index: int, char: str, bounds: Bounds) -> Glyph:
    x0, y0, x1, y1 = bounds
    if y1 - y0 < 0.3 * (x1 - x0):  # a font that states no height, and a dash as flat as its ink
        size = max(raw.FPDFText_GetFontSize(text.raw, index), x1 - x0)
        y0, y1 = (y0 + y1 - size) / 2, (y0 + y1 + size) / 2
    return Glyph(char, x0, y0, x1, y1)


def _is_unseen(text: pdfium.PdfTextPage, index: int, bounds: Bounds, found: _Objects) -> bool:
    """Tell whether a character is drawn invisibly, or white where nothing dark lies under it."""
    owner = _address(raw.FPDFText_GetTextObject(text.raw, index))
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    return owner in found.invisible or (owner in found.white and not any(_holds(g, x, y) for g in found.grounds))


def _holds(bounds: Bounds, x: float, y: float) -> bool:
    return bounds[0] <= x <= bounds[2] and bounds[1] <= y <= bounds[3]
