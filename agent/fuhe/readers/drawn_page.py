"""What is seen on one page, whatever format drew it: rulings, letters, and which of the letters are a watermark."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fuhe.errors import ReadError
from fuhe.readers.lattice import Glyph, Ruling, tables
from fuhe.readers.pages import AS_IT_LIES, Laid
from fuhe.records import Place, Problem

THIN = 3.0  # points: a filled rectangle thinner than this is a ruling
_WHITE = 250
_PALE, _FAINT = 130, 150  # of 255: letters no darker, or no more covering, may be a watermark
_REPEATED = 3  # times a page prints the same pale words before they are a watermark
_BIN = 40.0  # points
_MOST_STAMPED, _COVERED = 60, 0.6  # letters printed onto a scan; share of the page its picture covers
_OVERSIZE, _MOST_LARGE = 1.8, 60
# Chinese fonts are often mapped to radicals that look like the characters; NFKC knows the first kind only.
_RADICALS = dict(
    zip(
        "⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻁⻳⺟",
        "民西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙虎龟母",
        strict=True,
    )
) | {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}


Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]


@dataclass(slots=True)
class Drawn:
    """What is seen on a page, in points, y downwards from the top of the page held upright for reading."""

    rules: list[Ruling] = field(default_factory=list)
    glyphs: list[Glyph] = field(default_factory=list)
    images: int = 0
    covered: float = 0.0  # share of the page under its largest picture
    dots: float = 0.0  # an inch, of its finest picture
    hidden: int = 0
    unmapped: int = 0
    doubtful: int = 0  # letters that may be a watermark or lie under one
    turn: int = 0  # quarter turns clockwise that brought a picture upright
    laid: Laid = AS_IT_LIES


def times(first: Matrix, then: Matrix) -> Matrix:
    """Return the matrix that moves by one, then by the other."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def moved(point: Point, matrix: Matrix) -> Point:
    """Move a point."""
    (x, y), (a, b, c, d, e, f) = point, matrix
    return a * x + c * y + e, b * x + d * y + f


def middle_line(points: list[Point]) -> Iterator[Ruling]:
    """Yield the ruling a thin filled outline is."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
    if y1 - y0 <= THIN and y1 - y0 < x1 - x0:
        yield Ruling(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
    elif x1 - x0 <= THIN and x1 - x0 < y1 - y0:
        yield Ruling((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)


def char_of(char: str) -> str:
    """Return the character a font's radical stands for, any other as it is."""
    return _RADICALS.get(char, char)


def is_light(colour: tuple[int, ...]) -> bool:
    """Tell whether letters of a colour (red, green, blue, cover, 0 to 255) may be a watermark."""
    return bool(colour) and (min(colour[:3]) >= _PALE or colour[3] <= _FAINT)


def leaves_nothing(colour: tuple[int, ...]) -> bool:
    """Tell whether a colour leaves nothing to see on paper."""
    return bool(colour) and (colour[3] == 0 or min(colour[:3]) >= _WHITE)


def settle_pale(pale: dict[int | None, list[Glyph]], colours: dict[int | None, tuple[int, ...]], out: Drawn) -> None:
    """Leave out pale letters that are a watermark: few beside the rest, and repeated, or printed across the table."""
    looks: dict[tuple[object, ...], list[list[Glyph]]] = {}
    for owner, glyphs in pale.items():
        looks.setdefault((colours[owner], round(glyphs[0].y1 - glyphs[0].y0)), []).append(glyphs)
    most = len(out.glyphs) // 2
    shelf = _Shelf(out)
    kept: list[Glyph] = []
    for texts in looks.values():
        count = sum(map(len, texts))
        words = Counter("".join(glyph.char for glyph in glyphs).strip() for glyphs in texts)
        again = any(number >= _REPEATED and len(word) > 2 for word, number in words.items())
        if count <= most and (again or any(shelf.is_crossed(glyph) for glyphs in texts for glyph in glyphs)):
            continue
        kept += [glyph for glyphs in texts for glyph in glyphs]
        out.doubtful += count if again else 0
    out.glyphs += kept


class _Shelf:
    """What of a page letters can lie across: other letters by their place, and upright rulings."""

    def __init__(self, page: Drawn) -> None:
        self._walls = [rule for rule in page.rules if abs(rule.x1 - rule.x0) < 1 < abs(rule.y1 - rule.y0)]
        self._glyphs: dict[tuple[int, int], list[Glyph]] = {}
        for glyph in page.glyphs:
            if not glyph.char.isspace():
                self._glyphs.setdefault(_bin((glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2), []).append(glyph)

    def is_crossed(self, glyph: Glyph) -> bool:
        """Tell whether a wall runs through a letter, or another letter's middle lies in it."""
        if glyph.char.isspace():
            return False
        edge = 0.15 * (glyph.x1 - glyph.x0)
        if any(
            glyph.x0 + edge < wall.x0 < glyph.x1 - edge
            and min(wall.y0, wall.y1) < (glyph.y0 + glyph.y1) / 2 < max(wall.y0, wall.y1)
            for wall in self._walls
        ):
            return True
        (left, top), (right, bottom) = _bin(glyph.x0, glyph.y0), _bin(glyph.x1, glyph.y1)
        near = ((col, row) for col in range(left, right + 1) for row in range(top, bottom + 1))
        return any(
            glyph.x0 + edge < (other.x0 + other.x1) / 2 < glyph.x1 - edge
            and glyph.y0 < (other.y0 + other.y1) / 2 < glyph.y1
            for spot in near
            for other in self._glyphs.get(spot, ())
        )


def _bin(x: float, y: float) -> tuple[int, int]:
    return int(x // _BIN), int(y // _BIN)


def overprinted(glyphs: Sequence[Glyph]) -> int:
    """Count the letters far larger than the rest that others are printed under."""
    heights = sorted(glyph.y1 - glyph.y0 for glyph in glyphs)
    usual = heights[len(heights) // 2] if heights else 0.0
    large = [glyph for glyph in glyphs if glyph.y1 - glyph.y0 > _OVERSIZE * usual][:_MOST_LARGE]
    return sum(
        sum(other is not glyph and _is_inside(other, glyph) for other in glyphs) > 1
        for glyph in large
        if not glyph.char.isspace()
    )


def _is_inside(other: Glyph, glyph: Glyph) -> bool:
    x, y = (other.x0 + other.x1) / 2, (other.y0 + other.y1) / 2
    return not other.char.isspace() and glyph.x0 < x < glyph.x1 and glyph.y0 < y < glyph.y1


def is_picture(page: Drawn) -> bool:
    """Tell whether a page is a picture, with no more text than a stamp or a page number."""
    few = len(page.glyphs) < _MOST_STAMPED and page.covered > _COVERED and not tables(page.rules)
    return page.images > 0 and (not page.glyphs or few)


def told_of(number: int, page: Drawn) -> Iterator[Problem]:
    """Say what a reader of a drawn page has to know: a picture instead of text, a watermark that cannot be told apart, hidden text."""
    where = Place(page=number)
    if page.images and not page.glyphs:
        yield Problem(code="scan_page", message=f"第 {number} 页是扫描图像，没有读入。", place=where)
    elif page.doubtful:
        told = f"第 {number} 页的文字与水印或斜排的文字叠在一起，有的格里可能混入或缺字，请核对。"
        yield Problem(code="watermark", message=told, place=where)
    elif page.hidden:
        yield Problem(code="hidden_text", message=f"第 {number} 页有看不见的文字，没有读入。", place=where)


def too_large(what: str) -> ReadError:
    """Return the refusal of a drawing with more than is read, with what to do."""
    return ReadError("too_large", what, todo="请只提交含自评表的页")
