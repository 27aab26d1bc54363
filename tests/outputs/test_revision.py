"""The unit's own Word file revised: drafts and listed typos as tracked changes, accepted into a clean form."""

import io
from pathlib import Path

import docx
import pytest

from fuhe.outputs.contract import FileReport
from fuhe.outputs.returned import revised
from fuhe.readers.docxtext import W
from libreoffice import accepted, needs_libreoffice
from officeforms import (
    ROWS,
    STAMP,
    accept,
    body,
    changed_parts,
    checked,
    codes,
    comments,
    packed,
    parts,
    replaced,
    saved,
    word,
)

REASON = "<w:t>完成</w:t></w:r></w:p>"


def cell_text(data: bytes, row: int = 3, col: int = 7) -> str:
    return docx.Document(io.BytesIO(data)).tables[0].cell(row, col).text


def draft_of(file: FileReport, field: str = "indicators[0].reason") -> str:
    return next(entry.text for entry in file.forms[0].drafts or () if entry.field == field)


def test_draft_replaces_reason_as_tracked_change(tmp_path: Path) -> None:
    file = checked(word(), tmp_path / "表.docx")
    root = body(revised(file, word(), STAMP).data)
    cell = next(mark for mark in root.iter(f"{W}ins")).getparent()
    assert "".join(entry.text for entry in cell.iter(f"{W}delText")) == "完成"
    assert "".join(entry.text for entry in cell.find(f"{W}ins").iter(f"{W}t")) == draft_of(file)


def test_style_of_cell_is_kept(tmp_path: Path) -> None:
    data = accept(revised(checked(word(), tmp_path / "表.docx"), word(), STAMP).data)
    runs = docx.Document(io.BytesIO(data)).tables[0].cell(3, 7).paragraphs[0].runs
    assert runs
    assert all(run.font.bold and run.font.name == "楷体" for run in runs if run.text)


def test_only_body_and_comments_change(tmp_path: Path) -> None:
    done = revised(checked(word(), tmp_path / "表.docx"), word(), STAMP).data
    links = {"word/_rels/document.xml.rels", "[Content_Types].xml"}
    assert changed_parts(word(), done) == {"word/document.xml", "word/comments.xml"} | links


def test_blanks_of_draft_are_highlighted(tmp_path: Path) -> None:
    root = body(revised(checked(word(), tmp_path / "表.docx"), word(), STAMP).data)
    marked = [run for run in root.iter(f"{W}r") if run.find(f"{W}rPr/{W}highlight") is not None]
    assert marked
    assert all("".join(run.itertext()).startswith("【待补充") for run in marked)


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


@needs_libreoffice
def test_libreoffice_accepts_into_the_same_form(tmp_path: Path) -> None:
    done = revised(checked(word(), tmp_path / "表.docx"), word(), STAMP).data
    by_libreoffice = accepted(done, tmp_path / "lo")
    assert not list(body(by_libreoffice).iter(f"{W}ins", f"{W}del"))
    mine, theirs = (docx.Document(io.BytesIO(data)).tables[0] for data in (accept(done), by_libreoffice))
    assert [[cell.text for cell in row.cells] for row in theirs.rows] == [
        [cell.text for cell in row.cells] for row in mine.rows
    ]
    assert "S001" not in codes(checked(by_libreoffice, tmp_path / "改后.docx"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # A prompt of a content control that nobody has filled in.
        (
            REASON,
            "<w:t></w:t></w:r></w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>单击此处输入</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        ),
        # A change that somebody else proposed before.
        (
            "<w:t>完成</w:t></w:r>",
            '<w:t>完</w:t></w:r><w:ins w:id="7" w:author="填表人" w:date="2025-01-01T00:00:00Z"><w:r><w:t>成</w:t></w:r></w:ins>',
        ),
        # A field and a drawing with an alternative, as WPS writes them.
        (
            "<w:t>完成</w:t></w:r>",
            '<w:t>完成</w:t></w:r><w:r xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:AlternateContent><mc:Choice Requires="wps"/><mc:Fallback/></mc:AlternateContent></w:r>',
        ),
    ],
    ids=["prompt", "inserted", "alternative"],
)
def test_draft_stands_alone_once_accepted(tmp_path: Path, old: str, new: str) -> None:
    data = replaced(word(), "word/document.xml", (old, new))
    file = checked(data, tmp_path / "表.docx")
    row = list(body(accept(revised(file, data, STAMP).data)).iter(f"{W}tr"))[3]
    assert "".join(list(row.iter(f"{W}tc"))[7].itertext()) == draft_of(file)


def test_lines_of_old_reason_become_one_paragraph(tmp_path: Path) -> None:
    document = docx.Document(io.BytesIO(word()))
    for line in ("完成", "完成"):
        document.tables[0].cell(3, 7).add_paragraph(line)
    data = saved(document)
    file = checked(data, tmp_path / "表.docx")
    assert cell_text(accept(revised(file, data, STAMP).data)) == draft_of(file)


def test_rows_that_share_a_reason_cell_each_get_a_line(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[4][6] = "25"
    document = docx.Document(io.BytesIO(word(rows)))
    table = document.tables[0]
    table.cell(3, 7).merge(table.cell(4, 7))
    data = saved(document)
    file = checked(data, tmp_path / "表.docx")
    lines = cell_text(accept(revised(file, data, STAMP).data)).split("\n")
    assert len(file.forms[0].drafts or ()) == len(lines) == 2
    assert [line.split("：")[0] for line in lines] == ["指标 1“改造里程”", "指标 2“群众出行不段改善”"]


def test_file_with_macros_is_revised_as_such(tmp_path: Path) -> None:
    plain = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    data = replaced(word(), "[Content_Types].xml", (plain, "application/vnd.ms-word.document.macroEnabled.main+xml"))
    done = revised(checked(data, tmp_path / "表.docm"), data, STAMP)
    assert done.name == "表_修改稿.docm"


def test_form_without_reason_column_gets_advice_beside_it(tmp_path: Path) -> None:
    rows = [row[:7] for row in ROWS]
    rows[3] = (*rows[3][:6], "45")
    document = docx.Document()
    document.add_paragraph("项目支出绩效自评表（2024年度）")
    table = document.add_table(rows=0, cols=7)
    for values in rows:
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
    file = checked(saved(document), tmp_path / "表.docx")
    told = comments(revised(file, saved(document), STAMP).data)
    assert len(told) == 1 + len(file.forms[0].drafts or ())


def test_numbers_of_changes_are_new(tmp_path: Path) -> None:
    name = '<w:bookmarkStart w:id="1" w:name="题"/><w:bookmarkEnd w:id="1"/>'
    data = replaced(word(), "word/document.xml", ("<w:body>", f"<w:body><w:p>{name}</w:p>"))
    root = body(revised(checked(data, tmp_path / "表.docx"), data, STAMP).data)
    numbers = [mark.get(f"{W}id") for mark in root.iter(f"{W}ins", f"{W}del", f"{W}bookmarkStart")]
    assert len(numbers) == len(set(numbers)) > 3


def test_other_files_parts_survive(tmp_path: Path) -> None:
    data = packed(parts(word()) | {"customXml/item1.xml": b"<x/>", "word/media/image1.png": b"\x89PNG"})
    done = parts(revised(checked(data, tmp_path / "表.docx"), data, STAMP).data)
    assert (done["customXml/item1.xml"], done["word/media/image1.png"]) == (b"<x/>", b"\x89PNG")
