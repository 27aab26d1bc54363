"""The numbers Word prints before paragraphs by itself, counted through the document as Word counts them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from fuhe.readers.docxtext import W

_VAL = W + "val"
_NUM_PR, _STYLE = f"{W}pPr/{W}numPr", f"{W}pPr/{W}pStyle"
_MOST = 9999
_HAN = "〇一二三四五六七八九"
_HAN_FORMATS = (
    *("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting"),
    *("taiwaneseCountingThousand", "ideographDigital", "koreanDigital2"),
)
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Level(NamedTuple):
    """How one level of a list is numbered; `text` holds %1, %2 … for the counts."""

    start: int
    kind: str
    text: str


@dataclass(slots=True)
class Numbers:
    """The lists of a document, and how far each has been counted."""

    lists: Mapping[str, tuple[str, Mapping[int, Level]]] = field(default_factory=dict)
    styles: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    restarts: Mapping[tuple[str, int], int] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def next(self, paragraph: etree._Element) -> str | None:
        """Return what is printed before a paragraph: "" for nothing or a bullet, None where it is not known."""
        found = self._of(paragraph)
        if found is None or found[0] not in self.lists:
            return ""
        number, level = found
        base, levels = self.lists[number]
        if level not in levels:
            return ""
        self._count(number, base, level, levels)
        return _printed(levels[level], levels, self._counts[base])

    def _of(self, paragraph: etree._Element) -> tuple[str, int] | None:
        """Return list and level of a paragraph, its own or its style's."""
        style = paragraph.find(_STYLE)
        given = self.styles.get(style.get(_VAL, "")) if style is not None else None
        own = paragraph.find(_NUM_PR)
        if own is None:
            return given
        number, level = own.find(W + "numId"), own.find(W + "ilvl")
        named = number.get(_VAL, "0") if number is not None else given[0] if given else "0"
        return None if named == "0" else (named, _small(level))

    def _count(self, number: str, base: str, level: int, levels: Mapping[int, Level]) -> None:
        counts = self._counts.setdefault(base, {})
        if (number, level) in self.restarts and (number, level) not in self._begun:
            counts[level] = self.restarts[number, level]
        else:
            counts[level] = counts[level] + 1 if level in counts else levels[level].start
        self._begun.add((number, level))
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]


def read_numbers(numbering: etree._Element | None, styles: etree._Element | None) -> Numbers:
    """Return the lists a document defines and the styles that number their paragraphs."""
    if numbering is None:
        return Numbers()
    bases = {entry.get(W + "abstractNumId", ""): _levels(entry) for entry in numbering.iterfind(W + "abstractNum")}
    lists: dict[str, tuple[str, Mapping[int, Level]]] = {}
    restarts: dict[tuple[str, int], int] = {}
    for entry in numbering.iterfind(W + "num"):
        number, base = entry.get(W + "numId", ""), entry.find(W + "abstractNumId")
        name = base.get(_VAL, "") if base is not None else ""
        lists[number] = name, bases.get(name, {})
        for other in entry.iterfind(W + "lvlOverride"):
            if (start := other.find(W + "startOverride")) is not None:
                restarts[number, _index(other)] = _small(start)
    return Numbers(lists, _styled(styles), restarts)


def _levels(entry: etree._Element) -> dict[int, Level]:
    return {_index(level): _level(level) for level in entry.iterfind(W + "lvl")}


def _level(level: etree._Element) -> Level:
    start, kind, text = (level.find(W + name) for name in ("start", "numFmt", "lvlText"))
    return Level(
        1 if start is None else _small(start),
        "decimal" if kind is None else kind.get(_VAL, "decimal"),
        "" if text is None else text.get(_VAL, ""),
    )


def _styled(styles: etree._Element | None) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for style in styles.iterfind(W + "style") if styles is not None else ():
        own = style.find(_NUM_PR)
        number = own.find(W + "numId") if own is not None else None
        if own is not None and number is not None and number.get(_VAL, "0") != "0":
            found[style.get(W + "styleId", "")] = number.get(_VAL, ""), _small(own.find(W + "ilvl"))
    return found


def _index(entry: etree._Element) -> int:
    text = entry.get(W + "ilvl", "0")
    return int(text) if text.isdecimal() and len(text) < 3 else 0


def _small(mark: etree._Element | None) -> int:
    text = "0" if mark is None else mark.get(_VAL, "0")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _printed(level: Level, levels: Mapping[int, Level], counts: Mapping[int, int]) -> str | None:
    if level.kind in ("bullet", "none"):
        return "" if level.kind == "bullet" or "%" in level.text else level.text
    text = level.text
    for other, own in levels.items():
        if f"%{other + 1}" in text:
            shown = _shown(counts.get(other, own.start), own.kind)
            if shown is None:
                return None
            text = text.replace(f"%{other + 1}", shown)
    return text


def _shown(count: int, kind: str) -> str | None:
    """Write a count in a number format; None for a format that is not known."""
    if kind == "decimal" or count > _MOST:
        return str(count)
    if kind == "decimalZero":
        return f"{count:02}"
    if kind in _HAN_FORMATS:
        return _han(count)
    if kind in ("upperLetter", "lowerLetter") and count > 0:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("upperRoman", "lowerRoman") and 0 < count < 400:
        return _roman(count).upper() if kind == "upperRoman" else _roman(count)
    if kind.startswith("decimalEnclosedCircle") and 1 <= count <= 20:
        return chr(0x2460 + count - 1)
    if kind == "decimalFullWidth":
        return str(count).translate({48 + digit: 0xFF10 + digit for digit in range(10)})
    return None


def _han(count: int) -> str:
    if count < 10:
        return _HAN[count]
    if count < 100:
        tens, ones = divmod(count, 10)
        return f"{'' if tens == 1 else _HAN[tens]}十{_HAN[ones] if ones else ''}"
    return "".join(_HAN[int(digit)] for digit in str(count))


def _roman(count: int) -> str:
    out = ""
    for value, letters in _ROMAN:
        out += letters * (count // value)
        count %= value
    return out
