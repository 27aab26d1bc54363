"""The parts of a workbook that its sheets share: sheet list, strings, number formats and white letters."""

import re
from typing import NamedTuple

from lxml import etree

from fuhe.errors import ReadError
from fuhe.readers.numfmt import BUILTIN
from fuhe.readers.package import Package, Relation

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = ("1", "true", "on")
# In Excel 14 and 22 follow the reader's country, whatever a file says the number stands for.
_OWN_COUNTRY = {14, 22}


class Style(NamedTuple):
    """What a cell style does to the printed value."""

    pattern: str = "General"
    is_white: bool = False
    is_struck: bool = False


class BookSheet(NamedTuple):
    """A sheet's name, whether it is hidden, and the part that holds it."""

    name: str
    is_hidden: bool
    part: str


class Book(NamedTuple):
    """A workbook without its cells."""

    sheets: tuple[BookSheet, ...]
    strings: tuple[str, ...]
    styles: tuple[Style, ...]
    date1904: bool
    struck: frozenset[int] = frozenset()  # strings some of whose words are struck out


def open_book(package: Package) -> Book:
    """Read what the sheets share; sheets that are charts or macros are left out; raises ReadError."""
    name = package.main("xl/workbook.xml")
    root = package.xml(name)
    if root.tag != S + "workbook":
        raise ReadError("broken", "文件里没有 Excel 工作簿", todo="请用 Excel 或 WPS 打开后另存一份再试")
    links = package.relations(name)
    strings, struck = _strings(package, links)
    return Book(_sheets(root, links), strings, _styles(package, links), _date1904(root), struck)


def is_true(value: str | None) -> bool:
    """Tell whether an attribute says yes; Excel writes 1 and LibreOffice true."""
    return value in _TRUE


def rich_text(item: etree._Element) -> str:
    """Return a string item's text: its own or its runs', without phonetic guides and struck-out words, with escapes undone."""
    text = "".join(piece.text or "" for piece in _pieces(item)).replace("\r\n", "\n").replace("\r", "\n")
    return unescape(text)


def unescape(text: str) -> str:
    """Undo _x000D_ and the like, as Excel writes characters that XML cannot hold."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: _control(int(found[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")


def _control(code: int) -> str:
    return "" if 0xD800 <= code < 0xE000 else chr(code)


def _pieces(item: etree._Element) -> list[etree._Element]:
    pieces = []
    for child in item:
        if child.tag == S + "t":
            pieces.append(child)
        elif child.tag == S + "r" and not is_struck(child.find(S + "rPr")):
            pieces += child.findall(S + "t")
    return pieces


def is_struck(look: etree._Element | None) -> bool:
    """Tell whether a font strikes its letters out."""
    mark = None if look is None else look.find(S + "strike")
    return mark is not None and mark.get("val", "1") in _TRUE


def _sheets(root: etree._Element, links: dict[str, Relation]) -> tuple[BookSheet, ...]:
    found = []
    for sheet in root.iterfind(f"{S}sheets/{S}sheet"):
        link = links.get(sheet.get(_RELATION, ""))
        if link is not None and link.kind == "worksheet":
            hidden = sheet.get("state", "visible") != "visible"
            found.append(BookSheet(sheet.get("name", ""), hidden, link.target))
    return tuple(found)


def _strings(package: Package, links: dict[str, Relation]) -> tuple[tuple[str, ...], frozenset[int]]:
    """Return the shared strings, and which of them have words struck out."""
    root = _linked(package, links, "sharedStrings")
    if root is None:
        return (), frozenset()
    items = root.findall(S + "si")
    struck = (
        [number for number, item in enumerate(items) if any(is_struck(look) for look in item.iter(S + "rPr"))]
        if next(root.iter(S + "strike"), None) is not None
        else ()
    )
    return tuple(rich_text(item) for item in items), frozenset(struck)


def _linked(package: Package, links: dict[str, Relation], kind: str) -> etree._Element | None:
    found = (link.target for link in links.values() if link.kind == kind)
    part = next((target for target in found if target in package), None)
    return None if part is None else package.xml(part)


def _styles(package: Package, links: dict[str, Relation]) -> tuple[Style, ...]:
    root = _linked(package, links, "styles")
    if root is None:
        return ()
    own = {
        number(form.get("numFmtId")): form.get("formatCode", "General")
        for form in root.iterfind(f"{S}numFmts/{S}numFmt")
    }
    patterns = BUILTIN | {key: pattern for key, pattern in own.items() if key not in _OWN_COUNTRY}
    white = [_is_white(font.find(S + "color")) for font in root.iterfind(f"{S}fonts/{S}font")]
    struck = [is_struck(font) for font in root.iterfind(f"{S}fonts/{S}font")]
    plain = [_is_plain(fill) for fill in root.iterfind(f"{S}fills/{S}fill")]
    return tuple(
        Style(
            patterns.get(number(look.get("numFmtId")), "General"),
            _at(white, look.get("fontId")) and _at(plain, look.get("fillId")),
            _at(struck, look.get("fontId")),
        )
        for look in root.iterfind(f"{S}cellXfs/{S}xf")
    )


def _is_white(colour: etree._Element | None) -> bool:
    if colour is None:
        return False
    if colour.get("theme") == "0":
        return colour.get("tint") is None
    return colour.get("rgb", "")[-6:].upper() == "FFFFFF" or colour.get("indexed") in ("1", "9")


def _is_plain(fill: etree._Element) -> bool:
    """Tell whether a fill leaves the paper white."""
    pattern = fill.find(S + "patternFill")
    if pattern is None:
        return False
    kind = pattern.get("patternType", "none")
    return kind == "none" or (kind == "solid" and _is_white(pattern.find(S + "fgColor")))


def _at(answers: list[bool], index: str | None) -> bool:
    at = number(index)
    return at < len(answers) and answers[at]


def number(text: str | None) -> int:
    """Return a small count from an attribute; what is no count is 0."""
    return int(text) if text and len(text) < 10 and text.isdecimal() else 0


def _date1904(root: etree._Element) -> bool:
    found = root.find(S + "workbookPr")
    return found is not None and is_true(found.get("date1904"))
