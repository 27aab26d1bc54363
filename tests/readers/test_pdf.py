"""PDFs written by hand, object by object, and one written by an office program."""

import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from fuhe.errors import ReadError
from fuhe.readers import pdf
from fuhe.readers.grid import Document, Grid, Para
from fuhe.readers.scans import ocr_extra
from fuhe.text import squeeze

FIXTURES = Path(__file__).parents[1] / "fixtures"
FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts["
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
    b"<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -120 1000 880]"
    b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 80>>>>]>>"
)
IMAGE = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n0\nendstream"
GRID = "50 700 m 250 700 l S 50 660 m 250 660 l S 50 660 m 50 700 l S 150 660 m 150 700 l S 250 660 m 250 700 l S\n"
PICTURE = "q 600 0 0 800 0 0 cm /I Do Q\n"


def say(text: str, x: float, y: float, *, before: str = "") -> str:
    """Set text in 10 point at a baseline."""
    return f"BT {before} /F 10 Tf 1 0 0 1 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET\n"


def form(content: str, matrix: str = "1 0 0 1 0 0") -> bytes:
    """Write a form XObject."""
    data = content.encode()
    head = f"<</Type/XObject/Subtype/Form/BBox[-900 -900 900 900]/Matrix[{matrix}]/Resources<</Font<</F 3 0 R>>/XObject"
    return f"{head}<</X 5 0 R>>>>/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"


def written(*pages: str, page: str = "", extra: Sequence[bytes] = (), trailer: str = "") -> bytes:
    """Write a PDF: objects 1 catalog, 2 pages, 3 font, 4 image, then `extra`, then the pages."""
    first = 5 + len(extra)
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        FONT,
        IMAGE,
        *extra,
    ]
    for i, content in enumerate(pages):
        data = zlib.compress(content.encode())
        resources = f"/Resources<</Font<</F 3 0 R>>/XObject<</I 4 0 R{'/X 5 0 R' if extra else ''}>>>>"
        box = "" if "MediaBox" in page else "/MediaBox[0 0 600 800]"
        objects.append(f"<</Type/Page/Parent 2 0 R{box}{resources}/Contents {first + 2 * i + 1} 0 R{page}>>".encode())
        objects.append(f"<</Length {len(data)}/Filter/FlateDecode>>stream\n".encode() + data + b"\nendstream")
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>"
    return out + end.encode() + f"\nstartxref\n{len(out)}\n%%EOF".encode()


def shown(document: Document) -> list[str | list[str]]:
    return [b.text if isinstance(b, Para) else [cell.text for cell in b.cells] for b in document.blocks]


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.problems]


def refused(data: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        pdf.read(data)
    return caught.value.code


def test_strokes_and_text_become_table() -> None:
    found = pdf.read(written(GRID + say("甲", 60, 680) + say("乙", 160, 680) + say("附件", 50, 750)))
    assert shown(found) == ["附件", ["甲", "乙"]]
    assert (found.kind, found.problems) == ("pdf", ())


def test_box_counts_from_page_top() -> None:
    (block,) = pdf.read(written(GRID + say("甲", 60, 680))).blocks
    assert isinstance(block, Grid)
    assert block.cells[1].place.box == (150, 100, 250, 140)


@pytest.mark.parametrize(
    "frame",
    [
        "50 660 100 40 re S 150 660 100 40 re S",
        "50 699.5 200 1 re 50 659.5 200 1 re 49.5 660 1 40 re 149.5 660 1 40 re 249.5 660 1 40 re f",
        "q .5 0 0 .5 0 0 cm 100 1320 200 80 re S 300 1320 200 80 re S Q",
        "50 660 m 250 660 l 250 700 l 50 700 l h S 150 660 m 150 700 l S",
    ],
    ids=["rectangles", "thin fills", "matrix", "closed path"],
)
def test_rulings_in_every_shape(frame: str) -> None:
    assert shown(pdf.read(written(frame + " " + say("甲", 60, 680) + say("乙", 160, 680)))) == [["甲", "乙"]]


def test_rulings_and_text_in_form() -> None:
    inside = form("0 0 100 40 re S 100 0 100 40 re S " + say("甲", 10, 20), "1 0 0 1 50 0")
    assert shown(pdf.read(written("q 1 0 0 1 0 660 cm /X Do Q", extra=[inside]))) == [["甲", ""]]


def test_form_within_itself_ends() -> None:
    assert shown(pdf.read(written("/X Do " + say("文", 50, 50), extra=[form("/X Do")]))) == ["文"]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_page_reads_upright(turn: int) -> None:
    matrix = {90: "0 1 -1 0 800 0", 180: "-1 0 0 -1 600 800", 270: "0 -1 1 0 0 600"}[turn]
    box = "[0 0 600 800]" if turn == 180 else "[0 0 800 600]"
    content = f"q {matrix} cm {GRID}{say('甲', 60, 680)}{say('上', 60, 690)}{say('乙', 160, 680)} Q"
    found = pdf.read(written(content, page=f"/MediaBox{box}/Rotate {turn}"))
    assert shown(found) == [["上\n甲", "乙"]]


def test_text_drawn_sideways_reads_upright() -> None:
    content = f"q 0 1 -1 0 800 0 cm {GRID}{say('甲', 60, 680)}{say('乙', 160, 680)} Q"
    assert shown(pdf.read(written(content, page="/MediaBox[0 0 800 600]"))) == [["甲", "乙"]]


def test_flat_dash_stays_on_its_line() -> None:
    assert shown(pdf.read(written(GRID + say("甲—，“乙”", 60, 680)))) == [["甲—，“乙”", ""]]


def test_radicals_read_as_characters() -> None:
    assert shown(pdf.read(written(say("项\u2f6c\u2ed3", 50, 50)))) == ["项目长"]


def test_invisible_text_is_skipped_and_flagged() -> None:
    found = pdf.read(written(say("看得见", 50, 700) + say("看不见", 50, 600, before="3 Tr")))
    assert (shown(found), codes(found)) == (["看得见"], ["hidden_text"])


def test_white_text_is_hidden_on_paper_only() -> None:
    white = "1 1 1 rg " + say("白字", 60, 680) + "0 g "
    hidden, banner = written(white + say("黑字", 50, 50)), written("0 0 1 rg 50 660 200 40 re f " + white)
    assert (shown(pdf.read(hidden)), codes(pdf.read(hidden))) == (["黑字"], ["hidden_text"])
    assert shown(pdf.read(banner)) == ["白字"]


def test_text_off_the_page_is_not_read() -> None:
    assert shown(pdf.read(written(say("页内", 50, 50) + say("页外", 50, 900)))) == ["页内"]


def test_form_field_shows_its_value() -> None:
    look = form(say("填入", 2, 5))
    field = "/Annots[<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/F 4/Rect[60 670 140 690]/AP<</N 5 0 R>>>>]"
    look = look.replace(b"[-900 -900 900 900]", b"[0 0 80 20]")
    assert shown(pdf.read(written(GRID, page=field, extra=[look]))) == [["填入", ""]]


def test_scan_is_refused_by_name_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_extra, "is_installed", lambda: False)
    assert refused(written(PICTURE)) == "scan"
    assert refused(written(PICTURE + say("识别层", 50, 50, before="3 Tr"))) == "scan"


def test_scanned_page_among_others_is_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_extra, "is_installed", lambda: False)
    found = pdf.read(written(say("第一页正文", 50, 700), PICTURE))
    assert codes(found) == ["scan_page"]
    assert found.problems[0].place is not None
    assert found.problems[0].place.page == 2


def test_empty_page_is_refused() -> None:
    assert refused(written("")) == "no_text"


def test_too_many_pages_are_refused() -> None:
    assert refused(written(*[""] * 301)) == "too_large"


def test_too_many_objects_are_refused() -> None:
    assert refused(written("0 0 1 1 re f " * 60_001)) == "too_large"


def test_slow_file_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_SECONDS", -1.0)
    assert refused(written(say("字", 50, 50))) == "too_large"


def test_password_is_named() -> None:
    lock = f"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{'11' * 32}>/U<{'22' * 32}>>>/ID[<00><00>]"
    assert refused(written(say("密", 50, 50), trailer=lock)) == "encrypted"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04", bytes(range(256)) * 40])
def test_foreign_bytes_are_broken(data: bytes) -> None:
    assert refused(data) == "broken"


def test_cut_file_never_crashes() -> None:
    whole = written(GRID + say("甲", 60, 680))
    for length in range(0, len(whole), 97):
        assert outcome(whole[:length]) in ("read", "broken", "no_text")


def outcome(data: bytes) -> str:
    try:
        pdf.read(data)
    except ReadError as error:
        return error.code
    return "read"


def test_table_over_pages_of_office_program() -> None:
    """Seven landscape pages with a head and a foot: rows and merged labels are cut at every break."""
    found = pdf.read((FIXTURES / "cut_rows_landscape.pdf").read_bytes())
    (grid,) = (block for block in found.blocks if isinstance(block, Grid))
    texts = {(c.row, c.col, c.rowspan, c.colspan): squeeze(c.text) for c in grid.cells}
    assert (grid.height, grid.width) == (23, 8)
    assert texts[1, 0, 21, 1] == "绩效指标"
    assert [texts[2, 1, 10, 1], texts[12, 1, 10, 1]] == ["产出指标(50分)", "效益指标(30分)"]
    assert [text for (row, *_), text in texts.items() if row == 22] == ["总分", "98", ""]
    assert all(
        text.endswith(("完成", "加强过程监控。")) for (row, col, *_), text in texts.items() if col == 7 and 1 < row < 22
    )


TABLE = GRID + say("项目名称", 60, 675) + say("渠道维修", 160, 675)
PALE = "0.8 0.8 0.8 rg"


def _texts(*content: str) -> tuple[list[str], list[str]]:
    document = pdf.read(written(TABLE + "".join(content)))
    cells = [squeeze(cell.text) for block in document.blocks if isinstance(block, Grid) for cell in block.cells]
    return cells, [problem.code for problem in document.problems]


def _slanted(text: str, x: float, y: float) -> str:
    return f"q {PALE} BT /F 30 Tf 0.7 0.7 -0.7 0.7 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET Q\n"


@pytest.mark.parametrize(
    "mark",
    [
        _slanted("内部资料", 60, 660),
        "".join(_slanted("内部资料", 40 + 70 * step, 640 + 20 * step) for step in range(3)),
        f"q {PALE} {say('仅供内部使用', 120, 677)} Q\n",
        f"q {PALE} " + "".join(say("内部资料", 60 + 50 * step, 684) for step in range(4)) + " Q\n",
    ],
    ids=["diagonal", "tiled", "across a wall", "repeated"],
)
def test_watermark_is_told_from_text(mark: str) -> None:
    assert _texts(*(say("本页其余文字与表格无关，只为衬托水印", 60, y) for y in (600, 580, 560)), mark) == (
        ["项目名称", "渠道维修"],
        [],
    )


def test_pale_text_in_its_own_cell_stays() -> None:
    cells, codes = _texts(f"q {PALE} {say('（县级）', 200, 664)} Q\n")
    assert (cells, codes) == (["项目名称", "渠道维修(县级)"], [])


def test_dark_letters_over_others_make_the_page_partial() -> None:
    large = f"BT /F 60 Tf 1 0 0 1 60 660 Tm <{'作废'.encode('utf-16-be').hex()}> Tj ET\n"
    assert _texts(large)[1] == ["watermark"]
