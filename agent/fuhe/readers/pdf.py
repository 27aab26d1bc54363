"""PDF with text: the pages' rulings and characters, through the lattice, become paragraphs and tables."""

import time
from collections.abc import Iterator

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

from fuhe.errors import ReadError
from fuhe.readers.drawn_page import Drawn
from fuhe.readers.grid import Document
from fuhe.readers.pages import Page, blocks
from fuhe.readers.pdfpage import drawn
from fuhe.records import Place, Problem

MOST_PAGES = 300
MOST_SECONDS = 20.0
_MOST_UNMAPPED = 0.2


def read(data: bytes) -> Document:
    """Read the visible text of a PDF; a scan, a locked or an oversized file raises ReadError."""
    seen: list[Drawn] = []
    try:
        with pdfium.PdfDocument(data) as pdf:
            if len(pdf) > MOST_PAGES:
                raise _too_large(f"PDF 共 {len(pdf)} 页，超过 {MOST_PAGES} 页的上限")
            found = blocks(_pages(pdf, seen))
    except pdfium.PdfiumError as error:
        raise _unopened(error) from error
    _refuse_unreadable(seen)
    return Document("pdf", tuple(found), tuple(_problems(seen)))


def _pages(pdf: pdfium.PdfDocument, seen: list[Drawn]) -> Iterator[Page]:
    """Yield page after page as their tables are built, so that one clock covers both."""
    stop = time.monotonic() + MOST_SECONDS
    for index in range(len(pdf)):
        if time.monotonic() > stop:
            raise _too_large(f"PDF 内容过多，读到第 {index} 页时已超过 {MOST_SECONDS:g} 秒")
        seen.append(_page(pdf, index))
        yield Page(index + 1, seen[-1].rules, seen[-1].glyphs)


def _page(pdf: pdfium.PdfDocument, index: int) -> Drawn:
    page = pdf[index]
    if raw.FPDFPage_GetAnnotCount(page.raw) > 0:
        # Form fields and typewriter notes are text a person sees on the page: print them into it, in memory only.
        raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
        page.close()
        page = pdf[index]
    try:
        return drawn(page)
    finally:
        page.close()


def _refuse_unreadable(seen: list[Drawn]) -> None:
    glyphs = sum(len(page.glyphs) for page in seen)
    if not glyphs and any(page.images for page in seen):
        layer = "，识别文字层没有表格线，不能据以还原表格" if any(page.hidden for page in seen) else ""
        raise ReadError(
            "scan",
            f"这是扫描件，页面只有图像{layer}，而扫描件识别尚未安装",
            todo="请提供 Word、Excel 或由其直接导出的 PDF",
        )
    if not glyphs and not any(page.unmapped for page in seen):
        raise ReadError("no_text", "PDF 里没有可读的文字", todo="请提供 Word、Excel 或由其直接导出的 PDF")
    if sum(page.unmapped for page in seen) > _MOST_UNMAPPED * max(glyphs, 1):
        raise ReadError("garbled", "PDF 的文字没有编码，读出来是乱码", todo="请提供 Word、Excel 原件，或重新导出 PDF")


def _problems(seen: list[Drawn]) -> Iterator[Problem]:
    for number, page in enumerate(seen, 1):
        where = Place(page=number)
        if page.images and not page.glyphs:
            yield Problem(code="scan_page", message=f"第 {number} 页是扫描图像，没有读入。", place=where)
        elif page.doubtful:
            told = f"第 {number} 页的文字与水印或斜排的文字叠在一起，有的格里可能混入或缺字，请核对。"
            yield Problem(code="watermark", message=told, place=where)
        elif page.hidden:
            yield Problem(code="hidden_text", message=f"第 {number} 页有看不见的文字，没有读入。", place=where)


def _too_large(what: str) -> ReadError:
    return ReadError("too_large", what, todo="请只提交含自评表的页")


def _unopened(error: pdfium.PdfiumError) -> ReadError:
    if error.err_code == raw.FPDF_ERR_PASSWORD:
        return ReadError("encrypted", "PDF 设有打开密码", todo="请去掉密码后另存一份再提交")
    return ReadError("broken", "PDF 已损坏，打不开", todo="请重新导出 PDF 或提供 Word、Excel 原件")
