"""OFD files written by hand, object by object."""

import pytest

from conftest import SAMPLES
from fuhe.errors import ReadError
from fuhe.intake.reading import read_file
from fuhe.readers import ofd as reader
from fuhe.readers.grid import Document, Grid, Para
from fuhe.readers.scans import ocr_extra
from readers.ofd_files import NS, lines, ofd, page, parts, say
from readers.tables import zipped

WHITE = '<ofd:FillColor Value="255 255 255"/>'


def shown(document: Document) -> list[str | list[str]]:
    return [b.text if isinstance(b, Para) else [cell.text for cell in b.cells] for b in document.blocks]


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.problems]


def refused(data: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        reader.read(data)
    assert str(caught.value).endswith("。")
    return caught.value.code


def test_strokes_and_text_become_table() -> None:
    found = reader.read(ofd(page(say("附件", 10, 10), lines(), say("甲", 12, 32), say("乙", 62, 32))))
    assert shown(found) == ["附件", ["甲", "乙"]]
    assert (found.kind, found.problems) == ("ofd", ())


def test_box_is_in_points_from_page_top() -> None:
    (block,) = reader.read(ofd(page(lines(), say("甲", 12, 32)))).blocks
    assert isinstance(block, Grid)
    assert block.cells[1].place.box == (170.1, 85.0, 311.8, 113.4)


@pytest.mark.parametrize(
    "frame",
    [
        lines("M 10 30 L 60 30 L 60 40 L 10 40 C S 60 30 L 110 30 L 110 40 L 60 40 C"),
        lines("M 20 60 L 220 60 M 20 80 L 220 80 M 20 60 L 20 80 M 120 60 L 120 80 M 220 60 L 220 80",
              attributes='CTM="0.5 0 0 0.5 0 0"'),
        "".join(lines(f"M {x} {y} L {x + w} {y} L {x + w} {y + h} L {x} {y + h} C", attributes='Stroke="false" Fill="true"')
                for x, y, w, h in [(10, 30, 100, 0.2), (10, 40, 100, 0.2), (10, 30, 0.2, 10), (60, 30, 0.2, 10), (110, 30, 0.2, 10)]),
        f'<ofd:PageBlock><ofd:PageBlock>{lines()}</ofd:PageBlock></ofd:PageBlock>',
    ],
    ids=["closed paths", "matrix", "thin fills", "blocks in blocks"],
)  # fmt: skip
def test_rulings_in_every_shape(frame: str) -> None:
    assert shown(reader.read(ofd(page(frame, say("甲", 12, 32), say("乙", 62, 32))))) == [["甲", "乙"]]


def test_curves_and_white_lines_are_no_rulings() -> None:
    white = lines(inside='<ofd:StrokeColor Value="255 255 255"/>')
    curved = lines("M 10 30 B 20 30 30 30 110 30 M 10 40 Q 60 40 110 40")
    assert shown(reader.read(ofd(page(white, curved, say("甲", 12, 32))))) == ["甲"]


def test_name_space_may_be_unnamed() -> None:
    named = parts([page(lines(), say("甲", 12, 32))])
    bare = {name: str(part).replace("ofd:", "").replace("xmlns:ofd", "xmlns") for name, part in named.items()}
    assert shown(reader.read(zipped(bare))) == [["甲", ""]]


def test_template_lies_behind_its_pages() -> None:
    use = '<ofd:Template TemplateID="7" ZOrder="Background"/>'
    common = '<ofd:TemplatePage ID="7" BaseLoc="/Doc_0/Tpls/T.xml"/>'
    made = ofd(
        page(say("甲", 12, 32), before=use), common=common, extra={"Doc_0/Tpls/T.xml": page(lines(), say("栏", 62, 32))}
    )
    assert shown(reader.read(made)) == [["甲", "栏"]]


def test_shared_drawing_is_opened() -> None:
    resource = f'<ofd:Res {NS}><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="9"><ofd:Content>{lines()}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>'  # fmt: skip
    use = '<ofd:CompositeObject ResourceID="9" Boundary="0 0 210 297"/>'
    made = ofd(
        page(use, say("甲", 12, 32)),
        common="<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>",
        extra={"Doc_0/PublicRes.xml": resource},
    )
    assert shown(reader.read(made)) == [["甲", ""]]


def test_typed_note_is_read_and_watermark_note_is_not() -> None:
    notes = "".join(
        f'<ofd:Annot Type="{kind}"><ofd:Appearance Boundary="10 30 100 10">{say(text, 2, 2)}</ofd:Appearance></ofd:Annot>'
        for kind, text in (("Path", "甲"), ("Watermark", "样本"))
    )
    made = ofd(
        page(lines()),
        after="<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>",
        extra={
            "Doc_0/Annots/Annotations.xml": f'<ofd:Annotations {NS}><ofd:Page PageID="0"><ofd:FileLoc>A.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>',
            "Doc_0/Annots/A.xml": f"<ofd:PageAnnot {NS}>{notes}</ofd:PageAnnot>",
        },
    )
    assert shown(reader.read(made)) == [["甲", ""]]


def test_letters_without_steps_stand_side_by_side() -> None:
    bare = say("完成率≥90%", 12, 32).replace('DeltaX="4 4 4 4 2 2 2"', "")
    assert shown(reader.read(ofd(page(lines(), bare)))) == [["完成率≥90%", ""]]


def test_page_drawn_sideways_reads_upright() -> None:
    turned = 'CTM="0 1 -1 0 200 0"'
    drawn = [lines(attributes=turned), *(say(text, 0, 0, attributes=f'CTM="0 1 -1 0 {200 - 32} {x}"') for text, x in (("甲", 12), ("乙", 62)))]  # fmt: skip
    assert shown(reader.read(ofd(page(*drawn)))) == [["甲", "乙"]]


def test_what_is_not_seen_is_left_out_and_flagged() -> None:
    hidden = say("暗", 62, 32, attributes='Visible="false"') + say("白", 70, 32, WHITE)
    found = reader.read(ofd(page(lines(), say("甲", 12, 32), hidden, say("空", 80, 32, attributes='Alpha="0"'))))
    assert (shown(found), codes(found)) == ([["甲", ""]], ["hidden_text"])


def test_white_text_on_dark_ground_is_seen() -> None:
    ground = lines("M 10 30 L 60 30 L 60 40 L 10 40 C", attributes='Stroke="false" Fill="true"')
    assert shown(reader.read(ofd(page(lines(), ground, say("甲", 12, 32, WHITE))))) == [["甲", ""]]


def test_slanted_watermark_is_left_out() -> None:
    mark = say("内部资料", 12, 32, '<ofd:FillColor Value="200 200 200"/>', 'CTM="0.7 0.7 -0.7 0.7 0 0"')
    assert shown(reader.read(ofd(page(lines(), say("甲", 12, 32), mark)))) == [["甲", ""]]


def test_table_runs_over_pages() -> None:
    found = reader.read(ofd(page(lines(), say("甲", 12, 32)), page(lines(), say("乙", 12, 32))))
    assert shown(found) == [["甲", "", "乙", ""]]


def test_form_is_read_from_ofd() -> None:
    rows = [line.split("\t") for line in (SAMPLES / "zhongwei_2024.txt").read_text("utf-8").split("附件 2")[0].splitlines() if "\t" in line]  # fmt: skip
    width, height = 20, 6
    objects = [lines(" ".join(f"M {5 + width * c} {10 + height * r} L {5 + width * (c + 1)} {10 + height * r} L {5 + width * (c + 1)} {10 + height * (r + 1)}" for r in range(len(rows) + 1) for c in range(10)))]  # fmt: skip
    objects += [say(text, 6 + width * c, 11 + height * r, size=0.5) for r, row in enumerate(rows) for c, text in enumerate(row) if text]  # fmt: skip
    file = read_file(ofd(page(*objects)), "表.ofd")
    assert [form.record.project for form in file.forms] == ["2024 年中卫市 12345 政务服务热线政府购买服务费"]


def _bomb() -> bytes:
    return ofd(page(say("甲", 12, 32)), extra={"Doc_0/Pages/Page_0/Content.xml": b"<a>" + b" " * 80_000_000})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (ofd(page('<ofd:ImageObject Boundary="0 0 210 297" ResourceID="1"/>')), "scan"),
        (ofd(page()), "no_text"),
        (ofd(page(say("\ue000\ue001¤", 12, 32))), "garbled"),
        (ofd(*[page()] * 301), "too_large"),
        (ofd(page(lines("M 1 1 " * 60_001))), "too_large"),
        (ofd(page(say("字" * 60_001, 1, 1))), "too_large"),
        (ofd('<!DOCTYPE a [<!ENTITY x "y">]>' + page()), "unsafe"),
        (_bomb(), "too_large"),
        (zipped({"OFD.xml": f"<ofd:OFD {NS}/>"}), "broken"),
        (zipped({"OFD.xml": f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>../../etc/passwd</ofd:DocRoot></ofd:DocBody></ofd:OFD>"}), "broken"),
        (ofd(page(lines()))[:-100], "broken"),
    ],
    ids=["scan", "no text", "garbled", "pages", "path", "letters", "entity", "bomb", "no document", "outside", "cut"],
)  # fmt: skip
def test_refused_with_reason(data: bytes, code: str) -> None:
    assert refused(data) == code


@pytest.mark.parametrize(
    "hostile",
    [
        say("甲", 12, 32).replace('DeltaX="4"', 'DeltaX="g 999999999999 1"'),
        say("甲", 12, 32).replace('Size="4"', 'Size="1e999"') + say("甲", 12, 32),
        "<ofd:PageBlock>" * 200 + "</ofd:PageBlock>" * 200 + say("甲", 12, 32),
        '<ofd:CompositeObject ResourceID="9"/>' + say("甲", 12, 32),
        lines("M nan inf L 1e308 1e308 C L x y") + say("甲", 12, 32),
        '<ofd:Template TemplateID="none"/>' + say("甲", 12, 32, attributes='CTM="1 0"'),
    ],
    ids=["steps", "size", "depth", "drawing within itself", "numbers", "matrix"],
)
def test_hostile_page_still_reads(hostile: str) -> None:
    itself = f'<ofd:Res {NS}><ofd:CompositeGraphicUnit ID="9"><ofd:Content>{hostile}</ofd:Content></ofd:CompositeGraphicUnit></ofd:Res>'
    made = ofd(page(hostile), common="<ofd:PublicRes>R.xml</ofd:PublicRes>", extra={"Doc_0/R.xml": itself})
    assert "甲" in str(shown(reader.read(made)))


scan = pytest.mark.skipif(not ocr_extra.is_installed(), reason="没有安装 fuhe[ocr]，图像识别的测试跳过")


def scanned(*objects: str, picture: bytes = b"") -> bytes:
    """Pack a page whose only content is a picture of a table of two cells."""
    import cv2
    import numpy as np

    paper = np.full((2340, 1654, 3), 255, np.uint8)
    for left, text in ((200, "2023"), (700, "98.5%")):
        cv2.rectangle(paper, (left, 300), (left + 500, 360), (0, 0, 0), 2)
        cv2.putText(paper, text, (left + 20, 345), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0, 0, 0), 2)
    named = f'<ofd:Res {NS} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>'
    extra: dict[str, str | bytes] = {
        "Doc_0/DocumentRes.xml": named,
        "Doc_0/Res/a.png": picture or bytes(cv2.imencode(".png", paper)[1]),
    }
    whole = '<ofd:ImageObject Boundary="0 0 210 297" CTM="210 0 0 297 0 0" ResourceID="7"/>'
    return ofd(page(whole, *objects), common="<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>", extra=extra)


@scan
def test_page_that_is_a_picture_is_recognised() -> None:
    assert shown(reader.read(scanned())) == [["2023", "98.5%"]]


@scan
def test_picture_page_with_a_stamp_is_recognised() -> None:
    assert "98.5%" in str(shown(reader.read(scanned(say("第1页", 100, 280)))))


@scan
def test_picture_that_cannot_be_opened_is_refused_in_one_line() -> None:
    assert refused(scanned(picture=b"\x89PNG\r\n\x1a\n0000")) == "scan"


@scan
def test_cell_of_a_picture_page_is_cut_out() -> None:
    from fuhe.readers.cell_pictures import cell_pictures

    (grid,) = (block for block in reader.read(scanned()).blocks if isinstance(block, Grid))
    assert all(cell_pictures(scanned(), [cell.place for cell in grid.cells]).values())


def test_without_the_extra_a_picture_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_extra, "is_installed", lambda: False)
    with pytest.raises(ReadError) as caught:
        reader.read(ofd(page('<ofd:ImageObject Boundary="0 0 210 297" ResourceID="1"/>')))
    assert "pip install 'fuhe[ocr]'" in str(caught.value)
