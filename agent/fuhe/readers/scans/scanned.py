"""Scanned pages for the format readers: seen once and kept by content, with what a person should look at again."""

from collections.abc import Iterator

from fuhe.readers.drawn_page import Drawn
from fuhe.readers.grid import Grid, GridCell, Para
from fuhe.readers.page_progress import begin_page
from fuhe.readers.scans import page_shelf
from fuhe.readers.scans.page_picture import see
from fuhe.readers.scans.recogniser import Pixels
from fuhe.readers.scans.sure_repairs import DASH, is_sure, repaired
from fuhe.records import Place, Problem

MOST_PAGES = 40
_NAMED = 12  # cells listed one by one
_POOR = 0.25  # share of unsure cells above which the page itself is named


def drawn_picture(picture: Pixels, page: int, pages: int) -> Drawn:
    """Return what is drawn on a page picture (blue, green, red); pages seen before come from the shelf."""
    key = page_shelf.key(picture.tobytes(), picture.shape)
    if (kept := page_shelf.taken(key)) is not None:
        return kept
    begin_page(page, pages)
    found = see(picture).drawn
    page_shelf.put(key, found)
    return found


def settled(blocks: list[Para | Grid]) -> list[Para | Grid]:
    """Put right what only the table makes certain."""
    return repaired(blocks)


def unsure(blocks: list[Para | Grid]) -> frozenset[Place]:
    """Return the places of the cells that are not sure enough for a finding to rest on."""
    return frozenset(cell.place for cell in _cells(blocks) if not is_sure(cell))


def doubts(blocks: list[Para | Grid], scanned: frozenset[int]) -> Iterator[Problem]:
    """Say which cells to check, page by page; `scanned` are the pages that were pictures."""
    for page in sorted(scanned):
        cells = [cell for cell in _cells(blocks) if cell.place.page == page]
        poor = [cell for cell in cells if not is_sure(cell)]
        where = Place(page=page)
        if not cells:
            told = f"第 {page} 页是图像，没有找到画全的表格线，只读出表外的文字，请对照原件。"
            yield Problem(code="no_rulings", message=told, place=where)
        elif len(poor) > _POOR * sum(bool(cell.text) for cell in cells):
            told = f"第 {page} 页的图像不清楚，{len(poor)} 格没有认准，请对照原件，或重新扫描（200 至 300 dpi）。"
            yield Problem(code="poor_scan", message=told, place=where)
        yield from (_doubt(cell) for cell in poor[:_NAMED])
        if len(poor) > _NAMED:
            yield Problem(
                code="unsure", message=f"第 {page} 页另有 {len(poor) - _NAMED} 格没有认准，请核对。", place=where
            )
        yield from (_repair(cell) for cell in cells if cell.raw is not None and cell.text != DASH)


def _cells(blocks: list[Para | Grid]) -> Iterator[GridCell]:
    return (cell for block in blocks if isinstance(block, Grid) for cell in block.cells)


def _doubt(cell: GridCell) -> Problem:
    text = cell.text.replace("\n", "")
    shown = f"“{text[:20]}”" if text else "没有认出的字"
    told = f"第 {cell.place.page} 页第 {cell.place.row} 行第 {cell.place.col} 列 {shown} 没有认准，请核对。"
    return Problem(code="unsure", message=told, place=cell.place)


def _repair(cell: GridCell) -> Problem:
    told = f"第 {cell.place.page} 页第 {cell.place.row} 行第 {cell.place.col} 列认作“{cell.raw}”，按上下文改读“{cell.text}”，请核对。"
    return Problem(code="repaired", message=told, place=cell.place)
