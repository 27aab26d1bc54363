"""Pages typed by hand: what a browser shows is what is read."""

import pytest

from fuhe.errors import ReadError
from fuhe.readers import html
from fuhe.readers.grid import Document, Grid, Para


def read(text: str) -> Document:
    return html.read(text.encode())


def shown(document: Document) -> list[str | list[str]]:
    return [b.text if isinstance(b, Para) else [cell.text for cell in b.cells] for b in document.blocks]


def shapes(text: str) -> list[tuple[int, int, int, int]]:
    (grid,) = (block for block in read(text).blocks if isinstance(block, Grid))
    return [(cell.row, cell.col, cell.rowspan, cell.colspan) for cell in grid.cells]


def refused(data: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        html.read(data)
    return caught.value.code


def test_paragraphs_and_table_in_order() -> None:
    page = "<p>附件 1</p><h2>自评表</h2>（2024 年度）<table><tr><td>甲<td>乙</table>注：无"
    assert shown(read(page)) == ["附件 1", "自评表", "（2024 年度）", ["甲", "乙"], "注：无"]


def test_spans_place_cells() -> None:
    rows = "<tr><td rowspan=2>甲<td colspan=2>乙<tr><td>丙<td>丁<tr><td colspan=3>戊"
    assert shapes(f"<table>{rows}</table>") == [
        (0, 0, 2, 1),
        (0, 1, 1, 2),
        (1, 1, 1, 1),
        (1, 2, 1, 1),
        (2, 0, 1, 3),
    ]


def test_rowspan_ends_with_the_table() -> None:
    assert shapes("<table><tr><td rowspan=9>甲<td>乙<tr><td>丙</table>")[0] == (0, 0, 2, 1)
    assert shapes("<table><tr><td rowspan=0>甲<td>乙<tr><td>丙</table>")[0] == (0, 0, 2, 1)


def test_odd_spans_count_as_one() -> None:
    assert shapes("<table><tr><td colspan='-3'>甲<td colspan='x'>乙<td rowspan=''>丙</table>") == [
        (0, 0, 1, 1),
        (0, 1, 1, 1),
        (0, 2, 1, 1),
    ]


def test_places_count_from_one() -> None:
    (grid,) = read("<table><tr><td>甲<td>乙</table>").blocks
    assert isinstance(grid, Grid)
    place = grid.cells[1].place
    assert (place.table, place.row, place.col) == (1, 1, 2)


def test_empty_cells_are_cells() -> None:
    assert shown(read("<table><tr><td>甲<td><td>&nbsp;</table>")) == [["甲", "", "\u00a0"]]


def test_breaks_and_paragraphs_end_lines() -> None:
    page = "<table><tr><td>年<br>度<p>目</p><p>标</p><td><div><span>一\n 行</span></div></table>"
    assert shown(read(page)) == [["年\n度\n目\n标", "一 行"]]


def test_inline_markup_makes_no_space() -> None:
    assert shown(read("<p>附件<font>1</font><b>甲</b><o:p></o:p></p>")) == ["附件1甲"]


def test_scripts_and_styles_are_no_text() -> None:
    page = "<head><title>题</title></head><script>'<table>'</script><style>p{}</style><p>文</p><noscript>无</noscript>"
    assert shown(read(page)) == ["文"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p style='display:none'>密</p>",
        "<p style='DISPLAY : NONE'>密</p>",
        "<span style='visibility: hidden'>密</span>",
        "<span style='mso-hide:all'>密</span>",
        "<span style='font-size:0'>密</span>",
        "<span style='font-size:0pt'>密</span>",
        "<span style='opacity:0'>密</span>",
        "<div hidden>密</div>",
        "<font color=#FFFFFF>密</font>",
        "<span style='color:white'>密</span>",
        "<style>.x,.y{display:none}</style><b class='y'>密</b>",
        "<style>/* 注 */ comment{display:none}</style><comment>密</comment>",
        "<style><!-- #n{visibility:hidden} --></style><p id=N>密</p>",
    ],
)
def test_hidden_text_is_skipped_and_flagged(hidden: str) -> None:
    found = read(f"<p>明</p>{hidden}")
    assert (shown(found), [p.code for p in found.problems]) == (["明"], ["hidden_text"])


@pytest.mark.parametrize(
    "seen",
    [
        "<td bgcolor=red><font color=white>明</font>",
        "<td style='background:#000;color:#fff'>明",
        "<td class=head style='color:#fff'>明",
        "<td style='background-color:white'>明",
        "<td style='font-size:0.9em;opacity:0.5'>明",
    ],
)
def test_readable_text_is_not_hidden(seen: str) -> None:
    found = read(f"<style>@media print{{td{{display:none}}}}</style><table><tr>{seen}<td>乙</table>")
    assert (shown(found), found.problems) == ([["明", "乙"]], ())


def test_hidden_row_leaves_no_row() -> None:
    assert shapes("<table><tr style='display:none'><td>密<td>密<tr><td>甲<td>乙</table>")[0] == (0, 0, 1, 1)


def test_invisible_cell_keeps_its_place() -> None:
    assert shown(read("<table><tr><td>甲<td style='visibility:hidden'>密<td>丙</table>")) == [["甲", "", "丙"]]


def test_empty_hidden_parts_raise_no_flag() -> None:
    assert read("<p>明</p><tr style='display:none'><td></td></tr><p hidden> </p>").problems == ()


def test_form_controls_show_their_values() -> None:
    page = (
        "<table><tr><td><input value=甲><input type=hidden value=密><input type=submit value=交>"
        "<td><select><option>一<option selected>二</select><td><textarea>三\n四</textarea>"
        "<td><input type=checkbox checked>是<input type=radio>否</table>"
    )
    assert shown(read(page)) == [["甲", "二", "三\n四", "☑是☐否"]]


def test_layout_table_yields_its_content() -> None:
    inner = "<table><tr><td>项目名称<td>甲</table>"
    page = f"<table><tr><td>导航<td><p>附件 1</p><h2>自评表</h2>{inner}<p>注</p></table>"
    assert shown(read(page)) == ["导航", "附件 1", "自评表", ["项目名称", "甲"], "注"]


def test_large_nested_table_is_its_own_grid() -> None:
    cells = "".join(f"<td>第{n}格" for n in range(6))
    inner = "".join(f"<td>内{n}" for n in range(13))
    found = read(f"<table><tr>{cells}<td>外<table><tr>{inner}</table></table>")
    assert shown(found) == [[*(f"第{n}格" for n in range(6)), "外"], [f"内{n}" for n in range(13)]]
    assert [block.place.table for block in found.blocks] == [1, 2]


def test_single_cell_table_is_text() -> None:
    assert shown(read("<table><tr><td><p>一</p><p>二</p></table>")) == ["一", "二"]


def test_cells_without_row_still_stand() -> None:
    assert shown(read("<table><td>甲<td>乙</table>")) == [["甲", "乙"]]


PAGE = "<meta charset=gb2312><table><tr><td>项目名称<td>囧镕𠮷</table>"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_bytes_decide_over_declared_charset(charset: str) -> None:
    assert shown(html.read(PAGE.encode(charset))) == [["项目名称", "囧镕𠮷"]]


def test_declared_charset_counts_when_it_fits() -> None:
    assert shown(html.read("<meta charset=big5><p>專案名稱".encode("big5"))) == ["專案名稱"]
    assert shown(html.read("<meta charset=hex><p>项目名称".encode("gbk"))) == ["项目名称"]


def test_damaged_utf8_stays_utf8() -> None:
    damaged = "<p>中卫市某局项目支出绩效自评表</p>".encode() + b"<p>\xe9\xa1</p>"
    assert shown(html.read(damaged))[0] == "中卫市某局项目支出绩效自评表"


def test_control_characters_are_kept_out() -> None:
    assert shown(read("<p>分\x04值\x00\x1f</p>")) == ["分值"]


def test_xml_declaration_is_no_obstacle() -> None:
    assert shown(html.read("<?xml version='1.0' encoding='gbk'?><html><body>文</body></html>".encode())) == ["文"]


@pytest.mark.parametrize("piece", ["<div>文", "<table><tr><td>文", "<font color=white><b>文"])
def test_deep_nesting_is_refused(piece: str) -> None:
    assert refused(piece.encode() * 20_000) == "unsafe"


@pytest.mark.parametrize(
    "table",
    ["<td rowspan=65000 colspan=100000>甲", "<td colspan=1000>甲" * 401, "<tr><td rowspan=999999999>甲" * 9],
)
def test_huge_spans_are_refused(table: str) -> None:
    assert refused(f"<table><tr>{table}</table>".encode()) == "unsafe"


@pytest.mark.parametrize("data", [b"", b"   ", b"\x00" * 99, b"<html></html>", b"<p hidden>x</p>"])
def test_page_without_text_is_refused(data: bytes) -> None:
    assert refused(data) == "no_text"


def test_oversized_page_is_refused() -> None:
    assert refused(b" " * (html.MOST_BYTES + 1)) == "too_large"


def test_entities_are_never_fetched() -> None:
    page = b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><p>&x;</p>'
    assert "&x;" in "".join(str(text) for text in shown(html.read(page)))


@pytest.mark.parametrize("sheet", ["/*" * 99_999, "a{" * 99_999, "@media x{" * 50_000, "a" * 500_000, "}" * 99_999])
def test_hostile_style_sheets_take_no_time(sheet: str) -> None:
    assert shown(read(f"<style>{sheet}</style><p>文</p>")) == ["文"]


def test_small_table_in_a_cell_is_its_text_and_struck_words_are_named() -> None:
    from fuhe.readers import html

    row = "<tr>" + "".join(f"<td>{text}</td>" for text in ("项目名称", "甲", "主管部门", "乙", "说明")) + "</tr>"
    inner = "<td><table><tr><td>因汛期暂停</td></tr></table></td><td><s>80%</s>86%</td>"
    document = html.read(f"<html><body><table>{row}<tr>{inner}</tr></table></body></html>".encode())
    (grid,) = document.blocks
    assert [cell.text for cell in grid.cells[5:]] == ["因汛期暂停", "86%"]  # type: ignore[union-attr]
    assert [(problem.code, problem.place.col) for problem in document.problems if problem.place] == [("cell_struck", 2)]


CELLS = [["项目名称", "渠道维修"], ["三级指标", "实际完成值"], ["修渠", "{}"]]


@pytest.mark.parametrize(
    ("inside", "shown_text", "code"),
    [
        ('<img src="a.png">', "", "cell_picture"),
        ('<span style="text-decoration: line-through">80%</span>86%', "86%", "cell_struck"),
        ('<span class="del">80%</span>86%', "86%", "cell_struck"),
        ('<img src="seal.png">86%', "86%", None),
        ('<img src="s.gif" width="1" height="1">', "", None),
    ],
)
def test_picture_or_words_struck_by_style_are_named(inside: str, shown_text: str, code: str | None) -> None:
    from fuhe.readers import html

    rows = "".join(f"<tr>{''.join(f'<td>{cell.format(inside)}</td>' for cell in row)}</tr>" for row in CELLS)
    page = f"<html><head><style>.del {{text-decoration:line-through}}</style></head><body><table>{rows}</table></body></html>"
    document = html.read(page.encode())
    (grid,) = document.blocks
    assert grid.cells[-1].text == shown_text  # type: ignore[union-attr]
    assert [problem.code for problem in document.problems] == ([code] if code else [])
    assert document.unread == (frozenset([grid.cells[-1].place]) if code else frozenset())  # type: ignore[union-attr]


def test_struck_out_cell_keeps_its_place() -> None:
    from fuhe.readers import html

    page = '<table><tr><td>项目名称</td><td style="text-decoration:line-through">甲</td><td>乙</td></tr></table>'
    (grid,) = html.read(page.encode()).blocks
    assert [cell.text for cell in grid.cells] == ["项目名称", "", "乙"]  # type: ignore[union-attr]
