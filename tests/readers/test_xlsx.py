"""Workbooks are read as they print: number formats, merges and only what can be seen."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from fuhe.errors import ReadError
from fuhe.readers.grid import Document, Grid
from fuhe.readers.xlsx import read
from readers.tables import S_NS, links, sheet_data, text_cell, xlsx, xlsx_of, zipped

FORM = [
    [("项目名称", 1, 2), ("甲", 1, 3)],
    [("产出指标", 3, 1), ("数量", 2, 1), ("培训人次", 1, 2), ("≥5", 1, 1)],
    [("培训期数", 1, 2), ("", 1, 1)],
    [("质量", 1, 1), ("合格率", 1, 1), ("%", 1, 1), ("100%", 1, 1)],
]
PLAIN = "<fonts><font/></fonts><fills><fill/></fills>"


def sheets(data: bytes) -> list[Grid]:
    return [block for block in read(data).blocks if isinstance(block, Grid)]


def shape(grid: Grid) -> list[tuple[int, int, int, int, str]]:
    return [(cell.row, cell.col, cell.rowspan, cell.colspan, cell.text) for cell in grid.cells]


def texts(data: bytes) -> list[str]:
    return [cell.text for cell in sheets(data)[0].cells]


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.problems]


def refusal(data: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        read(data)
    return caught.value.code


def one(cell: str, **more: Any) -> bytes:
    return xlsx({"表": sheet_data(cell)}, **more)


def formatted(value: str, pattern: str, kind: str = "n", **more: str) -> str:
    styles = (
        f'<numFmts><numFmt numFmtId="170" formatCode="{pattern}"/></numFmts>{PLAIN}'
        '<cellXfs><xf numFmtId="0" fontId="0" fillId="0"/><xf numFmtId="170" fontId="0" fillId="0"/></cellXfs>'
    )
    return texts(one(f'<c r="A1" s="1" t="{kind}"><v>{value}</v></c>', styles=styles, **more))[0]


# Sheets and merges


def test_merges_become_spans() -> None:
    assert shape(sheets(xlsx_of(FORM))[0]) == [
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


def test_openpyxl_files_read_alike() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["执行率", 0.83, date(2024, 5, 1), True])
    sheet["B1"].number_format = "0%"
    sheet["C1"].number_format = "yyyy-mm-dd"
    sheet.merge_cells("A1:A2")
    out = BytesIO()
    book.save(out)
    assert [cell for cell in shape(sheets(out.getvalue())[0]) if cell[0] == 0] == [
        (0, 0, 2, 1, "执行率"),
        (0, 1, 1, 1, "83%"),
        (0, 2, 1, 1, "2024-05-01"),
        (0, 3, 1, 1, "TRUE"),
    ]


def test_places_name_sheet_and_address() -> None:
    data = xlsx({"封面": sheet_data(text_cell("A1", "甲")), "自评表": sheet_data(text_cell("AB19", "乙"))})
    place = sheets(data)[1].cells[-1].place
    assert (place.table, place.sheet, place.address, place.row, place.col) == (2, "自评表", "AB19", 19, 28)


def test_blank_sheets_are_no_tables() -> None:
    data = xlsx({"空": "<sheetData/>", "表": sheet_data(text_cell("A1", "甲"))})
    assert [grid.place.sheet for grid in sheets(data)] == ["表"]


def test_addresses_may_be_left_out() -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    assert texts(xlsx({"表": f"<sheetData>{rows}</sheetData>"})) == ["1", "2", "3", ""]


def test_charts_are_not_sheets() -> None:
    rels = {"xl/_rels/workbook.xml.rels": links(worksheet_1="worksheets/sheet1.xml", chartsheet_2="chart.xml")}
    assert texts(xlsx({"表": sheet_data(text_cell("A1", "甲"))}, parts=rels)) == ["甲"]


def test_strict_workbooks_read_alike() -> None:
    data = xlsx_of(FORM)
    strict = zipped(
        {
            name: part.replace(S_NS.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
            for name, part in unzipped(data).items()
        }
    )
    assert shape(sheets(strict)[0]) == shape(sheets(data)[0])


def test_prefixed_names_read_alike() -> None:
    body = (
        f'<x:worksheet xmlns:x="{S_NS}"><x:sheetData><x:row><x:c><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert texts(xlsx({"表": ""}, parts={"xl/worksheets/sheet1.xml": body})) == ["7"]


def unzipped(data: bytes) -> dict[str, bytes]:
    import zipfile

    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# Values


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("<t>甲</t>", "甲"),
        ("<r><t>甲</t></r><r><rPr><b/></rPr><t> 乙</t></r>", "甲 乙"),
        ("<t>甲</t><rPh sb='0' eb='1'><t>jiǎ</t></rPh><phoneticPr/>", "甲"),
        ("<t>一_x000D_\n二_x0041_</t>", "一\n二A"),
        ("<t>_x005F_x000D_</t>", "_x000D_"),
        ("<t>第一行&#13;\n第二行</t>", "第一行\n第二行"),
        ("<t/>", ""),
    ],
)
def test_shared_strings(item: str, text: str) -> None:
    row = '<row><c t="s"><v>0</v></c><c><v>1</v></c></row>'
    assert texts(xlsx({"表": f"<sheetData>{row}</sheetData>"}, strings=f"<si>{item}</si>"))[0] == text


def test_inline_rich_text() -> None:
    assert texts(one('<c t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>')) == ["甲乙"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>100</v></c>", "100"),
        ("<c><v>74.0</v></c>", "74"),
        ("<c><v>88.500000000000014</v></c>", "88.5"),
        ("<c><v>1E+2</v></c>", "100"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ('<c t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c t="str"><f>A2</f><v>合格</v></c>', "合格"),
        ("<c><f>SUM(A2:A9)</f><v>98.5</v></c>", "98.5"),
    ],
)
def test_values_print_as_general(cell: str, text: str) -> None:
    assert texts(one(cell)) == [text]


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        ("0.83", "0%", "83%"),
        ("0.99875", "0.00%", "99.88%"),
        ("1234567.5", "#,##0.00", "1,234,567.50"),
        ("-5", "0;[Red]-0", "-5"),
        ("45413", "yyyy/m/d", "2024/5/1"),
        ("45413", "yyyy&quot;年&quot;m&quot;月&quot;", "2024年5月"),
        ("12", "0&quot;万元&quot;", "12万元"),
        ("5", "@", "5"),
    ],
)
def test_numbers_print_by_format(value: str, pattern: str, text: str) -> None:
    assert formatted(value, pattern) == text


def test_text_formats_apply_to_strings() -> None:
    assert formatted("甲", "@&quot;局&quot;", kind="str") == "甲局"


def test_dates_from_1904() -> None:
    assert formatted("43951", "yyyy-mm-dd", workbook='<workbookPr date1904="1"/>') == "2024-05-01"


@pytest.mark.parametrize("value", ["2024-05-01", "2024-05-01T00:00:00", "2024-05-01T00:00:00Z"])
@pytest.mark.parametrize("first", ["0", "1"])
def test_iso_dates_print_by_format(value: str, first: str) -> None:
    book = f'<workbookPr date1904="{first}"/>'
    assert formatted(value, "yyyy/m/d", kind="d", workbook=book) == "2024/5/1"


def test_missing_formula_result_is_flagged() -> None:
    document = read(xlsx({"表": sheet_data(text_cell("A1", "总分"), '<c r="B1"><f>SUM(B2:B3)</f></c>')}))
    assert codes(document) == ["formula_uncached"]
    assert document.problems[0].place is not None
    assert document.problems[0].place.address == "B1"


# Hidden things


def test_hidden_sheets_are_skipped() -> None:
    pages = {name: sheet_data(text_cell("A1", name)) for name in ("甲", "乙", "丙")}
    data = xlsx(pages, states={"乙": "hidden", "丙": "veryHidden"})
    assert texts(data) == ["甲"]
    assert codes(read(data)) == ["hidden_sheet", "hidden_sheet"]


@pytest.mark.parametrize("look", ['hidden="1"', 'hidden="true"', 'ht="0"'])
def test_hidden_rows_are_skipped(look: str) -> None:
    rows = f'<row r="1">{text_cell("A1", "明")}</row><row r="2" {look}>{text_cell("A2", "藏")}</row>'
    document = read(xlsx({"表": f"<sheetData>{rows}</sheetData>"}))
    assert [cell.text for cell in document.blocks[0].cells] == ["明"]  # type: ignore[union-attr]
    assert codes(document) == ["hidden_text"]


def test_hidden_columns_are_skipped() -> None:
    cols = '<cols><col min="2" max="2" hidden="1"/></cols>'
    row = "".join(text_cell(at, at) for at in ("A1", "B1", "C1"))
    assert texts(xlsx({"表": f"{cols}<sheetData><row>{row}</row></sheetData>"})) == ["A1", "C1"]


def test_overlapping_hidden_columns_end_in_time() -> None:
    cols = '<col min="1" max="16384" hidden="1"/>' * 2000
    assert sheets(xlsx({"表": f"<cols>{cols}</cols>{sheet_data(text_cell('A1', '藏'))}"})) == []


def test_merge_shows_while_part_is_visible() -> None:
    rows = f'<row r="1" hidden="1">{text_cell("A1", "合并")}</row><row r="2">{text_cell("B2", "右")}</row>'
    data = xlsx({"表": f'<sheetData>{rows}</sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells>'})
    assert texts(data) == ["合并", "右"]


def test_text_under_a_merge_is_flagged() -> None:
    row = f"<row>{text_cell('A1', '上')}{text_cell('B1', '遮住')}</row>"
    data = xlsx({"表": f'<sheetData>{row}</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>'})
    assert (texts(data), codes(read(data))) == (["上"], ["hidden_text"])


@pytest.mark.parametrize(
    ("fill", "shown"),
    [
        ('<patternFill patternType="none"/>', 1),
        ('<patternFill patternType="solid"><fgColor rgb="FFFFFFFF"/></patternFill>', 1),
        ('<patternFill patternType="solid"><fgColor rgb="FF1F4E79"/></patternFill>', 2),
        ("<gradientFill/>", 2),
    ],
)
@pytest.mark.parametrize("colour", ['rgb="FFFFFFFF"', 'theme="0"', 'indexed="9"'])
def test_white_letters_need_a_ground(colour: str, fill: str, shown: int) -> None:
    styles = (
        f"<fonts><font/><font><color {colour}/></font></fonts><fills><fill>{fill}</fill></fills>"
        '<cellXfs><xf/><xf fontId="1" fillId="0"/></cellXfs>'
    )
    cells = text_cell("A1", "明") + text_cell("B1", "白").replace("<c ", '<c s="1" ')
    assert len(texts(xlsx({"表": sheet_data(cells)}, styles=styles))) == shown


def test_macros_are_flagged_not_run() -> None:
    document = read(xlsx({"表": sheet_data(text_cell("A1", "甲"))}, parts={"xl/vbaProject.bin": b"x"}))
    assert codes(document) == ["macros"]


# Hostile files


def merged(ref: str, *cells: str) -> bytes:
    return xlsx({"表": f'{sheet_data(*cells)}<mergeCells><mergeCell ref="{ref}"/></mergeCells>'})


def test_far_cell_is_dropped() -> None:
    data = xlsx({"表": sheet_data(text_cell("A1", "甲"), text_cell("XFD1048576", "远"))})
    assert (texts(data), codes(read(data))) == (["甲"], ["far_cells"])


def test_endless_merge_is_clipped() -> None:
    cells = (text_cell("A1", "甲"), text_cell("C3", "丙"))
    assert sheets(merged("B2:XFD1048576", *cells))[0].cells[4].colspan == 2


@pytest.mark.parametrize("ref", ["", "A1", "B2:A1", "A0:B1", "ZZZZ1:A2", "A1:A99999999", "甲:乙"])
def test_senseless_merges_are_ignored(ref: str) -> None:
    assert texts(merged(ref, text_cell("A1", "甲"))) == ["甲"]


@pytest.mark.parametrize("at", ["XFE1", "A1048577", "A0"])
def test_cells_outside_excel_are_dropped(at: str) -> None:
    assert texts(xlsx({"表": sheet_data(text_cell("A1", "甲"), text_cell(at, "外"))})) == ["甲"]


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999", "abc", "9" * 5000])
def test_odd_numbers_do_not_crash(value: str) -> None:
    assert len(texts(one(f"<c><v>{value}</v></c>"))) == 1


@pytest.mark.parametrize("index", ["7", "-1", "x", "9" * 20])
def test_string_outside_the_table_is_blank(index: str) -> None:
    cells = f'<c r="A1" t="s"><v>{index}</v></c>' + text_cell("B1", "乙")
    assert texts(xlsx({"表": sheet_data(cells)}, strings="<si><t>甲</t></si>"))[1] == "乙"


def long_list() -> str:
    return sheet_data(*(text_cell(f"A{row}", "甲") for row in range(1, 9000, 200)), text_cell("AX1", "右"))


def test_long_list_does_not_keep_the_form_out() -> None:
    document = read(xlsx({"明细": long_list(), "自评表": sheet_data(text_cell("A1", "甲"))}))
    assert [block.place.sheet for block in document.blocks] == ["自评表"]
    assert codes(document) == ["too_large"]


def test_long_list_alone_is_refused() -> None:
    assert refusal(xlsx({"明细": long_list()})) == "too_large"


def test_overlapping_merges_end_in_time() -> None:
    refs = "".join(f'<mergeCell ref="A{at}:Z5000"/>' for at in range(1, 5000))
    body = f"{sheet_data(text_cell('A1', '甲'), text_cell('Z5000', '乙'))}<mergeCells>{refs}</mergeCells>"
    assert len(sheets(xlsx({"表": body}))) <= 1


def test_missing_sheet_part_is_broken() -> None:
    rels = {"xl/_rels/workbook.xml.rels": links(worksheet_1="worksheets/none.xml")}
    assert refusal(xlsx({"表": "<sheetData/>"}, parts=rels)) == "broken"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04junk", xlsx_of(FORM)[:300], zipped({"xl/workbook.xml": "<a/>"})])
def test_broken_files_are_refused(data: bytes) -> None:
    assert refusal(data) == "broken"


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "ha">]><a>&x;</a>'
    assert refusal(xlsx({"表": ""}, parts={"xl/sharedStrings.xml": bomb})) == "unsafe"
