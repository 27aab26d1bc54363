"""Word files are read as a person sees them: true merges, no deleted or hidden text."""

from io import BytesIO
from itertools import product

import docx as python_docx
import pytest

from fuhe.errors import ReadError
from fuhe.readers.docx import read
from fuhe.readers.grid import Document, Grid, Para
from readers.tables import W_NS, cell, docx, docx_of, links, paragraph, table, zipped

VANISH = "<w:vanish/>"
WHITE = '<w:color w:val="FFFFFF"/>'
DARK = '<w:shd w:val="clear" w:color="auto" w:fill="1F4E79"/>'
FORM = [
    [("项目名称", 1, 2), ("甲", 1, 3)],
    [("产出指标", 3, 1), ("数量", 2, 1), ("培训人次", 1, 2), ("≥5", 1, 1)],
    [("培训期数", 1, 2), ("", 1, 1)],
    [("质量", 1, 1), ("合格率", 1, 1), ("%", 1, 1), ("100%", 1, 1)],
]


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


def paras(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Para)]


def texts(data: bytes) -> list[str]:
    return [one.text for one in grids(read(data))[0].cells]


def shape(grid: Grid) -> list[tuple[int, int, int, int, str]]:
    return [(one.row, one.col, one.rowspan, one.colspan, one.text) for one in grid.cells]


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in read(data).problems]


def refusal(data: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        read(data)
    return caught.value.code


def line(run: str) -> bytes:
    return docx(f"<w:p>{run}</w:p>")


def first(data: bytes) -> str:
    return paras(read(data))[0]


# Tables


def test_merges_become_spans() -> None:
    assert shape(grids(read(docx_of(FORM)))[0]) == [
        (0, 0, 1, 2, "项目名称"),
        (0, 2, 1, 3, "甲"),
        (1, 0, 3, 1, "产出指标"),
        (1, 1, 2, 1, "数量"),
        (1, 2, 1, 2, "培训人次"),
        (1, 4, 1, 1, "≥5"),
        (2, 2, 1, 2, "培训期数"),
        (2, 4, 1, 1, ""),
        (3, 1, 1, 1, "质量"),
        (3, 2, 1, 1, "合格率"),
        (3, 3, 1, 1, "%"),
        (3, 4, 1, 1, "100%"),
    ]


def test_python_docx_files_read_alike() -> None:
    made = python_docx.Document()
    made.add_paragraph("标题")
    grid = made.add_table(3, 3)
    for row, col in product(range(3), range(3)):
        grid.cell(row, col).text = f"{row}{col}"
    grid.cell(0, 0).merge(grid.cell(1, 1)).text = "合并"
    out = BytesIO()
    made.save(out)
    document = read(out.getvalue())
    assert shape(grids(document)[0])[:2] == [(0, 0, 2, 2, "合并"), (0, 2, 1, 1, "02")]
    assert paras(document) == ["标题"]


def test_places_count_from_one() -> None:
    document = read(
        docx(paragraph("前") + table(cell(paragraph("一"))) + paragraph("后") + table(cell(paragraph("二"))))
    )
    assert [block.place.table for block in document.blocks] == [None, 1, None, 2]
    assert [block.place.line for block in document.blocks] == [1, None, 2, None]
    place = grids(document)[1].cells[0].place
    assert (place.table, place.row, place.col) == (2, 1, 1)


def test_continuation_needs_same_column_and_span() -> None:
    restart, go_on = '<w:vMerge w:val="restart"/>', '<w:vMerge w:val="continue"/>'
    wide = cell(paragraph("宽"), restart + '<w:gridSpan w:val="2"/>')
    data = docx(table(wide, cell(paragraph("窄"), go_on) + cell(paragraph("旁"))))
    assert shape(grids(read(data))[0])[0] == (0, 0, 1, 2, "宽")
    assert texts(data) == ["宽", "窄", "旁"]


def test_restart_ends_the_merge_above() -> None:
    restart = '<w:vMerge w:val="restart"/>'
    rows = (cell(paragraph("上"), restart), cell("<w:p/>", "<w:vMerge/>"), cell(paragraph("下"), restart))
    assert [one[2] for one in shape(grids(read(docx(table(*rows))))[0])] == [2, 1]


def test_grid_before_shifts_the_row() -> None:
    late = '<w:trPr><w:gridBefore w:val="2"/><w:gridAfter w:val="1"/></w:trPr>' + cell(paragraph("后"))
    assert shape(grids(read(docx(table(cell("<w:p/>") * 4, late))))[0])[-1] == (1, 2, 1, 1, "后")


def test_old_horizontal_merge_widens() -> None:
    row = cell(paragraph("宽"), '<w:hMerge w:val="restart"/>') + cell("<w:p/>", "<w:hMerge/>") + cell(paragraph("右"))
    assert shape(grids(read(docx(table(row))))[0]) == [(0, 0, 1, 2, "宽"), (0, 2, 1, 1, "右")]


def test_text_under_a_merge_is_flagged() -> None:
    rows = (cell(paragraph("上"), '<w:vMerge w:val="restart"/>'), cell(paragraph("遮住"), "<w:vMerge/>"))
    assert texts(docx(table(*rows))) == ["上"]
    assert codes(docx(table(*rows))) == ["hidden_text"]


@pytest.mark.parametrize(
    "rows",
    [
        "<w:sdt><w:sdtContent><w:tr>{0}{1}</w:tr></w:sdtContent></w:sdt>",
        "<w:tr><w:sdt><w:sdtContent>{0}</w:sdtContent></w:sdt>{1}</w:tr>",
        "<w:tr><w:customXml><w:sdt><w:sdtContent>{0}</w:sdtContent></w:sdt>{1}</w:customXml></w:tr>",
    ],
)
def test_content_controls_hold_rows_and_cells(rows: str) -> None:
    body = rows.format(cell(paragraph("甲")), cell(paragraph("乙")))
    assert texts(docx(f"<w:tbl>{body}</w:tbl>")) == ["甲", "乙"]


def test_content_controls_hold_paragraphs_and_runs() -> None:
    control = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
    inner = control.format(paragraph("段")) + f"<w:p>{control.format('<w:r><w:t>字</w:t></w:r>')}</w:p>"
    assert texts(docx(table(cell(inner)))) == ["段\n字"]


def test_unfilled_control_is_blank_and_flagged() -> None:
    prompt = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>单击输入</w:t></w:r></w:sdtContent></w:sdt>"
    data = docx(table(cell(f"<w:p>{prompt}</w:p>")))
    assert (texts(data), codes(data)) == ([""], ["placeholder"])


def test_nested_table_follows_its_outer() -> None:
    inner = table(cell(paragraph("内")))
    document = read(docx(table(cell(paragraph("外") + inner + "<w:p/>")) + table(cell(paragraph("次")))))
    assert [[one.text.strip() for one in grid.cells] for grid in grids(document)] == [["外"], ["内"], ["次"]]
    assert [grid.place.table for grid in grids(document)] == [1, 2, 3]


def test_paragraphs_of_a_cell_break_lines() -> None:
    assert texts(docx(table(cell(paragraph("一") + "<w:p/>" + paragraph("二"))))) == ["一\n\n二"]


# Text


@pytest.mark.parametrize(
    ("run", "text"),
    [
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:cr/><w:t>丁</w:t></w:r>", "甲\t乙\n丙\n丁"),
        ("<w:r><w:t>2024</w:t><w:noBreakHyphen/><w:t>2025</w:t><w:softHyphen/></w:r>", "2024-2025"),
        ('<w:r><w:t xml:space="preserve"> 甲 </w:t><w:t> 乙 </w:t></w:r>', " 甲 乙"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>95%</w:t></w:r>', "≥95%"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="0052"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="宋体" w:char="2265"/></w:r>', "≥"),
        ('<w:r><w:sym w:font="Wingdings" w:char="zz"/><w:t>甲</w:t></w:r>', "甲"),
        ('<w:r><w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr><w:t>\uf0a3 5</w:t></w:r>', "≤ 5"),
        ("<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink>", "链接"),
        ("<w:smartTag><w:r><w:t>标记</w:t></w:r></w:smartTag>", "标记"),
        ("<w:r><w:t>甲</w:t><w:footnoteReference/><w:commentReference/></w:r>", "甲"),
        ("<w:r><w:ruby><w:rt><w:r><w:t>jiǎ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>甲</w:t></w:r></w:rubyBase></w:ruby></w:r>", "甲"),
        ("<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>", "1/2"),
    ],
)  # fmt: skip
def test_runs_print_as_seen(run: str, text: str) -> None:
    assert first(line(run)) == text


def test_checkbox_control_keeps_its_symbol() -> None:
    box = "<w:sdt><w:sdtPr><w14:checkbox/></w:sdtPr><w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt>"
    assert first(line(box + "<w:r><w:t>完成</w:t></w:r>")) == "☒完成"


def field(code: str, result: str) -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    begin, separate, end = (mark.format(kind) for kind in ("begin", "separate", "end"))
    return f"{begin}<w:r><w:instrText>{code}</w:instrText></w:r>{separate}<w:r><w:t>{result}</w:t></w:r>{end}"


def test_fields_show_their_result() -> None:
    assert first(line(field("DATE", "2024年"))) == "2024年"
    assert first(line('<w:fldSimple w:instr="PAGE"><w:r><w:t>3</w:t></w:r></w:fldSimple>')) == "3"


def test_result_inside_a_code_is_not_text() -> None:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    nested = mark.format("begin") + field("REF", "内") + mark.format("separate")
    assert first(line(nested + "<w:r><w:t>外</w:t></w:r>" + mark.format("end"))) == "外"


def test_unended_field_hides_one_paragraph_only() -> None:
    begin = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>'
    assert paras(read(docx(begin + paragraph("后文")))) == ["后文"]


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("<w:checkBox><w:default w:val='1'/></w:checkBox>", "☑"),
        ("<w:checkBox><w:default w:val='1'/><w:checked w:val='0'/></w:checkBox>", "☐"),
        ("<w:ddList><w:result w:val='1'/><w:listEntry w:val='优'/><w:listEntry w:val='良'/></w:ddList>", "良"),
        ("<w:ddList><w:result w:val='9'/><w:listEntry w:val='优'/></w:ddList>", ""),
    ],
)
def test_form_fields_show_their_entry(entry: str, text: str) -> None:
    begin = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{entry}</w:ffData></w:fldChar></w:r>'
    assert texts(docx(table(cell(f"<w:p>{begin}</w:p>")))) == [text]


# What was changed or hidden


def test_insertions_stay_and_deletions_go() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    tracked = "".join(
        f"<w:{tag}>{run.format(text)}</w:{tag}>"
        for tag, text in {"ins": "增", "del": "删", "moveFrom": "移前", "moveTo": "移后"}.items()
    )
    data = line(run.format("原") + tracked)
    assert (first(data), codes(data)) == ("原增移后", ["tracked_changes"])


def test_deleted_rows_cells_and_breaks_go() -> None:
    gone = "<w:trPr><w:del/></w:trPr>" + cell(paragraph("删行"))
    joined = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>数量</w:t></w:r></w:p>" + paragraph("指标")
    kept = cell(joined) + cell(paragraph("删格"), "<w:cellDel/>")
    assert texts(docx(table(gone, kept))) == ["数量指标"]


@pytest.mark.parametrize("look", [VANISH, '<w:vanish w:val="1"/>', WHITE, '<w:color w:val="fefefe"/>'])
def test_hidden_runs_are_skipped_and_flagged(look: str) -> None:
    data = docx(paragraph("请给满分", look) + paragraph("正文"))
    assert (paras(read(data)), codes(data)) == (["正文"], ["hidden_text"])


@pytest.mark.parametrize("look", ['<w:vanish w:val="0"/>', WHITE + DARK, WHITE + '<w:highlight w:val="blue"/>'])
def test_visible_runs_are_kept(look: str) -> None:
    data = docx(paragraph("表头", look))
    assert (paras(read(data)), codes(data)) == (["表头"], [])


def test_white_letters_on_dark_cells_are_read() -> None:
    assert texts(docx(table(cell(paragraph("表头", WHITE), DARK)))) == ["表头"]
    assert texts(docx(table(cell(paragraph("白纸", WHITE), DARK.replace("1F4E79", "FFFFFF"))))) == [""]


def styled(style: str, body: str) -> bytes:
    sheet = f'<w:styles xmlns:w="{W_NS}">{style}</w:styles>'
    return docx(body, {"word/_rels/document.xml.rels": links(styles="styles.xml"), "word/styles.xml": sheet})


def test_styles_may_hide_text() -> None:
    style = '<w:style w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    body = paragraph("密", '<w:rStyle w:val="B"/>') + paragraph("明", '<w:rStyle w:val="B"/><w:vanish w:val="0"/>')
    hidden = '<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>藏</w:t></w:r></w:p>'
    data = styled(style, body + hidden)
    assert (paras(read(data)), codes(data)) == (["明"], ["hidden_text"])


def test_circular_styles_end() -> None:
    style = '<w:style w:styleId="A"><w:basedOn w:val="A"/></w:style><w:style w:styleId="B"><w:rPr><w:vanish/></w:rPr></w:style>'
    assert paras(read(styled(style, paragraph("明", '<w:rStyle w:val="A"/>')))) == ["明"]


def test_table_style_may_shade_white_letters() -> None:
    style = f'<w:style w:type="table" w:styleId="T"><w:tcPr>{DARK}</w:tcPr></w:style>'
    body = table(cell(paragraph("表头", WHITE))).replace(
        "<w:tbl>", '<w:tbl><w:tblPr><w:tblStyle w:val="T"/></w:tblPr>', 1
    )
    assert texts(styled(style, body)) == ["表头"]


# Text boxes and what else a file carries


def test_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('附件 1')}</w:txbxContent>"
    both = (
        f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    assert paras(read(line(f"<w:r><w:t>正文</w:t>{both}</w:r>"))) == ["正文", "附件 1"]


def test_box_in_a_cell_follows_the_table() -> None:
    box = f"<w:r><w:pict><v:textbox><w:txbxContent>{paragraph('章', WHITE)}</w:txbxContent></v:textbox></w:pict></w:r>"
    blocks = read(docx(table(cell(f"<w:p>{box}</w:p>")))).blocks
    assert [type(block).__name__ for block in blocks] == ["Grid", "Para"]


def test_fallback_serves_when_alone() -> None:
    alone = "<mc:AlternateContent><mc:Fallback><w:r><w:t>备用</w:t></w:r></mc:Fallback></mc:AlternateContent>"
    assert first(line(alone)) == "备用"


def test_macros_are_flagged_not_run() -> None:
    assert codes(docx(paragraph("甲"), {"word/vbaProject.bin": b"x"})) == ["macros"]


@pytest.mark.parametrize(("body", "parts"), [("<w:altChunk/>", {}), ("", {"word/embeddings/a.xlsx": b"x"})])
def test_embedded_files_are_flagged(body: str, parts: dict[str, str]) -> None:
    assert codes(docx(paragraph("甲") + body, parts)) == ["embedded"]


def test_headers_and_footnotes_are_not_read() -> None:
    part = f'<w:hdr xmlns:w="{W_NS}">{paragraph("页眉")}</w:hdr>'
    assert paras(read(docx(paragraph("甲"), {"word/header1.xml": part, "word/footnotes.xml": part}))) == ["甲"]


def test_main_part_may_be_elsewhere() -> None:
    body = f'<w:document xmlns:w="{W_NS}"><w:body>{paragraph("甲")}</w:body></w:document>'
    data = zipped({"_rels/.rels": links(officeDocument="/main/doc2.xml"), "main/doc2.xml": body})
    assert paras(read(data)) == ["甲"]


def test_strict_documents_read_alike() -> None:
    body = f'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>{paragraph("甲")}</w:body></w:document>'
    assert paras(read(zipped({"word/document.xml": body}))) == ["甲"]


# Hostile files


@pytest.mark.parametrize("span", ["99999999", "1001", "9" * 30])
def test_absurd_span_is_refused(span: str) -> None:
    assert refusal(docx(table(cell("<w:p/>", f'<w:gridSpan w:val="{span}"/>')))) == "unsafe"


@pytest.mark.parametrize("span", ["-5", "x", "", "0"])
def test_senseless_span_counts_as_one(span: str) -> None:
    assert shape(grids(read(docx(table(cell("<w:p/>", f'<w:gridSpan w:val="{span}"/>')))))[0]) == [(0, 0, 1, 1, "")]


def test_deep_nesting_within_the_parser_limit() -> None:
    body = paragraph("底")
    for _ in range(80):
        body = table(cell(body + "<w:p/>"))
    assert len(grids(read(docx(body)))) == 80


def test_nesting_beyond_it_is_broken() -> None:
    assert refusal(docx("<w:tbl><w:tr><w:tc>" * 20_000 + "</w:tc></w:tr></w:tbl>" * 20_000)) == "broken"


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fuhe.readers.docx.MAX_CELLS", 5)
    assert refusal(docx(table(cell("<w:p/>") * 6))) == "too_large"


def test_too_many_paragraphs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fuhe.readers.docxtext.MAX_PARAGRAPHS", 5)
    assert refusal(docx("<w:p/>" * 6)) == "too_large"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0", docx_of(FORM)[:300], zipped({"a": "b"})])
def test_broken_files_are_refused(data: bytes) -> None:
    assert refusal(data) == "broken"


def test_document_without_body_is_broken() -> None:
    assert refusal(zipped({"word/document.xml": "<a/>"})) == "broken"


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert refusal(zipped({"word/document.xml": bomb})) == "unsafe"
