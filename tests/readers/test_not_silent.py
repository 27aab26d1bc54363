"""What a cell shows beside plain text: read where that is sure, else named, and never mistaken for an empty cell."""

import base64
import io
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font

from fuhe.checking import check
from fuhe.intake.reading import read_file
from fuhe.policy import pack
from fuhe.records import File
from readers.tables import cell, docx, links, paragraph, table, zipped

HEAD = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因及改进措施"]
ROW = ["产出指标", "质量指标", "渠道完好率", "≥90%", "86%", "100", "95", ""]
TOTAL = ["总分", "", "", "", "", "100", "95", ""]
NUMBERS = (
    '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>'
    '<w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
)
BOX = "<w:r><w:pict><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></w:pict></w:r>"
PICTURE = '<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/></w:drawing></w:r></w:p>'
STRUCK = "<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>80%</w:t></w:r><w:r><w:t>86%</w:t></w:r></w:p>"


def word(numbering: str = "", **content: str) -> File:
    """Read a Word form in whose indicator row these columns hold block XML instead of text."""
    texts = [paragraph(text) if text else "<w:p/>" for text in ROW]
    for name, inside in content.items():
        texts[["", "", "name", "target", "actual", "weight", "score", "reason"].index(name)] = inside
    rows = [["项目名称", "渠道维修", *[""] * 6], HEAD]
    laid = [[cell(paragraph(text) if text else "<w:p/>") for text in row] for row in rows]
    total = [cell(paragraph(text) if text else "<w:p/>") for text in TOTAL]
    body = table(*("".join(row) for row in (*laid, [cell(text) for text in texts], total)))
    parts = {"word/numbering.xml": numbering, "word/_rels/document.xml.rels": links(numbering="numbering.xml")}
    return read_file(docx(body, parts if numbering else None), "表.docx")


def codes(file: File) -> set[str]:
    return {problem.code for problem in file.problems}


def found(file: File) -> set[str]:
    return {finding.code for finding in check(file.forms[0], pack("national-2020")).findings}


def row(file: File, name: str) -> str | None:
    return file.forms[0].text(f"indicators[0].{name}")


@pytest.mark.parametrize(
    "inside",
    [
        table(cell(paragraph("因汛期暂停施工，改为次年完成"))) + "<w:p/>",
        f"<w:p>{BOX.format(paragraph('因汛期暂停施工，改为次年完成'))}</w:p>",
        f"<w:p>{BOX.format(table(cell(paragraph('因汛期暂停施工，改为次年完成'))))}</w:p>",
    ],
    ids=["table", "box", "table in a box"],
)
def test_table_or_box_in_a_cell_is_its_text(inside: str) -> None:
    file = word(reason=inside)
    assert (row(file, "reason"), file.status) == ("因汛期暂停施工，改为次年完成", "ok")


def test_box_beside_text_of_its_cell_is_read_and_named() -> None:
    file = word(actual=f"<w:p><w:r><w:t>见右</w:t></w:r>{BOX.format(paragraph('86%'))}</w:p>")
    assert (row(file, "actual"), codes(file)) == ("见右86%", {"cell_box"})


def test_picture_in_a_cell_mutes_what_would_rest_on_it() -> None:
    file = word(reason=PICTURE)
    assert (file.status, codes(file), file.forms[0].unread) == ("partial", {"cell_picture"}, ("indicators[0].reason",))
    assert "S001" not in found(file)
    assert "S001" in found(word())


def test_struck_out_words_are_left_out_and_named() -> None:
    file = word(actual=STRUCK)
    assert (row(file, "actual"), codes(file)) == ("86%", {"cell_struck"})


@pytest.mark.parametrize(("kind", "start", "shown"), [("decimal", 100, "100"), ("chineseCounting", 12, "十二")])
def test_number_word_counts_itself_is_the_value(kind: str, start: int, shown: str) -> None:
    numbered = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr></w:p>'
    assert row(word(NUMBERS.format(kind=kind, start=start), weight=numbered), "weight") == shown


def test_number_in_an_unknown_format_is_named_and_nothing_rests_on_it() -> None:
    numbered = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr></w:p>'
    file = word(NUMBERS.format(kind="thaiCounting", start=1), weight=numbered)
    assert codes(file) == {"cell_number"}
    assert "A001" not in found(file)


def test_embedded_file_is_told_where_no_form_is_found() -> None:
    file = read_file(docx('<w:altChunk r:id="x"/>'), "表.docx")
    assert "嵌入的文件" in file.problems[0].message


def book(change: object) -> File:
    """Read a workbook form after a change to its sheet."""
    made = openpyxl.Workbook()
    for values in (["项目名称", "渠道维修"], HEAD, ROW, TOTAL):
        made.active.append([value or None for value in values])
    change(made.active)  # type: ignore[operator]
    out = io.BytesIO()
    made.save(out)
    return read_file(out.getvalue(), "表.xlsx")


@pytest.mark.parametrize(
    ("address", "value", "pattern", "code", "named", "silent"),
    [
        ("H3", '=DISPIMG("ID_0",1)', "General", "formula_uncached", "H3", "S001"),
        ("G4", "=SUM(G3:G3)", "General", "formula_uncached", "G4", "F001"),
        ("G3", 95, ";;;", "hidden_text", "G3", "F004"),
    ],
)
def test_cell_whose_value_is_not_read_is_named_and_mute(
    address: str, value: object, pattern: str, code: str, named: str, silent: str
) -> None:
    def change(sheet: object) -> None:
        sheet[address] = value  # type: ignore[index]
        sheet[address].number_format = pattern  # type: ignore[index]

    file = book(change)
    assert file.status == "partial"
    assert [named in problem.message for problem in file.problems if problem.code == code] == [True]
    assert silent not in found(file)


def _with_cell(file: bytes, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as before, zipfile.ZipFile(out, "w") as after:
        for info in before.infolist():
            data = before.read(info).decode()
            after.writestr(info, data.replace(old, new) if info.filename.endswith("sheet1.xml") else data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("inside", "code", "word"),
    [
        ('t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>', "cell_picture", "F3"),
        ('t="e" vm="1"><v>#VALUE!</v></c>', "cell_picture", "F3"),
        ('t="e"><f>A99</f><v>#REF!</v></c>', "formula_error", "F3 #REF!"),
    ],
)
def test_picture_or_error_in_a_sheet_is_named(inside: str, code: str, word: str) -> None:
    made = openpyxl.Workbook()
    for values in (["项目名称", "渠道维修"], HEAD, ROW, TOTAL):
        made.active.append([value or None for value in values])
    made.active["F3"] = 4711
    out = io.BytesIO()
    made.save(out)
    file = read_file(_with_cell(out.getvalue(), 't="n"><v>4711</v></c>', inside), "表.xlsx")
    assert {problem.code: word in problem.message for problem in file.problems} == {code: True}
    assert "indicators[0].weight" in file.forms[0].unread
    assert "A001" not in found(file)


def test_struck_out_cell_of_a_sheet_is_not_its_value() -> None:
    def change(sheet: object) -> None:
        sheet["E3"].font = Font(strike=True)  # type: ignore[index]

    file = book(change)
    assert (row(file, "actual"), codes(file)) == (None, {"cell_struck"})


def test_picture_over_a_sheet_is_named_by_its_cell() -> None:
    made = openpyxl.Workbook()
    for values in (["项目名称", "渠道维修"], HEAD, ROW, TOTAL):
        made.active.append([value or None for value in values])
    dot = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
    )
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"><xdr:oneCellAnchor>'
        "<xdr:from><xdr:col>7</xdr:col><xdr:row>2</xdr:row></xdr:from><xdr:pic/></xdr:oneCellAnchor></xdr:wsDr>"
    )
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</worksheet>", b'<drawing r:id="drawing_1"/></worksheet>')
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        b"<worksheet ", b'<worksheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    )
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = links(drawing_1="/xl/drawings/d.xml").encode()
    read = read_file(zipped({**parts, "xl/drawings/d.xml": drawing, "xl/media/a.png": dot}), "表.xlsx")
    assert [(problem.code, "H3" in problem.message) for problem in read.problems] == [("cell_picture", True)]
    assert "S001" not in found(read)
