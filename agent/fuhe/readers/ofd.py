"""OFD: pages and their templates, through the lattice, become paragraphs and tables."""

import posixpath
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from posixpath import dirname
from typing import TYPE_CHECKING

from lxml import etree

from fuhe.errors import ReadError
from fuhe.readers import ofd_scan
from fuhe.readers.drawn_page import Drawn, Matrix, is_picture, too_large
from fuhe.readers.drawn_pages import DrawnPages
from fuhe.readers.grid import Document
from fuhe.readers.ofd_page import POINTS, Composites, OfdSheet, draw, finish, kids, named, numbers
from fuhe.readers.package import Package, resolved
from fuhe.readers.pages import Page, blocks
from fuhe.readers.scans import ocr_extra

if TYPE_CHECKING:
    from fuhe.readers.scans.recogniser import Pixels

MOST_PAGES = 300
MOST_SECONDS = 20.0
_MOST_UNMAPPED = 0.2
_A4 = (0.0, 0.0, 210.0, 297.0)  # millimetres
_BEHIND = ("Background", None)  # a template lies behind the page where it does not say


@dataclass(slots=True)
class _Body:
    """One document of the file: where its root lies, its pages, and what they share."""

    package: Package
    root_name: str
    root: etree._Element
    pages: list[etree._Element]
    area: tuple[float, ...] = _A4
    templates: dict[str, str] = field(default_factory=dict)
    composites: dict[str, etree._Element] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    opened: dict[str, etree._Element] = field(default_factory=dict)

    def at(self, location: str) -> str:
        """Return the part a location in the document's root leads to."""
        return resolved(dirname(self.root_name), location)


def read(data: bytes) -> Document:
    """Read what an OFD shows, scanned pages too where the extra is installed; a damaged or an oversized file raises ReadError."""
    seen = DrawnPages()
    bodies = _bodies(data)
    found = blocks(_pages(bodies, seen))
    _refuse_unreadable(seen)
    return seen.document("ofd", found)


def page_pictures(data: bytes, numbers: Sequence[int]) -> "Iterator[tuple[int, Pixels]]":
    """Yield the pages of these numbers that are pictures, as they are recognised; raises ReadError."""
    pages = [(body, page) for body in _bodies(data) for page in body.pages]
    for number in numbers:
        if 1 <= number <= len(pages):
            found, picture = _page(*pages[number - 1])
            if is_picture(found) and (seen := picture()) is not None:
                yield number, seen


def _bodies(data: bytes) -> list[_Body]:
    package = Package(data)
    bodies = [_body(package, resolved("", root)) for root in _roots(package)]
    count = sum(len(body.pages) for body in bodies)
    if count > MOST_PAGES:
        raise too_large(f"OFD 共 {count} 页，超过 {MOST_PAGES} 页的上限")
    return bodies


def _roots(package: Package) -> list[str]:
    """Name the root of every document in the file."""
    bodies = kids(package.xml("OFD.xml"), "DocBody")
    roots = [root.text.strip() for body in bodies for root in kids(body, "DocRoot") if root.text]
    if not roots:
        raise ReadError("broken", "OFD 里没有文档", todo="请重新导出 OFD，或另存为带文字的 PDF 后再试")
    return roots[:MOST_PAGES]


def _body(package: Package, root_name: str) -> _Body:
    root = package.xml(root_name)
    pages = [page for group in kids(root, "Pages") for page in kids(group, "Page")]
    body = _Body(package, root_name, root, pages)
    for common in kids(root, "CommonData"):
        body.area = _area(common, _A4)
        body.templates |= {
            part.get("ID", ""): body.at(part.get("BaseLoc", "")) for part in kids(common, "TemplatePage")
        }
        for part in kids(common, "PublicRes", "DocumentRes"):
            name = body.at((part.text or "").strip())
            body.composites |= _composites(package, name)
            body.pictures |= _pictures(package, name)
    body.notes = _notes(body)
    return body


def _area(element: etree._Element, usual: tuple[float, ...]) -> tuple[float, ...]:
    """Return left, top, width and height of a page in millimetres."""
    areas = (area for group in kids(element, "Area", "PageArea") for area in kids(group, "PhysicalBox"))
    stated = numbers(next((area.text for area in areas), ""))
    return tuple(stated) if len(stated) == 4 and min(stated[2:]) > 0 else usual


def _composites(package: Package, name: str) -> Composites:
    """Return the drawings a resource file keeps for use on many pages."""
    if name not in package:
        return {}
    units = (unit for unit in package.xml(name).iter() if named(unit) == "CompositeGraphicUnit")
    return {unit.get("ID", ""): unit for unit in units}


def _pictures(package: Package, name: str) -> dict[str, str]:
    """Return by their number the parts that hold the pictures a resource file names."""
    if name not in package:
        return {}
    root = package.xml(name)
    base = posixpath.join(dirname(name), root.get("BaseLoc", ""))
    files = (
        (media.get("ID", ""), file)
        for media in root.iter()
        if named(media) == "MultiMedia"
        for file in kids(media, "MediaFile")
    )
    return {number: resolved(base, file.text.strip()) for number, file in files if file.text}


def _notes(body: _Body) -> dict[str, list[str]]:
    """Return by page the parts that hold what was put onto it later."""
    found: dict[str, list[str]] = {}
    for link in kids(body.root, "Annotations"):
        name = body.at((link.text or "").strip())
        for page in kids(body.package.xml(name), "Page") if name in body.package else ():
            files = (resolved(dirname(name), file.text.strip()) for file in kids(page, "FileLoc") if file.text)
            found.setdefault(page.get("PageID", ""), []).extend(files)
    return found


def _pages(bodies: list[_Body], seen: DrawnPages) -> Iterator[Page]:
    """Yield page after page as their tables are built, so that one clock covers both; recognising has a clock of its own."""
    spent, pages = 0.0, [(body, page) for body in bodies for page in body.pages]
    for number, (body, page) in enumerate(pages, 1):
        begun = time.monotonic()
        drawn, picture = _page(body, page)
        if is_picture(drawn):
            drawn = seen.recognised(drawn, number, len(pages), picture)
            begun = time.monotonic()
        seen.drawn.append(drawn)
        yield Page(number, drawn.rules, drawn.glyphs, drawn.laid)
        spent += time.monotonic() - begun
        if spent > MOST_SECONDS:
            raise too_large(f"OFD 内容过多，读到第 {number} 页时已超过 {MOST_SECONDS:g} 秒")


def _page(body: _Body, page: etree._Element) -> "tuple[Drawn, Callable[[], Pixels | None]]":
    """Read a page; beside it, how its pictures are laid together as one."""
    root = body.package.xml(body.at(page.get("BaseLoc", "")))
    left, top, width, height = _area(root, body.area)
    view: Matrix = (POINTS, 0, 0, POINTS, -left * POINTS, -top * POINTS)
    size = (width * POINTS, height * POINTS)
    sheet = OfdSheet()
    for content in _contents(body, root, page.get("ID", "")):
        draw(content, sheet, body.composites, view)
    return finish(sheet, size), lambda: ofd_scan.page_picture(_laid(body, root, sheet), size)


def _laid(body: _Body, root: etree._Element, sheet: OfdSheet) -> Iterator[tuple[bytes, Matrix]]:
    """Yield the picture files of a page, each with where it lies."""
    known = dict(body.pictures)
    for part in kids(root, "PageRes"):
        known |= _pictures(body.package, body.at((part.text or "").strip()))
    for number, matrix in sheet.pictures:
        if (name := known.get(number, "")) in body.package:
            yield body.package.read(name), matrix


def _contents(body: _Body, root: etree._Element, page: str) -> Iterator[etree._Element]:
    """Yield what is drawn on a page: its templates, its own layers, and what was put onto it later."""
    templates = [(use.get("ZOrder") in _BEHIND, use.get("TemplateID", "")) for use in kids(root, "Template")]
    for behind in (True, False):
        for is_behind, template in templates:
            if is_behind == behind and (name := body.templates.get(template)):
                yield from kids(_opened(body, name), "Content")
        if behind:
            yield from kids(root, "Content")
    for name in body.notes.get(page, ()):
        if name in body.package:
            yield from _appearances(_opened(body, name))


def _opened(body: _Body, name: str) -> etree._Element:
    """Return a part that many pages use, parsed once."""
    if name not in body.opened:
        body.opened[name] = body.package.xml(name)
    return body.opened[name]


def _appearances(root: etree._Element) -> Iterator[etree._Element]:
    """Yield what each note shows, as a block at its place; watermarks are left out."""
    for note in kids(root, "Annot"):
        if note.get("Type") != "Watermark" and note.get("Visible") != "false":
            for look in kids(note, "Appearance"):
                yield _as_block(look)


def _as_block(look: etree._Element) -> etree._Element:
    """Move a note's objects by the corner of its frame, in which they are placed."""
    corner = numbers(look.get("Boundary"))[:2]
    block = etree.Element("Content")
    for item in look:
        copied = etree.fromstring(etree.tostring(item))
        x, y, *rest = [*numbers(item.get("Boundary")), 0.0, 0.0]
        dx, dy = corner if len(corner) == 2 else (0.0, 0.0)
        copied.set("Boundary", " ".join(map(str, (x + dx, y + dy, *rest))))
        block.append(copied)
    return block


def _refuse_unreadable(seen: DrawnPages) -> None:
    glyphs = sum(len(page.glyphs) for page in seen.drawn)
    if not glyphs and any(page.images for page in seen.drawn):
        if not ocr_extra.is_installed():
            raise ocr_extra.missing("这份 OFD 是扫描件，页面只有图像")
        if not seen.scanned:
            raise ReadError(
                "scan",
                "这份 OFD 是扫描件，页面的图像打不开",
                todo="请把各页另存为图片或 PDF 后再试，或提供 Word、Excel 原件",
            )
    if not glyphs:
        raise ReadError("no_text", "OFD 里没有可读的文字", todo="请提供 Word、Excel 或由其直接导出的 OFD、PDF")
    if sum(page.unmapped for page in seen.drawn) > _MOST_UNMAPPED * glyphs:
        raise ReadError("garbled", "OFD 的文字没有编码，读出来是乱码", todo="请提供 Word、Excel 原件，或重新导出")
