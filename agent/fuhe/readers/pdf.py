"""PDF with text: the pages' rulings and characters, through the lattice, become paragraphs and tables."""

import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

from fuhe.errors import ReadError
from fuhe.readers.drawn_page import Drawn, is_picture, too_large
from fuhe.readers.drawn_pages import DrawnPages
from fuhe.readers.grid import Document
from fuhe.readers.pages import Page, blocks
from fuhe.readers.pdfpage import drawn
from fuhe.readers.scans import ocr_extra

if TYPE_CHECKING:
    from fuhe.readers.scans.recogniser import Pixels

MOST_PAGES = 300
MOST_SECONDS = 20.0
_MOST_UNMAPPED = 0.2
_DOTS, _MOST_DOTS, _MOST_SIDE = 200, 300, 3600  # dots an inch, and pixels of the longer side, of a picture to recognise


def read(data: bytes) -> Document:
    """Read what a PDF shows, scanned pages too where the extra is installed; a locked or oversized file raises ReadError."""
    seen = DrawnPages()
    try:
        with pdfium.PdfDocument(data) as pdf:
            if len(pdf) > MOST_PAGES:
                raise too_large(f"PDF 共 {len(pdf)} 页，超过 {MOST_PAGES} 页的上限")
            found = blocks(_pages(pdf, seen))
    except pdfium.PdfiumError as error:
        raise _unopened(error) from error
    _refuse_unreadable(seen.drawn)
    return seen.document("pdf", found)


def _pages(pdf: pdfium.PdfDocument, seen: DrawnPages) -> Iterator[Page]:
    """Yield page after page as their tables are built, so that one clock covers both; recognising has a clock of its own."""
    spent = 0.0
    for index in range(len(pdf)):
        begun = time.monotonic()
        drawn, picture = _page(pdf, index)
        if picture:
            drawn = seen.recognised(drawn, index + 1, len(pdf), partial(_picture, pdf, index, drawn.dots))
            begun = time.monotonic()
        seen.drawn.append(drawn)
        yield Page(index + 1, drawn.rules, drawn.glyphs, drawn.laid)
        spent += time.monotonic() - begun
        if spent > MOST_SECONDS:
            raise too_large(f"PDF 内容过多，读到第 {index + 1} 页时已超过 {MOST_SECONDS:g} 秒")


def _page(pdf: pdfium.PdfDocument, index: int) -> tuple[Drawn, bool]:
    """Read a page; tell whether it is a picture."""
    page = pdf[index]
    if raw.FPDFPage_GetAnnotCount(page.raw) > 0:
        # Form fields and typewriter notes are text a person sees on the page: print them into it, in memory only.
        raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
        page.close()
        page = pdf[index]
    try:
        found = drawn(page)
    finally:
        page.close()
    return found, is_picture(found)


def page_pictures(data: bytes, numbers: Sequence[int]) -> "Iterator[tuple[int, Pixels]]":
    """Yield the pages of these numbers that are pictures, as they are recognised; raises ReadError."""
    try:
        with pdfium.PdfDocument(data) as pdf:
            for number in numbers:
                if 1 <= number <= min(len(pdf), MOST_PAGES):
                    found, is_scan = _page(pdf, number - 1)
                    if is_scan:
                        yield number, _picture(pdf, number - 1, found.dots)
    except pdfium.PdfiumError as error:
        raise _unopened(error) from error


def _picture(pdf: pdfium.PdfDocument, index: int, dots: float) -> "Pixels":
    """Render a page as a person sees it, no larger than its letters need."""
    import numpy as np

    page = pdf[index]
    width, height = page.get_size()
    scale = min(max(_DOTS, min(dots, _MOST_DOTS)) / 72, _MOST_SIDE / max(width, height, 1.0))
    bitmap = page.render(scale=scale, rev_byteorder=False, prefer_bgrx=False)
    pixels = np.asarray(bitmap.to_numpy(), np.uint8)
    colours = pixels[:, :, :3] if pixels.ndim == 3 else np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
    page.close()
    return np.ascontiguousarray(colours)


def _refuse_unreadable(seen: list[Drawn]) -> None:
    glyphs = sum(len(page.glyphs) for page in seen)
    if not glyphs and any(page.images for page in seen) and not ocr_extra.is_installed():
        layer = "，识别文字层没有表格线，不能据以还原表格" if any(page.hidden for page in seen) else ""
        raise ReadError(
            "scan",
            f"这是扫描件，页面只有图像{layer}，而这里没有安装图像识别",
            todo=ocr_extra.INSTALL,
        )
    if not glyphs and not any(page.unmapped for page in seen):
        raise ReadError("no_text", "PDF 里没有可读的文字", todo="请提供 Word、Excel 或由其直接导出的 PDF")
    if sum(page.unmapped for page in seen) > _MOST_UNMAPPED * max(glyphs, 1):
        raise ReadError("garbled", "PDF 的文字没有编码，读出来是乱码", todo="请提供 Word、Excel 原件，或重新导出 PDF")


def _unopened(error: pdfium.PdfiumError) -> ReadError:
    if error.err_code == raw.FPDF_ERR_PASSWORD:
        return ReadError("encrypted", "PDF 设有打开密码", todo="请去掉密码后另存一份再提交")
    return ReadError("broken", "PDF 已损坏，打不开", todo="请重新导出 PDF 或提供 Word、Excel 原件")
