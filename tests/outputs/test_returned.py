"""Files handed back: comments at their cells, drafts as tracked changes, everything else as it was."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from lxml import etree

from fuhe import checking
from fuhe.drafting import reason
from fuhe.drafting.writing import write
from fuhe.outputs.annotation import without_comments
from fuhe.outputs.report import FileReport, Report, form_report
from fuhe.outputs.returned import annotated, revised
from fuhe.outputs.stamp import Stamp
from fuhe.policy import pack
from fuhe.readers.docxtext import W
from fuhe.readers.files import read_paths
from fuhe.rules.sheet import Sheet

PACK = pack("national-2020")
STAMP = Stamp("national-2020", "2025-03-01T09:30:00+08:00", ("c" * 64,))
ROWS: Sequence[Sequence[str]] = (
    ("项目名称", "道路改造", "", "", "", "", "", ""),
    ("主管部门", "县交通局", "", "实施单位", "县公路中心", "", "", ""),
    ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因及改进措施"),
    ("产出指标", "数量指标", "改造里程", "≥20公里", "18公里", "50", "45", "完成"),
    ("效益指标", "社会效益指标", "群众出行不段改善", "明显改善", "明显改善", "30", "30", ""),
    ("满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "95%", "10", "10", ""),
    ("总分", "", "", "", "", "90", "85", ""),
)
NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(rows: Sequence[Sequence[str]] = ROWS) -> bytes:
    """Make a Word form whose reason cell has its own letters."""
    document = docx.Document()
    document.add_paragraph("项目支出绩效自评表（2024年度）")
    table = document.add_table(rows=0, cols=len(rows[0]))
    for values in rows:
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
    run = table.cell(3, 7).paragraphs[0].runs[0]
    run.font.bold, run.font.name = True, "楷体"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(list(row))
    book.active["H4"].font = openpyxl.styles.Font(bold=True, name="楷体")
    book.active["A1"].comment = openpyxl.comments.Comment("单位自己的批注", "填表人")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def checked(data: bytes, path: Path) -> FileReport:
    path.write_bytes(data)
    report = Report(policy="national-2020")
    file = next(iter(read_paths((str(path),), b"")))
    framed = []
    for form in file.forms:
        found = checking.check(form, PACK, checking.Options()).findings
        drafts = write(reason.task(Sheet(form, PACK), found), None, "").drafts
        framed.append(form_report(form, found, tuple(drafts)))
    report.add(file, framed)
    return report.files[0]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def body(data: bytes) -> Any:
    return etree.fromstring(parts(data)["word/document.xml"])


def canonical(root: Any) -> bytes:
    return etree.tostring(root, method="c14n")


def anchored(data: bytes) -> dict[str, str]:
    """Return, by comment number, the text of the cell it stands in."""
    return {
        mark.get(f"{W}id"): "".join(next(mark.iterancestors(f"{W}tc")).itertext())
        for mark in body(data).iter(f"{W}commentRangeStart")
    }


def comments(data: bytes) -> dict[str, str]:
    root = etree.fromstring(parts(data)["word/comments.xml"])
    return {entry.get(f"{W}id"): "\n".join(entry.itertext()) for entry in root}


def accept(data: bytes) -> bytes:
    """Accept every tracked change, as Word does."""
    root = body(data)
    for gone in list(root.iter(f"{W}del")):
        above = gone.getparent()
        above.remove(gone)
    for kept in list(root.iter(f"{W}ins")):
        above = kept.getparent()
        at = above.index(kept)
        for child in list(kept):
            above.insert(at, child)
            at += 1
        above.remove(kept)
    changed = parts(data) | {"word/document.xml": etree.tostring(root, encoding="UTF-8", xml_declaration=True)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, part in changed.items():
            file.writestr(name, part)
    return out.getvalue()


def codes(file: FileReport) -> list[str]:
    return [finding.code for form in file.forms for finding in form.findings or ()]


def test_each_finding_is_a_comment_at_its_cell(tmp_path: Path) -> None:
    file = checked(word(), tmp_path / "表.docx")
    done = annotated(file, word(), STAMP).data
    cells, told = anchored(done), comments(done)
    found = file.forms[0].findings or ()
    assert len(told) == len(found) + 1
    for finding in (entry for entry in found if entry.cells[0].place):
        numbers = [number for number, text in told.items() if finding.code in text and finding.message in text]
        assert any(cells[number] == (finding.cells[0].text or "") for number in numbers), finding.code


def test_comment_names_other_cells_and_origin(tmp_path: Path) -> None:
    told = comments(annotated(checked(word(), tmp_path / "表.docx"), word(), STAMP).data)
    assert any("涉及：" in text and "分值" in text for text in told.values())
    assert any("规则包 national-2020" in text and "建议稿，未经人工核定" in text for text in told.values())


def test_other_parts_keep_their_bytes(tmp_path: Path) -> None:
    before, after = parts(word()), parts(annotated(checked(word(), tmp_path / "表.docx"), word(), STAMP).data)
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed == {
        "word/document.xml",
        "word/comments.xml",
        "word/_rels/document.xml.rels",
        "[Content_Types].xml",
    }


def test_body_without_comments_is_as_before(tmp_path: Path) -> None:
    done = annotated(checked(word(), tmp_path / "表.docx"), word(), STAMP).data
    root = body(done)
    without_comments(root, comments(done))
    assert canonical(root) == canonical(body(word()))


def test_comments_already_there_stay(tmp_path: Path) -> None:
    document = docx.Document(io.BytesIO(word()))
    document.add_comment(document.paragraphs[0].runs, text="单位自己的批注", author="填表人")
    out = io.BytesIO()
    document.save(out)
    done = annotated(checked(out.getvalue(), tmp_path / "表.docx"), out.getvalue(), STAMP).data
    told = comments(done)
    assert "单位自己的批注" in told["0"]
    assert len(told) == len(set(told)) > 1


def _constructs() -> bytes:
    """Wrap parts of the form in what Word and WPS themselves write."""
    text = parts(word())["word/document.xml"].decode()
    text = text.replace(
        "<w:document ",
        '<w:document xmlns:wpsCustomData="http://www.wps.cn/officeDocument/2013/wpsCustomData" mc:Ignorable="wpsCustomData" ',
        1,
    )
    if "xmlns:mc=" not in text:
        text = text.replace(
            "<w:document ", '<w:document xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" ', 1
        )
    elif text.count("mc:Ignorable") > 1:
        head, _, rest = text.partition('mc:Ignorable="wpsCustomData" ')
        text = head + rest
    text = text.replace(
        "<w:t>18公里</w:t>",
        '<w:t>1</w:t></w:r><w:ins w:id="7" w:author="填表人" w:date="2025-01-01T00:00:00Z"><w:r><w:t>8公里</w:t></w:r></w:ins><w:r><w:t/>',
    )
    start = text.rindex("<w:tc>", 0, text.index("群众出行不段改善"))
    end = text.index("</w:tc>", start) + len("</w:tc>")
    cell = text[start:end]
    text = text[:start] + f"<w:sdt><w:sdtPr/><w:sdtContent>{cell}</w:sdtContent></w:sdt>" + text[end:]
    text = text.replace(
        "<w:t>95%</w:t></w:r>",
        '<w:t>95%</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps"/><mc:Fallback/></mc:AlternateContent></w:r>',
    )
    changed = parts(word()) | {"word/document.xml": text.encode()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, part in changed.items():
            file.writestr(name, part)
    return out.getvalue()


def test_constructs_of_word_and_wps_survive(tmp_path: Path) -> None:
    data = _constructs()
    done = annotated(checked(data, tmp_path / "表.docx"), data, STAMP).data
    root = body(done)
    assert "不段" in "".join(root.find(f".//{W}sdt").itertext())
    assert root.find(f".//{W}ins") is not None
    assert b"AlternateContent" in parts(done)["word/document.xml"]
    without_comments(root, comments(done))
    assert canonical(root) == canonical(body(data))


def test_draft_replaces_reason_as_tracked_change(tmp_path: Path) -> None:
    file = checked(word(), tmp_path / "表.docx")
    root = body(revised(file, word(), STAMP).data)
    draft = next(entry for entry in file.forms[0].drafts or () if entry.field == "indicators[0].reason")
    cell = next(mark for mark in root.iter(f"{W}ins")).getparent()
    assert "".join(entry.text for entry in cell.iter(f"{W}delText")) == "完成"
    assert "".join(entry.text for entry in cell.find(f"{W}ins").iter(f"{W}t")) == draft.text
    look = cell.find(f"{W}ins/{W}r/{W}rPr")
    assert look.find(f"{W}b") is not None
    assert look.find(f"{W}rFonts").get(f"{W}ascii") == "楷体"


def test_blanks_of_draft_are_highlighted(tmp_path: Path) -> None:
    root = body(revised(checked(word(), tmp_path / "表.docx"), word(), STAMP).data)
    marked = [run for run in root.iter(f"{W}r") if run.find(f"{W}rPr/{W}highlight") is not None]
    assert marked
    assert all("".join(run.itertext()).startswith("【") for run in marked)


def test_listed_typo_is_corrected_by_tracked_change(tmp_path: Path) -> None:
    data = revised(checked(word(), tmp_path / "表.docx"), word(), STAMP).data
    struck = ["".join(entry.itertext()) for entry in body(data).iter(f"{W}del")]
    assert "不段" in struck
    assert "群众出行不断改善" in "".join(body(accept(data)).itertext())


def test_accepted_form_answers_its_codes(tmp_path: Path) -> None:
    file = checked(word(), tmp_path / "表.docx")
    again = checked(accept(revised(file, word(), STAMP).data), tmp_path / "改后.docx")
    assert {"S001", "N006"} <= set(codes(file))
    assert not {"S001", "N006"} & set(codes(again))
    assert "F006" in codes(again)


def test_long_cell_keeps_its_row(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[3][7] = "\n".join(f"第{number}行说明" for number in range(40))
    data = word(rows)
    file = checked(data, tmp_path / "表.docx")
    done = docx.Document(io.BytesIO(annotated(file, data, STAMP).data))
    assert [len(row.cells) for row in done.tables[0].rows] == [8] * len(rows)
    assert done.tables[0].cell(3, 7).text.count("\n") == 39


def test_workbook_gets_comments_at_its_cells(tmp_path: Path) -> None:
    file = checked(workbook(), tmp_path / "表.xlsx")
    done = annotated(file, workbook(), STAMP)
    sheet = openpyxl.load_workbook(io.BytesIO(done.data)).active
    for finding in file.forms[0].findings or ():
        place = finding.cells[0].place
        if place is not None:
            assert finding.message in sheet[place.address].comment.text
    assert "单位自己的批注" in sheet["A1"].comment.text
    assert sheet["H4"].font.bold


def test_workbook_draft_stands_in_its_cell(tmp_path: Path) -> None:
    file = checked(workbook(), tmp_path / "表.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(revised(file, workbook(), STAMP).data)).active
    draft = next(entry for entry in file.forms[0].drafts or () if entry.field == "indicators[0].reason")
    assert sheet["H4"].value == draft.text
    assert sheet["H4"].font.bold
    assert "原填：完成" in sheet["H4"].comment.text
    assert "建议稿" in sheet["H4"].comment.text


def test_pasted_text_comes_back_as_copy_that_says_so(tmp_path: Path) -> None:
    text = "\n".join("\t".join(row) for row in ROWS).encode()
    file = checked(text, tmp_path / "表.tsv")
    made = annotated(file, text, STAMP)
    paper = docx.Document(io.BytesIO(made.data))
    assert made.name == "表_批注（重排）.docx"
    assert "不是原件" in paper.paragraphs[0].text
    assert len(comments(made.data)) == len(file.forms[0].findings or ()) + 1


@pytest.mark.parametrize("count", [200])
def test_two_hundred_comments_in_one_form(tmp_path: Path, count: int) -> None:
    faulty = [
        ("效益指标", "社会效益指标", f"效益提升{number}", "明显", "明显", "2", "1", "完成") for number in range(70)
    ]
    data = word([*ROWS[:3], *faulty, ROWS[-1]])
    file = checked(data, tmp_path / "表.docx")
    told = comments(annotated(file, data, STAMP).data)
    assert len(told) > count
    assert len(told) == len(file.forms[0].findings or ()) + 1
