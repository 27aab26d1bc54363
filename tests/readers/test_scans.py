"""Pictures of pages: what is said without the extra, and with it the same table as the text file the picture shows."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from fuhe.intake.reading import read_file
from fuhe.readers import file_kinds, image, pdf
from fuhe.readers.grid import Document, Grid, GridCell, Para
from fuhe.readers.page_progress import listening
from fuhe.readers.scans import ocr_extra
from fuhe.records import Place
from fuhe.text import squeeze
from readers.scan_files import PRINT, extra, packed, png, rendered
from readers.test_pdf import PICTURE, written


def cells(document: Document) -> list[tuple[int, int, int, int, str]]:
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    return [(c.row, c.col, c.rowspan, c.colspan, squeeze(c.text)) for grid in grids for c in grid.cells]


def truth() -> list[tuple[int, int, int, int, str]]:
    """Return the cells of the first page as the text PDF has them."""
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    with pdfium.PdfDocument(PRINT) as document, pdfium.PdfDocument.new() as first:
        first.import_pages(document, [0])
        out = BytesIO()
        first.save(out)
    return cells(pdf.read(out.getvalue()))


def agreeing(found: Document) -> float:
    """Return the share of true cells found with their place, spans and text."""
    true = truth()
    return len(set(true) & set(cells(found))) / len(set(true))


def as_printed(pixels: Any) -> Any:
    return pixels


def tilted(pixels: Any) -> Any:
    import cv2

    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 1.7, 1)
    return cv2.warpAffine(pixels, matrix, (width, height), borderValue=(255, 255, 255))


def upside_down(pixels: Any) -> Any:
    return pixels[::-1, ::-1]


def on_its_side(pixels: Any) -> Any:
    import numpy as np

    return np.rot90(pixels)


def sealed(pixels: Any) -> Any:
    import cv2

    ring = cv2.circle(pixels.copy(), (900, 700), 160, (40, 40, 210), 10)
    return cv2.min(pixels, ring)


@extra
@pytest.mark.parametrize("spoil", [as_printed, tilted, upside_down, on_its_side, sealed])
def test_picture_reads_as_its_text_file(spoil: Callable[[Any], Any]) -> None:
    assert agreeing(image.read(packed(spoil(rendered())))) >= 0.97


@extra
def test_scanned_pdf_reads_as_its_text_file() -> None:
    from PIL import Image

    out = BytesIO()
    Image.fromarray(rendered()[:, :, ::-1]).save(out, "PDF", resolution=200)
    assert agreeing(pdf.read(out.getvalue())) >= 0.97


@extra
def test_unsure_cell_is_named_and_nothing_rests_on_it() -> None:
    from fuhe.readers.scans import scanned

    places = [Place(table=1, row=1, col=col, page=1) for col in (1, 2)]
    cells = (GridCell(0, 0, "98", places[0], sure=0.99), GridCell(0, 1, "60", places[1], sure=0.4))
    (told, *_) = [p for p in scanned.doubts([Grid(cells, "spans")], frozenset({1})) if p.code == "unsure"]
    assert scanned.unsure([Grid(cells, "spans")]) == {places[1]}
    assert (told.message, told.place) == ("第 1 页第 1 行第 2 列 “60” 没有认准，请核对。", places[1])


@extra
def test_page_without_rulings_says_so() -> None:
    import numpy as np

    page = np.full((1200, 900, 3), 255, np.uint8)
    page[300:420, 100:800] = rendered()[170:290, 100:800]
    assert "no_rulings" in {problem.code for problem in image.read(packed(page)).problems}


@extra
def test_page_is_told_before_it_is_read() -> None:
    told: list[tuple[int, int]] = []
    with listening(lambda page, pages: told.append((page, pages))):
        image.read(packed(rendered()[:800]))
    assert told == [(1, 1)]


@extra
def test_page_seen_before_comes_from_the_shelf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from fuhe.readers.scans import scanned

    monkeypatch.setenv("FUHE_SCAN_CACHE", str(tmp_path / "页"))
    data = packed(rendered()[:800])
    first = image.read(data)
    monkeypatch.setattr(scanned, "see", lambda picture: pytest.fail("seen twice"))
    assert image.read(data) == first
    (kept,) = (tmp_path / "页").iterdir()
    kept.write_text(json.dumps({"rules": 1}), "utf-8")
    with pytest.raises(pytest.fail.Exception):
        image.read(data)


@extra
def test_shelf_keeps_within_its_bound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from fuhe.readers.drawn_page import Drawn
    from fuhe.readers.lattice import Ruling
    from fuhe.readers.scans import page_shelf

    monkeypatch.setenv("FUHE_SCAN_CACHE", str(tmp_path))
    monkeypatch.setattr(page_shelf, "MOST_BYTES", 300)
    for name in "abc":
        page_shelf.put(name, Drawn(rules=[Ruling(0, 0, 1, 1)] * 8))
    assert len(list(tmp_path.iterdir())) < 3


@extra
@pytest.mark.parametrize("spoil", [as_printed, tilted, on_its_side])
def test_cell_is_cut_out_where_it_was_read(spoil: Callable[[Any], Any]) -> None:
    import cv2
    import numpy as np

    from fuhe.readers.cell_pictures import cell_pictures

    data = packed(spoil(rendered()))
    read = [cell for block in image.read(data).blocks if isinstance(block, Grid) for cell in block.cells if cell.text]
    cut = cell_pictures(data, [cell.place for cell in read])
    again = [image.read(packed(_framed(cv2.imdecode(np.frombuffer(cut[c.place], np.uint8), 1)))) for c in read[:3]]
    for cell, document in zip(read, again, strict=False):
        shown = "".join(b.text if isinstance(b, Para) else "".join(c.text for c in b.cells) for b in document.blocks)
        assert squeeze(cell.text) in squeeze(shown)


def _framed(cell: Any) -> Any:
    """Lay a cell on a page of its own."""
    import numpy as np

    page = np.full((1700, 1200, 3), 255, np.uint8)
    page[300 : 300 + cell.shape[0], 40 : 40 + min(1150, cell.shape[1])] = cell[:, :1150]
    return page


@extra
def test_cell_off_the_page_has_no_picture() -> None:
    from fuhe.readers.cell_pictures import cell_pictures

    data = packed(rendered())
    off = Place(page=1, box=(5000, 5000, 5010, 5010))
    assert cell_pictures(data, [off, Place(page=9, box=(0, 0, 10, 10)), Place(row=1)]) == {}


@extra
def test_streak_from_edge_to_edge_is_no_wall() -> None:
    dirty = rendered().copy()
    dirty[:, dirty.shape[1] // 2 + 37] //= 2
    assert len(cells(image.read(packed(dirty)))) == len(truth())


@extra
def test_what_shows_through_is_not_read() -> None:
    import numpy as np

    page = rendered().astype(np.float32)
    seen = np.clip(page - 0.15 * (255 - page[:, ::-1]), 0, 255).astype(np.uint8)
    assert agreeing(image.read(packed(seen))) >= 0.97


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_extra, "is_installed", lambda: False)
    for data in (png(900, 900), written(PICTURE)):
        (problem,) = read_file(data, "扫描件").problems
        assert problem.code == "scan"
        assert "pip install 'fuhe[ocr]'" in problem.message
        assert "--no-index" in problem.message
        assert "\n" not in problem.message


def test_without_the_extra_a_picture_is_refused_at_first_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_extra, "is_installed", lambda: False)
    (problem,) = read_file(png(900, 900), "照片.png").problems
    assert str(file_kinds.refusal(png(900, 900))) == problem.message
