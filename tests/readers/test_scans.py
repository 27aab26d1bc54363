"""Pictures of pages: what is said without the extra, and with it the same table as the text file the picture shows."""

import json
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from fuhe.errors import ReadError
from fuhe.intake.reading import read_file
from fuhe.readers import file_kinds, image, pdf
from fuhe.readers.grid import Document, Grid, GridCell, Para
from fuhe.readers.page_progress import listening
from fuhe.readers.scans import ocr_extra
from fuhe.records import Place
from fuhe.text import squeeze
from readers.test_pdf import PICTURE, written

PRINT = Path(__file__).parents[1] / "fixtures" / "cut_rows_landscape.pdf"
extra = pytest.mark.skipif(not ocr_extra.is_installed(), reason="没有安装 fuhe[ocr]，图像识别的测试跳过")


def cells(document: Document) -> list[tuple[int, int, int, int, str]]:
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    return [(c.row, c.col, c.rowspan, c.colspan, squeeze(c.text)) for grid in grids for c in grid.cells]


def rendered(page: int = 0) -> Any:
    """Render a page of an office program's PDF as blue, green and red."""
    import numpy as np
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    with pdfium.PdfDocument(PRINT) as document:
        return np.ascontiguousarray(document[page].render(scale=200 / 72).to_numpy()[:, :, :3])


def packed(pixels: Any, ending: str = ".png") -> bytes:
    import cv2

    return bytes(cv2.imencode(ending, pixels)[1])


def truth() -> list[tuple[int, int, int, int, str]]:
    """Return the cells of the first page as the text PDF has them."""
    import pypdfium2 as pdfium

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


def test_shifted_sheet_is_lined_up_with_the_one_before() -> None:
    from fuhe.readers.drawn_page import Drawn
    from fuhe.readers.lattice import Glyph, Ruling
    from fuhe.readers.scans.lined_up import LinedUpPages

    def sheet(shift: float) -> Drawn:
        level = [Ruling(100 + shift, y, 300 + shift, y) for y in (50, 90, 130)]
        upright = [Ruling(x + shift, 50, x + shift, 130) for x in (100, 200, 300)]
        return Drawn(rules=level + upright, glyphs=[Glyph("甲", 120 + shift, 60, 130 + shift, 70)])

    line = LinedUpPages()
    first, second = line.moved(sheet(0)), line.moved(sheet(12))
    assert second.glyphs[0].x0 == pytest.approx(first.glyphs[0].x0)


def column(*texts: str) -> list[GridCell]:
    """Repair the cells of one column."""
    from fuhe.readers.scans.sure_repairs import repaired

    cells = tuple(GridCell(row, 0, text, Place()) for row, text in enumerate(texts))
    (grid,) = repaired([Grid(cells, "spans")])
    assert isinstance(grid, Grid)
    return list(grid.cells)


@extra
def test_lone_stroke_is_a_dash_and_keeps_its_reading() -> None:
    assert [(c.text, c.raw) for c in column("一", "一级指标", "-5")] == [("—", "一"), ("一级指标", None), ("-5", None)]


@extra
def test_sign_among_operators_is_the_operator_it_looks_like() -> None:
    assert [(cell.text, cell.raw) for cell in column("二", "≥", "定性", "N")] == [
        ("=", "二"), ("≥", None), ("定性", None), ("≥", "N"),
    ]  # fmt: skip
    assert column("指标性质", "く")[1].text == "<"
    assert [cell.text for cell in column("二", "三", "N")] == ["二", "三", "N"]


def row_of(target: str, actual: str) -> GridCell:
    """Repair the target of a row below one with a bound."""
    from fuhe.readers.scans.sure_repairs import repaired

    texts = (("≥95%", "96%"), (target, actual))
    cells = tuple(GridCell(r, c, text, Place()) for r, row in enumerate(texts) for c, text in enumerate(row))
    (grid,) = repaired([Grid(cells, "spans")])
    assert isinstance(grid, Grid)
    return grid.cells[2]


@extra
@pytest.mark.parametrize(
    ("target", "actual", "text", "raw", "sure"),
    [
        ("290%", "92.5%", "≥90%", "290%", 1.0),
        ("290%", "85%", "290%", None, 0.0),
        ("290%", "310%", "290%", None, 0.0),
        ("290%", "已完成", "290%", None, 0.0),
    ],
)
def test_bound_read_as_a_figure_is_put_right_where_the_row_meets_it(
    target: str, actual: str, text: str, raw: str | None, sure: float
) -> None:
    cell = row_of(target, actual)
    assert (cell.text, cell.raw, cell.sure) == (text, raw, sure)


@extra
def test_letters_among_figures_are_figures() -> None:
    assert [(cell.text, cell.raw) for cell in column("10", "1O", "5.5", "l5", "8", "O")][1:4:2] == [
        ("10", "1O"), ("15", "l5"),
    ]  # fmt: skip
    assert column("10", "5.5", "8", "O")[3].text == "O"
    assert column("1O", "甲", "乙")[0].text == "1O"


@extra
def test_label_not_made_out_is_the_printed_one_it_can_only_be() -> None:
    from fuhe.readers.scans.sure_repairs import repaired

    texts = (("广出指标（50分）", 0.5), ("具他资金", 0.5), ("效量指标", 0.5), ("实际完成率", 0.95), ("产出指标", 0.5))
    cells = tuple(GridCell(row, 0, text, Place(), sure=sure) for row, (text, sure) in enumerate(texts))
    (grid,) = repaired([Grid(cells, "spans")])
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells] == ["产出指标(50分)", "其他资金", "效量指标", "实际完成率", "产出指标"]
    assert [cell.raw for cell in grid.cells][:2] == ["广出指标（50分）", "具他资金"]


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


def _png(width: int, height: int, colours: int = 0) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


@extra
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (_png(40_000, 40_000), "too_large"),
        (_png(9900, 10_000, 2), "too_large"),
        (_png(9900, 10_000, 6), "too_large"),
        (_png(0, 900), "broken"),
        (_png(9, 9), "no_text"),
        (_png(2000, 2000), "broken"),
        (b"\x89PNG\r\n\x1a\n0000", "broken"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "broken"),
        (b"GIF89a" + b"\xff" * 40, "broken"),
        (b"II*\0" + b"\xff" * 60, "broken"),
        (b"RIFF0000WEBPVP8 " + bytes(40), "broken"),
    ],
    ids=["huge", "colours", "cover", "no width", "tiny", "cut", "head only", "jpeg", "gif", "tiff", "webp"],
)
def test_hostile_picture_is_one_clear_answer(data: bytes, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        image.read(data)
    assert caught.value.code == code


@extra
@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("TIFF", "1"), ("PNG", "L"), ("PNG", "P")])
def test_finer_picture_than_letters_need_is_made_smaller_as_it_is_opened(kind: str, mode: str) -> None:
    from PIL import Image

    from fuhe.readers.scans import pictures

    out, fine = BytesIO(), Image.new(mode, (7400, 300))
    exif = fine.getexif()
    exif[0x0112] = 6
    fine.save(out, kind, exif=exif)
    assert pictures.picture_at(out.getvalue(), 0).shape[:2] == (3700, 150)


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_extra, "is_installed", lambda: False)
    for data in (_png(900, 900), written(PICTURE)):
        (problem,) = read_file(data, "扫描件").problems
        assert problem.code == "scan"
        assert "pip install 'fuhe[ocr]'" in problem.message
        assert "--no-index" in problem.message
        assert "\n" not in problem.message


def test_without_the_extra_a_picture_is_refused_at_first_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_extra, "is_installed", lambda: False)
    (problem,) = read_file(_png(900, 900), "照片.png").problems
    assert str(file_kinds.refusal(_png(900, 900))) == problem.message


@extra
def test_strokes_that_go_their_own_way_do_not_tilt_a_page() -> None:
    import cv2
    import numpy as np

    from fuhe.readers.scans.straighten import straightened

    drawn = np.zeros((2400, 1800), np.uint8)
    for y in range(300, 2200, 190):
        cv2.line(drawn, (250, y + 30), (1500, y - 30), 255, 3)
    for number in range(40):  # a crowded corner of shorter strokes
        cv2.line(drawn, (900, 330 + 9 * number), (1140, 338 + 9 * number), 255, 1)
    straight = straightened(np.repeat((255 - drawn)[..., None], 3, axis=2), drawn)
    rows = np.flatnonzero((straight[:, :, 0] < 128).sum(axis=1) > 900)
    assert len(rows) >= 9


@extra
def test_small_print_has_the_height_of_its_lines() -> None:
    import cv2
    import numpy as np

    from fuhe.readers.scans.line_crops import letter_height
    from fuhe.readers.scans.page_ink import inked

    printed = cv2.cvtColor(rendered(), cv2.COLOR_BGR2GRAY)
    usual, joined = (
        letter_height(inked(np.asarray(page, np.uint8))) for page in (printed, cv2.erode(printed, np.ones((1, 9))))
    )
    assert joined == pytest.approx(usual, rel=0.2)


@extra
def test_ink_no_character_stands_at_is_noticed() -> None:
    import numpy as np

    from fuhe.readers.scans.accounted import accounted
    from fuhe.readers.scans.recogniser import SeenChar

    crop = np.full((40, 200), 255, np.uint8)
    for left in (10, 60, 110):
        crop[8:32, left : left + 20] = 0
    chars = tuple(SeenChar("9", at / 200, 1.0) for at in (20, 70, 120))
    assert accounted(crop, chars)
    assert not accounted(crop, (chars[0], chars[2]))
    assert not accounted(crop, (chars[0], chars[1]._replace(char="."), chars[2]))  # as tall as a digit


@extra
def test_part_of_a_letter_is_no_letter() -> None:
    from fuhe.readers.scans.accounted import is_cut
    from fuhe.readers.scans.recogniser import SeenChar

    assert is_cut(9, (SeenChar("盏", 0.5, 1.0),), 24)
    assert not is_cut(9, (SeenChar("一", 0.5, 1.0),), 24)
    assert not is_cut(20, (SeenChar("盏", 0.5, 1.0),), 24)


@extra
@pytest.mark.parametrize(
    ("text", "sure", "is_sure"),
    [
        ("145.00", 0.98, True), ("145.00", 0.96, False), ("已完成", 0.96, True), ("已完成", 0.94, False),
        ("14.5.00", 1.0, False), ("2..1公里", 1.0, False), ("2024.12.31", 1.0, True), ("1,5", 1.0, False), ("12,345.60", 1.0, True),
    ],
)  # fmt: skip
def test_figures_are_held_to_a_higher_bar(text: str, sure: float, is_sure: bool) -> None:
    from fuhe.readers.scans import sure_repairs

    (grid,) = sure_repairs.repaired([Grid((GridCell(0, 0, text, Place(), sure=sure),), "spans")])
    assert isinstance(grid, Grid)
    assert sure_repairs.is_sure(grid.cells[0]) is is_sure


@extra
def test_wall_that_is_not_found_leaves_a_bar() -> None:
    import cv2
    import numpy as np

    page = np.full((2300, 1600, 3), 255, np.uint8)
    for row in range(6):
        for col in range(4):
            left, top = 200 + 300 * col, 300 + 60 * row
            cv2.rectangle(page, (left, top), (left + 300, top + 60), (0, 0, 0), 2)
            cv2.putText(page, f"{row + 1}{col}8.5", (left + 20, top + 42), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 0), 2)
    page[423:477, 780:820] = 255  # the wall between the third and the second cell of the third row
    (grid,) = (block for block in image.read(packed(page)).blocks if isinstance(block, Grid))
    (parted,) = (cell for cell in grid.cells if cell.colspan == 2)
    assert (parted.text, parted.sure) == ("318.5|328.5", 0.0)
