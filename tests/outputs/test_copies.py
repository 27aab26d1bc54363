"""What cannot be annotated is laid out anew in Word, says that it is a copy, and holds the same form."""

import io
import zipfile
from pathlib import Path

import docx
import pytest

from fuhe.outputs.returned import annotated, revised
from fuhe.readers.docxtext import W
from officeforms import ROWS, STAMP, anchored, body, checked, comments, crowded, word


def pasted(rows: object = ROWS) -> bytes:
    return "\n".join("\t".join(row) for row in rows).encode()  # type: ignore[attr-defined]


def test_copy_says_that_it_is_one(tmp_path: Path) -> None:
    made = annotated(checked(pasted(), tmp_path / "表.tsv"), pasted(), STAMP)
    paper = docx.Document(io.BytesIO(made.data))
    assert made.name == "表_批注（重排）.docx"
    assert "根据《表.tsv》重新排出" in paper.paragraphs[0].text
    assert "不是原件" in paper.paragraphs[0].text


def test_copy_tells_no_time_of_the_clock(tmp_path: Path) -> None:
    made = annotated(checked(pasted(), tmp_path / "表.tsv"), pasted(), STAMP)
    with zipfile.ZipFile(io.BytesIO(made.data)) as file:
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_copy_has_each_comment_at_its_cell(tmp_path: Path) -> None:
    file = checked(pasted(), tmp_path / "表.tsv")
    done = annotated(file, pasted(), STAMP, infos=True).data
    told, cells = comments(done), anchored(done)
    for point in file.forms[0].points or ():
        at = [cells.get(number) for number, text in told.items() if f"【复核{point.rank}】" in text]
        assert (point.subject[0].text or "") in at


def test_copy_reads_as_the_same_form(tmp_path: Path) -> None:
    file = checked(pasted(), tmp_path / "表.tsv")
    again = checked(annotated(file, pasted(), STAMP).data, tmp_path / "副本.docx")
    assert again.forms[0].record.indicators == file.forms[0].record.indicators
    assert again.forms[0].record.total_score == file.forms[0].record.total_score


def test_copy_takes_tracked_changes_too(tmp_path: Path) -> None:
    made = revised(checked(pasted(), tmp_path / "表.tsv"), pasted(), STAMP)
    assert made.name == "表_修改稿（重排）.docx"
    assert "完成" in ["".join(mark.itertext()) for mark in body(made.data).iter(f"{W}del")]


def test_original_that_changed_meanwhile_is_not_used(tmp_path: Path) -> None:
    made = annotated(checked(word(), tmp_path / "表.docx"), None, STAMP)
    assert made.name == "表_批注（重排）.docx"


@pytest.mark.parametrize("rows", [ROWS, crowded()], ids=["usual", "crowded"])
def test_no_row_is_cut_by_a_page(tmp_path: Path, rows: object) -> None:
    made = annotated(checked(pasted(rows), tmp_path / "表.tsv"), None, STAMP)
    lines = list(body(made.data).iter(f"{W}tr"))
    assert lines
    assert all(line.find(f"{W}trPr/{W}cantSplit") is not None for line in lines)


def test_figures_stand_in_one_line(tmp_path: Path) -> None:
    made = annotated(checked(pasted(), tmp_path / "表.tsv"), None, STAMP)
    table = docx.Document(io.BytesIO(made.data)).tables[0]
    widths = [cell.width.cm for cell in table.rows[3].cells]
    assert sum(widths) == pytest.approx(17, abs=0.1)
    assert min(widths) > 1
