"""Scans and photographs as image files: recognised where the extra is installed, through the same lattice as PDFs."""

from collections.abc import Iterator

from fuhe.readers.grid import Document
from fuhe.readers.pages import Page, blocks
from fuhe.readers.scans import ocr_extra
from fuhe.readers.scans.lined_up import LinedUpPages
from fuhe.records import Place, Problem


def read(data: bytes) -> Document:
    """Read the pictures of an image file; raises ReadError, without the extra saying what to install."""
    if not ocr_extra.is_installed():
        raise ocr_extra.missing("这是图片")
    from fuhe.readers.scans import pictures, scanned

    count = pictures.count_pages(data)
    pages = min(count, scanned.MOST_PAGES)
    found = scanned.settled(blocks(_pages(data, pages)))
    problems = list(scanned.doubts(found, frozenset(range(1, pages + 1))))
    if count > pages:
        told = f"图片共 {count} 页，只读了前 {pages} 页。"
        problems.append(Problem(code="scan_page", message=told, place=Place(page=pages + 1)))
    return Document("image", tuple(found), tuple(problems), scanned.unsure(found))


def _pages(data: bytes, pages: int) -> Iterator[Page]:
    from fuhe.readers.scans import pictures, scanned

    line = LinedUpPages()
    for number, picture in enumerate(pictures.pictures(data, pages), 1):
        drawn = line.moved(scanned.drawn_picture(picture, number, pages))
        yield Page(number, drawn.rules, drawn.glyphs, drawn.laid)
